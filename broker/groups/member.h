#pragma once

#include "broker/env/memory_budget.h"
#include "broker/env/timers.h"
#include "broker/groups/calls.h"

// A member of a classic group, with what it waits for.
namespace mini::broker {

struct Member {
  MemberId id;
  GroupInstanceId group_instance_id;
  std::string client_id, client_host;
  std::int32_t rebalance_timeout_ms = 0;
  std::int32_t session_timeout_ms = 0;
  std::vector<MemberProtocol> protocols;  // of one name only the first
  protocol::Bytes assignment;             // empty while there is none

  // Not stored: gone at a restart.
  bool is_new = false;     // its first JoinGroup still waits
  JoinAnswer join_waiter;  // empty: it does not wait
  SyncAnswer sync_waiter;
  Timer session;
  MemoryClaim claim;  // see memory.h

  bool waits_for_join() const { return static_cast<bool>(join_waiter); }
  // A member that waits for us owes no heartbeat; a new one cannot send any, and its first join may time out.
  bool owes_no_heartbeat() const { return !is_new && (join_waiter || sync_waiter); }
  const MemberProtocol* find(std::string_view protocol_name) const;
};

}  // namespace mini::broker
