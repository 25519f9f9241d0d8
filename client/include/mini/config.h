#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Settings by their standard names: Java's, or librdkafka's where it has another word for the same thing.
//
//   mini::Config config{{"bootstrap.servers", "localhost:9092"}, {"linger.ms", "20"}};
//   config.set("compression.codec", "lz4");                 // librdkafka's word for compression.type
//   for (const auto& unknown : config.unknown_keys()) refuse(unknown.key, unknown.nearest);
//
// A key that this client does not have is kept and ignored, so that files written for other clients can be
// used as they are: warnings() has a sentence about each, which the clients write to standard error (or to
// Consumer::on_log). A value that cannot be used is reported when a client is made from it (KafkaError,
// invalid_config), and so is what would be wrong to ignore, such as security.protocol=SSL.
namespace mini {

// One line of the table of settings.
struct Setting {
  enum class Scope { all, producer, consumer };

  std::string_view name;
  std::string_view aliases;  // other spellings, separated by spaces
  std::string_view default_value;
  Scope scope;
  std::string_view sentence;
};

// The whole table, in the order for printing.
std::span<const Setting> client_settings();
// The same as lines for a terminal: each setting with its default, its other names and its sentence.
std::string help_config();

class Config {
 public:
  using Entry = std::pair<std::string, std::string>;

  struct UnknownKey {
    std::string key;
    std::string nearest;  // the most similar known name; empty where none is similar
  };

  Config() = default;
  Config(std::initializer_list<Entry> entries);

  // A file in Java's format of properties. Throws KafkaError(invalid_config) that names the line.
  static Config from_properties(std::string_view path);
  // MINI_CLIENT_BOOTSTRAP_SERVERS is bootstrap.servers, and so on.
  static Config from_environment(std::string_view prefix = "MINI_CLIENT_");

  // The last value set wins, whatever spelling it was set by.
  Config& set(std::string_view key, std::string_view value);
  // The value as it was set, or the default; nothing for a key outside the table that was never set.
  std::optional<std::string> get(std::string_view key) const;
  bool is_set(std::string_view key) const;
  // Keys that no client has.
  std::vector<UnknownKey> unknown_keys() const;
  // A sentence for each key without effect: the unknown ones, and those that only other clients have.
  std::vector<std::string> warnings() const;

 private:
  std::map<std::string, std::string, std::less<>> values_;  // by the table's own name
};

}  // namespace mini
