#include "broker/server/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <sstream>

#include "broker/config/nearest_name.h"
#include "broker/server/version.h"
#include "broker/topics/topics.h"

namespace mini::broker {
namespace {

constexpr std::array kept_words = {"up",   "down", "status", "demo", "topics", "produce",
                                   "tail", "top",  "config", "why",  "lab",    "doctor"};
constexpr std::array levels = {"trace", "debug", "info", "warn", "error", "critical", "off"};

constexpr const char* description =
    "mini-broker: a Kafka broker for one machine. Kafka clients work with it as they are, without "
    "transactions,\nTLS and SASL; nothing is kept after it ends.\n"
    "\n"
    "  mini-broker                                  on localhost:9092\n"
    "  mini-broker --topic readings:3               with a topic of three partitions\n"
    "  mini-broker config/server.properties         with the settings of a Kafka server\n";

constexpr const char* footer =
    "\nSettings are Kafka's own names (docs/configuration.md). Later layers win: defaults, "
    "server.properties,\n"
    "KAFKA_* environment variables, --override, the flags above.\n"
    "Exit codes: 0 a clean stop (Ctrl+C), 1 it could not start, 2 the command line or a setting is wrong.";

ParsedOptions misuse(std::string sentence) {
  ParsedOptions parsed;
  parsed.exit_code = exit_misuse;
  parsed.text = "mini-broker: " + std::move(sentence) + "\nTry 'mini-broker --help'.\n";
  return parsed;
}

// "NAME" or "NAME:PARTITIONS"; nothing where the number is none.
std::optional<SeededTopic> parse_topic(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return SeededTopic{text, std::nullopt};
  std::int32_t partitions = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, partitions);
  if (error != std::errc() || rest != end || partitions < 1) return std::nullopt;
  return SeededTopic{text.substr(0, colon), partitions};
}

constexpr std::array<std::string_view, 8> flags = {"--listen",    "--topic",   "--override", "--port-file",
                                                   "--log-level", "--version", "--help",     "-h"};

// CLI11 says only that it did not expect this.
std::string unknown_flag(const std::string& text) {
  const std::string flag = text.substr(0, text.find('='));
  const std::string_view nearest = nearest_name(flag, flags);
  return "There is no '" + flag + "'" + (nearest.empty() ? "." : "; was " + std::string(nearest) + " meant?");
}

struct RawOptions {
  std::vector<std::string> overrides, topics, positional;
};

void declare(CLI::App& app, Options& options, RawOptions& raw) {
  app.footer(footer);
  app.set_version_flag("--version", std::string("mini-broker ") + version);
  app.add_option("server.properties", raw.positional, "Settings in Kafka's file format");
  app.add_option("--listen", options.listen,
                 "HOST:PORT to listen on, repeatable; port 0 takes a free one (default localhost:9092)")
      ->type_name("HOST:PORT")
      ->allow_extra_args(false);
  app.add_option("--topic", raw.topics, "A topic to start with, repeatable")
      ->type_name("NAME[:PARTITIONS]")
      ->allow_extra_args(false);
  app.add_option("--override", raw.overrides, "A setting, repeatable")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  app.add_option("--port-file", options.port_file,
                 "Write the port of each listener here, a line each, once all accept; removed at the end")
      ->type_name("FILE");
  app.add_option("--log-level", options.log_level, "trace, debug, info, warn, error, critical or off")
      ->type_name("LEVEL");
}

bool is_kept(const std::string& word) {
  return std::find(kept_words.begin(), kept_words.end(), word) != kept_words.end();
}

std::string about_kept(const std::string& word) {
  return "'" + word + "' is a word kept for a later version; it does nothing yet.";
}

std::string check_positional(const std::vector<std::string>& words, Options& options) {
  if (words.empty()) return "";
  if (is_kept(words[0])) return about_kept(words[0]);
  if (words.size() > 1) return "one server.properties file at most, and '" + words[1] + "' is a second.";
  options.properties_file = words[0];
  return "";
}

std::string check(const RawOptions& raw, Options& options) {
  if (std::string wrong = check_positional(raw.positional, options); !wrong.empty()) return wrong;
  for (const std::string& text : raw.topics) {
    const auto topic = parse_topic(text);
    if (!topic) return "--topic takes NAME or NAME:PARTITIONS, and '" + text + "' is neither.";
    if (const std::string why = why_illegal_topic_name(topic->name); !why.empty())
      return "--topic '" + text + "': " + why;
    options.topics.push_back(*topic);
  }
  for (const std::string& text : raw.overrides) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      return "--override takes KEY=VALUE, and '" + text + "' is not so.";
    options.overrides.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  for (const std::string& text : options.listen) {
    if (!parse_host_port(text)) return "--listen takes HOST:PORT, and '" + text + "' is not so.";
  }
  if (std::find(levels.begin(), levels.end(), options.log_level) == levels.end())
    return "--log-level takes trace, debug, info, warn, error, critical or off, and '" + options.log_level +
           "' is none of them.";
  return "";
}

// Nothing where the file cannot be read. (To copy an empty file counts as an error in the library.)
std::optional<std::string> text_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  const bool nothing_in_it = file.peek() == std::ifstream::traits_type::eof();
  if (!file.is_open() || file.bad()) return std::nullopt;
  if (!nothing_in_it && !(text << file.rdbuf())) return std::nullopt;
  return text.str();
}

// Several --listen flags are several listeners; Kafka tells listeners apart by name.
std::string listeners_setting(const std::vector<std::string>& listen) {
  std::string all;
  for (std::size_t i = 0; i < listen.size(); ++i) {
    if (i > 0) all += ',';
    all += i == 0 ? "PLAINTEXT" : "PLAINTEXT" + std::to_string(i + 1);
    all += "://" + listen[i];
  }
  return all;
}

std::string protocol_map_setting(std::size_t count) {
  std::string all = "PLAINTEXT:PLAINTEXT";
  for (std::size_t i = 2; i <= count; ++i) all += ",PLAINTEXT" + std::to_string(i) + ":PLAINTEXT";
  return all;
}

}  // namespace

ParsedOptions parse_options(int argc, const char* const* argv) {
  ParsedOptions parsed;
  RawOptions raw;
  CLI::App app(description, "mini-broker");
  declare(app, parsed.options, raw);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    parsed.exit_code = 0;
    parsed.text = app.help() + "\n";
    return parsed;
  } catch (const CLI::CallForVersion&) {
    parsed.exit_code = 0;
    parsed.text = std::string("mini-broker ") + version + "\n";
    return parsed;
  } catch (const CLI::ExtrasError&) {
    if (!raw.positional.empty() && is_kept(raw.positional[0])) return misuse(about_kept(raw.positional[0]));
    return misuse(unknown_flag(app.remaining().front()));
  } catch (const CLI::ParseError& error) {
    return misuse(error.what());
  }
  if (std::string wrong = check(raw, parsed.options); !wrong.empty()) return misuse(std::move(wrong));
  return parsed;
}

GatheredConfig gather_config(const Options& options, const char* const* environment) {
  GatheredConfig gathered;
  ConfigInput& input = gathered.input;
  if (!options.properties_file.empty()) {
    std::optional<std::string> text = text_of(options.properties_file);
    if (!text) {
      gathered.error = "Cannot read the settings file '" + options.properties_file + "'.";
      return gathered;
    }
    input.file = {options.properties_file, std::move(*text)};
  }
  for (; *environment; ++environment) {
    const std::string_view variable = *environment;
    const std::size_t equals = variable.find('=');
    if (equals != std::string_view::npos)
      input.environment.emplace_back(variable.substr(0, equals), variable.substr(equals + 1));
  }
  input.overrides = options.overrides;
  if (!options.listen.empty())
    input.flags.push_back({"listeners", listeners_setting(options.listen), "--listen"});
  if (options.listen.size() > 1)
    input.flags.push_back(
        {"listener.security.protocol.map", protocol_map_setting(options.listen.size()), "--listen"});
  return gathered;
}

}  // namespace mini::broker
