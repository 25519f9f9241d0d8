#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "alert_consumer/append_file.h"
#include "alert_consumer/sink.h"

namespace mini::alerts {

// Readings as rows, appended in batches of at least `rows_min`. The columns are those of the file's first
// line, or, in a new file, the fields of the first reading; fields of objects inside are `object.field`. What
// a later reading has beyond that is left out, and a note says so once for each column.
//
// Made for spreadsheets: a text that begins with = + - or @ gets an apostrophe before it; a line end inside a
// text is written as \n.
class CsvSink : public Sink {
 public:
  CsvSink(std::string path, AppendFile file, std::size_t rows_min);

  void add(const Batch& batch) override;
  std::optional<SinkError> flush(bool all) override;
  bool holds_back() const override { return rows_ > 0; }
  std::string take_note() override { return std::exchange(note_, {}); }

  static constexpr std::size_t left_out_max = 100;  // columns that are remembered as left out

 private:
  void add_row(std::string_view json);

  std::string path_;
  AppendFile file_;
  std::size_t rows_min_;
  std::vector<std::string> columns_;
  std::set<std::string, std::less<>> left_out_;
  std::string waiting_;
  std::size_t rows_ = 0;
  bool header_waits_ = false;
  std::string note_;
};

}  // namespace mini::alerts
