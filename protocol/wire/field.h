#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "protocol/api_key.h"
#include "protocol/error_code.h"
#include "protocol/ids.h"
#include "protocol/wire/bytes.h"
#include "protocol/wire/slice.h"

// What a message declaration is made of. A message is a plain struct and the list of its fields:
//
//   struct HeartbeatRequest {
//     static constexpr MessageInfo info{ApiKey::heartbeat, "HeartbeatRequest", range(0, 4), since(4)};
//     std::string group_id;
//     std::optional<std::string> group_instance_id;
//     UnknownTags unknown_tags;
//     static constexpr auto fields() {
//       using M = HeartbeatRequest;
//       return std::tuple{field("group_id", &M::group_id),
//                         field("group_instance_id", &M::group_instance_id).in(since(3)).nullable(since(3))};
//     }
//     bool operator==(const HeartbeatRequest&) const = default;
//   };
//
// Reading, writing, sizing, printing, comparing with Kafka's layouts and making random messages are walks
// over that list (codec.h). A member's C++ type is its type on the wire: std::string is `string`, Bytes is
// `bytes`, Records is `records`, ErrorCode and int16_t are `int16`, std::vector is an array, std::optional
// says that it may be null.
namespace mini::protocol {

struct VersionRange {
  std::int16_t first = 0;
  std::int16_t last = -1;  // empty by default
  constexpr bool has(std::int16_t version) const { return version >= first && version <= last; }
  friend constexpr bool operator==(const VersionRange&, const VersionRange&) = default;
};

inline constexpr std::int16_t newest = std::numeric_limits<std::int16_t>::max();
constexpr VersionRange range(int first, int last) {
  return {static_cast<std::int16_t>(first), static_cast<std::int16_t>(last)};
}
constexpr VersionRange since(int first) { return {static_cast<std::int16_t>(first), newest}; }
inline constexpr VersionRange always = since(0);
inline constexpr VersionRange never{};

struct MessageInfo {
  ApiKey api;
  const char* name;
  VersionRange versions;  // those that can be read and written; what is served stands in the broker's table
  VersionRange flexible = never;  // compact lengths and tagged fields
};

// Tagged fields that this version of the project has no name for: kept, and sent on when the message is.
inline constexpr std::size_t unknown_tags_max = 64;
inline constexpr std::size_t unknown_tag_size_max = 64 * 1024;
using UnknownTags = std::map<std::uint32_t, Bytes>;

inline constexpr std::int32_t no_tag = -1;

template <class M, class T>
struct Field {
  using Message = M;
  using Value = T;

  const char* name;
  T M::*member;
  VersionRange versions = always;
  VersionRange null_versions = never;
  VersionRange tag_versions = never;
  std::int32_t tag = no_tag;
  bool may_be_dropped =
      false;  // Kafka's "ignorable": a value may be left out where the version has no room for it

  constexpr Field in(VersionRange range) const {
    return with([&](Field& f) { f.versions = range; });
  }
  constexpr Field nullable(VersionRange range = always) const {
    return with([&](Field& f) { f.null_versions = range; });
  }
  constexpr Field as_tag(int number, VersionRange range = always) const {
    return with([&](Field& f) {
      f.tag = number;
      f.tag_versions = range;
    });
  }
  constexpr Field ignorable() const {
    return with([](Field& f) { f.may_be_dropped = true; });
  }

  constexpr bool untagged_at(std::int16_t version) const {
    return versions.has(version) && !tag_versions.has(version);
  }
  constexpr bool tagged_at(std::int16_t version) const {
    return versions.has(version) && tag_versions.has(version);
  }

 private:
  template <class Change>
  constexpr Field with(Change change) const {
    Field changed = *this;
    change(changed);
    return changed;
  }
};

template <class M, class T>
constexpr Field<M, T> field(const char* name, T M::*member) {
  return {name, member};
}

template <class M>
inline constexpr auto field_table = M::fields();

// The walk over a message's fields: `visit` is called once for each, in order.
template <class M, class Visit>
constexpr void each_field(Visit&& visit) {
  std::apply([&](const auto&... each) { (visit(each), ...); }, field_table<M>);
}

template <class M>
concept FieldList = requires {
  M::fields();
};

}  // namespace mini::protocol
