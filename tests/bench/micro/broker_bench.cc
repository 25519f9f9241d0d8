#include <benchmark/benchmark.h>

#include "broker/env/timers.h"
#include "broker/log/memory_storage.h"
#include "broker/log/partition_log.h"
#include "protocol/records/builder.h"

// The inner pieces of the broker, one at a time.
namespace mini::broker {
namespace {

using namespace protocol;

Bytes batch_of(std::int64_t records) {
  BatchBuilder builder(BatchOptions{});
  const std::string value(100, 'v');
  for (std::int64_t i = 0; i < records; ++i) builder.add({.timestamp = 1'767'225'600'000, .value = value});
  return builder.build();
}

struct Shelf {
  MemoryBudget memory{std::size_t{1} << 30};
  MemoryStorage storage{memory};
  LogSettings settings{.segment_bytes = 2 << 20, .retention_bytes = 8 << 20};
  PartitionLog log{storage, settings};
};

void append(benchmark::State& state) {
  Shelf shelf;
  const Bytes bytes = batch_of(state.range(0));
  const auto batch = BatchView::parse(bytes);
  for (auto _ : state) benchmark::DoNotOptimize(shelf.log.append(*batch, {}).base_offset);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(append)->Name("append a batch: records of 100 B")->Arg(1)->Arg(100)->Arg(9000);

void gather(benchmark::State& state) {
  Shelf shelf;
  const Bytes bytes = batch_of(100);
  const auto batch = BatchView::parse(bytes);
  for (int i = 0; i < 400; ++i) shelf.log.append(*batch, {});
  const Offset middle = shelf.log.end_offset() / 2;
  for (auto _ : state) {
    const Records records = shelf.log.read({.from = middle,
                                            .until = shelf.log.end_offset(),
                                            .bytes_max = static_cast<std::size_t>(state.range(0))});
    benchmark::DoNotOptimize(records.size());
  }
}
BENCHMARK(gather)->Name("gather a fetch: bytes")->Arg(10'000)->Arg(1 << 20);

void timers(benchmark::State& state) {
  Timers timers;
  std::vector<Timer> waiting;
  for (std::int64_t i = 0; i < state.range(0); ++i) waiting.push_back(timers.arm(Millis(1000 + i), [] {}));
  std::int64_t at = 500;
  for (auto _ : state) {
    Timer timer = timers.arm(Millis(++at % 100'000), [] {});
    benchmark::DoNotOptimize(timers.size());
  }
}
BENCHMARK(timers)->Name("arm and disarm a timer beside others")->Arg(0)->Arg(10'000);

}  // namespace
}  // namespace mini::broker

BENCHMARK_MAIN();
