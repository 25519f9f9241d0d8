// Prints what is in a topic, until nothing came for a while: consumer [HOST:PORT [TOPIC [GROUP]]]
#include <mini/consumer.h>

#include <iostream>

using namespace std::chrono_literals;

int main(int argc, char** argv) try {
  mini::Consumer consumer({{"bootstrap.servers", argc > 1 ? argv[1] : "localhost:9092"},
                           {"group.id", argc > 3 ? argv[3] : "printers"},
                           {"auto.offset.reset", "earliest"},
                           {"enable.auto.commit", "false"}});
  consumer.subscribe({argc > 2 ? argv[2] : "readings"});

  const auto patience = 10s;  // the first poll has to join the group
  for (auto last = std::chrono::steady_clock::now(); std::chrono::steady_clock::now() - last < patience;) {
    const mini::Records records = consumer.poll(500ms);  // what it gives lives as long as `records`
    for (const mini::ConsumerRecord& record : records)
      std::cout << record.offset << ' ' << record.key.value_or("-") << ' ' << record.value.value_or("-")
                << '\n';
    if (records.empty()) continue;
    consumer.commit_sync();  // after the work is done: nothing is lost if this program dies in between
    last = std::chrono::steady_clock::now();
    if (records.size() >= 10) break;
  }
} catch (const mini::KafkaError& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
