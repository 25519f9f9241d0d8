#pragma once

#include <csignal>
#include <optional>
#include <string>

#include "mini/producer.h"
#include "sensor_gen/copies.h"
#include "sensor_gen/event.h"
#include "sensor_gen/log.h"
#include "sensor_gen/options.h"
#include "sensor_gen/outcomes.h"

// Takes events from a source at a pace, copies them and hands them to the producer, until it has sent what
// was asked for or is told to stop; then waits for what is on its way and says how much arrived.
//
//   Generator generator({options, *source, log, copies, stop}, Producer(config));
//   return generator.run();                  // 0, or 1 where something could not be sent or written
//
// Sleeps and asks the time; one thread, the producer's callbacks on its own meet it in Outcomes.
namespace mini::sensor_gen {

class Generator {
 public:
  struct Parts {  // all outlive the generator
    const Options& options;
    EventSource& source;
    Log& log;
    Copies& copies;
    const volatile std::sig_atomic_t& stop;  // not 0: finish
  };

  Generator(const Parts& parts, std::optional<Producer> producer);  // without one there are only copies
  int run();
  const std::string& problem() const { return problem_; }  // why it gave up; empty: it did not

 private:
  using Steady = Pace::Clock;

  void stream();
  bool wants_more() const;
  void make_one();
  Instant event_time();
  bool send(const Event& event);
  bool keeps_waiting(Steady::time_point since);
  OnDelivery on_delivery(const Event& event);
  void look();
  void show_outcomes();
  void give_up_the_rest();
  void tell_trouble();
  void finish();
  std::string messages() const;
  int tell_totals();

  Parts parts_;
  const bool line_each_;
  Steady::time_point start_, next_sum_;
  std::uint64_t told_ = 0, turns_ = 0, events_ = 0, dropouts_ = 0, unusual_ = 0;
  std::string trouble_, problem_;
  Outcomes outcomes_;  // outlives the producer, whose thread writes to it
  std::optional<Producer> producer_;
};

}  // namespace mini::sensor_gen
