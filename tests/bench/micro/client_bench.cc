#include <benchmark/benchmark.h>

#include "alert_consumer/handover.h"
#include "client/producer/free_list.h"
#include "client/producer/handover.h"
#include "client/producer/partitioner.h"
#include "client/producer/short_lock.h"

// What passes things between threads, on one thread: what it costs where nobody is in the way.
namespace mini {
namespace {

void hand_over_a_batch(benchmark::State& state) {
  client::Handover handover(64);
  auto* const batch = reinterpret_cast<client::Batch*>(&handover);  // never looked into
  for (auto _ : state) {
    handover.push(batch);
    benchmark::DoNotOptimize(handover.pop());
  }
}
BENCHMARK(hand_over_a_batch)->Name("producer: hand over a batch, take it");

void use_again(benchmark::State& state) {
  int thing = 0;
  client::FreeList<int> free(64);
  for (auto _ : state) {
    free.put(&thing);
    benchmark::DoNotOptimize(free.try_take());
  }
}
BENCHMARK(use_again)->Name("producer: put a batch back, take it again");

void lock(benchmark::State& state) {
  client::ShortLock lock;
  for (auto _ : state) {
    lock.lock();
    benchmark::ClobberMemory();
    lock.unlock();
  }
}
BENCHMARK(lock)->Name("producer: the short lock");

void choose(benchmark::State& state) {
  const std::string key(static_cast<std::size_t>(state.range(0)), 'k');
  for (auto _ : state)
    benchmark::DoNotOptimize(
        client::murmur2({reinterpret_cast<const std::uint8_t*>(key.data()), key.size()}));
}
BENCHMARK(choose)->Name("murmur2 of a key, bytes")->Arg(10)->Arg(100);

void hand_over_a_job(benchmark::State& state) {
  alerts::Handover<int, 8> jobs;
  auto job = std::make_unique<int>(1);
  for (auto _ : state) {
    jobs.offer(job, {});
    job = jobs.take({});
  }
}
BENCHMARK(hand_over_a_job)->Name("alert consumer: hand over a job, take it");

}  // namespace
}  // namespace mini
