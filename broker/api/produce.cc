// Produce, v3-11.
// Each partition is judged and stored by itself: resolve, judge, append. acks=0 is never answered; where one
// of its partitions fails the connection is closed, so that the client notices. Not emulated: transactions.
// acks=all needs no more than the one replica there is.
#include <algorithm>
#include <set>

#include "broker/api/handlers.h"
#include "broker/api/stored_batch.h"
#include "broker/topics/topics.h"
#include "protocol/messages/produce.h"
#include "protocol/records/validate.h"

namespace mini::broker {

using protocol::ErrorCode;
using protocol::ProduceRequest;
using protocol::ProduceResponse;
using PartitionData = ProduceRequest::PartitionProduceData;
using PartitionAnswer = ProduceResponse::PartitionProduceResponse;

namespace {

constexpr std::int16_t acks_all = -1;
constexpr std::int16_t acks_none = 0;

PartitionAnswer refused(ErrorCode error, std::string message = "") {
  PartitionAnswer answer;
  answer.error_code = error;
  answer.base_offset = no_offset;
  answer.log_start_offset = no_offset;
  if (!message.empty()) answer.error_message = std::move(message);
  return answer;
}

PartitionAnswer refused(const protocol::Verdict& verdict) {
  PartitionAnswer answer = refused(verdict.error, verdict.message);
  for (const protocol::RecordError& bad : verdict.bad_records) {
    ProduceResponse::BatchIndexAndErrorMessage& error = answer.record_errors.emplace_back();
    error.batch_index = bad.batch_index;
    error.batch_index_error_message = bad.message;
  }
  return answer;
}

protocol::JudgeOptions judge_options(const Services& broker, const RequestContext& context,
                                     const TopicSettings& settings) {
  protocol::JudgeOptions options;
  options.batch_size_max = static_cast<std::size_t>(settings.max_message_bytes);
  options.timestamp_type = static_cast<protocol::TimestampType>(settings.message_timestamp_type);
  options.now = broker.now.wall.count();
  options.timestamp_before_max_ms = settings.message_timestamp_before_max_ms;
  options.timestamp_after_max_ms = settings.message_timestamp_after_max_ms;
  options.keys_required = settings.cleanup_compact;
  options.zstd_allowed = context.version >= 7;  // KIP-110
  return options;
}

class Producing {
 public:
  Producing(Services& broker, const RequestContext& context, const ProduceRequest& request)
      : broker_(broker),
        context_(context),
        request_(request),
        inflated_left_(static_cast<std::size_t>(broker.settings.socket_request_max_bytes)) {}

  // Where one of these holds, no partition of the request is looked at.
  ErrorCode whole_request_error() const {
    if (request_.acks < acks_all || request_.acks > 1) return ErrorCode::invalid_required_acks;
    if (!request_.transactional_id && has_transactional_batch())
      return ErrorCode::transactional_id_authorization_failed;
    return ErrorCode::none;
  }

  PartitionAnswer store(std::string_view name, const TopicPtr& topic, const PartitionData& data) {
    if (is_internal_topic(name))
      return refused(ErrorCode::invalid_topic_exception, "This topic is the broker's own.");
    Partition* partition = topic ? topic->partition(data.index) : nullptr;
    if (!partition) return refused(ErrorCode::unknown_topic_or_partition);
    if (request_.acks == acks_all && topic->settings().min_insync_replicas > 1)
      return refused(ErrorCode::not_enough_replicas,
                     "min.insync.replicas is above 1, and there is one broker.");
    const auto verdict = judge(data, topic->settings());
    if (verdict.error == ErrorCode::not_enough_replicas) return refused_by_log(*partition, verdict.error);
    if (failed(verdict.error)) return refused(verdict);
    if (verdict.batch->header().transactional())
      return refused(ErrorCode::invalid_txn_state, "Transactions are not served.");
    return append(*topic, *partition, verdict);
  }

 private:
  bool has_transactional_batch() const {
    for (const auto& topic : request_.topic_data) {
      for (const PartitionData& data : topic.partition_data) {
        const auto batch = protocol::BatchView::parse(data.records.view());
        if (batch && batch->header().transactional()) return true;
      }
    }
    return false;
  }

  // What all batches of a request inflate to, and what its answer lists, is bounded as if they were one.
  protocol::Verdict judge(const PartitionData& data, const TopicSettings& settings) {
    protocol::JudgeOptions options = judge_options(broker_, context_, settings);
    const std::size_t memory_left = broker_.environment.memory.room_for_work();
    const bool memory_is_short = memory_left < inflated_left_;
    options.inflated_size_max = std::min(inflated_left_, memory_left);
    options.bad_records_listed_max = bad_records_left_;
    protocol::Verdict verdict = protocol::judge_produced(data.records, options);
    inflated_left_ -= verdict.inflated_size;
    bad_records_left_ -= verdict.bad_records.size();
    const bool once_inflated = data.records.size() <= options.batch_size_max;
    if (verdict.error == ErrorCode::message_too_large && once_inflated && memory_is_short)
      verdict.error = ErrorCode::not_enough_replicas;
    return verdict;
  }

  PartitionAnswer append(const Topic& topic, Partition& partition, const protocol::Verdict& verdict) {
    const TopicSettings& settings = topic.settings();
    const StoredBatch batch(verdict, settings);
    // Another codec than the producer's may make it larger.
    if (batch.view().bytes().size() > static_cast<std::size_t>(settings.max_message_bytes))
      return refused(ErrorCode::message_too_large,
                     "The record batch is larger than max.message.bytes once compressed for its topic.");
    const AppendOptions options{partition.leader_epoch(), broker_.now,
                                static_cast<protocol::TimestampType>(settings.message_timestamp_type),
                                verdict.max_timestamp_delta};
    const Appended appended = partition.append(batch.view(), options);
    if (failed(appended.error)) return refused_by_log(partition, appended.error);
    if (!appended.repeated)
      broker_.environment.events.append({topic.name(), partition.id(), appended.base_offset,
                                         batch.view().header().record_count, batch.view().bytes().size()});
    PartitionAnswer answer;
    answer.base_offset = appended.base_offset;
    answer.log_append_time_ms = appended.log_append_time;
    answer.log_start_offset = partition.log_start_offset();
    return answer;
  }

  PartitionAnswer refused_by_log(const Partition& partition, ErrorCode error) {
    if (error != ErrorCode::not_enough_replicas) {
      PartitionAnswer answer = refused(error);
      answer.log_start_offset = partition.log_start_offset();
      return answer;
    }
    broker_.environment.events.limit_hit({"mini.memory.limit", "a produced batch was refused"});
    return refused(error, "The broker's memory (mini.memory.limit) is used up: not stored, try again.");
  }

  Services& broker_;
  const RequestContext& context_;
  const ProduceRequest& request_;
  std::size_t inflated_left_;
  std::size_t bad_records_left_ = protocol::bad_records_max;
};

// Apache Kafka lets the last of several entries for one partition win; here none is taken, so that nobody is
// misled.
std::set<std::pair<std::string_view, PartitionId>> named_twice(const ProduceRequest& request) {
  std::set<std::pair<std::string_view, PartitionId>> seen, twice;
  if (request.topic_data.size() == 1 && request.topic_data[0].partition_data.size() == 1) return twice;
  for (const auto& topic : request.topic_data) {
    for (const PartitionData& data : topic.partition_data) {
      if (!seen.emplace(topic.name, data.index).second) twice.emplace(topic.name, data.index);
    }
  }
  return twice;
}

}  // namespace

void produce(Services& broker, const RequestContext& context, const ProduceRequest& request,
             Reply<ProduceResponse> reply) {
  Producing producing(broker, context, request);
  const ErrorCode whole_error = producing.whole_request_error();
  const auto twice = named_twice(request);
  ProduceResponse response;
  bool any_failed = false;
  for (const auto& topic_data : request.topic_data) {
    auto& topic_answer = response.responses.emplace_back();
    topic_answer.name = topic_data.name;
    const TopicPtr topic = broker.topics.find(topic_data.name);
    for (const PartitionData& data : topic_data.partition_data) {
      PartitionAnswer answer = failed(whole_error) ? refused(whole_error)
                               : twice.contains({topic_data.name, data.index})
                                   ? refused(ErrorCode::invalid_request)
                                   : producing.store(topic_data.name, topic, data);
      answer.index = data.index;
      any_failed = any_failed || failed(answer.error_code);
      topic_answer.partition_responses.push_back(std::move(answer));
    }
  }
  if (request.acks != acks_none) return reply.send(response);
  if (any_failed) return reply.hang_up("a produce with acks=0 failed");
  reply.send_nothing();
}

}  // namespace mini::broker
