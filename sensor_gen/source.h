#pragma once

#include <memory>
#include <string>
#include <variant>

#include "sensor_gen/event.h"
#include "sensor_gen/options.h"

// The source that the options ask for. Reads the data set, where there is one.
namespace mini::sensor_gen {

// The table of the file, or one sentence that names file and line.
std::variant<UciTable, std::string> read_table(const std::string& path);

// The source, or one sentence.
std::variant<std::unique_ptr<EventSource>, std::string> open_source(const Options& options);

}  // namespace mini::sensor_gen
