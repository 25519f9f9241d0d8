#include "mini/embedded_broker.h"

#include "client/errors.h"
#include "client/transport/in_process.h"
#include "embedded/in_process_transport.h"
#include "embedded/tcp_door.h"

namespace mini {

using embedded::World;

namespace {

constexpr client::TimeMs monotonic_start = 1'000'000;

[[noreturn]] void refuse(ClientErrc code, const std::string& why) {
  throw KafkaError(client::client_error(code, why));
}

broker::Config load(const std::map<std::string, std::string>& given) {
  broker::ConfigInput input;
  input.overrides.emplace_back("group.initial.rebalance.delay.ms", "0");
  for (const auto& [name, value] : given) input.overrides.emplace_back(name, value);
  broker::LoadedConfig loaded = broker::load_config(input);
  std::string sentences;
  for (const std::string& error : loaded.problems.errors)
    sentences += (sentences.empty() ? "" : "\n") + error;
  if (!sentences.empty()) refuse(ClientErrc::invalid_config, sentences);
  return std::move(loaded.config);
}

embedded::WorldOptions world_options(const EmbeddedOptions& options) {
  return {options.time == EmbeddedTime::by_hand,
          {monotonic_start, options.start.time_since_epoch().count()},
          options.seed};
}

std::uint16_t number_of(const std::string& address) {
  return static_cast<std::uint16_t>(std::stoul(address.substr(address.find(':') + 1)));
}

}  // namespace

EmbeddedBroker::EmbeddedBroker(const EmbeddedOptions& options)
    : world_(std::make_shared<World>(load(options.config), world_options(options))) {
  // The number is known only once it is announced, and nobody knows the address before.
  const auto number = std::make_shared<std::uint16_t>();
  bootstrap_ = client::announce([weak = std::weak_ptr<World>(world_), number] {
    std::unique_ptr<client::Transport> transport;
    if (auto world = weak.lock())
      transport = std::make_unique<embedded::InProcessTransport>(std::move(world), *number);
    return transport;
  });
  *number = number_of(bootstrap_);
}

EmbeddedBroker::~EmbeddedBroker() { stop(); }

std::string EmbeddedBroker::listen(std::uint16_t port) {
  if (stopped_) refuse(ClientErrc::closed, "this broker has stopped");
  if (door_) refuse(ClientErrc::invalid_call, "this broker listens already");
  auto door = std::make_unique<embedded::TcpDoor>(world_, port);
  if (!door->error().empty()) refuse(ClientErrc::invalid_config, door->error());
  door_ = std::move(door);
  return "127.0.0.1:" + std::to_string(door_->port());
}

void EmbeddedBroker::settle() {
  {
    const World::Entry entry(*world_);
    world_->catch_up();
  }
  world_->ring();
}

void EmbeddedBroker::advance(Millis duration) {
  if (!world_->by_hand()) refuse(ClientErrc::invalid_call, "advance: this broker lives in real time");
  world_->advance(duration.count());
}

Timestamp EmbeddedBroker::now() const { return Timestamp(Millis(world_->now().wall)); }

void EmbeddedBroker::disconnect(const std::string& client_id) {
  {
    const World::Entry entry(*world_);
    if (world_->core()) world_->core()->shut_out(client_id);
  }
  settle();
}

void EmbeddedBroker::reconnect(const std::string& client_id) {
  const World::Entry entry(*world_);
  if (world_->core()) world_->core()->let_in(client_id);
}

void EmbeddedBroker::stop() {
  if (std::exchange(stopped_, true)) return;
  client::withdraw(bootstrap_);
  door_.reset();
  world_->stop();
}

}  // namespace mini
