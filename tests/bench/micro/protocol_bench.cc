#include <benchmark/benchmark.h>

#include <string>

#include "protocol/frame.h"
#include "protocol/messages/metadata.h"
#include "protocol/messages/produce.h"
#include "protocol/records/builder.h"
#include "protocol/records/validate.h"
#include "protocol/wire/crc32c.h"

// The inner pieces of the protocol layer, one at a time.
namespace mini::protocol {
namespace {

Bytes batch_of(std::int64_t records, std::size_t size, Codec codec = Codec::none) {
  BatchBuilder builder({.codec = codec});
  for (std::int64_t i = 0; i < records; ++i) {
    std::string value =
        R"({"sensor":"s-)" + std::to_string(i) + R"(","value":)" + std::to_string(i * 7 % 1000) + "}";
    value.resize(size, 'x');
    builder.add({.timestamp = 1'767'225'600'000 + i, .key = "key", .value = value});
  }
  return builder.build();
}

void crc(benchmark::State& state) {
  const Bytes bytes(static_cast<std::size_t>(state.range(0)), 0x5a);
  for (auto _ : state) benchmark::DoNotOptimize(crc32c(bytes));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(crc)->Name("CRC32C, bytes")->Arg(100)->Arg(1024)->Arg(1 << 20);

void judge(benchmark::State& state) {
  const Bytes batch = batch_of(state.range(0), 100, static_cast<Codec>(state.range(1)));
  for (auto _ : state)
    benchmark::DoNotOptimize(
        judge_produced(Records(Slice(batch)), {.batch_size_max = 1 << 24, .now = 1'767'225'600'000}).error);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(judge)
    ->Name("judge a batch: records, codec")
    ->Args({1, 0})
    ->Args({100, 0})
    ->Args({1000, 0})
    ->Args({1000, 3})
    ->Args({1000, 4});

void build(benchmark::State& state) {
  const std::string value(100, 'v');
  for (auto _ : state) {
    BatchBuilder builder(BatchOptions{});
    for (std::int64_t i = 0; i < state.range(0); ++i)
      builder.add({.timestamp = 1'767'225'600'000, .key = "key", .value = value});
    benchmark::DoNotOptimize(builder.build());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(build)->Name("build a batch: records of 100 B")->Arg(1)->Arg(1000);

void produce_request(benchmark::State& state) {
  const Bytes batch = batch_of(1, 100);
  ProduceRequest request;
  auto& topic = request.topic_data.emplace_back();
  topic.name = "readings";
  topic.partition_data.emplace_back().records = Records(Slice(batch));
  OutBuffer out;
  write_request(out, request, 9, 1, "bench");
  const Bytes frame = out.copy();
  for (auto _ : state) {
    Reader in(BytesView(frame).subspan(frame_size_bytes));
    RequestHeader header;
    read_request_header(in, header, true);
    ProduceRequest decoded;
    read(in, decoded, 9);
    benchmark::DoNotOptimize(in.ok());
  }
}
BENCHMARK(produce_request)->Name("decode a Produce request");

void metadata_response(benchmark::State& state) {
  MetadataResponse response;
  response.brokers.emplace_back().host = "localhost";
  auto& topic = response.topics.emplace_back();
  topic.name = "readings";
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    auto& partition = topic.partitions.emplace_back();
    partition.partition_index = static_cast<std::int32_t>(i);
    partition.replica_nodes = partition.isr_nodes = {1};
  }
  for (auto _ : state) {
    OutBuffer out;
    write_response(out, response, 12, 1);
    benchmark::DoNotOptimize(out.size());
  }
}
BENCHMARK(metadata_response)->Name("encode a Metadata answer: partitions")->Arg(4)->Arg(1000);

}  // namespace
}  // namespace mini::protocol
