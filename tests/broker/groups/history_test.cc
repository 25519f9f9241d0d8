#include "tests/broker/groups/group_story.h"
#include "tests/broker/groups/stored_records.h"

using namespace mini;
using namespace mini::broker;

// Random histories: clients that come, go, fall silent, come back under their instance id, commit, and
// administrators who delete. After each step the promises P10-P12 of groups hold, and the records, applied to
// a fresh coordinator, give the same groups.

namespace {

constexpr int partitions = 6;
const std::vector<std::string> group_ids = {"a", "b"};
const std::vector<std::string> topics = {"readings", "alerts"};

struct Client {
  Person person;
  std::optional<Answer<JoinResult>> joining;
  std::optional<Answer<SyncResult>> syncing;
  std::vector<MemberId> to_assign;  // as a leader
  bool joined = false;              // has a generation and no reason to join again
};

struct Counts {
  int settled = 0, rebalances = 0, commits = 0, refused_commits = 0, takeovers = 0, replays = 0, removed = 0,
      mid_rebalance_replays = 0;
};

class History {
 public:
  History(std::uint64_t seed, Counts& counts) : counts_(counts), chance_(seed) {
    for (int i = 0; i < 7; ++i) clients_.push_back(new_client(i));
  }

  void step() {
    Client& client = clients_[chance_.below(clients_.size())];
    take_answers();
    switch (chance_.below(20)) {
      case 0: return restart(client);
      case 1: return leave(client);
      case 2: return story_.pass(Millis(chance_.below(12'000)));
      case 3:
        if (chance_.below(6) == 0) story_.pass(Millis(chance_.below(120'000)));
        return;
      case 4: return commit_from_outside();
      case 5: return administer();
      case 6: return change_subscription(client);
      case 7:
      case 8:
      case 9: return commit(client);
      case 10:
      case 11:
      case 12: return heartbeats();
      default: return go_on(client);
    }
  }

  void check() {
    take_answers();
    for (const std::string& group : group_ids) {
      const GroupDescription now = story_.describe(group);
      check_one_owner(now);
      if (now.state != GroupState::dead && generations_.contains(group))
        CHECK(now.generation_id >= generations_[group]);
      generations_[group] = now.state == GroupState::dead ? no_generation : now.generation_id;
      for (const std::string& topic : topics) CHECK(story_.committed(topic, group) == expected(group, topic));
    }
  }

  void check_replay() {
    Story other;
    for (const GroupRecord& record : story_.records) other.groups.replay(stored_and_read(record));
    ++counts_.replays;
    CHECK(other.groups.size() == story_.groups.size());
    for (const GroupListing& listed : story_.groups.list({})) {
      const GroupDescription ours = story_.describe(listed.group_id);
      const GroupDescription theirs = other.describe(listed.group_id);
      CHECK(*other.groups.offsets(listed.group_id) == *story_.groups.offsets(listed.group_id));
      if (ours.state == GroupState::stable || ours.state == GroupState::empty) {
        CHECK(theirs == ours);
      } else {
        ++counts_.mid_rebalance_replays;
        CHECK((theirs.state == GroupState::stable || theirs.state == GroupState::empty));
        CHECK(theirs.generation_id <= ours.generation_id);
      }
    }
  }

  // Everyone falls silent: every request is answered and every group becomes empty.
  void end() {
    story_.pass(20min);
    for (Client& client : clients_) {
      if (client.joining) CHECK(client.joining->came());
      if (client.syncing) CHECK(client.syncing->came());
    }
    for (const GroupListing& listed : story_.groups.list({})) CHECK(listed.state == GroupState::empty);
    check_replay();
    for (const std::string& group : group_ids) story_.groups.remove(group);
    CHECK(story_.memory.used() == 0);
    counts_.rebalances += story_.events.rebalances;
    counts_.removed += static_cast<int>(story_.events.removed.size());
  }

 private:
  static Client new_client(int i) {
    Client client;
    client.person.client = "c" + std::to_string(i);
    client.person.group = group_ids[static_cast<std::size_t>(i) % 3 == 0 ? 0 : 1];
    client.person.version = static_cast<std::int16_t>(i % 2 ? 9 : 3);
    client.person.rebalance_timeout_ms = 5'000 + 3'000 * i;
    client.person.speaks =
        i % 3 ? std::vector<std::string>{"range", "sticky"} : std::vector<std::string>{"sticky", "range"};
    if (i >= 4) client.person.instance = "instance-" + std::to_string(i);
    return client;
  }

  void restart(Client& client) {
    counts_.takeovers += client.person.instance && client.joined;
    client.person.id.clear();
    client.person.generation = no_generation;
    client.joining.reset();
    client.syncing.reset();
    client.joined = false;
  }

  void leave(Client& client) {
    if (!client.person.id.empty()) story_.leave(client.person);
    restart(client);
  }

  void change_subscription(Client& client) {
    client.person.topics = chance_.below(2) ? topics : std::vector<std::string>{topics[chance_.below(2)]};
    client.joined = false;
  }

  // What a consumer would do next.
  void go_on(Client& client) {
    if (client.joining || client.syncing) return;
    if (client.joined) return heartbeat(client);
    client.joining = story_.join(client.person);
  }

  void heartbeats() {
    for (Client& client : clients_)
      if (client.joined && chance_.below(4)) heartbeat(client);
  }

  void heartbeat(Client& client) {
    const ErrorCode error = story_.heartbeat(client.person);
    if (error == ErrorCode::rebalance_in_progress) client.joined = false;
    if (error == ErrorCode::unknown_member_id || error == ErrorCode::fenced_instance_id ||
        error == ErrorCode::illegal_generation)
      restart(client);
  }

  void take_answers() {
    for (Client& client : clients_) {
      if (client.joining && client.joining->came()) {
        const JoinResult result = **client.joining;
        client.joining.reset();
        joined(client, result);
      }
      if (client.syncing && client.syncing->came()) {
        const SyncResult result = **client.syncing;
        client.syncing.reset();
        synced(client, result);
      }
    }
  }

  void joined(Client& client, const JoinResult& result) {
    if (result.error == ErrorCode::member_id_required) {
      client.person.id = result.member_id;
      return;
    }
    if (failed(result.error)) {
      CHECK((result.error == ErrorCode::unknown_member_id || result.error == ErrorCode::fenced_instance_id ||
             result.error == ErrorCode::rebalance_in_progress));
      return restart(client);
    }
    client.person.id = result.member_id;
    client.person.generation = result.generation_id;
    Assignments assignments;
    const bool leads = result.leader == result.member_id && !result.skip_assignment;
    for (std::size_t i = 0; leads && i < result.members.size(); ++i)
      assignments.emplace_back(result.members[i].member_id, part(i, result.members.size()));
    if (result.leader != result.member_id) CHECK(result.members.empty());
    client.syncing = story_.sync(client.person, assignments);
  }

  static protocol::Bytes part(std::size_t index, std::size_t members) {
    protocol::ConsumerProtocolAssignment assignment;
    auto& topic = assignment.assigned_partitions.emplace_back();
    topic.topic = "readings";
    for (int partition = 0; partition < partitions; ++partition)
      if (static_cast<std::size_t>(partition) % members == index) topic.partitions.push_back(partition);
    return encode_blob(assignment, 0);
  }

  void synced(Client& client, const SyncResult& result) {
    client.joined = !failed(result.error);
    if (result.error != ErrorCode::none && result.error != ErrorCode::rebalance_in_progress) restart(client);
    counts_.settled += client.joined;
  }

  // P10
  static void check_one_owner(const GroupDescription& group) {
    if (group.state != GroupState::stable) return;
    std::set<PartitionId> owned;
    for (const auto& member : group.members) {
      if (member.assignment.empty()) continue;
      const auto assignment = protocol::decode_assignment(member.assignment);
      REQUIRE(assignment);
      for (const auto& topic : assignment->assigned_partitions)
        for (const PartitionId partition : topic.partitions) CHECK(owned.insert(partition).second);
    }
  }

  // P12: the model is changed by accepted commits and by deletes alone.
  Offset expected(const std::string& group, const std::string& topic) const {
    const auto found = model_.find({group, topic});
    return found == model_.end() ? no_offset : found->second;
  }

  void commit(const Client& client) { commit(client.person); }
  void commit_from_outside() {
    Person outside{.client = "admin"};
    outside.group = group_ids[chance_.below(group_ids.size())];
    const bool has_members = !story_.describe(outside.group).members.empty();
    const bool taken = commit(outside);
    if (has_members) CHECK_FALSE(taken);
  }
  bool commit(const Person& person) {
    const std::string topic = topics[chance_.below(2)];
    const auto offset = static_cast<Offset>(chance_.below(1'000));
    const bool taken = story_.commit(person, offset, topic) == ErrorCode::none;
    if (taken) model_[{person.group, topic}] = offset;
    ++(taken ? counts_.commits : counts_.refused_commits);
    return taken;
  }

  void administer() {
    const std::string group = group_ids[chance_.below(group_ids.size())];
    const std::string topic = topics[chance_.below(2)];
    switch (chance_.below(8)) {
      case 0:
        story_.groups.topic_deleted(topic);
        for (const std::string& each : group_ids) model_.erase({each, topic});
        break;
      case 1:
        if (failed(story_.groups.remove(group))) break;
        for (const std::string& each : topics) model_.erase({group, each});
        break;
      default: {
        const auto deleted = story_.groups.delete_offsets(group, {{topic, 0}});
        if (!failed(deleted.error) && !failed(deleted.each.front())) model_.erase({group, topic});
      }
    }
  }

  Counts& counts_;
  Story story_;
  Random chance_;
  std::vector<Client> clients_;
  std::map<std::string, GenerationId> generations_;
  std::map<std::pair<std::string, std::string>, Offset> model_;
};

}  // namespace

TEST_CASE("P10, P11, P12 and replay: random histories of two groups") {
  Counts counts;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    History history(seed, counts);
    for (int step = 0; step < 400; ++step) {
      CAPTURE(step);
      history.step();
      history.check();
      if (step % 37 == 0) history.check_replay();
    }
    history.end();
  }
  // The histories went where they should.
  CHECK(counts.settled > 5'000);
  CHECK(counts.rebalances > 5'000);
  CHECK(counts.commits > 5'000);
  CHECK(counts.refused_commits > 1'000);
  CHECK(counts.takeovers > 500);
  CHECK(counts.removed > 1'000);
  CHECK(counts.mid_rebalance_replays > 500);
  MESSAGE("settled " << counts.settled << ", rebalances " << counts.rebalances << ", commits "
                     << counts.commits << " and refused " << counts.refused_commits << ", takeovers "
                     << counts.takeovers << ", members removed " << counts.removed << ", replays "
                     << counts.replays << ", in a rebalance " << counts.mid_rebalance_replays);
}
