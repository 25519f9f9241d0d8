#pragma once

#include <string_view>

#include "mini/config.h"

// Settings that other clients have and this one has not. Files written for those can be used as they are
// where nothing is lost by it; what would be silently wrong is refused.
namespace mini::client {

// Why a key of another client has no effect here; empty where it is no such key.
std::string_view why_without_effect(std::string_view key);

// Throws KafkaError(invalid_config) where something is asked for that is not built, such as TLS.
void refuse_what_is_not_built(const Config& config);

}  // namespace mini::client
