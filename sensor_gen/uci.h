#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sensor_gen/event.h"

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
// the header and in its order, as numbers. Dates and numbers are checked; a row that does not hold is an
// error.
namespace mini::sensor_gen {

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

// Forward, then backward, then the mean: what the page of this data set does. After the first two only a
// column without any value has gaps; it has no mean either and is sent as null.
void fill_gaps(UciTable& table);
void fill_forward(UciTable& table);
void fill_backward(UciTable& table);
void fill_mean(UciTable& table);  // to four digits behind the point

Event to_event(const UciTable& table, std::size_t row);

// The rows in turn, gaps filled. A row carries its own time, whenever it is sent.
class UciSource : public EventSource {
 public:
  explicit UciSource(UciTable table) : table_(std::move(table)) { fill_gaps(table_); }
  std::optional<Event> next(Instant) override { return to_event(table_, row_++); }
  bool exhausted() const override { return row_ == table_.rows.size(); }

 private:
  UciTable table_;
  std::size_t row_ = 0;
};

}  // namespace mini::sensor_gen
