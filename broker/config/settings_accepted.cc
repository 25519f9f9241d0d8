#include "broker/config/setting_row.h"

// Settings that may stand in a file made for Apache Kafka but do nothing here, or something else. Those
// without a remark are named together in one line at start; the others get a line each.
namespace mini::broker::table {
namespace {

constexpr std::string_view in_memory =
    "everything is kept in memory and gone at exit; nothing is written there";
constexpr std::string_view no_flush = "records live in memory: there is nothing to flush";
constexpr std::string_view no_compaction = "nothing is compacted here: everything is kept";
constexpr std::string_view one_thread = "one thread serves every connection here";
constexpr std::string_view socket_buffers =
    "the broker and the operating system size the socket buffers here";
constexpr std::string_view one_copy = "there is one broker here: one copy is kept";
constexpr std::string_view no_tls = "neither TLS nor SASL is served yet: clients connect in plain text";
constexpr std::string_view no_access_control =
    "there is no access control here: every client may do everything";
constexpr std::string_view no_zookeeper =
    "ZooKeeper mode ended with Kafka 4.0: the file is run as a single node";
constexpr std::string_view no_tiers = "there is no tiered storage here";
constexpr std::string_view no_plugins = "Java classes cannot be loaded here";
constexpr std::string_view no_quotas = "quotas are not enforced here";
constexpr std::string_view no_such_limit =
    "this limit is not held here: see max.connections, max.connections.per.ip and mini.memory.limit";
constexpr std::string_view own_levels =
    "the level has no effect here: what the broker compresses it compresses at its codec's usual level";
constexpr std::string_view old_formats =
    "Kafka 4 keeps record batches of version 2 only, and so does this broker";
constexpr std::string_view classic_only = "only the classic group protocol is served here";

constexpr Row rows[] = {
    // Threads and sockets
    accepted("num.network.threads", int32, "3", "Threads that read and write sockets.")
        .from(1)
        .high()
        .says(one_thread),
    accepted("num.io.threads", int32, "8", "Threads that decide requests.").from(1).high().says(one_thread),
    accepted("background.threads", int32, "10", "Threads for chores.").from(1).high(),
    accepted("queued.max.requests", int32, "500", "Requests that may wait for a thread.").from(1).high(),
    accepted("queued.max.request.bytes", int64, "-1", "Bytes of requests that may wait for a thread.")
        .warns(no_such_limit)
        .when_above(0),
    accepted("socket.send.buffer.bytes", int32, "102400", "Send buffer of a socket.")
        .high()
        .says(socket_buffers),
    accepted("socket.receive.buffer.bytes", int32, "102400", "Receive buffer of a socket.")
        .high()
        .says(socket_buffers),
    accepted("socket.connection.setup.timeout.ms", int64, "10000", "Time to connect to another broker."),
    accepted("socket.connection.setup.timeout.max.ms", int64, "30000",
             "Longest time to connect to another broker."),
    accepted("max.connections.per.ip.overrides", string, "", "Connections at once from named addresses.")
        .warns(no_such_limit),
    accepted("max.connection.creation.rate", int32, int32_max, "New connections in a second.")
        .from(0)
        .warns(no_such_limit),
    accepted("request.timeout.ms", int32, "30000", "Longest wait for another broker's answer.").high(),

    // The disk
    accepted("log.dir", string, "/tmp/kafka-logs", "Folder of the log.").high().warns(in_memory),
    accepted("log.dirs", list, null, "Folders of the log.").high().warns(in_memory),
    accepted("metadata.log.dir", string, null, "Folder of the cluster's metadata.").high().warns(in_memory),
    accepted("num.recovery.threads.per.data.dir", int32, "2", "Threads that load the log at start.")
        .from(1)
        .high(),
    accepted("log.segment.delete.delay.ms", int64, "60000", "Wait before a removed segment leaves the disk.")
        .from(0),
    accepted("log.index.size.max.bytes", int32, "10485760", "Room of one index file.").from(4),
    accepted("log.preallocate", boolean, "false", "Reserve a segment's room when it begins."),
    accepted("log.roll.jitter.ms", int64, null, "Random part of log.roll.ms.").from(0),
    accepted("log.roll.jitter.hours", int32, "0", "Random part of log.roll.hours.").from(0),
    accepted("log.flush.interval.messages", int64, int64_max, "Records between two forced writes to disk.")
        .from(1)
        .says(no_flush),
    accepted("log.flush.interval.ms", int64, null, "Longest time between two forced writes.").says(no_flush),
    accepted("log.flush.scheduler.interval.ms", int64, int64_max,
             "Time between two looks for writes to force.")
        .says(no_flush),
    accepted("log.flush.offset.checkpoint.interval.ms", int32, "60000",
             "Time between two recovery checkpoints.")
        .from(0)
        .says(no_flush),
    accepted("log.flush.start.offset.checkpoint.interval.ms", int32, "60000",
             "Time between two start checkpoints.")
        .from(0)
        .says(no_flush),
    accepted("log.dir.failure.timeout.ms", int64, "30000", "Time to report a failed folder.").from(1),
    accepted("log.initial.task.delay.ms", int64, "30000", "Wait at start before the log's chores.").from(0),

    // Compaction
    accepted("log.cleaner.enable", boolean, "true", "Compact topics that ask for it.").says(no_compaction),
    accepted("log.cleaner.threads", int32, "1", "Threads that compact.").from(0).says(no_compaction),
    accepted("log.cleaner.delete.retention.ms", int64, "86400000", "As delete.retention.ms.")
        .says(no_compaction),
    accepted("log.cleaner.min.compaction.lag.ms", int64, "0", "As min.compaction.lag.ms.")
        .says(no_compaction),
    accepted("log.cleaner.max.compaction.lag.ms", int64, int64_max, "As max.compaction.lag.ms.")
        .says(no_compaction),
    accepted("log.cleaner.min.cleanable.ratio", float64, "0.5", "As min.cleanable.dirty.ratio.")
        .from(0)
        .to(1)
        .says(no_compaction),
    accepted("log.cleaner.*", string, null, "Buffers and pace of compaction.").says(no_compaction),
    accepted("compression.gzip.level", int32, "-1", "Level of gzip if the broker compresses.")
        .from(-1)
        .to(9)
        .warns(own_levels),
    accepted("compression.lz4.level", int32, "9", "Level of LZ4 if the broker compresses.")
        .from(1)
        .to(17)
        .warns(own_levels),
    accepted("compression.zstd.level", int32, "3", "Level of Zstandard if the broker compresses.")
        .from(-131072)
        .to(22)
        .warns(own_levels),

    // Copies and other nodes
    accepted("offsets.topic.replication.factor", int16, "3", "Copies of committed offsets.")
        .from(1)
        .high()
        .warns(one_copy)
        .when_above(1),
    accepted("offsets.topic.num.partitions", int32, "50", "Partitions of the topic of committed offsets.")
        .from(1)
        .high(),
    accepted("offsets.topic.segment.bytes", int32, "104857600", "Segment size of that topic.").from(1).high(),
    accepted("offsets.topic.compression.codec", int32, "0", "Codec of that topic."),
    accepted("offsets.load.buffer.size", int32, "5242880", "Buffer to load committed offsets.").from(1),
    accepted("offsets.commit.timeout.ms", int32, "5000", "Longest wait for the copies of a commit.").from(1),
    accepted("transaction.state.log.replication.factor", int16, "3", "Copies of the state of transactions.")
        .from(1)
        .high()
        .warns(one_copy)
        .when_above(1),
    accepted("transaction.state.log.min.isr", int32, "2", "Copies that must hold a change of a transaction.")
        .from(1)
        .high()
        .warns(one_copy)
        .when_above(1),
    accepted("transaction.*", string, null, "Transactions, which are not served yet."),
    accepted("transactional.id.expiration.ms", int32, "604800000",
             "Age at which a silent transactional id goes.")
        .from(1),
    accepted("producer.id.expiration.check.interval.ms", int32, "600000",
             "Time between two looks for silent producers.")
        .from(1)
        .low(),
    accepted("share.coordinator.state.topic.replication.factor", int16, "3",
             "Copies of the state of share groups.")
        .from(1)
        .high()
        .warns(one_copy)
        .when_above(1),
    accepted("share.coordinator.state.topic.min.isr", int16, "2",
             "Copies that must hold a change of a share group.")
        .from(1)
        .high()
        .warns(one_copy)
        .when_above(1),
    accepted("share.coordinator.*", string, null, "Share groups, which are not served."),
    accepted("group.share.*", string, null, "Share groups, which are not served."),
    accepted("group.consumer.*", string, null, "Groups of the newer protocol, which are not served yet.")
        .says(classic_only),
    accepted("group.coordinator.rebalance.protocols", list, "classic", "Group protocols that are served.")
        .says(classic_only),
    accepted("group.coordinator.*", string, null, "Threads and batches of the group coordinator."),
    accepted("unclean.leader.election.enable", boolean, "false", "Let a stale replica become the leader.")
        .high(),
    accepted("auto.leader.rebalance.enable", boolean, "true", "Give leadership back to preferred brokers.")
        .high(),
    accepted("leader.imbalance.*", string, null, "When leadership is given back.").high(),
    accepted("num.replica.fetchers", int32, "1", "Threads that copy from other brokers.").high(),
    accepted("num.replica.alter.log.dirs.threads", int32, null,
             "Threads that move partitions between folders."),
    accepted("replica.*", string, null, "Copying between brokers.").high(),
    accepted("inter.broker.listener.name", string, null, "Listener that brokers use among themselves."),
    accepted("security.inter.broker.protocol", string, "PLAINTEXT",
             "Protocol that brokers use among themselves.")
        .one_of("PLAINTEXT,SSL,SASL_PLAINTEXT,SASL_SSL"),
    accepted("inter.broker.protocol.version", string, null, "Protocol version that brokers use."),
    accepted("controller.*", string, null, "Elections and timeouts of controllers."),
    accepted("controlled.shutdown.*", string, null, "Handing over leadership before a stop."),
    accepted("broker.heartbeat.interval.ms", int32, "2000", "Time between two heartbeats to the controller."),
    accepted("broker.session.timeout.ms", int32, "9000", "Silence after which a broker counts as gone."),
    accepted("broker.id.generation.enable", boolean, "true", "Let the cluster give out broker ids."),
    accepted("reserved.broker.max.id", int32, "1000", "Greatest broker id that may be given by hand.")
        .from(0),
    accepted("initial.broker.registration.timeout.ms", int32, "60000", "Time to join the cluster at start."),
    accepted("server.max.startup.time.ms", int64, int64_max, "Longest time to start.").from(0),
    accepted("early.start.listeners", list, null, "Listeners that open before the others."),
    accepted("metadata.log.*", string, null, "Log of the cluster's metadata.").high(),
    accepted("metadata.max.*", string, null, "Snapshots of the cluster's metadata.").high(),
    accepted("max.incremental.fetch.session.cache.slots", int32, "1000",
             "Fetch sessions; every fetch is whole here."),
    accepted("fetch.purgatory.purge.interval.requests", int32, "1000", "Housekeeping of waiting fetches."),
    accepted("producer.purgatory.purge.interval.requests", int32, "1000",
             "Housekeeping of waiting produces."),
    accepted("delete.records.purgatory.purge.interval.requests", int32, "1",
             "Housekeeping of waiting deletions."),
    accepted("unstable.*", string, null, "Versions that Kafka is still working on."),

    // Security
    accepted("ssl.keystore.password", password, null, "Password of the key store.").warns(no_tls),
    accepted("ssl.key.password", password, null, "Password of the private key.").warns(no_tls),
    accepted("ssl.keystore.key", password, null, "Private key, PEM.").warns(no_tls),
    accepted("ssl.keystore.certificate.chain", password, null, "Certificates, PEM.").warns(no_tls),
    accepted("ssl.truststore.password", password, null, "Password of the trust store.").warns(no_tls),
    accepted("ssl.truststore.certificates", password, null, "Trusted certificates, PEM.").warns(no_tls),
    accepted("ssl.*", string, null, "TLS.").warns(no_tls),
    accepted("sasl.jaas.config", password, null, "Login of SASL.").warns(no_tls),
    accepted("sasl.*", string, null, "SASL.").warns(no_tls),
    accepted("listener.name.*", password, null, "TLS and SASL of one listener.").warns(no_tls),
    accepted("connections.max.reauth.ms", int64, "0", "Time after which a SASL client logs in again."),
    accepted("connection.failed.authentication.delay.ms", int32, "100",
             "Wait before a failed login is closed.")
        .from(0),
    accepted("authorizer.class.name", class_name, "", "Class that decides who may do what.")
        .warns(no_access_control),
    accepted("super.users", list, "", "Users who may do everything.").warns(no_access_control),
    accepted("allow.everyone.if.no.acl.found", boolean, "false", "Allow what no rule speaks of.")
        .warns(no_access_control),
    accepted("principal.builder.class", class_name, null, "Class that names the users.").warns(no_plugins),
    accepted("delegation.token.secret.key", password, null, "Key of delegation tokens.").warns(no_tls),
    accepted("delegation.token.*", string, null, "Delegation tokens.").warns(no_tls),
    accepted("security.providers", string, null, "Java security providers.").warns(no_plugins),
    accepted("password.encoder.*", password, null, "Encryption of passwords at rest."),

    // Plug-ins, quotas and figures
    accepted("create.topic.policy.class.name", class_name, null, "Class that judges new topics.")
        .warns(no_plugins),
    accepted("alter.config.policy.class.name", class_name, null, "Class that judges changes.")
        .warns(no_plugins),
    accepted("metric.reporters", list, "", "Classes that take the broker's figures.").warns(no_plugins),
    accepted("metrics.*", string, null, "Sampling of the broker's figures.").low(),
    accepted("kafka.metrics.*", string, null, "Reporters of the broker's figures.").low(),
    accepted("auto.include.jmx.reporter", boolean, "true", "Give figures to JMX.").low(),
    accepted("telemetry.*", string, null, "Figures of clients.").low(),
    accepted("client.quota.callback.class", class_name, null, "Class that decides quotas.").warns(no_plugins),
    accepted("quota.*", string, null, "Quotas.").warns(no_quotas),
    accepted("replication.quota.*", string, null, "Quotas of copying.").low(),
    accepted("alter.log.dirs.replication.quota.*", string, null, "Quotas of moving between folders.").low(),
    accepted("confluent.*", string, null, "Settings of another distribution.").low(),

    // What Kafka 4 no longer has, and tiered storage
    accepted("zookeeper.*", string, null, "ZooKeeper, which Kafka 4 has left.").warns(no_zookeeper),
    accepted("log.message.format.version", string, null, "Older record formats.").warns(old_formats),
    accepted("log.message.downconversion.enable", boolean, "true", "Older record formats.")
        .warns(old_formats),
    accepted("log.message.timestamp.difference.max.ms", int64, null,
             "Older form of the two before and after limits.")
        .warns(
            "Kafka 4 has log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms instead"),
    accepted("log.local.retention.bytes", int64, "-2", "Size kept locally with tiered storage.")
        .warns(no_tiers),
    accepted("log.local.retention.ms", int64, "-2", "Time kept locally with tiered storage.").warns(no_tiers),
    accepted("remote.*", string, null, "Tiered storage.").warns(no_tiers),
};

}  // namespace

std::span<const Row> accepted_rows() { return rows; }

}  // namespace mini::broker::table
