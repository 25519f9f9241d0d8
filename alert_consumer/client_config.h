#pragma once

#include "alert_consumer/options.h"
#include "mini/config.h"

namespace mini::alerts {

Config consumer_config(const Options& options);
Config producer_config(const Options& options);  // for the alerts' own topic
void warn_of_settings(const Options& options);   // that have no effect
void print_client_settings();                    // --help-config

}  // namespace mini::alerts
