#include <time.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "client/transport/tcp_link.h"
#include "client/transport/transport.h"

namespace mini::client {
namespace {

namespace asio = boost::asio;

constexpr std::size_t read_buffer_size = 256 * 1024;

std::int64_t read_ms(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
}

Now precise_now() { return {read_ms(CLOCK_MONOTONIC), read_ms(CLOCK_REALTIME)}; }

// One thread, one machine. The machine is advanced after every event but a part of an answer; what it gave
// out is sent after that.
class TcpTransport final : public Transport, private Wires {
 public:
  TcpTransport() : read_buffer_(read_buffer_size), timer_(io_), work_(io_.get_executor()) {
    events_.opened = [this](LinkId link) { after([&](Now now) { machine_->opened(link, now); }); };
    events_.received = [this](LinkId link, protocol::BytesView bytes) {
      if (!stopping_ && machine_->received(link, bytes, precise_now())) pump();
    };
    events_.lost = [this](LinkId link, const std::string& reason) {
      links_.erase(link);
      after([&](Now now) { machine_->lost(link, reason, now); });
    };
  }
  ~TcpTransport() override { stop(); }

  Wires& wires() override { return *this; }

  void start(Driven& machine) override {
    machine_ = &machine;
    thread_ = std::thread([this] { io_.run(); });
    ring();
  }

  void ring() override {
    if (bell_.exchange(true)) return;
    asio::post(io_, [this] {
      bell_ = false;
      pump();
    });
  }

  void stop() override {
    if (!thread_.joinable()) return;
    asio::post(io_, [this] {
      stopping_ = true;
      take_early();
      for (auto& [id, link] : links_) {
        link->flush();
        link->close();
      }
      links_.clear();
      timer_.cancel();
      work_.reset();
      io_.stop();
    });
    thread_.join();
  }

  bool on_own_thread() const override { return std::this_thread::get_id() == thread_.get_id(); }
  Now now() const override { return {read_ms(CLOCK_MONOTONIC_COARSE), read_ms(CLOCK_REALTIME_COARSE)}; }

 private:
  void open(LinkId link, const std::string& host, std::uint16_t port) override {
    auto& opened = links_[link] = std::make_unique<TcpLink>(io_, link, events_, read_buffer_);
    opened->open(host, port);
  }
  // Also from a user's thread that closes or leaves: the sockets belong to this one.
  void send(LinkId link, protocol::OutBuffer bytes) override {
    if (on_own_thread()) {
      take_early();
      return queue(link, std::move(bytes));
    }
    const std::lock_guard lock(early_mutex_);
    early_.emplace_back(link, std::move(bytes));
    ring();
  }
  void close(LinkId link) override {
    const auto found = links_.find(link);
    if (found == links_.end()) return;
    found->second->close();
    links_.erase(found);
  }

  void awaits(LinkId link, std::size_t size) override {
    const auto found = links_.find(link);
    if (found != links_.end()) found->second->awaits(size);
  }

  // In the order of the machine, which is the one that correlation ids have.
  void take_early() {
    const std::lock_guard lock(early_mutex_);
    for (auto& [link, bytes] : std::exchange(early_, {})) queue(link, std::move(bytes));
  }

  void queue(LinkId link, protocol::OutBuffer bytes) {
    const auto found = links_.find(link);
    if (found == links_.end()) return;
    found->second->queue(std::move(bytes));
    dirty_.insert(link);
  }

  template <class Event>
  void after(Event event) {
    if (stopping_) return;
    event(precise_now());
    pump();
  }

  void pump() {
    if (stopping_) return;
    Now now = precise_now();
    TimeMs next = machine_->advance(now);
    while (next <= now.monotonic) next = machine_->advance(now = precise_now());
    flush();
    arm(next);
  }

  void flush() {
    take_early();
    for (const LinkId id : std::exchange(dirty_, {})) {
      const auto found = links_.find(id);
      if (found != links_.end()) found->second->flush();
    }
  }

  void arm(TimeMs next) {
    if (next == armed_) return;
    armed_ = next;
    timer_.cancel();
    if (next == never) return;
    timer_.expires_at(std::chrono::steady_clock::time_point(std::chrono::milliseconds(next)));
    timer_.async_wait([this](boost::system::error_code problem) {
      if (problem) return;
      armed_ = never;
      pump();
    });
  }

  asio::io_context io_{1};
  std::vector<std::uint8_t> read_buffer_;
  asio::steady_timer timer_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  TcpLink::Events events_;
  std::map<LinkId, std::unique_ptr<TcpLink>> links_;
  std::set<LinkId> dirty_;
  std::mutex early_mutex_;
  std::vector<std::pair<LinkId, protocol::OutBuffer>> early_;  // sent from other threads
  Driven* machine_ = nullptr;
  TimeMs armed_ = never;
  bool stopping_ = false;

  std::atomic<bool> bell_{false};
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Transport> tcp_transport() { return std::make_unique<TcpTransport>(); }

}  // namespace mini::client
