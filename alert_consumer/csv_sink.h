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
// line, or, in a new file, the fields of the first reading. Fields of `value` and `metadata` go by their own
// names, as sensor-gen's copies have them, unless another field has that name; fields of other objects are
// `object.field`. What a later reading has beyond that is left out, and a warning says so once for each
// column. A file that was there with columns of something else is refused.
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
  std::string take_warning() override { return std::exchange(warning_, {}); }

  static constexpr std::size_t left_out_max = 100;  // columns that are remembered as left out

 private:
  void add_row(std::string_view json);
  bool is_another_table() const { return check_columns_ && rows_ > 0 && strangers_ == rows_; }

  std::string path_;
  AppendFile file_;
  std::size_t rows_min_;
  std::vector<std::string> columns_;
  std::set<std::string, std::less<>> left_out_;
  std::string waiting_;
  std::size_t rows_ = 0;
  std::size_t strangers_ = 0;  // rows of which hardly a field has a column
  bool header_waits_ = false;
  bool check_columns_ = false;  // they are the file's, and no reading was seen to fit them yet
  std::string note_, warning_;
};

}  // namespace mini::alerts
