#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "client/admin/call.h"
#include "mini/admin_types.h"

// The keys of an admin call by number: each once, in order.
namespace mini::client {

template <class Key>
class KeyList {
 public:
  explicit KeyList(std::vector<Key> keys) : keys_(std::move(keys)) {
    std::sort(keys_.begin(), keys_.end());
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
  }
  template <class T>
  explicit KeyList(const std::map<Key, T>& map) {
    for (const auto& [key, value] : map) keys_.push_back(key);
  }

  std::size_t size() const { return keys_.size(); }
  const Key& operator[](std::size_t number) const { return keys_[number]; }
  auto begin() const { return keys_.begin(); }
  auto end() const { return keys_.end(); }
  // The number of a key that an answer names; a number that no call has, where it is none of ours.
  std::size_t number(const Key& key) const {
    const auto at = std::lower_bound(keys_.begin(), keys_.end(), key);
    return at != keys_.end() && *at == key ? static_cast<std::size_t>(at - keys_.begin()) : size();
  }

  std::vector<Target> all(const Target& target) const { return std::vector<Target>(size(), target); }
  std::map<Key, Error> errors(const std::vector<Error>& each) const {
    std::map<Key, Error> named;
    for (std::size_t i = 0; i < size(); ++i) named[keys_[i]] = each[i];
    return named;
  }
  // What was found of each key; its error where it has one.
  template <class T>
  Results<Key, T> results(const std::vector<Error>& each, std::vector<T> values) const {
    Results<Key, T> named;
    for (std::size_t i = 0; i < size(); ++i) {
      if (each[i])
        named.emplace(keys_[i], each[i]);
      else
        named.emplace(keys_[i], std::move(values[i]));
    }
    return named;
  }

 private:
  std::vector<Key> keys_;
};

// Kafka's requests name partitions topic by topic. For partitions in order: the topic to add the next one to.
template <class Topic>
Topic& topic_for(std::vector<Topic>& topics, const std::string& name) {
  if (topics.empty() || topics.back().name != name) topics.emplace_back().name = name;
  return topics.back();
}

// Error of a key, with the broker's own words where it has any.
inline Error key_error(protocol::ErrorCode code, std::string what,
                       const std::optional<std::string>& message = {}) {
  if (message && !message->empty()) what += ": " + *message;
  return broker_error(code, std::move(what));
}

inline std::int32_t broker_timeout_ms(Millis timeout) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(timeout.count(), 0, 60'000));
}

}  // namespace mini::client
