#include "alert_consumer/batch.h"

#include <algorithm>
#include <cstdio>

namespace mini::alerts {
namespace {

RecordId id_of(const IncomingRecord& record) {
  return {std::string(record.topic_id), std::string(record.topic), record.partition, record.offset};
}

std::string sensor_of(const Reading& reading, const IncomingRecord& record) {
  if (reading.sensor_id) return *reading.sensor_id;
  return std::string(record.key.value_or("unknown"));
}

void add(Batch& batch, const IncomingRecord& record, const Reading& reading, std::span<const Rule> rules) {
  for (Alert& alert : judge(reading, rules))
    batch.alerts.push_back(
        {batch.records, id_of(record), sensor_of(reading, record), reading.timestamp, std::move(alert)});
}

void add(Batch& batch, const IncomingRecord& record, std::string reason) {
  std::optional<std::string> payload;
  if (record.value) payload.emplace(*record.value);
  batch.dead_letters.push_back({id_of(record), std::move(reason), std::move(payload)});
}

void judge_value(Batch& batch, const IncomingRecord& record, std::span<const Rule> rules) {
  auto parsed = parse_reading(*record.value);
  if (const auto* reading = std::get_if<Reading>(&parsed))
    add(batch, record, *reading, rules);
  else
    add(batch, record, std::move(std::get<Unreadable>(parsed).reason));
}

void advance(std::vector<Position>& positions, const IncomingRecord& record) {
  const auto same = [&](const Position& position) {
    return position.topic_id == record.topic_id && position.partition == record.partition;
  };
  auto found = std::find_if(positions.begin(), positions.end(), same);
  if (found == positions.end())
    found = positions.insert(found,
                             {std::string(record.topic_id), std::string(record.topic), record.partition, 0});
  found->next_offset = std::max(found->next_offset, record.offset + 1);
}

}  // namespace

Batch evaluate(std::span<const IncomingRecord> records, std::span<const Rule> rules, UtcSeconds now) {
  Batch batch;
  batch.now = now;
  for (const IncomingRecord& record : records) {
    advance(batch.consumed, record);
    if (!record.value) {
      add(batch, record, "no value");
    } else {
      judge_value(batch, record, rules);
    }
    ++batch.records;
  }
  return batch;
}

std::string utc_text(UtcSeconds when) {
  const auto day = std::chrono::floor<std::chrono::days>(when);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(when - day);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

}  // namespace mini::alerts
