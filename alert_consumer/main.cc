// alert-consumer: polls records, stores what follows from them, and only then tells the group how far it is.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <thread>
#include <utility>

#include "alert_consumer/options.h"
#include "alert_consumer/report.h"
#include "alert_consumer/resume.h"
#include "alert_consumer/store.h"
#include "mini/admin.h"
#include "mini/consumer.h"

namespace mini::alerts {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr Millis poll_timeout = 100ms;  // how long a signal may go unnoticed
constexpr Millis describe_timeout = 5s;
constexpr Millis committed_timeout = 10s;
constexpr Millis close_timeout = 5s;
constexpr Millis store_retry = 1s;
constexpr int describe_attempts_max = 6;

volatile std::sig_atomic_t stop_requested = 0;

// However often: stopping is bounded, and a wrapper may pass on a signal that the terminal sent us already.
void request_stop(int) { stop_requested = 1; }

void tell(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

int fail(const std::string& sentence) {
  std::fflush(stdout);
  std::fprintf(stderr, "alert-consumer: %s\n", sentence.c_str());
  return 1;
}

Config client_config(const Options& options) {
  Config config{{"client.id", "alert-consumer"}, {"auto.offset.reset", "earliest"}};
  for (const auto& [name, value] : options.consumer_properties) config.set(name, value);
  config.set("bootstrap.servers", options.bootstrap_server);
  config.set("group.id", options.group);
  config.set("enable.auto.commit", "false");  // what is not stored must not be committed
  for (const auto& [key, nearest] : config.unknown_keys())
    std::fprintf(stderr, "alert-consumer: warning: '%s' is not a setting of this client%s\n", key.c_str(),
                 nearest.empty() ? "." : (" (did you mean '" + nearest + "'?).").c_str());
  return config;
}

class AlertConsumer {
 public:
  AlertConsumer(const Options& options, Store& store)
      : options_(options),
        store_(store),
        report_(isatty(STDOUT_FILENO) == 1 && !std::getenv("NO_COLOR")),
        admin_(client_config(options)),
        consumer_(client_config(options)) {}

  int run() {
    consumer_.subscribe({options_.topic}, {.assigned = [this](auto partitions) { begin(partitions); }});
    last_record_ = Steady::now();
    try {
      while (stop_requested == 0 && problem_.empty() && !enough()) step();
    } catch (const KafkaError& error) {
      problem_ = error.what();
    }
    consumer_.close(close_timeout);
    tell(report_.totals());
    return problem_.empty() ? 0 : fail(problem_);
  }

 private:
  void step() {
    const Records records = consumer_.poll(poll_timeout);
    if (!problem_.empty() || stop_requested != 0) return;
    tell_trouble();
    if (records.empty()) return;
    last_record_ = Steady::now();
    if (in_doubt(records) && !is_same_log()) return;
    const Batch batch = evaluate(take(records), default_rules(),
                                 std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
    if (!store(batch)) return;
    for (const Position& position : batch.consumed) expected_[position.partition] = position.next_offset;
    commit(batch);
  }

  // A broker that was away may have come back with another log under the same name; offsets that go back say
  // so.
  bool in_doubt(const Records& records) const {
    if (was_in_trouble_ && trouble_.empty()) return true;
    return std::any_of(records.begin(), records.end(), [this](const ConsumerRecord& record) {
      const auto expected = expected_.find(record.partition);
      return expected != expected_.end() && record.offset < expected->second;
    });
  }

  // Where it is another log: goes to where that one was left, and what was polled does not count.
  bool is_same_log() {
    const std::string before = topic_id_;
    if (!learn_topic_id()) return false;
    was_in_trouble_ = false;
    if (topic_id_ == before) return true;
    tell("Topic " + options_.topic + " was made anew (id " + topic_id_ +
         "); it is read from its beginning.\n");
    std::vector<Position> stored;
    if (!read_positions(stored)) return false;
    expected_.clear();
    for (const TopicPartition& partition : consumer_.assignment())
      consumer_.seek(partition, resume_at(stored, topic_id_, partition.partition, {}).value_or(0));
    return false;
  }

  bool enough() const {
    if (options_.max_messages && report_.messages() >= *options_.max_messages) return true;
    return options_.idle_exit_ms && Steady::now() - last_record_ >= Millis(*options_.idle_exit_ms);
  }

  // No more than are still wanted; the rest stays unread, because positions follow from what is taken.
  std::vector<IncomingRecord> take(const Records& records) {
    std::vector<IncomingRecord> taken;
    const std::uint64_t wanted = options_.max_messages.value_or(UINT64_MAX) - report_.messages();
    for (const ConsumerRecord& record : records) {
      if (taken.size() == wanted) break;
      taken.push_back({topic_id_, options_.topic, record.partition, record.offset, record.key, record.value});
    }
    return taken;
  }

  // Until it is stored. False where it was told to stop first: then it is read again the next time.
  bool store(const Batch& batch) {
    while (true) {
      const auto result = store_.write(batch);
      if (const auto* written = std::get_if<Written>(&result)) {
        tell(report_.lines(batch, *written));
        return true;
      }
      const auto& error = std::get<StoreError>(result);
      const std::string sentence = "Cannot write to " + options_.database + ": " + error.message;
      if (!error.retriable) problem_ = sentence + ".";
      if (!error.retriable || stop_requested != 0) return false;
      tell(sentence + "; trying again.\n");
      std::this_thread::sleep_for(store_retry);
    }
  }

  // A commit that fails costs nothing: the database knows the position.
  void commit(const Batch& batch) {
    Offsets offsets;
    for (const Position& position : batch.consumed)
      offsets[{position.topic, position.partition}] = {.offset = position.next_offset};
    try {
      consumer_.commit_sync(offsets);
      commit_trouble_.clear();
    } catch (const KafkaError& error) {
      if (std::exchange(commit_trouble_, error.what()) == error.what()) return;
      tell("The group was not told the position: " + commit_trouble_ + "\n");
    }
  }

  // New partitions: which log they belong to, and where to go on.
  void begin(std::span<const TopicPartition> partitions) {
    if (partitions.empty() || !problem_.empty()) return;
    std::vector<Position> stored;
    if (!learn_topic_id() || !read_positions(stored)) return;
    was_in_trouble_ = false;
    expected_.clear();
    try {
      seek(partitions, stored);
    } catch (const KafkaError& error) {
      problem_ = "Cannot learn the group's position: " + std::string(error.what());
    }
  }

  void seek(std::span<const TopicPartition> partitions, const std::vector<Position>& stored) {
    const Offsets committed = consumer_.committed(partitions, committed_timeout);
    for (const TopicPartition& partition : partitions) {
      const auto known = committed.find(partition);
      const auto told = known == committed.end() ? std::nullopt : std::optional(known->second.offset);
      const auto offset = resume_at(stored, topic_id_, partition.partition, told);
      if (!offset) continue;
      consumer_.seek(partition, *offset);
      tell("Resuming " + partition.topic + "-" + std::to_string(partition.partition) + " at offset " +
           std::to_string(*offset) + ", as stored in " + options_.database + "\n");
    }
  }

  bool read_positions(std::vector<Position>& positions) {
    auto stored = store_.positions();
    if (const auto* error = std::get_if<StoreError>(&stored)) {
      problem_ = "Cannot read " + options_.database + ": " + error->message + ".";
      return false;
    }
    positions = std::move(std::get<std::vector<Position>>(stored));
    return true;
  }

  bool learn_topic_id() {
    std::string why;
    for (int attempt = 0; attempt < describe_attempts_max && stop_requested == 0; ++attempt) {
      try {
        const auto topics = admin_.describe_topics({options_.topic}, describe_timeout);
        const auto found = topics.find(options_.topic);
        if (found != topics.end() && std::holds_alternative<TopicInfo>(found->second)) {
          topic_id_ = std::get<TopicInfo>(found->second).id;
          if (topic_id_.empty())
            topic_id_ = admin_.describe_cluster(describe_timeout).id + "/" + options_.topic;
          return true;
        }
        if (found != topics.end()) why = std::get<Error>(found->second).message();
      } catch (const KafkaError& error) {
        why = error.what();
      }
      std::this_thread::sleep_for(100ms);
    }
    if (stop_requested == 0) problem_ = "Cannot learn the id of topic " + options_.topic + ": " + why;
    return false;
  }

  // Once for each new trouble.
  void tell_trouble() {
    std::string trouble = consumer_.last_problem();
    if (trouble == trouble_) return;
    trouble_ = std::move(trouble);
    if (trouble_.empty()) return;
    was_in_trouble_ = true;
    tell("Waiting for " + options_.bootstrap_server + ": " + trouble_ + "\n");
  }

  const Options& options_;
  Store& store_;
  Report report_;
  Steady::time_point last_record_;
  std::string topic_id_;  // of the log that is being read; where there is no id, cluster id and name
  std::map<std::int32_t, std::int64_t> expected_;  // the next offset of each partition
  std::string trouble_;                            // in reaching the cluster, now
  std::string commit_trouble_;
  bool was_in_trouble_ = false;  // since the topic's id was learnt
  std::string problem_;          // why it cannot go on
  Admin admin_;
  Consumer consumer_;
};

int run(int argc, const char* const* argv) {
  const ParsedOptions parsed = parse_options(argc, argv);
  if (parsed.exit_code) {
    std::fputs(parsed.text.c_str(), *parsed.exit_code == 0 ? stdout : stderr);
    return *parsed.exit_code;
  }
  const Options& options = parsed.options;
  auto opened = Store::open(options.database);
  if (const auto* error = std::get_if<StoreError>(&opened))
    return fail("Cannot open " + options.database + ": " + error->message + ".");
  AlertConsumer consumer(options, std::get<Store>(opened));
  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);
  std::puts("Starting Kafka Real-time Streaming Pipeline");
  std::printf("Consuming from topic: %s\n", options.topic.c_str());
  std::printf("Alert rules active: %zu\n", default_rules().size());
  std::puts("Consumer is running. Press Ctrl+C to stop.");
  return consumer.run();
}

}  // namespace
}  // namespace mini::alerts

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 16);  // a pipe sees every line when it is written
  try {
    return mini::alerts::run(argc, argv);
  } catch (const mini::KafkaError& error) {
    return mini::alerts::fail(error.what());
  }
}
