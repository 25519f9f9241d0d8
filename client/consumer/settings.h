#pragma once

#include <optional>
#include <string>

#include "client/consumer/assignor.h"
#include "client/now.h"
#include "mini/config.h"

namespace mini::client {

enum class ResetTo { earliest, latest, none };
enum class Isolation : std::int8_t { read_uncommitted = 0, read_committed = 1 };

// How long a close waits for a coordinator that does not answer.
inline constexpr std::int64_t close_patience_ms = 3000;

struct ConsumerOptions {
  std::string group_id;  // empty: no group
  std::optional<std::string> group_instance_id;
  ResetTo reset_to = ResetTo::latest;
  bool auto_commit = true;
  std::int64_t auto_commit_interval_ms = 5000;
  std::int32_t session_timeout_ms = 45'000;
  std::int64_t heartbeat_interval_ms = 3000;
  std::int32_t max_poll_interval_ms = 300'000;
  bool poll_interval_counts = true;  // false: nobody leaves for want of a poll
  std::vector<const Assignor*> assignors = {find_assignor("range"), find_assignor("cooperative-sticky")};
  std::size_t max_poll_records = 500;
  std::int32_t fetch_min_bytes = 1;
  std::int32_t fetch_max_wait_ms = 500;
  std::int32_t fetch_max_bytes = 52'428'800;
  std::int32_t partition_max_bytes = 1'048'576;
  bool check_crcs = true;
  Isolation isolation = Isolation::read_uncommitted;
  std::int64_t request_timeout_ms = 30'000;
  std::int64_t retry_backoff_ms = 100;
  std::int64_t retry_backoff_max_ms = 1000;
};

// Throws KafkaError(invalid_config).
ConsumerOptions consumer_options(const Config& config);

}  // namespace mini::client
