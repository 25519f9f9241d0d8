#include "sensor_gen/generator.h"

#include <cmath>
#include <thread>
#include <utility>

namespace mini::sensor_gen {
namespace {

using namespace std::chrono_literals;

constexpr Millis flush_timeout = 150s;  // the producer itself gives up earlier, by delivery.timeout.ms
constexpr std::chrono::seconds flush_when_interrupted = 5s;
constexpr Millis silence_max = 2s, missing_topic_max = 60s;
constexpr Pace::Nanos look_around = 50ms;  // how long a signal or an outcome may go unnoticed

// "12.3 s (81 a second)"; no rate where the time is too short to say.
std::string duration_and_rate(std::uint64_t events, std::chrono::duration<double> elapsed) {
  char text[64];
  if (elapsed < 100ms)
    std::snprintf(text, sizeof text, "%.1f s", elapsed.count());
  else
    std::snprintf(text, sizeof text, "%.1f s (%.0f a second)", elapsed.count(),
                  static_cast<double>(events) / elapsed.count());
  return text;
}

}  // namespace

Generator::Generator(const Parts& parts, std::optional<Producer> producer)
    : parts_(parts),
      line_each_(!parts.options.quiet && parts.options.rate != 0.0),
      start_(Steady::now()),
      next_sum_(start_ + 1s),
      producer_(std::move(producer)) {}

int Generator::run() {
  stream();
  finish();
  return tell_totals();
}

void Generator::stream() {
  Pace pace = parts_.options.pace();
  while (wants_more()) {
    look();
    if (const Pace::Nanos wait = pace.wait(Steady::now()); wait > 0ns) {
      parts_.copies.flush();
      std::this_thread::sleep_for(std::min(wait, look_around));
      continue;
    }
    pace.sent();
    make_one();
  }
}

bool Generator::wants_more() const {
  const Options& options = parts_.options;
  const std::chrono::duration<double> elapsed = Steady::now() - start_;
  return parts_.stop == 0 && problem_.empty() && parts_.copies.problem().empty() &&
         !parts_.source.exhausted() && events_ < options.count.value_or(UINT64_MAX) &&
         (!options.duration_s || elapsed.count() < *options.duration_s);
}

void Generator::make_one() {
  const auto event = parts_.source.next(event_time());
  if (!event) {
    ++dropouts_;
    return;
  }
  if (!send(*event)) return;
  parts_.copies.write(*event);
  ++events_;
  unusual_ += event->unusual ? 1 : 0;
}

Instant Generator::event_time() {
  const Options& options = parts_.options;
  const auto round = static_cast<double>(turns_++ / options.events_per_round());
  if (!options.start_time)
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return *options.start_time + std::chrono::milliseconds(std::llround(round * options.interval_s * 1000));
}

// False where the event was not taken and nothing more is to be tried.
bool Generator::send(const Event& event) {
  if (!producer_) {
    outcomes_.stored();
    if (line_each_ && !parts_.options.data_on_stdout()) parts_.log.sent({event.line, false, event.unusual});
    return true;
  }
  OnDelivery done = on_delivery(event);
  RecordView record{.topic = parts_.options.topic, .value = event.value};
  if (event.key) record.key = *event.key;
  const auto since = Steady::now();
  while (!producer_->try_send(record, done)) {
    if (parts_.stop != 0 || !keeps_waiting(since)) return false;
    std::this_thread::sleep_for(1ms);
    look();
  }
  problem_.clear();
  return true;
}

// A full buffer empties, by delivery.timeout.ms at the latest. With nothing on its way it is the topic that
// is missing, and somebody has to make it.
bool Generator::keeps_waiting(Steady::time_point since) {
  const auto waited = Steady::now() - since;
  if (producer_->in_flight() > 0 || waited < silence_max) return true;
  if (problem_.empty()) {
    parts_.log.tell("Waiting for topic " + parts_.options.topic + ", which the broker does not have");
    problem_ = "The broker has no topic " + parts_.options.topic + " and makes none; --create-topic does.";
  }
  return waited < missing_topic_max;
}

OnDelivery Generator::on_delivery(const Event& event) {
  if (!line_each_)
    return [this](const Delivery& delivery) {
      delivery.error ? outcomes_.failed(delivery.error.message()) : outcomes_.stored();
    };
  return [this, line = Outcomes::Line{event.line, false, event.unusual}](const Delivery& delivery) mutable {
    delivery.error ? outcomes_.failed(delivery.error.message()) : outcomes_.stored(std::move(line));
  };
}

// What became of earlier events; once a second a sum where they have no lines of their own.
void Generator::look() {
  show_outcomes();
  tell_trouble();
  if (line_each_ || parts_.options.quiet || Steady::now() < next_sum_) return;
  next_sum_ = Steady::now() + 1s;
  if (std::exchange(told_, outcomes_.stored_count()) != outcomes_.stored_count())
    parts_.log.tell(messages() + " so far");
}

void Generator::show_outcomes() {
  for (const Outcomes::Line& line : outcomes_.take_lines())
    line.failed ? parts_.log.failed(line.text) : parts_.log.sent(line);
}

// Once for each new trouble.
void Generator::tell_trouble() {
  if (!producer_) return;
  std::string trouble = producer_->last_problem();
  if (trouble == trouble_) return;
  trouble_ = std::move(trouble);
  if (!trouble_.empty()) parts_.log.tell("Waiting for " + parts_.options.bootstrap_server + ": " + trouble_);
}

void Generator::finish() {
  parts_.copies.flush();
  if (!producer_) return;
  const auto since = Steady::now();
  const auto patience = [&] { return parts_.stop != 0 ? Millis(flush_when_interrupted) : flush_timeout; };
  bool said = false;
  while (producer_->in_flight() > 0 && Steady::now() - since < patience()) {
    producer_->flush(200ms);
    show_outcomes();
    tell_trouble();
    if (parts_.stop != 0 && producer_->in_flight() > 0 && !std::exchange(said, true))
      parts_.log.tell("Waiting up to " + std::to_string(flush_when_interrupted.count()) + " s for " +
                      std::to_string(producer_->in_flight()) + " messages");
  }
  give_up_the_rest();
}

// Closing fails what is left with "closed": it was the trouble before that kept it here.
void Generator::give_up_the_rest() {
  const bool any = producer_->in_flight() > 0;
  const std::string trouble = producer_->last_problem();
  const std::uint64_t failed = outcomes_.failed_count();
  producer_->close(1s);
  if (!any || trouble.empty()) return show_outcomes();
  for (const Outcomes::Line& line : outcomes_.take_lines())
    if (!line.failed) parts_.log.sent(line);
  if (outcomes_.failed_count() > failed) parts_.log.failed(trouble);
}

std::string Generator::messages() const {
  return (producer_ ? "Sent " : "Wrote ") + std::to_string(outcomes_.stored_count()) + " messages";
}

int Generator::tell_totals() {
  const std::uint64_t stored = outcomes_.stored_count(), failed = outcomes_.failed_count();
  std::string totals = messages();
  if (producer_) totals += " to " + parts_.options.topic;
  totals += " in " + duration_and_rate(stored, Steady::now() - start_);
  if (unusual_ > 0) totals += ", " + std::to_string(unusual_) + " of them unusual";
  if (dropouts_ > 0) totals += ", " + std::to_string(dropouts_) + " dropped out";
  parts_.log.tell(totals);
  if (failed > 0) parts_.log.tell("Failed to send " + std::to_string(failed) + " messages");
  return failed > 0 ? 1 : 0;
}

}  // namespace mini::sensor_gen
