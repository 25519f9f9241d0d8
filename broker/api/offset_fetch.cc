// OffsetFetch, v1-9.
// What was never committed is offset -1 without an error, whether the group, the topic or the partition is
// unknown. Without a list of topics (from v2): everything that the group has committed.
// Not emulated: require_stable, there being no transactions whose offsets could be pending; member id and
// epoch of v9, which only groups of KIP-848 have.
#include "protocol/messages/offset_fetch.h"
#include "broker/api/handlers.h"
#include "broker/api/named.h"
#include "broker/groups/group_registry.h"

namespace mini::broker {

using protocol::OffsetFetchRequest;
using protocol::OffsetFetchResponse;

namespace {

template <class Topic>
void add(Topic& topic, PartitionId partition, const OffsetCommitValue* committed) {
  auto& answer = topic.partitions.emplace_back();
  answer.partition_index = partition;
  answer.committed_offset = committed ? committed->offset : no_offset;
  answer.committed_leader_epoch = committed ? committed->leader_epoch : no_leader_epoch;
  answer.metadata = committed ? committed->metadata : "";
}

template <class Topics>
void add_all(Topics& answers, const CommittedOffsets* offsets) {
  if (!offsets) return;
  for (const auto& [name, partitions] : offsets->topics()) {
    auto& topic = answers.emplace_back();
    topic.name = name;
    for (const auto& [partition, committed] : partitions) add(topic, partition, &committed);
  }
}

// The fields have one name but two types: those of one group (v1-7) and those of several (v8 and later).
template <class Answers, class Asked>
void answer(Answers& answers, const Asked& asked, const CommittedOffsets* offsets) {
  if (!asked) return add_all(answers, offsets);
  Once<std::pair<std::string_view, PartitionId>> once;
  for (const auto& each : *asked) {
    auto& topic = answers.emplace_back();
    topic.name = each.name;
    for (const PartitionId partition : each.partition_indexes) {
      if (once.first({each.name, partition}))
        add(topic, partition, offsets ? offsets->find(each.name, partition) : nullptr);
    }
    const bool all_told_before = topic.partitions.empty() && !each.partition_indexes.empty();
    if (all_told_before) answers.pop_back();
  }
}

}  // namespace

void offset_fetch(Services& broker, const RequestContext& context, const OffsetFetchRequest& request,
                  Reply<OffsetFetchResponse> reply) {
  const bool several_groups = context.version >= 8;  // KIP-709
  OffsetFetchResponse response;
  if (!several_groups) answer(response.topics, request.topics, broker.groups.offsets(request.group_id));
  Once<std::string_view> once;
  for (const auto& asked : request.groups) {
    if (!once.first(asked.group_id)) continue;
    auto& group = response.groups.emplace_back();
    group.group_id = asked.group_id;
    answer(group.topics, asked.topics, broker.groups.offsets(asked.group_id));
  }
  reply.send(response);
}

}  // namespace mini::broker
