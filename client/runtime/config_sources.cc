#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "client/errors.h"
#include "client/settings/properties.h"
#include "mini/config.h"

extern char** environ;

namespace mini {
namespace {

constexpr std::size_t properties_size_max = 1024 * 1024;

[[noreturn]] void refuse(const std::string& why) {
  throw KafkaError(client::client_error(ClientErrc::invalid_config, why));
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) refuse(path + " cannot be opened: " + std::strerror(errno));
  std::string text(properties_size_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || (file.gcount() == 0 && !file.eof())) refuse(path + " cannot be read");
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > properties_size_max) refuse(path + " is larger than a megabyte");
  return text;
}

// BOOTSTRAP_SERVERS is bootstrap.servers; __ stands for _ and ___ for -, as in Kafka's container images.
std::string key_of(std::string_view name) {
  std::string key;
  for (std::size_t i = 0; i < name.size();) {
    const std::size_t run = std::min(name.find_first_not_of('_', i), name.size()) - i;
    if (run > 0) key += run == 1 ? "." : run == 2 ? "_" : "-";
    if (run == 0) key += static_cast<char>(name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]);
    i += run > 0 ? run : 1;
  }
  return key;
}

}  // namespace

Config Config::from_properties(std::string_view path) {
  Config config;
  const std::string text = read_file(std::string(path));
  for (const auto& [key, value] : client::parse_properties(text, path)) config.set(key, value);
  return config;
}

Config Config::from_environment(std::string_view prefix) {
  Config config;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    const std::string_view entry = *each;
    const std::size_t equals = entry.find('=');
    if (equals == std::string_view::npos || !entry.starts_with(prefix) || equals <= prefix.size()) continue;
    config.set(key_of(entry.substr(prefix.size(), equals - prefix.size())), entry.substr(equals + 1));
  }
  return config;
}

}  // namespace mini
