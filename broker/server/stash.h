#pragma once

#include <algorithm>
#include <boost/container/vector.hpp>
#include <cstring>
#include <span>

#include "protocol/wire/bytes.h"

// Bytes that wait for the rest of their frame, or for their turn.
//
//   stash.append(bytes);                               // a copy, at the end
//   std::span<std::uint8_t> room = stash.grow(size);   // room at the end, for who receives into it
//   stash.shrink(size - received);                     // what did not come
//   stash.drop_front(delivered);
//
// It keeps its capacity until it is destroyed; a moved-from one owns nothing.
namespace mini::broker {

class Stash {
 public:
  bool empty() const { return bytes_.empty(); }
  std::size_t size() const { return bytes_.size(); }
  std::size_t capacity() const { return bytes_.capacity(); }
  protocol::BytesView view() const { return {bytes_.data(), bytes_.size()}; }

  std::span<std::uint8_t> grow(std::size_t size) {
    const std::size_t before = bytes_.size();
    bytes_.resize(before + size, boost::container::default_init);
    return {bytes_.data() + before, size};
  }
  void shrink(std::size_t size) { bytes_.resize(bytes_.size() - size); }
  // The vector's own insert and erase go byte by byte.
  void append(protocol::BytesView bytes) {
    if (!bytes.empty()) std::memcpy(grow(bytes.size()).data(), bytes.data(), bytes.size());
  }
  void drop_front(std::size_t size) {
    if (size < bytes_.size()) std::memmove(bytes_.data(), bytes_.data() + size, bytes_.size() - size);
    shrink(size);
  }
  void clear() { bytes_.clear(); }

 private:
  boost::container::vector<std::uint8_t> bytes_;
};

}  // namespace mini::broker
