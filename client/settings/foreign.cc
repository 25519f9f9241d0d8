#include "client/settings/foreign.h"

#include <algorithm>

#include "client/settings/reader.h"

namespace mini::client {
namespace {

struct WithoutEffect {
  std::string_view names;  // separated by spaces; a name that ends in * stands for all that begin so
  std::string_view why;
};

constexpr WithoutEffect without_effect[] = {
    {"key.serializer value.serializer key.deserializer value.deserializer",
     "this client takes and gives bytes"},
    {"sasl.* ssl.* enable.ssl.* oauthbearer.* security.providers https.*",
     "it matters with TLS and SASL only, which are not built into this client"},
    {"interceptor.classes metric.reporters metrics.* auto.include.jmx.reporter enable.metrics.push plugin.* "
     "partitioner.class partitioner.ignore.keys partitioner.adaptive.* partitioner.availability.*",
     "it is about classes of another language"},
    {"log_level log.* debug statistics.interval.ms stats.interval.ms opaque internal.* enable.random.seed",
     "this client does not log"},
    {"client.dns.lookup connections.max.idle.ms send.buffer.bytes receive.buffer.bytes socket.* "
     "broker.address.* api.version.* broker.version.* max.in.flight.per.*",
     "this client looks after its connections itself"},
    {"metadata.recovery.* topic.metadata.* metadata.max.idle.ms metadata.request.* topic.blacklist "
     "default.api.timeout.ms client.rack exclude.internal.topics auto.commit.enable offset.store.* "
     "enable.auto.offset.store coordinator.query.* queued.* fetch.error.* fetch.queue.* consume.callback.* "
     "enable.partition.eof group.remote.assignor group.protocol.type internal.leave.*",
     "this client has no such choice"},
    {"queue.buffering.max.* batch.num.messages message.copy.max.bytes sticky.partitioning.* "
     "delivery.report.* enable.gapless.guarantee dr_cb dr_msg_cb queue.buffering.backpressure.* "
     "transaction.timeout.ms compression.*.level compression.level",
     "this client has no such choice"},
};

struct NotBuilt {
  std::string_view key;
  std::string_view accepted;  // the one value that asks for nothing, whatever its case
  std::string_view why;
};

constexpr NotBuilt not_built[] = {
    {"security.protocol", "plaintext",
     "needs TLS or SASL, which are not built into this client: only PLAINTEXT is"},
    {"transactional.id", "", "needs transactions, which are not built into this client"},
    {"isolation.level", "read_uncommitted", "needs transactions, which are not built into this client"},
    {"group.protocol", "classic", "is not built into this client: only classic is"},
};

bool matches(std::string_view pattern, std::string_view key) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == key;
  const std::string_view before = pattern.substr(0, star);
  const std::string_view after = pattern.substr(star + 1);
  return key.size() > before.size() + after.size() && key.starts_with(before) && key.ends_with(after);
}

bool any_matches(std::string_view patterns, std::string_view key) {
  while (!patterns.empty()) {
    const std::size_t space = std::min(patterns.find(' '), patterns.size());
    if (matches(patterns.substr(0, space), key)) return true;
    patterns.remove_prefix(std::min(space + 1, patterns.size()));
  }
  return false;
}

bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char letter) { return letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char one, char other) { return lower(one) == lower(other); });
}

bool built_by_now(std::string_view key) {
  const auto table = client_settings();
  return key != "security.protocol" &&
         std::any_of(table.begin(), table.end(), [&](const Setting& setting) { return setting.name == key; });
}

}  // namespace

std::string_view why_without_effect(std::string_view key) {
  for (const NotBuilt& each : not_built)
    if (each.key == key) return "it says what is the case anyway";
  for (const WithoutEffect& each : without_effect)
    if (any_matches(each.names, key)) return each.why;
  return {};
}

void refuse_what_is_not_built(const Config& config) {
  const SettingsReader settings(config);
  for (const NotBuilt& each : not_built) {
    if (!config.is_set(each.key) || built_by_now(each.key)) continue;
    if (!same_word(settings.text(each.key), each.accepted)) settings.refuse(each.key, std::string(each.why));
  }
}

}  // namespace mini::client
