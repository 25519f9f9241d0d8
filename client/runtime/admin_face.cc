#include "client/runtime/admin_face.h"

#include "client/runtime/seed.h"
#include "client/settings/cluster_settings.h"

namespace mini::client {

AdminFace::AdminFace(const Config& config, std::unique_ptr<Transport> transport)
    : transport_(std::move(transport)), machine_(cluster_options(config), transport_->wires(), fresh_seed()) {
  transport_->start(*this);
}

AdminFace::~AdminFace() { transport_->stop(); }

void AdminFace::opened(LinkId link, Now now) {
  const Lock lock(mutex_);
  machine_.opened(link, now);
}

bool AdminFace::received(LinkId link, protocol::BytesView bytes, Now now) {
  const Lock lock(mutex_);
  return machine_.received(link, bytes, now);
}

void AdminFace::lost(LinkId link, const std::string& reason, Now now) {
  const Lock lock(mutex_);
  machine_.lost(link, reason, now);
}

TimeMs AdminFace::advance(Now now) {
  const Lock lock(mutex_);
  machine_.advance(now);
  changed_.notify_all();
  return machine_.next_deadline();
}

// The machine ends every call by its deadline, so this wait ends.
std::vector<Error> AdminFace::run(std::shared_ptr<Call> call, Millis timeout) {
  bool done = false;
  Error whole;
  std::vector<Error> errors;
  Lock lock(mutex_);
  machine_.submit(std::move(call), later(transport_->now().monotonic, timeout.count()),
                  [&](const Error& error, const std::vector<Error>& each) {
                    done = true;
                    whole = error;
                    errors = each;
                  });
  transport_->ring();
  while (!done) transport_->wait(lock, changed_, never);
  if (whole) throw KafkaError(whole);
  return errors;
}

std::string AdminFace::last_problem() const {
  const Lock lock(mutex_);
  return machine_.last_problem();
}

}  // namespace mini::client
