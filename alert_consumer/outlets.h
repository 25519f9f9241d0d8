#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "alert_consumer/options.h"
#include "alert_consumer/sink.h"
#include "alert_consumer/store.h"

namespace mini::alerts {

// Everything that a batch goes to, opened as the command line says.
struct Outlets {
  std::optional<Store> store;      // the database's thread writes
  std::optional<Store> positions;  // the same file once more, for the poll thread
  std::vector<std::unique_ptr<Sink>> sinks;
};

// A sentence where something cannot be opened. Waits, saying so, for a database that somebody holds locked.
std::variant<Outlets, std::string> open_outlets(const Options& options, const std::atomic<bool>& stop);

}  // namespace mini::alerts
