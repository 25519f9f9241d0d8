#include <librdkafka/rdkafka.h>

#include <stdexcept>
#include <vector>

#include "tests/bench/clients/client_run.h"

namespace mini::bench {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

rd_kafka_conf_t* settings_of(const Settings& settings) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  char problem[256];
  for (const auto& [name, value] : settings)
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), problem, sizeof problem) != RD_KAFKA_CONF_OK)
      throw std::runtime_error(problem);
  return conf;
}

rd_kafka_t* client(rd_kafka_type_t type, rd_kafka_conf_t* conf) {
  char problem[256];
  rd_kafka_t* made = rd_kafka_new(type, conf, problem, sizeof problem);
  if (!made) throw std::runtime_error(problem);
  return made;
}

void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) ++*static_cast<std::int64_t*>(opaque);
}

}  // namespace

std::int64_t produce_with_rdkafka(const ClientRun& run) {
  std::int64_t stored = 0;
  rd_kafka_conf_t* conf = settings_of({{"bootstrap.servers", run.broker},
                                       {"acks", "1"},
                                       {"linger.ms", std::to_string(run.linger_ms)},
                                       {"queue.buffering.max.messages", "1000000"}});
  rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
  rd_kafka_conf_set_opaque(conf, &stored);
  rd_kafka_t* producer = client(RD_KAFKA_PRODUCER, conf);
  rd_kafka_topic_t* topic = rd_kafka_topic_new(producer, run.topic.c_str(), nullptr);
  std::string value(run.record_size, 'v');
  for (std::int64_t i = 0; i < run.records; ++i) {
    char key[8] = {'k', 'e', 'y', '-'};
    const std::int64_t number = i % 1024;
    for (int digit = 0; digit < 4; ++digit)
      key[4 + digit] = static_cast<char>('a' + (number >> (3 * digit)) % 8);
    while (rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, value.data(), value.size(),
                            key, sizeof key, nullptr) != 0)
      rd_kafka_poll(producer, 10);  // the queue is full
    if (i % 1000 == 0) rd_kafka_poll(producer, 0);
  }
  rd_kafka_flush(producer, 60'000);
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(producer);
  return stored;
}

std::int64_t consume_with_rdkafka(const ClientRun& run) {
  rd_kafka_t* consumer = client(RD_KAFKA_CONSUMER, settings_of({{"bootstrap.servers", run.broker},
                                                                {"group.id", "bench"},
                                                                {"enable.auto.commit", "false"},
                                                                {"check.crcs", "true"}}));
  rd_kafka_poll_set_consumer(consumer);
  rd_kafka_topic_partition_list_t* partitions = rd_kafka_topic_partition_list_new(4);
  for (std::int32_t i = 0; i < 4; ++i)
    rd_kafka_topic_partition_list_add(partitions, run.topic.c_str(), i)->offset = 0;
  rd_kafka_assign(consumer, partitions);
  rd_kafka_topic_partition_list_destroy(partitions);
  rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(consumer);
  std::vector<rd_kafka_message_t*> batch(1000);
  std::int64_t bytes = 0;
  for (std::int64_t seen = 0; seen < run.records;) {
    const ssize_t count = rd_kafka_consume_batch_queue(queue, 1000, batch.data(), batch.size());
    for (ssize_t i = 0; i < count; ++i) {
      rd_kafka_message_t* message = batch[static_cast<std::size_t>(i)];
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        bytes += static_cast<std::int64_t>(message->len);
        ++seen;
      }
      rd_kafka_message_destroy(message);
    }
  }
  rd_kafka_queue_destroy(queue);
  rd_kafka_consumer_close(consumer);
  rd_kafka_destroy(consumer);
  return bytes;
}

}  // namespace mini::bench
