#include "client/consumer/ownership.h"

#include <algorithm>

namespace mini::client {
namespace {

using Kind = RebalanceEvent::Kind;
using Partitions = Ownership::Partitions;

Partitions sorted(Partitions partitions) {
  std::sort(partitions.begin(), partitions.end());
  partitions.erase(std::unique(partitions.begin(), partitions.end()), partitions.end());
  return partitions;
}

Partitions without(const Partitions& from, const Partitions& what) {
  Partitions rest;
  std::set_difference(from.begin(), from.end(), what.begin(), what.end(), std::back_inserter(rest));
  return rest;
}

}  // namespace

std::optional<RebalanceEvent> Ownership::take() {
  if (events_.empty() || taken_) return std::nullopt;
  taken_ = true;
  return events_.front();
}

void Ownership::done(const RebalanceEvent& event) {
  if (!taken_) return;  // forgotten while the user heard it
  taken_ = false;
  events_.pop_front();
  if (event.kind == Kind::assigned)
    owned_.insert(owned_.end(), event.partitions.begin(), event.partitions.end());
  else
    owned_ = without(owned_, sorted(event.partitions));
  owned_ = sorted(std::move(owned_));
}

bool Ownership::assign(const Partitions& partitions) {
  const Partitions all = sorted(partitions);
  const Partitions gone = without(owned_, all);
  if (!gone.empty()) events_.push_back({Kind::revoked, gone});
  events_.push_back({Kind::assigned, without(all, owned_)});
  return !gone.empty();
}

void Ownership::give_up(Kind why, const Topics& subscribed) {
  if (taken_) return;
  for (const RebalanceEvent& event : events_)
    if (event.kind == Kind::lost) why = Kind::lost;
  std::erase_if(events_, [&](const RebalanceEvent& event) {
    return event.kind == Kind::assigned || why == Kind::lost || !cooperative_;
  });
  const Partitions gone = to_give_up(why, subscribed);
  if (!gone.empty()) events_.push_back({why, gone});
}

Partitions Ownership::to_give_up(Kind why, const Topics& subscribed) const {
  if (why == Kind::lost || !cooperative_) return owned_;
  Partitions unsubscribed;
  for (const TopicPartition& each : owned_)
    if (!subscribed.contains(each.topic)) unsubscribed.push_back(each);
  for (const RebalanceEvent& event : events_) unsubscribed = without(unsubscribed, event.partitions);
  return unsubscribed;
}

void Ownership::forget() {
  owned_.clear();
  events_.clear();
  taken_ = false;
}

}  // namespace mini::client
