#include <doctest/doctest.h>

#include "tests/support/any_message.h"

// Every declared message at every version, with values made from its field list.
namespace mini::test {
namespace {

using protocol::Bytes;

constexpr std::uint64_t seed = 20240229;
constexpr int rounds_min = 30;
constexpr int rounds_max = 600;

template <class Visit>
void for_each_type_and_version(Visit&& visit) {
  for (const MessageType& type : message_types())
    for (std::int16_t v = type.info.versions.first; v <= type.info.versions.last; ++v) visit(type, v);
}

void check_round_trip(const MessageType& type, const AnyMessage& message, std::int16_t version) {
  const Bytes bytes = encode(message, version);
  REQUIRE(message.encoded_size(version) == bytes.size());
  const auto decoded = decode(type, bytes, version);
  REQUIRE(decoded);
  REQUIRE(decoded->equals(message));
  REQUIRE(encode(*decoded, version) == bytes);
}

// How many strict prefixes were tried; each must be refused.
std::size_t refused_truncations(const MessageType& type, const Bytes& bytes, std::int16_t version) {
  std::size_t refused = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    protocol::Reader in(protocol::BytesView(bytes).first(size));
    type.fresh()->read(in, version);
    if (!in.ok()) ++refused;
  }
  return refused;
}

}  // namespace

TEST_CASE("every message comes back from every version as it went, and every kind of value was tried") {
  Kinds all;
  std::size_t shapes = 0;
  std::size_t messages = 0;
  for_each_type_and_version([&](const MessageType& type, std::int16_t version) {
    CAPTURE(type.info.name);
    CAPTURE(version);
    RandomMessage random(seed + shapes++);
    const Kinds possible = type.possible_kinds(version);
    for (int round = 0; round < rounds_max; ++round) {
      if (round >= rounds_min && random.kinds().covers(possible)) break;
      check_round_trip(type, *type.random(random, version), version);
      ++messages;
    }
    INFO("made " << random.kinds().to_string() << ", possible " << possible.to_string());
    CHECK(random.kinds().covers(possible));
    all += random.kinds();
  });
  MESSAGE(messages << " messages of " << shapes << " shapes: " << all.to_string());
  CHECK(all.covers({1, 1, 1, 1, 1, 1, 1, 1, 1}));
  CHECK(shapes > 300);
}

TEST_CASE("no truncated message is taken, wherever it is cut") {
  std::size_t cuts = 0;
  for_each_type_and_version([&](const MessageType& type, std::int16_t version) {
    CAPTURE(type.info.name);
    CAPTURE(version);
    RandomMessage random(seed + static_cast<std::uint64_t>(version));
    std::size_t shape_cuts = 0;
    for (int round = 0; round < 6; ++round) {
      const Bytes bytes = encode(*type.random(random, version), version);
      const std::size_t refused = refused_truncations(type, bytes, version);
      REQUIRE(refused == bytes.size());
      cuts += refused;
      shape_cuts += refused;
    }
    if (type.fresh()->encoded_size(version) > 0) REQUIRE(shape_cuts > 0);
  });
  MESSAGE(cuts << " truncations refused");
  CHECK(cuts > 100000);
}

TEST_CASE("a message without a single field is empty only where its layout says so") {
  std::string empty_ones;
  for_each_type_and_version([&](const MessageType& type, std::int16_t version) {
    if (type.fresh()->encoded_size(version) == 0)
      empty_ones += std::string(type.info.name) + " " + std::to_string(version) + ", ";
  });
  CHECK(empty_ones ==
        "ListGroupsRequest 0, ListGroupsRequest 1, ListGroupsRequest 2, "
        "ApiVersionsRequest 0, ApiVersionsRequest 1, ApiVersionsRequest 2, ");
}

TEST_CASE("bytes behind a message are left alone") {
  for_each_type_and_version([&](const MessageType& type, std::int16_t version) {
    CAPTURE(type.info.name);
    CAPTURE(version);
    RandomMessage random(seed);
    Bytes bytes = encode(*type.random(random, version), version);
    const std::size_t size = bytes.size();
    bytes.insert(bytes.end(), {0xde, 0xad});
    protocol::Reader in(bytes);
    type.fresh()->read(in, version);
    REQUIRE(in.ok());
    REQUIRE(in.position() == size);
  });
}

}  // namespace mini::test
