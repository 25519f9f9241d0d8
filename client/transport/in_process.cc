#include "client/transport/in_process.h"

#include <cassert>
#include <map>
#include <mutex>

namespace mini::client {
namespace {

struct Table {
  std::mutex mutex;
  std::map<std::string, MakeTransport, std::less<>> hosts;
  std::uint16_t last = 0;
};

Table& table() {
  static Table& the_table = *new Table;  // never destroyed: brokers in statics withdraw at the very end
  return the_table;
}

constexpr std::uint16_t numbers_max = 65'535;
constexpr std::string_view scheme = "inproc:";

}  // namespace

std::string announce(MakeTransport make) {
  const std::lock_guard lock(table().mutex);
  assert(table().hosts.size() < numbers_max);
  for (;;) {
    table().last = static_cast<std::uint16_t>(table().last == numbers_max ? 1 : table().last + 1);
    std::string address = std::string(scheme) + std::to_string(table().last);
    if (table().hosts.try_emplace(address, make).second) return address;
  }
}

void withdraw(const std::string& address) {
  const std::lock_guard lock(table().mutex);
  table().hosts.erase(address);
}

bool is_in_process(std::string_view bootstrap_servers) {
  return bootstrap_servers.substr(0, scheme.size()) == scheme;
}

std::unique_ptr<Transport> in_process_transport(const std::string& address) {
  MakeTransport make;
  {
    const std::lock_guard lock(table().mutex);
    const auto found = table().hosts.find(address);
    if (found == table().hosts.end()) return nullptr;
    make = found->second;
  }
  return make();
}

}  // namespace mini::client
