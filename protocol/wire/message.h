#pragma once

#include <string>

#include "protocol/wire/field.h"
#include "protocol/wire/reader.h"
#include "protocol/wire/writer.h"

// What can be done with every declared message. The definitions are in codec.h and are instantiated once per
// message (protocol/messages/codec_*.cc), so that including a message costs no codec.
//
//   HeartbeatRequest request;
//   read(reader, request, version);
//   if (!reader.ok()) return close();
//
// `version` must lie in M::info.versions: the caller has checked it against the table of what is served.
namespace mini::protocol {

// Strings, bytes and lists are copied out of the reader; `records` fields stay views of it.
template <FieldList M>
void read(Reader& in, M& message, std::int16_t version);

// A field that this version has no room for must hold its default, unless it is ignorable: asserted.
template <FieldList M>
void write(Writer& out, const M& message, std::int16_t version);

template <FieldList M>
std::size_t encoded_size(const M& message, std::int16_t version) {
  Writer counter;
  write(counter, message, version);
  return counter.written();
}

// One line for logs: {group_id: "g", generation_id: 3}. Long values are cut, text is escaped.
template <FieldList M>
std::string print(const M& message, std::int16_t version);

}  // namespace mini::protocol
