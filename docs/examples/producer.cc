// Sends ten readings: producer [HOST:PORT [TOPIC]]
#include <mini/producer.h>

#include <iostream>

using namespace std::chrono_literals;

int main(int argc, char** argv) try {
  const std::string topic = argc > 2 ? argv[2] : "readings";
  mini::Config config = mini::Config::from_environment();  // MINI_CLIENT_LINGER_MS and the like
  config.set("bootstrap.servers", argc > 1 ? argv[1] : "localhost:9092");

  mini::Producer producer(config);
  for (int i = 0; i < 9; ++i) {
    const std::string value = R"({"temperature": )" + std::to_string(18 + i) + "}";
    producer.send(mini::RecordView{.topic = topic, .key = "kitchen", .value = value});  // batched, sent soon
  }
  // One whose fate is waited for. get() throws KafkaError where it could not be stored.
  const mini::RecordMetadata stored =
      producer.send_tracked({.topic = topic, .key = "kitchen", .value = R"({"temperature": 40})"}).get();
  std::cout << "stored at offset " << stored.offset << '\n';

  if (const mini::Error error = producer.flush(10s)) std::cerr << error.message() << '\n';
} catch (const mini::KafkaError& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
