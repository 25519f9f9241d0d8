#pragma once

#include "mini/error.h"
#include "protocol/error_code.h"

// Makes the public Error from what the machines meet.
namespace mini::client {

Error broker_error(protocol::ErrorCode code, std::string detail);
Error client_error(ClientErrc code, std::string detail);

}  // namespace mini::client
