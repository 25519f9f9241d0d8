#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// A cluster that nobody here wrote: librdkafka's mock brokers, on loopback sockets with ports of their own.
namespace mini::test {

class MockCluster {
 public:
  explicit MockCluster(int brokers = 1) {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    char why[512];
    handle_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof(why)));
    cluster_.reset(rd_kafka_mock_cluster_new(handle_.get(), brokers));
  }

  std::string bootstrap() const { return rd_kafka_mock_cluster_bootstraps(cluster_.get()); }
  void create_topic(const std::string& topic, int partitions) {
    rd_kafka_mock_topic_create(cluster_.get(), topic.c_str(), partitions, 1);
  }
  rd_kafka_mock_cluster_t* get() { return cluster_.get(); }

 private:
  struct Destroy {
    void operator()(rd_kafka_t* handle) const { rd_kafka_destroy(handle); }
    void operator()(rd_kafka_mock_cluster_t* cluster) const { rd_kafka_mock_cluster_destroy(cluster); }
  };
  std::unique_ptr<rd_kafka_t, Destroy> handle_;
  std::unique_ptr<rd_kafka_mock_cluster_t, Destroy> cluster_;
};

struct SeenRecord {
  int partition;
  std::int64_t offset;
  std::optional<std::string> key, value;
  std::map<std::string, std::string> headers;
};

// What librdkafka's own consumer finds in a topic's partitions: `count` records, or fewer after ten seconds.
// It joins no group: one that rebalances would read some records again.
inline std::vector<SeenRecord> read_with_librdkafka(const std::string& bootstrap, const std::string& topic,
                                                    int partitions, std::size_t count) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  char why[512];
  const auto set = [&](const char* key, const std::string& value) {
    rd_kafka_conf_set(conf, key, value.c_str(), why, sizeof(why));
  };
  set("bootstrap.servers", bootstrap);
  set("group.id", "checker-" + topic);
  set("check.crcs", "true");
  rd_kafka_t* consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why));
  rd_kafka_poll_set_consumer(consumer);
  rd_kafka_topic_partition_list_t* assigned = rd_kafka_topic_partition_list_new(partitions);
  for (int i = 0; i < partitions; ++i)
    rd_kafka_topic_partition_list_add(assigned, topic.c_str(), i)->offset = RD_KAFKA_OFFSET_BEGINNING;
  rd_kafka_assign(consumer, assigned);
  rd_kafka_topic_partition_list_destroy(assigned);
  std::vector<SeenRecord> seen;
  for (int i = 0; i < 100 && seen.size() < count; ++i) {
    while (rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer, seen.size() < count ? 100 : 0)) {
      if (!message->err) {
        SeenRecord record{message->partition, message->offset, {}, {}, {}};
        if (message->key) record.key.emplace(static_cast<char*>(message->key), message->key_len);
        if (message->payload) record.value.emplace(static_cast<char*>(message->payload), message->len);
        rd_kafka_headers_t* headers = nullptr;
        if (rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
          const char* name;
          const void* value;
          size_t size;
          for (size_t h = 0; rd_kafka_header_get_all(headers, h, &name, &value, &size) == 0; ++h)
            record.headers[name] = std::string(static_cast<const char*>(value), size);
        }
        seen.push_back(std::move(record));
      }
      rd_kafka_message_destroy(message);
    }
  }
  rd_kafka_consumer_close(consumer);
  rd_kafka_destroy(consumer);
  return seen;
}

}  // namespace mini::test
