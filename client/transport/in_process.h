#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "client/transport/transport.h"

// Brokers in this process, by the address that their clients are given.
//
//   const std::string address = announce([world] { return world->new_transport(); });   // "inproc:7"
//   ...
//   withdraw(address);
//
// The one table of the process; any thread. A number is a port's: 1 to 65,535, taken again in turn when it is
// free.
namespace mini::client {

using MakeTransport = std::function<std::unique_ptr<Transport>()>;

std::string announce(MakeTransport make);
void withdraw(const std::string& address);

bool is_in_process(std::string_view bootstrap_servers);
// Nothing where no such broker lives.
std::unique_ptr<Transport> in_process_transport(const std::string& address);

}  // namespace mini::client
