#include "alert_consumer/append_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace mini::alerts {
namespace {

constexpr std::size_t read_back_bytes = 64 * 1024;

std::string why() { return std::strerror(errno); }

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

std::variant<AppendFile, std::string> AppendFile::open(const std::string& path) {
  AppendFile opened;
  opened.file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  struct stat status {};
  if (opened.file_ < 0 || fstat(opened.file_, &status) != 0) return why();
  if (!S_ISREG(status.st_mode)) return "it is not a plain file";
  opened.size_ = static_cast<std::uint64_t>(status.st_size);
  if (auto problem = opened.cut_torn_line()) return *problem;
  return opened;
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)), size_(other.size_), cut_bytes_(other.cut_bytes_) {}

AppendFile& AppendFile::operator=(AppendFile&& other) noexcept {
  std::swap(file_, other.file_);
  size_ = other.size_;
  cut_bytes_ = other.cut_bytes_;
  return *this;
}

AppendFile::~AppendFile() {
  if (file_ >= 0) ::close(file_);
}

// Looks for the last line end from behind; what comes after it was being written when the program was killed.
std::optional<std::string> AppendFile::cut_torn_line() {
  std::array<char, read_back_bytes> bytes;
  std::uint64_t end = size_;
  while (end > 0) {
    const std::uint64_t begin = end > bytes.size() ? end - bytes.size() : 0;
    const auto count = static_cast<std::size_t>(end - begin);
    if (pread(file_, bytes.data(), count, static_cast<off_t>(begin)) != static_cast<ssize_t>(count))
      return why();
    const std::string_view block(bytes.data(), count);
    const std::size_t line_end = block.rfind('\n');
    end = line_end == block.npos ? begin : begin + line_end + 1;
    if (line_end != block.npos) break;
  }
  if (end == size_) return std::nullopt;
  if (ftruncate(file_, static_cast<off_t>(end)) != 0) return why();
  cut_bytes_ = size_ - end;
  size_ = end;
  return std::nullopt;
}

std::optional<std::string> AppendFile::append(std::string_view lines) {
  if (write_all(file_, lines) && fdatasync(file_) == 0) {
    size_ += lines.size();
    return std::nullopt;
  }
  std::string problem = why();
  if (ftruncate(file_, static_cast<off_t>(size_)) != 0) problem += ", and its last line may be torn";
  return problem;
}

std::string AppendFile::first_line() const {
  std::string line(static_cast<std::size_t>(std::min<std::uint64_t>(size_, first_line_max)), '\0');
  if (pread(file_, line.data(), line.size(), 0) != static_cast<ssize_t>(line.size())) return "";
  line.resize(std::min(line.find('\n'), line.size()));
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace mini::alerts
