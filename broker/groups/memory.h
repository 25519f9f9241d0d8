#pragma once

#include "broker/groups/member.h"

// What the groups' state counts for in mini.memory.limit: its bytes, and a round sum for the objects around
// them (nodes of maps, timers, the texts that are kept twice).
//
//   member.claim.resize(charge(member));
//   if (!env.room_for(charge_of_member(input, id, 0), "a new member was refused")) ...
//
// Growth is refused where it is decided, before anything changes; applying a record charges what it brings,
// also past the limit, so that a restart gives the same groups.
namespace mini::broker {

inline constexpr std::size_t offset_charge = 256;      // of a committed offset, and of a topic that has some
inline constexpr std::size_t protocol_charge = 256;    // of an assignor that a member speaks
inline constexpr std::size_t told_id_charge = 512;     // of an id that nobody has come back with
inline constexpr std::size_t subscribed_charge = 128;  // of a topic that a group subscribes to
// A member counts for this much at least. So there is room for an ordinary subscription and assignment, and
// a member that is in the group may always come again and be assigned anew.
inline constexpr std::size_t member_charge_min = 4'096;

std::size_t charge_of_group(const std::string& id);  // without members, topics and offsets
std::size_t charge(const Member& member);
// Of the member that would come of this, with an assignment of that size.
std::size_t charge_of_member(const JoinInput& input, const MemberId& id, std::size_t assignment_bytes);
std::size_t charge_of_assignment(const Member& member, std::size_t assignment_bytes);

}  // namespace mini::broker
