#include "protocol/messages/fetch.h"

#include <random>

#include "protocol/records/batch.h"
#include "tests/bench/load/measure.h"
#include "tests/bench/load/workload.h"

namespace mini::bench {
namespace {

using namespace protocol;

// Fills each partition once; gives where it begins and ends.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

std::vector<Range> fill(Wire& wire, const Workload& workload) {
  std::vector<Range> ranges;
  for (int partition = 0; partition < workload.partitions; ++partition) {
    const Bytes request = produce_request(workload, partition, partition);
    const std::int64_t batches =
        std::max<std::int64_t>(1, workload.fill_bytes / static_cast<std::int64_t>(request.size()));
    const std::int64_t from = list_offset(wire, workload.topic, partition, -1);
    for (std::int64_t sent = 0, answered = 0; answered < batches;) {
      for (; sent < batches && sent - answered < workload.in_flight; ++sent) wire.send(request);
      wire.receive([&](BytesView) { ++answered; });
    }
    const std::int64_t end = list_offset(wire, workload.topic, partition, -1);
    if (end - from != batches * workload.records_per_batch) fail("not everything was stored");
    if (read_back(wire, workload.topic, partition, from) != end - from) fail("not everything comes back");
    ranges.push_back({from, end});
  }
  return ranges;
}

// One consumer that asks for all partitions at once, and begins again with each that it has read to its end,
// or goes on anywhere.
class Reader {
 public:
  Reader(Wire& wire, const Workload& workload, std::vector<Range> ranges)
      : wire_(wire), workload_(workload), ranges_(std::move(ranges)) {
    for (const Range& range : ranges_) next_.push_back(range.begin);
  }

  // Gives the bytes of records received.
  double run(double seconds) {
    const std::int64_t until = now_ns() + static_cast<std::int64_t>(seconds * 1e9);
    const double before = bytes_;
    while (now_ns() < until) step();
    return bytes_ - before;
  }
  double records() const { return records_; }
  double requests() const { return requests_; }

 private:
  void step() {
    ++requests_;
    const auto answer = wire_.ask<FetchResponse>(request(), 4);
    for (const auto& topic : answer.responses)
      for (const auto& data : topic.partitions) take(data);
    turn_ = (turn_ + 1) % ranges_.size();
  }

  FetchRequest request() const {
    FetchRequest request;
    request.max_wait_ms = 500;
    request.min_bytes = 1;
    request.max_bytes = workload_.fetch_max_bytes;
    auto& topic = request.topics.emplace_back();
    topic.topic = workload_.topic;
    for (std::size_t i = 0; i < ranges_.size(); ++i) {
      auto& partition = topic.partitions.emplace_back();
      partition.partition = static_cast<std::int32_t>((turn_ + i) % ranges_.size());
      partition.fetch_offset = next_[static_cast<std::size_t>(partition.partition)];
      partition.partition_max_bytes = workload_.partition_max_bytes;
    }
    return request;
  }

  void take(const FetchResponse::PartitionData& data) {
    if (failed(data.error_code)) fail("a fetch was refused: " + std::string(describe(data.error_code).name));
    const auto at = static_cast<std::size_t>(data.partition_index);
    for (BytesView rest = data.records.view(); !rest.empty();) {
      const auto batch = BatchView::parse(rest);
      if (!batch) break;
      if (batch->header().next_offset() <= next_[at]) fail("a fetch went back");
      records_ += static_cast<double>(batch->header().next_offset() - next_[at]);
      next_[at] = batch->header().next_offset();
      bytes_ += static_cast<double>(batch->header().size());
      rest = rest.subspan(batch->header().size());
    }
    if (workload_.random_offsets)
      next_[at] = std::uniform_int_distribution(ranges_[at].begin, ranges_[at].end - 1)(random_);
    else if (next_[at] >= ranges_[at].end)
      next_[at] = ranges_[at].begin;
  }

  Wire& wire_;
  const Workload& workload_;
  std::vector<Range> ranges_;
  std::vector<std::int64_t> next_;
  std::size_t turn_ = 0;
  double bytes_ = 0;
  double records_ = 0;
  double requests_ = 0;
  std::mt19937_64 random_{42};
};

}  // namespace

Figures fetch(const Workload& workload) {
  pin_to(workload.core);
  Wire wire(workload.broker);
  create_topic(wire, workload, workload.topic, workload.partitions);
  Reader reader(wire, workload, fill(wire, workload));
  reader.run(workload.warm_up_seconds);
  const double records_before = reader.records(), requests_before = reader.requests();
  const std::int64_t begun = now_ns(), client = cpu_ns(0), broker = cpu_ns(workload.broker_pid);
  const double megabytes = reader.run(workload.seconds) / 1e6;
  const auto wall = static_cast<double>(now_ns() - begun);
  const auto broker_cpu = static_cast<double>(cpu_ns(workload.broker_pid) - broker);
  return {{"mb_per_s", megabytes / wall * 1e9},
          {"records_per_s", (reader.records() - records_before) / wall * 1e9},
          {"broker_us_per_mb", broker_cpu / megabytes / 1e3},
          {"broker_us_per_request", broker_cpu / (reader.requests() - requests_before) / 1e3},
          {"broker_cores", broker_cpu / wall},
          {"client_cores", static_cast<double>(cpu_ns(0) - client) / wall}};
}

}  // namespace mini::bench
