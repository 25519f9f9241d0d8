#include "mini/producer.h"

#include "client/runtime/producer_face.h"

namespace mini {

Producer::Producer(const Config& config)
    : face_(std::make_unique<client::ProducerFace>(config, client::transport_for(config))) {}
Producer::Producer(Producer&&) noexcept = default;
Producer& Producer::operator=(Producer&&) noexcept = default;
Producer::~Producer() = default;

void Producer::send(const RecordView& record, OnDelivery done) { face_->send(record, done, nullptr); }

Receipt Producer::send_tracked(const RecordView& record) {
  Receipt receipt;
  OnDelivery nobody;
  face_->send(record, nobody, &receipt);
  return receipt;
}

namespace {

// Counts the ends of a span's records; frees itself after the last one. All ends come from one thread, one
// after the other, but for the sender's own share.
struct SpanCount {
  SpanDelivery result;
  OnSpanDelivery done;
  std::atomic<std::size_t> left;
  std::mutex mutex;

  void end() {
    if (left.fetch_sub(1) != 1) return;
    const std::unique_ptr<SpanCount> self(this);
    if (done) done(result);
  }
  void told(const Delivery& delivery) {
    {
      const std::lock_guard lock(mutex);
      ++(delivery.error ? result.failed : result.delivered);
      if (delivery.error && !result.first_error) result.first_error = delivery.error;
    }
    end();
  }
};

}  // namespace

void Producer::send(std::span<const RecordView> records, OnSpanDelivery done) {
  auto* count = new SpanCount{{}, std::move(done), records.size() + 1, {}};
  for (const RecordView& record : records)
    send(record, [count](const Delivery& delivery) { count->told(delivery); });
  count->end();
}

bool Producer::try_send(const RecordView& record, OnDelivery& done) { return face_->try_send(record, done); }

bool Producer::try_send(const RecordView& record) {
  OnDelivery nobody;
  return face_->try_send(record, nobody);
}

Error Producer::flush(Millis timeout) { return face_->flush(timeout); }
Error Producer::close(Millis timeout) { return face_->close(timeout); }
std::size_t Producer::in_flight() const { return face_->in_flight(); }
std::string Producer::last_problem() const { return face_->last_problem(); }

}  // namespace mini
