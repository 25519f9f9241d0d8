#include "client/consumer/subscription.h"

#include <algorithm>

#include "protocol/messages/consumer_protocol.h"
#include "protocol/wire/reader.h"
#include "protocol/wire/writer.h"

namespace mini::client {
namespace {

using protocol::Bytes;
using protocol::Reader;
using Subscription = protocol::ConsumerProtocolSubscription;

constexpr std::int16_t subscription_version = 3;

std::vector<Subscription::TopicPartition> by_topic(std::vector<TopicPartition> partitions) {
  std::sort(partitions.begin(), partitions.end());
  std::vector<Subscription::TopicPartition> topics;
  for (const TopicPartition& each : partitions) {
    if (topics.empty() || topics.back().topic != each.topic) topics.emplace_back().topic = each.topic;
    topics.back().partitions.push_back(each.partition);
  }
  return topics;
}

// Java's StickyAssignor, version 1: [topic [partition]] generation (KIP-341).
Bytes sticky_user_data(const Claim& had) {
  protocol::OutBuffer buffer;
  protocol::Writer out(buffer);
  const auto topics = by_topic(had.partitions);
  out.int32(static_cast<std::int32_t>(topics.size()));
  for (const auto& topic : topics) {
    out.int16(static_cast<std::int16_t>(topic.topic.size()));
    out.raw(protocol::as_bytes(topic.topic));
    out.int32(static_cast<std::int32_t>(topic.partitions.size()));
    for (const std::int32_t partition : topic.partitions) out.int32(partition);
  }
  out.int32(had.generation);
  return buffer.copy();
}

// Version 0 ends before the generation.
void read_sticky_user_data(protocol::BytesView bytes, GroupMember& member) {
  Reader in(bytes);
  std::vector<TopicPartition> owned;
  const std::size_t topics = in.checked_count(in.int32(), 6);
  for (std::size_t i = 0; i < topics && in.ok(); ++i) {
    const std::int16_t size = in.int16();
    if (size < 0) in.fail();
    const std::string topic(
        protocol::as_text(in.take(static_cast<std::size_t>(std::max<std::int16_t>(size, 0)))));
    const std::size_t partitions = in.checked_count(in.int32(), 4);
    for (std::size_t p = 0; p < partitions; ++p) owned.push_back({topic, in.int32()});
  }
  if (!in.ok()) return;
  member.owned = std::move(owned);
  member.generation = in.remaining() >= 4 ? in.int32() : no_generation;
}

// Java's CooperativeStickyAssignor, version 0: the generation alone, from before it had a field of its own.
Bytes cooperative_user_data(GenerationId generation) {
  protocol::OutBuffer buffer;
  protocol::Writer(buffer).int32(generation);
  return buffer.copy();
}

}  // namespace

Bytes encode_subscription(const Assignor& assignor, const std::set<std::string, std::less<>>& topics,
                          const Claim& owns, const Claim& had) {
  Subscription subscription;
  subscription.topics.assign(topics.begin(), topics.end());
  subscription.owned_partitions = by_topic(owns.partitions);
  subscription.generation_id = owns.generation;
  if (assignor.remembers && had.generation >= 0) subscription.user_data = sticky_user_data(had);
  if (assignor.cooperative) subscription.user_data = cooperative_user_data(owns.generation);
  return protocol::encode_blob(subscription, subscription_version);
}

GroupMember read_member(const protocol::JoinGroupResponse::JoinGroupResponseMember& member,
                        const Assignor& assignor) {
  GroupMember known{member.member_id, member.group_instance_id.value_or(""), {}};
  const auto subscription = protocol::decode_subscription(member.metadata);
  if (!subscription) return known;
  known.topics = subscription->topics;
  for (const auto& topic : subscription->owned_partitions)
    for (const std::int32_t partition : topic.partitions) known.owned.push_back({topic.topic, partition});
  known.generation = subscription->generation_id;
  if (!subscription->user_data) return known;
  if (assignor.remembers) read_sticky_user_data(*subscription->user_data, known);
  if (assignor.cooperative && known.generation < 0 && subscription->user_data->size() == 4)
    known.generation = Reader(*subscription->user_data).int32();
  return known;
}

}  // namespace mini::client
