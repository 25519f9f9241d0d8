#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "broker/env/now.h"
#include "protocol/ids.h"

// Everything worth knowing about a running broker, one function each. The broker calls them; logs, metrics
// and traces are implementations. All do nothing here, so that a listener overrides only what it wants.
//
//   struct Counting : Events {
//     void append(const Append& append) override { records += append.records; }
//     std::int64_t records = 0;
//   };
//
// Called on the thread that is in the broker's core, in the middle of its work: return quickly, do not call
// the broker, do not throw. Views and references are good for the call only.
namespace mini::broker {

enum class Level { trace, debug, info, warn, error, critical };

std::string_view to_string(Level level);  // "trace" .. "critical"

using ConnectionId = std::uint64_t;

class Events {
 public:
  struct ConnectionOpened {
    ConnectionId connection;
    std::string_view listener, peer_address;
  };
  struct ConnectionClosed {
    ConnectionId connection;
    std::string_view reason;  // "closed by the client", "unsupported version", ...
  };
  struct RequestBegun {
    ConnectionId connection;
    std::int16_t api_key, api_version;
    std::int32_t correlation_id;
    std::string_view client_id;
    std::size_t request_bytes;
  };
  struct RequestAnswered {
    ConnectionId connection;
    std::int16_t api_key, api_version;
    std::int32_t correlation_id;
    std::size_t request_bytes, response_bytes;  // 0 response bytes: it asked for no answer
    Millis duration;                            // waiting (a long poll, a join) included
  };
  struct BadFrame {
    ConnectionId connection;
    std::string_view reason;
  };
  struct Append {
    std::string_view topic;
    PartitionId partition;
    Offset base_offset;
    std::int64_t records;
    std::size_t bytes;
  };
  struct TopicCreated {
    std::string_view topic;
    Uuid topic_id;
    std::int32_t partitions;
    std::string_view reason;  // "asked for by a client", "auto-created", "given at start"
  };
  struct TopicDeleted {
    std::string_view topic;
    Uuid topic_id;
  };
  struct SegmentDeleted {
    std::string_view topic;
    PartitionId partition;
    Offset base_offset, new_log_start;
    std::size_t bytes;
    std::string_view reason;  // "retention.ms", "retention.bytes", "delete records"
  };
  struct Rebalance {
    std::string_view group;
    GenerationId generation;
    std::size_t members;
    std::string_view reason;
  };
  struct MemberRemoved {
    std::string_view group, member, reason;
  };
  struct LimitHit {
    std::string_view limit;  // the setting's name, such as "mini.memory.limit"
    std::string_view detail;
  };

  virtual ~Events() = default;

  virtual void connection_opened(const ConnectionOpened&) {}
  virtual void connection_closed(const ConnectionClosed&) {}
  virtual void request_begun(const RequestBegun&) {}
  virtual void request_answered(const RequestAnswered&) {}
  virtual void bad_frame(const BadFrame&) {}
  virtual void append(const Append&) {}
  virtual void topic_created(const TopicCreated&) {}
  virtual void topic_deleted(const TopicDeleted&) {}
  virtual void segment_deleted(const SegmentDeleted&) {}
  virtual void rebalance(const Rebalance&) {}
  virtual void member_removed(const MemberRemoved&) {}
  virtual void limit_hit(const LimitHit&) {}
  virtual void note(Level, const std::string& /*sentence*/) {}  // what fits nowhere else, said once
};

}  // namespace mini::broker
