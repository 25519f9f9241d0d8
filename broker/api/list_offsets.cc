// ListOffsets, v1-10.
// Special timestamps: -1 the high watermark (read_committed: the last stable offset), -2 the log start, -3
// the record with the greatest timestamp, -4 the earliest kept here (= the log start). A time finds the first
// record by offset whose timestamp is equal or later; after the last record the answer is offset -1 without
// an error. Not emulated: tiered storage (-5 finds nothing).
#include "protocol/messages/list_offsets.h"
#include "broker/api/handlers.h"
#include "broker/api/named.h"
#include "broker/topics/topics.h"

namespace mini::broker {

using protocol::ErrorCode;
using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;
using PartitionAnswer = ListOffsetsResponse::ListOffsetsPartitionResponse;

namespace {

constexpr TimestampMs latest = -1;
constexpr TimestampMs earliest = -2;
constexpr TimestampMs greatest = -3;
constexpr TimestampMs earliest_local = -4;
constexpr TimestampMs latest_tiered = -5;
constexpr std::int8_t read_committed = 1;

TimestampMs least_timestamp_at(std::int16_t version) {
  if (version >= 9) return latest_tiered;     // KIP-1005
  if (version >= 8) return earliest_local;    // KIP-405
  return version >= 7 ? greatest : earliest;  // KIP-734
}

// A partition's answer at one version.
class LookUp {
 public:
  LookUp(PartitionAnswer& answer, std::int16_t version) : answer_(answer), has_leader_epoch_(version >= 4) {}

  void find(const Partition& partition, TimestampMs timestamp, std::int8_t isolation) {
    switch (timestamp) {
      case latest:
        return at(partition,
                  isolation == read_committed ? partition.last_stable_offset() : partition.high_watermark());
      case earliest:
      case earliest_local: return at(partition, partition.log_start_offset());
      case greatest: return put(partition.log().greatest_timestamp());
      case latest_tiered: return put(std::nullopt);
      default: return put(partition.log().find_timestamp(timestamp));
    }
  }

 private:
  void at(const Partition& partition, Offset offset) {
    put(TimestampAndOffset{no_timestamp, offset, partition.leader_epoch()});
  }
  void put(const std::optional<TimestampAndOffset>& found) {
    answer_.timestamp = no_timestamp;
    answer_.offset = no_offset;
    if (found) put(*found);
  }
  void put(const TimestampAndOffset& found) {
    answer_.timestamp = found.timestamp;
    answer_.offset = found.offset;
    if (has_leader_epoch_) answer_.leader_epoch = found.leader_epoch;  // KIP-320
  }

  PartitionAnswer& answer_;
  const bool has_leader_epoch_;
};

PartitionAnswer refused(PartitionId partition, ErrorCode error) {
  PartitionAnswer answer;
  answer.partition_index = partition;
  answer.error_code = error;
  return answer;
}

}  // namespace

void list_offsets(Services& broker, const RequestContext& context, const ListOffsetsRequest& request,
                  Reply<ListOffsetsResponse> reply) {
  ListOffsetsResponse response;
  Named<std::pair<std::string, PartitionId>> named;
  for (const auto& topic : request.topics) {
    for (const auto& asked : topic.partitions) named.add({topic.name, asked.partition_index});
  }
  const auto answer_one = [&](const auto& topic, const auto& asked) {
    const PartitionId id = asked.partition_index;
    const TopicPtr found = broker.topics.find(topic.name);
    const Partition* partition = found ? found->partition(id) : nullptr;
    if (named.twice({topic.name, id})) return refused(id, ErrorCode::invalid_request);
    if (request.isolation_level < 0 || request.isolation_level > read_committed)
      return refused(id, ErrorCode::invalid_request);
    if (asked.timestamp < least_timestamp_at(context.version))
      return refused(id, ErrorCode::unsupported_version);
    if (!partition) return refused(id, ErrorCode::unknown_topic_or_partition);
    if (const ErrorCode error = check_leader_epoch(*partition, asked.current_leader_epoch); failed(error))
      return refused(id, error);
    PartitionAnswer answer = refused(id, ErrorCode::none);
    LookUp(answer, context.version).find(*partition, asked.timestamp, request.isolation_level);
    return answer;
  };
  for (const auto& topic : request.topics) {
    auto& topic_answer = response.topics.emplace_back();
    topic_answer.name = topic.name;
    for (const auto& asked : topic.partitions) {
      if (named.answer_due({topic.name, asked.partition_index}))
        topic_answer.partitions.push_back(answer_one(topic, asked));
    }
  }
  reply.send(response);
}

}  // namespace mini::broker
