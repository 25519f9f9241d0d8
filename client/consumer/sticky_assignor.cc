#include <algorithm>
#include <deque>
#include <optional>
#include <set>

#include "client/consumer/assignor.h"

// First every partition stays with whoever had it last. What nobody has goes to the member with the least.
// Then, as long as some member has two more than another that could take from it, maybe by way of others,
// one partition moves.
namespace mini::client {
namespace {

class Shares {
 public:
  Shares(std::vector<GroupMember> members, const PartitionCounts& counts);

  void keep_owned();
  void place_the_rest();
  void balance();
  GroupAssignment result() const;

 private:
  using Index = std::size_t;

  std::map<TopicPartition, Index> last_owners() const;
  const std::vector<Index>& subscribers(const std::string& topic) const { return subscribers_.at(topic); }
  std::optional<std::vector<Index>> way_down(Index from) const;
  void move_one(Index from, Index to);
  const TopicPartition* movable(Index from, Index to) const;

  std::vector<GroupMember> members_;
  std::map<std::string, std::vector<Index>> subscribers_;  // of topics that exist
  std::set<TopicPartition> nobodys_;
  std::vector<std::set<TopicPartition>> shares_;
  std::vector<std::set<std::string>> topics_;
};

Shares::Shares(std::vector<GroupMember> members, const PartitionCounts& counts)
    : members_(std::move(members)), shares_(members_.size()), topics_(members_.size()) {
  std::sort(members_.begin(), members_.end(), comes_before);
  for (Index i = 0; i < members_.size(); ++i)
    for (const std::string& topic : members_[i].topics)
      if (counts.contains(topic) && topics_[i].insert(topic).second) subscribers_[topic].push_back(i);
  for (const auto& [topic, ids] : subscribers_)
    for (std::int32_t id = 0; id < counts.at(topic); ++id) nobodys_.insert({topic, id});
}

// The claim of the latest generation counts. Where two of the same generation contradict each other, neither
// does.
std::map<TopicPartition, Shares::Index> Shares::last_owners() const {
  std::map<TopicPartition, std::pair<GenerationId, std::optional<Index>>> claims;
  for (Index i = 0; i < members_.size(); ++i)
    for (const TopicPartition& each :
         std::set<TopicPartition>(members_[i].owned.begin(), members_[i].owned.end())) {
      const auto [claim, first] = claims.try_emplace(each, members_[i].generation, i);
      if (first || members_[i].generation < claim->second.first) continue;
      const bool contradicts = members_[i].generation == claim->second.first;
      claim->second = {members_[i].generation, contradicts ? std::nullopt : std::optional<Index>(i)};
    }
  std::map<TopicPartition, Index> owners;
  for (const auto& [partition, claim] : claims)
    if (claim.second) owners[partition] = *claim.second;
  return owners;
}

void Shares::keep_owned() {
  for (const auto& [partition, owner] : last_owners())
    if (topics_[owner].contains(partition.topic) && nobodys_.erase(partition) > 0)
      shares_[owner].insert(partition);
}

// Those with few possible readers first, while there is a choice.
void Shares::place_the_rest() {
  std::vector<TopicPartition> rest(nobodys_.begin(), nobodys_.end());
  std::stable_sort(rest.begin(), rest.end(), [this](const TopicPartition& a, const TopicPartition& b) {
    return subscribers(a.topic).size() < subscribers(b.topic).size();
  });
  for (const TopicPartition& partition : rest) {
    const auto& ids = subscribers(partition.topic);
    const Index least = *std::min_element(
        ids.begin(), ids.end(), [this](Index a, Index b) { return shares_[a].size() < shares_[b].size(); });
    shares_[least].insert(partition);
  }
}

const TopicPartition* Shares::movable(Index from, Index to) const {
  for (auto each = shares_[from].rbegin(); each != shares_[from].rend(); ++each)
    if (topics_[to].contains(each->topic)) return &*each;
  return nullptr;
}

// The shortest chain of members, each able to take from the one before, to one that has two fewer.
std::optional<std::vector<Shares::Index>> Shares::way_down(Index from) const {
  std::vector<std::optional<Index>> reached_from(members_.size());
  reached_from[from] = from;
  std::deque<Index> open{from};
  while (!open.empty()) {
    const Index at = open.front();
    open.pop_front();
    if (shares_[at].size() + 2 <= shares_[from].size()) {
      std::vector<Index> way{at};
      while (way.back() != from) way.push_back(*reached_from[way.back()]);
      return way;
    }
    for (Index next = 0; next < members_.size(); ++next)
      if (!reached_from[next] && movable(at, next)) {
        reached_from[next] = at;
        open.push_back(next);
      }
  }
  return std::nullopt;
}

void Shares::move_one(Index from, Index to) {
  const TopicPartition partition = *movable(from, to);
  shares_[from].erase(partition);
  shares_[to].insert(partition);
}

// Each move makes the sum of the squares of the shares smaller, so it ends.
void Shares::balance() {
  std::vector<Index> by_size(members_.size());
  for (Index i = 0; i < by_size.size(); ++i) by_size[i] = i;
  for (bool moved = true; moved;) {
    moved = false;
    std::stable_sort(by_size.begin(), by_size.end(),
                     [this](Index a, Index b) { return shares_[a].size() > shares_[b].size(); });
    for (const Index from : by_size) {
      if (shares_[from].size() < shares_[by_size.back()].size() + 2) break;
      const auto way = way_down(from);
      if (!way) continue;
      for (std::size_t i = 0; i + 1 < way->size(); ++i) move_one((*way)[i + 1], (*way)[i]);
      moved = true;
      break;
    }
  }
}

GroupAssignment Shares::result() const {
  GroupAssignment assignment;
  for (Index i = 0; i < members_.size(); ++i)
    assignment[members_[i].id] = {shares_[i].begin(), shares_[i].end()};
  return assignment;
}

}  // namespace

GroupAssignment assign_sticky(std::vector<GroupMember> members, const PartitionCounts& counts) {
  Shares shares(std::move(members), counts);
  shares.keep_owned();
  shares.place_the_rest();
  shares.balance();
  return shares.result();
}

GroupAssignment assign_cooperative_sticky(std::vector<GroupMember> members, const PartitionCounts& counts) {
  GroupAssignment assignment = assign_sticky(members, counts);
  std::map<TopicPartition, std::set<std::string_view>> holders;
  for (const GroupMember& member : members)
    for (const TopicPartition& each : member.owned) holders[each].insert(member.id);
  for (auto& [id, partitions] : assignment)
    std::erase_if(partitions, [&, member = std::string_view(id)](const TopicPartition& each) {
      const auto held = holders.find(each);
      return held != holders.end() && !held->second.contains(member);
    });
  return assignment;
}

}  // namespace mini::client
