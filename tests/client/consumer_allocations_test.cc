#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "client/consumer/consumer_machine.h"
#include "protocol/records/builder.h"
#include "tests/client/support/scripted_broker.h"

// Counts what is allocated in this whole program: it has one test that counts.

namespace {
std::atomic<std::size_t> allocations = 0;
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* place = std::malloc(size == 0 ? 1 : size)) return place;
  throw std::bad_alloc();
}
void operator delete(void* place) noexcept { std::free(place); }
void operator delete(void* place, std::size_t) noexcept { std::free(place); }

using namespace mini::client;
using mini::Offset;
using mini::Records;
using mini::protocol::Bytes;
using mini::protocol::BytesView;
using mini::protocol::Slice;

TEST_CASE("10,000 records are taken and looked at, headers too, with hardly an allocation") {
  constexpr int per_batch = 500;
  constexpr int batches = 20;
  const auto bytes = std::make_shared<Bytes>();
  for (int b = 0; b < batches; ++b) {
    mini::protocol::BatchBuilder builder({.base_offset = Offset{per_batch} * b});
    const mini::protocol::HeaderView headers[] = {{"unit", "C"}, {"none", std::nullopt}};
    for (int i = 0; i < per_batch; ++i)
      builder.add({.key = "a key of some length, not a short one", .value = "{}", .headers = headers});
    const Bytes batch = builder.build();
    bytes->insert(bytes->end(), batch.begin(), batch.end());
  }
  Positions positions;
  positions.assign({{"a topic with a name that is not short either", 0}},
                   AssignedPartition::Stage::reset_wanted);
  AssignedPartition& partition = *positions.all().begin()->second;
  partition.read_from(0);

  const std::size_t before = allocations;
  REQUIRE(!partition.buffer.add(Slice(BytesView(*bytes), bytes), 0, true).error);
  int records = 0;
  std::size_t looked_at = 0;
  bool room_made = false;
  while (const auto taken = positions.take(per_batch, room_made))
    for (const mini::ConsumerRecord& record : Records(taken)) {
      ++records;
      looked_at += record.topic.size() + record.key->size() + record.value->size();
      for (const mini::HeaderView header : record.headers) looked_at += header.key.size();
    }
  const std::size_t spent = allocations - before;
  CHECK(records == per_batch * batches);
  CHECK(looked_at > 0);
  CHECK(spent <= 3 * batches);
}

TEST_CASE("large frames come in memory that is used again, also where a reader kept the last one") {
  FrameAssembler assembler(1 << 20, std::make_shared<FrameBuffers>());
  const auto read = [&](std::size_t size) {
    Bytes frame(size + 4);
    for (int i = 0; i < 4; ++i)
      frame[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(size >> (24 - 8 * i));
    assembler.feed(frame);
    auto slice = assembler.next();
    REQUIRE(slice);
    CHECK(slice->size() == size);
    return *slice;
  };
  std::optional<Slice> first = read(100'000);
  const std::uint8_t* place = first->view().data();
  const Slice second = read(100'000);
  CHECK(second.view().data() != place);  // still in use
  first.reset();
  CHECK(read(90'000).view().data() == place);
}
