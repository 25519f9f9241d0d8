#include "broker/log/epoch_cache.h"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace mini::broker {

void EpochCache::assign(LeaderEpoch epoch, Offset start_offset) {
  assert(epoch >= latest_.epoch);
  if (epoch == latest_.epoch) return;
  if (start_offset > latest_.offset) earlier_.push_back(latest_);  // otherwise nothing was written in it
  latest_ = {epoch, start_offset};
}

EpochEnd EpochCache::end_of(LeaderEpoch epoch, Offset log_end_offset) const {
  if (epoch == latest_.epoch) return {epoch, log_end_offset};
  if (epoch > latest_.epoch || epoch < 0) return {};
  const auto higher =
      std::upper_bound(earlier_.begin(), earlier_.end(), epoch,
                       [](LeaderEpoch wanted, const Start& start) { return wanted < start.epoch; });
  const Offset end_offset = higher == earlier_.end() ? latest_.offset : higher->offset;
  return {higher == earlier_.begin() ? epoch : std::prev(higher)->epoch, end_offset};
}

void EpochCache::truncate_before(Offset start_offset) {
  if (latest_.offset <= start_offset) {
    earlier_.clear();
    latest_.offset = start_offset;
    return;
  }
  const auto after = std::find_if(earlier_.begin(), earlier_.end(),
                                  [=](const Start& start) { return start.offset > start_offset; });
  if (after == earlier_.begin()) return;
  const auto holding = std::prev(after);  // the epoch in which the log now begins
  holding->offset = start_offset;
  earlier_.erase(earlier_.begin(), holding);
}

}  // namespace mini::broker
