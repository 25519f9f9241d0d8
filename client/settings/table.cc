#include "mini/config.h"

namespace mini {
namespace {

using Scope = Setting::Scope;

constexpr Setting table[] = {
    {"bootstrap.servers", "metadata.broker.list", "", Scope::all,
     "Brokers to ask first, host:port separated by commas; the others are learned from them."},
    {"client.id", "", "mini-client", Scope::all, "The name by which brokers log this client."},
    {"security.protocol", "", "PLAINTEXT", Scope::all,
     "PLAINTEXT: TLS and SASL are not built, and anything else is refused."},
    {"request.timeout.ms", "socket.timeout.ms", "30000", Scope::all,
     "How long a broker may take to answer before the connection is given up."},
    {"metadata.max.age.ms", "topic.metadata.refresh.interval.ms", "300000", Scope::all,
     "How old the picture of the cluster may become before it is asked for again."},
    {"reconnect.backoff.ms", "", "50", Scope::all, "The first wait before connecting again to a broker."},
    {"reconnect.backoff.max.ms", "", "1000", Scope::all, "The longest wait before connecting again."},
    {"retry.backoff.ms", "", "100", Scope::all, "The first wait before a failed request is made again."},
    {"retry.backoff.max.ms", "", "1000", Scope::all,
     "The longest wait before a failed request is made again."},
    {"socket.connection.setup.timeout.ms", "", "10000", Scope::all, "How long connecting may take."},
    {"allow.auto.create.topics", "", "true", Scope::all,
     "Whether asking about a topic that does not exist may create it, where the broker does so at all."},

    {"acks", "request.required.acks", "all", Scope::producer,
     "Who must have a batch before it counts as stored: 0 nobody, 1 the leader, all (-1) every in-sync "
     "replica."},
    {"enable.idempotence", "", "true", Scope::producer,
     "Whether a retried batch is stored once only and order is kept; needs acks=all."},
    {"partitioner", "", "murmur2_random", Scope::producer,
     "Which partition a key belongs to: murmur2_random (as Java's producer), murmur2, consistent_random (as "
     "librdkafka's), consistent, fnv1a_random, fnv1a or random. What is left to chance fills one batch after "
     "the other."},
    {"linger.ms", "queue.buffering.max.ms", "5", Scope::producer,
     "How long a batch waits for more records before it is sent."},
    {"batch.size", "", "131072", Scope::producer, "The most bytes a batch gathers before compression."},
    {"compression.type", "compression.codec", "none", Scope::producer, "none, gzip, snappy, lz4 or zstd."},
    {"buffer.memory", "", "33554432", Scope::producer, "The most bytes of records that wait for their end."},
    {"max.block.ms", "", "60000", Scope::producer,
     "How long send may wait while the buffer is full, and a record for its topic to be known."},
    {"max.request.size", "message.max.bytes", "1048576", Scope::producer,
     "The largest record, and the most record bytes in one request."},
    {"delivery.timeout.ms", "message.timeout.ms", "120000", Scope::producer,
     "How long after send a record is reported as failed if it is not acknowledged by then. At least "
     "linger.ms and request.timeout.ms together: less is refused, and where it is not set it follows them."},
    {"retries", "message.send.max.retries", "2147483647", Scope::producer,
     "How many times a batch is sent again; delivery.timeout.ms usually ends it earlier."},
    {"max.in.flight.requests.per.connection", "max.in.flight", "5", Scope::producer,
     "How many produce requests wait for an answer at a time; at most 5 with idempotence."},

    {"group.id", "", "", Scope::consumer, "The group to be a member of, and whose offsets are committed."},
    {"group.instance.id", "", "", Scope::consumer,
     "A name that outlives restarts: a static member keeps its partitions while it restarts."},
    {"auto.offset.reset", "", "latest", Scope::consumer,
     "Where to start without a committed offset: earliest (smallest, beginning), latest (largest, end) or "
     "none (error)."},
    {"enable.auto.commit", "", "true", Scope::consumer,
     "Whether the positions are committed from poll every auto.commit.interval.ms."},
    {"auto.commit.interval.ms", "", "5000", Scope::consumer, "The time between automatic commits."},
    {"session.timeout.ms", "", "45000", Scope::consumer,
     "Without a heartbeat for so long the group goes on without this member."},
    {"heartbeat.interval.ms", "", "3000", Scope::consumer, "The time between heartbeats."},
    {"max.poll.interval.ms", "", "300000", Scope::consumer,
     "Without a poll for so long this member leaves its group."},
    {"max.poll.records", "", "500", Scope::consumer, "The most records that one poll gives."},
    {"partition.assignment.strategy", "", "range,cooperative-sticky", Scope::consumer,
     "How a group shares partitions out, the preferred way first: range, roundrobin, sticky, "
     "cooperative-sticky, or Java's class names."},
    {"isolation.level", "", "read_uncommitted", Scope::consumer,
     "read_committed leaves out the records of aborted transactions and waits for the end of open ones."},
    {"fetch.min.bytes", "", "1", Scope::consumer, "A fetch waits until so many bytes are there."},
    {"fetch.max.wait.ms", "fetch.wait.max.ms", "500", Scope::consumer,
     "How long a fetch waits at the broker."},
    {"fetch.max.bytes", "", "52428800", Scope::consumer, "The most bytes in the answer to one fetch."},
    {"max.partition.fetch.bytes", "fetch.message.max.bytes", "1048576", Scope::consumer,
     "The most bytes of one partition in the answer to one fetch."},
    {"check.crcs", "", "true", Scope::consumer, "Whether the checksums of fetched batches are verified."},
};

}  // namespace

std::span<const Setting> client_settings() { return table; }

}  // namespace mini
