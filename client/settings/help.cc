#include "client/settings/help.h"

#include <utility>

#include "mini/config.h"

namespace mini {
namespace {

constexpr std::size_t line_length = 100;
constexpr std::string_view indent = "      ";

constexpr std::pair<Setting::Scope, std::string_view> scopes[] = {{Setting::Scope::all, "All clients"},
                                                                  {Setting::Scope::producer, "Producer"},
                                                                  {Setting::Scope::consumer, "Consumer"}};

// The sentence over as many lines as it takes.
std::string folded(std::string_view sentence) {
  std::string text;
  std::size_t column = line_length;
  while (!sentence.empty()) {
    const std::size_t end = std::min(sentence.find(' '), sentence.size());
    const bool fits = column + 1 + end <= line_length;
    text += fits ? std::string(" ") : (text.empty() ? "" : "\n") + std::string(indent);
    column = fits ? column + 1 + end : indent.size() + end;
    text += sentence.substr(0, end);
    sentence.remove_prefix(std::min(end + 1, sentence.size()));
  }
  return text + "\n";
}

std::string entry(const Setting& setting) {
  std::string text = "  " + std::string(setting.name);
  if (!setting.default_value.empty()) text += "=" + std::string(setting.default_value);
  if (!setting.aliases.empty()) text += "   (also: " + std::string(setting.aliases) + ")";
  return text + "\n" + folded(setting.sentence);
}

std::string row(const Setting& setting) {
  const auto code = [](std::string_view text) {
    return text.empty() ? std::string() : "`" + std::string(text) + "`";
  };
  return "| " + code(setting.name) + " | " + code(setting.aliases) + " | " + code(setting.default_value) +
         " | " + std::string(setting.sentence) + " |\n";
}

}  // namespace

std::string help_config() {
  std::string text;
  for (const auto& [scope, heading] : scopes) {
    text += (text.empty() ? "" : "\n") + std::string(heading) + ":\n";
    for (const Setting& setting : client_settings())
      if (setting.scope == scope) text += entry(setting);
  }
  return text;
}

std::string client::settings_markdown() {
  std::string text;
  for (const auto& [scope, heading] : scopes) {
    text += (text.empty() ? "### " : "\n### ") + std::string(heading) +
            "\n\n| Setting | Also | Default | |\n|---|---|---|---|\n";
    for (const Setting& setting : client_settings())
      if (setting.scope == scope) text += row(setting);
  }
  return text;
}

}  // namespace mini
