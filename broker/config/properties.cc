#include "broker/config/properties.h"

#include <charconv>
#include <cstdint>

namespace mini::broker {
namespace {

constexpr std::string_view blanks = " \t\f";

// A logical line: what continued lines make together, still escaped.
struct Line {
  std::string text;
  int number = 0;
};

class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  // The next one that is neither empty nor a comment.
  std::optional<Line> next() {
    while (const auto natural = next_natural()) {
      const auto text = without_leading_blanks(*natural);
      if (text.empty() || text[0] == '#' || text[0] == '!') continue;
      Line line{std::string(text), number_};
      while (is_continued(line.text)) {
        line.text.pop_back();
        const auto more = next_natural();
        if (!more) break;
        line.text += without_leading_blanks(*more);
      }
      return line;
    }
    return std::nullopt;
  }

 private:
  std::optional<std::string_view> next_natural() {
    if (rest_.empty()) return std::nullopt;
    ++number_;
    const auto end = rest_.find_first_of("\r\n");
    const auto line = rest_.substr(0, end);
    if (end == std::string_view::npos) {
      rest_ = {};
    } else {
      rest_.remove_prefix(end + (rest_.substr(end, 2) == "\r\n" ? 2 : 1));
    }
    return line;
  }

  static std::string_view without_leading_blanks(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    return first == std::string_view::npos ? std::string_view{} : text.substr(first);
  }

  static bool is_continued(std::string_view text) {
    const auto last_other = text.find_last_not_of('\\');
    const auto backslashes =
        last_other == std::string_view::npos ? text.size() : text.size() - last_other - 1;
    return backslashes % 2 == 1;
  }

  std::string_view rest_;
  int number_ = 0;
};

std::optional<std::uint32_t> hex4(std::string_view text) {
  std::uint32_t unit = 0;
  if (text.size() < 4) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + 4, unit, 16);
  if (error != std::errc{} || end != text.data() + 4) return std::nullopt;
  return unit;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto add = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xc0 | code >> 6), add(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    add(0xe0 | code >> 12), add(0x80 | (code >> 6 & 0x3f)), add(0x80 | (code & 0x3f));
  } else {
    add(0xf0 | code >> 18), add(0x80 | (code >> 12 & 0x3f)), add(0x80 | (code >> 6 & 0x3f)),
        add(0x80 | (code & 0x3f));
  }
}

bool is_high_surrogate(std::uint32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool is_low_surrogate(std::uint32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

// `text` begins after "\u". Gives how many bytes of it were used, 0 if it is no character.
std::size_t unescape_unicode(std::string_view text, std::string& out) {
  const auto unit = hex4(text);
  if (!unit || is_low_surrogate(*unit)) return 0;
  if (!is_high_surrogate(*unit)) return append_utf8(out, *unit), 4;
  if (text.substr(4, 2) != "\\u") return 0;
  const auto second = hex4(text.substr(6));
  if (!second || !is_low_surrogate(*second)) return 0;
  append_utf8(out, 0x10000 + ((*unit - 0xd800) << 10) + (*second - 0xdc00));
  return 10;
}

char unescape_letter(char c) {
  switch (c) {
    case 't': return '\t';
    case 'n': return '\n';
    case 'r': return '\r';
    case 'f': return '\f';
    default: return c;
  }
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
    } else if (text[++i] != 'u') {
      out += unescape_letter(text[i]);
    } else if (const std::size_t used = unescape_unicode(text.substr(i + 1), out)) {
      i += used;
    } else {
      return std::nullopt;
    }
  }
  return out;
}

std::size_t end_of_key(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && std::string_view("=: \t\f").find(text[i]) == std::string_view::npos) {
    i += text[i] == '\\' ? 2 : 1;
  }
  return std::min(i, text.size());
}

// At most one `=` or `:` and the blanks around it stand between key and value.
std::string_view value_after(std::string_view text, std::size_t key_end) {
  const auto skip_blanks = [&](std::size_t from) {
    return std::min(text.find_first_not_of(blanks, from), text.size());
  };
  std::size_t i = skip_blanks(key_end);
  if (i < text.size() && (text[i] == '=' || text[i] == ':')) i = skip_blanks(i + 1);
  return text.substr(i);
}

}  // namespace

Properties parse_properties(std::string_view text) {
  Properties properties;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // some editors write it first
  Lines lines(text);
  while (const auto line = lines.next()) {
    const std::size_t key_end = end_of_key(line->text);
    auto key = unescaped(std::string_view(line->text).substr(0, key_end));
    auto value = unescaped(value_after(line->text, key_end));
    if (!key || !value) {
      properties.error = "line " + std::to_string(line->number) +
                         ": \\u must be followed by the four hexadecimal "
                         "digits of a character";
      return properties;
    }
    properties.entries.push_back({std::move(*key), std::move(*value), line->number});
  }
  return properties;
}

}  // namespace mini::broker
