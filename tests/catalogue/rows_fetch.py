"""G: fetch, offsets, metadata, finding a coordinator."""
import os

from row import OWN_PROCESS, Row
from rows_framing import METADATA
from rows_produce import THREE, UNKNOWN_SERVER_ERROR, ZSTD, zstd_frame
from shared import asking, batch, check, check_equal, wait_until
from world import framed, header, int16, int32

LATEST = -1
FOREVER_MS = 2**31 - 1
PARKED = 200
NAMES = 100_000
AGAIN = 20_000
UNKNOWN_TOPIC = 3
TOPIC_ROW_BYTES = 2 + 2 + 1 + 4  # without its name: error, size of the name, internal or not, no partitions


def filled(world, **configs):
    """A topic with one batch of three records."""
    topic = world.topic(**configs)
    check_equal(world.produce(topic, batch.batch(THREE))["ErrorCode"], 0)
    return topic


def fetched(version=11, offset=0, epoch=-1, **more):
    """(the answer's error code, the partition's or None)"""
    def act(world):
        request = asking.fetch(filled(world), offset, **more)
        request["Topics"][0]["Partitions"][0]["CurrentLeaderEpoch"] = epoch
        return codes(world.call("Fetch", version, request))
    return act


def codes(answer):
    rows = [p["ErrorCode"] for t in answer["Responses"] for p in t["Partitions"]]
    return answer["ErrorCode"], rows[0] if rows else None


def below_the_start(world):
    topic = filled(world)
    deleted = world.call("DeleteRecords", 2, {"Topics": [{"Name": topic, "Partitions": [
        {"PartitionIndex": 0, "Offset": 2}]}], "TimeoutMs": 1000})["Topics"][0]["Partitions"][0]
    check_equal((deleted["ErrorCode"], deleted["LowWatermark"]), (0, 2), "DeleteRecords")
    return codes(world.call("Fetch", 11, asking.fetch(topic, 1)))


def by_id(topic_id, **more):
    request = asking.fetch("", **more)
    request["Topics"][0]["TopicId"] = topic_id
    return request


def whole_first_batch(**limits):
    def act(world):
        topic = world.topic()
        big = batch.batch((batch.record(0, bytes(200_000)),))
        check_equal(world.produce(topic, big)["ErrorCode"], 0)
        read = world.call("Fetch", 11, asking.fetch(topic, **limits))["Responses"][0]["Partitions"][0]
        return read["ErrorCode"], len(read["Records"] or b"") == len(big)
    return act


def patience_without_end(world):
    """Many fetches that would wait for ever; their connections go, and so does what they held."""
    topic = world.topic()
    descriptors = world.process.descriptors()
    for _ in range(PARKED):
        c = world.connect()
        c.send(c.frame("Fetch", 11, asking.fetch(topic, max_wait=FOREVER_MS, min_bytes=FOREVER_MS)))
    wait_until("all are connected", lambda: world.process.descriptors() > PARKED, 10)
    world.drop_connections()
    wait_until("descriptors are given back", lambda: world.process.descriptors() <= descriptors, 5)
    return world.produce(topic, batch.batch())["ErrorCode"]


def offsets_twice(world):
    topic = filled(world)
    partition = {"PartitionIndex": 0, "CurrentLeaderEpoch": -1, "Timestamp": LATEST}
    answer = world.call("ListOffsets", 7, {"ReplicaId": -1, "IsolationLevel": 0, "Topics": [
        {"Name": topic, "Partitions": [partition, partition]}]})
    return {p["ErrorCode"] for t in answer["Topics"] for p in t["Partitions"]}


def offset_error(timestamp, isolation=0, epoch=-1):
    return lambda w: asking.list_offset(w, filled(w), timestamp, isolation=isolation, CurrentLeaderEpoch=epoch)["ErrorCode"]


def metadata(world, topics, create=False, version=9):
    return world.call("Metadata", version, {"Topics": topics, "AllowAutoTopicCreation": create})


def nameless(version):
    def act(world):
        answer = metadata(world, [{"Name": None, "TopicId": bytes(16)}], version=version)
        return {t["ErrorCode"] for t in answer["Topics"]}, answer["Brokers"]
    return act


def many_names(world):
    """Version 4, built and read by hand: so many rows take the codec of these tests longer than any broker."""
    names = [b"unheard-of-%d" % i for i in range(NAMES)]
    asked = b"".join(int16(len(name)) + name for name in names)
    with world.connect() as c:
        c.send(framed(header(METADATA, 4) + int32(NAMES) + asked + b"\0"))
        answer = c.answer()
    rows = {int16(UNKNOWN_TOPIC) + int16(len(name)) + name + b"\0" + int32(0) for name in names}
    at = len(answer) - sum(map(len, rows))
    found = set()
    while at < len(answer):
        size = TOPIC_ROW_BYTES + int.from_bytes(answer[at + 2:at + 4], "big")
        found.add(answer[at:at + size])
        at += size
    return found == rows


def many_created(world):
    """More than mini.partitions.max allows: every name is answered, and no more partitions are made than that."""
    names = [{"Name": world.name("wished-for")} for _ in range(300)]
    answered = len(metadata(world, names, create=True)["Topics"])
    partitions = sum(len(t["Partitions"]) for t in metadata(world, None)["Topics"])
    check(0 < partitions <= 50, f"{partitions} partitions")
    return answered


def zstd_for_old_fetchers(world):
    topic = world.topic(compression_type="zstd")
    check_equal(world.produce(topic, batch.batch(attributes=ZSTD, payload=zstd_frame([batch.record(0)])))["ErrorCode"], 0)
    return codes(world.call("Fetch", 9, asking.fetch(topic))), codes(world.call("Fetch", 10, asking.fetch(topic)))


def topic_id(world, topic):
    return metadata(world, [{"Name": topic}], version=10)["Topics"][0]["TopicId"]


def created_anew(world):
    """A parked fetch by id hears of the deletion; under the same name there is then another topic."""
    topic = world.topic()
    old = topic_id(world, topic)
    with world.connect() as c:
        c.send(c.frame("Fetch", 13, by_id(old, max_wait=10000)))
        deleted = world.call("DeleteTopics", 4, {"TopicNames": [topic], "TimeoutMs": 5000})["Responses"][0]
        check_equal(deleted["ErrorCode"], 0, "DeleteTopics")
        gone = codes(c.decode("Fetch", 13, c.answer()))
    created = world.call("CreateTopics", 5, {"Topics": [asking.create(topic)], "timeoutMs": 5000})["Topics"][0]
    check_equal(created["ErrorCode"], 0, "CreateTopics")
    world.settle(topic, 1)
    new = topic_id(world, topic)
    check(new != old, "a new topic has a new id")
    check_equal(world.produce(topic, batch.batch())["ErrorCode"], 0)
    return gone, codes(world.call("Fetch", 13, by_id(old))), codes(world.call("Fetch", 13, by_id(new)))


def coordinator_of_type_9(world):
    return world.call("FindCoordinator", 4, {"KeyType": 9, "CoordinatorKeys": ["g"]})["Coordinators"][0]["ErrorCode"]


def one_partition_again_and_again(world):
    request = asking.fetch(filled(world))
    request["Topics"][0]["Partitions"] *= AGAIN
    answer = world.call("Fetch", 11, request)
    return [(p["ErrorCode"], p["Records"] != b"") for t in answer["Responses"] for p in t["Partitions"]]


def no_partition(world):
    request = asking.fetch(world.topic(), max_wait=FOREVER_MS)
    request["Topics"][0]["Partitions"] = []
    return world.call("Fetch", 11, request)["Responses"]


ROWS = [
    Row("G1", "an offset behind the end", fetched(offset=4), (0, 1)),
    Row("G1", "a negative offset", fetched(offset=-1), (0, 1)),
    Row("G1", "an offset before the start", below_the_start, (0, 1)),
    Row("G2", "a topic id that nobody has", lambda w: codes(w.call("Fetch", 13, by_id(os.urandom(16)))), (0, 100)),
    Row("G5", "a leader epoch that is to come", fetched(epoch=1), (0, 75)),
    Row("G5", "a negative leader epoch counts as none", fetched(epoch=-5), (0, 0)),
    Row("G5", "ListOffsets with a leader epoch that is to come", offset_error(LATEST, epoch=1), 75),
    Row("G6", "max_bytes 1: the first batch comes whole", whole_first_batch(MaxBytes=1), (0, True), within_ms=10_000),
    Row("G7", "partition_max_bytes -1 counts as 0", whole_first_batch(partition_max=-1), (0, True),
        kafka=(UNKNOWN_SERVER_ERROR, False), within_ms=10_000),
    Row("G8", "a replica id from a client", fetched(ReplicaId=1), (42, None), kafka=(0, 6)),
    Row("G9", "fetches that wait for ever leave nothing behind", patience_without_end, 0, within_ms=20_000,
        not_replayed=OWN_PROCESS),
    Row("G10", "ListOffsets names a partition twice", offsets_twice, {42}),
    Row("G11", "ListOffsets at time -99", offset_error(-99), 35),
    Row("G12", "isolation level 7 in a Fetch", fetched(IsolationLevel=7), (42, None), kafka=(UNKNOWN_SERVER_ERROR,) * 2),
    Row("G12", "isolation level 7 in ListOffsets", offset_error(LATEST, isolation=7), 42, kafka=UNKNOWN_SERVER_ERROR),
    Row("G13", "Metadata for no name", nameless(10), ({42}, [])),
    Row("G15", "Metadata for a hundred thousand names", many_names, True, within_ms=30_000),
    Row("G15", "Metadata that would create more than there may be", many_created, 300, broker="small"),
    Row("G16", "Fetch of version 9 where the topic has zstd, and of version 10", zstd_for_old_fetchers, ((0, 76), (0, 0)),
        kafka=((0, 0), (0, 0))),
    Row("G17", "a topic deleted and created anew under a fetch by id", created_anew, ((0, 100), (0, 100), (0, 0)),
        kafka=((0, 3), (0, 100), (0, 0)), within_ms=10_000),
    Row("G18", "FindCoordinator of key type 9", coordinator_of_type_9, 42),
    Row("G19", "one partition twenty thousand times in a Fetch", one_partition_again_and_again, [(0, True)]),
    Row("G20", "a Fetch that names a topic without a partition does not wait", no_partition, []),
]
