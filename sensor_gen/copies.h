#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "sensor_gen/event.h"

// Copies of the events in files: one JSON object a line, and flattened CSV.
//
//   Copies copies;
//   copies.open({.jsonl = "output/sensor_data.jsonl", .csv = "output/sensor_data.csv"});
//   copies.write(event);
//   copies.flush();
//   if (!copies.problem().empty()) ...           // one sentence; nothing is written any more
//
// Files are appended to, folders made where they are missing. A CSV file gets its header once; one with
// another header is a problem. After a last line that was cut off the next begins on a line of its own. "-"
// is the standard output. One thread.
namespace mini::sensor_gen {

struct CopyPaths {
  std::string jsonl, csv;  // empty: none
};

class Copies {
 public:
  void open(const CopyPaths& paths);
  void write(const Event& event);
  void flush();
  const std::string& problem() const { return problem_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { file == stdout ? std::fflush(file) : std::fclose(file); }
  };
  struct File {
    std::string path;
    std::unique_ptr<std::FILE, Close> handle;
    std::string first_line;  // of what stood there before; empty in a new file
  };

  File open_file(const std::string& path);
  void append(File& file, const std::string& text);
  void write_flat(const Event& event);
  void fail(const std::string& what, const std::string& path);

  File jsonl_, csv_;
  std::string header_;  // of the CSV file, once it is known to stand there
  std::string problem_;
};

}  // namespace mini::sensor_gen
