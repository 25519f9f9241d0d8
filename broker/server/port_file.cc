#include "broker/server/port_file.h"

#include <cstdio>
#include <fstream>

namespace mini::broker {

PortFile::~PortFile() {
  if (!path_.empty()) std::remove(path_.c_str());
}

bool PortFile::write(const std::string& path, const std::vector<std::uint16_t>& ports) {
  const std::string unfinished = path + ".new";
  {
    std::ofstream file(unfinished, std::ios::trunc);
    for (const std::uint16_t port : ports) file << port << '\n';
    if (!file.flush()) return false;
  }
  if (std::rename(unfinished.c_str(), path.c_str()) != 0) return false;
  path_ = path;
  return true;
}

}  // namespace mini::broker
