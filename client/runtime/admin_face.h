#pragma once

#include <condition_variable>
#include <mutex>

#include "client/admin/admin_machine.h"
#include "client/transport/transport.h"
#include "mini/admin.h"

namespace mini::client {

// Admin as any thread uses it: asks the machine and waits.
class AdminFace final : private Driven {
 public:
  AdminFace(const Config& config, std::unique_ptr<Transport> transport);
  ~AdminFace() override;

  // The error of each key; throws KafkaError where the call as a whole failed. What the call writes to is
  // touched before this returns, and not after it.
  std::vector<Error> run(std::shared_ptr<Call> call, Millis timeout);
  std::string last_problem() const;

 private:
  using Lock = std::unique_lock<std::mutex>;

  void opened(LinkId link, Now now) override;
  bool received(LinkId link, protocol::BytesView bytes, Now now) override;
  void lost(LinkId link, const std::string& reason, Now now) override;
  TimeMs advance(Now now) override;

  const std::unique_ptr<Transport> transport_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  AdminMachine machine_;  // guarded by mutex_
};

}  // namespace mini::client
