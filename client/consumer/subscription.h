#pragma once

#include <set>

#include "client/consumer/assignor.h"
#include "protocol/messages/join_group.h"

// What a member tells the leader of its group, in the form that each assignor of Java's expects: the same
// group may have members of both kinds.
namespace mini::client {

struct Claim {
  std::vector<TopicPartition> partitions;
  GenerationId generation = no_generation;
};

// `owns`: what it keeps while it joins. `had`: what it was given last, where that is another thing.
protocol::Bytes encode_subscription(const Assignor& assignor,
                                    const std::set<std::string, std::less<>>& topics, const Claim& owns,
                                    const Claim& had);
// Whatever cannot be read is taken as not said.
GroupMember read_member(const protocol::JoinGroupResponse::JoinGroupResponseMember& member,
                        const Assignor& assignor);

}  // namespace mini::client
