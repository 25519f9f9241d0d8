#include <doctest/doctest.h>

#include <functional>

#include "protocol/messages/api_versions.h"
#include "protocol/messages/delete_groups.h"
#include "protocol/messages/describe_configs.h"
#include "protocol/messages/heartbeat.h"
#include "protocol/messages/metadata.h"
#include "protocol/messages/produce.h"
#include "tests/support/allocation_watch.h"
#include "tests/support/any_message.h"

// Bytes that no honest client sends. None may be taken, and none may cost memory out of proportion.
namespace mini::protocol {
namespace {

using test::AllocationWatch;

constexpr std::size_t small_change = 4096;  // bytes that a refusal may allocate at once

Bytes written(const std::function<void(Writer&)>& write) {
  OutBuffer buffer;
  Writer out(buffer);
  write(out);
  return buffer.copy();
}

template <class M>
bool taken(const Bytes& bytes, std::int16_t version) {
  Reader in(bytes);
  M message;
  read(in, message, version);
  return in.ok();
}

void text(Writer& out, std::string_view text) {
  out.uvarint(static_cast<std::uint32_t>(text.size() + 1));
  out.raw(as_bytes(text));
}

// Heartbeat v4 up to its tagged fields, which the caller writes.
Bytes heartbeat_with_tags(const std::function<void(Writer&)>& write_tags) {
  return written([&](Writer& out) {
    text(out, "group");
    out.int32(7);
    text(out, "member");
    out.uvarint(0);
    write_tags(out);
  });
}

bool tags_taken(const std::function<void(Writer&)>& write_tags) {
  return taken<HeartbeatRequest>(heartbeat_with_tags(write_tags), 4);
}

void tag(Writer& out, std::uint32_t number, std::size_t size) {
  out.uvarint(number);
  out.uvarint(static_cast<std::uint32_t>(size));
  out.raw(Bytes(size, 0));
}

}  // namespace

TEST_CASE("a list's count beyond what the frame can hold is refused before memory is taken") {
  struct Row {
    const char* what;
    std::int16_t version;
    Bytes bytes;
  };
  const Row rows[] = {
      {"the greatest count", 1, written([](Writer& out) { out.int32(0x7fffffff); })},
      {"one more than there is", 1, written([](Writer& out) { out.int32(2), out.int16(1), out.int8('x'); })},
      {"the greatest compact count", 9, written([](Writer& out) { out.uvarint(0xffffffff); })},
      {"a compact count and few bytes", 9,
       written([](Writer& out) { out.uvarint(200), out.raw(Bytes(50)); })},
      {"less than null", 1, written([](Writer& out) { out.int32(-2), out.boolean(true); })},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    AllocationWatch watch;
    const bool accepted = taken<MetadataRequest>(row.bytes, row.version);
    CHECK(watch.largest() < small_change);
    CHECK(accepted == (row.what == std::string_view("less than null")));  // read as null, as Kafka does
  }
}

TEST_CASE("a negative length is null where null is allowed, and refused elsewhere") {
  const auto heartbeat = [](std::int16_t group, std::int16_t instance) {
    return written([&](Writer& out) {
      out.int16(group);
      out.int32(1);
      out.int16(0);
      out.int16(instance);
    });
  };
  for (const std::int16_t length : {-1, -2, -32768}) {
    CAPTURE(length);
    CHECK(taken<HeartbeatRequest>(heartbeat(0, length), 3));
    CHECK_FALSE(taken<HeartbeatRequest>(heartbeat(length, 0), 3));
  }
  // A list that is not nullable: Metadata v0.
  CHECK_FALSE(taken<MetadataRequest>(written([](Writer& out) { out.int32(-1); }), 0));
  CHECK_FALSE(taken<HeartbeatRequest>(Bytes(20, 0), 4));  // compact null for the group id
  // `records` are nullable in every version of Produce.
  const Bytes produce = written([](Writer& out) {
    out.int16(-1), out.int16(1), out.int32(1000);
    out.int32(1), out.int16(1), out.int8('t');
    out.int32(1), out.int32(0), out.int32(-1);
  });
  CHECK(taken<ProduceRequest>(produce, 3));
}

TEST_CASE("malformed varints and overlong strings are refused") {
  CHECK_FALSE(taken<MetadataRequest>({0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, 9));
  CHECK_FALSE(taken<MetadataRequest>({0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, 9));
  const auto group_of = [](std::size_t size) {
    return written([&](Writer& out) {
      text(out, std::string(size, 'g'));
      out.int32(1);
      text(out, "m");
      out.uvarint(0), out.uvarint(0);
    });
  };
  CHECK(taken<HeartbeatRequest>(group_of(32767), 4));
  CHECK_FALSE(taken<HeartbeatRequest>(group_of(32768), 4));
  AllocationWatch watch;
  const Bytes overlong = group_of(40000);
  const std::size_t before = watch.total();
  CHECK_FALSE(taken<HeartbeatRequest>(overlong, 4));
  CHECK(watch.total() - before < small_change);
}

TEST_CASE("tagged fields keep to their order, their number and their size") {
  struct Row {
    const char* what;
    bool taken;
    std::function<void(Writer&)> tags;
  };
  const auto many = [](std::uint32_t count) {
    return [count](Writer& out) {
      out.uvarint(count);
      for (std::uint32_t i = 0; i < count; ++i) tag(out, 100 + i, 1);
    };
  };
  const Row rows[] = {
      {"none", true, [](Writer& out) { out.uvarint(0); }},
      {"larger than the frame", false,
       [](Writer& out) { out.uvarint(1), out.uvarint(9), out.uvarint(1000); }},
      {"of the greatest size", false, [](Writer& out) { out.uvarint(1), out.uvarint(9), out.uvarint(~0u); }},
      {"a count of 2^32-1", false, [](Writer& out) { out.uvarint(~0u), out.raw(Bytes(64)); }},
      {"as many unknown ones as are kept", true, many(unknown_tags_max)},
      {"one too many", false, many(unknown_tags_max + 1)},
      {"the largest that is kept", true,
       [](Writer& out) { out.uvarint(1), tag(out, 9, unknown_tag_size_max); }},
      {"over 64 KiB", false, [](Writer& out) { out.uvarint(1), tag(out, 9, unknown_tag_size_max + 1); }},
      {"falling", false, [](Writer& out) { out.uvarint(2), tag(out, 9, 1), tag(out, 8, 1); }},
      {"twice", false, [](Writer& out) { out.uvarint(2), tag(out, 9, 1), tag(out, 9, 1); }},
      {"the greatest number", true, [](Writer& out) { out.uvarint(2), tag(out, 0, 1), tag(out, ~0u, 0); }},
      {"fewer than announced", false, [](Writer& out) { out.uvarint(2), tag(out, 9, 1); }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(tags_taken(row.tags) == row.taken);
  }
}

TEST_CASE("a tagged field that is too short for its value is refused, one that is too long is skipped") {
  const auto with_features = [](const Bytes& features) {
    return written([&](Writer& out) {
      out.int16(0), out.uvarint(1), out.int32(0);
      out.uvarint(1), out.uvarint(0), out.uvarint(static_cast<std::uint32_t>(features.size()));
      out.raw(features);
    });
  };
  const Bytes whole = {2, 2, 'f', 0, 1, 0, 2, 0};
  CHECK(taken<ApiVersionsResponse>(with_features(whole), 3));
  CHECK(taken<ApiVersionsResponse>(with_features({2, 2, 'f', 0, 1, 0, 2, 0, 0xff}), 3));
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK_FALSE(taken<ApiVersionsResponse>(with_features({whole.begin(), whole.begin() + size}), 3));
}

TEST_CASE("a message holds a limited number of list elements, over all its lists") {
  const auto groups = [](std::size_t count) {
    return written([&](Writer& out) {
      out.uvarint(static_cast<std::uint32_t>(count + 1));
      out.raw(Bytes(count, 1));  // empty strings
      out.uvarint(0);
    });
  };
  CHECK(taken<DeleteGroupsRequest>(groups(decoded_elements_max), 2));
  const Bytes too_many = groups(decoded_elements_max + 1);
  AllocationWatch watch;
  CHECK_FALSE(taken<DeleteGroupsRequest>(too_many, 2));
  CHECK(watch.largest() < small_change);
}

TEST_CASE("the limit counts the lists inside lists, and those inside tagged fields") {
  constexpr std::uint32_t third = decoded_elements_max / 3 + 1;
  CHECK_FALSE(taken<DescribeConfigsRequest>(written([](Writer& out) {
                                              out.uvarint(4);
                                              for (int i = 0; i < 3; ++i) {
                                                out.int8(2), text(out, "t");
                                                out.uvarint(third + 1), out.raw(Bytes(third, 1)),
                                                    out.uvarint(0);
                                              }
                                              out.boolean(false), out.boolean(false), out.uvarint(0);
                                            }),
                                            4));

  constexpr std::uint32_t features = decoded_elements_max / 2 + 1;
  const Bytes feature_list = written([](Writer& out) {
    out.uvarint(features + 1);
    for (std::uint32_t i = 0; i < features; ++i) out.raw(Bytes{1, 0, 0, 0, 0, 0});
  });
  CHECK_FALSE(taken<ApiVersionsResponse>(written([&](Writer& out) {
                                           out.int16(0), out.uvarint(1), out.int32(0), out.uvarint(2);
                                           for (const std::uint32_t number : {0u, 2u}) {
                                             out.uvarint(number),
                                                 out.uvarint(static_cast<std::uint32_t>(feature_list.size()));
                                             out.raw(feature_list);
                                           }
                                         }),
                                         3));
}

// Whatever four bytes of an honest message are overwritten, the decoder takes memory in proportion to the
// frame: a list element of the least size on the wire is at most this much larger in memory.
TEST_CASE("overwritten lengths never cost memory out of proportion") {
  constexpr std::size_t bytes_per_byte_max = 80;
  constexpr std::array<std::uint8_t, 4> patterns[] = {{0x7f, 0xff, 0xff, 0xff},
                                                      {0xff, 0xff, 0xff, 0xff},
                                                      {0, 0, 0x7f, 0xff},
                                                      {0xff, 0xff, 0x7f, 0},
                                                      {0xff, 0x7f, 0, 0}};
  std::size_t tried = 0;
  double worst = 0;
  for (const test::MessageType& type : test::message_types()) {
    for (std::int16_t v = type.info.versions.first; v <= type.info.versions.last; ++v) {
      CAPTURE(type.info.name);
      CAPTURE(v);
      test::RandomMessage random(static_cast<std::uint64_t>(v) + 1);
      for (int round = 0; round < 10; ++round) {
        const Bytes honest = encode(*type.random(random, v), v);
        for (std::size_t at = 0; at + 4 <= honest.size(); ++at)
          for (const auto& pattern : patterns) {
            Bytes bytes = honest;
            std::copy(pattern.begin(), pattern.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
            const auto message = type.fresh();
            AllocationWatch watch;
            Reader in(bytes);
            message->read(in, v);
            worst = std::max(worst, static_cast<double>(watch.largest()) / static_cast<double>(bytes.size()));
            if (watch.largest() > small_change) REQUIRE(watch.largest() < bytes.size() * bytes_per_byte_max);
            ++tried;
          }
      }
    }
  }
  MESSAGE(tried << " messages overwritten; the largest allocation was " << worst << " times the frame");
  CHECK(tried > 1000000);
}

}  // namespace mini::protocol
