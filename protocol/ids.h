#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The names that Kafka gives to its numbers, and the 16-byte ids of topics and clusters.
namespace mini {

using Offset = std::int64_t;
using PartitionId = std::int32_t;
using LeaderEpoch = std::int32_t;
using ProducerId = std::int64_t;
using ProducerEpoch = std::int16_t;
using GenerationId = std::int32_t;
using NodeId = std::int32_t;
using TimestampMs = std::int64_t;  // milliseconds since 1970-01-01 UTC, as records carry it

inline constexpr Offset no_offset = -1;
inline constexpr TimestampMs no_timestamp = -1;
inline constexpr LeaderEpoch no_leader_epoch = -1;
inline constexpr ProducerId no_producer_id = -1;
inline constexpr ProducerEpoch no_producer_epoch = -1;
inline constexpr GenerationId no_generation = -1;

// A topic's or a cluster's id. Kafka prints it as URL-safe base64 without padding: 22 characters.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  bool is_zero() const { return *this == Uuid{}; }
  std::string to_string() const;
  static std::optional<Uuid> parse(std::string_view text);  // nothing unless it is 22 such characters

  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

}  // namespace mini
