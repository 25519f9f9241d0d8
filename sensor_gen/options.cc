#include "sensor_gen/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "mini/config.h"
#include "sensor_gen/flags.h"
#include "sensor_gen/nearest.h"

namespace mini::sensor_gen {
namespace {

constexpr int misuse = 2;
constexpr double round_max_s = 7 * 86'400;

// What a flag said cannot be used.
struct Misuse {
  std::string sentence;
};

// What a source does where nothing else is said.
struct Habit {
  std::string_view name;
  SourceKind kind;
  std::string_view group;  // its flags; empty: none
  double interval_s;
  std::optional<std::uint64_t> count;
};
const Habit habits[] = {
    {"weather", SourceKind::weather, weather_group, 5, std::nullopt},
    {"uci", SourceKind::uci, uci_group, 1, std::nullopt},
    {"lab", SourceKind::lab, "", 1, 10},
};

const Habit& habit_named(std::string_view name) {
  return *std::find_if(std::begin(habits), std::end(habits), [&](const Habit& h) { return h.name == name; });
}

// The source that was named, or the one whose flag was used.
const Habit& chosen(const CLI::App& app, const Typed& typed) {
  const Habit* source = typed.source ? &habit_named(*typed.source) : nullptr;
  for (const CLI::Option* option : app.get_options()) {
    if (option->count() == 0) continue;
    for (const Habit& habit : habits) {
      if (habit.group != option->get_group()) continue;
      if (source && source != &habit)
        throw Misuse{option->get_name() + " belongs to --source " + std::string(habit.name) + "."};
      source = &habit;
    }
  }
  return source ? *source : habits[0];
}

std::string default_topic(SourceKind source) {
  if (source == SourceKind::weather) return "sensor_data";
  if (source == SourceKind::uci) return "air_quality_data";
  const char* user = std::getenv("USER");
  return std::string("weather-") + (user && *user ? user : "user1");
}

std::uint64_t readings_within(std::chrono::milliseconds time, double interval_s) {
  return static_cast<std::uint64_t>(std::ceil(static_cast<double>(time.count()) / 1000 / interval_s));
}

std::uint32_t ppb(double share) { return static_cast<std::uint32_t>(std::llround(share * certain_ppb)); }

std::pair<std::string, std::string> property(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == text.npos)
    throw Misuse{"--producer-property: '" + text + "' is not NAME=VALUE."};
  const std::string name = text.substr(0, equals);
  if (name == "bootstrap.servers" || name == "metadata.broker.list")
    throw Misuse{"--producer-property: " + name + " is said with --bootstrap-server."};
  return {name, text.substr(equals + 1)};
}

std::string within_folder(const std::string& folder, const std::string& file) {
  return folder.empty() || file.empty() || file == "-" || file[0] == '/' ? file : folder + "/" + file;
}

CopyPaths copies(const Typed& typed, bool use_kafka) {
  const bool both = !typed.output_dir.empty();
  const auto path = [&](const std::string& file, const char* usual) {
    return within_folder(typed.output_dir, both && file.empty() ? usual : file);
  };
  CopyPaths paths{path(typed.jsonl_file, "sensor_data.jsonl"), path(typed.csv_file, "sensor_data.csv")};
  if (paths.jsonl == "-" && paths.csv == "-")
    throw Misuse{"--jsonl-file and --csv-file cannot both go to the standard output."};
  if (!use_kafka && paths.jsonl.empty() && paths.csv.empty()) paths.jsonl = "-";
  return paths;
}

void understand_uci(UciOptions& uci, const Typed& typed) {
  uci.preparation.fill = typed.fill == "mean"   ? Fill::mean
                         : typed.fill == "none" ? Fill::none
                                                : Fill::forward;
  if (!uci.quality_path.empty() && !uci.quality) throw Misuse{"--qc-file belongs to --qc."};
}

void understand_pace(Options& options, const Typed& typed, const Habit& habit) {
  options.interval_s = typed.interval.value_or(habit.interval_s);
  if (!options.count) options.count = habit.count;
  if (options.rate && *options.rate > 0 && *options.rate < 0.001)
    throw Misuse{"--rate: 0, or at least 0.001."};
  if (options.round_s() > round_max_s)
    throw Misuse{"--batch-size: at this pace a batch is due less than once a week."};
  if (typed.start_time.empty()) return;
  options.start_time = parse_instant(typed.start_time);
  if (!options.start_time)
    throw Misuse{"--start-time: '" + typed.start_time + "' is not a time such as 2026-07-01T12:00:00Z."};
}

void understand(Options& options, const Typed& typed, const CLI::App& app) {
  for (const char* flag : {"--event-hubs-conn-str", "--event-hub-name"})
    if (app.count(flag) > 0)
      throw Misuse{std::string(flag) +
                   ": Event Hubs needs TLS and SASL, which this client does not speak; "
                   "use --bootstrap-server HOST:PORT."};
  const Habit& habit = chosen(app, typed);
  options.source = habit.kind;
  if (app.count("--topic") > 0 && typed.topic.empty()) throw Misuse{"--topic: a name is needed."};
  options.topic = !typed.topic.empty() ? typed.topic : default_topic(habit.kind);
  if (options.partitions > 0 && !options.create_topic)
    throw Misuse{"--partitions belongs to --create-topic."};
  if (typed.use_kafka && typed.no_kafka) throw Misuse{"--no-kafka contradicts --use-kafka."};
  options.use_kafka = !typed.no_kafka;
  options.copies = copies(typed, options.use_kafka);
  understand_uci(options.uci, typed);
  understand_pace(options, typed, habit);
  options.anomalies = {ppb(typed.spike), ppb(typed.stuck), ppb(typed.dropout),
                       readings_within(stuck_most, options.interval_s)};
  for (const std::string& text : typed.properties) options.producer_properties.push_back(property(text));
}

std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// "'--sensros' is not a flag of this program; did you mean --num-sensors?"
std::string about_unknown(const CLI::App& app) {
  const std::vector<std::string> rest = app.remaining();
  const std::string typed = rest.empty() ? "" : rest.front();
  if (typed.substr(0, 1) != "-") return "'" + typed + "' is not understood; flags begin with --.";
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  const std::string nearest = nearest_name(typed.substr(0, typed.find('=')), names);
  return "'" + typed + "' is not a flag of this program; " +
         (nearest.empty() ? "--help lists them." : "did you mean " + nearest + "?");
}

// name (other names), default, sentence: what a producer can be told.
std::string settings_table() {
  std::string text = "Settings for --producer-property NAME=VALUE, their defaults and other names:\n\n";
  for (const Setting& setting : client_settings()) {
    if (setting.scope == Setting::Scope::consumer) continue;
    text += std::string(setting.name) + " = " + std::string(setting.default_value) + "\n";
    if (!setting.aliases.empty()) text += "    also: " + std::string(setting.aliases) + "\n";
    text += "    " + std::string(setting.sentence) + "\n";
  }
  return text;
}

void parse(CLI::App& app, int argc, const char* const* argv, ParsedOptions& parsed) {
  Typed typed;
  add_flags(app, parsed.options, typed);
  app.parse(argc, argv);
  if (typed.help_config) {
    parsed.exit_code = 0;
    parsed.text = settings_table();
    return;
  }
  understand(parsed.options, typed, app);
}

}  // namespace

double Options::round_s() const {
  const double interval_events = static_cast<double>(events_per_round());
  if (!batch_size) return interval_s;
  const double per_second = rate.value_or(interval_events / interval_s);
  return per_second == 0 ? 0 : static_cast<double>(*batch_size) / per_second;
}

Pace Options::pace() const {
  if (rate == 0.0) return Pace::unlimited();
  if (rate && !batch_size) return Pace::per_second(*rate);
  return Pace::rounds(batch_size.value_or(events_per_round()), Pace::Nanos(std::llround(round_s() * 1e9)));
}

ParsedOptions parse_options(int argc, const char* const* argv) {
  ParsedOptions parsed;
  CLI::App app(
      "Sends sensor readings to a Kafka topic: weather stations that never existed, the rows of a file, or "
      "the few messages of a course lab.",
      "sensor-gen");
  const auto refuse = [&](const std::string& sentence) {
    parsed.exit_code = misuse;
    parsed.text = "sensor-gen: " + sentence + "\n";
  };
  try {
    parse(app, argc, argv, parsed);
  } catch (const CLI::CallForHelp&) {
    parsed.exit_code = 0;
    parsed.text = app.help();
  } catch (const CLI::ExtrasError&) {
    refuse(about_unknown(app));
  } catch (const CLI::ParseError& error) {
    refuse(one_line(error.what()));
  } catch (const Misuse& error) {
    refuse(error.sentence);
  }
  return parsed;
}

}  // namespace mini::sensor_gen
