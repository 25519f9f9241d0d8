#include "protocol/messages/consumer_protocol.h"

#include <doctest/doctest.h>

namespace mini::protocol {
namespace {

ConsumerProtocolSubscription subscribed_to(std::vector<std::string> topics) {
  ConsumerProtocolSubscription subscription;
  subscription.topics = std::move(topics);
  return subscription;
}

}  // namespace

TEST_CASE("a subscription travels with its version in front") {
  ConsumerProtocolSubscription subscription = subscribed_to({"readings"});
  subscription.user_data = Bytes{7};
  const Bytes blob = encode_blob(subscription, 0);
  CHECK(blob == Bytes{0, 0, 0, 0, 0, 1, 0, 8, 'r', 'e', 'a', 'd', 'i', 'n', 'g', 's', 0, 0, 0, 1, 7});
  CHECK(decode_subscription(blob) == subscription);
}

TEST_CASE("a subscription of a version to come is read as the newest that is known") {
  ConsumerProtocolSubscription subscription = subscribed_to({"a", "b"});
  subscription.owned_partitions.push_back({"a", {0, 2}, {}});
  subscription.generation_id = 4;
  subscription.rack_id = "r1";
  Bytes blob = encode_blob(subscription, 3);
  blob[1] = 9;
  blob.insert(blob.end(), {1, 2, 3});  // fields that were added later
  CHECK(decode_subscription(blob) == subscription);
}

TEST_CASE("an assignment travels both ways, and an empty one is none at all") {
  ConsumerProtocolAssignment assignment;
  assignment.assigned_partitions.push_back({"t", {1}, {}});
  for (const std::int16_t version : {0, 1, 2, 3})
    CHECK(decode_assignment(encode_blob(assignment, version)) == assignment);
  CHECK_FALSE(decode_assignment({}));
}

TEST_CASE("no truncated, negative or foreign blob is taken") {
  const Bytes blob = encode_blob(subscribed_to({"readings"}), 3);
  for (std::size_t size = 0; size < blob.size(); ++size)
    CHECK_FALSE(decode_subscription(BytesView(blob).first(size)));
  Bytes negative = blob;
  negative[0] = 0x80;
  CHECK_FALSE(decode_subscription(negative));
  CHECK_FALSE(decode_assignment(as_bytes("connect protocol")));
}

}  // namespace mini::protocol
