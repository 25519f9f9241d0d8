#include "broker/config/broker_settings.h"

#include "tests/broker/config/config_fixture.h"

using namespace mini::broker;

TEST_CASE("the members' own defaults are those of the table") {
  const BrokerSettings plain, resolved = Config().broker();
  CHECK(resolved.node_id == plain.node_id);
  CHECK(resolved.cluster_id == plain.cluster_id);
  CHECK(resolved.rack == plain.rack);
  CHECK(resolved.max_connections == plain.max_connections);
  CHECK(resolved.max_connections_per_ip == plain.max_connections_per_ip);
  CHECK(resolved.connections_max_idle_ms == plain.connections_max_idle_ms);
  CHECK(resolved.frame_deadline_ms == plain.frame_deadline_ms);
  CHECK(resolved.busy_poll_ms == plain.busy_poll_ms);
  CHECK(resolved.socket_request_max_bytes == plain.socket_request_max_bytes);
  CHECK(resolved.fetch_max_bytes == plain.fetch_max_bytes);
  CHECK(resolved.memory_limit_bytes == plain.memory_limit_bytes);
  CHECK(resolved.num_partitions == plain.num_partitions);
  CHECK(resolved.partitions_max == plain.partitions_max);
  CHECK(resolved.auto_create_topics == plain.auto_create_topics);
  CHECK(resolved.delete_topic_enable == plain.delete_topic_enable);
  CHECK(resolved.retention_check_interval_ms == plain.retention_check_interval_ms);
  CHECK(resolved.group_initial_rebalance_delay_ms == plain.group_initial_rebalance_delay_ms);
  CHECK(resolved.group_min_session_timeout_ms == plain.group_min_session_timeout_ms);
  CHECK(resolved.group_max_session_timeout_ms == plain.group_max_session_timeout_ms);
  CHECK(resolved.group_max_size == plain.group_max_size);
  CHECK(resolved.groups_max == plain.groups_max);
  CHECK(resolved.offsets_retention_ms == plain.offsets_retention_ms);
  CHECK(resolved.offsets_retention_check_interval_ms == plain.offsets_retention_check_interval_ms);
  CHECK(resolved.offset_metadata_max_bytes == plain.offset_metadata_max_bytes);
  CHECK(resolved.producer_id_expiration_ms == plain.producer_id_expiration_ms);
  CHECK(resolved.producer_ids_max == plain.producer_ids_max);
  CHECK(Config().topic_defaults() == TopicSettings{});
}

TEST_CASE("each broker setting reaches its member") {
  const auto with = [](std::string text) { return config_of(std::move(text)).broker(); };
  CHECK(with("node.id=5").node_id == 5);
  CHECK(with("broker.id=6").node_id == 6);
  CHECK(with("broker.id=-1").node_id == 1);
  CHECK(with("cluster.id=abc").cluster_id == "abc");
  CHECK(with("broker.rack=r1").rack == "r1");
  CHECK(with("max.connections=5").max_connections == 5);
  CHECK(with("max.connections.per.ip=5").max_connections_per_ip == 5);
  CHECK(with("connections.max.idle.ms=5").connections_max_idle_ms == 5);
  CHECK(with("mini.frame.deadline.ms=5").frame_deadline_ms == 5);
  CHECK(with("mini.busy.poll.ms=5").busy_poll_ms == 5);
  CHECK(with("socket.request.max.bytes=5").socket_request_max_bytes == 5);
  CHECK(with("fetch.max.bytes=1025").fetch_max_bytes == 1025);
  CHECK(with("mini.memory.limit=5000000000").memory_limit_bytes == 5'000'000'000);
  CHECK(with("num.partitions=5").num_partitions == 5);
  CHECK(with("mini.partitions.max=5").partitions_max == 5);
  CHECK_FALSE(with("auto.create.topics.enable=false").auto_create_topics);
  CHECK_FALSE(with("delete.topic.enable=False").delete_topic_enable);
  CHECK(with("log.retention.check.interval.ms=5").retention_check_interval_ms == 5);
  CHECK(with("group.initial.rebalance.delay.ms=0").group_initial_rebalance_delay_ms == 0);
  CHECK(with("group.min.session.timeout.ms=5").group_min_session_timeout_ms == 5);
  CHECK(with("group.max.session.timeout.ms=7000").group_max_session_timeout_ms == 7000);
  CHECK(with("group.max.size=5").group_max_size == 5);
  CHECK(with("mini.groups.max=5").groups_max == 5);
  CHECK(with("offsets.retention.minutes=2147483647").offsets_retention_ms == 2147483647LL * 60'000);
  CHECK(with("offsets.retention.check.interval.ms=5").offsets_retention_check_interval_ms == 5);
  CHECK(with("offset.metadata.max.bytes=5").offset_metadata_max_bytes == 5);
  CHECK(with("producer.id.expiration.ms=5").producer_id_expiration_ms == 5);
  CHECK(with("mini.producer.ids.max=5").producer_ids_max == 5);
}

TEST_CASE("of several units the finest wins, whatever the order in the file; negative is for ever") {
  struct Row {
    std::string_view text;
    std::int64_t retention_ms, segment_ms;
  };
  constexpr std::int64_t hour_ms = 3'600'000, week_ms = 168 * hour_ms;
  const Row rows[] = {
      {"log.retention.hours=1", hour_ms, week_ms},
      {"log.retention.minutes=2\nlog.retention.hours=1", 120'000, week_ms},
      {"log.retention.ms=3\nlog.retention.minutes=2\nlog.retention.hours=1", 3, week_ms},
      {"log.retention.hours=-1", -1, week_ms},
      {"log.retention.minutes=-1\nlog.retention.hours=1", -1, week_ms},
      {"log.retention.hours=2147483647", 2147483647 * hour_ms, week_ms},
      {"log.roll.hours=1", week_ms, hour_ms},
      {"log.roll.ms=9\nlog.roll.hours=1", week_ms, 9},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const Config config = config_of(std::string(row.text));
    CHECK(config.topic_defaults().retention_ms == row.retention_ms);
    CHECK(config.topic_defaults().segment_ms == row.segment_ms);
  }
}
