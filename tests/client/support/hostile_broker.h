#pragma once

#include <atomic>
#include <optional>

#include "protocol/messages/fetch.h"
#include "protocol/messages/init_producer_id.h"
#include "protocol/messages/list_offsets.h"
#include "tests/client/support/socket_broker.h"

// A broker on a socket that behaves until the test says otherwise: topic t, one partition.
//
//   HostileBroker broker;
//   broker.log = [](mini::Offset from) { return from == 0 ? nonsense : Bytes{}; };   // what a fetch gives
//   broker.on[ApiKey::create_topics] = [](const Asked& asked) { return Reaction::raw(...); };
//   const auto running = broker.start();
namespace mini::test {

class HostileBroker {
 public:
  std::function<Bytes(Offset from)> log = [](Offset) { return Bytes{}; };
  Offset high_watermark = 1000;
  std::map<ApiKey, std::function<Reaction(const Asked&)>> on;
  std::atomic<int> fetches = 0;

  // As long as it lives the broker serves, on a thread of its own: it comes after everything that the broker
  // looks into.
  struct [[nodiscard]] Running {
    explicit Running(std::optional<SocketBroker>& sockets) : sockets(sockets) {}
    Running(const Running&) = delete;
    ~Running() { sockets.reset(); }
    std::optional<SocketBroker>& sockets;
  };
  Running start(bool script_all = false) {
    scripted_.topics["t"] = 1;
    scripted_.script_all = script_all;
    scripted_.script = [this](const Asked& asked) {
      if (const auto said = on.find(asked.api); said != on.end()) return said->second(asked);
      return behave(asked);
    };
    sockets_.emplace(scripted_);
    return Running(sockets_);
  }
  Config config() const {
    return {{"bootstrap.servers", sockets_->bootstrap()},
            {"auto.offset.reset", "earliest"},
            {"enable.auto.commit", "false"},
            {"retry.backoff.ms", "5"},
            {"reconnect.backoff.ms", "5"},
            {"linger.ms", "1"}};
  }
  ScriptedBroker& scripted() { return scripted_; }

 private:
  Reaction behave(const Asked& asked) {
    switch (asked.api) {
      case ApiKey::list_offsets: return beginning(asked);
      case ApiKey::fetch: return fetch(asked);
      case ApiKey::init_producer_id: {
        protocol::InitProducerIdResponse response;
        response.producer_id = 1;
        return Reaction::answer(asked, response);
      }
      default: return Reaction::none();
    }
  }
  Reaction beginning(const Asked& asked) {
    protocol::ListOffsetsResponse response;
    auto& topic = response.topics.emplace_back();
    topic.name = "t";
    topic.partitions.emplace_back().offset = 0;
    return Reaction::answer(asked, response);
  }
  // A fetch with nothing to give is never answered: it may wait, and the test does not spin.
  Reaction fetch(const Asked& asked) {
    ++fetches;
    const auto request = asked.read<protocol::FetchRequest>();
    const Bytes records = log(request.topics.at(0).partitions.at(0).fetch_offset);
    if (records.empty()) return Reaction::none();
    protocol::FetchResponse response;
    auto& topic = response.responses.emplace_back();
    topic.topic = "t";
    auto& partition = topic.partitions.emplace_back();
    partition.high_watermark = high_watermark;
    partition.records = protocol::Records(protocol::Slice(records));
    return Reaction::answer(asked, response);
  }

  ScriptedBroker scripted_;
  std::optional<SocketBroker> sockets_;
};

}  // namespace mini::test
