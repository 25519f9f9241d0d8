#include "client/admin/admin_machine.h"

namespace mini::client {
namespace {

// Looking at a topic does not create it.
ClusterOptions without_creation(ClusterOptions options) {
  options.allow_auto_create_topics = false;
  return options;
}

}  // namespace

AdminMachine::AdminMachine(ClusterOptions cluster, Wires& wires, std::uint64_t seed)
    : cluster_(without_creation(std::move(cluster)), wires, seed) {}

void AdminMachine::submit(std::shared_ptr<Call> call, TimeMs deadline, Operation::Done done) {
  operations_.push_back(std::make_shared<Operation>(cluster_, std::move(call), deadline, std::move(done)));
}

void AdminMachine::advance(Now now) {
  cluster_.advance(now);
  for (const auto& operation : operations_) operation->advance(now);
  operations_.remove_if([](const auto& operation) { return operation->ended(); });
}

TimeMs AdminMachine::next_deadline() const {
  TimeMs next = cluster_.next_deadline();
  for (const auto& operation : operations_)
    next = std::min(next, operation->ended() ? 0 : operation->next_deadline());
  return next;
}

void AdminMachine::abort(Now now) {
  cluster_.close(now);
  for (const auto& operation : std::exchange(operations_, {}))
    operation->end(client_error(ClientErrc::closed, ""));
}

}  // namespace mini::client
