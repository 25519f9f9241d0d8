#include <doctest/doctest.h>

#include <cstdlib>
#include <new>

#include "client/producer/producer_machine.h"
#include "tests/client/support/model_partition.h"
#include "tests/client/support/scripted_broker.h"

// Sending a record allocates nothing once a flow is steady. Counted on the thread that sends it.

namespace {

thread_local bool counting = false;
thread_local std::size_t allocations = 0;

void* allocate(std::size_t size, std::size_t alignment) {
  if (counting) ++allocations;
  const std::size_t rounded = (std::max<std::size_t>(size, 1) + alignment - 1) / alignment * alignment;
  if (void* place = std::aligned_alloc(alignment, rounded)) return place;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* place) noexcept { std::free(place); }
void operator delete(void* place, std::size_t) noexcept { std::free(place); }
void operator delete(void* place, std::align_val_t) noexcept { std::free(place); }
void operator delete(void* place, std::size_t, std::align_val_t) noexcept { std::free(place); }

using namespace mini::client;
using namespace mini::test;
using mini::Delivery;
using mini::OnDelivery;
using mini::Receipt;

namespace {

constexpr std::size_t records = 10'000;

struct Flow {
  ScriptedBroker broker;
  ProducerOptions options;
  std::map<int, ModelPartition> log;
  std::optional<ProducerMachine> machine;
  std::optional<Drive<ProducerMachine>> drive;
  std::size_t delivered = 0;
  std::vector<Receipt> receipts;

  Flow() {
    broker.topics["t"] = 2;
    receipts.reserve(records);
    broker.script = [this](const Asked& asked) {
      if (asked.api == ApiKey::produce)
        return Reaction::answer(asked, store_in(log, asked.read<mini::protocol::ProduceRequest>()));
      mini::protocol::InitProducerIdResponse response;
      response.producer_id = 1;
      return Reaction::answer(asked, response);
    };
    machine.emplace(broker.cluster_options(), options, broker, 1);
    drive.emplace(*machine, broker);
    drive->after_each = [this] {
      for (BatchPtr batch : machine->take_settled()) {
        batch->tell();
        machine->told(*batch);
      }
    };
    OnDelivery nobody;
    machine->append({.topic = "t"}, nobody, nullptr, drive->now);  // makes the topic known
    drive->settle();
  }

  // Gives how many allocations sending them took.
  std::size_t send(bool tracked) {
    allocations = 0;
    const std::string value(100, 'v');
    const mini::HeaderView headers[] = {{"unit", "C"}};
    receipts.clear();
    for (std::size_t i = 0; i < records; ++i) {
      char key[] = "key-00";
      key[4] = static_cast<char>('0' + i % 10);
      Receipt receipt;
      OnDelivery done;
      if (!tracked)
        done = [this, a = i, b = i, c = i](const Delivery& delivery) {
          delivered += !delivery.error && a == b && b == c;
        };
      counting = true;
      const Taken taken =
          machine->accumulator().append({.topic = "t", .key = key, .value = value, .headers = headers}, done,
                                        tracked ? &receipt : nullptr, drive->now);
      counting = false;
      REQUIRE(taken.appended == Appended::yes);
      if (tracked) receipts.push_back(std::move(receipt));
      if (i % 100 == 99) drive->pass(1);
    }
    drive->pass(100);
    return allocations;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Flow, "ten thousand records with callbacks take at most ten allocations") {
  CHECK(send(false) > 0);  // the first flow fills the pools; the count counts
  delivered = 0;
  CHECK(send(false) <= 10);
  CHECK(delivered == records);
}

TEST_CASE_FIXTURE(Flow, "ten thousand records with receipts take at most ten allocations") {
  CHECK(send(true) > 0);
  CHECK(send(true) <= 10);
  for (const Receipt& receipt : receipts) CHECK(!receipt.error());
}
