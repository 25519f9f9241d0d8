// Fetch, v4-17.
// Answers at once where min_bytes are there, where a partition has an error, or where max_wait_ms is 0; else
// waits (broker/topics/fetch_waiters.h) until bytes come, a partition is deleted or the time is over. Sends
// whole batches as slices of the log; the first batch comes whole even above every limit (KIP-74). Not
// emulated: fetch sessions (session id 0 every time, KIP-227), followers (a replica id is refused),
// rack-aware replicas (rack_id is read and ignored), transactions (aborted_transactions is empty).
#include <algorithm>

#include "broker/api/fetch_plan.h"
#include "broker/api/handlers.h"

namespace mini::broker {

using protocol::ErrorCode;
using protocol::FetchRequest;
using protocol::FetchResponse;
using PartitionAnswer = FetchResponse::PartitionData;

namespace {

PartitionAnswer refused(PartitionId partition, ErrorCode error) {
  PartitionAnswer answer;
  answer.partition_index = partition;
  answer.error_code = error;
  answer.high_watermark = no_offset;
  const bool unknown = error == ErrorCode::unknown_topic_or_partition || error == ErrorCode::unknown_topic_id;
  if (!unknown) answer.aborted_transactions.reset();
  return answer;
}

// Builds one answer from a plan; made anew for each try.
class Gathering {
 public:
  explicit Gathering(const Plan& plan) : plan_(plan), bytes_left_(plan.bytes_max) {}

  FetchResponse gather() {
    FetchResponse response;
    for (const WantedTopic& topic : plan_.topics) {
      auto& answer = response.responses.emplace_back();
      answer.topic = topic.name;
      answer.topic_id = topic.id;
      for (const Wanted& wanted : topic.partitions) answer.partitions.push_back(read(topic, wanted));
    }
    return response;
  }

  bool enough() const { return trouble_ || bytes_ >= plan_.bytes_min; }
  std::size_t bytes() const { return bytes_; }

 private:
  PartitionAnswer read(const WantedTopic& wanted_topic, const Wanted& wanted) {
    const Topic* topic = wanted_topic.topic.get();
    const bool gone = !topic || topic->deleted();
    const Partition* partition = gone ? nullptr : topic->partition(wanted.partition);
    if (!partition) {
      const bool unknown_id = plan_.by_topic_id() && gone;
      return trouble(wanted,
                     unknown_id ? ErrorCode::unknown_topic_id : ErrorCode::unknown_topic_or_partition);
    }
    if (const ErrorCode error = check_leader_epoch(*partition, wanted.current_leader_epoch); failed(error))
      return trouble(wanted, error);
    // Asked of the topic's setting alone: what producers compressed on their own comes as it is.
    if (!plan_.zstd_allowed() && topic->settings().compression_type == CompressionType::zstd)
      return trouble(wanted, ErrorCode::unsupported_compression_type);
    const bool epoch_to_come = wanted.last_fetched_epoch > partition->leader_epoch();
    if (epoch_to_come) return trouble(wanted, ErrorCode::offset_out_of_range);
    const Offset end = plan_.committed_only ? partition->last_stable_offset() : partition->high_watermark();
    if (wanted.offset < partition->log_start_offset() || wanted.offset > partition->high_watermark())
      return trouble(wanted, ErrorCode::offset_out_of_range);
    return read(*partition, wanted, end);
  }

  PartitionAnswer read(const Partition& partition, const Wanted& wanted, Offset end) {
    PartitionAnswer answer;
    answer.partition_index = wanted.partition;
    answer.high_watermark = partition.high_watermark();
    answer.last_stable_offset = partition.last_stable_offset();
    answer.log_start_offset = partition.log_start_offset();
    if (!plan_.committed_only) answer.aborted_transactions.reset();
    const bool nothing_yet = bytes_ == 0;
    answer.records = partition.log().read(
        {wanted.offset, end, std::min(wanted.bytes_max, bytes_left_), /*first_batch_whole=*/nothing_yet});
    bytes_ += answer.records.size();
    bytes_left_ -= std::min(bytes_left_, answer.records.size());
    return answer;
  }

  PartitionAnswer trouble(const Wanted& wanted, ErrorCode error) {
    trouble_ = true;
    return refused(wanted.partition, error);
  }

  const Plan& plan_;
  std::size_t bytes_ = 0;
  std::size_t bytes_left_;
  bool trouble_ = false;
};

std::vector<WaitList*> wait_lists(const Plan& plan) {
  std::vector<WaitList*> lists;
  for (const WantedTopic& topic : plan.topics) {
    for (const Wanted& wanted : topic.partitions)
      lists.push_back(&topic.topic->partition(wanted.partition)->waits());
  }
  return lists;
}

ErrorCode request_error(const FetchRequest& request) {
  const bool from_a_follower = request.replica_id >= 0 || request.replica_state.replica_id >= 0;
  if (from_a_follower) return ErrorCode::invalid_request;
  if (request.isolation_level < 0 || request.isolation_level > read_committed)
    return ErrorCode::invalid_request;
  // Without sessions none can be continued. A whole fetch may end one (-1) or ask for a new one (0).
  const bool whole = request.session_epoch == 0 || request.session_epoch == -1;
  return whole ? ErrorCode::none : ErrorCode::fetch_session_id_not_found;
}

FetchResponse refused_whole(const Plan& plan, ErrorCode error) {
  FetchResponse response;
  const bool has_room_for_it = plan.version >= 7;
  if (has_room_for_it) {
    response.error_code = error;
    return response;
  }
  for (const WantedTopic& topic : plan.topics) {
    auto& answer = response.responses.emplace_back();
    answer.topic = topic.name;
    for (const Wanted& wanted : topic.partitions)
      answer.partitions.push_back(refused(wanted.partition, error));
  }
  return response;
}

}  // namespace

void fetch(Services& broker, const RequestContext& context, const FetchRequest& request,
           Reply<FetchResponse> reply) {
  Plan plan = plan_of(broker, context, request);
  if (const ErrorCode error = request_error(request); failed(error))
    return reply.send(refused_whole(plan, error));

  Gathering now(plan);
  const FetchResponse response = now.gather();
  const bool nothing_to_wait_for = plan.topics.empty() || request.max_wait_ms <= 0;
  if (now.enough() || nothing_to_wait_for) return reply.send(response);

  const FetchWaiters::Terms terms{context.connection, plan.bytes_min - now.bytes(),
                                  broker.now.monotonic + Millis(request.max_wait_ms)};
  const std::vector<WaitList*> lists = wait_lists(plan);
  broker.fetch_waiters.park(terms, lists, [plan = std::move(plan), reply = std::move(reply)]() mutable {
    reply.send(Gathering(plan).gather());
  });
}

}  // namespace mini::broker
