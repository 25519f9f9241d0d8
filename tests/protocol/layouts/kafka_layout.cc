#include <cctype>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tests/protocol/layouts/layout.h"

// Kafka's files: JSON with // comments.
namespace mini::test {
namespace {

using nlohmann::json;
using protocol::VersionRange;

std::string snake_case(const std::string& camel) {
  std::string snake;
  for (const char c : camel) {
    if (std::isupper(static_cast<unsigned char>(c)) && !snake.empty()) snake += '_';
    snake += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return snake;
}

// "none", "3", "3-7" or "3+".
VersionRange parse_versions(const std::string& text) {
  if (text == "none") return protocol::never;
  const int first = std::stoi(text);
  if (text.ends_with('+')) return protocol::since(first);
  const std::size_t dash = text.find('-');
  return protocol::range(first, dash == std::string::npos ? first : std::stoi(text.substr(dash + 1)));
}

VersionRange versions_at(const json& field, const char* key) {
  return field.contains(key) ? parse_versions(field.at(key)) : protocol::never;
}

bool is_primitive(const std::string& type) {
  for (const char* name : {"bool", "int8", "int16", "uint16", "int32", "uint32", "int64", "float64", "string",
                           "uuid", "bytes", "records"})
    if (type == name) return true;
  return false;
}

// The default as Kafka's generator understands it, in the words of FieldLayout.
std::string default_of(const json& field, const std::string& type) {
  std::string given;
  if (field.contains("default")) {
    const json& value = field.at("default");
    given = value.is_string() ? value.get<std::string>() : value.dump();
  }
  if (type == "records" || type == "uuid") return "";
  if (given == "null") return "null";
  if (type == "string") return '"' + given + '"';
  if (type == "bool") return given.empty() ? "false" : given;
  if (type == "struct") return "";
  if (type == "bytes" || type.starts_with("[]")) return "[]";
  return given.empty() ? "0" : std::to_string(std::stoll(given, nullptr, 0));
}

class LayoutReader {
 public:
  explicit LayoutReader(const json& file) {
    for (const json& common : file.value("commonStructs", json::array()))
      common_[common.at("name")] = common.at("fields");
  }

  std::vector<FieldLayout> fields(const json& list) const {
    std::vector<FieldLayout> fields;
    for (const json& field : list) fields.push_back(read(field));
    return fields;
  }

 private:
  FieldLayout read(const json& field) const {
    if (field.contains("flexibleVersions"))
      throw std::runtime_error("a field with flexible versions of its own");
    const std::string type = field.at("type");
    const bool list = type.starts_with("[]");
    const std::string element = list ? type.substr(2) : type;
    FieldLayout layout;
    layout.name = snake_case(field.at("name"));
    layout.type = (list ? "[]" : "") + (is_primitive(element) ? element : "struct");
    layout.versions = parse_versions(field.at("versions"));
    layout.null_versions = versions_at(field, "nullableVersions");
    layout.tag_versions = versions_at(field, "taggedVersions");
    layout.tag = field.value("tag", protocol::no_tag);
    layout.ignorable = field.value("ignorable", false);
    layout.default_value = default_of(field, layout.type);
    if (!is_primitive(element))
      layout.fields = fields(field.contains("fields") ? field.at("fields") : common_.at(element));
    return layout;
  }

  std::map<std::string, json> common_;
};

}  // namespace

MessageLayout read_kafka_layout(const std::string& folder, const std::string& name) {
  std::ifstream file(folder + "/" + name + ".json");
  if (!file) throw std::runtime_error("there is no " + name + ".json in " + folder);
  const json root = json::parse(file, nullptr, true, true);
  MessageLayout layout;
  layout.name = root.at("name");
  layout.api = root.value("apiKey", -1);
  layout.versions = parse_versions(root.at("validVersions"));
  layout.flexible = parse_versions(root.at("flexibleVersions"));
  layout.fields = LayoutReader(root).fields(root.at("fields"));
  return layout;
}

}  // namespace mini::test
