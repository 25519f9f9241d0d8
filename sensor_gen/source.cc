#include "sensor_gen/source.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "sensor_gen/lab.h"
#include "sensor_gen/uci.h"

namespace mini::sensor_gen {
namespace {

std::unique_ptr<EventSource> from_table(UciTable table, const Options& options) {
  prepare(table, options.uci.preparation);
  if (options.uci.sample) return std::make_unique<UciSampler>(std::move(table), options.seed);
  return std::make_unique<UciSource>(std::move(table));
}

}  // namespace

std::variant<UciTable, std::string> read_table(const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (errno != 0) return "Cannot read " + path + " (--dataset): " + std::strerror(errno) + ".";
  auto parsed = parse_uci(text);
  if (const auto* error = std::get_if<UciError>(&parsed))
    return path + ", line " + std::to_string(error->line) + ": " + error->message + ".";
  return std::move(std::get<UciTable>(parsed));
}

std::variant<std::unique_ptr<EventSource>, std::string> open_source(const Options& options) {
  if (options.source == SourceKind::lab) return std::make_unique<LabSource>(options.seed);
  if (options.source == SourceKind::weather)
    return std::make_unique<WeatherSource>(WeatherSettings{options.seed, options.sensors, options.anomalies});
  auto table = read_table(options.uci.dataset);
  if (auto* problem = std::get_if<std::string>(&table)) return std::move(*problem);
  return from_table(std::move(std::get<UciTable>(table)), options);
}

}  // namespace mini::sensor_gen
