#include "client/transport/in_process.h"
#include "mini/admin.h"
#include "mini/consumer.h"
#include "mini/producer.h"
#include "tests/fuzz/client_world.h"
#include "tests/fuzz/fuzz_target.h"

// The three clients as a program uses them, with a broker that says what the input has it say. The input:
// which client (one byte: 0 admin, 1 producer, 2 a member of a group, 3 partitions assigned by hand), then
// what the next requests of an API get: the API, the newest version advertised of it, what to do
// (Step::Kind), a size (two bytes) and so many bytes. Time is the world's: waits cost nothing.
namespace mini::test {
namespace {

using namespace std::chrono_literals;
using protocol::ApiKey;

ClientReached the_reached;

Script script_in(protocol::BytesView input) {
  Script script;
  protocol::Reader in(input);
  while (in.remaining() > 5) {
    const auto api = static_cast<ApiKey>(static_cast<std::uint8_t>(in.int8()));
    const std::int16_t version = in.int8();
    const auto kind = static_cast<Step::Kind>(static_cast<std::uint8_t>(in.int8()) % 5);
    const std::size_t size = in.uint16();
    const protocol::BytesView bytes = in.take(std::min(size, in.remaining()));
    script.steps[api].push_back({kind, protocol::Bytes(bytes.begin(), bytes.end())});
    if (version >= 0) script.newest_versions.emplace(api, version);
  }
  return script;
}

template <class Use>
void try_to(Use use) {
  try {
    use();
  } catch (const KafkaError& error) {
    must(static_cast<bool>(error.error()), "what is thrown is an error");
  }
}

void use_admin(const Config& config) {
  Admin admin(config);
  const TopicPartition t{"t", 0};
  const ConfigResource topic{ConfigResource::Type::topic, "t"};
  try_to([&] { admin.list_topics(true, 300ms); });
  try_to([&] { admin.describe_topics({"t"}, 300ms); });
  try_to([&] { admin.create_topics({{.name = "t"}}, 300ms); });
  try_to([&] { admin.delete_topics({"t"}, 300ms); });
  try_to([&] { admin.create_partitions({{"t", 2}}, 300ms); });
  try_to([&] { admin.describe_configs({topic}, 300ms); });
  try_to([&] { admin.alter_configs({{topic, {{.name = "a"}}}}, 300ms); });
  try_to([&] { admin.list_groups({}, {}, 300ms); });
  try_to([&] { admin.describe_groups({"g"}, 300ms); });
  try_to([&] { admin.delete_groups({"g"}, 300ms); });
  try_to([&] { admin.remove_members_from_group("g", {{.member_id = "m"}}, 300ms); });
  try_to([&] { admin.list_group_offsets("g", 300ms); });
  try_to([&] { admin.alter_group_offsets("g", {{t, {1, -1, ""}}}, 300ms); });
  try_to([&] { admin.delete_group_offsets("g", {t}, 300ms); });
  try_to([&] { admin.list_offsets({{t, OffsetSpec::latest()}}, 300ms); });
  try_to([&] { admin.delete_records({{t, 1}}, 300ms); });
}

void use_producer(const Config& config) {
  Producer producer(config);
  int told = 0;
  for (int i = 0; i < 3; ++i)
    producer.send({.topic = "t", .key = "k", .value = "v"}, [&](const Delivery&) { ++told; });
  const Receipt receipt = producer.send_tracked({.topic = "t", .value = "v"});
  producer.flush(5s);
  producer.close(1s);
  must(told == 3 && receipt.ready(), "every record has an end");
}

std::size_t read_all(const Records& records) {
  std::size_t bytes = 0;
  for (const ConsumerRecord& record : records) {
    bytes += record.topic.size() + record.key.value_or("").size() + record.value.value_or("").size();
    for (const auto& header : record.headers) bytes += header.key.size() + header.value.value_or("").size();
  }
  return bytes;
}

void use_consumer(const Config& config, bool grouped) {
  Consumer consumer(config);
  if (grouped)
    consumer.subscribe({"t"});
  else
    consumer.assign({{"t", 0}});
  for (int i = 0; i < 10; ++i) try_to([&] { read_all(consumer.poll(100ms)); });
  if (grouped) try_to([&] { consumer.commit_sync(); });
  consumer.close(1s);
}

void use_client(int which, const std::string& address) {
  Config config{{"bootstrap.servers", address},   {"auto.offset.reset", "earliest"},
                {"request.timeout.ms", "500"},    {"delivery.timeout.ms", "2000"},
                {"max.block.ms", "1000"},         {"retry.backoff.ms", "20"},
                {"heartbeat.interval.ms", "100"}, {"partition.assignment.strategy", "range"}};
  if (which == 2) config.set("group.id", "g");
  if (which == 0) return use_admin(config);
  if (which == 1) return use_producer(config);
  use_consumer(config, which == 2);
}

}  // namespace

Reached reached() {
  return {the_reached.accepted, the_reached.accepted_apis.size(), the_reached.asked_apis.size()};
}

void run(protocol::BytesView input) {
  if (input.empty()) return;
  Script script = script_in(input.subspan(1));
  const std::string address =
      client::announce([&] { return std::make_unique<ClientWorld>(script, the_reached); });
  use_client(input[0] % 4, address);
  client::withdraw(address);
}

}  // namespace mini::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mini::test::run({data, size});
  return 0;
}
