#pragma once

#include <string>

namespace mini::client {

// The table of settings for docs/client.md.
std::string settings_markdown();

}  // namespace mini::client
