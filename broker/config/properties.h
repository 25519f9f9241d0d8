#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Text in Java's .properties form, such as server.properties.
//
//   const Properties properties = parse_properties("# one node\nnode.id = 1\nlisteners=PLAINTEXT://:9092\n");
//   properties.entries[0] is {"node.id", "1", 2}; properties.error is empty
//
// `#` and `!` begin a comment line; `=`, `:` or blanks end the key; a backslash at the end of a line
// continues it; \uXXXX, \t, \n, \r and \f are what they are in Java, any other escaped character is itself.
// Text is UTF-8. Where a key comes twice the later one counts: the entries keep both, in order, so that
// whoever reads may say so.
namespace mini::broker {

struct Property {
  std::string key, value;
  int line = 0;  // where the key stands; the first is 1

  friend bool operator==(const Property&, const Property&) = default;
};

struct Properties {
  std::vector<Property> entries;
  std::optional<std::string> error;  // "line 3: ..."; the entries before that line are there
};

Properties parse_properties(std::string_view text);

}  // namespace mini::broker
