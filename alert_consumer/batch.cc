#include "alert_consumer/batch.h"

#include <algorithm>
#include <cstdio>

#include "alert_consumer/utf8.h"

namespace mini::alerts {
namespace {

std::string sensor_of(const Reading& reading, const IncomingRecord& record) {
  if (const auto& named = reading.text(Text::sensor_id)) return *named;
  return as_utf8(record.key.value_or("unknown"));
}

// The event's own time, or the best that is known.
UtcSeconds time_of(const Reading& reading, const IncomingRecord& record, UtcSeconds now) {
  if (const auto& written = reading.text(Text::timestamp))
    if (const auto when = event_time(*written)) return *when;
  return record.timestamp.value_or(now);
}

// FNV-1a, to tell apart what is not kept whole.
std::string hash_of(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : bytes) hash = (hash ^ static_cast<std::uint8_t>(c)) * 1099511628211U;
  char text[20];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

void set_aside(Batch& batch, const IncomingRecord& record, std::string reason) {
  batch.dead_letters.push_back({{record.partition, record.offset}, std::move(reason), record.value});
}

void set_aside_large(Batch& batch, IncomingRecord record) {
  std::string reason = "a value of " + std::to_string(record.value->size()) +
                       " bytes is too large for a reading; of FNV-1a hash " + hash_of(*record.value) +
                       ", its beginning is kept";
  record.value = record.value->substr(0, kept_bytes_max);
  set_aside(batch, record, std::move(reason));
}

void advance(std::vector<Position>& positions, const Log& log, const IncomingRecord& record) {
  const auto same = [&](const Position& position) { return position.partition == record.partition; };
  auto found = std::find_if(positions.begin(), positions.end(), same);
  if (found == positions.end())
    found = positions.insert(found, {log.topic_id, log.topic, record.partition, 0});
  found->next_offset = std::max(found->next_offset, record.offset + 1);
}

}  // namespace

Judge::Judge(const RuleSet& rules) : rules_(rules), parser_(rules.metrics()) {}

void Judge::take(Batch& batch, const IncomingRecord& record) {
  if (!record.value) return set_aside(batch, record, "no value");
  if (record.value->size() > reading_bytes_max) return set_aside_large(batch, record);
  auto parsed = parser_.parse(*record.value);
  if (auto* why = std::get_if<Unreadable>(&parsed)) return set_aside(batch, record, std::move(why->reason));
  auto& reading = std::get<Reading>(parsed);
  const Place place{record.partition, record.offset};
  std::string sensor_id = sensor_of(reading, record);
  for (Alert& alert : rules_.judge(reading))
    batch.alerts.push_back(
        {batch.records, place, sensor_id, reading.text(Text::timestamp), std::move(alert)});
  const UtcSeconds when = time_of(reading, record, batch.now);
  batch.readings.push_back({place, std::move(sensor_id), when, std::move(reading), *record.value});
}

Batch Judge::evaluate(const Log& log, std::span<const IncomingRecord> records, UtcSeconds now) {
  Batch batch;
  batch.now = now;
  batch.log = log;
  batch.readings.reserve(records.size());
  for (const IncomingRecord& record : records) {
    advance(batch.consumed, log, record);
    take(batch, record);
    ++batch.records;
  }
  return batch;
}

}  // namespace mini::alerts
