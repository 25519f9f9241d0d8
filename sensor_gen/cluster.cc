#include "sensor_gen/cluster.h"

#include "mini/admin.h"

namespace mini::sensor_gen {
namespace {

using namespace std::chrono_literals;

constexpr Millis connect_timeout = 10s, silence_max = 1s;
constexpr Millis glance =
    500ms;  // how long a signal may go unnoticed; far more than a broker needs to answer
constexpr int topic_already_exists = 36;

bool answers(Admin& admin) {
  try {
    admin.describe_cluster(glance);
    return true;
  } catch (const KafkaError& error) {
    const Error& why = error.error();
    if (!why.retriable && why.code != make_error_code(ClientErrc::timed_out)) throw;
    return false;
  }
}

// False where it was told to stop first.
bool reach(Admin& admin, const Options& options, Log& log, const volatile std::sig_atomic_t& stop) {
  for (auto waited = 0ms; stop == 0; waited += glance) {
    if (answers(admin)) return true;
    const std::string problem = admin.last_problem();
    if (waited + glance >= connect_timeout) throw KafkaError({make_error_code(ClientErrc::timed_out), ""});
    if (waited + glance == silence_max)
      log.tell("Waiting for " + options.bootstrap_server + (problem.empty() ? "" : " (" + problem + ")"));
  }
  return false;
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

std::string prepare_cluster(const Config& config, const Options& options, Log& log,
                            const volatile std::sig_atomic_t& stop) {
  Admin admin(config);
  try {
    const bool reached = reach(admin, options, log, stop);
    return reached && options.create_topic ? create_topic(admin, options, log) : "";
  } catch (const KafkaError& error) {
    const std::string problem = admin.last_problem();
    return "Cannot reach a broker at " + options.bootstrap_server + ": " +
           (problem.empty() ? error.what() : problem);
  }
}

}  // namespace mini::sensor_gen
