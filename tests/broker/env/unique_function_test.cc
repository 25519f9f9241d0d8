#include "broker/env/unique_function.h"

#include <doctest/doctest.h>

#include <array>
#include <memory>

using mini::broker::UniqueFunction;

TEST_CASE("a function may own what cannot be copied, small or large") {
  auto small = [owned = std::make_unique<int>(2)](int n) { return *owned * n; };
  auto large = [owned = std::make_unique<int>(2), ballast = std::array<char, 100>{}](int n) {
    return *owned * n + ballast[7];
  };
  static_assert(sizeof(small) <= UniqueFunction<int(int)>::inline_bytes);
  static_assert(sizeof(large) > UniqueFunction<int(int)>::inline_bytes);
  UniqueFunction<int(int)> first = std::move(small), second = std::move(large);
  CHECK(first(21) == 42);
  CHECK(second(21) == 42);
}

TEST_CASE("what a function owns is dropped once, by whoever held it last") {
  auto watched = std::make_shared<int>(0);
  const auto hold = [&](auto ballast) {
    UniqueFunction<void()> first = [watched, ballast] { static_cast<void>(ballast), ++*watched; };
    UniqueFunction<void()> second = std::move(first);
    CHECK_FALSE(first);
    first = std::move(second);
    first();
    CHECK(watched.use_count() == 2);
    first = nullptr;
    CHECK(watched.use_count() == 1);
    UniqueFunction<void()> third = [watched, ballast] { static_cast<void>(ballast), ++*watched; };
    CHECK(watched.use_count() == 2);
  };
  hold('x');
  hold(std::array<char, 100>{});
  CHECK(watched.use_count() == 1);
  CHECK(*watched == 2);
}

TEST_CASE("arguments pass through unchanged: references stay references, owners are handed over") {
  UniqueFunction<int(int&, std::unique_ptr<int>)> add = [](int& into, std::unique_ptr<int> from) {
    into += *from;
    return into;
  };
  int sum = 1;
  CHECK(add(sum, std::make_unique<int>(4)) == 5);
  CHECK(sum == 5);
}
