#include "client/transport/transport.h"

#include "client/errors.h"
#include "client/transport/in_process.h"

namespace mini::client {

void Transport::wait(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                     TimeMs deadline) const {
  if (const std::shared_ptr<Worker> working = worker()) {
    const std::uint64_t heard = working->heard();
    lock.unlock();
    working->work(deadline, heard);
    lock.lock();
  } else if (deadline == never) {
    changed.wait(lock);
  } else {
    const std::int64_t left = deadline - now().monotonic;
    if (left > 0) changed.wait_for(lock, std::chrono::milliseconds(left));
  }
}

std::unique_ptr<Transport> transport_for(const Config& config) {
  const std::string address = config.get("bootstrap.servers").value_or("");
  if (!is_in_process(address)) return tcp_transport();
  if (auto transport = in_process_transport(address)) return transport;
  throw KafkaError(client_error(ClientErrc::invalid_config, "no broker lives at " + address));
}

}  // namespace mini::client
