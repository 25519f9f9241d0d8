#!/usr/bin/python3
"""confluent-kafka (librdkafka) against a broker: codecs and acks, idempotence, groups, seeking, times, administration."""

import sys
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic

from harness import DEADLINE_S, case, check, check_equal, main, wait_until
from members import Member, owned

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
SESSION_MS, HEARTBEAT_MS = 6000, 500
QUICK = {
    "topic.metadata.refresh.interval.ms": 500,
    "session.timeout.ms": SESSION_MS,
    "heartbeat.interval.ms": HEARTBEAT_MS,
}


class Reports:
    """Delivery reports of one producer."""

    def __init__(self):
        self.errors, self.offsets = [], []

    def __call__(self, error, message):
        if error is not None:
            self.errors.append(str(error))
        else:
            self.offsets.append(message.offset())


def produce(broker, topic, values, partition=None, **settings):
    reports, raised = Reports(), []
    producer = Producer(
        {
            "bootstrap.servers": broker.bootstrap,
            "error_cb": lambda e: raised.append(str(e)),
            **{k.replace("_", "."): v for k, v in settings.items()},
        }
    )
    more = {} if partition is None else {"partition": partition}
    for value in values:
        producer.produce(topic, value, callback=reports, **more)
        producer.poll(0)
    check_equal(producer.flush(DEADLINE_S), 0, "messages left in the producer")
    check_equal(reports.errors + raised, [])
    return reports


def consumer(broker, group=None, **settings):
    return Consumer(
        {
            "bootstrap.servers": broker.bootstrap,
            "group.id": group or broker.name("group"),
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            **QUICK,
            **{k.replace("_", "."): v for k, v in settings.items()},
        }
    )


def take(reader, count, deadline_s=DEADLINE_S):
    messages, deadline = [], time.monotonic() + deadline_s
    while len(messages) < count and time.monotonic() < deadline:
        message = reader.poll(0.2)
        if message is not None:
            check(not message.error(), f"an error reached the reader: {message.error()}")
            messages.append(message)
    check_equal(len(messages), count, "messages read")
    return messages


def read_all(broker, topic, partition=0):
    """Every message of a partition, by manual assignment up to the high watermark."""
    reader = consumer(broker)
    try:
        _, end = reader.get_watermark_offsets(TopicPartition(topic, partition), DEADLINE_S)
        reader.assign([TopicPartition(topic, partition, 0)])
        return take(reader, end)
    finally:
        reader.close()


def create(broker, stem, partitions=1, **more):
    topic, client = broker.name(stem), admin(broker)
    done(client.create_topics([NewTopic(topic, partitions, 1, **more)]))
    wait_until("it is listed", lambda: topic in client.list_topics(timeout=DEADLINE_S).topics)
    return topic


def admin(broker):
    return AdminClient({"bootstrap.servers": broker.bootstrap})


def done(futures):
    return {key: future.result(DEADLINE_S) for key, future in futures.items()}


def refused(futures):
    """The error code of each future."""
    codes = []
    for future in futures.values():
        try:
            future.result(DEADLINE_S)
            codes.append(0)
        except KafkaException as error:
            codes.append(error.args[0].code())
    return codes


@case
def confluent_creates_a_topic_by_producing_to_it(broker):
    topic = broker.name("auto")
    produce(broker, topic, ["first"])
    check_equal([m.value() for m in read_all(broker, topic)], [b"first"])


@case
def a_subscription_to_a_topic_that_is_not_there_yet_finds_it_once_it_is(broker):
    topic, early = broker.name("later"), []
    reader = consumer(broker, allow_auto_create_topics=True)
    try:
        reader.subscribe([topic])
        wait_until("librdkafka says, once, that it is not there", lambda: note(early, reader.poll(0.1)) or early)
        # Its subscriptions never ask for a topic to be created, whatever the setting says: a producer makes it.
        produce(broker, topic, ["hello"])
        check_equal([m.value() for m in take(reader, 1)], [b"hello"])
        check_equal(early, ["UNKNOWN_TOPIC_OR_PART"])
    finally:
        reader.close()


def note(errors, message):
    if message is not None and message.error():
        errors.append(message.error().name().lstrip("_"))


def codec_story(codec):
    def story(broker):
        topic = broker.name(codec)
        wanted = []
        for acks in ("0", "1", "all"):
            values = [f"{codec} acks {acks} {i} ".encode() + b"z" * 60 for i in range(300)]
            produce(broker, topic, values, compression_type=codec, acks=acks, linger_ms=20)
            wanted += values
            wait_until("what acks=0 sent is there", lambda: len(wanted) == end_of(broker, topic))
        check_equal([m.value() for m in read_all(broker, topic)], wanted)
        check_equal({stored for stored, _, _ in broker.stored_batches(topic)}, {codec}, "codec of the stored batches")

    story.__name__ = f"confluent_writes_{codec}_with_acks_0_and_1_and_all_and_reads_it_back"
    return story


for name in CODECS:
    case(codec_story(name))


def end_of(broker, topic, partition=0):
    reader = consumer(broker)
    try:
        return reader.get_watermark_offsets(TopicPartition(topic, partition), DEADLINE_S)[1]
    finally:
        reader.close()


@case
def confluent_keeps_keys_headers_timestamps_and_nulls(broker):
    topic = broker.name("shapes")
    producer, reports = Producer({"bootstrap.servers": broker.bootstrap}), Reports()
    headers = [("a", b"1"), ("a", b"2"), ("none", None), ("empty", b"")]
    producer.produce(topic, b"value", b"key", headers=headers, timestamp=1_600_000_000_123, callback=reports)
    producer.produce(topic, None, b"tombstone", callback=reports)
    producer.produce(topic, b"", None, callback=reports)
    producer.flush(DEADLINE_S)
    check_equal((reports.errors, reports.offsets), ([], [0, 1, 2]))
    first, second, third = read_all(broker, topic)
    check_equal(
        (first.key(), first.value(), first.headers(), first.timestamp()),
        (b"key", b"value", headers, (1, 1_600_000_000_123)),
    )
    check_equal((second.key(), second.value(), second.headers()), (b"tombstone", None, None))
    check_equal((third.key(), third.value()), (None, b""))


@case
def an_idempotent_producer_leaves_no_gap_and_no_double(broker):
    topic = create(broker, "idempotent")
    values = [str(i).encode() for i in range(5000)]
    reports = produce(broker, topic, values, enable_idempotence=True, linger_ms=1, batch_num_messages=100)
    check_equal(sorted(reports.offsets), list(range(5000)))
    check_equal([m.value() for m in read_all(broker, topic)], values)
    producers = {producer_id for _, _, producer_id in broker.stored_batches(topic)}
    check(len(producers) == 1 and min(producers) >= 0, f"one producer id on every batch: {producers}")


@case
def a_message_too_large_for_the_topic_is_refused_and_the_next_is_stored(broker):
    topic = create(broker, "small", config={"max.message.bytes": "2000"})
    producer, reports = Producer({"bootstrap.servers": broker.bootstrap, "linger.ms": 0}), Reports()
    for value in (b"x" * 5000, b"fits"):
        producer.produce(topic, value, callback=reports)
        producer.flush(DEADLINE_S)
    check(len(reports.errors) == 1 and "MSG_SIZE_TOO_LARGE" in reports.errors[0], f"{reports.errors}")
    check_equal([m.value() for m in read_all(broker, topic)], [b"fits"])


@case
def a_reader_seeks_back_and_forth(broker):
    topic = broker.name("seek")
    produce(broker, topic, [str(i).encode() for i in range(100)])
    reader = consumer(broker)
    try:
        reader.assign([TopicPartition(topic, 0, 0)])
        check_equal(take(reader, 1)[0].offset(), 0)
        for offset in (90, 10, 99):
            reader.seek(TopicPartition(topic, 0, offset))
            check_equal(take(reader, 1)[0].value(), str(offset).encode())
    finally:
        reader.close()


@case
def watermarks_are_the_first_offset_and_the_next(broker):
    topic = create(broker, "marks", 2)
    produce(broker, topic, ["a", "b", "c"], partition=1)
    reader = consumer(broker)
    try:
        check_equal(reader.get_watermark_offsets(TopicPartition(topic, 0), DEADLINE_S), (0, 0))
        check_equal(reader.get_watermark_offsets(TopicPartition(topic, 1), DEADLINE_S), (0, 3))
    finally:
        reader.close()


@case
def offsets_for_times_finds_the_first_message_at_or_after_a_time(broker):
    for codec in CODECS:
        topic = broker.name("times")
        producer, reports = (
            Producer({"bootstrap.servers": broker.bootstrap, "compression.type": codec, "linger.ms": 200}),
            Reports(),
        )
        for stamp in (1000, 3000, 2000, 4000):
            producer.produce(topic, b"v" * 100, timestamp=stamp, callback=reports)
        producer.flush(DEADLINE_S)
        reader = consumer(broker)
        try:
            for stamp, offset in ((500, 0), (1000, 0), (1001, 1), (2000, 1), (3001, 3), (4000, 3), (4001, -1)):
                found = reader.offsets_for_times([TopicPartition(topic, 0, stamp)], DEADLINE_S)[0]
                check_equal((stamp, found.offset, found.error), (stamp, offset, None), codec)
        finally:
            reader.close()


@case
def a_group_goes_on_from_what_it_committed(broker):
    topic, group = broker.name("commits"), broker.name("group")
    produce(broker, topic, [str(i) for i in range(10)])
    first = consumer(broker, group)
    first.subscribe([topic])
    taken = take(first, 4)
    committed = first.commit(message=taken[-1], asynchronous=False)
    check_equal([(p.offset, p.error) for p in committed], [(4, None)])
    first.close()
    second = consumer(broker, group)
    second.subscribe([topic])
    check_equal([m.value() for m in take(second, 6)], [str(i).encode() for i in range(4, 10)])
    found = second.committed([TopicPartition(topic, 0)], DEADLINE_S)
    check_equal([p.offset for p in found], [4])
    second.close()


@case
def a_reader_by_hand_commits_and_finds_its_metadata_again(broker):
    topic, group = broker.name("by-hand"), broker.name("group")
    produce(broker, topic, ["a", "b"])
    reader = consumer(broker, group)
    try:
        reader.assign([TopicPartition(topic, 0, 0)])
        take(reader, 2)
        reader.commit(offsets=[TopicPartition(topic, 0, 2)], asynchronous=False)
        check_equal([p.offset for p in reader.committed([TopicPartition(topic, 0)], DEADLINE_S)], [2])
    finally:
        reader.close()


@case
def three_members_share_six_partitions_and_each_message_is_read_once(broker):
    topic, group = create(broker, "three", 6), broker.name("group")
    members = [Member("confluent", broker.bootstrap, group, topic) for _ in range(3)]
    try:
        wait_until("two partitions each", lambda: [len(m.partitions) for m in members] == [2, 2, 2])
        check_equal(owned(members), list(range(6)))
        check_equal(len({m.generation for m in members}), 1, "generations")
        for partition in range(6):
            produce(broker, topic, [f"{partition}-{i}" for i in range(50)], partition=partition)
        wait_until("all 300", lambda: sum(len(m.messages) for m in members) >= 300)
        read = sorted((p, o) for m in members for p, o, _ in m.messages)
        check_equal(read, [(p, o) for p in range(6) for o in range(50)])
    finally:
        for member in members:
            member.close()


@case
def a_killed_member_loses_its_partitions_after_the_session_timeout_and_not_before(broker):
    topic, group = create(broker, "killed", 6), broker.name("group")
    members = [Member("confluent", broker.bootstrap, group, topic, "range", SESSION_MS) for _ in range(3)]
    try:
        wait_until("two partitions each", lambda: [len(m.partitions) for m in members] == [2, 2, 2])
        lost, survivors = members[0].partitions, members[1:]
        killed_at = time.monotonic()
        members[0].kill()
        wait_until("the survivors own all six", lambda: owned(survivors) == list(range(6)))
        moved_at = min(m.first_after("revoked", killed_at) for m in survivors)
        owned_at = max(m.changed_at for m in survivors)
        # Its last heartbeat was at most one interval (and a busy machine's pause) before the kill.
        check(
            moved_at - killed_at > (SESSION_MS - 2 * HEARTBEAT_MS) / 1000, f"moved after {moved_at - killed_at:.1f} s"
        )
        check(owned_at - killed_at < SESSION_MS / 1000 + 5, f"owned after {owned_at - killed_at:.1f} s")
        check(lost <= survivors[0].partitions | survivors[1].partitions, "the lost partitions are owned again")
    finally:
        for member in members:
            member.close()


@case
def a_member_that_leaves_hands_over_at_once(broker):
    topic, group = create(broker, "leaving", 4), broker.name("group")
    members = [Member("confluent", broker.bootstrap, group, topic, "roundrobin") for _ in range(2)]
    try:
        wait_until("two partitions each", lambda: [len(m.partitions) for m in members] == [2, 2])
        left_at = time.monotonic()
        members[0].close()
        wait_until("the other owns all", lambda: owned(members[1:]) == [0, 1, 2, 3])
        check(time.monotonic() - left_at < SESSION_MS / 1000 - 1, "sooner than the session timeout")
    finally:
        for member in members:
            member.close()


@case
def members_take_over_step_by_step_with_the_cooperative_assignor(broker):
    topic, group = create(broker, "cooperative", 4), broker.name("group")
    readers = [consumer(broker, group, partition_assignment_strategy="cooperative-sticky") for _ in range(2)]
    try:
        for reader in readers:
            reader.subscribe([topic])
            wait_until("something is assigned", lambda r=reader: [x.poll(0.05) for x in readers] and r.assignment())
        wait_until(
            "two each", lambda: [x.poll(0.05) for x in readers] and [len(r.assignment()) for r in readers] == [2, 2]
        )
        check_equal(sorted(p.partition for r in readers for p in r.assignment()), [0, 1, 2, 3])
    finally:
        for reader in readers:
            reader.close()


@case
def a_static_member_comes_back_to_its_partitions_without_a_rebalance(broker):
    topic, group = create(broker, "static", 2), broker.name("group")
    seen = []
    other = consumer(broker, group, group_instance_id="b")
    other.subscribe([topic], on_assign=lambda _, p: seen.append(len(p)))
    first = consumer(broker, group, group_instance_id="a")
    first.subscribe([topic])
    try:
        wait_until(
            "one each",
            lambda: [r.poll(0.05) for r in (first, other)] and len(first.assignment()) == len(other.assignment()) == 1,
        )
        mine, before = first.assignment(), len(seen)
        first.close()
        first = consumer(broker, group, group_instance_id="a")
        first.subscribe([topic])
        wait_until("its partition is back", lambda: [r.poll(0.05) for r in (first, other)] and first.assignment())
        check_equal([p.partition for p in first.assignment()], [p.partition for p in mine])
        check_equal(len(seen), before, "assignments of the other member")
    finally:
        first.close()
        other.close()


@case
def admin_creates_and_deletes_topics_and_reports_each_error_on_its_own(broker):
    client, one, two = admin(broker), broker.name("made"), broker.name("made")
    done(client.create_topics([NewTopic(one, 3, 1), NewTopic(two, 1, 1, config={"retention.ms": "60000"})]))
    found = client.list_topics(timeout=DEADLINE_S).topics
    check_equal((len(found[one].partitions), len(found[two].partitions)), (3, 1))
    check_equal(refused(client.create_topics([NewTopic(one, 3, 1)])), [36])
    check_equal(refused(client.create_topics([NewTopic("no/good", 1, 1)])), [17])
    check_equal(refused(client.create_topics([NewTopic(broker.name("never"), 1, 3)])), [38])
    check_equal(refused(client.create_topics([NewTopic(broker.name("never"), 1, 1, config={"no.such": "1"})])), [40])
    never = broker.name("never")
    done(client.create_topics([NewTopic(never, 1, 1)], validate_only=True))
    done(client.delete_topics([one]))
    wait_until("it is gone", lambda: not {one, never} & set(client.list_topics(timeout=DEADLINE_S).topics))
    check_equal(refused(client.delete_topics([one])), [3])


@case
def admin_adds_partitions_that_can_be_written_at_once(broker):
    client, topic = admin(broker), create(broker, "grow", 1)
    done(client.create_partitions([NewPartitions(topic, 4)]))
    wait_until("four are listed", lambda: len(client.list_topics(topic, DEADLINE_S).topics[topic].partitions) == 4)
    produce(broker, topic, ["in the last"], partition=3)
    check_equal(refused(client.create_partitions([NewPartitions(topic, 2)])), [37])


@case
def admin_describes_the_settings_of_a_topic_and_of_the_broker(broker):
    client, topic = admin(broker), create(broker, "settings", config={"retention.ms": "123456"})
    node = str(next(iter(client.list_topics(timeout=DEADLINE_S).brokers)))
    asked = [ConfigResource("topic", topic), ConfigResource("broker", node)]
    found = [future.result(DEADLINE_S) for future in client.describe_configs(asked).values()]
    of_topic = next(f for f in found if "retention.ms" in f)
    of_broker = next(f for f in found if "log.retention.ms" in f or "num.partitions" in f)
    check_equal((of_topic["retention.ms"].value, of_topic["retention.ms"].is_default), ("123456", False))
    check_equal((of_topic["cleanup.policy"].value, of_topic["cleanup.policy"].is_default), ("delete", True))
    check_equal(of_broker["num.partitions"].value, "1")
    check_equal(refused(client.describe_configs([ConfigResource("topic", broker.name("none"))])), [3])


@case
def admin_lists_topics_and_groups(broker):
    topic, group = create(broker, "listed", 2), broker.name("group")
    member = Member("confluent", broker.bootstrap, group, topic)
    try:
        wait_until("it owns both", lambda: owned([member]) == [0, 1])
        client = admin(broker)
        described = next(g for g in client.list_groups(timeout=DEADLINE_S) if g.id == group)
        check_equal(
            (described.state, described.protocol_type, described.protocol, len(described.members)),
            ("Stable", "consumer", "range", 1),
        )
        check_equal(described.members[0].client_id, "rdkafka")
        found = client.list_topics(topic, DEADLINE_S)
        check_equal(
            {p: (v.leader, v.replicas, v.isrs) for p, v in found.topics[topic].partitions.items()},
            {p: (found.controller_id, [found.controller_id], [found.controller_id]) for p in (0, 1)},
        )
        check(found.cluster_id, "a cluster id")
    finally:
        member.close()
    wait_until(
        "an emptied group is Empty",
        lambda: next(g for g in admin(broker).list_groups(timeout=DEADLINE_S) if g.id == group).state == "Empty",
    )


@case
def a_topic_deleted_and_made_again_starts_anew(broker):
    client, topic = admin(broker), create(broker, "again")
    produce(broker, topic, ["old"])
    done(client.delete_topics([topic]))
    wait_until("it is gone", lambda: topic not in client.list_topics(timeout=DEADLINE_S).topics)
    done(client.create_topics([NewTopic(topic, 1, 1)]))
    produce(broker, topic, ["new"])
    check_equal([(m.offset(), m.value()) for m in read_all(broker, topic)], [(0, b"new")])


if __name__ == "__main__":
    sys.exit(main())
