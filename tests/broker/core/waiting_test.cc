#include "tests/support/broker_story.h"

// Requests that wait: what wakes them, what frees them, and that nothing else does.
namespace mini::broker {

TEST_CASE("with a thousand parked fetches and no traffic nothing wakes up before their deadline") {
  Story story({}, 10);
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 1000; ++i) {
    clients.push_back(std::make_unique<TestClient>(story.broker));
    clients.back()->send<FetchResponse>(story.fetch_request({.from = {"t", i % 10}, .max_wait_ms = 30'000}),
                                        12);
  }
  REQUIRE(story.broker.core().parked_fetch_count() == 1000);
  const Millis parked_at = story.broker.now.monotonic;
  CHECK(story.broker.core().next_deadline() == parked_at + 30s);
  const std::size_t armed = story.broker.timers_armed();
  const std::uint64_t ran = story.broker.timers_run();
  for (int i = 0; i < 29; ++i) story.broker.advance(1s);
  story.broker.advance(999ms);
  CHECK(story.broker.timers_run() == ran);
  CHECK(story.broker.timers_armed() == armed);
  CHECK(story.broker.core().parked_fetch_count() == 1000);
  CHECK(story.broker.core().next_deadline() == parked_at + 30s);

  story.broker.advance(1ms);
  CHECK(story.broker.timers_run() == ran + 1000);
  CHECK(story.broker.core().parked_fetch_count() == 0);
  std::size_t answers = 0;
  for (const auto& client : clients) answers += client->order().size();
  CHECK(answers == 1000);
}

TEST_CASE("of a thousand parked fetches an append wakes those of its partition alone") {
  Story story({}, 10);
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 1000; ++i) {
    clients.push_back(std::make_unique<TestClient>(story.broker));
    clients.back()->send<FetchResponse>(story.fetch_request({.from = {"t", i % 10}, .max_wait_ms = 30'000}),
                                        12);
  }
  story.produce(batch_of({"news"}), {"t", 3});
  CHECK(story.broker.core().parked_fetch_count() == 900);
  for (std::size_t i = 0; i < 1000; ++i)
    if (clients[i]->order().size() != (i % 10 == 3 ? 1u : 0u)) FAIL("client ", i);
}

TEST_CASE("an idle broker has one deadline: the next look at retention") {
  TestBroker broker;
  CHECK(broker.core().next_deadline() == broker.now.monotonic + 300s);
  broker.advance(300s);
  CHECK(broker.core().next_deadline() == broker.now.monotonic + 300s);
}

TEST_CASE("a connection that closes frees its parked fetch at once, whatever it asked for") {
  Story story;
  const std::size_t armed = story.broker.timers_armed();
  const std::size_t used = story.broker.memory.used();
  {
    TestClient hostile(story.broker);
    const auto most = std::numeric_limits<std::int32_t>::max();
    hostile.send<FetchResponse>(
        story.fetch_request({.max_wait_ms = most, .min_bytes = most, .max_bytes = most}), 12);
    CHECK(story.broker.core().parked_fetch_count() == 1);
    CHECK(story.broker.timers_armed() == armed + 1);
  }
  CHECK(story.broker.core().parked_fetch_count() == 0);
  CHECK(story.broker.timers_armed() == armed);
  CHECK(story.broker.memory.used() == used);
  CHECK(story.produce(batch_of({"a"})).base_offset == 0);
}

TEST_CASE("a fetch that waits in a broker that ends is let go") {
  Story story({}, 3);
  TestClient first(story.broker), second(story.broker);
  for (TestClient* client : {&first, &second}) {
    FetchRequest request = story.fetch_request({.max_wait_ms = 1000});
    add_partition(request, {.from = {"t", 2}}, story.id_of("t"));
    client->send<FetchResponse>(request, 12);
  }
  CHECK(story.broker.core().parked_fetch_count() == 2);
}

TEST_CASE("a join that waits for a closed connection is answered to nobody") {
  Story story;
  JoinGroupRequest join;
  join.group_id = "g";
  join.session_timeout_ms = 10'000;
  join.rebalance_timeout_ms = 10'000;
  join.protocol_type = "consumer";
  join.protocols.push_back({"range", {}, {}});
  {
    TestClient gone(story.broker);
    gone.send<JoinGroupResponse>(join, 3);
  }
  auto stays = story.client.send<JoinGroupResponse>(join, 3);
  story.broker.advance(3s);
  story.broker.advance(3s);
  CHECK(stays.get().generation_id == 1);
}

TEST_CASE("the wall clock may jump by a year without ending any wait") {
  Story story;
  auto fetch = story.client.send<FetchResponse>(story.fetch_request({.max_wait_ms = 500}), 12);
  for (const auto jump : {365 * 24h, -2 * 365 * 24h}) {
    story.broker.now.wall += std::chrono::duration_cast<Millis>(jump);
    story.broker.advance(1ms);
    CHECK_FALSE(fetch.answered());
  }
  story.broker.advance(498ms);
  CHECK(fetch.answered());
}

TEST_CASE("fetches parked on one partition are answered in the same wake-up as the produce that fed them") {
  Story story;
  TestClient first(story.broker), second(story.broker);
  auto one = first.send<FetchResponse>(story.fetch_request({.max_wait_ms = 1000}), 12);
  auto two = second.send<FetchResponse>(story.fetch_request({.max_wait_ms = 1000}), 12);
  story.produce(batch_of({"a"}));
  for (auto* pending : {&one, &two}) {
    REQUIRE(pending->answered());
    CHECK(values_in(pending->get().responses[0].partitions[0].records.copy()) == Names{"a"});
  }
}

}  // namespace mini::broker
