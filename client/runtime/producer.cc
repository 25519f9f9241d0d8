#include "mini/producer.h"

#include "client/runtime/log_lines.h"
#include "client/runtime/owned.h"
#include "client/runtime/producer_face.h"

namespace mini {

Producer::Producer(const Config& config)
    : face_(client::owned(std::make_unique<client::ProducerFace>(config, client::transport_for(config)))) {
  client::print_once(config.warnings());
}
Producer::Producer(Producer&&) noexcept = default;
Producer& Producer::operator=(Producer&&) noexcept = default;
Producer::~Producer() = default;

TopicHandle Producer::topic(std::string_view name) { return TopicHandle(face_->topic(name)); }

std::string_view TopicHandle::name() const noexcept { return state_->name; }

// ---- one record ----

void Producer::send(const RecordView& record, OnDelivery done) {
  face_->send(nullptr, record, done, nullptr);
}

Receipt Producer::send_tracked(const RecordView& record) {
  Receipt receipt;
  OnDelivery nobody;
  face_->send(nullptr, record, nobody, &receipt);
  return receipt;
}

bool Producer::try_send(const RecordView& record, OnDelivery& done) {
  return face_->try_send(nullptr, record, done);
}

bool Producer::try_send(const RecordView& record) {
  OnDelivery nobody;
  return face_->try_send(nullptr, record, nobody);
}

void Producer::send(const TopicHandle& topic, Text key, Text value, OnDelivery done) {
  face_->send(&topic.state(), {.topic = topic.name(), .key = key, .value = value}, done, nullptr);
}

Receipt Producer::send_tracked(const TopicHandle& topic, Text key, Text value) {
  Receipt receipt;
  OnDelivery nobody;
  face_->send(&topic.state(), {.topic = topic.name(), .key = key, .value = value}, nobody, &receipt);
  return receipt;
}

bool Producer::try_send(const TopicHandle& topic, Text key, Text value, OnDelivery& done) {
  return face_->try_send(&topic.state(), {.topic = topic.name(), .key = key, .value = value}, done);
}

// ---- many ----

namespace {

// Counts the ends of a span's records; frees itself after the last one, or the sender's own share.
struct SpanCount {
  SpanDelivery result;
  OnSpanDelivery done;
  std::atomic<std::size_t> left;
  std::mutex mutex;  // guards result

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
  const auto make = [count] { return [count](const Delivery& delivery) { count->told(delivery); }; };
  while (!records.empty()) {
    std::size_t taken = face_->send_some(records, make);
    if (taken == 0) {
      send(records[0], make());
      taken = 1;
    }
    records = records.subspan(taken);
  }
  try {
    count->end();
  } catch (...) {
    face_->count_callback_failure();
  }
}

// ---- all ----

Error Producer::flush(Millis timeout) { return face_->flush(timeout); }
Error Producer::close(Millis timeout) { return face_->close(timeout); }
std::size_t Producer::in_flight() const { return face_->in_flight(); }
std::size_t Producer::callback_failures() const { return face_->callback_failures(); }
std::string Producer::last_problem() const { return face_->last_problem(); }

}  // namespace mini
