#pragma once

#include <optional>

#include "protocol/messages/metadata.h"

namespace mini::client {

// Asks about `names`, or about all topics where there are none to name, and creates none. A version that
// creates whatever is named is asked about all topics instead, so an answer may tell of more than was asked.
template <class Names>
protocol::MetadataRequest metadata_question(const std::optional<Names>& names, std::int16_t version) {
  constexpr std::int16_t first_without_creation = 4;
  protocol::MetadataRequest request;
  request.allow_auto_topic_creation = version < first_without_creation;
  if (!names || (request.allow_auto_topic_creation && !names->empty())) {
    request.topics.reset();
    return request;
  }
  for (const auto& name : *names) request.topics->emplace_back().name = name;
  return request;
}

}  // namespace mini::client
