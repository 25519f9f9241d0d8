#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "protocol/ids.h"

// The offset index and the time index of a segment in one: every so many bytes, which batch stands where and
// how late the records before it got. From the position found, a walk over at most that many bytes remains.
//
//   index.add({.offset = 4711, .position = 8192, .greatest_before = 1735689600000});
//   walk_from(index.position_for_offset(4800));
namespace mini::broker {

class SparseIndex {
 public:
  struct Entry {
    Offset offset;                // of a batch's first record
    std::size_t position;         // of that batch: bytes from the segment's beginning
    TimestampMs greatest_before;  // no record before it in the segment has a later timestamp
  };

  // Each field not less than the last entry's.
  void add(const Entry& entry) { entries_.push_back(entry); }
  std::size_t memory_bytes() const { return entries_.capacity() * sizeof(Entry); }

  // Not after the batch that holds `offset`.
  std::size_t position_for_offset(Offset offset) const {
    return last_position([=](const Entry& entry) { return entry.offset <= offset; });
  }
  // Not after the first record whose timestamp is `timestamp` or later.
  std::size_t position_for_time(TimestampMs timestamp) const {
    return last_position([=](const Entry& entry) { return entry.greatest_before < timestamp; });
  }
  // The last known batch that begins below `until` and not after `position_max`.
  std::size_t position_within(std::size_t position_max, Offset until) const {
    return last_position(
        [=](const Entry& entry) { return entry.position <= position_max && entry.offset < until; });
  }

 private:
  // Of the last entry for which `holds`, which holds for a first part of them; 0 where for none.
  template <class Holds>
  std::size_t last_position(Holds holds) const {
    const auto end = std::partition_point(entries_.begin(), entries_.end(), holds);
    return end == entries_.begin() ? 0 : std::prev(end)->position;
  }

  std::vector<Entry> entries_;
};

}  // namespace mini::broker
