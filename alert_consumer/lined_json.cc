#include "alert_consumer/lined_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mini::alerts {
namespace {

constexpr int number_overflow = 406;  // nlohmann's number for it

// The parser says what it read since it last saw a text or a number; of a word it may be one mark too many.
std::string last_token(std::string read, bool is_word) {
  constexpr std::string_view marks = "[]{},:", between = " \t\r\n[]{},:";
  if (read.empty() || read.starts_with('"')) return read;
  const bool ends_in_mark = marks.find(read.back()) != marks.npos;
  if (ends_in_mark && !is_word) return read.substr(read.size() - 1);
  if (ends_in_mark) read.pop_back();
  return read.substr(read.find_last_of(between) + 1);
}

// Reads the text and tells everybody how far the parser is.
class Tracked {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Tracked(const char* at, const char** seen) : at_(at), seen_(seen) {}
  reference operator*() const { return *at_; }
  Tracked& operator++() {
    *seen_ = at_++;  // the last character that was taken
    return *this;
  }
  Tracked operator++(int) {
    Tracked before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const Tracked& a, const Tracked& b) { return a.at_ == b.at_; }

 private:
  const char* at_;
  const char** seen_;
};

class Builder {
 public:
  Builder(LinedJson& json, const char* begin, const char* const& seen)
      : json_(json), begin_(begin), seen_(seen) {}

  bool null() { return add(Kind::null); }
  bool boolean(bool) { return add(Kind::boolean); }
  bool number_integer(std::int64_t whole) { return add_number(static_cast<double>(whole)); }
  bool number_unsigned(std::uint64_t whole) { return add_number(static_cast<double>(whole)); }
  bool number_float(double number, const std::string&) { return add_number(number); }
  bool string(std::string& text) { return add(Kind::text, 0, std::move(text)); }
  bool binary(nlohmann::json::binary_t&) { return true; }
  bool start_object(std::size_t) { return open(Kind::object); }
  bool start_array(std::size_t) { return open(Kind::list); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    open_.back()->names.push_back(std::move(name));
    open_.back()->name_lines.push_back(line());
    return true;
  }
  bool parse_error(std::size_t, const std::string& read, const nlohmann::detail::exception& error) {
    const std::string_view why = error.what();
    if (why.find("unexpected end of input") != why.npos) return fail("the text ends too early");
    if (why.find("missing closing quote") != why.npos) return fail("a text has no closing quote");
    const std::string token = last_token(read, why.find("invalid literal") != why.npos);
    if (error.id == number_overflow) return fail("'" + token + "' is too large a number");
    if ((token == "]" || token == "}") && follows_comma())
      return fail("the comma before '" + token + "' is one too many");
    return fail("'" + token + "' does not belong here");
  }

 private:
  using Kind = LinedValue::Kind;

  std::size_t line() const { return 1 + static_cast<std::size_t>(std::count(begin_, seen_, '\n')); }

  bool follows_comma() const {
    const std::string_view before(begin_, static_cast<std::size_t>(seen_ - begin_));
    const std::size_t last = before.find_last_not_of(" \t\r\n");
    return last != before.npos && before[last] == ',';
  }
  bool fail(std::string problem) {
    json_.problem = std::move(problem);
    json_.problem_line = line();
    return false;
  }
  bool add_number(double number) { return add(Kind::number, number); }
  bool add(Kind kind, double number = 0, std::string text = {}) {
    LinedValue& here = place();
    here.kind = kind;
    here.line = line();
    here.number = number;
    here.text = std::move(text);
    return true;
  }
  bool open(Kind kind) {
    if (open_.size() == lined_json_depth_max) return fail("it is nested too deeply");
    LinedValue& here = place();
    here.kind = kind;
    here.line = line();
    open_.push_back(&here);
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }
  LinedValue& place() { return open_.empty() ? json_.value : open_.back()->items.emplace_back(); }

  LinedJson& json_;
  const char* begin_;
  const char* const& seen_;
  std::vector<LinedValue*> open_;  // only the last item of each grows, so that these stay where they are
};

}  // namespace

LinedJson read_lined_json(std::string_view text) {
  LinedJson json;
  const char* seen = text.data();
  Builder builder(json, text.data(), seen);
  const char* const end = text.data() + text.size();
  nlohmann::json::sax_parse(Tracked(text.data(), &seen), Tracked(end, &seen), &builder);
  return json;
}

}  // namespace mini::alerts
