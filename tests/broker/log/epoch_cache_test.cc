#include "broker/log/epoch_cache.h"

#include <doctest/doctest.h>

using namespace mini;
using namespace mini::broker;

namespace {

void check_end(const EpochCache& epochs, LeaderEpoch asked, LeaderEpoch epoch, Offset end_offset) {
  CAPTURE(asked);
  const EpochEnd end = epochs.end_of(asked, 100);
  CHECK(end.leader_epoch == epoch);
  CHECK(end.end_offset == end_offset);
}

}  // namespace

TEST_CASE("the latest epoch ends where the log ends, and one above it is unknown") {
  const EpochCache epochs;
  check_end(epochs, 0, 0, 100);
  check_end(epochs, 1, no_leader_epoch, no_offset);
  check_end(epochs, no_leader_epoch, no_leader_epoch, no_offset);
}

TEST_CASE("an epoch ends where the next one begins; between two the lower one is told") {
  EpochCache epochs;
  epochs.assign(2, 10);
  epochs.assign(2, 15);
  epochs.assign(5, 30);
  check_end(epochs, 0, 0, 10);
  check_end(epochs, 1, 0, 10);
  check_end(epochs, 2, 2, 30);
  check_end(epochs, 4, 2, 30);
  check_end(epochs, 5, 5, 100);
  check_end(epochs, 6, no_leader_epoch, no_offset);
}

TEST_CASE("an epoch in which nothing was written leaves no trace") {
  EpochCache epochs;
  epochs.assign(1, 0);
  epochs.assign(2, 10);
  epochs.assign(3, 10);
  check_end(epochs, 0, 0, 0);
  check_end(epochs, 1, 1, 10);
  check_end(epochs, 2, 1, 10);
  check_end(epochs, 3, 3, 100);
}

TEST_CASE("epochs whose records are all gone are forgotten; the one at the start begins there") {
  EpochCache epochs;
  epochs.assign(1, 10);
  epochs.assign(2, 20);
  epochs.assign(3, 30);
  epochs.truncate_before(15);
  check_end(epochs, 0, 0, 15);
  check_end(epochs, 1, 1, 20);
  epochs.truncate_before(20);
  check_end(epochs, 1, 1, 20);
  check_end(epochs, 2, 2, 30);
  epochs.truncate_before(90);
  check_end(epochs, 2, 2, 90);
  check_end(epochs, 3, 3, 100);
}
