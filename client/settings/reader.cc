#include "client/settings/reader.h"

#include <charconv>
#include <limits>

namespace mini::client {

std::string SettingsReader::text(std::string_view key) const { return config_.get(key).value_or(""); }

std::int64_t SettingsReader::number(std::string_view key, std::int64_t min, std::int64_t max) const {
  const std::string value = text(key);
  std::int64_t parsed = 0;
  const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), parsed);
  if (problem != std::errc() || end != value.data() + value.size()) refuse(key, "is not a whole number");
  if (parsed < min || parsed > max)
    refuse(key, "is not between " + std::to_string(min) + " and " + std::to_string(max));
  return parsed;
}

std::int32_t SettingsReader::number32(std::string_view key, std::int32_t min) const {
  return static_cast<std::int32_t>(number(key, min, std::numeric_limits<std::int32_t>::max()));
}

bool SettingsReader::flag(std::string_view key) const {
  const std::string value = text(key);
  if (value != "true" && value != "false") refuse(key, "is neither true nor false");
  return value == "true";
}

void SettingsReader::refuse(std::string_view key, const std::string& why) const {
  throw KafkaError(
      client_error(ClientErrc::invalid_config, std::string(key) + ": '" + text(key) + "' " + why));
}

}  // namespace mini::client
