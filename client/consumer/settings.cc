#include "client/consumer/settings.h"

#include <algorithm>

#include "client/settings/reader.h"

namespace mini::client {
namespace {

ResetTo read_reset(const SettingsReader& settings) {
  const std::string to = settings.text("auto.offset.reset");
  if (to == "earliest" || to == "smallest" || to == "beginning") return ResetTo::earliest;
  if (to == "latest" || to == "largest" || to == "end") return ResetTo::latest;
  if (to == "none" || to == "error") return ResetTo::none;
  settings.refuse("auto.offset.reset", "is none of earliest, latest, none");
}

Isolation read_isolation(const SettingsReader& settings) {
  const std::string level = settings.text("isolation.level");
  if (level == "read_uncommitted") return Isolation::read_uncommitted;
  if (level == "read_committed") return Isolation::read_committed;
  settings.refuse("isolation.level", "is neither read_uncommitted nor read_committed");
}

std::vector<const Assignor*> read_assignors(const SettingsReader& settings) {
  constexpr std::string_view key = "partition.assignment.strategy";
  constexpr std::string_view blanks = " \t";
  std::vector<const Assignor*> assignors;
  const std::string names = settings.text(key);
  for (std::size_t at = 0; at <= names.size();) {
    const std::size_t end = std::min(names.find(',', at), names.size());
    std::string_view name = std::string_view(names).substr(at, end - at);
    name.remove_prefix(std::min(name.find_first_not_of(blanks), name.size()));
    name = name.substr(0, name.find_last_not_of(blanks) + 1);
    const Assignor* found = find_assignor(name);
    if (!found) settings.refuse(key, "names another than range, roundrobin, sticky, cooperative-sticky");
    if (std::find(assignors.begin(), assignors.end(), found) == assignors.end()) assignors.push_back(found);
    at = end + 1;
  }
  return assignors;
}

}  // namespace

ConsumerOptions consumer_options(const Config& config) {
  const SettingsReader settings(config);
  ConsumerOptions options;
  options.group_id = settings.text("group.id");
  if (const std::string id = settings.text("group.instance.id"); !id.empty()) options.group_instance_id = id;
  options.reset_to = read_reset(settings);
  options.auto_commit = settings.flag("enable.auto.commit");
  options.auto_commit_interval_ms = settings.number32("auto.commit.interval.ms", 1);
  options.session_timeout_ms = settings.number32("session.timeout.ms", 1);
  options.heartbeat_interval_ms = settings.number32("heartbeat.interval.ms", 1);
  options.max_poll_interval_ms = settings.number32("max.poll.interval.ms", 1);
  options.max_poll_records = static_cast<std::size_t>(settings.number32("max.poll.records", 1));
  options.fetch_min_bytes = settings.number32("fetch.min.bytes", 0);
  options.fetch_max_wait_ms = settings.number32("fetch.max.wait.ms", 0);
  options.fetch_max_bytes = settings.number32("fetch.max.bytes", 1);
  options.partition_max_bytes = settings.number32("max.partition.fetch.bytes", 1);
  options.check_crcs = settings.flag("check.crcs");
  options.request_timeout_ms = settings.number32("request.timeout.ms", 1);
  options.retry_backoff_ms = settings.number32("retry.backoff.ms", 0);
  options.retry_backoff_max_ms = settings.number32("retry.backoff.max.ms", 0);
  if (options.heartbeat_interval_ms >= options.session_timeout_ms)
    settings.refuse("heartbeat.interval.ms", "is not less than session.timeout.ms");
  options.assignors = read_assignors(settings);
  options.isolation = read_isolation(settings);
  return options;
}

}  // namespace mini::client
