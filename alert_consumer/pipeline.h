#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "alert_consumer/sink.h"
#include "alert_consumer/store.h"

// A batch's way: first what is written at least once (files, another topic), then the database, in which rows
// and positions are one. Only then are its positions fit to be told to the group.
//
//   Pipeline pipeline(std::move(store), std::move(sinks));
//   auto stored = pipeline.write(batch);
//   if (auto* error = std::get_if<SinkError>(&stored)) ...      // retriable: the same call again, later
//   else commit(std::get<Stored>(stored).positions);
//
// While a sink holds something back no position is stored or told; the rows in the database are not held
// back.
namespace mini::alerts {

struct Stored {
  Written written;                  // looks into the batch
  std::vector<Position> positions;  // everything before them is where it belongs
  std::string notes = {};           // lines
  std::string warnings = {};        // lines that are shown to everybody
};

class Pipeline {
 public:
  // Without a store the group alone remembers the positions.
  Pipeline(std::optional<Store> store, std::vector<std::unique_ptr<Sink>> sinks);

  std::variant<Stored, SinkError> write(const Batch& batch);
  // Brings out what is held back: before partitions go to somebody else, and at the end.
  std::variant<Stored, SinkError> finish(UtcSeconds now);

 private:
  void begin(const Batch& batch);
  std::variant<Stored, SinkError> bring_out(const Batch& batch, bool all);
  std::variant<Written, SinkError> store(const Batch& batch, const std::vector<Position>& positions);

  std::optional<Store> store_;
  std::vector<std::unique_ptr<Sink>> sinks_;
  std::vector<Position> waiting_;  // of batches of which something is held back
  bool begun_ = false;             // the sinks know the batch that is being written
};

}  // namespace mini::alerts
