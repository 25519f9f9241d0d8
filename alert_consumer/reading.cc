#include "alert_consumer/reading.h"

#include <nlohmann/json.hpp>

namespace mini::alerts {
namespace {

constexpr int number_out_of_range = 406;  // the library's number for it
constexpr std::size_t texts_count = static_cast<std::size_t>(Text::count);
constexpr std::size_t numbers_count = static_cast<std::size_t>(Number::count);
constexpr std::size_t timestamp_capital = texts_count;  // `Timestamp` stands in where there is no `timestamp`

// The three objects whose fields are looked at.
enum Section : std::size_t { top, value, metadata, sections_count, nowhere };

struct Field {
  enum Kind : std::uint8_t { unknown, text, number, metric, inner } kind = unknown;
  std::size_t index = 0;
};

struct NamedField {
  std::string_view name;
  Field field;
  bool in_value, in_metadata;  // at the top level any of them may stand
};

constexpr Field text_field(Text which) { return {Field::text, static_cast<std::size_t>(which)}; }
constexpr Field number_field(Number which) { return {Field::number, static_cast<std::size_t>(which)}; }

constexpr NamedField fields[] = {
    {"sensor_id", text_field(Text::sensor_id), false, false},
    {"timestamp", text_field(Text::timestamp), false, false},
    {"Timestamp", {Field::text, timestamp_capital}, false, false},
    {"sensor_type", text_field(Text::sensor_type), false, false},
    {"sensor_model", text_field(Text::sensor_model), false, false},
    {"manufacturer", text_field(Text::manufacturer), false, false},
    {"firmware_version", text_field(Text::firmware_version), false, false},
    {"unit", text_field(Text::unit), false, false},
    {"status", text_field(Text::status), false, false},
    {"wind_direction", text_field(Text::wind_direction), true, false},
    {"city", text_field(Text::city), false, true},
    {"region", text_field(Text::region), false, true},
    {"country", text_field(Text::country), false, true},
    {"lat", number_field(Number::lat), false, true},
    {"lon", number_field(Number::lon), false, true},
    {"altitude", number_field(Number::altitude), false, true},
    {"seq", number_field(Number::seq), false, false},
    {"signal_strength", number_field(Number::signal_strength), false, false},
    {"reading_quality", number_field(Number::reading_quality), false, false},
    {"value", {Field::inner, value}, false, false},
    {"metadata", {Field::inner, metadata}, false, false},
};

// What was found in one of the objects.
struct Found {
  bool present = false;
  std::array<std::optional<std::string>, texts_count + 1> texts;
  std::array<double, numbers_count> numbers;
  std::vector<double> metrics;
  std::optional<std::size_t> bad_metric;

  void clear(std::size_t metrics_count) {
    present = false;
    for (auto& text : texts) text.reset();
    numbers.fill(absent);
    metrics.assign(metrics_count, absent);
    bad_metric.reset();
  }
};

}  // namespace

// Follows the events of the JSON parser.
class ReadingParser::Handler {
 public:
  explicit Handler(std::span<const std::string> metrics) : metrics_(metrics.begin(), metrics.end()) {}

  void begin() {
    for (Found& found : found_) found.clear(metrics_.size());
    depth_ = 0;
    section_ = nowhere;
    field_ = {};
    unknown_from_ = 0;
    is_object_ = false;
    problem_.clear();
  }

  std::variant<Reading, Unreadable> finish() {
    if (!problem_.empty()) return Unreadable{problem_};
    if (!is_object_) return Unreadable{"not a JSON object"};
    const Found& measured = found_[found_[value].present ? value : top];
    if (measured.bad_metric) return Unreadable{metrics_[*measured.bad_metric] + " is not a finite number"};
    return combined(measured);
  }

  bool null() { return put_other(take()); }
  bool boolean(bool) { return put_other(take()); }
  bool binary(nlohmann::json::binary_t&) { return true; }  // no JSON text has any
  bool number_integer(std::int64_t whole) { return put_whole(take(), whole); }
  bool number_unsigned(std::uint64_t whole) { return put_whole(take(), whole); }

  bool number_float(double number, const std::string& written) {
    const Field field = take();
    return field.kind == Field::text ? put_text(field, written) : put_number(field, number);
  }

  bool string(std::string& text) {
    const Field field = take();
    return field.kind == Field::text ? put_text(field, std::move(text)) : put_other(field);
  }

  bool start_object(std::size_t) {
    const Field field = take();
    if (depth_ == 0) {
      is_object_ = true;
      section_ = top;
    } else if (field.kind == Field::inner) {
      Found& inner = found_[field.index];
      if (inner.present) return twice(field);
      inner.present = true;
      section_ = field.index;
    } else {
      return enter_unknown(field);
    }
    ++depth_;
    return true;
  }

  bool start_array(std::size_t) { return enter_unknown(take()); }
  bool end_object() { return leave(); }
  bool end_array() { return leave(); }

  bool key(const std::string& name) {
    if (is_object_ && section_ != nowhere) field_ = find(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) {
    problem_ = error.id == number_out_of_range ? "a number is too large"
                                               : "not JSON at byte " + std::to_string(position);
    return false;
  }

 private:
  Field find(std::string_view name) const {
    for (std::size_t i = 0; section_ != metadata && i < metrics_.size(); ++i)
      if (metrics_[i] == name) return {Field::metric, i};
    for (const NamedField& candidate : fields)
      if (candidate.name == name && (section_ == top || (section_ == value && candidate.in_value) ||
                                     (section_ == metadata && candidate.in_metadata)))
        return candidate.field;
    return {};
  }

  Field take() { return std::exchange(field_, Field{}); }

  bool put_text(Field field, std::string text) {
    auto& place = found_[section_].texts[field.index];
    if (place) return twice(field);
    place = std::move(text);
    return true;
  }

  bool put_number(Field field, double number) {
    if (field.kind != Field::number && field.kind != Field::metric) return true;
    Found& found = found_[section_];
    double& place = field.kind == Field::number ? found.numbers[field.index] : found.metrics[field.index];
    if (is_there(place)) return twice(field);
    place = number;
    return true;
  }

  template <class Whole>
  bool put_whole(Field field, Whole whole) {
    return field.kind == Field::text ? put_text(field, std::to_string(whole))
                                     : put_number(field, static_cast<double>(whole));
  }

  // A value of a kind that no field of ours has.
  bool put_other(Field field) {
    if (field.kind == Field::metric && !found_[section_].bad_metric)
      found_[section_].bad_metric = field.index;
    return true;
  }

  // An array, or an object that is not looked into: what is in it belongs to no field.
  bool enter_unknown(Field field) {
    put_other(field);
    if (depth_ == 0 || unknown_from_ == 0) unknown_from_ = depth_ + 1, outside_ = section_;
    section_ = nowhere;
    ++depth_;
    return true;
  }

  bool leave() {
    if (depth_ == unknown_from_) {
      section_ = outside_;
      unknown_from_ = 0;
    } else if (unknown_from_ == 0) {
      section_ = top;
    }
    --depth_;
    return true;
  }

  bool twice(Field field) {
    problem_ = name_of(field) + " stands twice";
    return false;
  }

  std::string name_of(Field field) const {
    if (field.kind == Field::metric) return metrics_[field.index];
    for (const NamedField& candidate : fields)
      if (candidate.field.kind == field.kind && candidate.field.index == field.index)
        return std::string(candidate.name);
    return "a field";
  }

  Reading combined(const Found& measured) {
    Reading reading;
    Found& flat = found_[top];
    Found& place = found_[metadata];
    for (std::size_t i = 0; i < texts_count; ++i) {
      reading.texts[i] = std::move(flat.texts[i]);
      if (place.texts[i]) reading.texts[i] = std::move(place.texts[i]);
    }
    if (!reading.text(Text::timestamp))
      reading.text(Text::timestamp) = std::move(flat.texts[timestamp_capital]);
    if (auto& direction = found_[value].texts[static_cast<std::size_t>(Text::wind_direction)])
      reading.text(Text::wind_direction) = std::move(direction);
    for (std::size_t i = 0; i < numbers_count; ++i)
      reading.numbers[i] = is_there(place.numbers[i]) ? place.numbers[i] : flat.numbers[i];
    reading.metrics = measured.metrics;
    return reading;
  }

  std::vector<std::string> metrics_;
  std::array<Found, sections_count> found_;
  std::size_t depth_ = 0;
  std::size_t section_ = nowhere, outside_ = nowhere;
  std::size_t unknown_from_ = 0;  // the depth in which nothing is looked at begins; 0: not in such a place
  Field field_;
  bool is_object_ = false;
  std::string problem_;
};

ReadingParser::ReadingParser(std::span<const std::string> metrics)
    : handler_(std::make_unique<Handler>(metrics)) {}
ReadingParser::ReadingParser(ReadingParser&&) noexcept = default;
ReadingParser::~ReadingParser() = default;

std::variant<Reading, Unreadable> ReadingParser::parse(std::string_view bytes) {
  handler_->begin();
  nlohmann::json::sax_parse(bytes.begin(), bytes.end(), handler_.get());
  return handler_->finish();
}

}  // namespace mini::alerts
