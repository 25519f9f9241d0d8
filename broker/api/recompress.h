#pragma once

#include <optional>

#include "broker/config/broker_settings.h"
#include "protocol/records/batch.h"

// A judged batch in the codec that its topic asks for (compression.type); as it came where that is "producer"
// or what the producer chose anyway. Owns the new bytes where there are any; else the original must outlive
// it.
namespace mini::broker {

class Recompressed {
 public:
  Recompressed(const protocol::BatchView& batch, CompressionType wanted);
  const protocol::BatchView& view() const { return view_; }

 private:
  protocol::Bytes bytes_;
  protocol::BatchView view_;
};

}  // namespace mini::broker
