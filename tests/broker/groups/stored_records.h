#pragma once

#include <doctest/doctest.h>

#include "broker/groups/records.h"
#include "protocol/wire/codec.h"

// Sends a record through its bytes.
namespace mini::broker {

template <class M>
M written_and_read(const M& message, std::int16_t version) {
  protocol::OutBuffer buffer;
  protocol::Writer out(buffer);
  write(out, message, version);
  const protocol::Bytes bytes = buffer.copy();
  protocol::Reader in(bytes);
  M read_back;
  read(in, read_back, version);
  CHECK(in.ok());
  CHECK(in.at_end());
  return read_back;
}

inline std::int16_t version_of(const OffsetCommitValue& value) { return value.version(); }
inline std::int16_t version_of(const GroupMetadataValue&) { return GroupMetadataValue::info.versions.last; }

inline GroupRecord stored_and_read(const GroupRecord& record) {
  const auto both = [](const auto& each) -> GroupRecord {
    auto read_back = each;
    read_back.key = written_and_read(each.key, each.key.info.versions.last);
    if (each.value) read_back.value = written_and_read(*each.value, version_of(*each.value));
    return read_back;
  };
  return std::visit(both, record);
}

}  // namespace mini::broker
