#include "alert_consumer/outlets.h"

#include <thread>

#include "alert_consumer/alert_publisher.h"
#include "alert_consumer/client_config.h"
#include "alert_consumer/csv_sink.h"
#include "alert_consumer/jsonl_sink.h"
#include "alert_consumer/say.h"

namespace mini::alerts {
namespace {

constexpr std::chrono::milliseconds retry_after{500};

std::variant<Store, std::string> open_store(const std::string& path, const std::atomic<bool>& stop) {
  bool said = false;
  while (true) {
    auto opened = Store::open(path);
    if (auto* store = std::get_if<Store>(&opened)) return std::move(*store);
    const auto& error = std::get<StoreError>(opened);
    if (!error.retriable || stop) return "Cannot open " + path + ": " + error.message;
    if (!std::exchange(said, true)) say("Cannot open " + path + ": " + error.message + "; trying again.\n");
    std::this_thread::sleep_for(retry_after);
  }
}

std::variant<AppendFile, std::string> open_file(const std::string& path) {
  auto opened = AppendFile::open(path);
  if (const auto* why = std::get_if<std::string>(&opened)) return "Cannot open " + path + ": " + *why;
  if (const auto bytes = std::get<AppendFile>(opened).cut_bytes(); bytes > 0)
    say("The last line of " + path + " was torn: its " + std::to_string(bytes) + " bytes are cut off.\n");
  return opened;
}

}  // namespace

std::variant<Outlets, std::string> open_outlets(const Options& options, const std::atomic<bool>& stop) {
  Outlets outlets;
  for (std::optional<Store>* store : {&outlets.store, &outlets.positions}) {
    if (options.no_database) break;
    auto opened = open_store(options.database, stop);
    if (auto* sentence = std::get_if<std::string>(&opened)) return *sentence;
    *store = std::move(std::get<Store>(opened));
  }
  if (options.jsonl) {
    auto file = open_file(*options.jsonl);
    if (auto* sentence = std::get_if<std::string>(&file)) return *sentence;
    outlets.sinks.push_back(
        std::make_unique<JsonlSink>(*options.jsonl, std::move(std::get<AppendFile>(file))));
  }
  if (options.csv) {
    auto file = open_file(*options.csv);
    if (auto* sentence = std::get_if<std::string>(&file)) return *sentence;
    outlets.sinks.push_back(
        std::make_unique<CsvSink>(*options.csv, std::move(std::get<AppendFile>(file)), options.csv_rows_min));
  }
  if (!options.alerts_topic.empty())
    outlets.sinks.push_back(std::make_unique<AlertPublisher>(producer_config(options), options.alerts_topic));
  return outlets;
}

}  // namespace mini::alerts
