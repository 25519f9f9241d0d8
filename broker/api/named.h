#pragma once

#include <map>
#include <set>
#include <utility>

// What a request names, and how often: as in Apache Kafka, what is named twice is answered once.
//
//   Named<std::string> named;
//   for (const auto& asked : request.topics) named.add(asked.name);
//   for (const auto& asked : request.topics)
//     if (named.answer_due(asked.name)) add(named.twice(asked.name) ? refused(asked) : done(asked));
namespace mini::broker {

template <class Key>
class Named {
 public:
  void add(const Key& key) { ++times_[key].count; }
  bool twice(const Key& key) const { return times_.at(key).count > 1; }
  // Once for each key, the first time.
  bool answer_due(const Key& key) { return !std::exchange(times_.at(key).answered, true); }

 private:
  struct Times {
    int count = 0;
    bool answered = false;
  };
  std::map<Key, Times> times_;
};

// The same where it is no fault to be named twice.
//
//   Once<std::string_view> once;
//   for (const auto& asked : request.groups)
//     if (once.first(asked.group_id)) add(done(asked));
template <class Key>
class Once {
 public:
  bool first(const Key& key) { return seen_.insert(key).second; }

 private:
  std::set<Key> seen_;
};

}  // namespace mini::broker
