#include "alert_consumer/csv_sink.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mini::alerts {
namespace {

using Json = nlohmann::ordered_json;
using Fields = std::vector<std::pair<std::string, std::string>>;

std::string cell_of(std::string text) {
  for (std::size_t at = 0; (at = text.find_first_of("\r\n", at)) != text.npos; at += 2)
    text.replace(at, 1, text[at] == '\n' ? "\\n" : "\\r");
  if (text.find_first_of(",\"") == text.npos) return text;
  for (std::size_t at = 0; (at = text.find('"', at)) != text.npos; at += 2) text.insert(at, 1, '"');
  return '"' + text + '"';
}

// A spreadsheet takes a text that begins so for a formula.
std::string harmless(std::string text) {
  if (!text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos)
    text.insert(0, 1, '\'');
  return text;
}

void flatten(const std::string& name, const Json& value, Fields& fields) {
  if (value.is_object())
    for (const auto& [inner, part] : value.items()) flatten(name + "." + inner, part, fields);
  else if (value.is_string())
    fields.emplace_back(name, harmless(value.get<std::string>()));
  else
    fields.emplace_back(name, value.is_null() ? "" : value.dump());
}

// What is in `value` or `metadata`, by its own name where that is free.
void unwrap(const std::string& name, const Json& object, const Json& reading, Fields& fields) {
  for (const auto& [inner, part] : object.items()) {
    const auto same = [&name = inner](const auto& field) { return field.first == name; };
    const bool taken = reading.contains(inner) || std::any_of(fields.begin(), fields.end(), same);
    flatten(taken ? name + "." + inner : inner, part, fields);
  }
}

Fields fields_of(const Json& reading) {
  Fields fields;
  for (const auto& [name, value] : reading.items())
    if (value.is_object() && (name == "value" || name == "metadata"))
      unwrap(name, value, reading, fields);
    else
      flatten(name, value, fields);
  return fields;
}

std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool doubled = quoted && line[i] == '"' && i + 1 < line.size() && line[i + 1] == '"';
    if (doubled)
      cells.back() += line[i++];
    else if (line[i] == '"')
      quoted = !quoted;
    else if (line[i] == ',' && !quoted)
      cells.emplace_back();
    else
      cells.back() += line[i];
  }
  return cells;
}

std::string joined(const std::vector<std::string>& cells) {
  std::string row;
  for (const std::string& cell : cells) {
    if (&cell != &cells.front()) row += ',';
    row += cell_of(cell);
  }
  return row + "\n";
}

}  // namespace

CsvSink::CsvSink(std::string path, AppendFile file, std::size_t rows_min)
    : path_(std::move(path)), file_(std::move(file)), rows_min_(rows_min) {
  if (file_.empty()) return;
  columns_ = split(file_.first_line());
  check_columns_ = true;
}

void CsvSink::add(const Batch& batch) {
  for (const StoredReading& stored : batch.readings) add_row(stored.bytes);
}

void CsvSink::add_row(std::string_view json) {
  Fields fields = fields_of(Json::parse(json, nullptr, false));
  if (fields.empty()) return;
  if (columns_.empty()) {
    for (const auto& [name, text] : fields) columns_.push_back(harmless(name));
    waiting_ = joined(columns_);
    header_waits_ = true;
  }
  std::vector<std::string> row(columns_.size());
  std::size_t known = 0;
  for (auto& [name, text] : fields) {
    const auto column = std::find(columns_.begin(), columns_.end(), harmless(name));
    if (column != columns_.end()) {
      row[static_cast<std::size_t>(column - columns_.begin())] = std::move(text);
      ++known;
    } else if (left_out_.size() < left_out_max && left_out_.insert(name).second) {
      warning_ += "Left out of " + path_ + ": " + name + ", for which it has no column\n";
    }
  }
  if (2 * known < std::min(fields.size(), columns_.size())) ++strangers_;
  waiting_ += joined(row);
  ++rows_;
}

std::optional<SinkError> CsvSink::flush(bool all) {
  if (rows_ == 0 || (!all && rows_ < rows_min_)) return std::nullopt;
  if (is_another_table())
    return SinkError{path_ + " has other columns than these readings; name another file with --csv", false};
  if (auto why = file_.append(waiting_)) return SinkError{"Cannot write to " + path_ + ": " + *why};
  note_ += "Saved " + std::to_string(rows_) + " records" + (header_waits_ ? " with header" : "") + "\n";
  waiting_.clear();
  rows_ = strangers_ = 0;
  check_columns_ = false;
  header_waits_ = false;
  return std::nullopt;
}

}  // namespace mini::alerts
