#pragma once

#include "protocol/wire/message.h"

// IncrementalAlterConfigs: changes single settings of topics and brokers.
// Request: the same fields in all versions; flexible since 1.
// Response: the same fields in all versions; flexible since 1.
namespace mini::protocol {

struct IncrementalAlterConfigsRequest {
  static constexpr MessageInfo info{ApiKey::incremental_alter_configs, "IncrementalAlterConfigsRequest",
                                    range(0, 1), since(1)};

  struct AlterableConfig {
    std::string name;
    std::int8_t config_operation = 0;
    std::optional<std::string> value = "";
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = AlterableConfig;
      return std::tuple{field("name", &M::name), field("config_operation", &M::config_operation),
                        field("value", &M::value).nullable()};
    }
    bool operator==(const AlterableConfig&) const = default;
  };

  struct AlterConfigsResource {
    std::int8_t resource_type = 0;
    std::string resource_name;
    std::vector<AlterableConfig> configs;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = AlterConfigsResource;
      return std::tuple{field("resource_type", &M::resource_type), field("resource_name", &M::resource_name),
                        field("configs", &M::configs)};
    }
    bool operator==(const AlterConfigsResource&) const = default;
  };

  std::vector<AlterConfigsResource> resources;
  bool validate_only = false;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = IncrementalAlterConfigsRequest;
    return std::tuple{field("resources", &M::resources), field("validate_only", &M::validate_only)};
  }
  bool operator==(const IncrementalAlterConfigsRequest&) const = default;
};

struct IncrementalAlterConfigsResponse {
  static constexpr MessageInfo info{ApiKey::incremental_alter_configs, "IncrementalAlterConfigsResponse",
                                    range(0, 1), since(1)};

  struct AlterConfigsResourceResponse {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message = "";
    std::int8_t resource_type = 0;
    std::string resource_name;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = AlterConfigsResourceResponse;
      return std::tuple{field("error_code", &M::error_code),
                        field("error_message", &M::error_message).nullable(),
                        field("resource_type", &M::resource_type), field("resource_name", &M::resource_name)};
    }
    bool operator==(const AlterConfigsResourceResponse&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<AlterConfigsResourceResponse> responses;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = IncrementalAlterConfigsResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms), field("responses", &M::responses)};
  }
  bool operator==(const IncrementalAlterConfigsResponse&) const = default;
};

}  // namespace mini::protocol
