#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace mini::client {

// Finds the addresses of a name on a thread of its own that nobody waits for: the system's resolver cannot be
// interrupted, and may take longer than any close. Used by the context's thread, which `found` is called on.
// What is found after the lookup is gone is not told; the context need not be there any more by then.
class NameLookup {
 public:
  using Addresses = std::vector<std::string>;
  using Found = std::function<void(const std::string& problem, const Addresses&)>;

  NameLookup(boost::asio::io_context& io, const std::string& host, Found found);
  NameLookup(const NameLookup&) = delete;
  NameLookup& operator=(const NameLookup&) = delete;
  ~NameLookup();

 private:
  struct Shared;
  const std::shared_ptr<Shared> shared_;
};

}  // namespace mini::client
