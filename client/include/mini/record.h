#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Records on their way out and in.
//
//   producer.send(mini::RecordView{.topic = "readings", .key = id, .value = json});
//   mini::ProducerRecord owned{.topic = "readings", .value = "{}", .headers = {{"unit", "C"}}};
//   producer.send(owned);
//
//   for (const mini::ConsumerRecord& record : consumer.poll(100ms)) use(*record.value);
namespace mini {

using Millis = std::chrono::milliseconds;
using Timestamp = std::chrono::sys_time<Millis>;

struct TopicPartition {
  std::string topic;
  std::int32_t partition = 0;
  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};

struct OffsetAndMetadata {
  std::int64_t offset = -1;  // the next record to read
  std::int32_t leader_epoch = -1;
  std::string metadata = {};
  friend bool operator==(const OffsetAndMetadata&, const OffsetAndMetadata&) = default;
};
using Offsets = std::map<TopicPartition, OffsetAndMetadata>;

struct HeaderView {
  std::string_view key;
  std::optional<std::string_view> value = {};
};

struct Header {
  std::string key;
  std::optional<std::string> value = {};
};

// Headers of either kind, looked at; never owns.
class HeaderList {
 public:
  HeaderList() = default;
  HeaderList(std::span<const HeaderView> views) : views_(views) {}
  HeaderList(std::span<const Header> owned) : owned_(owned) {}
  template <std::size_t N>
  HeaderList(const HeaderView (&views)[N]) : views_(views) {}
  HeaderList(const std::vector<HeaderView>& views) : views_(views) {}
  HeaderList(const std::vector<Header>& owned) : owned_(owned) {}

  std::size_t size() const noexcept { return views_.size() + owned_.size(); }
  bool empty() const noexcept { return size() == 0; }
  HeaderView operator[](std::size_t index) const {
    if (owned_.empty()) return views_[index];
    return {owned_[index].key, owned_[index].value};
  }

 private:
  std::span<const HeaderView> views_;
  std::span<const Header> owned_;
};

// What send takes: it is only read during the call.
struct RecordView {
  std::string_view topic;
  std::optional<std::string_view> key = {};
  std::optional<std::string_view> value = {};  // nothing: a tombstone
  HeaderList headers = {};
  std::optional<std::int32_t> partition = {};  // nothing: by the key, or any where there is no key
  std::optional<Timestamp> timestamp = {};     // nothing: now
};

struct ProducerRecord {
  std::string topic;
  std::optional<std::string> key = {};
  std::optional<std::string> value = {};
  std::vector<Header> headers = {};
  std::optional<std::int32_t> partition = {};
  std::optional<Timestamp> timestamp = {};

  operator RecordView() const noexcept { return {topic, key, value, headers, partition, timestamp}; }
};

// A consumed record's headers, decoded as they are walked.
class ConsumedHeaders {
 public:
  class Iterator {
   public:
    using value_type = HeaderView;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::forward_iterator_tag;

    Iterator() = default;
    Iterator(std::span<const std::uint8_t> bytes, std::int32_t left);
    HeaderView operator*() const { return current_; }
    Iterator& operator++();
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.left_ == b.left_; }

   private:
    void decode();

    std::span<const std::uint8_t> bytes_;
    std::int32_t left_ = 0;
    HeaderView current_;
  };

  ConsumedHeaders() = default;
  ConsumedHeaders(std::span<const std::uint8_t> bytes, std::int32_t count) : bytes_(bytes), count_(count) {}

  std::size_t size() const noexcept { return static_cast<std::size_t>(count_); }
  bool empty() const noexcept { return count_ == 0; }
  Iterator begin() const { return {bytes_, count_}; }
  Iterator end() const { return {}; }

 private:
  std::span<const std::uint8_t> bytes_;
  std::int32_t count_ = 0;
};

// A record that was read: every view lives as long as the Records it came from.
struct ConsumerRecord {
  std::string_view topic;
  std::int32_t partition = 0;
  std::int64_t offset = -1;
  Timestamp timestamp{};
  bool log_append_time = false;  // the timestamp is the broker's, not the producer's
  std::int32_t leader_epoch = -1;
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
  ConsumedHeaders headers;
};

namespace client {
class FetchedRecords;
}

// What one poll gave: owns the bytes by a counted reference, so copies are cheap and keep them alive. Records
// of one partition come in the order of their offsets.
class Records {
 public:
  class Iterator {
   public:
    using value_type = ConsumerRecord;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::forward_iterator_tag;

    Iterator() = default;
    explicit Iterator(const client::FetchedRecords* fetched);
    ConsumerRecord operator*() const { return current_; }
    const ConsumerRecord* operator->() const { return &current_; }
    Iterator& operator++();
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.left_ == b.left_; }

   private:
    void decode();

    const client::FetchedRecords* fetched_ = nullptr;
    std::size_t run_ = 0;       // which stretch of records of one batch
    std::size_t position_ = 0;  // byte in that stretch
    std::size_t run_left_ = 0;
    std::size_t left_ = 0;
    ConsumerRecord current_;
  };

  Records() = default;
  explicit Records(std::shared_ptr<const client::FetchedRecords> fetched) : fetched_(std::move(fetched)) {}

  std::size_t size() const noexcept;
  bool empty() const noexcept { return size() == 0; }
  Iterator begin() const { return Iterator(fetched_.get()); }
  Iterator end() const { return {}; }

  std::vector<TopicPartition> partitions() const;          // that have records here
  Records records(const TopicPartition& partition) const;  // those of one partition, with the same memory

 private:
  std::shared_ptr<const client::FetchedRecords> fetched_;
};

}  // namespace mini
