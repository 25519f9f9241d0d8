#pragma once

#include "protocol/records/compression.h"

// The two functions of each codec, one source file per codec. Internal to this folder: everybody else calls
// `decompress` and `compress`.
namespace mini::protocol {

Inflated gunzip(BytesView input, Bytes& output, std::size_t size_max);
void gzip(BytesView input, Bytes& output);

Inflated unsnappy(BytesView input, Bytes& output, std::size_t size_max);
void snappy_blocks(BytesView input, Bytes& output);

Inflated unlz4(BytesView input, Bytes& output, std::size_t size_max);
void lz4(BytesView input, Bytes& output);

Inflated unzstd(BytesView input, Bytes& output, std::size_t size_max);
void zstd(BytesView input, Bytes& output);

}  // namespace mini::protocol
