#include "sensor_gen/uci.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

using namespace mini::sensor_gen;

namespace {

std::string read(const char* path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE_MESSAGE(in.good(), path);
  return {std::istreambuf_iterator<char>(in), {}};
}

UciTable table_of(std::string_view text) {
  auto parsed = parse_uci(text);
  if (auto* error = std::get_if<UciError>(&parsed)) FAIL(error->line, ": ", error->message);
  return std::get<UciTable>(parsed);
}

std::string error_of(std::string_view text) {
  auto parsed = parse_uci(text);
  auto* error = std::get_if<UciError>(&parsed);
  return error ? std::to_string(error->line) + ": " + error->message : "accepted";
}

}  // namespace

TEST_CASE("a row becomes one object, its keys as in the header and in its order") {
  UciTable table = table_of("Date;Time;CO(GT);T;;\r\n10/03/2004;18.00.00;2,6;-1360;;\r\n;;;;;\r\n");
  REQUIRE(table.rows.size() == 1);
  const Event event = to_event(table, 0);
  CHECK(event.value == R"_({"Timestamp": "2004-03-10 18:00:00", "CO(GT)": 2.6, "T": -1360})_");
  CHECK(event.line == event.value);
  CHECK_FALSE(event.key);
}

TEST_CASE("-200 and an empty field are missing, whatever the spelling") {
  const UciTable table = table_of("Date;Time;a;b;c;d\n01/01/2005;00.00.00;-200;-200,0;;-2000\n");
  CHECK(table.rows[0].cells == std::vector<UciCell>{{}, {}, {}, "-2000"});
}

TEST_CASE("gaps are filled forward, then backward; a column of gaps stays empty") {
  UciTable table = table_of(
      "Date;Time;a;b;c\n01/01/2005;00.00.00;-200;1;-200\n01/01/"
      "2005;01.00.00;2,5;-200;-200\n"
      "01/01/2005;02.00.00;-200;3;-200\n");
  fill_gaps(table);
  CHECK(table.rows[0].cells == std::vector<UciCell>{"2.5", "1", {}});
  CHECK(table.rows[1].cells == std::vector<UciCell>{"2.5", "1", {}});
  CHECK(table.rows[2].cells == std::vector<UciCell>{"2.5", "3", {}});
  CHECK(to_event(table, 0).value == R"({"Timestamp": "2005-01-01 00:00:00", "a": 2.5, "b": 1, "c": null})");
}

TEST_CASE("the mean is of what is there, rounded to four digits") {
  UciTable table = table_of(
      "Date;Time;a;b\n01/01/2005;00.00.00;1;-1\n01/01/"
      "2005;01.00.00;1,5;-2\n01/01/2005;02.00.00;2,5001;-2\n"
      "01/01/2005;03.00.00;;\n");
  fill_mean(table);
  CHECK(table.rows[3].cells == std::vector<UciCell>{"1.6667", "-1.6667"});
}

TEST_CASE("what does not hold is refused, with its line") {
  const std::string header = "Date;Time;a\n";
  struct Row {
    std::string text, error;
  };
  for (const Row& row : {
           Row{"", "1: the header names no Date, no Time or no other column"},
           Row{"Date;a\n", "1: the header names no Date, no Time or no other column"},
           Row{header + "01/01/2005;00.00.00\n", "2: 2 fields where the header has 3"},
           Row{header + "2005-01-01;00.00.00;1\n", "2: '2005-01-01 00.00.00' is not dd/mm/yyyy HH.MM.SS"},
           Row{header + "31/02/2005;00.00.00;1\n", "2: '31/02/2005 00.00.00' is not dd/mm/yyyy HH.MM.SS"},
           Row{header + "01/01/2005;24.00.00;1\n", "2: '01/01/2005 24.00.00' is not dd/mm/yyyy HH.MM.SS"},
           Row{header + "01/01/2005;00.00.00;1\n01/01/2005;01.00.00;warm\n", "3: a: 'warm' is not a number"},
           Row{header + "01/01/2005;00.00.00;\"1\n", "2: a quote is never closed"},
       }) {
    CAPTURE(row.text);
    CHECK(error_of(row.text) == row.error);
  }
  for (const std::string number : {"-", "+1", ".5", "1.", "1,2,3", "1e5", "007", "nan", "1234567890123"}) {
    CAPTURE(number);
    CHECK(error_of(header + "01/01/2005;00.00.00;" + number + "\n") ==
          "2: a: '" + number + "' is not a number");
  }
}

TEST_CASE("our sample has forty rows, gaps of every kind, and none after filling") {
  UciTable table = table_of(read(UCI_SAMPLE));
  REQUIRE(table.rows.size() == 40);
  REQUIRE(table.columns.size() == 13);
  CHECK_FALSE(table.rows[0].cells[0]);
  CHECK_FALSE(table.rows[39].cells[7]);
  fill_gaps(table);
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto object = nlohmann::ordered_json::parse(to_event(table, i).value);
    REQUIRE(object.size() == 14);
    CHECK(object.begin().key() == "Timestamp");
    for (const std::string& column : table.columns) CHECK(object[column].is_number());
  }
}

TEST_CASE(
    "the whole dataset comes out row for row, or our sample where it is "
    "not given") {
  const bool whole = std::string_view(UCI_DATASET) != "";
  UciSource source(table_of(read(whole ? UCI_DATASET : UCI_SAMPLE)));
  std::size_t events = 0;
  for (; !source.exhausted(); ++events) {
    const auto object = nlohmann::json::parse(source.next({})->value, nullptr, false);
    REQUIRE(object.is_object());
    REQUIRE(object.size() == 14);
    for (const auto& [name, value] : object.items()) REQUIRE((name == "Timestamp" || value.is_number()));
  }
  CHECK(events == (whole ? 9'357u : 40u));
  MESSAGE(std::string(whole ? "the dataset: " : "the sample: "), events, std::string(" events"));
}
