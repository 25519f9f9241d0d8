#include "mini/stand_in.h"

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <mutex>
#include <thread>
#include <vector>

#include "embedded/stand_in_reader.h"
#include "mini/admin.h"
#include "mini/embedded_broker.h"
#include "mini/producer.h"

namespace mini {

using embedded::Positions;
using embedded::Reader;

namespace {

using Clock = std::chrono::steady_clock;
using Message = StandInBroker::Message;

constexpr Millis topic_wait_max{10'000};  // a new topic may need a moment until everybody knows it
constexpr Millis topic_wait_step{20};
constexpr Millis thread_poll{1'000};

std::string timestamp_now() {
  const auto now = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char date[32], text[48];
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
  const long long micros = now.time_since_epoch().count() % 1'000'000;
  std::snprintf(text, sizeof text, "%s.%06lld+00:00", date, micros);
  return text;
}

Message parse(const std::string& text) {
  Message message = Message::parse(text, nullptr, false);
  return message.is_discarded() ? Message(text) : message;
}

// Says what went wrong, if anything, and whether nothing did.
template <class Call>
bool goes_well(Call call) {
  try {
    call();
    return true;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "mini broker: %s\n", problem.what());
  } catch (...) {
    std::fprintf(stderr, "mini broker: a callback threw what is no std::exception\n");
  }
  return false;
}

std::vector<TopicPartition> partitions_of(Admin& admin, const std::string& topic) {
  const auto deadline = Clock::now() + topic_wait_max;
  for (;;) {
    auto described = admin.describe_topics({topic});
    const auto* info = std::get_if<TopicInfo>(&described[topic]);
    std::vector<TopicPartition> partitions;
    for (std::size_t i = 0; info && i < info->partitions.size(); ++i)
      partitions.push_back({topic, info->partitions[i].id});
    if (!partitions.empty() || Clock::now() >= deadline) return partitions;
    std::this_thread::sleep_for(topic_wait_step);
  }
}

}  // namespace

class StandInBroker::Impl {
 public:
  explicit Impl(const std::string& bootstrap_servers)
      : embedded_(bootstrap_servers.empty() ? std::make_unique<EmbeddedBroker>() : nullptr),
        config_({{"bootstrap.servers", embedded_ ? embedded_->bootstrap() : bootstrap_servers}}),
        admin_(config_),
        producer_(Config(config_).set("linger.ms", "0")) {}

  bool create_topic(const std::string& topic) {
    if (stopped_) return false;
    const Error error = admin_.create_topics({{.name = topic}})[topic];
    const bool there = !error || error.code == kafka_error(36);  // TOPIC_ALREADY_EXISTS
    const std::lock_guard lock(mutex_);
    if (there) topics_[topic];
    return there;
  }

  bool publish(const std::string& topic, Message message) {
    if (!known(topic) && !create_topic(topic)) return false;
    if (stopped_) return false;
    if (message.is_object()) message["kafka_timestamp"] = timestamp_now();
    const std::string text = message.dump(-1, ' ', false, Message::error_handler_t::replace);
    return !producer_.send_tracked({.topic = topic, .value = text}).error();
  }

  std::optional<Message> consume(const std::string& topic, Millis timeout) {
    if (stopped_ || (!known(topic) && !create_topic(topic))) return std::nullopt;
    std::shared_ptr<Reader> reader = shared_reader(topic);
    const auto text = reader->next(timeout);
    return text ? std::optional<Message>(parse(*text)) : std::nullopt;
  }

  void subscribe(const std::string& topic, Callback callback) {
    if (stopped_ || (!known(topic) && !create_topic(topic))) return;
    std::shared_ptr<Reader> reader = add_reader(topic);
    start(topic, reader, [this, callback = std::move(callback)](const Message& message) {
      const std::lock_guard one_at_a_time(calling_);
      callback(message);
    });
  }

  void start_consumer_thread(const std::string& topic, Callback callback) {
    if (stopped_ || (!known(topic) && !create_topic(topic))) return;
    start(topic, shared_reader(topic), std::move(callback));
  }

  std::map<std::string, TopicStats> get_stats() {
    std::map<std::string, Topic> topics;
    {
      const std::lock_guard lock(mutex_);
      topics = topics_;
    }
    std::map<std::string, TopicStats> stats;
    for (const auto& [name, topic] : topics)
      stats[name] = {stopped_ ? 0 : pending(name, topic), topic.subscribers};
    return stats;
  }

  void stop() {
    if (stopped_.exchange(true)) return;
    std::vector<std::thread> threads;
    {
      const std::lock_guard lock(mutex_);
      for (auto& [name, topic] : topics_)
        for (const auto& reader : topic.readers) reader->stop();
      threads.swap(threads_);
      stop_.notify_all();
    }
    for (std::thread& thread : threads) thread.join();
    const std::lock_guard lock(mutex_);
    for (auto& [name, topic] : topics_) topic.readers.clear(), topic.shared.reset();
    producer_.close(Millis(5'000));
    if (embedded_) embedded_->stop();
  }
  bool stopped() const { return stopped_; }

 private:
  struct Topic {
    std::shared_ptr<Reader> shared;                // of consume and the consumer threads
    std::vector<std::shared_ptr<Reader>> readers;  // every one that has a position
    std::size_t subscribers = 0;
  };

  bool known(const std::string& topic) {
    const std::lock_guard lock(mutex_);
    return topics_.contains(topic);
  }

  std::shared_ptr<Reader> add_reader(const std::string& topic) {
    auto reader = std::make_shared<Reader>(config_, partitions_of(admin_, topic));
    const std::lock_guard lock(mutex_);
    topics_[topic].readers.push_back(reader);
    return reader;
  }
  std::shared_ptr<Reader> shared_reader(const std::string& topic) {
    const std::lock_guard making(making_shared_);
    {
      const std::lock_guard lock(mutex_);
      if (topics_[topic].shared) return topics_[topic].shared;
    }
    std::shared_ptr<Reader> reader = add_reader(topic);
    const std::lock_guard lock(mutex_);
    return topics_[topic].shared = reader;
  }

  void start(const std::string& topic, std::shared_ptr<Reader> reader, Callback callback) {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    ++topics_[topic].subscribers;
    threads_.emplace_back([this, reader = std::move(reader), callback = std::move(callback)] {
      while (!stopped_) deliver_one(*reader, callback);
    });
  }

  void deliver_one(Reader& reader, const Callback& callback) {
    std::optional<std::string> text;
    if (!goes_well([&] { text = reader.next(thread_poll); })) return pause();
    if (text) goes_well([&] { callback(parse(*text)); });
  }

  // What cannot be read now is not tried again at once: it would do nothing but fill the terminal.
  void pause() {
    std::unique_lock lock(mutex_);
    stop_.wait_for(lock, thread_poll, [this] { return stopped_.load(); });
  }

  // The first or the last offset of each partition.
  Positions ends(const std::vector<TopicPartition>& partitions, const char* which) {
    Consumer probe(Config(config_).set("auto.offset.reset", which));
    probe.assign(partitions);
    Positions positions;
    for (const TopicPartition& each : partitions) positions[each.partition] = probe.position(each);
    return positions;
  }

  std::int64_t pending(const std::string& name, const Topic& topic) {
    const auto partitions = partitions_of(admin_, name);
    const Positions begin = ends(partitions, "earliest"), end = ends(partitions, "latest");
    const auto left = [&](const Positions& read) {
      std::int64_t sum = 0;
      for (const auto& [partition, last] : end) {
        const auto at = read.find(partition);
        sum += last - std::max(begin.at(partition), at == read.end() ? 0 : std::min(at->second, last));
      }
      return sum;
    };
    std::int64_t most = topic.readers.empty() ? left({}) : 0;
    for (const auto& reader : topic.readers) most = std::max(most, left(reader->positions()));
    return most;
  }

  const std::unique_ptr<EmbeddedBroker> embedded_;
  const Config config_;
  Admin admin_;
  Producer producer_;
  std::mutex calling_, making_shared_;
  std::atomic<bool> stopped_{false};

  std::mutex mutex_;  // guards what follows
  std::map<std::string, Topic> topics_;
  std::vector<std::thread> threads_;
  std::condition_variable stop_;
};

StandInBroker::StandInBroker(const std::string& bootstrap_servers)
    : impl_(std::make_unique<Impl>(bootstrap_servers)) {}
StandInBroker::~StandInBroker() { stop(); }

bool StandInBroker::create_topic(const std::string& topic) { return impl_->create_topic(topic); }
bool StandInBroker::publish(const std::string& topic, Message message) {
  return impl_->publish(topic, std::move(message));
}
std::optional<Message> StandInBroker::consume(const std::string& topic, std::chrono::milliseconds timeout) {
  return impl_->consume(topic, timeout);
}
void StandInBroker::subscribe(const std::string& topic, Callback callback) {
  impl_->subscribe(topic, std::move(callback));
}
void StandInBroker::start_consumer_thread(const std::string& topic, Callback callback) {
  impl_->start_consumer_thread(topic, std::move(callback));
}
std::map<std::string, StandInBroker::TopicStats> StandInBroker::get_stats() { return impl_->get_stats(); }
void StandInBroker::stop() { impl_->stop(); }
bool StandInBroker::stopped() const { return impl_->stopped(); }

std::shared_ptr<StandInBroker> get_broker(const std::string& bootstrap_servers) {
  static std::mutex mutex;
  static std::shared_ptr<StandInBroker> the_broker;
  const std::lock_guard lock(mutex);
  if (the_broker && !the_broker->stopped()) return the_broker;
  const char* named = std::getenv("MINI_BROKER");
  return the_broker = std::make_shared<StandInBroker>(!bootstrap_servers.empty() ? bootstrap_servers
                                                      : named                    ? named
                                                                                 : "");
}

}  // namespace mini
