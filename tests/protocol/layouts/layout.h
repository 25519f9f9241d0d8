#pragma once

#include <string>
#include <vector>

#include "protocol/wire/field.h"

// The layout of a message as data: once from our field lists, once from Kafka's files, to be held side by
// side.
namespace mini::test {

struct FieldLayout {
  std::string name;  // snake_case
  std::string type;  // "int32", "string", "struct", "[]int32", "[]struct", ...
  protocol::VersionRange versions;
  protocol::VersionRange null_versions;
  protocol::VersionRange tag_versions;
  std::int32_t tag = protocol::no_tag;
  bool ignorable = false;
  std::string default_value;        // "0", "\"\"", "null", "[]"; empty where it has no text
  std::vector<FieldLayout> fields;  // of a struct, or of a list's elements

  bool untagged_at(std::int16_t v) const { return versions.has(v) && !tag_versions.has(v); }
};

struct MessageLayout {
  std::string name;
  int api = 0;
  protocol::VersionRange versions;
  protocol::VersionRange flexible;
  std::vector<FieldLayout> fields;
};

// Every message that is declared here.
std::vector<MessageLayout> declared_layouts();

// Reads `<folder>/<name>.json`; throws std::runtime_error with a sentence where it cannot.
MessageLayout read_kafka_layout(const std::string& folder, const std::string& name);

// How much was held side by side.
struct Compared {
  std::size_t messages = 0;
  std::size_t shapes = 0;    // a message at a version
  std::size_t fields = 0;    // a field at a version: present, null, tagged
  std::size_t defaults = 0;  // default values
};

// What differs, one sentence each.
std::vector<std::string> differences(const MessageLayout& ours, const MessageLayout& kafkas,
                                     Compared& compared);

}  // namespace mini::test
