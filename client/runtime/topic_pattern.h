#pragma once

#include <functional>
#include <string>

namespace mini::client {

// Which topics a pattern means: those whose whole name it matches, as with Java's client. What is no regular
// expression (ECMAScript's) is thrown as a KafkaError.
std::function<bool(const std::string& topic)> topic_pattern(const std::string& regex);

}  // namespace mini::client
