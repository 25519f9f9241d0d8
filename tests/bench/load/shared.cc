#include <unistd.h>

#include <random>

#include "protocol/messages/create_topics.h"
#include "protocol/messages/fetch.h"
#include "protocol/messages/list_offsets.h"
#include "protocol/messages/metadata.h"
#include "protocol/messages/produce.h"
#include "protocol/records/batch.h"
#include "protocol/records/builder.h"
#include "tests/bench/load/measure.h"
#include "tests/bench/load/workload.h"

// Versions that every peer serves: Apache Kafka 4, librdkafka's mock, mini-broker.
namespace mini::bench {

using namespace protocol;

namespace {

constexpr int asked_of_partitions_max =
    64;  // where there are more, no broker that needs to be asked is held against us

bool all_led(Wire& wire, const std::string& name, int partitions) {
  MetadataRequest request;
  request.topics.emplace();
  request.topics->emplace_back().name = name;
  const auto answer = wire.ask<MetadataResponse>(request, 1);
  if (answer.topics.size() != 1 || answer.topics[0].partitions.size() != static_cast<std::size_t>(partitions))
    return false;
  for (const auto& partition : answer.topics[0].partitions)
    if (partition.leader_id < 0 || partition.error_code != ErrorCode::none) return false;
  return true;
}

std::string random_text(std::size_t size) {
  static std::mt19937_64 random(42);
  std::string text(size, ' ');
  for (char& letter : text) letter = static_cast<char>('a' + random() % 26);
  return text;
}

}  // namespace

void create_topic(Wire& wire, const Workload& workload, const std::string& name, int partitions) {
  if (workload.create_topic) {
    CreateTopicsRequest request;
    request.timeout_ms = 30'000;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = 1;
    if (!workload.retention_bytes.empty()) {
      auto& retention = topic.configs.emplace_back();
      retention.name = "retention.bytes";
      retention.value = workload.retention_bytes;
      auto& segment = topic.configs.emplace_back();
      segment.name = "segment.bytes";
      segment.value = std::to_string(std::stoll(workload.retention_bytes) / 4);
    }
    const auto answer = wire.ask<CreateTopicsResponse>(request, 4);
    if (failed(answer.topics.at(0).error_code)) fail("topic " + name + " could not be created");
  }
  const std::int64_t patience = now_ns() + 30'000'000'000;
  while (!all_led(wire, name, partitions))
    if (now_ns() > patience) fail("topic " + name + " does not come up");
  for (int i = 0; i < std::min(partitions, asked_of_partitions_max); ++i) list_offset(wire, name, i, -1);
}

Bytes produce_request(const Workload& workload, std::int32_t partition, std::int32_t correlation_id) {
  BatchBuilder builder(BatchOptions{});
  for (int i = 0; i < workload.records_per_batch; ++i) {
    const std::string value = random_text(workload.record_size);
    builder.add({.timestamp = 1'767'225'600'000, .value = value});
  }
  const Bytes batch = builder.build();
  ProduceRequest request;
  request.acks = workload.acks;
  request.timeout_ms = 30'000;
  auto& topic = request.topic_data.emplace_back();
  topic.name = workload.topic;
  auto& data = topic.partition_data.emplace_back();
  data.index = partition;
  data.records = Records(Slice(batch));
  OutBuffer out;
  write_request(out, request, 7, correlation_id, "bench");
  return out.copy();
}

std::int64_t list_offset(Wire& wire, const std::string& topic, std::int32_t partition,
                         std::int64_t timestamp) {
  ListOffsetsRequest request;
  request.replica_id = -1;
  auto& each = request.topics.emplace_back();
  each.name = topic;
  auto& wanted = each.partitions.emplace_back();
  wanted.partition_index = partition;
  wanted.timestamp = timestamp;
  const std::int64_t patience = now_ns() + 30'000'000'000;
  for (;;) {  // Apache Kafka tells of a leader a moment before that one leads
    const auto answer = wire.ask<ListOffsetsResponse>(request, 1);
    const auto& found = answer.topics.at(0).partitions.at(0);
    if (!failed(found.error_code)) return found.offset;
    if (!describe(found.error_code).retriable || now_ns() > patience)
      fail("ListOffsets was refused: " + std::string(describe(found.error_code).name));
    ::usleep(10'000);
  }
}

std::int64_t read_back(Wire& wire, const std::string& topic, std::int32_t partition, std::int64_t from) {
  const std::int64_t end = list_offset(wire, topic, partition, -1);
  std::int64_t next = from;
  while (next < end) {
    FetchRequest request;
    request.max_wait_ms = 100;
    request.min_bytes = 1;
    auto& each = request.topics.emplace_back();
    each.topic = topic;
    auto& wanted = each.partitions.emplace_back();
    wanted.partition = partition;
    wanted.fetch_offset = next;
    wanted.partition_max_bytes = 4 << 20;
    const auto answer = wire.ask<FetchResponse>(request, 4);
    const auto& data = answer.responses.at(0).partitions.at(0);
    if (data.error_code == ErrorCode::offset_out_of_range) {  // retention was faster
      const std::int64_t start = list_offset(wire, topic, partition, -2);
      if (start <= next) fail("a partition cannot be read back from where it begins");
      from = next = start;
      continue;
    }
    if (failed(data.error_code)) fail("a partition cannot be read back");
    for (BytesView rest = data.records.view(); !rest.empty();) {
      const auto batch = BatchView::parse(rest);
      if (!batch) break;  // cut at the limit
      if (!batch->crc_matches()) fail("a batch read back has a wrong checksum");
      const bool goes_on = batch->header().base_offset <= next && batch->header().next_offset() > next;
      if (!goes_on || (next != from && batch->header().base_offset != next)) fail("offsets have a gap");
      next = batch->header().next_offset();
      rest = rest.subspan(batch->header().size());
    }
  }
  return next - from;
}

}  // namespace mini::bench
