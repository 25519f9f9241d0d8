// GCC 12 sees uninitialized values within libstdc++'s own <regex> where a sanitizer is on.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include "client/runtime/topic_pattern.h"

#include <memory>
#include <regex>

#include "client/errors.h"
#include "mini/error.h"

namespace mini::client {

std::function<bool(const std::string&)> topic_pattern(const std::string& regex) {
  try {
    const auto flags = std::regex::ECMAScript | std::regex::optimize;
    auto pattern = std::make_shared<const std::regex>(regex, flags);
    return [pattern](const std::string& topic) { return std::regex_match(topic, *pattern); };
  } catch (const std::regex_error& error) {
    throw KafkaError(
        client_error(ClientErrc::invalid_call, "'" + regex + "' is no regular expression: " + error.what()));
  }
}

}  // namespace mini::client
