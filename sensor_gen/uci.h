#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sensor_gen/event.h"
#include "sensor_gen/random.h"

// The UCI Air Quality file: hourly rows, semicolons between fields, decimal commas, `dd/mm/yyyy` and
// `HH.MM.SS`, -200 where a sensor gave nothing, empty columns and rows at the end.
//
//   auto parsed = parse_uci(text);
//   if (auto* error = std::get_if<UciError>(&parsed)) ...      // "line 12: ..."
//   auto& table = std::get<UciTable>(parsed);
//   UciSource source(std::move(table));
//   while (!source.exhausted()) send(*source.next({}));
//
// A row becomes one JSON object: `Timestamp` (Date and Time joined), then the other columns by their names in
// the header and in its order, as numbers; null where one is missing (preparation.h fills the gaps). Dates
// and numbers are checked: a row that does not hold is an error.
namespace mini::sensor_gen {

inline constexpr std::size_t uci_rows_max = 1'000'000;

// A number as the file spells it, with a point ("2.6", "1360"); nothing where it is missing.
using UciCell = std::optional<std::string>;

struct UciRow {
  std::string timestamp;  // "2004-03-10 18:00:00", local time of the station
  std::vector<UciCell> cells;
};

struct UciTable {
  std::vector<std::string> columns;  // without Date and Time
  std::vector<UciRow> rows;
};

struct UciError {
  std::size_t line;
  std::string message;
};

std::variant<UciTable, UciError> parse_uci(std::string_view text);

Event to_event(const UciTable& table, std::size_t row);

// The rows in turn, as the table has them. A row carries its own time, whenever it is sent.
class UciSource : public EventSource {
 public:
  explicit UciSource(UciTable table) : table_(std::move(table)) {}
  std::optional<Event> next(Instant) override;
  bool exhausted() const override { return row_ == table_.rows.size(); }

 private:
  UciTable table_;
  std::size_t row_ = 0;
};

// Rows drawn at random, without end: `timestamp` is the event's (ISO-8601, UTC), not the row's. A table
// without rows gives nothing.
class UciSampler : public EventSource {
 public:
  UciSampler(UciTable table, std::uint64_t seed) : table_(std::move(table)), random_(seed, stream) {}
  std::optional<Event> next(Instant when) override;
  bool exhausted() const override { return table_.rows.empty(); }

 private:
  static constexpr std::uint64_t stream = 0x5A3B1E;  // no weather station has this number

  UciTable table_;
  Random random_;
};

}  // namespace mini::sensor_gen
