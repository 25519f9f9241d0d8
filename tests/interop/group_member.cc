// A member of a consumer group made with this project's own client, for the tests of mixed groups. Says what
// happens to it, a JSON object a line: assigned, revoked, message, error. Ends when its standard input ends.
//
//   group-member BOOTSTRAP GROUP TOPIC [STRATEGY [SESSION_MS]]
#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <set>

#include "mini/consumer.h"

namespace {

using namespace std::chrono_literals;
using Partitions = std::span<const mini::TopicPartition>;

bool told_to_stop() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  char byte = 0;
  return ::poll(&input, 1, 0) > 0 && ::read(STDIN_FILENO, &byte, 1) == 0;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= ' ') out += c;
  }
  return out + '"';
}

void say(const std::string& event, const std::string& more) {
  std::printf("{\"event\": \"%s\", %s}\n", event.c_str(), more.c_str());
  std::fflush(stdout);
}

// What it has as a whole, also where it was told the difference only.
class Owned {
 public:
  void changed(const mini::Consumer& consumer, const char* event, Partitions partitions, bool gained) {
    for (const auto& each : partitions) gained ? ids_.insert(each.partition), 0 : ids_.erase(each.partition);
    std::string list;
    for (const int id : ids_) list += (list.empty() ? "" : ", ") + std::to_string(id);
    const std::string generation = std::to_string(consumer.group_metadata().generation);
    say(event, "\"partitions\": [" + list + "], \"generation\": " + generation +
                   ", \"changed\": " + std::to_string(partitions.size()));
  }

 private:
  std::set<int> ids_;
};

int run(int count, char** words) {
  const auto word = [&](int i, const char* otherwise) {
    return std::string(i < count ? words[i] : otherwise);
  };
  mini::Consumer consumer({{"bootstrap.servers", word(1, "")},
                           {"group.id", word(2, "")},
                           {"partition.assignment.strategy", word(4, "range")},
                           {"session.timeout.ms", word(5, "6000")},
                           {"heartbeat.interval.ms", "500"},
                           {"metadata.max.age.ms", "500"},
                           {"auto.offset.reset", "earliest"}});
  Owned owned;
  consumer.subscribe({word(3, "")},
                     {.assigned = [&](Partitions p) { owned.changed(consumer, "assigned", p, true); },
                      .revoked = [&](Partitions p) { owned.changed(consumer, "revoked", p, false); }});
  while (!told_to_stop())
    for (const mini::ConsumerRecord& record : consumer.poll(100ms))
      say("message", "\"partition\": " + std::to_string(record.partition) + ", \"offset\": " +
                         std::to_string(record.offset) + ", \"value\": " + quoted(record.value.value_or("")));
  return consumer.close(10s) ? 1 : 0;
}

}  // namespace

int main(int count, char** words) {
  try {
    return run(count, words);
  } catch (const std::exception& error) {
    say("error", "\"text\": " + quoted(error.what()));
    return 1;
  }
}
