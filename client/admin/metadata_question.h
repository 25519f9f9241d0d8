#pragma once

#include "protocol/messages/metadata.h"

namespace mini::client {

// Asks about `names` and creates none of them: a version that creates whatever is named is asked about all
// topics instead, so an answer may tell of more.
template <class Names>
protocol::MetadataRequest metadata_question(const Names& names, std::int16_t version) {
  constexpr std::int16_t first_without_creation = 4;
  protocol::MetadataRequest request;
  request.allow_auto_topic_creation = false;
  if (version < first_without_creation && !names.empty()) request.topics.reset();
  for (const auto& name : names)
    if (request.topics) request.topics->emplace_back().name = name;
  return request;
}

}  // namespace mini::client
