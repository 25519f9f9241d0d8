#include "sensor_gen/flat_csv.h"

#include <nlohmann/json.hpp>

namespace mini::sensor_gen {
namespace {

// Told of each part of the text as it is read, so that numbers come as they are spelled.
class Flattener : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Flattener(FlatEvent& flat) : flat_(flat) {}

  bool null() override { return cell(""); }
  bool boolean(bool value) override { return cell(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return cell(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return cell(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return cell(text); }
  bool string(string_t& text) override { return cell(text); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return ++depth_ > 0; }
  bool key(string_t& name) override {
    name_ = name;
    return true;
  }
  bool end_object() override { return depth_-- > 0; }
  bool start_array(std::size_t) override { return false; }
  bool end_array() override { return false; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
    return false;
  }

 private:
  bool cell(std::string text) {
    if (depth_ == 0) return false;
    flat_.names.push_back(name_);
    flat_.cells.push_back(std::move(text));
    return true;
  }

  FlatEvent& flat_;
  std::string name_;
  int depth_ = 0;
};

void append_cell(std::string& line, std::string_view cell) {
  if (cell.find_first_of(",\"\r\n") == cell.npos) {
    line += cell;
    return;
  }
  line += '"';
  for (const char c : cell) line.append(c == '"' ? 2 : 1, c);
  line += '"';
}

}  // namespace

std::optional<FlatEvent> flatten(std::string_view json) {
  FlatEvent flat;
  Flattener flattener(flat);
  if (!nlohmann::json::sax_parse(json, &flattener)) return std::nullopt;
  return flat;
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) {
    if (&cell != &cells.front()) line += ',';
    append_cell(line, cell);
  }
  return line += '\n';
}

}  // namespace mini::sensor_gen
