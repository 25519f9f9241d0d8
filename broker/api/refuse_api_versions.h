#pragma once

#include "broker/api/handler.h"

// The answer to an ApiVersions request of a version that is not served: UNSUPPORTED_VERSION in the layout of
// version 0, which every client can read, with the range of ApiVersions itself, so that the client can ask
// again (KIP-511).
namespace mini::protocol {
struct ApiVersionsResponse;
}

namespace mini::broker {

void refuse_api_versions(Reply<protocol::ApiVersionsResponse> reply);

}  // namespace mini::broker
