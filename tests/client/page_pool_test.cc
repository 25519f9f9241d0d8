#include "client/producer/page_pool.h"

#include <doctest/doctest.h>

#include "client/producer/partition_queue.h"

using namespace mini::client;

namespace {

constexpr std::size_t megabyte = 1024 * 1024;

std::string text_of(const mini::protocol::Records& records) {
  const auto bytes = records.copy();
  return std::string(bytes.begin(), bytes.end());
}

}  // namespace

TEST_CASE("memory is taken as it is needed, the latest page first, and never beyond the limit") {
  PagePool pool(megabyte);
  CHECK(pool.used() == 0);
  CHECK(pool.try_take() == nullptr);
  std::vector<Page*> pages;
  while (Page* page = pool.make(pool.page_room())) pages.push_back(page);
  CHECK(pages.size() == 64);
  CHECK(pool.used() == megabyte);
  Page* const last = pages.back();
  for (Page* page : pages) pool.put(page);
  CHECK(pool.try_take() == last);
  pool.put(last);
  CHECK(pool.used() == megabyte);
  pool.trim(megabyte / 2);
  CHECK(pool.used() == megabyte / 2);
}

TEST_CASE("a large record gets a page of its own, for which free pages make room") {
  PagePool pool(megabyte);
  std::vector<Page*> pages;
  for (int i = 0; i < 64; ++i) pages.push_back(pool.make(1));
  CHECK(pool.make(100'000) == nullptr);
  for (Page* page : pages) pool.put(page);
  Page* large = pool.make(100'000);
  REQUIRE(large);
  CHECK(large->room == 100'000);
  CHECK(pool.used() <= megabyte);
  const std::size_t used = pool.used();
  pool.put(large);
  CHECK(pool.used() == used - 100'000);
}

TEST_CASE("what may pass the limit is given back first") {
  PagePool pool(megabyte);
  std::vector<Page*> pages;
  for (int i = 0; i < 64; ++i) pages.push_back(pool.make(1));
  CHECK(pool.make(1) == nullptr);
  pages.push_back(pool.make(0, true));
  CHECK(pool.used() > megabyte);
  for (Page* page : pages) pool.put(page);
  CHECK(pool.used() == megabyte);
}

TEST_CASE("the bell rings once for who waits for room") {
  int rung = 0;
  PagePool pool(megabyte);
  pool.set_bell([&] { ++rung; });
  Page* a = pool.make(1);
  Page* b = pool.make(1);
  Page* c = pool.make(1);
  pool.put(a);
  CHECK(rung == 0);
  pool.want_room();
  pool.put(b);
  pool.put(c);
  CHECK(rung == 1);
  CHECK(pool.take_room_made());
  CHECK(!pool.take_room_made());
}

TEST_CASE("a sealed batch's bytes stay as they are until whoever sends them lets go") {
  const auto pool = std::make_shared<PagePool>(megabyte);
  PartitionQueue queue;
  queue.partition = {"t", 0};
  Batch batch(pool);
  const auto fill = [&](std::string_view value) {
    const mini::protocol::NewRecord record{.timestamp = 5, .value = value};
    const auto measure = batch.measure(5, record_content_size(record));
    if (!batch.has_room(measure.size)) {
      Page* page = pool->try_take();
      batch.add_page(page ? page : pool->make(1));
    }
    mini::OnDelivery nobody;
    batch.append(record, measure, nobody, nullptr);
  };
  batch.begin(&queue, queue.partition, {}, 1000);
  fill("first");
  batch.close();
  batch.seal(mini::protocol::Codec::none, {.id = 1, .epoch = 0, .base_sequence = 0});
  const auto sent = std::make_unique<mini::protocol::Records>(batch.records());
  const std::string before = text_of(*sent);
  CHECK(before.find("first") != std::string::npos);

  batch.seal(mini::protocol::Codec::none, {.id = 2, .epoch = 0, .base_sequence = 0});
  CHECK(text_of(*sent) == before);
  CHECK(text_of(batch.records()) != before);
  batch.recycle();
  CHECK(pool->try_take() == nullptr);  // the socket still has it
  batch.begin(&queue, queue.partition, {}, 1000);
  fill("second");
  CHECK(text_of(*sent) == before);
  *sent = {};
  Page* free = pool->try_take();
  CHECK(free != nullptr);
  pool->put(free);
}
