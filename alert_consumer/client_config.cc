#include "alert_consumer/client_config.h"

#include "alert_consumer/say.h"

namespace mini::alerts {

Config consumer_config(const Options& options) {
  Config config{{"client.id", "alert-consumer"},
                {"auto.offset.reset", options.auto_offset_reset},
                {"allow.auto.create.topics", "false"},  // a mistyped name makes no topic
                {"max.poll.records", "5000"}};
  for (const auto& [name, value] : options.consumer_properties) config.set(name, value);
  config.set("bootstrap.servers", options.bootstrap_server);
  config.set("group.id", options.group);
  config.set("enable.auto.commit", "false");  // what is not stored must not be committed
  return config;
}

// The library itself tells of names that are no settings.
void warn_of_settings(const Options& options) {
  for (const auto& [name, value] : options.consumer_properties)
    if (name == "enable.auto.commit" && value == "true")
      complain("enable.auto.commit=true changes nothing: offsets are committed after they are stored.");
}

Config producer_config(const Options& options) {
  return {{"bootstrap.servers", options.bootstrap_server},
          {"client.id", "alert-consumer"},
          {"delivery.timeout.ms", "10000"},  // then the batch is tried again, and a person is told
          {"request.timeout.ms", "5000"},
          {"max.block.ms", "10000"}};
}

void print_client_settings() {
  say("Settings for --consumer-property NAME=VALUE, their defaults and other names:\n\n");
  for (const Setting& setting : client_settings()) {
    if (setting.scope == Setting::Scope::producer) continue;
    const std::string value = setting.default_value.empty() ? "" : " = " + std::string(setting.default_value);
    const std::string other =
        setting.aliases.empty() ? "" : "    also: " + std::string(setting.aliases) + "\n";
    say(std::string(setting.name) + value + "\n" + other + "    " + std::string(setting.sentence) + "\n");
  }
}

}  // namespace mini::alerts
