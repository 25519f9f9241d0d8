#pragma once

#include <future>
#include <memory>
#include <span>
#include <string>

#include "mini/callback.h"
#include "mini/config.h"
#include "mini/error.h"
#include "mini/record.h"

// Sends records to topics.
//
//   mini::Producer producer({{"bootstrap.servers", "localhost:9092"}});
//   producer.send({.topic = "readings", .key = "s1", .value = json}, [](const mini::Delivery& delivery) {
//     if (delivery.error) std::cerr << delivery.error.message() << '\n';
//   });
//   mini::RecordMetadata stored = producer.send_tracked({.topic = "readings", .value = json}).get();
//   const mini::TopicHandle readings = producer.topic("readings");
//   producer.send(readings, "s1", json);
//   producer.flush(10s);
//
// Records are batched for linger.ms, sent on the client's own thread and retried until delivery.timeout.ms;
// with enable.idempotence (the default) each is stored once and in order. No call has to be made to keep it
// going. Any thread may call any function. A record is encoded into its partition's batch by the thread that
// sends it; nothing is allocated for it. Callbacks run on the client's thread: keep them short; they may call
// the producer (a full buffer is then buffer_full at once, never a wait). What they throw is caught and
// counted.
namespace mini {

namespace client {
class Completion;
class ProducerFace;
struct TopicState;
}  // namespace client

// A record's end, as its callback sees it: valid during the call.
struct Delivery {
  const Error& error;               // none: stored
  const TopicPartition& partition;  // partition is -1 where it was not chosen yet
  std::int64_t offset = -1;         // -1 where the broker does not tell (acks=0)
  Timestamp timestamp{};
};
using OnDelivery = Callback<const Delivery&>;

// The end of all records of a span.
struct SpanDelivery {
  std::size_t delivered = 0;
  std::size_t failed = 0;
  Error first_error;
};
using OnSpanDelivery = Callback<const SpanDelivery&>;

struct RecordMetadata {
  TopicPartition partition;
  std::int64_t offset = -1;
  Timestamp timestamp{};
};

// Follows one record; light, shares its batch's state. Every receipt is settled at the latest by
// delivery.timeout.ms or when the producer is closed, so waits end.
class Receipt {
 public:
  Receipt() = default;
  Receipt(client::Completion* adopted, std::int32_t index, Timestamp timestamp)
      : completion_(adopted), index_(index), timestamp_(timestamp) {}
  Receipt(const Receipt& other);
  Receipt(Receipt&& other) noexcept;
  Receipt& operator=(Receipt other) noexcept;
  ~Receipt();

  bool ready() const;          // settled: wait() returns at once
  void wait() const;           // never on the client's own thread, inside a callback
  Error error() const;         // waits
  RecordMetadata get() const;  // waits; throws KafkaError
  // For code that wants a std::future; dear: it allocates, for every record. With a broker in this process
  // the future is deferred: get() and wait() of it do the work, wait_for() does not wait.
  std::future<RecordMetadata> to_future() const;

 private:
  client::Completion* completion_ = nullptr;
  std::int32_t index_ = 0;
  Timestamp timestamp_{};
};

// A topic found once instead of for every record. Of one producer, and valid as long as that is; cheap to
// copy.
class TopicHandle {
 public:
  explicit TopicHandle(client::TopicState& state) : state_(&state) {}

  std::string_view name() const noexcept;
  client::TopicState& state() const noexcept { return *state_; }

 private:
  client::TopicState* state_;
};

class Producer {
 public:
  explicit Producer(const Config& config);  // throws KafkaError(invalid_config); connects later
  Producer(Producer&&) noexcept;
  Producer& operator=(Producer&&) noexcept;
  // close(30s). Inside one of its callbacks, where its last owner may be, this is left to a thread of its own
  // that nobody waits for.
  ~Producer();

  TopicHandle topic(std::string_view name);

  // Has finished with the record's bytes when it returns. Waits at most max.block.ms while the buffer is
  // full; whatever goes wrong, then or later, is told by the callback.
  void send(const RecordView& record, OnDelivery done = {});
  Receipt send_tracked(const RecordView& record);
  // Neighbours of one topic and partition are taken under one lock.
  void send(std::span<const RecordView> records, OnSpanDelivery done = {});
  // False where the buffer is full, and for a topic that is not known yet (it is asked about; try again
  // soon): nothing was taken, `done` is untouched.
  bool try_send(const RecordView& record, OnDelivery& done);
  bool try_send(const RecordView& record);

  // The same by handle. No value: a tombstone.
  using Text = std::optional<std::string_view>;
  void send(const TopicHandle& topic, Text key, Text value, OnDelivery done = {});
  Receipt send_tracked(const TopicHandle& topic, Text key, Text value);
  bool try_send(const TopicHandle& topic, Text key, Text value, OnDelivery& done);

  // Sends what was given so far without lingering, and waits until each is settled and its callback returned.
  Error flush(Millis timeout);
  // Flushes, then stops; what is not settled by then fails with `closed`. Later sends fail with `closed`.
  Error close(Millis timeout);

  std::size_t in_flight() const;          // records given and not settled
  std::size_t callback_failures() const;  // callbacks that threw
  std::string last_problem() const;  // the latest trouble in reaching the cluster; empty while all is well

 private:
  std::shared_ptr<client::ProducerFace> face_;
};

}  // namespace mini
