#pragma once

#include <span>
#include <string>
#include <string_view>

// The word somebody probably meant.
//
//   nearest_word("--topik", flags)      // "--topic"
namespace mini::alerts {

// Empty where none is similar enough to be worth a hint.
std::string nearest_word(std::string_view typed, std::span<const std::string> words);

// " (did you mean 'topic'?)", or nothing.
std::string hint(std::string_view typed, std::span<const std::string> words);

}  // namespace mini::alerts
