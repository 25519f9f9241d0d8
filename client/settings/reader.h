#pragma once

#include "client/errors.h"
#include "mini/config.h"

// Takes typed values out of a Config. A value that cannot be used is a KafkaError(invalid_config) that names
// key and value.
namespace mini::client {

class SettingsReader {
 public:
  explicit SettingsReader(const Config& config) : config_(config) {}

  std::string text(std::string_view key) const;
  std::int64_t number(std::string_view key, std::int64_t min, std::int64_t max) const;
  std::int32_t number32(std::string_view key, std::int32_t min) const;
  bool flag(std::string_view key) const;
  bool is_set(std::string_view key) const { return config_.is_set(key); }
  [[noreturn]] void refuse(std::string_view key, const std::string& why) const;

 private:
  const Config& config_;
};

}  // namespace mini::client
