#include <cstring>

#include "protocol/wire/bytes.h"
#include "tests/bench/load/measure.h"
#include "tests/bench/load/workload.h"

namespace mini::bench {
namespace {

std::uint64_t big_endian(BytesView bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

// A window of Produce requests over the partitions in turn. An answer of version 7 for one partition is:
// correlation id, one topic with its name, one partition, its index, error code, base offset.
class Blast {
 public:
  explicit Blast(const Workload& workload)
      : workload_(workload),
        wire_(workload.broker),
        next_offset_(static_cast<std::size_t>(workload.partitions)) {
    create_topic(wire_, workload, workload.topic, workload.partitions);
    for (int i = 0; i < workload.partitions; ++i) {
      requests_.push_back(produce_request(workload, i, i));
      next_offset_[static_cast<std::size_t>(i)] = list_offset(wire_, workload.topic, i, -1);
    }
    first_offset_ = next_offset_;
  }

  // Keeps the window full for so long; gives the number of requests answered.
  std::int64_t run(double seconds) {
    const std::int64_t until = now_ns() + static_cast<std::int64_t>(seconds * 1e9);
    const std::int64_t before = answered_;
    send(workload_.in_flight - in_flight_);
    while (now_ns() < until) {
      const std::int64_t had = answered_;
      wire_.receive([&](BytesView frame) { check(frame); });
      send(static_cast<int>(answered_ - had));
    }
    return answered_ - before;
  }

  void drain() {
    while (in_flight_ > 0) wire_.receive([&](BytesView frame) { check(frame); });
  }

  std::size_t request_size() const { return requests_[0].size(); }
  // What is still there of the first partition is whole; every answer's offset was checked already.
  std::int64_t read_back_some() {
    const std::int64_t from = list_offset(wire_, workload_.topic, 0, -2);
    return read_back(wire_, workload_.topic, 0, std::max(from, next_offset_[0] - read_back_max));
  }

 private:
  static constexpr std::int64_t read_back_max = 100'000;
  static constexpr std::size_t gather_max = 256 * 1024;

  void send(int count) {
    for (; count > 0; --count) {
      const Bytes& request = requests_[turn_];
      turn_ = (turn_ + 1) % requests_.size();
      ++in_flight_;
      if (request.size() > gather_max / 8) {
        flush();
        wire_.send(request);
      } else {
        out_.insert(out_.end(), request.begin(), request.end());
        if (out_.size() > gather_max) flush();
      }
    }
    flush();
  }

  void flush() {
    if (!out_.empty()) wire_.send(out_);
    out_.clear();
  }

  void check(BytesView frame) {
    const std::size_t at = 4 + 4 + 2 + workload_.topic.size() + 4;
    if (frame.size() < at + 14) fail("a short answer to Produce");
    const std::uint64_t partition = big_endian(frame.subspan(at, 4));
    const std::uint64_t error = big_endian(frame.subspan(at + 4, 2));
    const auto offset = static_cast<std::int64_t>(big_endian(frame.subspan(at + 6, 8)));
    if (error != 0) fail("Produce was refused with error " + std::to_string(error));
    std::int64_t& next = next_offset_.at(partition);
    if (offset != next)
      fail("offset " + std::to_string(offset) + " where " + std::to_string(next) + " was due");
    next += workload_.records_per_batch;
    --in_flight_;
    ++answered_;
  }

  const Workload& workload_;
  Wire wire_;
  std::vector<Bytes> requests_;
  std::vector<std::int64_t> next_offset_, first_offset_;
  Bytes out_;
  std::size_t turn_ = 0;
  int in_flight_ = 0;
  std::int64_t answered_ = 0;
};

}  // namespace

Figures produce(const Workload& workload) {
  pin_to(workload.core);
  Blast blast(workload);
  blast.run(workload.warm_up_seconds);
  const std::int64_t begun = now_ns(), client = cpu_ns(0), broker = cpu_ns(workload.broker_pid);
  const auto requests = static_cast<double>(blast.run(workload.seconds));
  const auto wall = static_cast<double>(now_ns() - begun);
  const auto client_cpu = static_cast<double>(cpu_ns(0) - client);
  const auto broker_cpu = static_cast<double>(cpu_ns(workload.broker_pid) - broker);
  blast.drain();
  const double megabytes = requests * static_cast<double>(blast.request_size()) / 1e6;
  return {{"requests_per_s", requests / wall * 1e9},
          {"records_per_s", requests * workload.records_per_batch / wall * 1e9},
          {"mb_per_s", megabytes / wall * 1e9},
          {"broker_us_per_request", broker_cpu / requests / 1e3},
          {"broker_us_per_mb", broker_cpu / megabytes / 1e3},
          {"broker_cores", broker_cpu / wall},
          {"client_cores", client_cpu / wall},
          {"read_back", static_cast<double>(blast.read_back_some())}};
}

}  // namespace mini::bench
