// ApiVersions, v0-4.
// An unknown version never comes here: the core answers it in the layout of version 0
// (`refuse_api_versions`). No feature is advertised: group.version, transaction.version and share.version
// belong to APIs that are not served.
#include <algorithm>

#include "broker/api/handlers.h"
#include "broker/api/refuse_api_versions.h"
#include "broker/api/table.h"
#include "protocol/messages/api_versions.h"

namespace mini::broker {

using protocol::ApiVersionsRequest;
using protocol::ApiVersionsResponse;
using protocol::ErrorCode;

namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// KIP-511: letters and digits, with '-' and '.' inside.
bool is_software_name(std::string_view name) {
  if (name.empty() || !is_alphanumeric(name.front()) || !is_alphanumeric(name.back())) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; });
}

ApiVersionsResponse::ApiVersion range_of(const Api& api) {
  ApiVersionsResponse::ApiVersion line;
  line.api_key = static_cast<std::int16_t>(api.key);
  line.min_version = api.advertised.first;
  line.max_version = api.advertised.last;
  return line;
}

}  // namespace

void api_versions(Services&, const RequestContext& context, const ApiVersionsRequest& request,
                  Reply<ApiVersionsResponse> reply) {
  ApiVersionsResponse response;
  const bool names_software = context.version >= 3;
  if (names_software && (!is_software_name(request.client_software_name) ||
                         !is_software_name(request.client_software_version))) {
    response.error_code = ErrorCode::invalid_request;
    return reply.send(response);
  }
  for (const Api& api : apis()) response.api_keys.push_back(range_of(api));
  reply.send(response);
}

void refuse_api_versions(Reply<ApiVersionsResponse> reply) {
  ApiVersionsResponse response;
  response.error_code = ErrorCode::unsupported_version;
  response.api_keys.push_back(range_of(*find_api(protocol::ApiKey::api_versions)));
  reply.send_as(response, 0);
}

}  // namespace mini::broker
