#include "sensor_gen/copies.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "sensor_gen/flat_csv.h"

namespace mini::sensor_gen {
namespace {

std::string first_line_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string line;
  std::getline(in, line);
  return line;
}

bool ends_within_a_line(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return in.seekg(-1, std::ios::end) && in.get() != '\n';
}

}  // namespace

void Copies::open(const CopyPaths& paths) {
  if (!paths.jsonl.empty()) jsonl_ = open_file(paths.jsonl);
  if (!paths.csv.empty()) csv_ = open_file(paths.csv);
}

Copies::File Copies::open_file(const std::string& path) {
  File file{path, nullptr, ""};
  if (path == "-") {
    file.handle.reset(stdout);
    return file;
  }
  const auto folder = std::filesystem::path(path).parent_path();
  std::error_code ignored;  // what matters is whether the file opens
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  const bool there = std::filesystem::is_regular_file(path, ignored);  // a device may have no end
  if (there) file.first_line = first_line_of(path);
  const bool cut_off = there && ends_within_a_line(path);
  file.handle.reset(std::fopen(path.c_str(), "ab"));
  if (!file.handle)
    fail("open", path);
  else if (cut_off)
    append(file, "\n");
  return file;
}

void Copies::write(const Event& event) {
  if (jsonl_.handle) append(jsonl_, event.value + "\n");
  if (csv_.handle) write_flat(event);
}

void Copies::write_flat(const Event& event) {
  const auto flat = flatten(event.value);
  if (!flat) {
    problem_ = csv_.path + ": an event is no text that CSV could carry: " + event.value;
    return;
  }
  if (header_.empty()) {
    header_ = csv_line(flat->names);
    if (csv_.first_line.empty())
      append(csv_, header_);
    else if (csv_.first_line + "\n" != header_)
      problem_ = csv_.path + " begins with another header; name another --csv-file.";
  }
  append(csv_, csv_line(flat->cells));
}

void Copies::append(File& file, const std::string& text) {
  if (!problem_.empty()) return;
  if (std::fwrite(text.data(), 1, text.size(), file.handle.get()) != text.size()) fail("write", file.path);
}

void Copies::flush() {
  for (File* file : {&jsonl_, &csv_})
    if (file->handle && problem_.empty() && std::fflush(file->handle.get()) != 0) fail("write", file->path);
}

void Copies::fail(const std::string& what, const std::string& path) {
  if (problem_.empty())
    problem_ = "Cannot " + what + " " + (path == "-" ? "the standard output" : path) + ": " +
               std::strerror(errno) + ".";
}

}  // namespace mini::sensor_gen
