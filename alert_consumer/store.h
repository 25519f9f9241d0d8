#pragma once

#include <chrono>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "alert_consumer/batch.h"
#include "alert_consumer/dimensions.h"
#include "alert_consumer/sqlite.h"

// The SQLite file: readings, alerts, what could not be read, and how far each log was read, always in step.
//
//   auto opened = Store::open("alerts.db");
//   Store& store = std::get<Store>(opened);
//   for (const Position& position : std::get<std::vector<Position>>(store.positions())) seek(position);
//   auto written = store.write(batch);       // only after this are the offsets committed to the group
//
// A batch is one transaction. Writing a batch, or a part of it, again adds nothing: a record's rows are keyed
// by its log, partition and offset, alerts by their rule as well. One thread uses a store; other processes,
// and other stores, may have the file open too.
namespace mini::alerts {

struct StoreError {
  std::string message;
  bool retriable = false;  // locked, full, unreadable just now: the same call may succeed later
};

struct Written {
  // What was not there before; both look into the batch.
  std::vector<const RaisedAlert*> alerts;
  std::vector<const DeadLetter*> dead_letters;
  bool file_begun_anew = false;  // somebody took the file away: this batch is the first in a new one
};

class Store {
 public:
  static std::variant<Store, StoreError> open(const std::string& path);

  // How long a call waits for another process that holds the file locked; 5 s from the start.
  void set_patience(std::chrono::milliseconds patience);

  std::variant<Written, StoreError> write(const Batch& batch) { return write(batch, batch.consumed); }
  std::variant<Written, StoreError> write(const Batch& batch, std::span<const Position> positions);
  std::variant<std::vector<Position>, StoreError> positions();
  const std::string& path() const { return path_; }

 private:
  struct FileIdentity {
    std::uint64_t device = 0, inode = 0;
    bool operator==(const FileIdentity&) const = default;
  };

  Store() = default;
  static FileIdentity identity_of(const std::string& path);
  bool prepare();
  std::optional<StoreError> stay_in_place(Written& written);
  int insert(const Batch& batch, std::span<const Position> positions, Written& written);
  int insert_reading(const Log& log, const StoredReading& stored);
  int insert_alerts(const Batch& batch, const std::string& now, Written& written);
  int insert_dead_letters(const Batch& batch, const std::string& now, Written& written);
  StoreError error(int code) const;

  std::string path_;
  FileIdentity identity_;
  std::chrono::milliseconds patience_{};
  Connection connection_;  // outlives the statements
  Statement insert_reading_, insert_alert_, insert_dead_letter_, set_position_, select_positions_;
  Dimensions dimensions_;
};

}  // namespace mini::alerts
