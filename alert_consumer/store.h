#pragma once

#include <string>
#include <variant>
#include <vector>

#include "alert_consumer/batch.h"
#include "alert_consumer/sqlite.h"

// The SQLite file: alerts, what could not be read, and how far each log was read, always in step.
//
//   auto opened = Store::open("alerts.db");
//   Store& store = std::get<Store>(opened);
//   for (const Position& position : std::get<std::vector<Position>>(store.positions())) seek(position);
//   auto written = store.write(batch);       // only after this are the offsets committed to the group
//
// A batch is one transaction. Writing a batch, or a part of it, again adds nothing: a record's alerts are
// keyed by its log, partition, offset and rule. One thread uses a store; other processes may read the file.
namespace mini::alerts {

struct StoreError {
  std::string message;
  bool retriable = false;  // locked, full, unreadable just now: the same call may succeed later
};

struct Written {
  // What was not there before; both look into the batch.
  std::vector<const RaisedAlert*> alerts;
  std::vector<const DeadLetter*> dead_letters;
};

class Store {
 public:
  static std::variant<Store, StoreError> open(const std::string& path);

  // How long a call waits for another process that holds the file locked; 5 s from the start.
  void set_patience(std::chrono::milliseconds patience);

  std::variant<Written, StoreError> write(const Batch& batch);
  std::variant<std::vector<Position>, StoreError> positions();

 private:
  Store() = default;
  bool prepare();
  int insert(const Batch& batch, Written& written);
  StoreError error(int code) const;

  Connection connection_;  // outlives the statements
  Statement insert_alert_, insert_dead_letter_, set_position_, select_positions_;
};

}  // namespace mini::alerts
