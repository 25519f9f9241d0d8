#include "client/settings/properties.h"

#include <charconv>

#include "client/errors.h"

namespace mini::client {
namespace {

constexpr std::string_view blanks = " \t\f";

std::string_view without_leading_blanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(blanks), text.size()));
}

bool continues(std::string_view line) {
  const std::size_t last = line.find_last_not_of('\\');
  const std::size_t backslashes = line.size() - (last == std::string_view::npos ? 0 : last + 1);
  return backslashes % 2 == 1;
}

void append_utf8(std::string& out, std::uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xc0 | point >> 6);
    out += static_cast<char>(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xe0 | point >> 12);
    out += static_cast<char>(0x80 | (point >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (point & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | point >> 18);
    out += static_cast<char>(0x80 | (point >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (point >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (point & 0x3f));
  }
}

class Parser {
 public:
  Parser(std::string_view text, std::string_view source) : text_(text), source_(source) {}

  std::vector<Property> parse() {
    std::vector<Property> properties;
    while (!text_.empty()) {
      const std::string line = next_logical_line();
      if (!line.empty()) properties.push_back(parse_line(line));
    }
    return properties;
  }

 private:
  std::string_view next_line() {
    const std::size_t end = std::min(text_.find_first_of("\r\n"), text_.size());
    const std::string_view line = text_.substr(0, end);
    const bool both = text_.substr(end, 2) == "\r\n";
    text_.remove_prefix(std::min(end + (both ? 2 : 1), text_.size()));
    ++line_;
    return line;
  }

  // Empty where there is nothing in it. Only what begins a line is a comment, not what continues one.
  std::string next_logical_line() {
    std::string_view line = without_leading_blanks(next_line());
    first_line_ = line_;
    if (line.empty() || line.front() == '#' || line.front() == '!') return {};
    std::string whole;
    for (; continues(line) && !text_.empty(); line = without_leading_blanks(next_line()))
      whole += line.substr(0, line.size() - 1);
    if (continues(line)) line.remove_suffix(1);
    return whole += line;
  }

  Property parse_line(std::string_view line) {
    std::size_t end = 0;
    while (end < line.size() && line[end] != '=' && line[end] != ':' && blanks.find(line[end]) == blanks.npos)
      end += line[end] == '\\' ? 2 : 1;
    const std::string key = unescaped(line.substr(0, end));
    if (key.empty()) refuse("there is no key before '" + std::string(line) + "'");
    if (end >= line.size()) refuse("there is no value after '" + key + "'");
    std::string_view value = without_leading_blanks(line.substr(end));
    if (!value.empty() && (value.front() == '=' || value.front() == ':'))
      value = without_leading_blanks(value.substr(1));
    return {key, unescaped(value)};
  }

  std::string unescaped(std::string_view text) {
    std::string plain;
    while (!text.empty()) {
      const char first = text.front();
      text.remove_prefix(1);
      if (first != '\\' || text.empty()) {
        plain += first;
        continue;
      }
      const char escaped = text.front();
      text.remove_prefix(1);
      if (escaped == 'u')
        append_utf8(plain, code_point(text));
      else
        plain += one_letter(escaped);
    }
    return plain;
  }

  static char one_letter(char escaped) {
    switch (escaped) {
      case 't': return '\t';
      case 'n': return '\n';
      case 'r': return '\r';
      case 'f': return '\f';
      default: return escaped;
    }
  }

  // Beyond the first plane Java writes two halves.
  std::uint32_t code_point(std::string_view& text) {
    const std::uint32_t high = four_digits(text);
    if (high < 0xd800 || high > 0xdfff) return high;
    if (high > 0xdbff || text.substr(0, 2) != "\\u") refuse("half of a character after \\u");
    text.remove_prefix(2);
    const std::uint32_t low = four_digits(text);
    if (low < 0xdc00 || low > 0xdfff) refuse("half of a character after \\u");
    return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
  }

  std::uint32_t four_digits(std::string_view& text) {
    std::uint32_t value = 0;
    const std::string_view digits = text.substr(0, 4);
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (problem != std::errc() || digits.size() < 4 || end != digits.data() + 4)
      refuse("\\u needs four hexadecimal digits");
    text.remove_prefix(4);
    return value;
  }

  [[noreturn]] void refuse(const std::string& why) const {
    throw KafkaError(client_error(ClientErrc::invalid_config,
                                  std::string(source_) + ":" + std::to_string(first_line_) + ": " + why));
  }

  std::string_view text_;
  const std::string_view source_;
  int line_ = 0;
  int first_line_ = 0;
};

}  // namespace

std::vector<Property> parse_properties(std::string_view text, std::string_view source) {
  return Parser(text, source).parse();
}

}  // namespace mini::client
