#pragma once

#include "protocol/wire/message.h"

// DescribeConfigs: tells the settings of topics and brokers, with their sources.
// Request: v1 include_synonyms; v3 include_documentation; flexible since 4.
// Response: v1 no is_default, config_source, synonyms; v3 config_type, documentation; flexible since 4.
namespace mini::protocol {

struct DescribeConfigsRequest {
  static constexpr MessageInfo info{ApiKey::describe_configs, "DescribeConfigsRequest", range(0, 4),
                                    since(4)};

  struct DescribeConfigsResource {
    std::int8_t resource_type = 0;
    std::string resource_name;
    std::optional<std::vector<std::string>> configuration_keys = std::vector<std::string>{};
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = DescribeConfigsResource;
      return std::tuple{field("resource_type", &M::resource_type), field("resource_name", &M::resource_name),
                        field("configuration_keys", &M::configuration_keys).nullable()};
    }
    bool operator==(const DescribeConfigsResource&) const = default;
  };

  std::vector<DescribeConfigsResource> resources;
  bool include_synonyms = false;
  bool include_documentation = false;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = DescribeConfigsRequest;
    return std::tuple{field("resources", &M::resources),
                      field("include_synonyms", &M::include_synonyms).in(since(1)),
                      field("include_documentation", &M::include_documentation).in(since(3))};
  }
  bool operator==(const DescribeConfigsRequest&) const = default;
};

struct DescribeConfigsResponse {
  static constexpr MessageInfo info{ApiKey::describe_configs, "DescribeConfigsResponse", range(0, 4),
                                    since(4)};

  struct DescribeConfigsSynonym {
    std::string name;
    std::optional<std::string> value = "";
    std::int8_t source = 0;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = DescribeConfigsSynonym;
      return std::tuple{field("name", &M::name).in(since(1)),
                        field("value", &M::value).in(since(1)).nullable(),
                        field("source", &M::source).in(since(1))};
    }
    bool operator==(const DescribeConfigsSynonym&) const = default;
  };

  struct DescribeConfigsResourceResult {
    std::string name;
    std::optional<std::string> value = "";
    bool read_only = false;
    bool is_default = false;
    std::int8_t config_source = -1;
    bool is_sensitive = false;
    std::vector<DescribeConfigsSynonym> synonyms;
    std::int8_t config_type = 0;
    std::optional<std::string> documentation = "";
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = DescribeConfigsResourceResult;
      return std::tuple{field("name", &M::name),
                        field("value", &M::value).nullable(),
                        field("read_only", &M::read_only),
                        field("is_default", &M::is_default).in(range(0, 0)),
                        field("config_source", &M::config_source).in(since(1)).ignorable(),
                        field("is_sensitive", &M::is_sensitive),
                        field("synonyms", &M::synonyms).in(since(1)).ignorable(),
                        field("config_type", &M::config_type).in(since(3)).ignorable(),
                        field("documentation", &M::documentation).in(since(3)).nullable().ignorable()};
    }
    bool operator==(const DescribeConfigsResourceResult&) const = default;
  };

  struct DescribeConfigsResult {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message = "";
    std::int8_t resource_type = 0;
    std::string resource_name;
    std::vector<DescribeConfigsResourceResult> configs;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = DescribeConfigsResult;
      return std::tuple{field("error_code", &M::error_code),
                        field("error_message", &M::error_message).nullable(),
                        field("resource_type", &M::resource_type), field("resource_name", &M::resource_name),
                        field("configs", &M::configs)};
    }
    bool operator==(const DescribeConfigsResult&) const = default;
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<DescribeConfigsResult> results;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = DescribeConfigsResponse;
    return std::tuple{field("throttle_time_ms", &M::throttle_time_ms), field("results", &M::results)};
  }
  bool operator==(const DescribeConfigsResponse&) const = default;
};

}  // namespace mini::protocol
