#include "protocol/wire/slice.h"

#include <doctest/doctest.h>

namespace mini::protocol {

TEST_CASE("a part of a slice keeps the whole alive") {
  auto chunk = std::make_shared<Bytes>(Bytes{1, 2, 3, 4});
  const std::weak_ptr<Bytes> watch = chunk;
  Slice part = Slice(*chunk, chunk).part(1, 2);
  chunk.reset();
  CHECK_FALSE(watch.expired());
  CHECK(part.shared());
  CHECK(Bytes(part.view().begin(), part.view().end()) == Bytes{2, 3});
  part = Slice();
  CHECK(watch.expired());
  CHECK_FALSE(part.shared());
}

TEST_CASE("records are equal by their bytes, however they are cut into pieces") {
  const Bytes bytes = {1, 2, 3};
  Records whole(Slice{BytesView(bytes)});
  Records pieces;
  pieces.add(Slice(BytesView(bytes).first(1)));
  pieces.add(Slice(BytesView(bytes).subspan(1)));
  CHECK(whole == pieces);
  CHECK(pieces.size() == 3);
  CHECK(pieces.copy() == bytes);
  pieces.add(Slice(BytesView(bytes).first(1)));
  CHECK_FALSE(whole == pieces);
}

TEST_CASE("null records are not empty records") {
  CHECK(Records::null().is_null());
  CHECK_FALSE(Records().is_null());
  CHECK_FALSE(Records::null() == Records());
  CHECK(Records() == Records(Slice()));
  CHECK(Records().view().empty());
}

}  // namespace mini::protocol
