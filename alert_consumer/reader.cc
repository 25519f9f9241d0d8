#include "alert_consumer/reader.h"

#include <algorithm>
#include <utility>

#include "alert_consumer/client_config.h"
#include "alert_consumer/say.h"

namespace mini::alerts {
namespace {

using Steady = std::chrono::steady_clock;

constexpr Millis poll_timeout{100};  // how long a signal may go unnoticed
constexpr Millis close_timeout{5'000};
constexpr Millis look_every{1'000}, glance{500};

UtcSeconds now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

std::optional<Millis> silence_max(const Options& options) {
  if (!options.idle_exit_ms) return std::nullopt;
  return Millis(*options.idle_exit_ms);
}

std::optional<UtcSeconds> time_of(const ConsumerRecord& record) {
  if (record.timestamp.time_since_epoch() < Millis(0)) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(record.timestamp);
}

}  // namespace

ReaderClients reader_clients(const Options& options) {
  const Config config = consumer_config(options);
  return {LogWatch(config, options.topic), Consumer(config)};
}

Reader::Reader(const Options& options, const RuleSet& rules, ReaderClients clients, Worker& worker,
               std::optional<Store> positions, const std::atomic<bool>& stop)
    : options_(options),
      worker_(worker),
      judge_(rules),
      positions_(std::move(positions)),
      stop_(stop),
      watch_(std::move(clients.watch)),
      log_{{}, options.topic},
      idle_(Steady::now()),
      idle_exit_(silence_max(options), Steady::now()),
      look_again_(Steady::now()),
      consumer_(std::move(clients.consumer)) {}

std::string Reader::run() {
  try {
    consumer_.subscribe({options_.topic}, {.assigned = [this](auto partitions) { assigned(partitions); },
                                           .revoked = [this](auto partitions) { revoked(partitions, true); },
                                           .lost = [this](auto partitions) { revoked(partitions, false); }});
    while (!stopping() && !enough()) step();
    if (!stopping()) problem_ = why_nothing_began();
  } catch (const KafkaError& error) {
    problem_ = error.what();
  }
  finish();
  return problem_;
}

bool Reader::enough() const {
  if (options_.max_messages && handed_over_ >= *options_.max_messages) return true;
  return idle_exit_.verdict(Steady::now()) != IdleExit::Verdict::go_on;
}

void Reader::step() {
  const Records records = consumer_.poll(poll_timeout);
  settle();
  commit(false);
  if (stopping()) return;
  tell_trouble();
  const auto moment = Steady::now();
  if (records.empty()) {
    look_for_topic();
    if (idle_.due(moment)) tell_idle();
    return;
  }
  idle_.record_came(moment);
  idle_exit_.record_came(moment);
  if (confirm_log()) hand_over(records);
}

// As long as nothing is assigned: whether there is a broker, and a topic, at all.
void Reader::look_for_topic() {
  if (!idle_exit_.waits_to_begin() || Steady::now() < look_again_) return;
  look_again_ = Steady::now() + look_every;
  const LogWatch::Answer answer = watch_.ask(glance);
  if (answer.kind != LogWatch::Answer::not_now) idle_exit_.reached();
  if (answer.kind == LogWatch::Answer::no_such_topic) idle_exit_.begin(Steady::now());
}

std::string Reader::why_nothing_began() const {
  switch (idle_exit_.verdict(Steady::now())) {
    case IdleExit::Verdict::never_reached: {
      const std::string trouble = consumer_.last_problem();
      return "Cannot reach a broker at " + options_.bootstrap_server +
             (trouble.empty() ? "" : ": " + trouble);
    }
    case IdleExit::Verdict::never_joined:
      return "Group " + options_.group + " has not settled, and nothing was read";
    default: return "";
  }
}

// ---- to the database's thread and back ----

// No more than are still wanted; the rest stays unread, because positions follow from what is taken.
void Reader::hand_over(const Records& records) {
  std::vector<IncomingRecord> taken;
  const std::uint64_t wanted = options_.max_messages.value_or(UINT64_MAX) - handed_over_;
  taken.reserve(records.size());
  for (const ConsumerRecord& record : records) {
    if (taken.size() == wanted) break;
    taken.push_back({record.partition, record.offset, record.key, record.value, time_of(record)});
  }
  auto job = std::make_unique<Job>();
  job->batch = judge_.evaluate(log_, taken, now());
  job->batch.lag = lag();
  job->batch.keep_alive = std::make_shared<Records>(records);
  while (!worker_.offer(job, poll_timeout)) {
    settle();
    if (stopping()) return;  // it was not taken: the next run reads it again
  }
  handed_over_ += taken.size();
}

std::optional<std::int64_t> Reader::lag() const {
  std::int64_t sum = 0;
  for (const TopicPartition& partition : ours_) {
    const auto lag = consumer_.lag(partition);
    if (!lag) return std::nullopt;
    sum += *lag;
  }
  return sum;
}

void Reader::settle(Millis patience) {
  while (auto outcome = worker_.outcome(patience)) {
    patience = Millis(0);
    if (outcome->problem) problem_ = *outcome->problem;
    for (const Position& position : outcome->positions) {
      const TopicPartition partition{position.topic, position.partition};
      if (position.topic_id != log_.topic_id || !ours_.contains(partition)) continue;
      to_commit_[partition] = {.offset = position.next_offset, .metadata = commit_note(position.topic_id)};
    }
  }
}

// Until all that was handed over is where it belongs.
void Reader::drain() {
  if (finished_) return;  // the consumer that is being closed gives back its partitions
  auto job = std::make_unique<Job>();
  job->finish = true;
  while (!worker_.offer(job, poll_timeout) && !stopping()) settle();
  while (worker_.under_way() > 0 && !stopping()) settle(poll_timeout);
}

// A commit that fails costs nothing: the database knows the position.
void Reader::commit(bool wait) {
  if (to_commit_.empty()) return;
  const Offsets offsets = std::exchange(to_commit_, {});
  const auto told = [this](const Error& error) {
    std::string trouble = error ? error.message() : "";
    if (std::exchange(commit_trouble_, trouble) != trouble && error)
      say("The group was not told the position: " + trouble + "\n");
  };
  if (!wait)
    return consumer_.commit_async(offsets, [told](const Error& error, const Offsets&) { told(error); });
  try {
    consumer_.commit_sync(offsets);
  } catch (const KafkaError& error) {
    told(error.error());
  }
}

// Everything that was handed over is stored first, unless storing fails.
void Reader::finish() {
  auto job = std::make_unique<Job>();
  job->finish = true;
  worker_.give_up();
  while (problem_.empty() && !worker_.offer(job, poll_timeout)) settle();
  while (problem_.empty() && worker_.under_way() > 0) settle(poll_timeout);
  worker_.stop();
  finished_ = true;
  settle();
  commit(true);
  consumer_.close(close_timeout);
}

// ---- what a person may want to know ----

// Once for each new trouble.
void Reader::tell_trouble() {
  std::string trouble = consumer_.last_problem();
  if (trouble == trouble_) return;
  trouble_ = std::move(trouble);
  if (!trouble_.empty()) say("Waiting for " + options_.bootstrap_server + ": " + trouble_ + "\n");
}

void Reader::tell_idle() {
  const std::string sentence = idle_.sentence(idle_facts());
  if (!sentence.empty()) say(sentence + "\n");
}

IdleFacts Reader::idle_facts() {
  IdleFacts facts;
  facts.bootstrap_server = options_.bootstrap_server;
  facts.topic = options_.topic;
  facts.group = options_.group;
  const LogWatch::Answer answer = watch_.ask();
  facts.topic_exists = answer.kind != LogWatch::Answer::no_such_topic;
  if (!facts.topic_exists) facts.topics = watch_.topics();
  if (answer.kind == LogWatch::Answer::not_now) facts.trouble = answer.why;
  facts.partitions = ours_.size();
  facts.reset_to_latest = consumer_config(options_).get("auto.offset.reset") != "earliest";
  facts.position_was_known = position_was_known_;
  facts.messages_read = handed_over_;
  facts.lag = lag();
  if (!facts.trouble.empty() || !facts.topic_exists) return facts;
  try {
    std::int64_t sum = 0;
    for (const TopicPartition& partition : ours_) sum += consumer_.position(partition, Millis(1'000));
    facts.position = sum;
  } catch (const KafkaError&) {
    // Not known yet; the sentence does without.
  }
  return facts;
}

}  // namespace mini::alerts
