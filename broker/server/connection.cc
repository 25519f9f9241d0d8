#include "broker/server/connection.h"

#include "broker/server/server.h"

namespace mini::broker {

using protocol::BytesView;
using protocol::FrameAhead;

namespace {

// What somebody who speaks another protocol on this port sent, for the log.
std::string_view other_protocol(BytesView bytes) {
  const std::string_view text = protocol::as_text(bytes.first(protocol::frame_size_bytes));
  if (text[0] == 0x16 && text[1] == 0x03) return " (this looks like TLS, which is not served here)";
  for (const std::string_view verb : {"GET ", "POST", "PUT ", "HEAD", "DELE", "OPTI", "PATC", "CONN"}) {
    if (text == verb) return " (this looks like HTTP: the port speaks Kafka's protocol)";
  }
  return "";
}

}  // namespace

Connection::Connection(Server& server, ConnectionId id, TcpStream stream)
    : server_(server), id_(id), stream_(std::move(stream)) {}

void Connection::start() {
  stream_.on_readable([this] {
    reading_ = false;
    on_readable();
  });
  stream_.on_writable([this] {
    writing_ = false;
    server_.wake_up();
    server_.needs_settling(*this);
    server_.settle();
  });
  last_request_ = server_.now().monotonic;
  check_idle();
  wait_readable();
}

void Connection::shut() {
  stream_.close();
  idle_.disarm();
  frame_deadline_.disarm();
  let_go_of_stash();
}

void Connection::hang_up(std::string_view reason) {
  if (close_reason_.empty()) close_reason_ = reason;
}

bool Connection::may_take_requests() const {
  return !parked_ && !wants_closing() && output_.size() < output_high_water;
}

void Connection::wait_readable() {
  const bool enough_read_ahead = stash_.size() >= read_ahead_max && !may_take_requests();
  if (reading_ || wants_closing() || peer_has_finished_ || writing_ || enough_read_ahead) return;
  reading_ = true;
  stream_.wait_readable();
}

void Connection::on_readable() {
  const auto keep_alive = shared_from_this();
  server_.wake_up();
  // A client with more to send is answered meanwhile: it goes on while we do.
  for (std::size_t taken = 0; receive_some(taken) && taken < turn_bytes_max;) send();
  server_.needs_settling(*this);
  server_.settle();
}

// Whether there may be more.
bool Connection::receive_some(std::size_t& taken) {
  const std::span<std::uint8_t> room = server_.receive_buffer();
  const std::size_t rest = missing();
  const bool large = rest >= room.size();
  const std::size_t size = large ? next_piece(rest) : room.size();
  const std::size_t received = large ? receive_rest(size) : receive_into(room);
  taken += received;
  return received == size && may_take_requests();
}

// A frame gets memory as its bytes come, whatever it says of its size; more where it is there already.
std::size_t Connection::next_piece(std::size_t rest) const {
  const std::size_t free = stash_.capacity() - stash_.size();
  const std::size_t earned = std::max({server_.receive_buffer().size(), stash_.size(), free});
  return std::min({rest, turn_bytes_max, earned, server_.room_for_frames()});
}

std::size_t Connection::receive_into(std::span<std::uint8_t> room) {
  const TcpStream::Transfer received = stream_.receive(room);
  if (came(received)) take_in(room.first(received.bytes));
  return received.bytes;
}

// What the frame that has begun in the stash lacks, as far as its size is known.
std::size_t Connection::missing() const {
  if (stash_.empty() || !may_take_requests()) return 0;
  const FrameAhead ahead = protocol::frame_ahead(stash_.view(), server_.settings().socket_request_max_bytes);
  if (ahead.kind != FrameAhead::Kind::part) return 0;
  return protocol::frame_size_bytes + static_cast<std::size_t>(ahead.size) - stash_.size();
}

// The bytes of a large frame go straight behind those that are here: bulk produce at 1.2 times the MB/s.
std::size_t Connection::receive_rest(std::size_t size) {
  if (!has_room(std::max<std::size_t>(size, 1))) return 0;
  const TcpStream::Transfer received = stream_.receive(stash_.grow(size));
  stash_.shrink(size - received.bytes);
  if (came(received)) deliver_stash();
  return received.bytes;
}

bool Connection::came(const TcpStream::Transfer& received) {
  if (received.status == TcpStream::Status::would_block) return false;
  if (received.status == TcpStream::Status::ok) return true;
  // Whole requests that came before the end are still answered.
  peer_has_finished_ = true;
  if (received.status == TcpStream::Status::lost) hang_up("connection lost");
  return false;
}

void Connection::take_in(BytesView bytes) {
  for (std::size_t rest = missing(); rest > 0 && !bytes.empty(); rest = missing()) {
    rest = std::min(rest, bytes.size());
    keep(bytes.first(rest));
    deliver_stash();
    bytes = bytes.subspan(rest);
  }
  if (stash_.empty()) return keep(bytes.subspan(deliver(bytes)));
  keep(bytes);
  deliver_stash();
}

void Connection::deliver_stash() {
  const std::size_t delivered = deliver(stash_.view());
  if (delivered == stash_.size()) return let_go_of_stash();
  stash_.drop_front(delivered);
  account_for_stash();
  watch_frame();
}

std::size_t Connection::deliver(BytesView bytes) {
  std::size_t at = 0;
  while (may_take_requests()) {
    const BytesView rest = bytes.subspan(at);
    const FrameAhead ahead = protocol::frame_ahead(rest, server_.settings().socket_request_max_bytes);
    if (ahead.kind == FrameAhead::Kind::illegal) {
      refuse_frame(rest, ahead.size);
      return bytes.size();
    }
    if (ahead.kind == FrameAhead::Kind::part) break;
    at += ahead.bytes();
    last_request_ = server_.now().monotonic;
    frame_deadline_.disarm();
    parked_ = true;  // until the core says that it is answered
    server_.broker().receive(id_, ahead.frame);
  }
  return at;
}

void Connection::refuse_frame(BytesView bytes, std::int32_t size) {
  server_.report_bad_frame(*this, "a frame of " + std::to_string(size) + " bytes, where at most " +
                                      std::to_string(server_.settings().socket_request_max_bytes) +
                                      " are taken" + std::string(other_protocol(bytes)));
}

void Connection::keep(BytesView rest) {
  if (rest.empty() || wants_closing()) return;
  if (!has_room(rest.size())) return;
  if (stash_.capacity() == 0) server_.lend_stash(stash_);
  stash_.append(rest);
  account_for_stash();
  watch_frame();
}

bool Connection::has_room(std::size_t size) {
  if (size <= server_.room_for_frames()) return true;
  hang_up("frames that are being read take too much memory");
  return false;
}

void Connection::let_go_of_stash() {
  server_.take_back_stash(stash_);
  account_for_stash();
  frame_deadline_.disarm();
}

void Connection::account_for_stash() {
  server_.frame_bytes_changed(accounted_bytes_, stash_.size());
  accounted_bytes_ = stash_.size();
}

void Connection::settle() {
  if (!stash_.empty() && may_take_requests()) deliver_stash();
  send();
  const bool work_left = parked_ || !output_.empty();
  if (peer_has_finished_ && !(work_left && !parked_)) hang_up("closed by the client");
  wait_readable();
}

void Connection::send() {
  while (!output_.empty() && !writing_) {
    const TcpStream::Transfer sent = stream_.send(output_);
    if (sent.status == TcpStream::Status::would_block) {
      writing_ = true;
      return stream_.wait_writable();
    }
    if (sent.status != TcpStream::Status::ok) return hang_up("connection lost");
    output_.consume(sent.bytes);
  }
  if (output_.empty()) output_ = {};  // an idle connection owns no buffer
}

void Connection::watch_frame() {
  if (stash_.empty() || !may_take_requests() || frame_deadline_.armed()) return;
  frame_begun_ = server_.now().monotonic;
  frame_deadline_ = server_.arm(Millis(server_.settings().frame_deadline_ms), [this] { check_frame(); });
}

void Connection::check_frame() {
  const Millis waited = server_.now().monotonic - frame_begun_;
  const std::size_t expected = frame_rate_min * static_cast<std::size_t>(waited.count()) / 1000;
  if (stash_.size() < expected) {
    server_.report_bad_frame(*this, "a frame that was begun and not finished in time");
    return server_.needs_settling(*this);
  }
  frame_deadline_ = server_.arm(Millis(server_.settings().frame_deadline_ms), [this] { check_frame(); });
}

void Connection::check_idle() {
  const Millis idle_max(server_.settings().connections_max_idle_ms);
  if (idle_max < Millis(0)) return;
  const Millis idle = server_.now().monotonic - last_request_;
  if (idle >= idle_max && !parked_) {
    hang_up("idle");
    return server_.needs_settling(*this);
  }
  const Millis left = idle >= idle_max ? idle_max : idle_max - idle;
  idle_ = server_.arm(left, [this] { check_idle(); });
}

}  // namespace mini::broker
