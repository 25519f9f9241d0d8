#pragma once

#include "broker/config/broker_settings.h"
#include "protocol/records/validate.h"

// A judged batch as it is to be stored: as it came, unless
//
//   - its topic asks for another codec (compression.type) than the producer chose, or
//   - the greatest timestamp in its header is not the one its records have: a wrong one would hide records
//   from
//     those who look them up by time.
//
// Owns the new bytes where there are any; else the produced ones must outlive it.
namespace mini::broker {

class StoredBatch {
 public:
  StoredBatch(const protocol::Verdict& accepted, const TopicSettings& topic);
  const protocol::BatchView& view() const { return view_; }

 private:
  protocol::Bytes bytes_;
  protocol::BatchView view_;
};

}  // namespace mini::broker
