#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "mini/consumer.h"

// One position in a topic, from its beginning; threads that share it read one after the other.
//
//   Reader reader(config, partitions);
//   if (std::optional<std::string> text = reader.next(1s)) ...
//   reader.stop();                           // from any thread: who reads comes back with nothing
namespace mini::embedded {

using Positions = std::map<std::int32_t, std::int64_t>;  // the next offset, by partition

class Reader {
 public:
  Reader(Config config, const std::vector<TopicPartition>& partitions);

  // The next record's value; "null" where it has none.
  std::optional<std::string> next(Millis timeout);
  void stop();
  Positions positions() const;  // of the partitions that were read from

 private:
  class Turn;

  // Of whose turn it is.
  Consumer consumer_;
  Records records_;
  Records::Iterator at_;

  std::atomic<bool> stopped_{false};
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable free_;
  bool taken_ = false;
  Positions next_;
};

}  // namespace mini::embedded
