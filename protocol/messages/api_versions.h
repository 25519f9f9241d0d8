#pragma once

#include "protocol/wire/message.h"

// ApiVersions: tells which APIs and versions are served: the first request of every client.
// An unknown version is answered in the layout of version 0 with UNSUPPORTED_VERSION.
// Request: v3 client_software_name, client_software_version; flexible since 3.
// Response: v1 throttle_time_ms; v3 supported_features, finalized_features_epoch, finalized_features,
// zk_migration_ready; flexible since 3.
namespace mini::protocol {

struct ApiVersionsRequest {
  static constexpr MessageInfo info{ApiKey::api_versions, "ApiVersionsRequest", range(0, 4), since(3)};

  std::string client_software_name;
  std::string client_software_version;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = ApiVersionsRequest;
    return std::tuple{field("client_software_name", &M::client_software_name).in(since(3)).ignorable(),
                      field("client_software_version", &M::client_software_version).in(since(3)).ignorable()};
  }
  bool operator==(const ApiVersionsRequest&) const = default;
};

struct ApiVersionsResponse {
  static constexpr MessageInfo info{ApiKey::api_versions, "ApiVersionsResponse", range(0, 4), since(3)};

  struct ApiVersion {
    std::int16_t api_key = 0;
    std::int16_t min_version = 0;
    std::int16_t max_version = 0;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = ApiVersion;
      return std::tuple{field("api_key", &M::api_key), field("min_version", &M::min_version),
                        field("max_version", &M::max_version)};
    }
    bool operator==(const ApiVersion&) const = default;
  };

  struct SupportedFeatureKey {
    std::string name;
    std::int16_t min_version = 0;
    std::int16_t max_version = 0;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = SupportedFeatureKey;
      return std::tuple{field("name", &M::name).in(since(3)),
                        field("min_version", &M::min_version).in(since(3)),
                        field("max_version", &M::max_version).in(since(3))};
    }
    bool operator==(const SupportedFeatureKey&) const = default;
  };

  struct FinalizedFeatureKey {
    std::string name;
    std::int16_t max_version_level = 0;
    std::int16_t min_version_level = 0;
    UnknownTags unknown_tags;

    static constexpr auto fields() {
      using M = FinalizedFeatureKey;
      return std::tuple{field("name", &M::name).in(since(3)),
                        field("max_version_level", &M::max_version_level).in(since(3)),
                        field("min_version_level", &M::min_version_level).in(since(3))};
    }
    bool operator==(const FinalizedFeatureKey&) const = default;
  };

  ErrorCode error_code = ErrorCode::none;
  std::vector<ApiVersion> api_keys;
  std::int32_t throttle_time_ms = 0;
  std::vector<SupportedFeatureKey> supported_features;
  std::int64_t finalized_features_epoch = -1;
  std::vector<FinalizedFeatureKey> finalized_features;
  bool zk_migration_ready = false;
  UnknownTags unknown_tags;

  static constexpr auto fields() {
    using M = ApiVersionsResponse;
    return std::tuple{
        field("error_code", &M::error_code),
        field("api_keys", &M::api_keys),
        field("throttle_time_ms", &M::throttle_time_ms).in(since(1)).ignorable(),
        field("supported_features", &M::supported_features).in(since(3)).as_tag(0, since(3)).ignorable(),
        field("finalized_features_epoch", &M::finalized_features_epoch)
            .in(since(3))
            .as_tag(1, since(3))
            .ignorable(),
        field("finalized_features", &M::finalized_features).in(since(3)).as_tag(2, since(3)).ignorable(),
        field("zk_migration_ready", &M::zk_migration_ready).in(since(3)).as_tag(3, since(3)).ignorable()};
  }
  bool operator==(const ApiVersionsResponse&) const = default;
};

}  // namespace mini::protocol
