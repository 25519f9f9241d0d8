#include <cstdio>
#include <exception>

#include "tests/protocol/layouts/layout.h"

// Holds every declared message beside Kafka's own layout of it: field by field, version by version.
//
//   protocol-layouts-test FOLDER     the folder of Kafka's *.json
//
// The Meson option kafka_layouts gives the folder; without it this is no test.
namespace mini::test {
namespace {

// What there was to compare when this was written: less means that the walk has lost something.
constexpr Compared least{.messages = 52, .shapes = 348, .fields = 3507, .defaults = 464};

// A comparison that finds nothing must be able to find something.
bool notices_a_change(const MessageLayout& ours, const MessageLayout& kafkas) {
  Compared ignored;
  MessageLayout changed = ours;
  changed.fields.back().versions = protocol::never;
  return !differences(changed, kafkas, ignored).empty();
}

int compare_all(const std::string& folder) {
  Compared compared;
  std::size_t different = 0;
  std::size_t blind = 0;
  for (const MessageLayout& ours : declared_layouts()) {
    const MessageLayout kafkas = read_kafka_layout(folder, ours.name);
    for (const std::string& difference : differences(ours, kafkas, compared)) {
      std::printf("%s\n", difference.c_str());
      ++different;
    }
    if (!ours.fields.empty() && !notices_a_change(ours, kafkas)) ++blind;
  }
  std::printf(
      "compared %zu messages, %zu messages at a version, %zu fields at a version, %zu defaults: %zu differ\n",
      compared.messages, compared.shapes, compared.fields, compared.defaults, different);
  const bool enough = compared.messages >= least.messages && compared.shapes >= least.shapes &&
                      compared.fields >= least.fields && compared.defaults >= least.defaults;
  if (!enough) std::printf("that is less than there is to compare\n");
  if (blind > 0) std::printf("a field taken away went unnoticed in %zu messages\n", blind);
  return different == 0 && enough && blind == 0 ? 0 : 1;
}

}  // namespace
}  // namespace mini::test

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : "";
  if (folder.empty()) {
    std::printf("usage: protocol-layouts-test FOLDER\n");
    return 2;
  }
  try {
    return mini::test::compare_all(folder);
  } catch (const std::exception& error) {
    std::printf("%s\n", error.what());
    return 1;
  }
}
