#include "broker/config/setting_row.h"

// Settings of topics, as in Apache Kafka 4.0.
namespace mini::broker::table {
namespace {

constexpr std::int64_t minute_ms = 60'000, hour_ms = 60 * minute_ms;
constexpr std::string_view codecs = "producer,uncompressed,gzip,snappy,lz4,zstd";

constexpr Row rows[] = {
    of_topic(
        honoured("cleanup.policy", list, "delete",
                 "What happens to old segments: delete removes them whole; compact is taken but nothing is "
                 "compacted here, everything is kept."))
        .one_of("delete,compact")
        .inherits_from({"log.cleanup.policy"}),
    of_topic(accepted("compression.gzip.level", int32, "-1", "Level of gzip if the broker compresses."))
        .from(-1)
        .to(9)
        .inherits_from({"compression.gzip.level"}),
    of_topic(accepted("compression.lz4.level", int32, "9", "Level of LZ4 if the broker compresses."))
        .from(1)
        .to(17)
        .inherits_from({"compression.lz4.level"}),
    of_topic(honoured("compression.type", string, "producer",
                      "Codec of stored batches; producer keeps each batch as it came."))
        .one_of(codecs)
        .inherits_from({"compression.type"}),
    of_topic(accepted("compression.zstd.level", int32, "3", "Level of Zstandard if the broker compresses."))
        .from(-131072)
        .to(22)
        .inherits_from({"compression.zstd.level"}),
    of_topic(accepted("delete.retention.ms", int64, "86400000", "How long compaction keeps tombstones."))
        .from(0)
        .inherits_from({"log.cleaner.delete.retention.ms"}),
    of_topic(accepted("file.delete.delay.ms", int64, "60000",
                      "Wait before a removed segment leaves the disk; memory is given back at once."))
        .from(0)
        .inherits_from({"log.segment.delete.delay.ms"}),
    of_topic(accepted("flush.messages", int64, int64_max, "Records between two forced writes to disk."))
        .from(1)
        .inherits_from({"log.flush.interval.messages"}),
    of_topic(accepted("flush.ms", int64, int64_max, "Longest time between two forced writes to disk."))
        .from(0)
        .inherits_from({"log.flush.interval.ms"}, {"log.flush.scheduler.interval.ms"}),
    of_topic(
        accepted("follower.replication.throttled.replicas", list, "", "Replicas whose copying is slowed.")),
    of_topic(honoured("index.interval.bytes", int32, "4096",
                      "Bytes of batches between two entries of the indexes."))
        .from(0)
        .inherits_from({"log.index.interval.bytes"}),
    of_topic(
        accepted("leader.replication.throttled.replicas", list, "", "Replicas whose copying is slowed.")),
    of_topic(accepted("local.retention.bytes", int64, "-2", "Size kept locally with tiered storage."))
        .from(-2),
    of_topic(accepted("local.retention.ms", int64, "-2", "Time kept locally with tiered storage.")).from(-2),
    of_topic(
        accepted("max.compaction.lag.ms", int64, int64_max, "Latest time at which a record is compacted."))
        .from(1)
        .inherits_from({"log.cleaner.max.compaction.lag.ms"}),
    of_topic(honoured("max.message.bytes", int32, "1048588",
                      "Largest record batch that is taken, as it came and as compression.type makes it."))
        .from(0)
        .inherits_from({"message.max.bytes"}),
    of_topic(honoured("message.timestamp.after.max.ms", int64, "3600000",
                      "How far a record's time may lie ahead of the broker's clock."))
        .from(0)
        .inherits_from({"log.message.timestamp.after.max.ms"}),
    of_topic(honoured("message.timestamp.before.max.ms", int64, int64_max,
                      "How far a record's time may lie behind the broker's clock."))
        .from(0)
        .inherits_from({"log.message.timestamp.before.max.ms"}),
    of_topic(honoured("message.timestamp.type", string, "CreateTime",
                      "Whose time a record carries: its producer's or that of the append."))
        .one_of("CreateTime,LogAppendTime")
        .inherits_from({"log.message.timestamp.type"}),
    of_topic(
        accepted("min.cleanable.dirty.ratio", float64, "0.5", "Share of new data that starts a compaction."))
        .from(0)
        .to(1)
        .inherits_from({"log.cleaner.min.cleanable.ratio"}),
    of_topic(accepted("min.compaction.lag.ms", int64, "0", "Earliest time at which a record is compacted."))
        .from(0)
        .inherits_from({"log.cleaner.min.compaction.lag.ms"}),
    of_topic(
        honoured(
            "min.insync.replicas", int32, "1",
            "Replicas that must hold a batch before acks=all is answered; there is one here, so more than "
            "1 refuses every such batch."))
        .from(1)
        .inherits_from({"min.insync.replicas"}),
    of_topic(accepted("preallocate", boolean, "false", "Reserve a segment's room when it begins."))
        .inherits_from({"log.preallocate"}),
    of_topic(accepted("remote.log.copy.disable", boolean, "false", "Stop copying to tiered storage.")),
    of_topic(
        accepted("remote.log.delete.on.disable", boolean, "false", "Drop tiered data when tiering ends.")),
    of_topic(accepted("remote.storage.enable", boolean, "false", "Use tiered storage; there is none here.")),
    of_topic(honoured("retention.bytes", int64, "-1",
                      "Size of a partition above which its oldest segments go; -1 for no limit."))
        .from(-1)
        .inherits_from({"log.retention.bytes"}),
    of_topic(honoured("retention.ms", int64, "604800000",
                      "Age at which a segment goes, by its newest record; -1 for never."))
        .from(-1)
        .inherits_from({"log.retention.ms"}, {"log.retention.minutes", minute_ms},
                       {"log.retention.hours", hour_ms}),
    of_topic(honoured("segment.bytes", int32, "1073741824", "Size at which a segment is closed."))
        .from(14)
        .inherits_from({"log.segment.bytes"}),
    of_topic(
        accepted("segment.index.bytes", int32, "10485760", "Room of one index file; ours grow as needed."))
        .from(4)
        .inherits_from({"log.index.size.max.bytes"}),
    of_topic(
        accepted("segment.jitter.ms", int64, "0", "Random part of segment.ms, against all closing at once."))
        .from(0)
        .inherits_from({"log.roll.jitter.ms"}, {"log.roll.jitter.hours", hour_ms}),
    of_topic(honoured("segment.ms", int64, "604800000", "Age at which a segment is closed."))
        .from(1)
        .inherits_from({"log.roll.ms"}, {"log.roll.hours", hour_ms}),
    of_topic(accepted("unclean.leader.election.enable", boolean, "false",
                      "Let a stale replica become the leader."))
        .inherits_from({"unclean.leader.election.enable"}),
};

}  // namespace

std::span<const Row> topic_rows() { return rows; }

}  // namespace mini::broker::table
