#pragma once

#include "protocol/wire/message.h"

// DeleteTopics: deletes topics, by name or (version 6 on) by id.
// Request: v6 topics, no topic_names; flexible since 4.
// Response: v1 throttle_time_ms; v5 error_message; v6 topic_id; flexible since 4.
namespace mini::protocol {

struct DeleteTopicsRequest {
  static constexpr MessageInfo info{ApiKey::delete_topics, "DeleteTopicsRequest", range(0, 6), since(4)};

  struct DeleteTopicState {
    std::optional<std::string> name;
    Uuid topic_id;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = DeleteTopicState;
      return std::tuple{field("name", &M::name).in(since(6)).nullable(since(6)),
                        field("topic_id", &M::topic_id).in(since(6))};
    }
    bool operator==(const DeleteTopicState&) const = default;
  };

  std::vector<DeleteTopicState> topics;
  std::vector<std::string> topic_names;
  std::int32_t timeout_ms = 0;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = DeleteTopicsRequest;
    return std::tuple{field("topics", &M::topics).in(since(6)),
                      field("topic_names", &M::topic_names).in(range(0, 5)).ignorable(),
                      field("timeout_ms", &M::timeout_ms)};
  }
  bool operator==(const DeleteTopicsRequest&) const = default;
};

struct DeleteTopicsResponse {
  static constexpr MessageInfo info{ApiKey::delete_topics, "DeleteTopicsResponse", range(0, 6), since(4)};

  struct DeletableTopicResult {
    std::optional<std::string> name = "";
    Uuid topic_id;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = DeletableTopicResult;
      return std::tuple{
          field("name", &M::name).nullable(since(6)),
          field("topic_id", &M::topic_id).in(since(6)).ignorable(), field("error_code", &M::error_code),
          field("error_message", &M::error_message).in(since(5)).nullable(since(5)).ignorable()};
    }
    bool operator==(const DeletableTopicResult&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<DeletableTopicResult> responses;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = DeleteTopicsResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms).in(since(1)).ignorable(),
                      field("responses", &M::responses)};
  }
  bool operator==(const DeleteTopicsResponse&) const = default;
};

}  // namespace mini::protocol
