#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Writes one JSON object into a string, fields in the order they are given, spaced as Python's json.dumps
// does.
//
//   JsonWriter json(text);
//   json.text("sensor_id", "ws_cairo_001");
//   json.open("value");
//   json.decimal("temperature", 2845, 2);   // 28.45
//   json.close();
//   json.close();                           // every open, and the object itself, is closed once
//
// No floating point: a decimal is a whole number and the digits behind its point. Text is taken to be UTF-8.
namespace mini::sensor_gen {

// 2845, 2 -> "28.45"; 2840, 2 -> "28.4"; 2800, 2 -> "28.0"; 28, 0 -> "28".
std::string decimal_text(std::int64_t units, int digits);

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) { out_ += '{'; }

  void text(std::string_view name, std::string_view value);
  void whole(std::string_view name, std::int64_t value);
  void decimal(std::string_view name, std::int64_t units, int digits);
  void boolean(std::string_view name, bool value);
  void raw(std::string_view name, std::string_view json);  // already JSON: a checked number, null
  void open(std::string_view name);
  void close();

 private:
  void name(std::string_view name);
  void quoted(std::string_view value);

  std::string& out_;
  bool first_ = true;
};

}  // namespace mini::sensor_gen
