#!/usr/bin/python3
"""kafka-python against a broker: codecs, shapes, groups, seeking, times, administration."""

import sys
import time

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewPartitions, NewTopic
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.errors import (
    InvalidPartitionsError,
    InvalidReplicationFactorError,
    InvalidTopicError,
    MessageSizeTooLargeError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
)

from harness import DEADLINE_S, case, check, check_equal, main, wait_until
from members import Member, owned

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")


def producer(broker, **settings):
    return KafkaProducer(bootstrap_servers=broker.bootstrap, **settings)


def produce(broker, topic, values, partition=None, **settings):
    writer = producer(broker, **settings)
    try:
        sent = [writer.send(topic, value, partition=partition) for value in values]
        writer.flush(DEADLINE_S)
        return [future.get(DEADLINE_S) for future in sent]
    finally:
        writer.close(DEADLINE_S)


def consumer(broker, *topics, **settings):
    return KafkaConsumer(
        *topics,
        bootstrap_servers=broker.bootstrap,
        auto_offset_reset="earliest",
        **{
            "enable_auto_commit": False,
            "metadata_max_age_ms": 500,
            "heartbeat_interval_ms": 500,
            "session_timeout_ms": 6000,
            **settings,
        },
    )


def take(reader, count):
    messages, deadline = [], time.monotonic() + DEADLINE_S
    while len(messages) < count and time.monotonic() < deadline:
        for batch in reader.poll(timeout_ms=200).values():
            messages += batch
    check_equal(len(messages), count, "messages read")
    return messages


def read_all(broker, topic, partition=0):
    reader, place = consumer(broker), TopicPartition(topic, partition)
    try:
        reader.assign([place])
        reader.seek_to_beginning(place)
        return take(reader, reader.end_offsets([place])[place])
    finally:
        reader.close()


def admin(broker):
    return KafkaAdminClient(bootstrap_servers=broker.bootstrap)


def create(broker, stem, partitions=1, **more):
    topic, client = broker.name(stem), admin(broker)
    try:
        client.create_topics([NewTopic(topic, partitions, 1, **more)])
        wait_until("it is listed", lambda: topic in client.list_topics())
    finally:
        client.close()
    return topic


def raises(kind, action):
    try:
        action()
    except kind:
        return True
    return False


@case
def kafka_python_creates_a_topic_by_producing_to_it(broker):
    topic = broker.name("auto")
    check_equal(produce(broker, topic, [b"first"])[0].offset, 0)
    check_equal([m.value for m in read_all(broker, topic)], [b"first"])


@case
def kafka_python_creates_a_topic_by_subscribing_to_it(broker):
    topic = broker.name("auto-subscribe")
    reader = consumer(broker, topic, group_id=broker.name("group"))
    try:
        wait_until("its partition is assigned", lambda: reader.poll(100) or reader.assignment())
        produce(broker, topic, [b"hello"])
        check_equal([m.value for m in take(reader, 1)], [b"hello"])
    finally:
        reader.close()


def codec_story(codec):
    def story(broker):
        topic = broker.name(codec)
        wanted = []
        for acks in (0, 1, "all"):
            values = [f"{codec} acks {acks} {i} ".encode() + b"z" * 60 for i in range(200)]
            produce(broker, topic, values, compression_type=None if codec == "none" else codec, acks=acks, linger_ms=20)
            wanted += values
            wait_until("what acks=0 sent is there", lambda: end_of(broker, topic) == len(wanted))
        check_equal([m.value for m in read_all(broker, topic)], wanted)
        check_equal({stored for stored, _, _ in broker.stored_batches(topic)}, {codec}, "codec of the stored batches")

    story.__name__ = f"kafka_python_writes_{codec}_with_acks_0_and_1_and_all_and_reads_it_back"
    return story


for name in CODECS:
    case(codec_story(name))


def end_of(broker, topic):
    reader, place = consumer(broker), TopicPartition(topic, 0)
    try:
        return reader.end_offsets([place])[place]
    finally:
        reader.close()


@case
def kafka_python_keeps_keys_headers_timestamps_and_nulls(broker):
    topic = create(broker, "shapes")
    writer = producer(broker)
    headers = [("a", b"1"), ("a", b"2"), ("empty", b"")]
    sent = [
        writer.send(topic, b"value", b"key", headers, timestamp_ms=1_600_000_000_123),
        writer.send(topic, None, b"tombstone"),
        writer.send(topic, b"", None),
    ]
    writer.flush(DEADLINE_S)
    check_equal([(f.get().offset, f.get().partition) for f in sent], [(0, 0), (1, 0), (2, 0)])
    writer.close()
    first, second, third = read_all(broker, topic)
    check_equal(
        (first.key, first.value, first.headers, first.timestamp), (b"key", b"value", headers, 1_600_000_000_123)
    )
    check_equal((second.key, second.value, second.headers), (b"tombstone", None, []))
    check_equal((third.key, third.value), (None, b""))


@case
def the_producer_learns_the_offset_and_the_time_of_what_it_sent(broker):
    topic = create(broker, "learnt", 2)
    records = produce(broker, topic, [b"a", b"b"], partition=1)
    check_equal([(r.partition, r.offset) for r in records], [(1, 0), (1, 1)])
    check(abs(records[0].timestamp / 1000 - time.time()) < 60, "a timestamp of its own")


@case
def a_topic_with_append_time_gives_the_broker_s_time(broker):
    topic = create(broker, "append-time", topic_configs={"message.timestamp.type": "LogAppendTime"})
    writer = producer(broker)
    record = writer.send(topic, b"v", timestamp_ms=1000).get(DEADLINE_S)
    writer.close()
    check(abs(record.timestamp / 1000 - time.time()) < 60, f"the producer is told {record.timestamp}")
    message = read_all(broker, topic)[0]
    check_equal((message.timestamp, message.timestamp_type), (record.timestamp, 1))


@case
def a_message_too_large_for_the_topic_is_refused(broker):
    topic = create(broker, "small", topic_configs={"max.message.bytes": "2000"})
    check(raises(MessageSizeTooLargeError, lambda: produce(broker, topic, [b"x" * 5000])), "MESSAGE_TOO_LARGE")
    produce(broker, topic, [b"fits"])
    check_equal([m.value for m in read_all(broker, topic)], [b"fits"])


@case
def a_reader_seeks_by_offset_and_to_both_ends(broker):
    topic = broker.name("seek")
    produce(broker, topic, [str(i).encode() for i in range(100)])
    reader, place = consumer(broker), TopicPartition(topic, 0)
    try:
        reader.assign([place])
        for offset in (90, 10, 99):
            reader.seek(place, offset)
            check_equal(next(reader).value, str(offset).encode())
        reader.seek_to_beginning(place)
        check_equal(next(reader).offset, 0)
        reader.seek_to_end(place)
        check_equal(reader.position(place), 100)
    finally:
        reader.close()


@case
def beginning_and_end_and_time_are_turned_into_offsets(broker):
    for codec in CODECS:
        topic = create(broker, "times", 2)
        writer = producer(broker, compression_type=None if codec == "none" else codec, linger_ms=200)
        for stamp in (1000, 3000, 2000, 4000):
            writer.send(topic, b"v" * 100, timestamp_ms=stamp, partition=0)
        writer.flush(DEADLINE_S)
        writer.close()
        reader, place, empty = consumer(broker), TopicPartition(topic, 0), TopicPartition(topic, 1)
        try:
            check_equal(reader.beginning_offsets([place, empty]), {place: 0, empty: 0})
            check_equal(reader.end_offsets([place, empty]), {place: 4, empty: 0})
            for asked, wanted in (
                (500, (0, 1000)),
                (1001, (1, 3000)),
                (2000, (1, 3000)),
                (3001, (3, 4000)),
                (4000, (3, 4000)),
            ):
                check_equal(tuple(reader.offsets_for_times({place: asked})[place]), wanted, f"{codec} at {asked}")
            check_equal(reader.offsets_for_times({place: 4001, empty: 0}), {place: None, empty: None})
        finally:
            reader.close()


@case
def a_group_goes_on_from_what_it_committed_with_its_metadata(broker):
    topic, group, place = broker.name("commits"), broker.name("group"), None
    produce(broker, topic, [str(i).encode() for i in range(10)])
    first = consumer(broker, topic, group_id=group, max_poll_records=4)
    take(first, 4)
    place = TopicPartition(topic, 0)
    first.commit({place: OffsetAndMetadata(4, "a note: \u00e4")})
    first.close()
    second = consumer(broker, topic, group_id=group)
    check_equal([m.value for m in take(second, 6)], [str(i).encode() for i in range(4, 10)])
    check_equal(second.committed(place, metadata=True), OffsetAndMetadata(4, "a note: \u00e4"))
    check_equal(second.committed(TopicPartition(topic, 7)), None)
    second.close()


@case
def members_commit_by_themselves(broker):
    topic, group = broker.name("auto-commit"), broker.name("group")
    produce(broker, topic, [b"a", b"b"])
    reader = consumer(broker, topic, group_id=group, enable_auto_commit=True, auto_commit_interval_ms=200)
    take(reader, 2)
    reader.close()
    client = admin(broker)
    check_equal(client.list_consumer_group_offsets(group), {TopicPartition(topic, 0): OffsetAndMetadata(2, "")})
    client.close()


@case
def three_members_share_and_one_leaves(broker):
    topic, group = create(broker, "three", 6), broker.name("group")
    members = [Member("kafka-python", broker.bootstrap, group, topic, "roundrobin") for _ in range(3)]
    try:
        wait_until("two partitions each", lambda: [len(m.partitions) for m in members] == [2, 2, 2])
        check_equal((owned(members), len({m.generation for m in members})), (list(range(6)), 1))
        members[0].close()
        wait_until("three each", lambda: [len(m.partitions) for m in members[1:]] == [3, 3])
        check_equal(owned(members[1:]), list(range(6)))
        for partition in range(6):
            produce(broker, topic, [str(i).encode() for i in range(20)], partition=partition)
        wait_until("all 120", lambda: sum(len(m.messages) for m in members[1:]) >= 120)
        check_equal(
            sorted((p, o) for m in members[1:] for p, o, _ in m.messages), [(p, o) for p in range(6) for o in range(20)]
        )
    finally:
        for member in members:
            member.close()


@case
def a_killed_member_s_partitions_move_after_the_session_timeout(broker):
    topic, group = create(broker, "killed", 2), broker.name("group")
    members = [Member("kafka-python", broker.bootstrap, group, topic) for _ in range(2)]
    try:
        wait_until("one each", lambda: [len(m.partitions) for m in members] == [1, 1])
        killed_at = time.monotonic()
        members[0].kill()
        wait_until("the other owns both", lambda: owned(members[1:]) == [0, 1])
        took = members[1].first_after("revoked", killed_at) - killed_at
        check(5 < took < 11, f"moved after {took:.1f} s")
    finally:
        for member in members:
            member.close()


@case
def admin_creates_and_deletes_topics(broker):
    client, topic = admin(broker), broker.name("made")
    try:
        answer = client.create_topics([NewTopic(topic, 3, 1, topic_configs={"retention.ms": "60000"})])
        check_equal(list(answer.topic_errors[0])[:2], [topic, 0])
        found = wait_until(
            "three partitions", lambda: [t for t in client.describe_topics([topic]) if len(t["partitions"]) == 3]
        )[0]
        check_equal(sorted(p["partition"] for p in found["partitions"]), [0, 1, 2])
        check(
            raises(TopicAlreadyExistsError, lambda: client.create_topics([NewTopic(topic, 3, 1)])),
            "36 for a topic that is there",
        )
        check(raises(InvalidTopicError, lambda: client.create_topics([NewTopic("no/good", 1, 1)])), "17 for a bad name")
        check(
            raises(InvalidReplicationFactorError, lambda: client.create_topics([NewTopic("never", 1, 3)])),
            "38 for three replicas",
        )
        check(
            raises(InvalidPartitionsError, lambda: client.create_topics([NewTopic("never", 0, 1)])),
            "37 for no partition",
        )
        client.create_topics([NewTopic(topic + "-never", 1, 1)], validate_only=True)
        client.delete_topics([topic])
        wait_until("it is gone", lambda: topic not in client.list_topics())
        check(topic + "-never" not in client.list_topics(), "validate_only creates nothing")
        check(raises(UnknownTopicOrPartitionError, lambda: client.delete_topics([topic])), "3 for a topic that is gone")
    finally:
        client.close()


@case
def admin_adds_partitions(broker):
    client, topic = admin(broker), create(broker, "grow")
    try:
        client.create_partitions({topic: NewPartitions(3)})
        wait_until("three partitions", lambda: len(client.describe_topics([topic])[0]["partitions"]) == 3)
        check_equal(produce(broker, topic, [b"x"], partition=2)[0].offset, 0)
        check(
            raises(InvalidPartitionsError, lambda: client.create_partitions({topic: NewPartitions(3)})),
            "37 for the same count",
        )
    finally:
        client.close()


def settings(answer):
    """{name: (value, source)} of the one resource in a DescribeConfigs answer."""
    error, message, _, _, entries = answer.resources[0]
    check_equal(error, 0, message)
    return {entry[0]: (entry[1], entry[3]) for entry in entries}


@case
def admin_describes_settings_with_their_sources(broker):
    client, topic = admin(broker), create(broker, "settings", topic_configs={"retention.ms": "123456"})
    try:
        of_topic = settings(client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])[0])
        check_equal((of_topic["retention.ms"], of_topic["cleanup.policy"]), (("123456", 1), ("delete", 5)))
        node = str(client.describe_cluster()["brokers"][0]["node_id"])
        of_broker = settings(client.describe_configs([ConfigResource(ConfigResourceType.BROKER, node)])[0])
        check_equal(of_broker["num.partitions"][0], "1")
        asked = ConfigResource(ConfigResourceType.TOPIC, topic, configs={"retention.ms": None})
        check_equal(set(settings(client.describe_configs([asked])[0])), {"retention.ms"})
    finally:
        client.close()


@case
def admin_describes_the_cluster(broker):
    client = admin(broker)
    try:
        found = client.describe_cluster()
        host, port = broker.bootstrap.split(":")
        check_equal([(b["host"], b["port"]) for b in found["brokers"]], [(host, int(port))])
        check_equal(found["controller_id"], found["brokers"][0]["node_id"])
        check(found["cluster_id"], "a cluster id")
    finally:
        client.close()


@case
def admin_lists_and_describes_and_deletes_groups_and_their_offsets(broker):
    topic, group, client = create(broker, "groups", 2), broker.name("group"), admin(broker)
    produce(broker, topic, [b"a", b"b", b"c"], partition=1)
    reader = consumer(
        broker, topic, group_id=group, client_id="the-reader", partition_assignment_strategy=[RangePartitionAssignor]
    )
    try:
        take(reader, 3)
        reader.commit()
        check((group, "consumer") in client.list_consumer_groups(), "it is listed")
        found = client.describe_consumer_groups([group])[0]
        check_equal(
            (found.error_code, found.group, found.state, found.protocol_type, found.protocol),
            (0, group, "Stable", "consumer", "range"),
        )
        member = found.members[0]
        check_equal((member.client_id, member.client_host), ("the-reader", "/127.0.0.1"))
        check(member.member_id.startswith("the-reader-"), member.member_id)
        check_equal(member.member_metadata.subscription, [topic])
        check_equal([(t, sorted(p)) for t, p in member.member_assignment.assignment], [(topic, [0, 1])])
        check_equal(client.list_consumer_group_offsets(group)[TopicPartition(topic, 1)], OffsetAndMetadata(3, ""))
        asked = [TopicPartition(topic, 1)]
        check_equal(client.list_consumer_group_offsets(group, partitions=asked), {asked[0]: OffsetAndMetadata(3, "")})
        check_equal([e.__name__ for _, e in client.delete_consumer_groups([group])], ["NonEmptyGroupError"])
    finally:
        reader.close()
    check_equal(client.describe_consumer_groups([group])[0].state, "Empty")
    check_equal([e.__name__ for _, e in client.delete_consumer_groups([group])], ["NoError"])
    check_equal([e.__name__ for _, e in client.delete_consumer_groups([group])], ["GroupIdNotFoundError"])
    check_equal(client.describe_consumer_groups([group])[0].state, "Dead")
    client.close()


if __name__ == "__main__":
    sys.exit(main())
