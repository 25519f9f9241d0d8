#pragma once

#include <memory>
#include <vector>

#include "protocol/wire/bytes.h"
#include "protocol/wire/slice.h"

// The bytes that wait to be sent on one connection: written in place, with slices of a log spliced in by
// reference.
//
//   OutBuffer out;
//   std::uint8_t* place = out.grow(4);       // four bytes to fill in, valid until the next grow or consume
//   out.splice(slice);                       // sent after them, never copied; must be `shared()`
//   out.for_each_piece([](BytesView piece) { ... return true; });   // in the order they are sent
//   out.consume(sent);
//
// Owned by one connection and used by one thread at a time.
namespace mini::protocol {

class OutBuffer {
 public:
  OutBuffer() = default;
  OutBuffer(OutBuffer&& other) noexcept { *this = std::move(other); }
  OutBuffer& operator=(OutBuffer&& other) noexcept;

  // Everything that is yet to be sent.
  std::size_t size() const { return size_ - own_sent_ + spliced_size_; }
  bool empty() const { return size() == 0; }

  std::uint8_t* grow(std::size_t size) {
    if (size_ + size > capacity_) reserve(size_ + size);
    std::uint8_t* place = bytes_.get() + size_;
    size_ += size;
    return place;
  }
  void splice(Slice slice);

  // A place in what was added, to be filled in once what follows is known. Valid until `consume`.
  struct Mark {
    std::size_t own = 0;      // bytes written here before it
    std::size_t splices = 0;  // slices before it
  };
  Mark mark() const { return {size_, splices_.size()}; }
  // Overwrites the four bytes that were written at the mark.
  void patch_int32(Mark at, std::int32_t value);
  // Bytes and slices added since `at`.
  std::size_t size_since(Mark at) const;
  // Takes back everything added since `at`.
  void truncate(Mark at);

  // Visits the pieces in order until `visit(BytesView)` says false.
  template <class Visit>
  void for_each_piece(Visit&& visit) const;
  // Forgets the first `size` bytes: they were sent.
  void consume(std::size_t size);
  Bytes copy() const;

 private:
  struct Splice {
    std::size_t position;  // how many own bytes come before it
    Slice slice;
    std::size_t sent = 0;
  };

  void reserve(std::size_t capacity);
  void reset();

  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  std::size_t own_sent_ = 0;
  std::vector<Splice> splices_;
  std::size_t splices_sent_ = 0;
  std::size_t spliced_size_ = 0;  // bytes of the splices that are yet to be sent
};

template <class Visit>
void OutBuffer::for_each_piece(Visit&& visit) const {
  std::size_t at = own_sent_;
  const auto own_until = [&](std::size_t end) {
    const BytesView piece(bytes_.get() + at, end - at);
    at = end;
    return piece.empty() || visit(piece);
  };
  for (std::size_t i = splices_sent_; i < splices_.size(); ++i) {
    const Splice& next = splices_[i];
    if (!own_until(next.position)) return;
    if (!visit(next.slice.view().subspan(next.sent))) return;
  }
  own_until(size_);
}

}  // namespace mini::protocol
