#pragma once

#include <memory>
#include <string>

#include "broker/env/events.h"

// Writes what is worth knowing to stdout in the pattern of Kafka's own log:
//
//   [2026-11-21 09:30:00,123] INFO Topic 'readings' was created (mini.broker)
//
// Text that came from the wire is escaped, so that a line is always one line of ours. Lines about limits and
// bad frames, and notes that repeat the one before, are bounded to `repeated_lines_max` in a second of each
// kind, because a client may cause them as fast as it can send. Writing never waits: lines for which a pipe
// has no room are counted instead.
namespace mini::broker {

inline constexpr int repeated_lines_max = 10;

class LogEvents final : public Events {
 public:
  // `level`: trace, debug, info, warn, error, critical, off.
  explicit LogEvents(const std::string& level);
  ~LogEvents() override;

  void connection_opened(const ConnectionOpened& event) override;
  void connection_closed(const ConnectionClosed& event) override;
  void request_begun(const RequestBegun& event) override;
  void request_answered(const RequestAnswered& event) override;
  void bad_frame(const BadFrame& event) override;
  void append(const Append& event) override;
  void topic_created(const TopicCreated& event) override;
  void topic_deleted(const TopicDeleted& event) override;
  void segment_deleted(const SegmentDeleted& event) override;
  void rebalance(const Rebalance& event) override;
  void member_removed(const MemberRemoved& event) override;
  void limit_hit(const LimitHit& event) override;
  void note(Level level, const std::string& sentence) override;

 private:
  struct Log;
  std::unique_ptr<Log> log_;
};

}  // namespace mini::broker
