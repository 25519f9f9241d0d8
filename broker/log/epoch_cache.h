#pragma once

#include <vector>

#include "protocol/ids.h"

// At which offset each leader epoch of a partition began (KIP-101). A partition begins with epoch 0.
//
//   epochs.assign(3, 100);                   // what is appended from offset 100 on is of epoch 3
//   epochs.end_of(2, log_end);               // {0, 100}: the greatest epoch not above 2, and its end
namespace mini::broker {

struct EpochEnd {
  LeaderEpoch leader_epoch = no_leader_epoch;
  Offset end_offset = no_offset;
};

class EpochCache {
 public:
  // Nothing changes where `epoch` is the latest one already. Epochs never go back.
  void assign(LeaderEpoch epoch, Offset start_offset);
  // As Kafka answers: of the latest epoch the log's end; of one above it -1 and -1; of one older than all
  // that are known, itself and where the oldest begins.
  EpochEnd end_of(LeaderEpoch epoch, Offset log_end_offset) const;
  // The log begins at `start_offset` now: epochs that ended before it are forgotten.
  void truncate_before(Offset start_offset);

  LeaderEpoch latest() const { return latest_.epoch; }

 private:
  struct Start {
    LeaderEpoch epoch;
    Offset offset;
  };

  std::vector<Start> earlier_;  // oldest first; empty for nearly every partition
  Start latest_{0, 0};
};

}  // namespace mini::broker
