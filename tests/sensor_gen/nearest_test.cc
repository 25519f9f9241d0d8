#include "sensor_gen/nearest.h"

#include <doctest/doctest.h>

using mini::sensor_gen::nearest_name;

TEST_CASE("a name is nearest by its letters, or because one holds the other") {
  const std::vector<std::string> names{"--topic", "--num-sensors", "--seed", "--rate",
                                       "--anomaly-spike-rate"};
  struct Row {
    std::string typed, nearest;
  };
  for (const Row& row : {
           Row{"--topci", "--topic"},
           Row{"--num_sensors", "--num-sensors"},
           Row{"--sensors", "--num-sensors"},
           Row{"-seed", "--seed"},
           Row{"--rate", "--rate"},
           Row{"--spike-rate", "--anomaly-spike-rate"},
           Row{"--moonlight", ""},
           Row{"-x", ""},
           Row{"--", ""},
           Row{std::string(1000, 'x'), ""},
       }) {
    CAPTURE(row.typed);
    CHECK(nearest_name(row.typed, names) == row.nearest);
  }
  CHECK(nearest_name("--topic", {}) == "");
}
