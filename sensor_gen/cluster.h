#pragma once

#include <string>

#include "mini/config.h"
#include "sensor_gen/options.h"

namespace mini::sensor_gen {

// The producer's settings; what the client does not know is told on stderr, with the nearest name it does.
Config client_config(const Options& options);

// Waits for a broker and makes the topic where that is wanted. Empty when all is well, else one sentence.
// `note` is told what is worth knowing.
std::string prepare_cluster(const Config& config, const Options& options, std::string& note);

}  // namespace mini::sensor_gen
