#include "tests/broker/groups/group_story.h"

using namespace mini;
using namespace mini::broker;

// What groups keep counts in mini.memory.limit: past it nothing new begins, and what is there goes on.

namespace {

constexpr std::size_t a_kilobyte = 1'024;

// Somebody else (the records, say) takes what is left.
void fill(Story& story) { story.memory.take(story.memory.available()); }

std::string text(std::size_t size) { return std::string(size, 'm'); }

JoinInput with_metadata(JoinInput input, std::size_t bytes) {
  input.protocols.front().metadata.assign(bytes, 'm');
  return input;
}

void check_refused(Story& story, const Answer<JoinResult>& join) {
  CHECK(join->error == ErrorCode::coordinator_not_available);
  REQUIRE_FALSE(story.events.limits.empty());
  CHECK(story.events.limits.back() == "mini.memory.limit");
}

}  // namespace

TEST_CASE("commits stop where memory ends, and every byte comes back with the group") {
  Story story({}, 64 * a_kilobyte);
  const Person outside{.client = "admin"};
  int taken = 0;
  ErrorCode error = ErrorCode::none;
  while (!failed(error) && taken < 1'000) {
    error = story.commit(outside, 1, "topic-" + std::to_string(taken), text(4'000));
    taken += !failed(error);
  }
  CHECK(error == ErrorCode::coordinator_not_available);
  CHECK(story.events.limits == std::vector<std::string>{"mini.memory.limit"});
  CHECK(taken > 10);
  CHECK(taken < 16);
  CHECK(story.memory.used() <= story.memory.limit());

  CHECK(story.groups.remove("readers") == ErrorCode::none);
  CHECK(story.memory.used() == 0);
}

TEST_CASE("a commit that replaces one and is no longer is taken when memory has run out") {
  Story story;
  const Person outside{.client = "admin"};
  CHECK(story.commit(outside, 1, "readings", "half way") == ErrorCode::none);
  fill(story);
  CHECK(story.commit(outside, 2, "readings", "whole way") == ErrorCode::coordinator_not_available);
  CHECK(story.commit(outside, 2, "alerts") == ErrorCode::coordinator_not_available);
  CHECK(story.committed() == 1);
  CHECK(story.commit(outside, 3, "readings", "this way") == ErrorCode::none);
  CHECK(story.commit(outside, 4) == ErrorCode::none);
  CHECK(story.committed() == 4);
}

TEST_CASE("one commit that finds no room does not spoil its neighbours") {
  Story story;
  CHECK(story.commit(Person{.client = "admin"}, 1) == ErrorCode::none);
  fill(story);
  CommitInput input;
  input.group_id = "readers";
  input.offsets = {{"readings", 0, 7, 0, ""}, {"readings", 1, 7, 0, ""}, {"readings", 0, 8, 0, ""}};
  CHECK(story.groups.commit(input, story.now) ==
        std::vector{ErrorCode::none, ErrorCode::coordinator_not_available, ErrorCode::none});
  CHECK(story.committed() == 8);
}

TEST_CASE("without memory no group begins, by a commit or by a join") {
  Story story;
  fill(story);
  CHECK(story.commit(Person{.client = "admin"}, 1) == ErrorCode::coordinator_not_available);
  check_refused(story, story.join(Person{.client = "ann"}));
  CHECK(story.groups.size() == 0);
  CHECK(story.records.empty());
}

TEST_CASE("a newcomer without room is refused in every version, and let in when there is some again") {
  for (const std::int16_t version : {3, 4, 9}) {
    CAPTURE(version);
    Story story;
    Person ann{.client = "ann"}, bob{.client = "bob", .version = version};
    story.settle({&ann});
    fill(story);
    check_refused(story, story.join(bob));
    CHECK(story.state() == GroupState::stable);
    CHECK(story.heartbeat(ann) == ErrorCode::none);

    story.memory.give_back(64 * a_kilobyte);
    story.events.limits.clear();
    auto join = story.join(bob);
    if (version >= 4) {
      CHECK(join->error == ErrorCode::member_id_required);
      bob.id = join->member_id;
      join = story.join(bob);
    }
    CHECK_FALSE(join.came());
    CHECK(story.state() == GroupState::preparing_rebalance);
    CHECK(story.events.limits.empty());
  }
}

TEST_CASE("who was told an id and finds no room with it may try again with the same one") {
  Story story;
  Person ann{.client = "ann"}, bob{.client = "bob", .version = 9};
  story.settle({&ann});
  bob.id = story.join(bob)->member_id;
  fill(story);
  check_refused(story, story.join(bob));
  story.memory.give_back(64 * a_kilobyte);
  CHECK_FALSE(story.join(bob).came());
  CHECK(story.state() == GroupState::preparing_rebalance);
}

TEST_CASE("members of a group rebalance, are assigned anew and leave when memory has run out") {
  Story story;
  Person ann{.client = "ann"}, bob{.client = "bob"}, cat{.client = "cat", .instance = "rack-1"};
  story.settle({&ann, &bob, &cat});
  fill(story);
  CHECK(story.leave(bob) == ErrorCode::none);
  fill(story);
  CHECK(story.heartbeat(ann) == ErrorCode::rebalance_in_progress);
  cat.id.clear();  // its process began again
  story.settle({&ann, &cat});
  CHECK(story.assignment_of(cat) == "for cat");
  CHECK(story.leave(ann) == ErrorCode::none);
  CHECK(story.leave(cat) == ErrorCode::none);
  CHECK(story.groups.remove("readers") == ErrorCode::none);
}

TEST_CASE("a member that comes again with more than there is room for stays as it was") {
  Story story;
  Person ann{.client = "ann"};
  story.settle({&ann});
  fill(story);
  check_refused(story, story.join(with_metadata(story.join_input(ann), 100 * a_kilobyte)));
  CHECK(story.state() == GroupState::stable);
  CHECK(story.heartbeat(ann) == ErrorCode::none);
}

TEST_CASE("the metadata of joining members is counted before anybody settles, and given back as they go") {
  Story story({}, 1'024 * a_kilobyte);
  int waiting = 0;
  Answer<JoinResult> last;
  for (int i = 0; i < 30; ++i) {
    last = story.join(with_metadata(story.join_input(Person{.client = "big"}), 100 * a_kilobyte));
    waiting += !last.came();
  }
  check_refused(story, last);
  CHECK(waiting == 10);
  CHECK(story.memory.used() <= story.memory.limit());
  story.pass(1h);  // nobody syncs: all of them are dropped
  CHECK(story.describe().members.empty());
  CHECK(story.memory.used() < 4 * a_kilobyte);
}

TEST_CASE("an assignment without room is refused to all who wait for it, and they are gathered again") {
  Story story;
  Person ann{.client = "ann"}, bob{.client = "bob"};
  const auto first = story.join(ann), second = story.join(bob);
  story.pass(6s);
  story.take(ann, first);
  story.take(bob, second);
  const bool ann_leads = story.describe().leader == ann.id;
  const Person& leader = ann_leads ? ann : bob;
  const Person& other = ann_leads ? bob : ann;
  fill(story);
  const auto waiting = story.sync(other);
  const auto refused = story.sync(leader, {{other.id, bytes(text(100 * a_kilobyte))}});
  CHECK(refused->error == ErrorCode::coordinator_not_available);
  CHECK(waiting->error == ErrorCode::coordinator_not_available);
  CHECK(story.events.limits.back() == "mini.memory.limit");
  CHECK(story.state() == GroupState::preparing_rebalance);
  story.settle({&ann, &bob});
  CHECK(story.assignment_of(other) == "for " + other.client);
}

TEST_CASE("offsets that are deleted, expire or lose their topic give their memory back") {
  const Person outside{.client = "admin"};
  const auto leaves_nothing = [&](auto how) {
    Story story;
    CHECK(story.commit(outside, 1, "readings", text(4'000)) == ErrorCode::none);
    CHECK(story.memory.used() > 4'000);
    how(story);
    CHECK(story.memory.used() < 4 * a_kilobyte);
    story.pass(24h);  // a group that keeps nothing goes, too
    CHECK(story.memory.used() == 0);
  };
  leaves_nothing([](Story& story) { story.groups.delete_offsets("readers", {{"readings", 0}}); });
  leaves_nothing([](Story& story) { story.groups.topic_deleted("readings"); });
  leaves_nothing([](Story& story) { story.pass(8 * 24h); });
}

TEST_CASE("ids that were told and never used are counted until they expire") {
  Story story;
  Person ann{.client = "ann"};
  story.settle({&ann});
  const std::size_t before = story.memory.used();
  const Person newcomer{.client = text(10'000), .version = 9};
  CHECK(story.join(newcomer)->error == ErrorCode::member_id_required);
  CHECK(story.memory.used() > before + 10'000);
  story.pass_with_heartbeats(20s, {&ann});
  CHECK(story.memory.used() == before);
}

TEST_CASE("a restart gives the same groups where memory is short, and counts them") {
  Story before;
  Person ann{.client = "ann"};
  before.settle({&ann});
  CHECK(before.commit(ann, 12) == ErrorCode::none);
  Story after({}, a_kilobyte);
  for (const GroupRecord& record : before.records) after.groups.replay(record);
  after.groups.begin(after.now);
  CHECK(after.describe() == before.describe());
  CHECK(after.committed() == 12);
  CHECK(after.memory.used() == before.memory.used());
}
