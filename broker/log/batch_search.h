#pragma once

#include <optional>

#include "broker/log/segment.h"

// Looks for a record by its timestamp: over the batches of a segment, and inside them, compressed ones too.
// Timestamps need not be in order.
namespace mini::broker {

struct SearchFrom {
  Offset offset;                  // records below it do not count: they were deleted
  std::size_t inflated_size_max;  // a batch that inflates to more is passed over
};

// The first record by offset whose timestamp is `timestamp` or later.
std::optional<TimestampAndOffset> first_at_or_after(const Segment& segment, TimestampMs timestamp,
                                                    const SearchFrom& from);
// The first record with the greatest timestamp.
std::optional<TimestampAndOffset> greatest_from(const Segment& segment, const SearchFrom& from);

}  // namespace mini::broker
