#pragma once

#include "protocol/wire/message.h"

// InitProducerId: gives a producer its id and epoch.
// Request: v3 producer_id, producer_epoch; flexible since 2.
// Response: the same fields in all versions; flexible since 2.
namespace mini::protocol {

struct InitProducerIdRequest {
  static constexpr MessageInfo info{ApiKey::init_producer_id, "InitProducerIdRequest", range(0, 5), since(2)};

  std::optional<std::string> transactional_id = "";
  std::int32_t transaction_timeout_ms = 0;
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = -1;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = InitProducerIdRequest;
    return std::tuple{field("transactional_id", &M::transactional_id).nullable(),
                      field("transaction_timeout_ms", &M::transaction_timeout_ms),
                      field("producer_id", &M::producer_id).in(since(3)),
                      field("producer_epoch", &M::producer_epoch).in(since(3))};
  }
  bool operator==(const InitProducerIdRequest&) const = default;
};

struct InitProducerIdResponse {
  static constexpr MessageInfo info{ApiKey::init_producer_id, "InitProducerIdResponse", range(0, 5),
                                    since(2)};

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = 0;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = InitProducerIdResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms).ignorable(),
                      field("error_code", &M::error_code), field("producer_id", &M::producer_id),
                      field("producer_epoch", &M::producer_epoch)};
  }
  bool operator==(const InitProducerIdResponse&) const = default;
};

}  // namespace mini::protocol
