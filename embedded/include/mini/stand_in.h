#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

// The smallest broker to program against: topics of JSON messages, one object per process.
//
//   auto broker = mini::get_broker();
//   broker->create_topic("sensor_data");
//   broker->publish("sensor_data", {{"sensor_id", "s1"}, {"temperature", 21.5}});
//   while (auto message = broker->consume("sensor_data", 1s)) use(*message);
//   broker->stop();
//
// The broker lives in this process, unless MINI_BROKER=host:port (or the argument) names one: then the same
// calls work across processes, on mini-broker or any other Kafka.
//
// Nothing is dropped and nothing is used up. This object has one position in each topic, which all calls of
// consume() and all consumer threads share, and each subscriber has its own; all begin at the topic's
// beginning. Any thread may call any function. A public header that needs nlohmann/json: its values are the
// messages.
namespace mini {

class StandInBroker {
 public:
  using Message = nlohmann::json;
  using Callback = std::function<void(const Message&)>;

  struct TopicStats {
    std::int64_t messages_pending = 0;  // the topic's end less the slowest position in it
    std::size_t subscribers = 0;        // consumer threads included
  };

  // Empty: a broker of its own in this process.
  explicit StandInBroker(const std::string& bootstrap_servers = "");
  StandInBroker(const StandInBroker&) = delete;
  StandInBroker& operator=(const StandInBroker&) = delete;
  ~StandInBroker();  // stop()

  // True where it is there now; it may have been there before.
  bool create_topic(const std::string& topic);
  // Adds `kafka_timestamp` (UTC, ISO 8601) to an object, and waits until it is stored. Creates the topic.
  bool publish(const std::string& topic, Message message);

  // The next message; nothing where none comes within `timeout`. What is not JSON is given as a string.
  std::optional<Message> consume(const std::string& topic,
                                 std::chrono::milliseconds timeout = std::chrono::seconds(1));
  // Every message from the beginning goes to `callback`, on a thread of the broker's, one call at a time over
  // all subscribers. What it throws is written to stderr, and the next message comes.
  void subscribe(const std::string& topic, Callback callback);
  // A thread that consumes: it shares the messages with consume() and other such threads.
  void start_consumer_thread(const std::string& topic, Callback callback);

  std::map<std::string, TopicStats> get_stats();  // of the topics that this object has dealt with

  // Ends and joins all threads; from then on publish says false and consume nothing. Not from a callback.
  void stop();
  bool stopped() const;

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

// The process's one: made at the first call, and a new one after stop(). The argument counts when it is made.
std::shared_ptr<StandInBroker> get_broker(const std::string& bootstrap_servers = "");

}  // namespace mini
