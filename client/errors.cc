#include "client/errors.h"

namespace mini {
namespace {

std::string_view sentence_of(ClientErrc code) {
  switch (code) {
    case ClientErrc::timed_out: return "timed out";
    case ClientErrc::delivery_timed_out: return "not acknowledged within delivery.timeout.ms";
    case ClientErrc::buffer_full: return "buffer.memory is full";
    case ClientErrc::record_too_large: return "the record is larger than max.request.size";
    case ClientErrc::disconnected: return "the connection to the broker was lost";
    case ClientErrc::unsupported: return "not supported by this broker";
    case ClientErrc::bad_answer: return "the broker's answer makes no sense";
    case ClientErrc::closed: return "the client is closed";
    case ClientErrc::invalid_config: return "invalid setting";
    case ClientErrc::invalid_call: return "this call is not possible now";
    case ClientErrc::no_offset: return "no offset to start from, and auto.offset.reset is none";
    case ClientErrc::woken: return "woken up";
  }
  return "unknown error";
}

class KafkaCategory final : public std::error_category {
 public:
  const char* name() const noexcept override { return "kafka"; }
  std::string message(int code) const override {
    if (code <= static_cast<int>(ClientErrc::timed_out)) return std::string(sentence_of(ClientErrc{code}));
    const auto wire = static_cast<protocol::ErrorCode>(code);
    if (!protocol::is_known(wire)) return "unknown error code " + std::to_string(code);
    const protocol::ErrorInfo& info = protocol::describe(wire);
    return std::string(info.name) + ": " + std::string(info.message);
  }
};

bool passes_by_itself(ClientErrc code) {
  return code == ClientErrc::timed_out || code == ClientErrc::buffer_full ||
         code == ClientErrc::disconnected || code == ClientErrc::bad_answer;
}

}  // namespace

const std::error_category& kafka_category() noexcept {
  static const KafkaCategory category;
  return category;
}

std::string Error::message() const {
  if (!code) return detail;
  return detail.empty() ? code.message() : detail + ": " + code.message();
}

namespace client {

Error broker_error(protocol::ErrorCode code, std::string detail) {
  if (!protocol::failed(code)) return {};
  const bool retriable = protocol::is_known(code) && protocol::describe(code).retriable;
  return {kafka_error(static_cast<int>(code)), std::move(detail), retriable};
}

Error client_error(ClientErrc code, std::string detail) {
  return {make_error_code(code), std::move(detail), passes_by_itself(code)};
}

}  // namespace client
}  // namespace mini
