#include "client/consumer/assignor.h"

#include <algorithm>
#include <set>

#include "client/consumer/subscription.h"
#include "protocol/messages/consumer_protocol.h"

#include <doctest/doctest.h>

using namespace mini::client;

TEST_CASE("each topic is shared out in stretches, the first members get one more") {
  const auto shares = assign_ranges({{"b", "", {"t", "u"}}, {"a", "", {"t"}}}, {{"t", 3}, {"u", 2}});
  CHECK(shares.at("a") == std::vector<mini::TopicPartition>{{"t", 0}, {"t", 1}});
  CHECK(shares.at("b") == std::vector<mini::TopicPartition>{{"t", 2}, {"u", 0}, {"u", 1}});
}

TEST_CASE("members without a share, unknown topics and doubled names are fine") {
  const auto shares =
      assign_ranges({{"a", "", {"t", "t", "gone"}}, {"b", "", {"t"}}, {"c", "", {}}}, {{"t", 1}});
  CHECK(shares.at("a").size() == 1);
  CHECK(shares.at("b").empty());
  CHECK(shares.at("c").empty());
}

TEST_CASE("static members come first, by their own names, so that a restart moves nothing") {
  const auto shares =
      assign_ranges({{"x-9", "two", {"t"}}, {"a", "", {"t"}}, {"z-1", "one", {"t"}}}, {{"t", 3}});
  CHECK(shares.at("z-1").front().partition == 0);
  CHECK(shares.at("x-9").front().partition == 1);
  CHECK(shares.at("a").front().partition == 2);
}

namespace {

using Partitions = std::vector<mini::TopicPartition>;

std::size_t size_of(const GroupAssignment& shares) {
  std::set<mini::TopicPartition> all;
  for (const auto& [member, partitions] : shares) all.insert(partitions.begin(), partitions.end());
  return all.size();
}

// The smallest and the largest share.
std::pair<std::size_t, std::size_t> extremes(const GroupAssignment& shares) {
  std::pair<std::size_t, std::size_t> found{SIZE_MAX, 0};
  for (const auto& [member, partitions] : shares) {
    found.first = std::min(found.first, partitions.size());
    found.second = std::max(found.second, partitions.size());
  }
  return found;
}

// What of `before` is where it was.
std::size_t stayed(const GroupAssignment& before, const GroupAssignment& after) {
  std::size_t count = 0;
  for (const auto& [member, partitions] : before)
    if (const auto found = after.find(member); found != after.end())
      for (const auto& each : partitions)
        count += static_cast<std::size_t>(std::count(found->second.begin(), found->second.end(), each));
  return count;
}

std::vector<GroupMember> members_with(const GroupAssignment& owned, const std::vector<std::string>& ids,
                                      const std::vector<std::string>& topics, mini::GenerationId generation) {
  std::vector<GroupMember> members;
  for (const std::string& id : ids) {
    const auto had = owned.find(id);
    members.push_back({id, "", topics, had == owned.end() ? Partitions{} : had->second, generation});
  }
  return members;
}

}  // namespace

TEST_CASE("an assignor is found by librdkafka's name and by Java's, with or without its package") {
  for (const char* name : {"cooperative-sticky", "CooperativeStickyAssignor",
                           "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"})
    CHECK(find_assignor(name) == find_assignor("cooperative-sticky"));
  CHECK(find_assignor("roundrobin")->java_class == "RoundRobinAssignor");
  CHECK(find_assignor("cooperative-sticky")->cooperative);
  CHECK(!find_assignor("sticky")->cooperative);
  CHECK(find_assignor("") == nullptr);
  CHECK(find_assignor("consistent") == nullptr);
}

TEST_CASE("round robin goes through all partitions in turn and passes over who does not subscribe") {
  const auto even = assign_round_robin({{"b", "", {"t", "u"}}, {"a", "", {"t", "u"}}}, {{"t", 3}, {"u", 3}});
  CHECK(even.at("a") == Partitions{{"t", 0}, {"t", 2}, {"u", 1}});
  CHECK(even.at("b") == Partitions{{"t", 1}, {"u", 0}, {"u", 2}});
  const auto mixed = assign_round_robin({{"a", "", {"t"}}, {"b", "", {"t", "u"}}, {"c", "", {"none"}}},
                                        {{"t", 1}, {"u", 2}});
  CHECK(mixed.at("a") == Partitions{{"t", 0}});
  CHECK(mixed.at("b") == Partitions{{"u", 0}, {"u", 1}});
  CHECK(mixed.at("c").empty());
}

TEST_CASE("sticky is balanced, and members who come or go move no more than they must") {
  struct Row {
    std::vector<std::string> before, after;
    int partitions;
    std::size_t stays;
  };
  const Row rows[] = {
      {{"a"}, {"a", "b"}, 4, 2},
      {{"a", "b"}, {"a", "b", "c"}, 6, 4},
      {{"a", "b", "c"}, {"a", "c"}, 6, 4},
      {{"a", "b", "c"}, {"b"}, 7, 2},
      {{"a", "b"}, {"a", "b"}, 5, 5},
      {{"a", "b", "c", "d"}, {"a", "b", "c", "d", "e", "f"}, 12, 8},
      {{"a", "b"}, {"a", "b", "c", "d", "e"}, 2, 2},
  };
  for (const Row& row : rows) {
    CAPTURE(row.before.size());
    CAPTURE(row.after.size());
    CAPTURE(row.partitions);
    const PartitionCounts counts{{"t", row.partitions}};
    const auto first = assign_sticky(members_with({}, row.before, {"t"}, -1), counts);
    CHECK(size_of(first) == static_cast<std::size_t>(row.partitions));
    const auto second = assign_sticky(members_with(first, row.after, {"t"}, 1), counts);
    CHECK(size_of(second) == static_cast<std::size_t>(row.partitions));
    CHECK(extremes(second).second - extremes(second).first <= 1);
    CHECK(stayed(first, second) == row.stays);
  }
}

TEST_CASE("sticky with different subscriptions: who can read more leaves the rest to the others") {
  const auto shares = assign_sticky({{"a", "", {"t"}}, {"b", "", {"t", "u"}}, {"c", "", {"t", "u", "v"}}},
                                    {{"t", 3}, {"u", 2}, {"v", 1}});
  CHECK(size_of(shares) == 6);
  CHECK(extremes(shares) == std::pair<std::size_t, std::size_t>{2, 2});
  // Only by way of b can a be given anything of what c has too much of.
  const auto chain = assign_sticky({{"a", "", {"t"}, {}, 1},
                                    {"b", "", {"t", "u"}, {{"t", 0}, {"t", 1}}, 1},
                                    {"c", "", {"u"}, {{"u", 0}, {"u", 1}, {"u", 2}, {"u", 3}}, 1}},
                                   {{"t", 2}, {"u", 4}});
  CHECK(extremes(chain) == std::pair<std::size_t, std::size_t>{2, 2});
}

TEST_CASE("of two that claim a partition the later generation is right, and in the same one neither is") {
  const PartitionCounts counts{{"t", 4}};
  const auto later = assign_sticky({{"a", "", {"t"}, {{"t", 0}, {"t", 1}, {"t", 2}, {"t", 3}}, 4},
                                    {"b", "", {"t"}, {{"t", 2}, {"t", 3}}, 5}},
                                   counts);
  CHECK(later.at("a") == Partitions{{"t", 0}, {"t", 1}});
  CHECK(later.at("b") == Partitions{{"t", 2}, {"t", 3}});
  const auto same = assign_sticky(
      {{"a", "", {"t"}, {{"t", 0}, {"t", 1}}, 5}, {"b", "", {"t"}, {{"t", 1}, {"t", 2}}, 5}}, counts);
  CHECK(size_of(same) == 4);
  CHECK(extremes(same) == std::pair<std::size_t, std::size_t>{2, 2});
  const auto strange = assign_sticky({{"a", "", {"t"}, {{"t", 9}, {"gone", 0}, {"t", -1}}, 5}}, counts);
  CHECK(size_of(strange) == 4);
}

TEST_CASE("a cooperative group moves a partition in two steps: first it is given up, then given out") {
  const PartitionCounts counts{{"t", 4}};
  const GroupAssignment before{{"a", {{"t", 0}, {"t", 1}, {"t", 2}, {"t", 3}}}};
  const auto first = assign_cooperative_sticky(members_with(before, {"a", "b"}, {"t"}, 1), counts);
  CHECK(first.at("a") == Partitions{{"t", 0}, {"t", 1}});
  CHECK(first.at("b").empty());
  const auto second = assign_cooperative_sticky(members_with(first, {"a", "b"}, {"t"}, 2), counts);
  CHECK(second.at("a") == Partitions{{"t", 0}, {"t", 1}});
  CHECK(second.at("b") == Partitions{{"t", 2}, {"t", 3}});
  CHECK(assign_cooperative_sticky(members_with(second, {"a", "b"}, {"t"}, 3), counts) == second);
}

TEST_CASE("what a member had comes back out of its subscription, for each assignor in its own place") {
  const Claim claim{{{"t", 2}, {"t", 0}, {"u", 1}}, 7};
  const Partitions owned{{"t", 0}, {"t", 2}, {"u", 1}};
  mini::protocol::JoinGroupResponse::JoinGroupResponseMember member;
  const Assignor& sticky = *find_assignor("sticky");
  member.metadata = encode_subscription(sticky, {"t", "u"}, {}, claim);
  CHECK(read_member(member, sticky).owned == owned);
  CHECK(read_member(member, sticky).generation == 7);
  CHECK(read_member(member, sticky).topics == std::vector<std::string>{"t", "u"});
  const Assignor& cooperative = *find_assignor("cooperative-sticky");
  member.metadata = encode_subscription(cooperative, {"t", "u"}, claim, {});
  CHECK(read_member(member, cooperative).owned == owned);
  CHECK(read_member(member, cooperative).generation == 7);
}

TEST_CASE("a sticky member of Java's: user data of versions 1 and 0, and what is neither") {
  const auto from = [](std::vector<std::uint8_t> user_data) {
    mini::protocol::ConsumerProtocolSubscription subscription;
    subscription.topics = {"t"};
    subscription.user_data = std::move(user_data);
    mini::protocol::JoinGroupResponse::JoinGroupResponseMember member;
    member.metadata = mini::protocol::encode_blob(subscription, 0);
    return read_member(member, *find_assignor("sticky"));
  };
  const std::vector<std::uint8_t> version_0{0, 0, 0, 1, 0, 1, 't', 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 5};
  std::vector<std::uint8_t> version_1 = version_0;
  version_1.insert(version_1.end(), {0, 0, 0, 9});
  CHECK(from(version_1).owned == Partitions{{"t", 3}, {"t", 5}});
  CHECK(from(version_1).generation == 9);
  CHECK(from(version_0).owned == Partitions{{"t", 3}, {"t", 5}});
  CHECK(from(version_0).generation == -1);
  for (std::size_t size = 0; size < version_0.size(); ++size)
    CHECK(from({version_0.begin(), version_0.begin() + static_cast<std::ptrdiff_t>(size)}).owned.empty());
  CHECK(from({0x7f, 0xff, 0xff, 0xff}).owned.empty());
}
