#include "broker/server/log_events.h"

#include <poll.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <memory>

#include "protocol/api_key.h"
#include "protocol/wire/codec_print.h"

namespace mini::broker {
namespace {

using std::chrono::steady_clock;

class KafkaLevel final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    constexpr std::string_view names[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"};
    const std::string_view name = names[message.level];
    out.append(name.data(), name.data() + name.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<KafkaLevel>(); }
};

// Writes whole lines and never waits for whoever reads them: a program that started the broker and does not
// look at what it says would stop it otherwise. What cannot be written is counted, and told when there is
// room again.
class StdoutSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    if (lost_ > 0 && write(std::to_string(lost_) + " lines could not be written.\n")) lost_ = 0;
    if (!write({line.data(), line.size()})) ++lost_;
  }
  void flush_() override {}

  // A pipe that is ready has room for PIPE_BUF bytes.
  static bool write(std::string_view line) {
    pollfd out{STDOUT_FILENO, POLLOUT, 0};
    if (poll(&out, 1, 0) != 1 || !(out.revents & POLLOUT)) return false;
    const bool is_cut = line.size() > PIPE_BUF;
    if (is_cut) line = line.substr(0, PIPE_BUF - 1);
    return ::write(STDOUT_FILENO, line.data(), line.size()) >= 0 &&
           (!is_cut || ::write(STDOUT_FILENO, "\n", 1) == 1);
  }

  std::size_t lost_ = 0;
};

// Lets so many lines of a kind through in a second, and counts the rest.
class Limiter {
 public:
  bool passes() {
    const auto now = steady_clock::now();
    if (now - second_ >= std::chrono::seconds(1)) {
      second_ = now;
      lines_ = 0;
    }
    if (++lines_ <= repeated_lines_max) return true;
    ++held_back_;
    return false;
  }
  std::size_t take_held_back() { return std::exchange(held_back_, 0); }

 private:
  steady_clock::time_point second_{};
  int lines_ = 0;
  std::size_t held_back_ = 0;
};

std::string quoted(std::string_view text) {
  std::string out;
  protocol::codec::print_text(out, text);
  return out;
}

// A sentence that may have text from the wire in it (what a client calls itself, why it leaves): escaped as
// that is, without the quotes.
std::string escaped(std::string_view sentence) {
  constexpr std::size_t piece_size = protocol::codec::printed_text_max;
  std::string out;
  for (; !sentence.empty(); sentence.remove_prefix(std::min(piece_size, sentence.size()))) {
    const std::string piece = quoted(sentence.substr(0, piece_size));
    out.append(piece, 1, piece.size() - 2);
  }
  return out;
}

std::string_view api_name(std::int16_t key) { return protocol::name_of(static_cast<protocol::ApiKey>(key)); }

}  // namespace

struct LogEvents::Log {
  std::shared_ptr<spdlog::logger> out;
  Limiter bad_frames, limits, notes;
  std::string last_note;

  void limited(Limiter& limiter, const std::string& line) {
    if (!limiter.passes()) return;
    if (const std::size_t held_back = limiter.take_held_back())
      out->warn("{} more lines of this kind were left out", held_back);
    out->warn(line);
  }
};

LogEvents::LogEvents(const std::string& level) : log_(std::make_unique<Log>()) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<KafkaLevel>('*').set_pattern("[%Y-%m-%d %H:%M:%S,%e] %* %v (%n)");
  log_->out = std::make_shared<spdlog::logger>("mini.broker", std::make_shared<StdoutSink>());
  log_->out->set_formatter(std::move(formatter));
  log_->out->set_level(spdlog::level::from_str(level == "warn" ? "warning" : level));
  log_->out->flush_on(spdlog::level::trace);
}

LogEvents::~LogEvents() = default;

void LogEvents::connection_opened(const ConnectionOpened& event) {
  log_->out->debug("Connection {} from {} on {}", event.connection, event.peer_address, event.listener);
}

void LogEvents::connection_closed(const ConnectionClosed& event) {
  log_->out->debug("Connection {} closed: {}", event.connection, event.reason);
}

void LogEvents::request_begun(const RequestBegun& event) {
  if (!log_->out->should_log(spdlog::level::trace)) return;
  log_->out->trace("Connection {}: {} v{} #{} from {}, {} bytes", event.connection, api_name(event.api_key),
                   event.api_version, event.correlation_id, quoted(event.client_id), event.request_bytes);
}

void LogEvents::request_answered(const RequestAnswered& event) {
  log_->out->trace("Connection {}: {} v{} #{} answered with {} bytes after {} ms", event.connection,
                   api_name(event.api_key), event.api_version, event.correlation_id, event.response_bytes,
                   event.duration.count());
}

void LogEvents::bad_frame(const BadFrame& event) {
  log_->limited(log_->bad_frames, fmt::format("Connection {} is closed: {}", event.connection, event.reason));
}

void LogEvents::append(const Append& event) {
  log_->out->trace("{}-{}: {} records, {} bytes at offset {}", event.topic, event.partition, event.records,
                   event.bytes, event.base_offset);
}

void LogEvents::topic_created(const TopicCreated& event) {
  log_->out->info("Topic '{}' was created with {} partition{} ({})", event.topic, event.partitions,
                  event.partitions == 1 ? "" : "s", event.reason);
}

void LogEvents::topic_deleted(const TopicDeleted& event) {
  log_->out->info("Topic '{}' was deleted", event.topic);
}

void LogEvents::segment_deleted(const SegmentDeleted& event) {
  log_->out->info("{}-{}: the segment at offset {} went ({}), the log starts at {}", event.topic,
                  event.partition, event.base_offset, event.reason, event.new_log_start);
}

void LogEvents::rebalance(const Rebalance& event) {
  log_->out->info("Group {} has generation {} with {} member{}: {}", quoted(event.group), event.generation,
                  event.members, event.members == 1 ? "" : "s", escaped(event.reason));
}

void LogEvents::member_removed(const MemberRemoved& event) {
  log_->out->info("Member {} left group {}: {}", quoted(event.member), quoted(event.group),
                  escaped(event.reason));
}

void LogEvents::limit_hit(const LimitHit& event) {
  log_->limited(log_->limits, fmt::format("The limit {} was met: {}", event.limit, escaped(event.detail)));
}

void LogEvents::note(Level level, const std::string& sentence) {
  // The same again may be what a client brings about as fast as it can ask; many different ones are not.
  if (std::exchange(log_->last_note, sentence) == sentence && !log_->notes.passes()) return;
  log_->out->log(static_cast<spdlog::level::level_enum>(static_cast<int>(level)), sentence);
}

}  // namespace mini::broker
