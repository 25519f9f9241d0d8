#include <doctest/doctest.h>

#include <future>
#include <thread>

#include "mini/admin.h"
#include "mini/consumer.h"
#include "mini/producer.h"
#include "protocol/messages/create_topics.h"
#include "tests/client/support/hostile_broker.h"
#include "tests/client/support/model_partition.h"
#include "tests/support/records.h"

// A hostile broker on a socket, and the clients as a program uses them: what comes is an error that names it,
// or is got over; never a crash, a wait without end, or memory without bound.

using namespace mini::test;
using namespace std::chrono_literals;
using mini::Admin;
using mini::Config;
using mini::Consumer;
using mini::ConsumerRecord;
using mini::Error;
using mini::KafkaError;
using mini::Millis;
using mini::Offset;
using mini::Producer;
using mini::protocol::BatchHeader;
using mini::protocol::CreateTopicsRequest;
using mini::protocol::CreateTopicsResponse;
using mini::protocol::ErrorCode;
using mini::protocol::MetadataRequest;
using mini::protocol::MetadataResponse;

namespace {

constexpr int polls_max = 100;

// What polling came to: the offsets, until there is an error or `enough` records.
struct Read {
  std::vector<Offset> offsets;
  std::string problem;
};

Read read_all(Consumer& consumer, std::size_t enough) {
  Read read;
  for (int i = 0; i < polls_max && read.offsets.size() < enough; ++i) {
    try {
      for (const ConsumerRecord& record : consumer.poll(100ms)) {
        read.offsets.push_back(record.offset);
        for (const auto& header : record.headers) CHECK(header.key.size() < 1000);
      }
    } catch (const KafkaError& error) {
      read.problem = error.what();
      break;
    }
  }
  return read;
}

Read read_all(HostileBroker& broker, std::size_t enough) {
  Consumer consumer(broker.config());
  consumer.assign({{"t", 0}});
  Read read = read_all(consumer, enough);
  CHECK_FALSE(consumer.close(5s));
  return read;
}

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

// The same bytes from every offset.
std::function<Bytes(Offset)> always(Bytes bytes) {
  return [bytes](Offset) { return bytes; };
}

void put_int32(Bytes& bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

constexpr std::size_t at_batch_length = 8;

// The checksum is right: what is wrong is not found by it.
Bytes resealed(const Bytes& batch, void (*change)(BatchHeader&)) {
  BatchHeader header = mini::protocol::BatchView::parse(batch)->header();
  change(header);
  return sealed(BytesView(batch).subspan(mini::protocol::batch_header_size), header);
}

Reaction created(const Asked& asked, std::int16_t error) {
  CreateTopicsResponse response;
  auto& topic = response.topics.emplace_back();
  topic.name = asked.read<CreateTopicsRequest>().topics.at(0).name;
  topic.error_code = static_cast<ErrorCode>(error);
  return Reaction::answer(asked, response);
}

}  // namespace

TEST_CASE("M1: a batch length with its high bit set is an error") {
  HostileBroker broker;
  Bytes batch = batch_of({"a", "b"});
  put_int32(batch, at_batch_length, 0x80000031);
  broker.log = always(batch);
  const auto running = broker.start();
  const Read read = read_all(broker, 1);
  CHECK(read.offsets.empty());
  CHECK(read.problem.find("topic t, partition 0") != std::string::npos);
}

TEST_CASE("M2: an answer of hundreds of megabytes is not waited for, and TLS is recognised") {
  const struct {
    Bytes size;
    const char* said;
  } rows[] = {{{0x15, 0x03, 0x03, 0x00}, "TLS"}, {{0x7f, 0xff, 0xff, 0xff}, "2147483647 bytes"}};
  for (const auto& row : rows) {
    CAPTURE(row.said);
    HostileBroker broker;
    const auto nonsense = [&](const Asked&) { return Reaction::raw(row.size); };
    broker.on[ApiKey::api_versions] = nonsense;
    const auto running = broker.start(true);
    Admin admin(broker.config());
    std::string problem;
    try {
      admin.list_topics(false, 500ms);
    } catch (const KafkaError& error) {
      problem = error.what();
    }
    CHECK(problem.find(row.said) != std::string::npos);
  }
}

TEST_CASE("M3: a control batch is passed over, however many markers it has") {
  HostileBroker broker;
  const Bytes control = resealed(batch_of({"abort", "abort"}), [](BatchHeader& header) {
    header.attributes = 0x30;  // transactional, control
  });
  const Bytes data = batch_of({"a", "b"}, {.base_offset = 2});
  broker.log = [&](Offset from) { return from == 0 ? control + data : Bytes{}; };
  const auto running = broker.start();
  CHECK(read_all(broker, 2).offsets == std::vector<Offset>{2, 3});
}

TEST_CASE(
    "M4: a wrong correlation id, or one said twice, ends the connection, and the call goes on over another") {
  HostileBroker broker;
  std::atomic<int> answers = 0;
  broker.on[ApiKey::create_topics] = [&](const Asked& asked) {
    Asked as_if = asked;
    if (++answers == 1) as_if.correlation_id += 7;
    Reaction reaction = created(as_if, 0);
    if (answers == 2) reaction.frame = reaction.frame + reaction.frame;  // one that nobody asked for
    return reaction;
  };
  const auto running = broker.start();
  Admin admin(broker.config());
  CHECK_FALSE(admin.create_topics({{.name = "a"}}, 10s).at("a"));
  CHECK(answers == 2);
  CHECK_FALSE(admin.create_topics({{.name = "b"}}, 10s).at("b"));
}

TEST_CASE("M5: two thousand million records or headers in a small batch are an error and no memory") {
  HostileBroker broker;
  Bytes batch;
  SUBCASE("records") {
    batch = resealed(batch_of({"a"}), [](BatchHeader& header) {
      header.record_count = 0x7fffffff;
      header.last_offset_delta = 0x7ffffffe;
    });
  }
  SUBCASE("headers") {
    //                   length, attributes, times, offset, no key, "x", headers: 2^31-1
    const Bytes record = {0x18, 0, 0, 0, 1, 2, 'x', 0xfe, 0xff, 0xff, 0xff, 0x0f, 0};
    BatchHeader header;
    header.record_count = 1;
    batch = sealed(record, header);
  }
  broker.log = always(batch);
  const auto running = broker.start();
  const Read read = read_all(broker, 2);
  CHECK(read.offsets.size() <= 1);
  CHECK(read.problem.find("topic t, partition 0") != std::string::npos);
}

TEST_CASE("M6: a bomb stops its partition with a clear error, and is not fetched without end") {
  HostileBroker broker;
  Bytes bomb(mini::protocol::batch_header_size);
  {
    const Bytes zeros(300 * 1024 * 1024);
    mini::protocol::compress(mini::protocol::Codec::zstd, zeros, bomb);
  }
  BatchHeader header;
  header.attributes = static_cast<std::int16_t>(mini::protocol::Codec::zstd);
  header.record_count = 1;
  mini::protocol::seal_batch(bomb.data(), bomb.size(), header);
  broker.log = [&](Offset from) { return from == 0 ? bomb : Bytes{}; };
  const auto running = broker.start();
  Consumer consumer(broker.config());
  consumer.assign({{"t", 0}});
  const Read read = read_all(consumer, 1);
  CHECK(read.problem.find("inflates to more than") != std::string::npos);
  const int before = broker.fetches;
  for (int i = 0; i < 5; ++i) {
    try {
      consumer.poll(50ms);
    } catch (const KafkaError&) {
    }
  }
  CHECK(broker.fetches <= before + 5);
}

TEST_CASE("M7: metadata that cannot be are left out, and a million brokers are no more than a few") {
  HostileBroker broker;
  std::size_t brokers = 0;
  SUBCASE("three") { brokers = 3; }
  SUBCASE("a million") { brokers = 1'000'000; }
  MetadataResponse response;
  const char* hosts[] = {"", "here", "127.0.0.1"};
  const std::int32_t ports[] = {1, 99'999, -1};
  for (std::size_t i = 0; i < brokers; ++i) {
    auto& each = response.brokers.emplace_back();
    each.node_id = static_cast<std::int32_t>(i);
    each.host = hosts[i % 3];
    each.port = ports[i % 3];
  }
  auto& topic = response.topics.emplace_back();
  topic.name = "t";
  topic.partitions.emplace_back().leader_id = 77;  // no broker
  Asked any{};
  any.version = 12;
  const Bytes prepared = Reaction::answer(any, response).frame;

  std::atomic<int> looks = 0;
  broker.on[ApiKey::metadata] = [&](const Asked& asked) {
    ++looks;
    Bytes frame = prepared;
    put_int32(frame, 4, static_cast<std::uint32_t>(asked.correlation_id));
    return Reaction::raw(frame);
  };
  broker.on[ApiKey::api_versions] = [&](const Asked& asked) {
    return Reaction::answer(asked, broker.scripted().api_versions());
  };
  const auto running = broker.start(true);
  Config config = broker.config();
  config.set("max.block.ms", "1000");
  config.set("delivery.timeout.ms", "1000");
  config.set("request.timeout.ms", "900");
  Producer producer(config);
  Error error;
  try {
    error = producer.send_tracked({.topic = "t", .value = "v"}).error();
  } catch (const KafkaError& thrown) {
    error = thrown.error();
  }
  CHECK(error);
  CHECK(looks > 0);
  producer.close(1s);
}

TEST_CASE("M8: a throttle time of 24 days holds nobody up who wants to end") {
  HostileBroker broker;
  broker.on[ApiKey::create_topics] = [](const Asked& asked) {
    CreateTopicsResponse response;
    response.throttle_time_ms = 0x7fffffff;
    response.topics.emplace_back().name = asked.read<CreateTopicsRequest>().topics.at(0).name;
    return Reaction::answer(asked, response);
  };
  const auto running = broker.start();
  const auto begun = std::chrono::steady_clock::now();
  {
    Admin admin(broker.config());
    int quiet = 0;  // each connection is used once, then not for a minute
    for (int i = 0; i < 5 && quiet == 0; ++i) {
      try {
        const auto errors = admin.create_topics({{.name = "a"}}, i == 0 ? Millis(10s) : Millis(300ms));
        CHECK_FALSE(errors.at("a"));
      } catch (const KafkaError&) {
        ++quiet;
      }
    }
    CHECK(quiet == 1);
  }
  CHECK(std::chrono::steady_clock::now() - begun < 30s);
}

TEST_CASE("M11: an error code that nobody knows is reported as it is, and not tried again") {
  HostileBroker broker;
  std::atomic<int> creations = 0;
  broker.on[ApiKey::create_topics] = [&](const Asked& asked) {
    ++creations;
    return created(asked, 999);
  };
  std::atomic<int> produces = 0;
  broker.on[ApiKey::produce] = [&](const Asked& asked) {
    ++produces;
    mini::protocol::ProduceResponse response;
    auto& topic = response.responses.emplace_back();
    topic.name = "t";
    topic.partition_responses.emplace_back().error_code = static_cast<ErrorCode>(999);
    return Reaction::answer(asked, response);
  };
  const auto running = broker.start();

  Admin admin(broker.config());
  const Error creation = admin.create_topics({{.name = "a"}}, 10s).at("a");
  CHECK(creation.code == mini::kafka_error(999));
  CHECK(creation.message().find("unknown error code 999") != std::string::npos);
  CHECK_FALSE(creation.retriable);
  CHECK(creations == 1);

  Producer producer(broker.config());
  CHECK(producer.send_tracked({.topic = "t", .value = "v"}).error().code == mini::kafka_error(999));
  CHECK(produces == 1);
  producer.close(1s);
}

TEST_CASE("M12: what lies before the offset that was asked for is never given out twice") {
  HostileBroker broker;
  broker.high_watermark = 6;
  const Bytes first = batch_of({"a", "b", "c"});
  const Bytes second = batch_of({"d", "e", "f"}, {.base_offset = 3});
  broker.log = [&](Offset from) {
    if (from < 3) return first;
    return from < 6 ? first + second + first : Bytes{};
  };
  const auto running = broker.start();
  CHECK(read_all(broker, 6).offsets == std::vector<Offset>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("M13: a last batch that is cut is left, and fetched again") {
  HostileBroker broker;
  const Bytes first = batch_of({"a", "b"});
  const Bytes second = batch_of({"c", "d"}, {.base_offset = 2});
  broker.log = [&](Offset from) {
    if (from == 0) return first + Bytes(second.begin(), second.end() - 3);
    return from == 2 ? second : Bytes{};
  };
  const auto running = broker.start();
  CHECK(read_all(broker, 4).offsets == std::vector<Offset>{0, 1, 2, 3});
  CHECK(broker.fetches >= 2);
}

TEST_CASE("M14: bytes that are on their way stay as they are, also after their records were given up") {
  constexpr int records = 100;
  constexpr std::size_t value_size = 100'000;
  HostileBroker broker;
  std::promise<void> go_on;
  auto may_go_on = go_on.get_future().share();
  std::atomic<int> requests = 0, batches = 0, broken = 0;
  broker.on[ApiKey::produce] = [&](const Asked& asked) {
    const auto request = asked.read<mini::protocol::ProduceRequest>();
    if (requests++ == 0)  // sent again when its records have little time left
      return Reaction::answer(
          asked, answer_each(request, [](const auto&, Offset&) { return ErrorCode::not_enough_replicas; }));
    may_go_on.wait();  // meanwhile nothing is read
    for (const auto& topic : request.topic_data)
      for (const auto& partition : topic.partition_data) {
        const auto batch = mini::protocol::BatchView::parse(partition.records.view());
        ++batches;
        if (!batch || !batch->crc_matches()) ++broken;
      }
    return Reaction::none();
  };
  const auto running = broker.start();
  Config config = broker.config();
  config.set("delivery.timeout.ms", "1500");
  config.set("request.timeout.ms", "1400");
  config.set("retry.backoff.ms", "1000");
  config.set("batch.size", "2000000");
  config.set("max.request.size", "4000000");
  config.set("buffer.memory", "12000000");
  config.set("max.block.ms", "100");
  std::optional<Producer> producer(config);
  std::atomic<int> given_up = 0;
  const auto send_all = [&](char letter) {
    for (int i = 0; i < records; ++i)
      producer->send({.topic = "t", .value = std::string(value_size, static_cast<char>(letter + i % 20))},
                     [&](const mini::Delivery& delivery) { given_up += delivery.error ? 1 : 0; });
  };
  send_all('A');
  for (int i = 0; i < 200 && given_up < records; ++i) std::this_thread::sleep_for(50ms);
  CHECK(given_up == records);
  send_all('a');  // into the memory of the first ones, were it free
  go_on.set_value();
  producer->flush(2s);
  producer.reset();
  CHECK(requests > 1);
  CHECK(batches > 0);
  CHECK(broken == 0);
}
