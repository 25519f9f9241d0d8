#include "mini/callback.h"

#include <doctest/doctest.h>

#include <array>

using mini::Callback;

TEST_CASE("a callback holds small and large captures, and lets go of them once") {
  auto alive = std::make_shared<int>(0);
  {
    Callback<int> small = [alive](int n) { *alive += n; };
    Callback<int> large = [alive, room = std::array<char, 100>{}](int n) { *alive += n + room[0]; };
    small(1);
    large(2);
    Callback<int> moved = std::move(small);
    CHECK(!small);
    moved(3);
    large = std::move(moved);
    large(4);
    CHECK(alive.use_count() == 2);
    CHECK(*alive == 10);
  }
  CHECK(alive.use_count() == 1);
}

TEST_CASE("what is captured may be movable only") {
  int seen = 0;
  Callback<int> callback = [owned = std::make_unique<int>(5), &seen](int n) { seen = n + *owned; };
  callback(1);
  CHECK(seen == 6);
}

TEST_CASE("plain captures move as bytes, and are called where they went") {
  int sum = 0;
  Callback<int> callback = [&sum, factor = 3, bias = 0.5](int n) {
    sum += static_cast<int>(n * factor + bias);
  };
  Callback<int> second = std::move(callback);
  Callback<int> third;
  third = std::move(second);
  CHECK(!callback);
  CHECK(!second);
  third(7);
  CHECK(sum == 21);
}
