#include "broker/config/markdown.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "broker/config/settings.h"

using namespace mini::broker;

TEST_CASE("the page has a line for every setting, with as many cells as its table has columns") {
  const std::string page = configuration_markdown();
  for (const Scope scope : {Scope::broker, Scope::topic}) {
    const std::ptrdiff_t bars = scope == Scope::broker ? 6 : 7;
    for (const Setting& setting : settings(scope)) {
      CAPTURE(setting.name);
      bool found = false;
      for (std::size_t at = 0; (at = page.find("\n| `" + std::string(setting.name) + "` |", at)) != page.npos;
           ++at) {
        const auto line = page.substr(at + 1, page.find('\n', at + 1) - at - 1);
        found = found || std::count(line.begin(), line.end(), '|') == bars;
      }
      CHECK(found);
    }
  }
  CHECK(page.find("| `num.partitions` | int | `1` | from 1 |") != page.npos);
}
