#include "broker/api/table.h"

#include <algorithm>
#include <array>

#include "broker/api/handlers.h"
#include "protocol/messages/all.h"

namespace mini::broker {

using protocol::ApiKey;
using protocol::range;

namespace {

template <class Request, class Response>
using Handler = void (*)(Services&, const RequestContext&, const Request&, Reply<Response>);

template <class Request, class Response, Handler<Request, Response> handler>
void serve(Services& broker, const RequestContext& context, protocol::Reader& body, AnswerPort& port) {
  Request request;
  protocol::read(body, request, context.version);
  Reply<Response> reply(port, context.connection, context.correlation_id, context.version);
  if (!body.ok()) return reply.hang_up("a request that cannot be decoded");
  handler(broker, context, request, std::move(reply));
}

template <auto handler>
struct Line;

template <class Request, class Response, Handler<Request, Response> handler>
struct Line<handler> {
  static constexpr Api api(protocol::VersionRange advertised, protocol::VersionRange served,
                           const char* not_emulated) {
    return {Request::info.api, advertised, served, Request::info.flexible, &serve<Request, Response, handler>,
            not_emulated};
  }
};

template <auto handler>
constexpr Api line(protocol::VersionRange versions, const char* not_emulated = "") {
  return Line<handler>::api(versions, versions, not_emulated);
}

constexpr auto table = std::to_array<Api>({
    // Versions 0-2 carry record formats that Apache Kafka 4 refuses too, by closing the connection. They are
    // advertised all the same, because librdkafka before 2.11 switches compression off without a 0
    // (KAFKA-18659).
    Line<&produce>::api(range(0, 11), range(3, 11),
                        "Transactions: a transactional batch is INVALID_TXN_STATE."),
    line<&fetch>(range(4, 17),
                 "Fetch sessions: every answer has session id 0. Rack-aware replicas and tiered storage. "
                 "read_committed reads what read_uncommitted reads, there being no transactions."),
    line<&list_offsets>(range(1, 10), "Tiered storage: -4 is the log start, -5 is unknown."),
    line<&metadata>(range(0, 12), "Replicas: every partition has one, here."),
    line<&offset_commit>(range(2, 9)),
    line<&offset_fetch>(range(1, 9),
                        "Member ids and epochs of the newer group protocol (version 9) are ignored."),
    line<&find_coordinator>(range(0, 6), "Transactional ids are TRANSACTIONAL_ID_AUTHORIZATION_FAILED."),
    line<&join_group>(range(0, 9)),
    line<&heartbeat>(range(0, 4)),
    line<&leave_group>(range(0, 5)),
    line<&sync_group>(range(0, 5)),
    line<&describe_groups>(range(0, 5)),
    line<&list_groups>(range(0, 5), "All groups are of type classic."),
    line<&api_versions>(range(0, 4), "No feature is advertised."),
    line<&create_topics>(range(0, 7),
                         "timeout_ms: a topic is there when the answer is. "
                         "cleanup.policy=compact is accepted; everything is kept."),
    line<&delete_topics>(range(0, 6)),
    line<&delete_records>(range(0, 2)),
    line<&init_producer_id>(range(0, 5), "Transactional ids are TRANSACTIONAL_ID_AUTHORIZATION_FAILED."),
    line<&offset_for_leader_epoch>(range(2, 4), "Leadership never moves: the epoch of every partition is 0."),
    line<&describe_configs>(range(1, 4), "Topics and this broker; no loggers, no client metrics, no groups."),
    line<&create_partitions>(range(0, 3)),
    line<&delete_groups>(range(0, 2)),
    line<&offset_delete>(range(0, 0)),
    line<&describe_cluster>(range(0, 1)),
    line<&describe_topic_partitions>(range(0, 0)),
});

std::string text_of(protocol::VersionRange versions) {
  if (versions.first == versions.last) return std::to_string(versions.first);
  return std::to_string(versions.first) + "-" + std::to_string(versions.last);
}

}  // namespace

std::span<const Api> apis() { return table; }

const Api* find_api(ApiKey key) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Api& api) { return api.key == key; });
  return found == table.end() ? nullptr : &*found;
}

std::string apis_markdown() {
  std::string text =
      "# What is served\n\n"
      "Made from the table in `broker/api/table.cc`; `./run lint` keeps it up to date. A request of any "
      "other API or\n"
      "version closes its connection, as Apache Kafka does; an unknown version of ApiVersions is "
      "answered.\n\n"
      "| Key | API | Versions | Not emulated |\n|---:|---|---|---|\n";
  for (const Api& api : table) {
    text += "| " + std::to_string(static_cast<int>(api.key)) + " | " + std::string(name_of(api.key)) + " | " +
            text_of(api.served);
    if (api.advertised != api.served) text += " (advertised " + text_of(api.advertised) + ")";
    text += " | " + std::string(api.not_emulated) + " |\n";
  }
  text +=
      "\n## Limits in general\n\n"
      "- Records are kept in memory and end with the process. Memory is bounded by `mini.memory.limit`: past "
      "it a\n"
      "  produce is refused with NOT_ENOUGH_REPLICAS, which clients take as \"not stored, try again\".\n"
      "  What groups keep counts too: past it a new group or member, and a partition's first commit, is\n"
      "  COORDINATOR_NOT_AVAILABLE, which clients take as \"try again\".\n"
      "- An answer holds at most 128 MiB beside its records; one that would hold more closes its "
      "connection.\n"
      "- Compaction is not built: `cleanup.policy=compact` is accepted, records without a key are refused in "
      "such a\n"
      "  topic, and everything is kept.\n"
      "- The cluster id is a new one at each start unless `CLUSTER_ID` or `cluster.id` gives it.\n"
      "- TLS, SASL, access control, quotas, transactions, the consumer protocol of KIP-848 and share groups "
      "are not\n"
      "  served, and nothing advertises them.\n";
  return text;
}

}  // namespace mini::broker
