#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

// A file of lines that only grows.
//
//   auto opened = AppendFile::open("readings.jsonl");      // a torn last line is cut off
//   auto problem = std::get<AppendFile>(opened).append("{...}\n{...}\n");
//
// What append() took has reached the disk; what it could not write whole is taken back, so that the same call
// may succeed later. A line never has a line end inside.
namespace mini::alerts {

class AppendFile {
 public:
  // Makes the file where there is none. The text says why not.
  static std::variant<AppendFile, std::string> open(const std::string& path);

  AppendFile(AppendFile&& other) noexcept;
  AppendFile& operator=(AppendFile&& other) noexcept;
  ~AppendFile();

  std::optional<std::string> append(std::string_view lines);  // why not, or nothing
  bool empty() const { return size_ == 0; }
  std::uint64_t cut_bytes() const { return cut_bytes_; }  // of the torn line, when it was opened
  std::string first_line() const;                         // without its end; at most first_line_max bytes

  static constexpr std::size_t first_line_max = 1024 * 1024;

 private:
  AppendFile() = default;
  std::optional<std::string> cut_torn_line();

  int file_ = -1;
  std::uint64_t size_ = 0, cut_bytes_ = 0;
};

}  // namespace mini::alerts
