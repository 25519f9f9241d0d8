#include "mini/testing.h"

#include <algorithm>
#include <ostream>
#include <sstream>
#include <stdexcept>

#include "client/errors.h"
#include "embedded/world.h"
#include "mini/admin.h"
#include "mini/consumer.h"

namespace mini::testing {
namespace {

using embedded::Core;
using embedded::World;

constexpr Millis step_max{100};

Config config_of(EmbeddedBroker& broker) { return {{"bootstrap.servers", broker.bootstrap()}}; }

// The first offset and the end of each partition that has records.
std::map<TopicPartition, std::pair<std::int64_t, std::int64_t>> extents(EmbeddedBroker& broker,
                                                                        const std::string& topic) {
  const World::Entry entry(*broker.world());
  Core* core = broker.world()->core();
  const auto found = core ? core->broker().topics().find(topic) : nullptr;
  std::map<TopicPartition, std::pair<std::int64_t, std::int64_t>> result;
  for (std::int32_t id = 0; found && id < found->partition_count(); ++id) {
    const broker::Partition& partition = *found->partition(id);
    if (partition.log_start_offset() < partition.high_watermark())
      result[{topic, id}] = {partition.log_start_offset(), partition.high_watermark()};
  }
  return result;
}

std::optional<std::string> owned(const std::optional<std::string_view>& view) {
  return view ? std::optional<std::string>(*view) : std::nullopt;
}

Message owned(const ConsumerRecord& record) {
  Message message{owned(record.key), owned(record.value), {},
                  record.partition,  record.timestamp,    record.offset};
  for (const HeaderView& header : record.headers)
    message.headers.push_back({std::string(header.key), owned(header.value)});
  return message;
}

}  // namespace

// ---- topics and messages ----

void create_topic(EmbeddedBroker& broker, const std::string& name, std::int32_t partitions,
                  const std::map<std::string, std::string>& configs) {
  Admin admin(config_of(broker));
  if (Error error = admin.create_topics({{name, partitions, -1, configs}})[name]) throw KafkaError(error);
}

std::vector<RecordMetadata> publish(EmbeddedBroker& broker, const std::string& topic,
                                    const std::vector<Message>& messages) {
  Producer producer(config_of(broker).set("linger.ms", "0"));
  std::vector<Receipt> receipts;
  for (const Message& each : messages)
    receipts.push_back(
        producer.send_tracked({topic, each.key, each.value, each.headers, each.partition, each.timestamp}));
  std::vector<RecordMetadata> stored;
  for (const Receipt& receipt : receipts) stored.push_back(receipt.get());
  return stored;
}

std::vector<Message> read_all(EmbeddedBroker& broker, const std::string& topic) {
  auto left = extents(broker, topic);
  std::vector<TopicPartition> partitions;
  for (const auto& [partition, extent] : left) partitions.push_back(partition);
  if (partitions.empty()) return {};
  Consumer consumer(config_of(broker).set("auto.offset.reset", "earliest"));
  consumer.assign(partitions);
  std::vector<Message> messages;
  while (!left.empty()) {
    for (const ConsumerRecord& record : consumer.poll(step_max)) {
      const auto at = left.find({topic, record.partition});
      if (at != left.end() && record.offset < at->second.second) messages.push_back(owned(record));
    }
    std::erase_if(left,
                  [&](const auto& each) { return consumer.position(each.first) >= each.second.second; });
  }
  std::sort(messages.begin(), messages.end(), [](const Message& a, const Message& b) {
    return std::pair(a.partition, a.offset) < std::pair(b.partition, b.offset);
  });
  return messages;
}

// ---- expectations ----

void Verdict::or_throw() const {
  if (!message.empty()) throw std::runtime_error(message);
}

std::ostream& operator<<(std::ostream& out, const Verdict& verdict) {
  return out << (verdict ? "as expected" : verdict.message);
}

namespace {

std::string quoted(const std::optional<std::string>& text) { return text ? '"' + *text + '"' : "none"; }

bool has_header(const Message& message, const Header& wanted) {
  return std::any_of(message.headers.begin(), message.headers.end(), [&](const Header& header) {
    return header.key == wanted.key && header.value == wanted.value;
  });
}

bool fits(const Message& message, const Expected& expected) {
  if (expected.key && message.key != expected.key) return false;
  if (expected.tombstone ? message.value.has_value() : expected.value && message.value != expected.value)
    return false;
  if (expected.partition && message.partition != expected.partition) return false;
  return std::all_of(expected.headers.begin(), expected.headers.end(),
                     [&](const Header& header) { return has_header(message, header); });
}

std::string describe(const Message& message) {
  std::string text = "partition " + std::to_string(message.partition.value_or(0)) + " offset " +
                     std::to_string(message.offset) + ": key " + quoted(message.key) + ", value " +
                     quoted(message.value);
  for (const Header& header : message.headers) text += ", " + header.key + "=" + quoted(header.value);
  return text;
}

std::string describe(const Expected& expected) {
  std::string text;
  const auto add = [&](const std::string& more) { text += (text.empty() ? "" : ", ") + more; };
  if (expected.key) add("key " + quoted(expected.key));
  if (expected.tombstone) add("no value");
  if (!expected.tombstone && expected.value) add("value " + quoted(expected.value));
  for (const Header& header : expected.headers) add(header.key + "=" + quoted(header.value));
  if (expected.partition) add("in partition " + std::to_string(*expected.partition));
  return text.empty() ? "any record" : text;
}

std::string counted(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " record" : " records");
}

// One line for each record and for each that is missing; "" where all fit.
std::string compare(const std::vector<Message>& found, std::vector<Expected> expected, Order order) {
  std::ostringstream lines;
  bool all_fit = found.size() == expected.size();
  std::size_t place = 0;
  for (const Message& message : found) {
    lines << "\n  " << describe(message);
    const auto begin = expected.begin();
    const auto at =
        order == Order::as_written
            ? (place < expected.size() ? begin + static_cast<std::ptrdiff_t>(place) : expected.end())
            : std::find_if(begin, expected.end(), [&](const Expected& e) { return fits(message, e); });
    const bool fitting = at != expected.end() && fits(message, *at);
    if (!fitting) lines << (at == expected.end() ? "  <- not expected" : "  <- expected " + describe(*at));
    all_fit = all_fit && fitting;
    if (order == Order::as_written) ++place;
    if (order == Order::any && at != expected.end()) expected.erase(at);
  }
  for (; place < expected.size(); ++place) {
    lines << "\n  missing: " << describe(expected[place]);
    all_fit = false;
  }
  return all_fit ? "" : lines.str();
}

}  // namespace

Verdict expect_records(EmbeddedBroker& broker, const std::string& topic,
                       const std::vector<Expected>& expected, Order order) {
  const std::vector<Message> found = read_all(broker, topic);
  const std::string lines = compare(found, expected, order);
  if (lines.empty()) return {};
  return {"topic " + topic + " holds " + counted(found.size()) + ", " + std::to_string(expected.size()) +
          " expected:" + lines};
}

Verdict expect_values(EmbeddedBroker& broker, const std::string& topic,
                      const std::vector<std::string>& values, Order order) {
  std::vector<Expected> expected;
  for (const std::string& value : values) expected.emplace_back().value = value;
  return expect_records(broker, topic, expected, order);
}

Verdict expect_contains(EmbeddedBroker& broker, const std::string& topic, const Expected& expected) {
  const std::vector<Message> found = read_all(broker, topic);
  std::string lines;
  for (const Message& message : found) {
    if (fits(message, expected)) return {};
    lines += "\n  " + describe(message);
  }
  return {"topic " + topic + " holds " + counted(found.size()) + ", none with " + describe(expected) + ":" +
          lines};
}

Verdict expect_committed(EmbeddedBroker& broker, const std::string& group, const TopicPartition& partition,
                         std::int64_t offset) {
  const World::Entry entry(*broker.world());
  Core* core = broker.world()->core();
  const auto* offsets = core ? core->broker().groups().offsets(group) : nullptr;
  const auto* found = offsets ? offsets->find(partition.topic, partition.partition) : nullptr;
  if (found && found->offset == offset) return {};
  return {"group " + group + " has committed " + (found ? std::to_string(found->offset) : "nothing") +
          " of topic " + partition.topic + ", partition " + std::to_string(partition.partition) + ", " +
          std::to_string(offset) + " expected"};
}

}  // namespace mini::testing
