#include "broker/config/setting_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace mini::broker {
namespace {

constexpr std::string_view blanks = " \t\n\r\f\v";

template <typename Number>
std::optional<Number> parse_whole(std::string_view text) {
  text = trimmed(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);  // as Java takes it
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct Range {
  std::int64_t least, most;
};

Range range_of(const Setting& setting) {
  Range range{std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
  if (setting.type == SettingType::int32) {
    range = {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()};
  } else if (setting.type == SettingType::int16) {
    range = {std::numeric_limits<std::int16_t>::min(), std::numeric_limits<std::int16_t>::max()};
  }
  return {setting.least.value_or(range.least), setting.most.value_or(range.most)};
}

template <typename Number>
std::optional<std::string> outside(Number number, const Range& range) {
  if (number < static_cast<Number>(range.least)) return "must be at least " + std::to_string(range.least);
  if (number > static_cast<Number>(range.most)) return "must be at most " + std::to_string(range.most);
  return std::nullopt;
}

std::optional<std::string> why_not_integer(const Setting& setting, std::string_view text) {
  const auto number = parse_integer(text);
  if (!number) return "must be a whole number";
  return outside(*number, range_of(setting));
}

std::optional<std::string> why_not_double(const Setting& setting, std::string_view text) {
  const auto number = parse_double(text);
  if (!number || std::isnan(*number)) return "must be a number";
  return outside(*number, range_of(setting));
}

std::optional<std::string> why_not_chosen(const Setting& setting, std::string_view text) {
  if (setting.choices.empty()) return std::nullopt;
  const auto allowed = split_list(setting.choices);
  const auto given =
      setting.type == SettingType::list ? split_list(text) : std::vector<std::string_view>{trimmed(text)};
  for (const auto one : given) {
    if (std::ranges::find(allowed, one) == allowed.end()) {
      return "must be one of " + std::string(setting.choices);
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::optional<bool> parse_boolean(std::string_view text) {
  const std::string lower = lower_case(trimmed(text));
  if (lower == "true") return true;
  if (lower == "false") return false;
  return std::nullopt;
}

std::optional<std::int64_t> parse_integer(std::string_view text) { return parse_whole<std::int64_t>(text); }

std::optional<double> parse_double(std::string_view text) { return parse_whole<double>(text); }

std::vector<std::string_view> split_list(std::string_view text) {
  std::vector<std::string_view> parts;
  text = trimmed(text);
  while (!text.empty()) {
    const auto comma = text.find(',');
    parts.push_back(trimmed(text.substr(0, comma)));
    text = comma == std::string_view::npos ? std::string_view{} : trimmed(text.substr(comma + 1));
  }
  return parts;
}

std::optional<std::string> why_invalid(const Setting& setting, std::string_view text) {
  switch (setting.type) {
    case SettingType::boolean:
      if (!parse_boolean(text)) return "must be true or false";
      return std::nullopt;
    case SettingType::int16:
    case SettingType::int32:
    case SettingType::int64: return why_not_integer(setting, text);
    case SettingType::float64: return why_not_double(setting, text);
    case SettingType::string:
    case SettingType::list:
    case SettingType::class_name: return why_not_chosen(setting, text);
    case SettingType::password: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace mini::broker
