#include "client/cluster/connection.h"

#include "client/cluster/versions.h"
#include "protocol/messages/api_versions.h"

namespace mini::client {

using protocol::ApiKey;
using protocol::ErrorCode;

Connection::Connection(const ConnectionOptions& options, std::string host, std::uint16_t port, Wires& wires,
                       Random& random)
    : options_(options),
      host_(std::move(host)),
      port_(port),
      wires_(wires),
      random_(random),
      buffers_(std::make_shared<FrameBuffers>()),
      assembler_(options.response_size_max, buffers_),
      backoff_(options.reconnect_backoff_ms, options.reconnect_backoff_max_ms),
      api_versions_version_(versions::api_versions) {}

Connection::~Connection() {
  if (state_ != State::idle) wires_.close(link_);
}

protocol::VersionRange Connection::served(ApiKey api) const {
  const auto found = served_.find(api);
  return found == served_.end() ? protocol::never : found->second;
}

void Connection::open(LinkId link, Now now) {
  link_ = link;
  state_ = State::connecting;
  assembler_ = FrameAssembler(options_.response_size_max, buffers_);
  setup_deadline_ = later(now.monotonic, options_.setup_timeout_ms);
  wires_.open(link_, host_, port_);
}

void Connection::opened(Now now) {
  if (state_ != State::connecting) return;
  state_ = State::negotiating;
  negotiate(now);
}

void Connection::request(std::unique_ptr<Request> request, Now now) {
  request->deadline = later(now.monotonic, request->timeout_ms);
  waiting_.push_back(std::move(request));
  // What has no answer ends when it is sent, and that is told from `advance`.
  const bool alone = waiting_.size() == 1 && waiting_.front()->expects_answer();
  if (ready(now) && alone && send(waiting_.front())) waiting_.pop_front();
}

// Encodes and hands over; false where the broker does not serve it.
bool Connection::send(std::unique_ptr<Request>& request) {
  const protocol::VersionRange served = this->served(request->info.api);
  const std::int16_t version = std::min(served.last, request->wanted.last);
  if (version < std::max(served.first, request->wanted.first)) return false;
  protocol::OutBuffer frame;
  const std::int32_t correlation_id = next_correlation_id_++;
  request->encode(frame, version, correlation_id, options_.client_id);
  wires_.send(link_, std::move(frame));
  if (request->expects_answer()) in_flight_.push_back({correlation_id, version, std::move(request)});
  return true;
}

void Connection::flush_waiting(Now now) {
  while (ready(now) && !waiting_.empty()) {
    std::unique_ptr<Request> request = std::move(waiting_.front());
    waiting_.pop_front();
    if (!send(request))
      refuse(*request);
    else if (request)
      request->unanswered();
  }
}

void Connection::refuse(Request& request) {
  const protocol::VersionRange served = this->served(request.info.api);
  const std::string api(protocol::name_of(request.info.api));
  const std::string wanted =
      api + " " + std::to_string(request.wanted.first) + "-" + std::to_string(request.wanted.last);
  const std::string offered = served == protocol::never ? "does not serve " + api
                                                        : "serves " + std::to_string(served.first) + "-" +
                                                              std::to_string(served.last);
  request.fail(
      client_error(ClientErrc::unsupported, address() + " " + offered + ", this client needs " + wanted));
}

bool Connection::received(protocol::BytesView bytes, Now now) {
  const LinkId link = link_;
  bool whole = false;
  assembler_.feed(bytes);
  while (auto frame = assembler_.next()) {
    whole = true;
    state_ == State::negotiating ? on_api_versions(*frame, now) : on_answer(*frame, now);
    if (state_ == State::idle || link_ != link) return true;
  }
  if (!assembler_.problem().empty()) {
    break_off(ClientErrc::bad_answer, assembler_.problem(), now);
    return true;
  }
  wires_.awaits(link, assembler_.missing());
  return whole;
}

void Connection::on_answer(const protocol::Slice& frame, Now now) {
  if (in_flight_.empty()) return break_off(ClientErrc::bad_answer, "an answer nobody asked for", now);
  protocol::Reader in(frame.view());
  protocol::ResponseHeader header;
  protocol::read_response_header(in, header,
                                 in_flight_.front().request->flexible_header(in_flight_.front().version));
  if (!in.ok() || header.correlation_id != in_flight_.front().correlation_id)
    return break_off(ClientErrc::bad_answer, "an answer with a wrong correlation id", now);
  Sent sent = std::move(in_flight_.front());
  in_flight_.pop_front();
  const LinkId link = link_;
  const Request::Answered answered = sent.request->answer(in, sent.version, frame);
  if (!answered.understood) {
    in_flight_.push_front(std::move(sent));
    return break_off(
        ClientErrc::bad_answer,
        "its " + std::string(in_flight_.front().request->info.name) + " answer could not be read", now);
  }
  if (link_ == link && answered.throttle_time_ms > 0)
    muted_until_ = now.monotonic + std::min(answered.throttle_time_ms, throttle_time_ms_max);
}

void Connection::lost(const std::string& reason, Now now) {
  if (state_ == State::idle) return;
  const bool harmless = state_ == State::ready && load() == 0;  // a broker drops idle connections
  if (state_ == State::negotiating) api_versions_version_ = 0;  // a broker that does not know v3 may hang up
  state_ = State::idle;
  setup_deadline_ = never;
  retry_at_ = now.monotonic + backoff_.next_ms(random_);
  if (!harmless) problem_ = address() + ": " + reason;
  end_all(client_error(ClientErrc::disconnected, problem_));
}

void Connection::break_off(ClientErrc code, const std::string& reason, Now now) {
  const std::string full = address() + ": " + reason;
  close(client_error(code, full), now);
  problem_ = full;
}

void Connection::close(const Error& error, Now now) {
  if (state_ != State::idle) wires_.close(link_);
  state_ = State::idle;
  setup_deadline_ = never;
  retry_at_ = now.monotonic + backoff_.next_ms(random_);
  end_all(error);
}

void Connection::end_all(const Error& error) {
  Requests ended;
  for (Sent& sent : in_flight_) ended.push_back(std::move(sent.request));
  for (auto& request : waiting_) ended.push_back(std::move(request));
  in_flight_.clear();
  waiting_.clear();
  muted_until_ = 0;
  for (const auto& request : ended) request->fail(error);
}

void Connection::advance(Now now) {
  if (now.monotonic >= setup_deadline_)
    return break_off(ClientErrc::disconnected,
                     "no connection within " + std::to_string(options_.setup_timeout_ms) + " ms", now);
  if (!in_flight_.empty() && now.monotonic >= in_flight_.front().request->deadline)
    return break_off(ClientErrc::disconnected,
                     "no answer to " + std::string(protocol::name_of(in_flight_.front().request->info.api)) +
                         " within " + std::to_string(in_flight_.front().request->timeout_ms) + " ms",
                     now);
  if (now.monotonic >= muted_until_) muted_until_ = 0;
  expire_waiting(now);
  flush_waiting(now);
}

void Connection::expire_waiting(Now now) {
  Requests expired;
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    if (now.monotonic < (*it)->deadline) {
      ++it;
      continue;
    }
    expired.push_back(std::move(*it));
    it = waiting_.erase(it);
  }
  const std::string why = problem_.empty() ? address() + ": not connected in time" : problem_;
  for (const auto& request : expired) request->fail(client_error(ClientErrc::disconnected, why));
}

TimeMs Connection::next_deadline() const {
  TimeMs next = setup_deadline_;
  if (!in_flight_.empty()) next = std::min(next, in_flight_.front().request->deadline);
  for (const auto& request : waiting_) next = std::min(next, request->deadline);
  if (state_ == State::ready && muted_until_ > 0) next = std::min(next, muted_until_);
  if (waiting_.empty()) return next;
  if (state_ == State::ready && muted_until_ == 0) return 0;
  if (state_ == State::idle) next = std::min(next, retry_at_);
  return next;
}

// ---- which versions are served ----

void Connection::negotiate(Now) {
  protocol::ApiVersionsRequest request;
  request.client_software_name = "mini-client";
  request.client_software_version = "0.1.0";
  protocol::OutBuffer frame;
  protocol::write_request(frame, request, api_versions_version_, next_correlation_id_++, options_.client_id);
  wires_.send(link_, std::move(frame));
}

void Connection::on_api_versions(const protocol::Slice& frame, Now now) {
  protocol::Reader in(frame.view());
  if (in.int32() != next_correlation_id_ - 1)
    return break_off(ClientErrc::bad_answer, "an answer with a wrong correlation id", now);
  // A broker that does not know our version says so in the layout of version 0.
  protocol::Reader peek = in;
  const bool unknown_version = static_cast<ErrorCode>(peek.int16()) == ErrorCode::unsupported_version;
  protocol::ApiVersionsResponse response;
  protocol::read(in, response, unknown_version ? std::int16_t{0} : api_versions_version_);
  if (!in.ok() && !unknown_version)
    return break_off(ClientErrc::bad_answer, "its ApiVersions answer could not be read", now);
  served_.clear();
  for (const auto& api : response.api_keys)
    served_[static_cast<ApiKey>(api.api_key)] = protocol::range(api.min_version, api.max_version);
  if (unknown_version && retry_negotiation(served(ApiKey::api_versions).last, now)) return;
  if (failed(response.error_code))
    return break_off(ClientErrc::bad_answer,
                     "ApiVersions failed: " + std::string(protocol::describe(response.error_code).name), now);
  state_ = State::ready;
  setup_deadline_ = never;
  backoff_.reset();
  problem_.clear();
  flush_waiting(now);
}

bool Connection::retry_negotiation(std::int16_t version, Now now) {
  if (api_versions_version_ == 0) return false;
  api_versions_version_ =
      std::clamp<std::int16_t>(version, 0, static_cast<std::int16_t>(api_versions_version_ - 1));
  negotiate(now);
  return true;
}

}  // namespace mini::client
