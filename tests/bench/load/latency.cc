#include <sys/prctl.h>
#include <time.h>

#include <atomic>
#include <cstring>
#include <thread>

#include "protocol/messages/fetch.h"
#include "protocol/messages/produce.h"
#include "protocol/records/batch.h"
#include "protocol/records/builder.h"
#include "protocol/records/record.h"
#include "tests/bench/load/measure.h"
#include "tests/bench/load/workload.h"

namespace mini::bench {
namespace {

using namespace protocol;

// A thread may be woken 50 us late for the comfort of others: the generator must not be.
void wake_in_time() { ::prctl(PR_SET_TIMERSLACK, 1UL); }

void sleep_until(std::int64_t at_ns) {
  const timespec at{at_ns / 1'000'000'000, at_ns % 1'000'000'000};
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr) == EINTR) {
  }
}

Bytes stamped_request(const Workload& workload, std::int64_t intended_ns) {
  std::string value(std::max(workload.record_size, sizeof intended_ns), 'x');
  std::memcpy(value.data(), &intended_ns, sizeof intended_ns);
  BatchBuilder builder(BatchOptions{});
  builder.add({.timestamp = 1'767'225'600'000, .value = value});
  const Bytes batch = builder.build();
  ProduceRequest request;
  request.acks = workload.acks;
  request.timeout_ms = 30'000;
  auto& topic = request.topic_data.emplace_back();
  topic.name = workload.topic;
  auto& data = topic.partition_data.emplace_back();
  data.records = Records(Slice(batch));
  OutBuffer out;
  write_request(out, request, 7, 1, "bench");
  return out.copy();
}

// Long-polls the partition until it has had `count` records.
void consume(const Workload& workload, std::int64_t from, std::int64_t count, std::atomic<bool>& ready,
             Histogram& latencies) {
  Wire wire(workload.broker);
  Bytes room;
  for (std::int64_t next = from; next < from + count;) {
    FetchRequest request;
    request.max_wait_ms = 500;
    request.min_bytes = 1;
    auto& topic = request.topics.emplace_back();
    topic.topic = workload.topic;
    auto& partition = topic.partitions.emplace_back();
    partition.fetch_offset = next;
    partition.partition_max_bytes = 1 << 20;
    ready = true;
    const auto answer = wire.ask<FetchResponse>(request, 4);
    const std::int64_t now = now_ns();
    const auto& data = answer.responses.at(0).partitions.at(0);
    if (failed(data.error_code)) fail("a fetch was refused: " + std::string(describe(data.error_code).name));
    for (BytesView rest = data.records.view(); !rest.empty();) {
      const auto batch = BatchView::parse(rest);
      if (!batch) break;
      if (batch->header().base_offset != next || !batch->crc_matches()) fail("a record is not what was sent");
      const auto record = RecordReader(*batch, room, 1 << 20).next();
      std::int64_t intended = 0;
      std::memcpy(&intended, record->value->data(), sizeof intended);
      latencies.add(now - intended);
      next = batch->header().next_offset();
      rest = rest.subspan(batch->header().size());
    }
  }
}

}  // namespace

Figures latency(const Workload& workload) {
  pin_to(workload.core);
  wake_in_time();
  Wire wire(workload.broker);
  create_topic(wire, workload, workload.topic, workload.partitions);
  const auto count = static_cast<std::int64_t>(workload.rate * workload.seconds);
  const std::int64_t from = list_offset(wire, workload.topic, 0, -1);
  Histogram end_to_end, acknowledged, late;
  std::atomic<bool> ready{false};
  std::string problem;
  std::thread consumer([&] {
    try {
      consume(workload, from, count, ready, end_to_end);
    } catch (const std::exception& error) {
      problem = error.what();
    }
  });
  while (!ready) std::this_thread::yield();

  const std::int64_t begun = now_ns() + 50'000'000;
  std::int64_t answered = 0;
  const auto intended = [&](std::int64_t i) { return begun + i * 1'000'000'000 / workload.rate; };
  const auto take = [&](BytesView) { acknowledged.add(now_ns() - intended(answered++)); };
  for (std::int64_t i = 0; i < count; ++i) {
    sleep_until(intended(i));
    late.add(now_ns() - intended(i));
    wire.receive_ready(take);
    wire.send(stamped_request(workload, intended(i)));
    if (workload.rate <= 2000)  // there is time to wait for the answer
      while (answered <= i) wire.receive(take);
  }
  while (answered < count) wire.receive(take);
  consumer.join();
  if (!problem.empty()) fail(problem);
  const auto us = [](const Histogram& of, double percent) {
    return static_cast<double>(of.percentile(percent)) / 1e3;
  };
  return {{"p50_us", us(end_to_end, 50)},
          {"p99_us", us(end_to_end, 99)},
          {"p999_us", us(end_to_end, 99.9)},
          {"ack_p50_us", us(acknowledged, 50)},
          {"ack_p99_us", us(acknowledged, 99)},
          {"late_p50_us", us(late, 50)},
          {"late_p99_us", us(late, 99)},
          {"records", static_cast<double>(end_to_end.count())},
          {"max_us", static_cast<double>(end_to_end.greatest()) / 1e3}};
}

}  // namespace mini::bench
