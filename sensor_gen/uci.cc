#include "sensor_gen/uci.h"

#include <algorithm>
#include <chrono>

#include "sensor_gen/csv.h"
#include "sensor_gen/json_writer.h"

namespace mini::sensor_gen {
namespace {

constexpr std::string_view sentinel = "-200";
const std::string too_long = "more than " + std::to_string(uci_rows_max) + " rows";
constexpr std::size_t number_length_max = 20,
                      whole_digits_max = 8;  // so that sums of a column fit their type

using Fields = std::vector<std::string>;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "2,6" -> "2.6". Nothing where it is not a decimal number that JSON would take.
std::optional<std::string> number(std::string_view field) {
  std::string text(field);
  std::replace(text.begin(), text.end(), ',', '.');
  if (text.size() > number_length_max) return std::nullopt;
  std::size_t at = text[0] == '-' ? 1 : 0;
  const std::size_t whole = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  if (at == whole || at > whole + whole_digits_max || (text[whole] == '0' && at > whole + 1))
    return std::nullopt;
  if (at == text.size()) return text;
  if (text[at++] != '.' || at == text.size()) return std::nullopt;
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_digit)
             ? std::optional(text)
             : std::nullopt;
}

// The sentinel in any spelling: -200, -200.0.
bool is_sentinel(std::string_view value) {
  if (value.substr(0, sentinel.size()) != sentinel) return false;
  const std::string_view tail = value.substr(sentinel.size());
  return tail.find_first_not_of(".0") == tail.npos && (tail.empty() || tail[0] == '.');
}

// "10/03/2004" has the shape "00/00/0000".
bool has_shape(std::string_view text, std::string_view shape) {
  return text.size() == shape.size() &&
         std::equal(text.begin(), text.end(), shape.begin(),
                    [](char c, char s) { return s == '0' ? is_digit(c) : c == s; });
}

bool is_real(const std::string& date, const std::string& time) {
  const auto part = [](const std::string& text, std::size_t from, std::size_t count) {
    return static_cast<unsigned>(std::stoul(text.substr(from, count)));
  };
  const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(part(date, 6, 4))),
                                        std::chrono::month(part(date, 3, 2)),
                                        std::chrono::day(part(date, 0, 2))};
  return day.ok() && part(time, 0, 2) < 24 && part(time, 3, 2) < 60 && part(time, 6, 2) < 60;
}

std::optional<std::string> join(const std::string& date, std::string time) {
  if (!has_shape(date, "00/00/0000") || !has_shape(time, "00.00.00") || !is_real(date, time))
    return std::nullopt;
  std::replace(time.begin(), time.end(), '.', ':');
  return date.substr(6, 4) + "-" + date.substr(3, 2) + "-" + date.substr(0, 2) + " " + time;
}

bool is_blank(const Fields& fields) {
  return std::all_of(fields.begin(), fields.end(), [](const std::string& field) { return field.empty(); });
}

// Where each wanted thing stands in a row.
struct Layout {
  std::size_t date = 0, time = 0;
  std::vector<std::size_t> values;
};

std::optional<Layout> read_header(const Fields& header, UciTable& table) {
  Layout layout;
  bool date = false, time = false;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (header[i] == "Date") {
      layout.date = i, date = true;
    } else if (header[i] == "Time") {
      layout.time = i, time = true;
    } else if (!header[i].empty()) {
      layout.values.push_back(i);
      table.columns.push_back(header[i]);
    }
  }
  return date && time && !table.columns.empty() ? std::optional(layout) : std::nullopt;
}

const std::string* first_twin(const std::vector<std::string>& names) {
  for (auto name = names.begin(); name != names.end(); ++name)
    if (std::find(names.begin(), name, *name) != name) return &*name;
  return nullptr;
}

// Empty when all is well, else what is wrong with the row.
std::string read_row(const Fields& fields, std::size_t width, const Layout& layout, UciTable& table) {
  if (fields.size() != width)
    return std::to_string(fields.size()) + " fields where the header has " + std::to_string(width);
  const auto timestamp = join(fields[layout.date], fields[layout.time]);
  if (!timestamp)
    return "'" + fields[layout.date] + " " + fields[layout.time] + "' is not dd/mm/yyyy HH.MM.SS";
  UciRow row{*timestamp, {}};
  for (std::size_t i = 0; i < layout.values.size(); ++i) {
    const std::string& field = fields[layout.values[i]];
    UciCell cell = field.empty() ? UciCell() : number(field);
    if (!field.empty() && !cell) return table.columns[i] + ": '" + field + "' is not a number";
    if (cell && is_sentinel(*cell)) cell.reset();
    row.cells.push_back(std::move(cell));
  }
  table.rows.push_back(std::move(row));
  return {};
}

}  // namespace

std::variant<UciTable, UciError> parse_uci(std::string_view text) {
  CsvReader csv(text, ';');
  UciTable table;
  Fields header, fields;
  csv.next(header);
  const auto layout = read_header(header, table);
  if (!layout) return UciError{1, "the header names no Date, no Time or no other column"};
  if (const auto* twice = first_twin(table.columns))
    return UciError{1, "the header names " + *twice + " twice"};
  while (csv.next(fields)) {
    if (!csv.complete()) return UciError{csv.line(), "a quote is never closed"};
    if (is_blank(fields)) continue;
    if (table.rows.size() == uci_rows_max) return UciError{csv.line(), too_long};
    std::string wrong = read_row(fields, header.size(), *layout, table);
    if (!wrong.empty()) return UciError{csv.line(), std::move(wrong)};
  }
  return table;
}

namespace {

Event to_event(const UciTable& table, const UciRow& row, std::string_view time_name, std::string_view time) {
  Event event;
  JsonWriter json(event.value);
  json.text(time_name, time);
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    json.raw(table.columns[i], row.cells[i] ? *row.cells[i] : "null");
  json.close();
  event.line = event.value;
  return event;
}

}  // namespace

Event to_event(const UciTable& table, std::size_t row) {
  return to_event(table, table.rows[row], "Timestamp", table.rows[row].timestamp);
}

std::optional<Event> UciSource::next(Instant) { return to_event(table_, row_++); }

std::optional<Event> UciSampler::next(Instant when) {
  const auto row = random_.between(0, static_cast<std::int64_t>(table_.rows.size()) - 1);
  return to_event(table_, table_.rows[static_cast<std::size_t>(row)], "timestamp",
                  iso8601(when, std::chrono::minutes(0)));
}

}  // namespace mini::sensor_gen
