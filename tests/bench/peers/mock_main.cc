// librdkafka's mock cluster as a process: one broker, the topics that are named (NAME:PARTITIONS). Prints its
// address and waits for a signal.
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  char problem[256];
  rd_kafka_conf_t* settings = rd_kafka_conf_new();
  rd_kafka_conf_set(settings, "log_level", "0", nullptr, 0);
  rd_kafka_t* client = rd_kafka_new(RD_KAFKA_PRODUCER, settings, problem, sizeof problem);
  if (!client) return 1;
  rd_kafka_mock_cluster_t* cluster = rd_kafka_mock_cluster_new(client, 1);
  if (!cluster) return 1;
  for (int i = 1; i < argc; ++i) {
    const std::string topic = argv[i];
    const std::size_t colon = topic.rfind(':');
    rd_kafka_mock_topic_create(cluster, topic.substr(0, colon).c_str(), std::stoi(topic.substr(colon + 1)),
                               1);
  }
  std::printf("%s\n", rd_kafka_mock_cluster_bootstraps(cluster));
  std::fflush(stdout);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  int received = 0;
  sigwait(&signals, &received);
  ::_exit(0);
}
