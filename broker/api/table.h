#pragma once

#include <span>

#include "broker/api/handler.h"

// THE list of what this broker serves: one line per API in table.cc. Dispatch, ApiVersions, the refusal of
// other versions, the request log and docs/apis.md follow from it.
namespace mini::broker {

struct Api {
  protocol::ApiKey key;
  protocol::VersionRange advertised;
  protocol::VersionRange served;
  protocol::VersionRange flexible;
  // Decodes the body, calls the handler; closes the connection where the body cannot be decoded.
  void (*serve)(Services& broker, const RequestContext& context, protocol::Reader& body, AnswerPort& port);
  const char* not_emulated;  // for docs/apis.md
};

std::span<const Api> apis();                // by key
const Api* find_api(protocol::ApiKey key);  // null: not served at all

// docs/apis.md, made from the table.
std::string apis_markdown();

}  // namespace mini::broker
