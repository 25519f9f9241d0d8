#include "sensor_gen/csv.h"

namespace mini::sensor_gen {

CsvReader::CsvReader(std::string_view text, char separator) : rest_(text), separator_(separator) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (rest_.substr(0, byte_order_mark.size()) == byte_order_mark) rest_.remove_prefix(byte_order_mark.size());
}

bool CsvReader::next(std::vector<std::string>& fields) {
  fields.clear();
  if (rest_.empty()) return false;
  line_ = next_line_;
  do {
    std::string field = take('"') ? quoted() : std::string();
    fields.push_back(field += plain());
  } while (take(separator_));
  take('\r');
  take('\n');
  ++next_line_;
  return true;
}

// Up to the closing quote, which is taken.
std::string CsvReader::quoted() {
  std::string field;
  while (!rest_.empty()) {
    const char c = rest_[0];
    rest_.remove_prefix(1);
    if (c == '"' && !take('"')) return field;
    if (c == '\n') ++next_line_;
    field += c;
  }
  complete_ = false;
  return field;
}

// Up to the separator or the end of the line, which stay. A carriage return elsewhere is an ordinary
// character.
std::string CsvReader::plain() {
  std::size_t length = 0;
  while (length < rest_.size() && rest_[length] != separator_ && rest_[length] != '\n' &&
         rest_.substr(length, 2) != "\r\n")
    ++length;
  const bool last_return = length == rest_.size() && length > 0 && rest_[length - 1] == '\r';
  std::string field(rest_.substr(0, length - (last_return ? 1 : 0)));
  rest_.remove_prefix(field.size());
  return field;
}

bool CsvReader::take(char c) {
  if (rest_.empty() || rest_[0] != c) return false;
  rest_.remove_prefix(1);
  return true;
}

}  // namespace mini::sensor_gen
