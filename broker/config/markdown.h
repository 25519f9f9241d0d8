#pragma once

#include <string>

// docs/configuration.md, written from the table of settings.
namespace mini::broker {

std::string configuration_markdown();

}  // namespace mini::broker
