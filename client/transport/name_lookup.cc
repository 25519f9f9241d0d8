#include "client/transport/name_lookup.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <mutex>
#include <system_error>
#include <thread>

namespace mini::client {

namespace asio = boost::asio;

struct NameLookup::Shared : std::enable_shared_from_this<NameLookup::Shared> {
  Shared(asio::io_context& context, Found found) : io(&context), found(std::move(found)) {}

  void look_up(const std::string& host) {
    asio::io_context own;
    boost::system::error_code problem;
    Addresses addresses;
    for (const auto& each : asio::ip::tcp::resolver(own).resolve(host, "", problem))
      addresses.push_back(each.endpoint().address().to_string());
    tell(problem ? problem.message() : "", addresses);
  }
  void tell(const std::string& problem, const Addresses& addresses) {
    const std::lock_guard lock(mutex);
    if (!io) return;
    asio::post(*io, [self = shared_from_this(), problem, addresses] {
      if (self->io) self->found(problem, addresses);
    });
  }

  std::mutex mutex;
  asio::io_context* io;  // written under the mutex, on the context's thread; nullptr: nobody listens any more
  const Found found;
};

NameLookup::NameLookup(asio::io_context& io, const std::string& host, Found found)
    : shared_(std::make_shared<Shared>(io, std::move(found))) {
  try {
    std::thread([shared = shared_, host] { shared->look_up(host); }).detach();
  } catch (const std::system_error& no_thread) {
    shared_->tell(no_thread.what(), {});
  }
}

NameLookup::~NameLookup() {
  const std::lock_guard lock(shared_->mutex);
  shared_->io = nullptr;
}

}  // namespace mini::client
