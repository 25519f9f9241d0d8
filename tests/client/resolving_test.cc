#include <dlfcn.h>
#include <doctest/doctest.h>
#include <netdb.h>

#include <condition_variable>
#include <cstring>
#include <mutex>

#include "mini/admin.h"
#include "mini/consumer.h"
#include "tests/client/support/socket_broker.h"

// What the system's resolver does to a client: it takes its time, and nothing interrupts it.

using namespace std::chrono_literals;
using namespace mini::test;

namespace {

// The names of this program: slow.test is looked for until `let_go`, broker.test is here.
struct Names {
  std::mutex mutex;
  std::condition_variable changed;
  int asked = 0;
  int under_way = 0;
  bool gone = false;

  int look_slowly() {
    std::unique_lock lock(mutex);
    ++under_way;
    changed.notify_all();
    changed.wait_for(lock, 20s, [this] { return gone; });
    --under_way;
    changed.notify_all();
    return EAI_AGAIN;
  }
  void wait_until(int count) {
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, 20s, [&] { return under_way == count; }));
  }
  int now_under_way() {
    const std::lock_guard lock(mutex);
    return under_way;
  }
  void let_go() {
    {
      const std::lock_guard lock(mutex);
      gone = true;
      changed.notify_all();
    }
    wait_until(0);
  }
} names;

}  // namespace

extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
  {
    const std::lock_guard lock(names.mutex);
    ++names.asked;
  }
  if (name && std::strcmp(name, "slow.test") == 0) return names.look_slowly();
  const auto real = reinterpret_cast<decltype(&getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  const bool here = name && std::strcmp(name, "broker.test") == 0;
  return real(here ? "127.0.0.1" : name, service, hints, found);
}

TEST_CASE("closing does not wait for a name that is being looked for") {
  {
    mini::Consumer consumer({{"bootstrap.servers", "slow.test:9092"}});
    consumer.assign({{"t", 0}});
    names.wait_until(1);
    consumer.close(0ms);
  }
  CHECK(names.now_under_way() == 1);  // and what comes of it finds nobody
  names.let_go();
}

TEST_CASE("a name is looked for, an address is not") {
  ScriptedBroker broker;
  broker.topics["t"] = 1;
  const SocketBroker sockets(broker);
  const int before = names.asked;
  mini::Admin by_address({{"bootstrap.servers", sockets.bootstrap()}});
  CHECK(std::holds_alternative<mini::TopicInfo>(by_address.describe_topics({"t"}).at("t")));
  CHECK(names.asked == before);
  mini::Admin by_name({{"bootstrap.servers", "broker.test:" + std::to_string(broker.port)}});
  CHECK(std::holds_alternative<mini::TopicInfo>(by_name.describe_topics({"t"}).at("t")));
  CHECK(names.asked == before + 1);
}
