#include "sensor_gen/source.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "sensor_gen/lab.h"
#include "sensor_gen/uci.h"

namespace mini::sensor_gen {
namespace {

constexpr std::size_t dataset_bytes_max = 256u << 20;

// Empty when all is well, else why not.
std::string read_file(const std::string& path, std::string& text) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) return std::strerror(errno);
  char part[1 << 16];
  while (const std::size_t length = std::fread(part, 1, sizeof part, file.get())) {
    text.append(part, length);
    if (text.size() > dataset_bytes_max)
      return "it is larger than " + std::to_string(dataset_bytes_max >> 20) + " MiB";
  }
  return std::ferror(file.get()) ? std::strerror(errno) : "";
}

std::unique_ptr<EventSource> from_table(UciTable table, const Options& options) {
  prepare(table, options.uci.preparation);
  if (options.uci.sample) return std::make_unique<UciSampler>(std::move(table), options.seed);
  return std::make_unique<UciSource>(std::move(table));
}

}  // namespace

std::variant<UciTable, std::string> read_table(const std::string& path) {
  std::string text;
  const std::string problem = read_file(path, text);
  if (!problem.empty()) return "Cannot read " + path + " (--dataset): " + problem + ".";
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
