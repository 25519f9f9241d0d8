#include "protocol/wire/out_buffer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "protocol/wire/writer.h"

namespace mini::protocol {
namespace {

void add(OutBuffer& out, BytesView bytes) { std::memcpy(out.grow(bytes.size()), bytes.data(), bytes.size()); }

Slice shared_slice(std::size_t size, std::uint8_t value) {
  const auto owner = std::make_shared<Bytes>(size, value);
  return Slice(*owner, owner);
}

// A buffer beside the plain bytes that it should hold, changed together in random steps.
class Twins {
 public:
  explicit Twins(std::uint64_t seed) : engine_(seed) {}

  void step() {
    switch (below(5)) {
      case 0:
      case 1: return grow();
      case 2: return splice();
      case 3: return consume();
      default: return mark_and_truncate();
    }
  }
  void check() const {
    REQUIRE(buffer_.size() == plain_.size());
    REQUIRE(buffer_.empty() == plain_.empty());
    REQUIRE(buffer_.copy() == plain_);
  }

 private:
  std::size_t below(std::size_t end) { return engine_() % end; }

  void grow() {
    const Bytes bytes(1 + below(300), static_cast<std::uint8_t>(engine_()));
    add(buffer_, bytes);
    plain_.insert(plain_.end(), bytes.begin(), bytes.end());
  }
  void splice() {
    const Slice slice = shared_slice(below(400), static_cast<std::uint8_t>(engine_()));
    buffer_.splice(slice);
    plain_.insert(plain_.end(), slice.view().begin(), slice.view().end());
  }
  void consume() {
    const std::size_t size = below(plain_.size() + 1);
    buffer_.consume(size);
    plain_.erase(plain_.begin(), plain_.begin() + static_cast<std::ptrdiff_t>(size));
  }
  // Everything after a mark is counted, and can be taken back.
  void mark_and_truncate() {
    const Bytes before = plain_;
    const OutBuffer::Mark mark = buffer_.mark();
    for (std::size_t i = below(4); i > 0; --i) below(2) == 0 ? grow() : splice();
    REQUIRE(buffer_.size_since(mark) == plain_.size() - before.size());
    if (below(2) == 0) return;
    buffer_.truncate(mark);
    plain_ = before;
    REQUIRE(buffer_.size_since(mark) == 0);
  }

  std::mt19937_64 engine_;
  OutBuffer buffer_;
  Bytes plain_;
};

}  // namespace

TEST_CASE("random steps of writing, splicing, sending and taking back leave what they should") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    Twins twins(seed);
    for (int i = 0; i < 60; ++i) {
      twins.step();
      twins.check();
    }
  }
}

TEST_CASE("pieces are visited in the order they are sent, until the visitor has enough") {
  OutBuffer out;
  add(out, Bytes{1, 2});
  out.splice(shared_slice(3, 9));
  out.splice(shared_slice(1, 8));
  add(out, Bytes{3});
  std::vector<std::size_t> sizes;
  out.for_each_piece([&](BytesView piece) { return sizes.push_back(piece.size()), true; });
  CHECK(sizes == std::vector<std::size_t>{2, 3, 1, 1});
  int visited = 0;
  out.for_each_piece([&](BytesView) { return ++visited < 2; });
  CHECK(visited == 2);
}

TEST_CASE("a mark can be patched after the buffer has moved") {
  OutBuffer out;
  add(out, Bytes{7});
  const OutBuffer::Mark mark = out.mark();
  add(out, Bytes(4));
  add(out, Bytes(100000));
  out.patch_int32(mark, 0x01020304);
  const Bytes all = out.copy();
  CHECK(Bytes(all.begin(), all.begin() + 6) == Bytes{7, 1, 2, 3, 4, 0});
}

TEST_CASE("a mark between two slices tells them apart") {
  OutBuffer out;
  out.splice(shared_slice(10, 1));
  const OutBuffer::Mark mark = out.mark();
  out.splice(shared_slice(5, 2));
  CHECK(out.size_since(mark) == 5);
  out.truncate(mark);
  CHECK(out.copy() == Bytes(10, 1));
}

TEST_CASE("a slice lets go of its memory as soon as it is sent") {
  OutBuffer out;
  const auto log = std::make_shared<Bytes>(10);
  add(out, Bytes(2));
  out.splice(Slice(*log, log));
  add(out, Bytes(2));
  out.consume(11);
  CHECK(log.use_count() == 2);
  out.consume(1);
  CHECK(log.use_count() == 1);
  CHECK(out.size() == 2);
}

TEST_CASE("a moved buffer takes everything along and leaves nothing behind") {
  OutBuffer out;
  add(out, Bytes{1});
  out.splice(shared_slice(2, 5));
  OutBuffer moved = std::move(out);
  CHECK(moved.copy() == Bytes{1, 5, 5});
  CHECK(out.empty());  // NOLINT: empty is promised
  add(out, Bytes{4});
  CHECK(out.copy() == Bytes{4});
}

TEST_CASE("a borrowed slice is copied, a shared one is not") {
  const Bytes borrowed(50, 1);
  const Slice shared = shared_slice(60, 2);
  OutBuffer buffer;
  Writer out(buffer);
  out.slice(Slice(borrowed));
  out.slice(shared);
  CHECK(out.written() == 110);
  std::vector<const std::uint8_t*> places;
  buffer.for_each_piece([&](BytesView piece) { return places.push_back(piece.data()), true; });
  REQUIRE(places.size() == 2);
  CHECK(places[0] != borrowed.data());
  CHECK(places[1] == shared.view().data());
}

}  // namespace mini::protocol
