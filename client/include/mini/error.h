#pragma once

#include <stdexcept>
#include <string>
#include <system_error>

// What went wrong, as a value; thrown as KafkaError only where a call has no better way to say it.
//
//   mini::Error error = producer.flush(5s);
//   if (error) std::cerr << error.message() << '\n';
//   if (error.code == mini::kafka_error(36)) ...        // TOPIC_ALREADY_EXISTS
//
// A broker's codes keep Kafka's numbers in `kafka_category()`; what only a client can meet is a ClientErrc
// in the same category, with numbers that Kafka does not use.
namespace mini {

enum class ClientErrc : int {
  timed_out = -1001,           // the call's own time limit passed
  delivery_timed_out = -1002,  // delivery.timeout.ms passed: the record may or may not be stored
  buffer_full = -1003,         // buffer.memory is full, for max.block.ms where waiting was allowed
  record_too_large = -1004,    // more than max.request.size
  disconnected = -1005,        // the connection was lost before the answer came
  unsupported = -1006,         // this broker does not serve what is needed
  bad_answer = -1007,          // the broker's bytes make no sense
  closed = -1008,              // the client is being closed
  invalid_config = -1009,      // a setting's value cannot be used
  invalid_call = -1010,        // such as subscribe() without a group.id
  no_offset = -1011,           // no position, and auto.offset.reset=none
  woken = -1012,               // wakeup() was called
};

const std::error_category& kafka_category() noexcept;  // "kafka"; message() gives name and sentence
inline std::error_code kafka_error(int code) noexcept { return {code, kafka_category()}; }
inline std::error_code make_error_code(ClientErrc code) noexcept {
  return kafka_error(static_cast<int>(code));
}

struct Error {
  std::error_code code;  // zero: no error
  std::string detail;    // what it was about, such as "topic readings: ..."; may be empty
  bool retriable = false;

  explicit operator bool() const noexcept { return static_cast<bool>(code); }
  std::string message() const;  // detail and the code's own sentence, for people
};

class KafkaError : public std::runtime_error {
 public:
  explicit KafkaError(Error error) : std::runtime_error(error.message()), error_(std::move(error)) {}
  const Error& error() const noexcept { return error_; }

 private:
  Error error_;
};

}  // namespace mini

template <>
struct std::is_error_code_enum<mini::ClientErrc> : std::true_type {};
