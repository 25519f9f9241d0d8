#include "broker/server/served_time.h"

#include <doctest/doctest.h>

namespace mini::broker {
namespace {

TEST_CASE("time is the machine's as long as timers run in time") {
  ServedTime time;
  CHECK(time.tell(Millis(1000), std::nullopt) == Millis(1000));
  CHECK(time.tell(Millis(9000), std::nullopt) == Millis(9000));  // nothing came, and nothing was due
  CHECK(time.tell(Millis(9600), Millis(9100)) == Millis(9600));  // a little late is in time
  CHECK(time.on_machine(Millis(9700)) == Millis(9700));
}

TEST_CASE("time in which nobody was served does not count, and who is due has a moment to be heard") {
  ServedTime time;
  time.tell(Millis(1000), Millis(7000));
  const Millis back = time.tell(Millis(13'000), Millis(7000));  // a session of 6 s, and 12 s away
  CHECK(back == Millis(7000) - ServedTime::grace);
  CHECK(time.on_machine(Millis(7000)) == Millis(13'000) + ServedTime::grace);
  CHECK(time.tell(Millis(13'050), Millis(7000)) == back + Millis(50));  // and goes on from there
  CHECK(time.tell(Millis(13'100), Millis(7000)) == Millis(7000));
}

TEST_CASE("time never goes back, however near the deadline was when the process stood still") {
  ServedTime time;
  time.tell(Millis(6990), Millis(7000));
  CHECK(time.tell(Millis(20'000), Millis(7000)) == Millis(6990));
  CHECK(time.tell(Millis(40'000), Millis(7000)) == Millis(6990));  // away again before anything ran
  CHECK(time.tell(Millis(40'010), Millis(7000)) == Millis(7000));
}

}  // namespace
}  // namespace mini::broker
