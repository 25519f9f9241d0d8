#pragma once

#include <cstdint>
#include <string>
#include <vector>

// A file that tells scripts where the broker listens: a decimal port and a newline for each listener. It
// appears whole (written under another name and renamed) once all listeners accept, and goes when this object
// does.
namespace mini::broker {

class PortFile {
 public:
  PortFile() = default;
  ~PortFile();
  PortFile(const PortFile&) = delete;
  PortFile& operator=(const PortFile&) = delete;

  // False where it cannot be written.
  bool write(const std::string& path, const std::vector<std::uint16_t>& ports);

 private:
  std::string path_;
};

}  // namespace mini::broker
