#include "sensor_gen/preparation.h"

#include <doctest/doctest.h>

using namespace mini::sensor_gen;

namespace {

// One row an hour, a column a, b, ... for each field.
UciTable table_of(const std::vector<std::string>& columns, const std::vector<std::string>& rows) {
  std::string text = "Date;Time";
  for (const std::string& column : columns) text += ";" + column;
  for (std::size_t i = 0; i < rows.size(); ++i)
    text += "\n01/01/2005;0" + std::to_string(i) + ".00.00;" + rows[i];
  auto parsed = parse_uci(text);
  REQUIRE(std::holds_alternative<UciTable>(parsed));
  return std::get<UciTable>(std::move(parsed));
}

using Cells = std::vector<UciCell>;

Cells column(const UciTable& table, std::size_t index) {
  Cells cells;
  for (const UciRow& row : table.rows) cells.push_back(row.cells[index]);
  return cells;
}

}  // namespace

TEST_CASE("gaps are filled forward, then backward; a column of gaps stays empty") {
  UciTable table = table_of({"a", "b", "c"}, {"-200;1;-200", "2,5;-200;-200", "-200;3;-200"});
  fill_forward(table);
  CHECK(column(table, 0) == Cells{"2.5", "2.5", "2.5"});
  CHECK(column(table, 1) == Cells{"1", "1", "3"});
  CHECK(column(table, 2) == Cells{{}, {}, {}});
  CHECK(to_event(table, 0).value == R"({"Timestamp": "2005-01-01 00:00:00", "a": 2.5, "b": 1, "c": null})");
}

TEST_CASE("the mean is of what is there, rounded to four digits") {
  UciTable table = table_of({"a", "b", "c"}, {"1;-1;", "1,5;-2;", "2,5001;-2;", ";;"});
  fill_mean(table);
  CHECK(table.rows[3].cells == Cells{"1.6667", "-1.6667", {}});  // 5.0001 / 3, -5 / 3
  CHECK(table.rows[0].cells == Cells{"1", "-1", {}});
}

TEST_CASE("a column is scaled to 0..1, to six digits") {
  UciTable table = table_of({"a", "b", "c", "d"}, {"-2;5;;99999999", "1;5;;-99999999", "4;;;33333333"});
  normalize(table);
  CHECK(column(table, 0) == Cells{"0.0", "0.5", "1.0"});
  CHECK(column(table, 1) == Cells{"0.0", "0.0", {}});
  CHECK(column(table, 2) == Cells{{}, {}, {}});
  CHECK(column(table, 3) == Cells{"1.0", "0.0", "0.666667"});  // 133333332 / 199999998
}

TEST_CASE("pollutants are held within their range, and nothing else is") {
  struct Row {
    std::string column, below, inside, above, least, greatest;
  };
  for (const Row& row : {
           Row{"CO(GT)", "0,4", "2,1", "5,000001", "0.5", "5"},
           Row{"NOx(GT)", "4", "99,9", "101", "5", "100"},
           Row{"NO2(GT)", "-0,1", "150", "340", "0", "200"},
           Row{"C6H6(GT)", "0,499999", "0,5", "63,7", "0.5", "10"},
       }) {
    CAPTURE(row.column);
    UciTable table = table_of({row.column, "T"}, {row.below + ";-9", row.inside + ";60", row.above + ";"});
    const UciCell inside = table.rows[1].cells[0];
    clip(table);
    CHECK(column(table, 0) == Cells{row.least, inside, row.greatest});
    CHECK(column(table, 1) == Cells{"-9", "60", {}});
  }
  CHECK_FALSE(environmental_range("PT08.S1(CO)"));
}

TEST_CASE("the steps come in their order: fill, scale, clip") {
  UciTable table = table_of({"CO(GT)", "T"}, {"2;10", "-200;20", "6;40"});
  prepare(table, {.fill = Fill::mean, .normalize = true, .clip = true});
  CHECK(column(table, 0) == Cells{"0.5", "0.5", "1.0"});  // 2, 4, 6 scaled to 0, 0.5, 1, then at least 0.5
  CHECK(column(table, 1) == Cells{"0.0", "0.333333", "1.0"});
  UciTable as_it_is = table_of({"CO(GT)", "T"}, {"2;10", "-200;20", "6;40"});
  prepare(as_it_is, {.fill = Fill::none});
  CHECK(column(as_it_is, 0) == Cells{"2", {}, "6"});
}

TEST_CASE("the quality summary says what is there, what is missing and what cannot be") {
  const UciTable table = table_of({"CO(GT)", "T", "gone"}, {"0,2;-1,5;", "-200;10;", "7,1;2,5;-200"});
  CHECK(quality_summary(table) ==
        "column,rows,missing,missing_percent,min,max,mean,outside_range\n"
        "Timestamp,3,0,0.0,2005-01-01 00:00:00,2005-01-01 02:00:00,,\n"
        "CO(GT),3,1,33.33,0.2,7.1,3.65,2\n"
        "T,3,0,0.0,-1.5,10,3.6667,\n"
        "gone,3,3,100.0,,,,\n");
}

TEST_CASE("a file without rows has a summary, too") {
  CHECK(quality_summary(table_of({"a"}, {})) ==
        "column,rows,missing,missing_percent,min,max,mean,outside_range\nTimestamp,0,0,0.0,,,,\na,0,0,0.0,,,,"
        "\n");
}
