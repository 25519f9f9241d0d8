#pragma once

#include "protocol/wire/message.h"

// What consumers put into the opaque bytes of JoinGroup and SyncGroup, by agreement among themselves
// ("consumer" as protocol type). Each blob begins with a two-byte version; never flexible. A blob of a newer
// version is read as the newest one known here: fields are only ever added at the end. Subscription: 1
// owned_partitions; 2 generation_id; 3 rack_id. Assignment: the same fields in all versions.
namespace mini::protocol {

struct ConsumerProtocolSubscription {
  static constexpr MessageInfo info{ApiKey::join_group, "ConsumerProtocolSubscription", range(0, 3)};

  struct TopicPartition {
    std::string topic;
    std::vector<std::int32_t> partitions;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = TopicPartition;
      return std::tuple{field("topic", &M::topic).in(since(1)),
                        field("partitions", &M::partitions).in(since(1))};
    }
    bool operator==(const TopicPartition&) const = default;
  };

  std::vector<std::string> topics;
  std::optional<Bytes> user_data;
  std::vector<TopicPartition> owned_partitions;
  std::int32_t generation_id = -1;
  std::optional<std::string> rack_id;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = ConsumerProtocolSubscription;
    return std::tuple{field("topics", &M::topics), field("user_data", &M::user_data).nullable(),
                      field("owned_partitions", &M::owned_partitions).in(since(1)).ignorable(),
                      field("generation_id", &M::generation_id).in(since(2)).ignorable(),
                      field("rack_id", &M::rack_id).in(since(3)).nullable(since(3)).ignorable()};
  }
  bool operator==(const ConsumerProtocolSubscription&) const = default;
};

struct ConsumerProtocolAssignment {
  static constexpr MessageInfo info{ApiKey::join_group, "ConsumerProtocolAssignment", range(0, 3)};

  struct TopicPartition {
    std::string topic;
    std::vector<std::int32_t> partitions;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = TopicPartition;
      return std::tuple{field("topic", &M::topic), field("partitions", &M::partitions)};
    }
    bool operator==(const TopicPartition&) const = default;
  };

  std::vector<TopicPartition> assigned_partitions;
  std::optional<Bytes> user_data;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = ConsumerProtocolAssignment;
    return std::tuple{field("assigned_partitions", &M::assigned_partitions),
                      field("user_data", &M::user_data).nullable()};
  }
  bool operator==(const ConsumerProtocolAssignment&) const = default;
};

// The blob with its version in front. Reading gives nothing where the bytes are no such blob.
Bytes encode_blob(const ConsumerProtocolSubscription& subscription, std::int16_t version);
Bytes encode_blob(const ConsumerProtocolAssignment& assignment, std::int16_t version);
std::optional<ConsumerProtocolSubscription> decode_subscription(BytesView blob);
std::optional<ConsumerProtocolAssignment> decode_assignment(BytesView blob);

}  // namespace mini::protocol
