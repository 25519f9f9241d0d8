#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>

#include "alert_consumer/batch.h"
#include "alert_consumer/sqlite.h"

// The rows that readings point to: looked up once, remembered, made where they are not there yet.
//
//   Keys keys;
//   int code = dimensions.find(stored, keys);            // SQLITE_DONE; then insert the reading with these
//   keys
//
// What is remembered may come from a transaction that was rolled back: forget() then.
namespace mini::alerts {

struct Keys {
  std::int64_t time_id = 0;
  std::optional<std::int64_t> location_id, status_id;
};

class Dimensions {
 public:
  static constexpr std::size_t remembered_max = 50'000;  // of each kind; then all of the kind is forgotten

  bool prepare(Connection& connection);
  int find(const StoredReading& stored, Keys& keys);
  // What a reading that is new says of its sensor; nothing it does not say is taken away.
  int describe_sensor(const StoredReading& stored);
  void forget();

 private:
  using Location =
      std::tuple<std::optional<std::string>, std::optional<std::string>, std::optional<std::string>,
                 std::optional<double>, std::optional<double>, std::optional<double>>;
  using Sensor = std::array<std::optional<std::string>, 5>;

  int find_time(UtcSeconds when, std::int64_t& id);
  int find_location(const Reading& reading, std::optional<std::int64_t>& id);
  int find_status(const Reading& reading, std::optional<std::int64_t>& id);

  Statement insert_time_, select_time_, insert_location_, select_location_, insert_status_, select_status_,
      upsert_sensor_;
  std::unordered_map<std::int64_t, std::int64_t> times_;  // seconds since 1970 -> id
  std::map<Location, std::int64_t> locations_;
  std::unordered_map<std::string, std::int64_t> statuses_;
  std::unordered_map<std::string, Sensor> sensors_;  // as they stand in the file
};

}  // namespace mini::alerts
