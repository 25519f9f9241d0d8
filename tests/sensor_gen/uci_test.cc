#include "sensor_gen/uci.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "sensor_gen/preparation.h"

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

TEST_CASE("a file cut off anywhere is a table or an error, and never more rows than it had") {
  const std::string whole = read(UCI_SAMPLE);
  std::size_t rows = 0;
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    const auto parsed = parse_uci(std::string_view(whole).substr(0, length));
    const auto* table = std::get_if<UciTable>(&parsed);
    if (!table) continue;
    REQUIRE(table->rows.size() >= rows);
    rows = table->rows.size();
    for (const UciRow& row : table->rows) REQUIRE(row.cells.size() == table->columns.size());
  }
  CHECK(rows == 40);
}

TEST_CASE("a sampler draws rows without end, and each carries the time it is asked for") {
  const UciTable table = table_of("Date;Time;a\n01/01/2005;00.00.00;1\n01/01/2005;01.00.00;2\n");
  UciSampler sampler(table, 7), again(table, 7);
  std::map<std::string, int> drawn;
  for (int i = 0; i < 1000; ++i) {
    const Instant when =
        std::chrono::sys_days(std::chrono::year(2026) / 7 / 1) + std::chrono::seconds(i % 60);
    const auto event = sampler.next(when);
    REQUIRE(event->value == again.next(when)->value);
    REQUIRE(event->value.substr(0, 47) == R"({"timestamp": ")" + iso8601(when, {}) + R"(", )");
    ++drawn[event->value.substr(47)];
    REQUIRE_FALSE(sampler.exhausted());
  }
  CHECK(drawn.size() == 2);
  CHECK(drawn[R"("a": 1})"] == doctest::Approx(500).epsilon(0.15));
  CHECK(UciSampler(table_of("Date;Time;a\n"), 7).exhausted());
}

TEST_CASE("what does not hold is refused, with its line") {
  const std::string header = "Date;Time;a\n";
  struct Row {
    std::string text, error;
  };
  for (const Row& row : {
           Row{"", "1: the header names no Date, no Time or no other column"},
           Row{"Date;a\n", "1: the header names no Date, no Time or no other column"},
           Row{"Date;Time;a;b;a\n", "1: the header names a twice"},
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
  for (const std::string number : {"-", "+1", ".5", "1.", "1,2,3", "1e5", "007", "nan", "123456789"}) {
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
  prepare(table, {});
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
  UciTable table = table_of(read(whole ? UCI_DATASET : UCI_SAMPLE));
  prepare(table, {});
  UciSource source(std::move(table));
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
