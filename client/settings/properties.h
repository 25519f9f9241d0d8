#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Java's format of property files:
//
//   # a comment, and ! begins one too
//   bootstrap.servers = a:9092,b:9092
//   client.id: caf\u00e9
//
// A backslash at the end of a line continues it on the next.
// Throws KafkaError(invalid_config) that names `source` and the number of the line: for an escape that is
// none, for a key without = or : after it, and for no key at all.
namespace mini::client {

using Property = std::pair<std::string, std::string>;

std::vector<Property> parse_properties(std::string_view text, std::string_view source);

}  // namespace mini::client
