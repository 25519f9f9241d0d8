#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// JSON of a settings file whose values remember the line they stand on, so that a mistake can be shown there.
//
//   const LinedJson json = read_lined_json(text);
//   if (json.problem) ...                                    // "line 3: ..." belongs there
//   for (const LinedValue& item : json.value.items) ...
namespace mini::alerts {

struct LinedValue {
  enum class Kind { null, boolean, number, text, list, object };

  Kind kind = Kind::null;
  std::size_t line = 1;
  double number = 0;
  std::string text;
  std::vector<LinedValue> items;   // of a list; of an object the values
  std::vector<std::string> names;  // of an object, beside `items`
  std::vector<std::size_t> name_lines;
};

struct LinedJson {
  LinedValue value;
  std::optional<std::string> problem;  // it is no JSON; `value` is then of no use
  std::size_t problem_line = 0;
};

inline constexpr std::size_t lined_json_depth_max = 16;

LinedJson read_lined_json(std::string_view text);

}  // namespace mini::alerts
