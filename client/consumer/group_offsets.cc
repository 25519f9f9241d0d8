#include "client/consumer/group_offsets.h"

#include "client/cluster/versions.h"

namespace mini::client {
namespace {

using protocol::ErrorCode;
using protocol::OffsetCommitRequest;
using protocol::OffsetCommitResponse;
using protocol::OffsetFetchRequest;
using protocol::OffsetFetchResponse;

// Offsets are sorted, so the partitions of a topic stand together.
template <class Topics, class Fill>
void fill_topics(Topics& topics, const Offsets& offsets, Fill fill) {
  for (const auto& [partition, offset] : offsets) {
    if (topics.empty() || topics.back().name != partition.topic) topics.emplace_back().name = partition.topic;
    fill(topics.back(), partition.partition, offset);
  }
}

OffsetCommitRequest commit_request(const std::string& group, const Offsets& offsets) {
  OffsetCommitRequest request;
  request.group_id = group;
  fill_topics(request.topics, offsets, [](auto& topic, PartitionId id, const OffsetAndMetadata& offset) {
    auto& each = topic.partitions.emplace_back();
    each.partition_index = id;
    each.committed_offset = offset.offset;
    each.committed_leader_epoch = offset.leader_epoch;
    each.committed_metadata = offset.metadata;
  });
  return request;
}

OffsetFetchRequest fetch_request(const std::string& group, const Offsets& offsets, std::int16_t version) {
  OffsetFetchRequest request;
  request.require_stable = version >= 7;  // KIP-447: not what a transaction under way is about to replace
  const auto add = [](auto& topic, PartitionId id, const auto&) { topic.partition_indexes.push_back(id); };
  if (version >= 8) {  // KIP-709
    auto& only = request.groups.emplace_back();
    only.group_id = group;
    fill_topics(*only.topics, offsets, add);
  } else {
    request.group_id = group;
    fill_topics(*request.topics, offsets, add);
  }
  return request;
}

// Reads either layout's partitions: those with an offset go to `found`, the first error is given.
template <class Topics>
ErrorCode collect(const Topics& topics, Offsets& found) {
  for (const auto& topic : topics)
    for (const auto& each : topic.partitions) {
      if (protocol::failed(each.error_code)) return each.error_code;
      if (each.committed_offset >= 0)
        found[{topic.name, each.partition_index}] = {each.committed_offset, each.committed_leader_epoch,
                                                     each.metadata.value_or("")};
    }
  return ErrorCode::none;
}

ErrorCode collect(const OffsetFetchResponse& response, Offsets& found) {
  if (protocol::failed(response.error_code)) return response.error_code;
  for (const auto& group : response.groups) {
    if (protocol::failed(group.error_code)) return group.error_code;
    if (const ErrorCode error = collect(group.topics, found); protocol::failed(error)) return error;
  }
  return collect(response.topics, found);
}

ErrorCode first_error(const OffsetCommitResponse& response) {
  for (const auto& topic : response.topics)
    for (const auto& each : topic.partitions)
      if (protocol::failed(each.error_code)) return each.error_code;
  return ErrorCode::none;
}

}  // namespace

void GroupOffsets::commit(Offsets offsets, const Membership& membership, TimeMs deadline, Done done) {
  for (Operation& earlier : operations_)
    if (earlier.is_commit) earlier.replaced.insert(offsets.begin(), offsets.end());
  operations_.push_back(
      {true, std::move(offsets), deadline, std::move(done), membership.generation(), membership.member_id()});
}

void GroupOffsets::look_up(const std::vector<TopicPartition>& partitions, TimeMs deadline, Done done) {
  Offsets wanted;
  for (const TopicPartition& each : partitions) wanted[each];
  operations_.push_back({false, std::move(wanted), deadline, std::move(done)});
}

void GroupOffsets::advance(Now now) {
  now_ = now;
  if (const Error fatal = coordinator_.fatal()) return fail_all(fatal);
  for (Place at = operations_.begin(); at != operations_.end();) {
    const Place each = at++;
    if (each->asked) continue;
    if (left_out(*each)) {
      end(each, Error(each->error), {});
    } else if (each->offsets.empty()) {
      end(each, {}, {});
    } else if (now.monotonic >= each->deadline) {
      end(each, client_error(ClientErrc::timed_out, "offsets of group " + options_.group_id), {});
    } else if (coordinator_.known() && now.monotonic >= each->ask_at) {
      each->is_commit ? send_commit(each, now) : send_look_up(each, now);
    }
  }
}

// First attempts go out in order on one connection, so only a further one may come after a later commit.
bool GroupOffsets::left_out(Operation& operation) {
  if (operation.failures == 0 || operation.replaced.empty()) return false;
  for (const auto& [partition, offset] : operation.replaced) operation.offsets.erase(partition);
  return operation.offsets.empty();
}

TimeMs GroupOffsets::next_deadline() const {
  TimeMs next = never;
  for (const Operation& each : operations_) {
    if (each.asked) continue;
    next = std::min(next, each.deadline);
    if (coordinator_.known() || each.offsets.empty()) next = std::min(next, each.ask_at);
  }
  return next;
}

void GroupOffsets::send_commit(Place operation, Now now) {
  operation->asked = true;
  const std::uint64_t id = next_id_++;
  asked_[id] = operation;
  OffsetCommitRequest request = commit_request(options_.group_id, operation->offsets);
  request.generation_id_or_member_epoch = operation->generation;
  request.member_id = operation->member_id;
  const auto instance = request.member_id.empty() ? std::nullopt : options_.group_instance_id;
  coordinator_.request(make_request<OffsetCommitRequest, OffsetCommitResponse>(
                           versions::offset_commit, options_.request_timeout_ms,
                           [request, instance](std::int16_t version) mutable {
                             if (version >= 7) request.group_instance_id = instance;
                             return request;
                           },
                           [this, id](Reply<OffsetCommitResponse>& reply) { on_commit(id, reply); }),
                       now);
}

void GroupOffsets::send_look_up(Place operation, Now now) {
  operation->asked = true;
  const std::uint64_t id = next_id_++;
  asked_[id] = operation;
  coordinator_.request(make_request<OffsetFetchRequest, OffsetFetchResponse>(
                           versions::offset_fetch, options_.request_timeout_ms,
                           [group = options_.group_id, offsets = operation->offsets](std::int16_t version) {
                             return fetch_request(group, offsets, version);
                           },
                           [this, id](Reply<OffsetFetchResponse>& reply) { on_look_up(id, reply); }),
                       now);
}

void GroupOffsets::on_commit(std::uint64_t id, Reply<OffsetCommitResponse>& reply) {
  const auto asked = asked_.extract(id);
  if (asked.empty()) return;
  Error error = reply.error;
  if (!error)
    error = broker_error(first_error(reply.response), "committing offsets of group " + options_.group_id);
  if (error) return failed(asked.mapped(), error);
  const Offsets committed = asked.mapped()->offsets;
  end(asked.mapped(), {}, committed);
}

void GroupOffsets::on_look_up(std::uint64_t id, Reply<OffsetFetchResponse>& reply) {
  const auto asked = asked_.extract(id);
  if (asked.empty()) return;
  Offsets found;
  Error error = reply.error;
  if (!error)
    error = broker_error(collect(reply.response, found), "reading offsets of group " + options_.group_id);
  if (error) return failed(asked.mapped(), error);
  end(asked.mapped(), {}, found);
}

void GroupOffsets::failed(Place operation, const Error& error) {
  const bool unstable = error.code == kafka_error(static_cast<int>(ErrorCode::unstable_offset_commit));
  if (!coordinator_.note(error) && !unstable) return end(operation, error, {});
  operation->asked = false;
  operation->error = error;
  const Backoff backoff(options_.retry_backoff_ms, options_.retry_backoff_max_ms);
  operation->ask_at = now_.monotonic + backoff.wait_ms(operation->failures++, cluster_.random());
}

void GroupOffsets::end(Place operation, const Error& error, const Offsets& offsets) {
  const Done done = std::move(operation->done);
  operations_.erase(operation);
  if (done) done(error, offsets);
}

void GroupOffsets::fail_all(const Error& error) {
  asked_.clear();
  for (Operation& each : std::exchange(operations_, {}))
    if (each.done) each.done(error, {});
}

}  // namespace mini::client
