#include "sensor_gen/preparation.h"

#include <algorithm>
#include <array>

#include "sensor_gen/flat_csv.h"
#include "sensor_gen/json_writer.h"

namespace mini::sensor_gen {
namespace {

constexpr int fine_digits = 6, mean_digits = 4;
constexpr std::array<EnvironmentalRange, 4> ranges{{
    {"CO(GT)", "0.5", "5", "mg/m3"},
    {"NOx(GT)", "5", "100", "ppb"},
    {"NO2(GT)", "0", "200", "ug/m3"},
    {"C6H6(GT)", "0.5", "10", "ug/m3"},
}};

// In units of 10^-digits; further digits are dropped.
std::int64_t units(std::string_view value, int digits) {
  const std::size_t point = std::min(value.find('.'), value.size());
  std::string whole(value.substr(0, point));
  for (std::size_t i = 1; i <= static_cast<std::size_t>(digits); ++i)
    whole += point + i < value.size() ? value[point + i] : '0';
  return std::stoll(whole);
}

// Both are less than 2 * 10^14 (eight digits before the point): in one step the product would not fit.
std::int64_t millionths(std::int64_t part, std::int64_t whole) {
  const std::int64_t thousandths = part * 1000 / whole, rest = part * 1000 % whole;
  return thousandths * 1000 + (rest * 1000 + whole / 2) / whole;
}

template <class Rows>
void carry(Rows begin, Rows end, std::size_t columns) {
  std::vector<UciCell> last(columns);
  for (; begin != end; ++begin) {
    for (std::size_t i = 0; i < columns; ++i) {
      if (!begin->cells[i]) begin->cells[i] = last[i];
      last[i] = begin->cells[i];
    }
  }
}

// What the numbers of a column come to.
struct ColumnSum {
  std::int64_t present = 0, sum = 0;  // the sum in units of 10^-mean_digits
  std::string least, greatest;        // as they are spelled
};

ColumnSum sum_up(const UciTable& table, std::size_t column) {
  ColumnSum all;
  for (const UciRow& row : table.rows) {
    const UciCell& cell = row.cells[column];
    if (!cell) continue;
    const std::int64_t value = units(*cell, fine_digits);
    if (all.present == 0 || value < units(all.least, fine_digits)) all.least = *cell;
    if (all.present == 0 || value > units(all.greatest, fine_digits)) all.greatest = *cell;
    all.sum += units(*cell, mean_digits);
    ++all.present;
  }
  return all;
}

UciCell mean_of(const ColumnSum& all) {
  if (all.present == 0) return std::nullopt;
  const std::int64_t half = all.sum < 0 ? -all.present / 2 : all.present / 2;
  return decimal_text((all.sum + half) / all.present, mean_digits);
}

int side_of(const EnvironmentalRange& range, const std::string& value) {
  const std::int64_t x = units(value, fine_digits);
  if (x < units(range.least, fine_digits)) return -1;
  return x > units(range.greatest, fine_digits) ? 1 : 0;
}

std::string outside(const UciTable& table, std::size_t column) {
  const auto range = environmental_range(table.columns[column]);
  if (!range) return "";
  return std::to_string(std::count_if(table.rows.begin(), table.rows.end(), [&](const UciRow& row) {
    return row.cells[column] && side_of(*range, *row.cells[column]) != 0;
  }));
}

std::string quality_line(const UciTable& table, std::size_t column) {
  const ColumnSum all = sum_up(table, column);
  const auto rows = static_cast<std::int64_t>(table.rows.size()), missing = rows - all.present;
  const std::int64_t share = rows == 0 ? 0 : (missing * 10'000 + rows / 2) / rows;
  return csv_line({table.columns[column], std::to_string(rows), std::to_string(missing),
                   decimal_text(share, 2), all.least, all.greatest, mean_of(all).value_or(""),
                   outside(table, column)});
}

std::string quality_of_times(const UciTable& table) {
  const auto earlier = [](const UciRow& a, const UciRow& b) { return a.timestamp < b.timestamp; };
  const auto [first, last] = std::minmax_element(table.rows.begin(), table.rows.end(), earlier);
  const bool any = !table.rows.empty();
  return csv_line({"Timestamp", std::to_string(table.rows.size()), "0", "0.0", any ? first->timestamp : "",
                   any ? last->timestamp : "", "", ""});
}

}  // namespace

std::optional<EnvironmentalRange> environmental_range(std::string_view column) {
  const auto* found =
      std::find_if(ranges.begin(), ranges.end(), [&](const auto& range) { return range.column == column; });
  return found == ranges.end() ? std::nullopt : std::optional(*found);
}

void prepare(UciTable& table, const Preparation& preparation) {
  if (preparation.fill == Fill::forward) fill_forward(table);
  if (preparation.fill == Fill::mean) fill_mean(table);
  if (preparation.normalize) normalize(table);
  if (preparation.clip) clip(table);
}

void fill_forward(UciTable& table) {
  carry(table.rows.begin(), table.rows.end(), table.columns.size());
  carry(table.rows.rbegin(), table.rows.rend(), table.columns.size());
}

void fill_mean(UciTable& table) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const UciCell filler = mean_of(sum_up(table, i));
    for (UciRow& row : table.rows)
      if (!row.cells[i]) row.cells[i] = filler;
  }
}

void normalize(UciTable& table) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const ColumnSum all = sum_up(table, i);
    if (all.present == 0) continue;
    const std::int64_t least = units(all.least, fine_digits),
                       spread = units(all.greatest, fine_digits) - least;
    for (UciRow& row : table.rows) {
      if (!row.cells[i]) continue;
      const std::int64_t above = units(*row.cells[i], fine_digits) - least;
      row.cells[i] = decimal_text(spread == 0 ? 0 : millionths(above, spread), fine_digits);
    }
  }
}

void clip(UciTable& table) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto range = environmental_range(table.columns[i]);
    if (!range) continue;
    for (UciRow& row : table.rows) {
      const int side = row.cells[i] ? side_of(*range, *row.cells[i]) : 0;
      if (side != 0) row.cells[i] = side < 0 ? range->least : range->greatest;
    }
  }
}

std::string quality_summary(const UciTable& table) {
  std::string csv =
      "column,rows,missing,missing_percent,min,max,mean,outside_range\n" + quality_of_times(table);
  for (std::size_t i = 0; i < table.columns.size(); ++i) csv += quality_line(table, i);
  return csv;
}

}  // namespace mini::sensor_gen
