#include "sensor_gen/cluster.h"

#include "mini/admin.h"

namespace mini::sensor_gen {
namespace {

using namespace std::chrono_literals;

constexpr Millis connect_timeout = 10s, silence_max = 1s;
constexpr int topic_already_exists = 36;

void reach(Admin& admin, const Options& options, Log& log) {
  try {
    admin.describe_cluster(silence_max);
  } catch (const KafkaError&) {
    const std::string problem = admin.last_problem();
    log.tell("Waiting for " + options.bootstrap_server + (problem.empty() ? "" : " (" + problem + ")"));
    admin.describe_cluster(connect_timeout - silence_max);
  }
}

std::string create_topic(Admin& admin, const Options& options, Log& log) {
  auto errors =
      admin.create_topics({{.name = options.topic, .partitions = options.partitions}}, connect_timeout);
  const Error& error = errors[options.topic];
  if (error.code != kafka_error(topic_already_exists)) return error ? error.message() : "";
  log.tell("Topic " + options.topic + " is there already; it is used as it is.");
  return "";
}

}  // namespace

Config client_config(const Options& options) {
  Config config{{"client.id", "sensor-gen"}};
  for (const auto& [name, value] : options.producer_properties) config.set(name, value);
  config.set("bootstrap.servers", options.bootstrap_server);
  return config;
}

std::string prepare_cluster(const Config& config, const Options& options, Log& log) {
  Admin admin(config);
  try {
    reach(admin, options, log);
    return options.create_topic ? create_topic(admin, options, log) : "";
  } catch (const KafkaError& error) {
    const std::string problem = admin.last_problem();
    return "Cannot reach a broker at " + options.bootstrap_server + ": " +
           (problem.empty() ? error.what() : problem);
  }
}

}  // namespace mini::sensor_gen
