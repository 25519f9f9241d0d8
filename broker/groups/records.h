#pragma once

#include <variant>

#include "protocol/wire/message.h"

// What Kafka keeps of its groups in __consumer_offsets, declared as it lays them out. Group state is changed
// only by applying such records (Groups::apply), so that starting again is applying them again.
//
//   GroupRecord record = GroupMetadataRecord{{.group = "readers"}, std::nullopt};  // the group is gone
//
// A record is a key with a value; without a value it takes back what was said of its key.
namespace mini::broker {

struct OffsetCommitKey {
  static constexpr protocol::MessageInfo info{protocol::ApiKey::offset_commit, "OffsetCommitKey",
                                              protocol::range(1, 1)};

  std::string group;
  std::string topic;
  std::int32_t partition = 0;

  static constexpr auto fields() {
    using M = OffsetCommitKey;
    return std::tuple{protocol::field("group", &M::group), protocol::field("topic", &M::topic),
                      protocol::field("partition", &M::partition)};
  }
  bool operator==(const OffsetCommitKey&) const = default;
};

// Written as version 3, and as version 1 where the commit named its own retention, as Kafka does.
struct OffsetCommitValue {
  static constexpr protocol::MessageInfo info{protocol::ApiKey::offset_commit, "OffsetCommitValue",
                                              protocol::range(1, 3)};

  std::int64_t offset = 0;
  std::int32_t leader_epoch = no_leader_epoch;
  std::string metadata;
  std::int64_t commit_timestamp = no_timestamp;
  std::int64_t expire_timestamp = no_timestamp;  // none: the broker's retention decides

  std::int16_t version() const { return expire_timestamp == no_timestamp ? 3 : 1; }

  static constexpr auto fields() {
    using M = OffsetCommitValue;
    return std::tuple{
        protocol::field("offset", &M::offset),
        protocol::field("leader_epoch", &M::leader_epoch).in(protocol::since(3)).ignorable(),
        protocol::field("metadata", &M::metadata), protocol::field("commit_timestamp", &M::commit_timestamp),
        protocol::field("expire_timestamp", &M::expire_timestamp).in(protocol::range(1, 1)).ignorable()};
  }
  bool operator==(const OffsetCommitValue&) const = default;
};

struct GroupMetadataKey {
  static constexpr protocol::MessageInfo info{protocol::ApiKey::join_group, "GroupMetadataKey",
                                              protocol::range(2, 2)};

  std::string group;

  static constexpr auto fields() {
    using M = GroupMetadataKey;
    return std::tuple{protocol::field("group", &M::group)};
  }
  bool operator==(const GroupMetadataKey&) const = default;
};

struct GroupMetadataValue {
  static constexpr protocol::MessageInfo info{protocol::ApiKey::join_group, "GroupMetadataValue",
                                              protocol::range(3, 3)};

  struct MemberMetadata {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::string client_id;
    std::string client_host;
    std::int32_t rebalance_timeout = 0;  // milliseconds, as the next
    std::int32_t session_timeout = 0;
    protocol::Bytes subscription;  // what the member said under the chosen protocol
    protocol::Bytes assignment;

    static constexpr auto fields() {
      using M = MemberMetadata;
      return std::tuple{protocol::field("member_id", &M::member_id),
                        protocol::field("group_instance_id", &M::group_instance_id).nullable(),
                        protocol::field("client_id", &M::client_id),
                        protocol::field("client_host", &M::client_host),
                        protocol::field("rebalance_timeout", &M::rebalance_timeout),
                        protocol::field("session_timeout", &M::session_timeout),
                        protocol::field("subscription", &M::subscription),
                        protocol::field("assignment", &M::assignment)};
    }
    bool operator==(const MemberMetadata&) const = default;
  };

  std::string protocol_type;
  std::int32_t generation = 0;
  std::optional<std::string> protocol;
  std::optional<std::string> leader;
  std::int64_t current_state_timestamp = no_timestamp;
  std::vector<MemberMetadata> members;

  static constexpr auto fields() {
    using M = GroupMetadataValue;
    return std::tuple{protocol::field("protocol_type", &M::protocol_type),
                      protocol::field("generation", &M::generation),
                      protocol::field("protocol", &M::protocol).nullable(),
                      protocol::field("leader", &M::leader).nullable(),
                      protocol::field("current_state_timestamp", &M::current_state_timestamp),
                      protocol::field("members", &M::members)};
  }
  bool operator==(const GroupMetadataValue&) const = default;
};

template <class Key, class Value>
struct KeyedRecord {
  Key key;
  std::optional<Value> value;
  bool operator==(const KeyedRecord&) const = default;
};

using OffsetCommitRecord = KeyedRecord<OffsetCommitKey, OffsetCommitValue>;
using GroupMetadataRecord = KeyedRecord<GroupMetadataKey, GroupMetadataValue>;
using GroupRecord = std::variant<OffsetCommitRecord, GroupMetadataRecord>;

}  // namespace mini::broker
