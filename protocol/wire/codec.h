#pragma once

#include "protocol/wire/codec_print.h"
#include "protocol/wire/codec_read.h"
#include "protocol/wire/codec_write.h"

// The one codec: walks a message's field list in the shape of a version. Include it only where messages are
// instantiated.
namespace mini::protocol {

template <FieldList M>
void read(Reader& in, M& message, std::int16_t version) {
  codec::read_struct(in, message, codec::shape_of<M>(version));
}

template <FieldList M>
void write(Writer& out, const M& message, std::int16_t version) {
  codec::write_struct(out, message, codec::shape_of<M>(version));
}

template <FieldList M>
std::string print(const M& message, std::int16_t version) {
  std::string out;
  codec::print_struct(out, message, version);
  return out;
}

}  // namespace mini::protocol

// Instantiates the codec of one message, in a .cc.
#define MINI_CODEC(M)                                                           \
  template void read<M>(Reader & in, M & message, std::int16_t version);        \
  template void write<M>(Writer & out, const M& message, std::int16_t version); \
  template std::string print<M>(const M& message, std::int16_t version);
