#pragma once

#include <string>
#include <string_view>
#include <vector>

// Reads separated values (RFC 4180, with any separator): quoted fields, doubled quotes, line ends inside
// quotes, CRLF or LF, a byte order mark at the front.
//
//   CsvReader csv(text, ';');
//   std::vector<std::string> fields;
//   while (csv.next(fields)) use(fields, csv.line());
//   if (!csv.complete()) ...                        // a quote was opened and never closed
//
// The text outlives the reader.
namespace mini::sensor_gen {

class CsvReader {
 public:
  CsvReader(std::string_view text, char separator);

  bool next(std::vector<std::string>& fields);  // false at the end; an empty line is one empty field
  std::size_t line() const { return line_; }    // where the last row began, from 1
  bool complete() const { return complete_; }

 private:
  std::string quoted();
  std::string plain();
  bool take(char c);

  std::string_view rest_;
  char separator_;
  std::size_t line_ = 0, next_line_ = 1;
  bool complete_ = true;
};

}  // namespace mini::sensor_gen
