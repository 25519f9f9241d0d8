#pragma once

#include <deque>
#include <map>
#include <set>

#include "client/transport/transport.h"
#include "protocol/api_key.h"
#include "protocol/wire/reader.h"

// What fuzz_client puts in place of sockets, threads and brokers: a broker that answers well until the input
// has something else to say, and a time that passes when nobody has anything to do.
namespace mini::test {

// What the broker does with one request, once.
struct Step {
  enum class Kind : std::uint8_t { body, frame, bytes, cut, silence } kind = Kind::body;
  protocol::Bytes bytes = {};
};

struct Script {
  std::map<protocol::ApiKey, std::deque<Step>> steps;        // for the next requests of an API
  std::map<protocol::ApiKey, std::int16_t> newest_versions;  // advertised
};

// What was reached, over all inputs.
struct ClientReached {
  std::size_t accepted = 0;  // bodies from inputs after which the connection went on
  std::set<protocol::ApiKey> accepted_apis;
  std::set<protocol::ApiKey> asked_apis;
};

class ClientWorld final : public client::Transport, private client::Wires {
 public:
  ClientWorld(Script& script, ClientReached& reached);
  ~ClientWorld() override { stop(); }

  client::Wires& wires() override { return *this; }
  void start(client::Driven& machine) override { machine_ = &machine; }
  void ring() override {}  // whoever waits advances first
  void stop() override;
  bool on_own_thread() const override { return inside_; }
  client::Now now() const override { return now_; }
  std::shared_ptr<client::Worker> worker() const override;

 private:
  struct Asked {
    protocol::ApiKey api;
    std::int16_t version;
    std::int32_t correlation_id;
    protocol::Bytes frame;
  };
  struct Handle;
  struct Link {
    bool open = false;
    protocol::Bytes sent;
  };

  void open(client::LinkId link, const std::string&, std::uint16_t) override { links_[link]; }
  void send(client::LinkId link, protocol::OutBuffer bytes) override;
  void close(client::LinkId link) override { links_.erase(link); }

  void work(client::TimeMs deadline);
  bool something_happens();
  void serve(client::LinkId link, const Asked& asked);
  void answer(client::LinkId link, const protocol::Bytes& bytes);
  void lose(client::LinkId link);
  protocol::Bytes with_header(const Asked& asked, protocol::BytesView body) const;
  protocol::Bytes honest(const Asked& asked) const;
  protocol::Bytes api_versions(const Asked& asked) const;

  Script& script_;
  ClientReached& reached_;
  std::shared_ptr<Handle> handle_;
  client::Driven* machine_ = nullptr;
  bool inside_ = false;
  client::Now now_{1'000'000, 1'700'000'000'000};
  int idle_rounds_ = 0;  // in which time did not pass
  std::map<client::LinkId, Link> links_;
};

}  // namespace mini::test
