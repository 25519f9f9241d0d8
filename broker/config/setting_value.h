#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/settings.h"

// Values of settings as text, the way Kafka's own parser takes them: blanks around them do not count,
// booleans are true or false in any case, lists are separated by commas.
//
//   if (const auto reason = why_invalid(setting, text)) refuse(name + "=" + text + ": " + *reason);
//   const auto ms = parse_integer(text);   // nothing: not a whole number
namespace mini::broker {

std::string_view trimmed(std::string_view text);
std::string lower_case(std::string_view text);  // ASCII letters
std::optional<bool> parse_boolean(std::string_view text);
std::optional<std::int64_t> parse_integer(std::string_view text);
std::optional<double> parse_double(std::string_view text);
std::vector<std::string_view> split_list(std::string_view text);  // views of `text`; none of an empty text

// Nothing if the setting may have this value; else the end of a sentence: "must be at least 1". Never
// contains the value itself, which may be a password.
std::optional<std::string> why_invalid(const Setting& setting, std::string_view text);

}  // namespace mini::broker
