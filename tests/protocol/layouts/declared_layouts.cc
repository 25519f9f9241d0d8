#include "protocol/messages/all.h"
#include "protocol/messages/consumer_protocol.h"
#include "protocol/wire/codec_shape.h"
#include "tests/protocol/layouts/layout.h"

namespace mini::test {
namespace {

using protocol::Bytes;
using protocol::Records;
namespace codec = protocol::codec;

template <class T>
std::string type_of() {
  if constexpr (std::is_same_v<T, bool>)
    return "bool";
  else if constexpr (std::is_enum_v<T>)
    return "int16";
  else if constexpr (std::is_same_v<T, double>)
    return "float64";
  else if constexpr (std::is_integral_v<T>)
    return (std::is_signed_v<T> ? "int" : "uint") + std::to_string(8 * sizeof(T));
  else if constexpr (std::is_same_v<T, Uuid>)
    return "uuid";
  else if constexpr (std::is_same_v<T, std::string>)
    return "string";
  else if constexpr (std::is_same_v<T, Bytes>)
    return "bytes";
  else if constexpr (std::is_same_v<T, Records>)
    return "records";
  else if constexpr (protocol::FieldList<T>)
    return "struct";
  else if constexpr (codec::is_optional<T>)
    return type_of<typename T::value_type>();
  else
    return "[]" + type_of<typename T::value_type>();
}

template <class T>
std::string text_of(const T& value) {
  if constexpr (codec::is_optional<T>)
    return value ? text_of(*value) : "null";
  else if constexpr (std::is_same_v<T, bool>)
    return value ? "true" : "false";
  else if constexpr (std::is_enum_v<T>)
    return std::to_string(static_cast<std::int16_t>(value));
  else if constexpr (std::is_arithmetic_v<T>)
    return std::to_string(value);
  else if constexpr (std::is_same_v<T, std::string>)
    return '"' + value + '"';
  else if constexpr (codec::is_vector<T> || std::is_same_v<T, Bytes>)
    return value.empty() ? "[]" : "not empty";
  else
    return "";  // structs, ids and records
}

template <class M>
std::vector<FieldLayout> fields_of();

template <class T>
std::vector<FieldLayout> fields_inside() {
  if constexpr (protocol::FieldList<T>)
    return fields_of<T>();
  else if constexpr (codec::is_optional<T> || codec::is_vector<T>)
    return fields_inside<typename T::value_type>();
  else
    return {};
}

template <class M>
std::vector<FieldLayout> fields_of() {
  const M fresh;
  std::vector<FieldLayout> fields;
  protocol::each_field<M>([&](const auto& f) {
    using T = typename std::remove_cvref_t<decltype(f)>::Value;
    fields.push_back({.name = f.name,
                      .type = type_of<T>(),
                      .versions = f.versions,
                      .null_versions = f.null_versions,
                      .tag_versions = f.tag_versions,
                      .tag = f.tag,
                      .ignorable = f.may_be_dropped,
                      .default_value = text_of(fresh.*f.member),
                      .fields = fields_inside<T>()});
  });
  return fields;
}

template <class M>
MessageLayout layout_of() {
  return {M::info.name, static_cast<int>(M::info.api), M::info.versions, M::info.flexible, fields_of<M>()};
}

}  // namespace

std::vector<MessageLayout> declared_layouts() {
  std::vector<MessageLayout> layouts;
  protocol::for_each_message([&]<class M>() { layouts.push_back(layout_of<M>()); });
  layouts.push_back(layout_of<protocol::ConsumerProtocolSubscription>());
  layouts.push_back(layout_of<protocol::ConsumerProtocolAssignment>());
  return layouts;
}

}  // namespace mini::test
