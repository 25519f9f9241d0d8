#include "embedded/core.h"

#include <algorithm>
#include <cassert>

namespace mini::embedded {

using protocol::BytesView;
using protocol::OutBuffer;

namespace {

constexpr std::size_t memory_where_not_given = std::size_t{1} << 30;

std::size_t memory_limit(const broker::Config& config) {
  const std::int64_t given = config.broker().memory_limit_bytes;
  return given > 0 ? static_cast<std::size_t>(given) : memory_where_not_given;
}

// In every header the client id follows the first eight bytes, with a length of two.
std::string_view peek_client_id(BytesView frame) {
  protocol::Reader in(frame);
  in.take(8);
  const std::int16_t size = in.int16();
  const BytesView name = in.take(size < 0 ? 0 : static_cast<std::size_t>(size));
  return in.ok() ? protocol::as_text(name) : std::string_view();
}

}  // namespace

Core::Core(broker::Config config, std::uint64_t seed, broker::Now now)
    : config_(std::move(config)),
      random_(seed),
      memory_(memory_limit(config_)),
      storage_(memory_),
      broker_(config_, environment_, storage_, *this) {
  broker_.advance(now);
}

void Core::open(Line& line, broker::Origin origin) {
  assert(!line.open);
  line.id = next_id_++;
  line.open = true;
  lines_.emplace(line.id, &line);
  broker_.open(line.id, std::move(origin));
}

void Core::receive(Line& line, BytesView frame) {
  assert(line.open && !line.busy && !line.closed);
  const std::string_view client_id = peek_client_id(frame);
  if (line.client_id != client_id) line.client_id = client_id;
  if (shut_out_.contains(client_id)) return cut(line, "this client was disconnected");
  if (tap_) tap_(line, Direction::request, frame);
  line.busy = true;
  broker_.receive(line.id, frame);
}

OutBuffer Core::answers(Line& line) {
  OutBuffer whole = std::move(line.output);
  line.output = {};
  if (line.whole < whole.size()) {  // a half-made answer stays behind
    const protocol::Bytes bytes = whole.copy();
    whole = {};
    std::copy_n(bytes.begin(), line.whole, whole.grow(line.whole));
  }
  line.whole = 0;
  return whole;
}

void Core::close(Line& line, const std::string& reason) {
  if (!line.open) return;
  line.open = false;
  line.closed = true;
  line.output = {};
  line.whole = 0;
  broker_.close(line.id, reason);
  lines_.erase(line.id);
}

void Core::advance(broker::Now now) { broker_.advance(now); }

void Core::shut_out(const std::string& client_id) {
  shut_out_[client_id] = true;
  for (const auto& [id, line] : lines_)
    if (line->client_id == client_id) cut(*line, "this client was disconnected");
}

void Core::let_in(const std::string& client_id) { shut_out_.erase(client_id); }

void Core::answered(broker::ConnectionId id) {
  Line& line = *lines_.at(id);
  if (tap_) tell_tap(line);
  line.busy = false;
  line.whole = line.output.size();
  if (line.stirred) line.stirred();
}

void Core::hang_up(broker::ConnectionId id, std::string_view reason) { cut(*lines_.at(id), reason); }

void Core::cut(Line& line, std::string_view reason) {
  if (line.closed) return;
  line.closed = true;
  line.why_closed = reason;
  if (line.stirred) line.stirred();
}

void Core::tell_tap(const Line& line) {
  const protocol::Bytes bytes = line.output.copy();
  if (bytes.size() == line.whole) return;  // a request that asked for no answer
  tap_(line, Direction::answer, BytesView(bytes).subspan(line.whole + protocol::frame_size_bytes));
}

}  // namespace mini::embedded
