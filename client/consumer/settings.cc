#include "client/consumer/settings.h"

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

// Java names a class, librdkafka a word.
void check_assignor(const SettingsReader& settings) {
  const std::string names = settings.text("partition.assignment.strategy");
  if (names.find("range") == std::string::npos && names.find("RangeAssignor") == std::string::npos)
    settings.refuse("partition.assignment.strategy", "does not contain range, the one that is known here");
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
  check_assignor(settings);
  return options;
}

}  // namespace mini::client
