#include "sensor_gen/nearest.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace mini::sensor_gen {
namespace {

// How many letters must be put in, left out or changed to make one of the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, changed}));
    }
  }
  return row.back();
}

// One is half of the other or more: `--topics` and `--topic`, `--sensors` and `--num-sensors`.
bool is_part(std::string_view a, std::string_view b) {
  constexpr std::size_t letters_min = 4;
  a.remove_prefix(std::min(a.find_first_not_of('-'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('-'), b.size()));
  if (a.size() > b.size()) std::swap(a, b);
  return a.size() >= letters_min && 2 * a.size() >= b.size() && b.find(a) != b.npos;
}

}  // namespace

std::string nearest_name(std::string_view typed, const std::vector<std::string>& names) {
  constexpr std::size_t typed_max = 64;
  if (typed.size() > typed_max) return "";
  std::string nearest;
  std::size_t least = typed.size() / 3 + 1;  // more than a third changed is another word
  for (const std::string& name : names) {
    const std::size_t away = is_part(typed, name) ? 1 : distance(typed, name);
    if (away < least) least = away, nearest = name;
  }
  return nearest;
}

}  // namespace mini::sensor_gen
