#include "broker/config/topic_config.h"

#include "tests/broker/config/config_fixture.h"

using namespace mini::broker;

TEST_CASE("a topic has the broker's defaults until it has its own") {
  const Config broker = config_of("log.retention.hours=1\nmessage.max.bytes=500");
  TopicConfig topic(broker);
  CHECK(topic.settings().retention_ms == 3'600'000);
  CHECK(topic.settings().max_message_bytes == 500);
  CHECK(topic.set("retention.ms", " 60000 ") == std::nullopt);
  CHECK(topic.settings().retention_ms == 60'000);
  CHECK(topic.overrides() == TopicConfig::Overrides{{"retention.ms", "60000"}});
}

TEST_CASE("each topic setting reaches its member") {
  const Config broker;
  const auto with = [&](std::string_view name, std::string_view value) {
    TopicConfig topic(broker);
    CHECK(topic.set(name, value) == std::nullopt);
    return topic.settings();
  };
  CHECK(with("retention.ms", "-1").retention_ms == -1);
  CHECK(with("retention.bytes", "5").retention_bytes == 5);
  CHECK(with("segment.bytes", "50").segment_bytes == 50);
  CHECK(with("segment.ms", "5").segment_ms == 5);
  CHECK(with("index.interval.bytes", "5").index_interval_bytes == 5);
  CHECK(with("max.message.bytes", "5").max_message_bytes == 5);
  CHECK(with("message.timestamp.type", "LogAppendTime").message_timestamp_type ==
        TimestampType::log_append_time);
  CHECK(with("message.timestamp.before.max.ms", "5").message_timestamp_before_max_ms == 5);
  CHECK(with("message.timestamp.after.max.ms", "5").message_timestamp_after_max_ms == 5);
  CHECK(with("compression.type", "zstd").compression_type == CompressionType::zstd);
  CHECK(with("compression.type", "uncompressed").compression_type == CompressionType::uncompressed);
  CHECK(with("min.insync.replicas", "2").min_insync_replicas == 2);
  const auto compacted = with("cleanup.policy", "compact");
  CHECK(compacted.cleanup_compact);
  CHECK_FALSE(compacted.cleanup_delete);
  const auto both = with("cleanup.policy", "compact, delete");
  CHECK(both.cleanup_compact);
  CHECK(both.cleanup_delete);
}

TEST_CASE("a broker's setting of the other name gives the topic its default") {
  struct Row {
    std::string_view text;
    bool (*holds)(const TopicSettings&);
  };
  const Row rows[] = {
      {"log.retention.bytes=9", [](const TopicSettings& s) { return s.retention_bytes == 9; }},
      {"log.segment.bytes=99", [](const TopicSettings& s) { return s.segment_bytes == 99; }},
      {"log.index.interval.bytes=9", [](const TopicSettings& s) { return s.index_interval_bytes == 9; }},
      {"log.message.timestamp.type=LogAppendTime",
       [](const TopicSettings& s) { return s.message_timestamp_type == TimestampType::log_append_time; }},
      {"log.message.timestamp.before.max.ms=9",
       [](const TopicSettings& s) { return s.message_timestamp_before_max_ms == 9; }},
      {"log.message.timestamp.after.max.ms=9",
       [](const TopicSettings& s) { return s.message_timestamp_after_max_ms == 9; }},
      {"compression.type=lz4",
       [](const TopicSettings& s) { return s.compression_type == CompressionType::lz4; }},
      {"min.insync.replicas=2", [](const TopicSettings& s) { return s.min_insync_replicas == 2; }},
      {"log.cleanup.policy=compact",
       [](const TopicSettings& s) { return s.cleanup_compact && !s.cleanup_delete; }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(row.holds(config_of(std::string(row.text)).topic_defaults()));
    CHECK_FALSE(row.holds(Config().topic_defaults()));
  }
}

TEST_CASE("what a topic may not have is refused with a sentence, and changes nothing") {
  struct Row {
    std::string_view name;
    std::optional<std::string_view> value;
    std::string_view error;
  };
  const Row rows[] = {
      {"retention.ms", "soon",
       "Invalid value soon of the topic setting retention.ms: must be a whole number."},
      {"retention.ms", "-2", "Invalid value -2 of the topic setting retention.ms: must be at least -1."},
      {"retention.ms", std::nullopt, "The topic setting retention.ms has no value."},
      {"retentions.ms", "1", "Unknown topic setting retentions.ms; was retention.ms meant?"},
      {"no.such.thing.at.all", "1", "Unknown topic setting no.such.thing.at.all."},
      {"log.retention.hours", "1", "Unknown topic setting log.retention.hours."},
      {"cleanup.policy", "shred",
       "Invalid value shred of the topic setting cleanup.policy: must be one of delete,compact."},
  };
  const Config broker;
  for (const Row& row : rows) {
    CAPTURE(row.name);
    TopicConfig topic(broker);
    CHECK(topic.set(row.name, row.value) == std::string(row.error));
    CHECK(topic.settings() == TopicSettings{});
    CHECK(topic.overrides().empty());
  }
}

TEST_CASE("settings without effect are checked and kept all the same") {
  const Config broker;
  TopicConfig topic(broker);
  CHECK(topic.set("flush.ms", "1000") == std::nullopt);
  CHECK(topic.set("min.cleanable.dirty.ratio", "2").has_value());
  CHECK(topic.settings() == TopicSettings{});
  CHECK(topic.overrides().size() == 1);
}
