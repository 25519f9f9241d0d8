#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// JSON events as rows of a CSV file (RFC 4180, commas, line feeds).
//
//   auto flat = flatten(R"({"seq": 1, "value": {"temperature": 28.4}})");
//   csv_line(flat->names)     // "seq,temperature\n"
//   csv_line(flat->cells)     // "1,28.4\n"
//
// What is nested loses the name of what it is nested in. Numbers keep their digits, null is an empty cell.
namespace mini::sensor_gen {

struct FlatEvent {
  std::vector<std::string> names, cells;
};

// Nothing where the text is not one JSON object of objects, texts, numbers, booleans and nulls.
std::optional<FlatEvent> flatten(std::string_view json);

std::string csv_line(const std::vector<std::string>& cells);

}  // namespace mini::sensor_gen
