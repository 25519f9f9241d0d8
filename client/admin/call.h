#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/cluster/request.h"
#include "mini/record.h"

// One call of the admin client as the machine sees it: keys, whom to ask about each, and a request about
// those that go to the same broker. What the answers hold is kept by whoever made the call; the machine
// learns which keys are settled, and how.
namespace mini::client {

// Who can answer.
struct Target {
  enum class Kind : std::uint8_t { any, controller, node, coordinator, leader };

  static Target any() { return {}; }
  static Target controller() { return {Kind::controller, -1, {}, {}}; }
  static Target node_of(NodeId node) { return {Kind::node, node, {}, {}}; }
  static Target coordinator_of(std::string group) { return {Kind::coordinator, -1, std::move(group), {}}; }
  static Target leader_of(TopicPartition partition) { return {Kind::leader, -1, {}, std::move(partition)}; }

  Kind kind = Kind::any;
  NodeId node = -1;
  std::string group = {};
  TopicPartition partition = {};
};

using Keys = std::vector<std::size_t>;  // numbers of keys, rising
using Settle = std::function<void(std::size_t key, Error error)>;
// The end of a request: why it failed as a whole, or how each key of it fared (in the order of the keys).
using Answered = std::function<void(const Error& whole, const std::vector<Error>& errors)>;

class Call : public std::enable_shared_from_this<Call> {
 public:
  explicit Call(std::vector<Target> targets) : targets_(std::move(targets)) {}
  virtual ~Call() = default;

  const std::vector<Target>& targets() const { return targets_; }  // one for each key
  // `answered` is not called once the call is gone.
  virtual std::unique_ptr<Request> request(Keys keys, std::int64_t timeout_ms, Answered answered) = 0;

 private:
  const std::vector<Target> targets_;
};

template <class Req, class Resp>
class TypedCall final : public Call {
 public:
  using Make = std::function<Req(const Keys& keys, std::int16_t version)>;
  using Read = std::function<void(const Resp& response, const Keys& keys, const Settle& settle)>;

  TypedCall(protocol::VersionRange versions, std::vector<Target> targets, Make make, Read read)
      : Call(std::move(targets)), versions_(versions), make_(std::move(make)), read_(std::move(read)) {}

  std::unique_ptr<Request> request(Keys keys, std::int64_t timeout_ms, Answered answered) override {
    const auto make = [call = weak_from_this(), keys](std::int16_t version) {
      const auto self = std::static_pointer_cast<TypedCall>(call.lock());
      return self ? self->make_(keys, version) : Req{};
    };
    const auto handle = [call = weak_from_this(), keys, answered](Reply<Resp>& reply) {
      if (const auto self = std::static_pointer_cast<TypedCall>(call.lock()))
        answered(reply.error, reply.error ? std::vector<Error>{} : self->outcomes(reply.response, keys));
    };
    return make_request<Req, Resp>(versions_, timeout_ms, make, handle);
  }

 private:
  std::vector<Error> outcomes(const Resp& response, const Keys& keys) const {
    std::vector<Error> errors(keys.size(), client_error(ClientErrc::bad_answer, "it is not in the answer"));
    read_(response, keys, [&](std::size_t key, Error error) {
      const auto at = std::lower_bound(keys.begin(), keys.end(), key);
      if (at != keys.end() && *at == key)
        errors[static_cast<std::size_t>(at - keys.begin())] = std::move(error);
    });
    return errors;
  }

  const protocol::VersionRange versions_;
  const Make make_;
  const Read read_;
};

}  // namespace mini::client
