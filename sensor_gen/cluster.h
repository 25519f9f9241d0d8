#pragma once

#include <csignal>
#include <string>

#include "mini/config.h"
#include "sensor_gen/log.h"
#include "sensor_gen/options.h"

namespace mini::sensor_gen {

// The producer's settings.
Config client_config(const Options& options);

// Waits for a broker, at most ten seconds or until `stop` is not 0, and makes the topic where that is wanted;
// says so in the log where it takes a while. Empty when all is well or it was stopped, else one sentence.
std::string prepare_cluster(const Config& config, const Options& options, Log& log,
                            const volatile std::sig_atomic_t& stop);

}  // namespace mini::sensor_gen
