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

void AdminFace::received(LinkId link, protocol::BytesView bytes, Now now) {
  const Lock lock(mutex_);
  machine_.received(link, bytes, now);
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
template <class Response, class Ask>
Response AdminFace::ask_and_wait(Millis timeout, Ask ask) {
  struct Outcome {
    bool done = false;
    Error error;
    Response response;
  };
  const auto outcome = std::make_shared<Outcome>();
  Lock lock(mutex_);
  ask(later(transport_->now().monotonic, timeout.count()),
      [outcome](const Error& error, const Response& response) {
        *outcome = {true, error, response};
      });
  transport_->ring();
  while (!outcome->done) transport_->wait(lock, changed_, never);
  if (outcome->error) throw KafkaError(outcome->error);
  return std::move(outcome->response);
}

protocol::CreateTopicsResponse AdminFace::create_topics(const protocol::CreateTopicsRequest& request,
                                                        Millis timeout) {
  return ask_and_wait<protocol::CreateTopicsResponse>(
      timeout, [&](TimeMs deadline, auto done) { machine_.create_topics(request, deadline, done); });
}

protocol::MetadataResponse AdminFace::describe(std::optional<std::vector<std::string>> topics,
                                               Millis timeout) {
  return ask_and_wait<protocol::MetadataResponse>(
      timeout, [&](TimeMs deadline, auto done) { machine_.describe(std::move(topics), deadline, done); });
}

std::string AdminFace::last_problem() const {
  const Lock lock(mutex_);
  return machine_.last_problem();
}

}  // namespace mini::client
