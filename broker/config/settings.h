#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "broker/env/events.h"

// The one table of settings. Parsing, validation, DescribeConfigs, start-up notes and docs/configuration.md
// follow from it; a setting that is not here does not exist.
//
//   const Setting* setting = find_setting("num.partitions");            // the broker's
//   const Setting* setting = find_setting("retention.ms", Scope::topic);
//   find_setting("num.partition") == nullptr && nearest_setting("num.partition") == "num.partitions"
//
// Read only and the same for the whole process: any thread may ask.
namespace mini::broker {

// The numbers are those of DescribeConfigs' config_type.
enum class SettingType : std::int8_t {
  boolean = 1,
  string = 2,
  int32 = 3,
  int16 = 4,
  int64 = 5,
  float64 = 6,
  list = 7,  // separated by commas
  class_name = 8,
  password = 9,  // never shown
};

enum class Scope { broker, topic };
enum class Importance { high, medium, low };

// honoured: does here what it does in Kafka. accepted: may stand in a file made for Kafka; see `remark`.
enum class Standing { honoured, accepted };

// A broker's setting that gives a topic's setting its default, in another unit perhaps.
struct Inherited {
  std::string_view name;
  std::int64_t scale = 1;  // hours to milliseconds: 3600000
};

struct Setting {
  std::string_view name;  // one that ends in ".*" stands for every name with that beginning
  SettingType type = SettingType::string;
  std::optional<std::string_view> default_value;  // nothing: null, as Kafka says
  Standing standing = Standing::honoured;
  Scope scope = Scope::broker;
  Importance importance = Importance::medium;
  std::optional<std::int64_t> least, most;  // of numbers
  std::string_view choices;                 // of strings and lists, separated by commas; empty: any
  std::array<Inherited, 3> inherits{};      // of a topic's setting: the first that is set wins
  std::string_view remark;                  // said at start when the setting is given; empty: nothing to say
  Level remark_level = Level::info;
  std::optional<std::int64_t> remark_above;  // said only when the value is greater than this
  std::string_view documentation;            // one sentence

  bool is_family() const { return name.ends_with(".*"); }
};

std::span<const Setting> settings(Scope scope);

// The setting itself, or else the family ("zookeeper.*") that the name belongs to, or null.
const Setting* find_setting(std::string_view name, Scope scope = Scope::broker);

// The known name that differs by the fewest letters; empty when none is near enough to be what was meant.
std::string_view nearest_setting(std::string_view name, Scope scope = Scope::broker);

}  // namespace mini::broker
