#include "alert_consumer/nearest.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace mini::alerts {
namespace {

constexpr std::size_t compared_bytes_max = 256;

// How many letters have to be put in, taken out or changed.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest_word(std::string_view typed, std::span<const std::string> words) {
  std::string nearest;
  std::size_t least = typed.size() / 3 + 2;  // further away it is another word
  for (const std::string& word : words) {
    if (std::max(word.size(), typed.size()) > compared_bytes_max) continue;
    const std::size_t away = distance(typed, word);
    if (away < least) nearest = word, least = away;
  }
  return nearest;
}

std::string hint(std::string_view typed, std::span<const std::string> words) {
  const std::string nearest = nearest_word(typed, words);
  return nearest.empty() ? "" : " (did you mean '" + nearest + "'?)";
}

}  // namespace mini::alerts
