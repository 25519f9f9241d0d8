#include "broker/config/setting_row.h"

// Settings of the broker that do here what they do in Apache Kafka 4.0, and our own (mini.*).
namespace mini::broker::table {
namespace {

constexpr std::string_view unserved =
    "there is one replica here: every produce with acks=all will be refused with NOT_ENOUGH_REPLICAS";

constexpr Row rows[] = {
    // Where it listens
    honoured("listeners", list, "PLAINTEXT://localhost:9092",
             "NAME://HOST:PORT of every listener; localhost means 127.0.0.1 and ::1, an empty host all "
             "interfaces, "
             "port 0 any free one.")
        .high(),
    honoured("advertised.listeners", list, null,
             "NAME://HOST:PORT that clients are told; by default the address that they reached us at.")
        .high(),
    honoured("listener.security.protocol.map", list,
             "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT",
             "NAME:PROTOCOL of every listener name; only PLAINTEXT is served.")
        .low(),
    honoured("controller.listener.names", list, null,
             "Listeners for controllers only: checked, but never opened."),
    honoured("max.connections", int32, int32_max, "Connections at once; more are closed as they come.")
        .from(0),
    honoured("max.connections.per.ip", int32, int32_max, "Connections at once from one address.").from(0),
    honoured("socket.listen.backlog.size", int32, "50", "Connections that may wait to be accepted.").from(1),
    honoured("connections.max.idle.ms", int64, "600000",
             "A connection without a request for this long is closed."),
    honoured("socket.request.max.bytes", int32, "104857600",
             "Largest request; a larger one closes the connection. Also the most that the batches of one "
             "request inflate to.")
        .from(1)
        .high(),
    honoured(
        "mini.frame.deadline.ms", int64, "30000",
        "A request that has begun must arrive whole within this time, or from then on have come at 1 KiB "
        "a second or more; otherwise its connection is closed.")
        .from(1)
        .low(),

    honoured("mini.busy.poll.ms", int64, "0",
             "For so long after work the broker looks for more without sleeping: lower latency, for a whole "
             "processor. 0: never.")
        .from(0)
        .low(),

    // Who it is
    honoured("node.id", int32, "1", "Number of this broker; must agree with broker.id when both are given.")
        .from(0)
        .high(),
    honoured("broker.id", int32, null, "Older name of node.id.").from(-1).high(),
    honoured("cluster.id", string, null,
             "Id of the cluster; a new one is drawn at each start when not given."),
    honoured("broker.rack", string, null, "Rack that clients are told."),

    // Topics
    honoured("num.partitions", int32, "1", "Partitions of a topic whose creator names no count.").from(1),
    honoured("default.replication.factor", int32, "1",
             "Replicas of a topic whose creator names no count; 1 here.")
        .from(1)
        .warns("there is one broker here: topics are made with one replica")
        .when_above(1),
    honoured("auto.create.topics.enable", boolean, "true", "Create a topic when a client first asks for it.")
        .high(),
    honoured("delete.topic.enable", boolean, "true", "Let clients delete topics.").high(),
    honoured("min.insync.replicas", int32, "1",
             "Replicas that must hold a batch before acks=all is answered; there is one here.")
        .from(1)
        .high()
        .warns(unserved)
        .when_above(1),
    honoured("max.request.partition.size.limit", int32, "2000",
             "Most partitions in one DescribeTopicPartitions answer, whatever the client allows.")
        .from(1),
    honoured("mini.partitions.max", int32, "100000", "Partitions of all topics together; more are refused.")
        .from(1)
        .low(),

    // The log
    honoured("log.retention.ms", int64, null, "As retention.ms; wins over the minutes and the hours.")
        .from(-1)
        .high(),
    honoured("log.retention.minutes", int32, null, "Retention in minutes; wins over the hours.")
        .from(-1)
        .high(),
    honoured("log.retention.hours", int32, "168", "Retention in hours.").from(-1).high(),
    honoured("log.retention.bytes", int64, "-1", "As retention.bytes.").from(-1).high(),
    honoured("log.retention.check.interval.ms", int64, "300000",
             "Time between two looks for segments to remove.")
        .from(1),
    honoured("log.segment.bytes", int32, "1073741824", "As segment.bytes.").from(14).high(),
    honoured("log.roll.ms", int64, null, "As segment.ms; wins over the hours.").from(1).high(),
    honoured("log.roll.hours", int32, "168", "Hours after which a segment is closed.").from(1).high(),
    honoured("log.cleanup.policy", list, "delete", "As cleanup.policy.").one_of("delete,compact"),
    honoured("log.index.interval.bytes", int32, "4096", "As index.interval.bytes.").from(0),
    honoured("log.message.timestamp.type", string, "CreateTime", "As message.timestamp.type.")
        .one_of("CreateTime,LogAppendTime"),
    honoured("log.message.timestamp.before.max.ms", int64, int64_max, "As message.timestamp.before.max.ms.")
        .from(0),
    honoured("log.message.timestamp.after.max.ms", int64, "3600000", "As message.timestamp.after.max.ms.")
        .from(0),
    honoured("message.max.bytes", int32, "1048588", "As max.message.bytes.").from(0).high(),
    honoured("compression.type", string, "producer", "As the topic's compression.type.")
        .one_of("producer,uncompressed,gzip,snappy,lz4,zstd")
        .high(),
    honoured("fetch.max.bytes", int32, "57671680",
             "Most bytes in one Fetch answer, whatever the client allows.")
        .from(1024),
    honoured("mini.memory.limit", int64, "0",
             "Bytes that records and state, also of groups, may take; 0 for half of what the machine or its "
             "container has. Past it producers, new groups and members, and a partition's first commits are "
             "asked to try again later, and large answers close their connection.")
        .from(0)
        .high(),

    // Groups
    honoured("group.initial.rebalance.delay.ms", int32, "3000",
             "How long an empty group waits for more members.")
        .from(0),
    honoured("group.min.session.timeout.ms", int32, "6000",
             "Shortest session timeout that a member may ask for."),
    honoured("group.max.session.timeout.ms", int32, "1800000",
             "Longest session timeout that a member may ask for."),
    honoured("group.max.size", int32, int32_max, "Members of one group; more are refused.").from(1),
    honoured("offsets.retention.minutes", int32, "10080",
             "Committed offsets of an empty group are kept this long.")
        .from(1)
        .high(),
    honoured("offsets.retention.check.interval.ms", int64, "600000",
             "Time between two looks for expired offsets.")
        .from(1)
        .high(),
    honoured("offset.metadata.max.bytes", int32, "4096", "Longest text that may go with a committed offset.")
        .high(),
    honoured("mini.groups.max", int32, "5000", "Groups at once; more are refused.").from(1).low(),

    // Producers
    honoured("producer.id.expiration.ms", int32, "86400000",
             "An idempotent producer that is silent this long is forgotten.")
        .from(1)
        .low(),
    honoured("mini.producer.ids.max", int32, "100000", "Idempotent producers remembered in each partition.")
        .from(1)
        .low(),

    // One node
    honoured("process.roles", list, "broker,controller",
             "Must contain broker; the controller's part is always here.")
        .one_of("broker,controller")
        .high(),
    honoured("controller.quorum.voters", list, "",
             "ID@HOST:PORT of the controllers; this node must be among them.")
        .high(),
    honoured("controller.quorum.bootstrap.servers", list, "",
             "HOST:PORT of the controllers; checked, not used.")
        .high(),
};

}  // namespace

std::span<const Row> broker_rows() { return rows; }

}  // namespace mini::broker::table
