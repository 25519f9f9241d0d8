#!/usr/bin/python3
"""Asks a broker what it does at the edges of the protocol, and prints each answer in one line.

    ask.py --bootstrap HOST:PORT --layouts FOLDER [NAME...]

FOLDER holds Kafka's message layouts. The same questions put to two brokers and compared with diff show where they part.
Made for a single node that nobody else uses.
"""
import argparse
import os
import re
import struct
import sys
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import batch as b  # noqa: E402
from wire import CALL_DEADLINE_S, Closed, Connection, Layouts  # noqa: E402

SETTLE_DEADLINE_S = 20
QUESTIONS = []
SUFFIX = f"{os.getpid()}"


def question(function):
    QUESTIONS.append(function)
    return function


class Broker:
    def __init__(self, options):
        self.bootstrap = options.bootstrap
        self.layouts = Layouts(options.layouts)

    def connect(self, **more):
        return Connection(self.bootstrap, self.layouts, **more)

    def call(self, api, version, values=None, **more):
        with self.connect() as c:
            try:
                return c.call(api, version, values, **more)
            except Closed:
                return "closes the connection"
            except TimeoutError:
                return f"no answer within {CALL_DEADLINE_S} s"

    def topic(self, name, partitions=1, **configs):
        name = f"{name}-{SUFFIX}"
        answer = self.call("CreateTopics", 7, {"Topics": [create(name, partitions, Configs=[
            {"Name": k.replace("_", "."), "Value": v} for k, v in configs.items()])], "timeoutMs": 10000})
        assert answer["Topics"][0]["ErrorCode"] == 0, answer
        self.settle(name, partitions)
        return name

    def settle(self, name, partitions):
        deadline = time.monotonic() + SETTLE_DEADLINE_S
        while time.monotonic() < deadline:
            found = self.call("Metadata", 9, {"Topics": [{"Name": name}], "AllowAutoTopicCreation": False})["Topics"][0]
            # Metadata names the leader a moment before the leader serves: ask the partitions too.
            if found["ErrorCode"] == 0 and len(found["Partitions"]) == partitions and not any(
                    p["ErrorCode"] or list_offset(self, name, -1, p["PartitionIndex"])["ErrorCode"] for p in found["Partitions"]):
                return
        raise AssertionError(found)

    def coordinator(self, group):
        deadline = time.monotonic() + SETTLE_DEADLINE_S
        while time.monotonic() < deadline:
            if self.call("FindCoordinator", 4, {"KeyType": 0, "CoordinatorKeys": [group]})["Coordinators"][0]["ErrorCode"] == 0:
                return
        raise AssertionError("no coordinator")

    def produce(self, topic, records, version=9, acks=-1, timeout=1500, partition=0):
        answer = self.call("Produce", version, produce_request([(topic, [(partition, records)])], acks, timeout))
        return answer if isinstance(answer, str) else answer["Responses"][0]["PartitionResponses"][0]

    def end(self, topic, partition=0):
        return list_offset(self, topic, -1, partition)["Offset"]


def create(name, partitions=1, replicas=1, **more):
    return {"Name": name, "NumPartitions": partitions, "ReplicationFactor": replicas, "Assignments": [], "Configs": [], **more}


def produce_request(topics, acks=-1, timeout=1500):
    return {"TransactionalId": None, "Acks": acks, "TimeoutMs": timeout, "TopicData": [
        {"Name": name, "PartitionData": [{"Index": i, "Records": r} for i, r in partitions]} for name, partitions in topics]}


def list_offset(broker, topic, timestamp, partition=0, version=7, isolation=0, **more):
    answer = broker.call("ListOffsets", version, {"ReplicaId": -1, "IsolationLevel": isolation, "Topics": [
        {"Name": topic, "Partitions": [{"PartitionIndex": partition, "CurrentLeaderEpoch": -1, "Timestamp": timestamp, **more}]}]})
    return answer if isinstance(answer, str) else answer["Topics"][0]["Partitions"][0]


def fetch(topic, offset=0, partition=0, max_wait=200, min_bytes=1, partition_max=1 << 20, **more):
    return {"ReplicaId": -1, "MaxWaitMs": max_wait, "MinBytes": min_bytes, "MaxBytes": 1 << 20, "SessionId": 0, "SessionEpoch": -1,
            "Topics": [{"Topic": topic, "Partitions": [{"Partition": partition, "CurrentLeaderEpoch": -1, "FetchOffset": offset,
                                                        "LastFetchedEpoch": -1, "LogStartOffset": -1,
                                                        "PartitionMaxBytes": partition_max}]}], "ForgottenTopicsData": [], **more}


VARYING = {"Port": "a port", "ClusterId": "an id", "TopicId": "an id"}  # differs from run to run


def short(answer):
    if isinstance(answer, dict):
        return {k: VARYING[k] if k in VARYING and known(v) else short(v) for k, v in answer.items() if k != "ThrottleTimeMs"}
    if isinstance(answer, list):
        return [short(v) for v in answer]
    if isinstance(answer, bytes):
        return answer if len(answer) < 40 else f"{len(answer)} bytes"
    return answer


def known(value):
    return value not in (None, "", -1, bytes(16))


def say(row, what, answer):
    text = member_id(repr(short(answer)).replace(SUFFIX, "N"))
    print(f"{row}: {what}\n    {text[:1500]}", flush=True)


def member_id(text):
    """Text with generated member ids, without their digits."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<uuid>", text)


# (a) Metadata ------------------------------------------------------------------------------------------------------


@question
def metadata(broker):
    for version in (0, 1, 4, 9, 12):
        name = f"auto{version}-{SUFFIX}"
        values = {"Topics": [{"Name": name}], "AllowAutoTopicCreation": True}
        first = broker.call("Metadata", version, values)
        say("a", f"Metadata v{version} unknown topic, creation allowed, first answer", first["Topics"])
        broker.settle(name, 1)
        say("a", "once it is there", broker.call("Metadata", version, values))
    say("a", "v9 unknown, creation not allowed", broker.call(
        "Metadata", 9, {"Topics": [{"Name": "never"}], "AllowAutoTopicCreation": False})["Topics"])
    for version in (9, 12):
        for name in ("", ".", "..", "a/b", "x" * 250, "\u00e4", "a b"):
            say("l", f"Metadata v{version} illegal name {name[:5]!r}", [
                (t["ErrorCode"], (t["Name"] or "")[:5], len(t["Partitions"])) for t in broker.call(
                    "Metadata", version, {"Topics": [{"Name": name}], "AllowAutoTopicCreation": True})["Topics"]])
        say("l", f"Metadata v{version} illegal name, creation off", broker.call(
            "Metadata", version, {"Topics": [{"Name": "a/b"}], "AllowAutoTopicCreation": False})["Topics"])
    say("l", "Metadata v0 null topics", broker.call("Metadata", 1, {"Topics": None})["Topics"].__len__() > 0)
    say("l", "Metadata v1 empty topics", broker.call("Metadata", 1, {"Topics": []}))
    say("l", "Metadata v0 empty = all", len(broker.call("Metadata", 0, {"Topics": []})["Topics"]) > 0)
    with broker.connect() as c:
        c.send(c.frame("Metadata", 0, {"Topics": None}))
        try:
            say("l", "Metadata v0 null array", c.decode("Metadata", 0, c.answer()))
        except Closed:
            say("l", "Metadata v0 null array", "closes the connection")
    say("G13", "Metadata v10 null name with zero id", broker.call(
        "Metadata", 10, {"Topics": [{"TopicId": bytes(16), "Name": None}], "AllowAutoTopicCreation": False}))
    say("G13", "Metadata v10 null name with an id", broker.call(
        "Metadata", 10, {"Topics": [{"TopicId": bytes(15) + b"x", "Name": None}], "AllowAutoTopicCreation": False}))
    say("G13", "Metadata v12 unknown topic id", broker.call(
        "Metadata", 12, {"Topics": [{"TopicId": bytes(15) + b"x", "Name": None}], "AllowAutoTopicCreation": False}))
    say("G13", "Metadata v12 null name with zero id", broker.call(
        "Metadata", 12, {"Topics": [{"TopicId": bytes(16), "Name": None}], "AllowAutoTopicCreation": False}))
    say("G13", "Metadata v12 both id and name", broker.call(
        "Metadata", 12, {"Topics": [{"TopicId": bytes(15) + b"x", "Name": "auto9-" + SUFFIX}], "AllowAutoTopicCreation": False}))
    say("l", "Metadata v9 same name twice", [t["ErrorCode"] for t in broker.call(
        "Metadata", 9, {"Topics": [{"Name": "auto9-" + SUFFIX}] * 2, "AllowAutoTopicCreation": False})["Topics"]])
    say("l", "authorised operations asked v8", [
        (m["Topics"][0]["TopicAuthorizedOperations"], m["ClusterAuthorizedOperations"]) for m in [broker.call(
            "Metadata", 8, {"Topics": [{"Name": "auto9-" + SUFFIX}], "IncludeClusterAuthorizedOperations": True,
                            "IncludeTopicAuthorizedOperations": True})]])


@question
def metadata_many(broker):
    names = [{"Name": f"many-{i}"} for i in range(100_000)]
    answer = broker.call("Metadata", 9, {"Topics": names, "AllowAutoTopicCreation": False})
    say("G15", "Metadata v9 of 100,000 unknown names, creation off",
        answer if isinstance(answer, str) else (len(answer["Topics"]), {t["ErrorCode"] for t in answer["Topics"]}))


# (b) epochs --------------------------------------------------------------------------------------------------------


@question
def leader_epochs(broker):
    topic = broker.topic("epochs")
    broker.produce(topic, b.batch())
    for version in (2, 3, 4):
        for current, asked in ((-1, 0), (-1, 1), (-1, 99), (-1, -1), (-1, -5), (0, 0), (1, 0), (0, 7)):
            answer = broker.call("OffsetForLeaderEpoch", version, {"ReplicaId": -1, "Topics": [{"Topic": topic, "Partitions": [
                {"Partition": 0, "CurrentLeaderEpoch": current, "LeaderEpoch": asked}]}]})
            say("b", f"OffsetForLeaderEpoch v{version} current {current} asked {asked}",
                answer if isinstance(answer, str) else answer["Topics"][0]["Partitions"])
    say("b", "unknown topic", broker.call("OffsetForLeaderEpoch", 4, {"ReplicaId": -1, "Topics": [
        {"Topic": "nope", "Partitions": [{"Partition": 0, "CurrentLeaderEpoch": -1, "LeaderEpoch": 0}]}]}))
    say("b", "replica id 1", broker.call("OffsetForLeaderEpoch", 4, {"ReplicaId": 1, "Topics": [
        {"Topic": topic, "Partitions": [{"Partition": 0, "CurrentLeaderEpoch": -1, "LeaderEpoch": 0}]}]}))
    empty = broker.topic("epochs-empty")
    for asked in (0, 1):
        say("b", f"an empty partition, asked {asked}", broker.call("OffsetForLeaderEpoch", 4, {"ReplicaId": -1, "Topics": [
            {"Topic": empty, "Partitions": [{"Partition": 0, "CurrentLeaderEpoch": -1, "LeaderEpoch": asked}]}]}))
    for current in (1, 0, -1):
        say("G5", f"Fetch current_leader_epoch {current}", broker.call("Fetch", 12, patched(fetch(topic), CurrentLeaderEpoch=current)))
        say("G5", f"ListOffsets current_leader_epoch {current}", broker.call("ListOffsets", 7, {"ReplicaId": -1, "Topics": [
            {"Name": topic, "Partitions": [{"PartitionIndex": 0, "CurrentLeaderEpoch": current, "Timestamp": -1}]}]}))
    say("b", "Fetch v12 last_fetched_epoch 5 (diverging?)", broker.call("Fetch", 12, patched(fetch(topic, 1), LastFetchedEpoch=5)))
    say("b", "Fetch v12 last_fetched_epoch 0", broker.call("Fetch", 12, patched(fetch(topic, 1), LastFetchedEpoch=0)))


def patched(request, **changes):
    request["Topics"][0]["Partitions"][0].update(changes)
    return request


# (c) topics --------------------------------------------------------------------------------------------------------


@question
def create_topics(broker):
    there = broker.topic("there")
    bad = [{"Name": "no.such.setting", "Value": "1"}]
    rows = [
        ("success", create("c1-" + SUFFIX)),
        ("existing", create(there)),
        ("existing with a bad config", create(there, Configs=bad)),
        ("existing with partitions 0", create(there, 0)),
        ("existing with replication 3", create(there, 1, 3)),
        ("existing with counts and assignments", create(there, Assignments=[{"PartitionIndex": 0, "BrokerIds": [1]}])),
        ("unknown config", create("c2-" + SUFFIX, Configs=bad)),
        ("null config value", create("c2-" + SUFFIX, Configs=[{"Name": "retention.ms", "Value": None}])),
        ("bad config value", create("c2-" + SUFFIX, Configs=[{"Name": "retention.ms", "Value": "soon"}])),
        ("config out of range", create("c2-" + SUFFIX, Configs=[{"Name": "segment.bytes", "Value": "1"}])),
        ("bad cleanup.policy", create("c2-" + SUFFIX, Configs=[{"Name": "cleanup.policy", "Value": "burn"}])),
        ("min.insync.replicas 0", create("c2-" + SUFFIX, Configs=[{"Name": "min.insync.replicas", "Value": "0"}])),
        ("partitions 0", create("c3-" + SUFFIX, 0)),
        ("partitions -2", create("c3-" + SUFFIX, -2)),
        ("partitions -1", create("c4-" + SUFFIX, -1)),
        ("replication 0", create("c5-" + SUFFIX, 1, 0)),
        ("replication -1", create("c6-" + SUFFIX, 1, -1)),
        ("replication -2", create("c5-" + SUFFIX, 1, -2)),
        ("replication 3", create("c5-" + SUFFIX, 1, 3)),
        ("partitions 0 and replication 3", create("c5-" + SUFFIX, 0, 3)),
        ("partitions 0 and bad config", create("c5-" + SUFFIX, 0, 1, Configs=bad)),
        ("assignment", create("c7-" + SUFFIX, -1, -1, Assignments=[{"PartitionIndex": 0, "BrokerIds": [1]}])),
        ("assignment with counts", create("c8-" + SUFFIX, 1, 1, Assignments=[{"PartitionIndex": 0, "BrokerIds": [1]}])),
        ("assignment with a gap", create("c8-" + SUFFIX, -1, -1, Assignments=[{"PartitionIndex": 1, "BrokerIds": [1]}])),
        ("assignment to an unknown broker", create("c8-" + SUFFIX, -1, -1, Assignments=[{"PartitionIndex": 0, "BrokerIds": [9]}])),
        ("assignment to no broker", create("c8-" + SUFFIX, -1, -1, Assignments=[{"PartitionIndex": 0, "BrokerIds": []}])),
        ("assignment to one broker twice", create("c8-" + SUFFIX, -1, -1, Assignments=[{"PartitionIndex": 0, "BrokerIds": [1, 1]}])),
        ("assignment of a partition twice", create("c8-" + SUFFIX, -1, -1, Assignments=[{"PartitionIndex": 0, "BrokerIds": [1]}] * 2)),
        ("10,001 partitions", create("c9-" + SUFFIX, 10_001)),
        ("illegal name", create("a/b")), ("empty name", create("")), ("dot", create(".")), ("dot dot", create("..")),
        ("249 characters", create("y" * 249)), ("250 characters", create("y" * 250)), ("non-ASCII", create("\u00e4")),
        ("illegal name with a bad config", create("a/b", Configs=bad)),
    ]
    for what, topic in rows:
        for validate_only in (True, False):
            answer = broker.call("CreateTopics", 7, {"Topics": [topic], "timeoutMs": 5000, "validateOnly": validate_only})
            if not isinstance(answer, str):
                answer = [{k: v if k != "Configs" or v is None else f"{len(v)} configs" for k, v in t.items()
                           if k not in ("TopicId",)} for t in answer["Topics"]]
            say("c", f"CreateTopics v7 {what}{', validate only' if validate_only else ''}", str(answer).replace("y" * 249, "y*249"))
    for version in range(2, 8):
        answer = broker.call("CreateTopics", version, {"Topics": [create(f"v{version}-{SUFFIX}")], "timeoutMs": 5000})
        say("c", f"CreateTopics v{version} success", [{k: v if k != "Configs" else f"{len(v)} configs" for k, v in t.items()
                                                     if k != "TopicId"} for t in answer["Topics"]])
    say("c", "same name twice and another", broker.call("CreateTopics", 7, {"Topics": [
        create("twice-" + SUFFIX), create("twice-" + SUFFIX), create("c10-" + SUFFIX)], "timeoutMs": 5000})["Topics"].__len__())
    answer = broker.call("CreateTopics", 4, {"Topics": [create("twice2-" + SUFFIX), create("c11-" + SUFFIX), create("twice2-" + SUFFIX)],
                                             "timeoutMs": 5000})
    say("I8", "same name twice and another, v4", answer["Topics"])
    for name in ("col.one-" + SUFFIX, "col_one-" + SUFFIX, "col.one-" + SUFFIX.replace("-", "_")):
        say("I3", f"colliding name {name.replace(SUFFIX, '')}", broker.call("CreateTopics", 4, {"Topics": [create(name)], "timeoutMs": 5000}))
    say("c", "no topics", broker.call("CreateTopics", 7, {"Topics": [], "timeoutMs": 5000}))
    say("c", "timeout 0", broker.call("CreateTopics", 4, {"Topics": [create("t0-" + SUFFIX)], "timeoutMs": 0}))
    say("c", "timeout -1", broker.call("CreateTopics", 4, {"Topics": [create("t1-" + SUFFIX)], "timeoutMs": -1}))
    answer = broker.call("CreateTopics", 7, {"Topics": [create("cfg-" + SUFFIX, Configs=[{"Name": "retention.ms", "Value": "1000000"}])],
                                             "timeoutMs": 5000})
    configs = answer["Topics"][0]["Configs"]
    say("c", "configs in the answer: how many, sources", (len(configs), sorted({(c["ConfigSource"], c["ReadOnly"], c["IsSensitive"]) for c in configs})))
    say("c", "their names and values", sorted((c["Name"], c["Value"], c["ConfigSource"]) for c in configs))


@question
def delete_topics(broker):
    topic = broker.topic("gone")
    say("c", "DeleteTopics v5 unknown", broker.call("DeleteTopics", 5, {"TopicNames": ["nope"], "TimeoutMs": 5000}))
    say("c", "DeleteTopics v4 unknown", broker.call("DeleteTopics", 4, {"TopicNames": ["nope"], "TimeoutMs": 5000}))
    say("c", "DeleteTopics v6 unknown id", broker.call("DeleteTopics", 6, {"Topics": [{"Name": None, "TopicId": b"x" * 16}], "TimeoutMs": 5000}))
    say("c", "DeleteTopics v6 null name zero id", broker.call("DeleteTopics", 6, {"Topics": [{"Name": None, "TopicId": bytes(16)}], "TimeoutMs": 5000}))
    say("c", "DeleteTopics v6 name and id", broker.call("DeleteTopics", 6, {"Topics": [{"Name": topic, "TopicId": b"x" * 16}], "TimeoutMs": 5000}))
    say("c", "DeleteTopics v6 same name twice", broker.call("DeleteTopics", 6, {"Topics": [{"Name": topic, "TopicId": bytes(16)}] * 2, "TimeoutMs": 5000}))
    say("c", "DeleteTopics v6 illegal name", broker.call("DeleteTopics", 6, {"Topics": [{"Name": "a/b", "TopicId": bytes(16)}], "TimeoutMs": 5000}))
    say("c", "DeleteTopics v6", broker.call("DeleteTopics", 6, {"Topics": [{"Name": topic, "TopicId": bytes(16)}], "TimeoutMs": 5000})["Responses"][0]["ErrorCode"])
    say("c", "DeleteTopics v6 again", broker.call("DeleteTopics", 6, {"Topics": [{"Name": topic, "TopicId": bytes(16)}], "TimeoutMs": 5000}))


@question
def create_partitions(broker):
    topic = broker.topic("grow", 2)

    def ask(what, count, assignments=None, name=topic, validate_only=False, version=3):
        say("I12", f"CreatePartitions v{version} {what}", broker.call("CreatePartitions", version, {
            "Topics": [{"Name": name, "Count": count, "Assignments": assignments}], "TimeoutMs": 5000, "ValidateOnly": validate_only}))
    ask("same count", 2)
    ask("lower", 1)
    ask("zero", 0)
    ask("-1", -1)
    ask("unknown topic", 5, name="nope")
    ask("illegal topic", 5, name="a/b")
    ask("too many assignments", 3, [{"BrokerIds": [1]}] * 2)
    ask("too few assignments", 4, [{"BrokerIds": [1]}])
    ask("empty assignments", 4, [])
    ask("assignment to an unknown broker", 3, [{"BrokerIds": [7]}])
    ask("assignment to nobody", 3, [{"BrokerIds": []}])
    ask("validate only", 3, validate_only=True)
    ask("success", 3)
    ask("v0 success", 4, version=0)
    say("I12", "same topic twice", broker.call("CreatePartitions", 3, {"Topics": [
        {"Name": topic, "Count": 9, "Assignments": None}] * 2, "TimeoutMs": 5000}))
    ask("internal topic", 5, name="__consumer_offsets")


# (d) ListOffsets ---------------------------------------------------------------------------------------------------


@question
def list_offsets(broker):
    topic = broker.topic("times")
    broker.produce(topic, b.batch([b.record(0, timestamp_delta=0), b.record(1, timestamp_delta=50), b.record(2, timestamp_delta=20)],
                                  timestamp=1000, max_timestamp=1050))
    empty = broker.topic("times-empty")
    for version in (1, 4, 7, 8, 9, 10):
        for timestamp in (-1, -2, -3, -4, -5, -6, -99, 0, 1010, 1020, 1050, 1051):
            answer = broker.call("ListOffsets", version, {"ReplicaId": -1, "IsolationLevel": 0, "TimeoutMs": 1000, "Topics": [
                {"Name": topic, "Partitions": [{"PartitionIndex": 0, "CurrentLeaderEpoch": -1, "Timestamp": timestamp}]}]})
            say("d", f"ListOffsets v{version} timestamp {timestamp}", answer if isinstance(answer, str) else answer["Topics"][0]["Partitions"])
    for timestamp in (-1, -2, -3, 5):
        say("d", f"an empty partition, timestamp {timestamp}", list_offset(broker, empty, timestamp))
    say("d", "unknown topic", list_offset(broker, "nope", -1))
    say("d", "unknown partition", list_offset(broker, topic, -1, 7))
    say("d", "read committed -1", list_offset(broker, topic, -1, isolation=1))
    say("G12", "ListOffsets isolation 7", list_offset(broker, topic, -1, isolation=7))
    say("G12", "Fetch isolation 7", broker.call("Fetch", 11, fetch(topic, IsolationLevel=7)))
    say("G10", "same partition twice", broker.call("ListOffsets", 7, {"ReplicaId": -1, "Topics": [{"Name": topic, "Partitions": [
        {"PartitionIndex": 0, "CurrentLeaderEpoch": -1, "Timestamp": -1}, {"PartitionIndex": 0, "CurrentLeaderEpoch": -1, "Timestamp": -2}]}]}))
    for replica in (-2, -3, 1):
        say("G8", f"ListOffsets replica id {replica}", broker.call("ListOffsets", 7, {"ReplicaId": replica, "Topics": [
            {"Name": topic, "Partitions": [{"PartitionIndex": 0, "CurrentLeaderEpoch": -1, "Timestamp": -1}]}]}))


# (e) ApiVersions ---------------------------------------------------------------------------------------------------


@question
def api_versions(broker):
    def ask(version, name, software):
        return broker.call("ApiVersions", version, {"ClientSoftwareName": name, "ClientSoftwareVersion": software})
    with broker.connect() as c:
        frame = bytearray(c.frame("ApiVersions", 3, {"ClientSoftwareName": "x", "ClientSoftwareVersion": "1"}))
        frame[6:8] = b"\0\x63"
        c.send(bytes(frame))
        say("e", "ApiVersions v99, decoded as v0", c.decode("ApiVersions", 0, c.answer()))
        say("e", "the connection after it", c.call("ApiVersions", 0)["ErrorCode"])
    for name, software in (("a b", "1"), ("a\nb", "1"), ("", "1"), ("ok", ""), ("ok", "1 2"), ("-a", "1"), ("a-", "1"), ("a.b-c", "1.0-rc_1"),
                           ("a_b", "1")):
        answer = ask(3, name, software)
        say("e", f"ApiVersions v3 name {name!r} version {software!r}", answer if isinstance(answer, str) else
            (answer["ErrorCode"], f"{len(answer['ApiKeys'])} keys", [k for k in answer if k not in ("ApiKeys",)]))
    answer = ask(3, "x", "1")
    say("e", "ApiVersions v3", {k["ApiKey"]: (k["MinVersion"], k["MaxVersion"]) for k in answer["ApiKeys"]})
    say("e", "other fields", {k: v for k, v in answer.items() if k != "ApiKeys"})
    answer4 = ask(4, "x", "1")
    say("e", "ApiVersions v4, other fields", {k: v for k, v in answer4.items() if k != "ApiKeys"})
    say("e", "ApiVersions v0, keys", len(broker.call("ApiVersions", 0)["ApiKeys"]))
    with broker.connect() as c:
        say("e", "ApiVersions twice on one connection", [c.call("ApiVersions", 3, {"ClientSoftwareName": "x", "ClientSoftwareVersion": "1"})["ErrorCode"]
                                                       for _ in range(2)])


# (f, j) groups -----------------------------------------------------------------------------------------------------


def join(group, member="", protocols=(("range", b"\0\0"),), session=10000, rebalance=10000, instance=None, kind="consumer"):
    return {"GroupId": group, "SessionTimeoutMs": session, "RebalanceTimeoutMs": rebalance, "MemberId": member, "GroupInstanceId": instance,
            "ProtocolType": kind, "Protocols": [{"Name": n, "Metadata": m} for n, m in protocols]}


def commit(group, topic, offset=1, generation=-1, member="", metadata="", partition=0, instance=None):
    return {"GroupId": group, "GenerationIdOrMemberEpoch": generation, "MemberId": member, "GroupInstanceId": instance, "RetentionTimeMs": -1,
            "Topics": [{"Name": topic, "Partitions": [{"PartitionIndex": partition, "CommittedOffset": offset, "CommittedLeaderEpoch": -1,
                                                       "CommittedMetadata": metadata}]}]}


@question
def groups_unknown(broker):
    group = f"nobody-{SUFFIX}"
    broker.coordinator(group)
    topic = broker.topic("groups")
    for version in range(0, 6):
        say("f", f"DescribeGroups v{version} unknown", broker.call("DescribeGroups", version, {"Groups": [group], "IncludeAuthorizedOperations": True}))
    say("f", "DescribeGroups v5 empty id", broker.call("DescribeGroups", 5, {"Groups": [""]}))
    for version in (0, 3, 4):
        say("j", f"Heartbeat v{version} unknown group", broker.call("Heartbeat", version, {"GroupId": group, "GenerationId": 1, "MemberId": "m"}))
    say("j", "Heartbeat empty group id", broker.call("Heartbeat", 4, {"GroupId": "", "GenerationId": 1, "MemberId": "m"}))
    say("j", "LeaveGroup v0 unknown group", broker.call("LeaveGroup", 0, {"GroupId": group, "MemberId": "m"}))
    say("j", "LeaveGroup v5 unknown group", broker.call("LeaveGroup", 5, {"GroupId": group, "Members": [{"MemberId": "m", "GroupInstanceId": None}]}))
    say("j", "LeaveGroup v5 empty id", broker.call("LeaveGroup", 5, {"GroupId": "", "Members": [{"MemberId": "m", "GroupInstanceId": None}]}))
    say("j", "SyncGroup v5 unknown group", broker.call("SyncGroup", 5, {"GroupId": group, "GenerationId": 1, "MemberId": "m", "ProtocolType": "consumer",
                                                                      "ProtocolName": "range", "Assignments": []}))
    say("j", "SyncGroup v5 empty id", broker.call("SyncGroup", 5, {"GroupId": "", "GenerationId": 1, "MemberId": "m", "ProtocolType": "consumer",
                                                                 "ProtocolName": "range", "Assignments": []}))
    for version in (1, 2, 5, 7):
        say("j", f"OffsetFetch v{version} unknown group", broker.call("OffsetFetch", version, {"GroupId": group, "Topics": [
            {"Name": topic, "PartitionIndexes": [0]}, {"Name": "nope", "PartitionIndexes": [3]}]}))
    say("j", "OffsetFetch v7 unknown group, all topics", broker.call("OffsetFetch", 7, {"GroupId": group, "Topics": None}))
    say("j", "OffsetFetch v8 unknown group, all topics", broker.call("OffsetFetch", 8, {"Groups": [{"groupId": group, "GroupId": group, "Topics": None}]}))
    say("j", "OffsetFetch v9 unknown group, member and epoch given", broker.call("OffsetFetch", 9, {"Groups": [
        {"groupId": group, "GroupId": group, "MemberId": "m", "MemberEpoch": 3, "Topics": [{"Name": topic, "PartitionIndexes": [0]}]}]}))
    say("j", "OffsetFetch v7 empty id", broker.call("OffsetFetch", 7, {"GroupId": "", "Topics": None}))
    say("j", "DeleteGroups unknown and empty id", broker.call("DeleteGroups", 2, {"GroupsNames": [group, ""]}))
    say("j", "OffsetDelete unknown group", broker.call("OffsetDelete", 0, {"GroupId": group, "Topics": [{"Name": topic, "Partitions": [{"PartitionIndex": 0}]}]}))
    for version in (2, 7, 8, 9):
        say("H13", f"OffsetCommit v{version} unknown group generation 3", broker.call("OffsetCommit", version, commit(group, topic, generation=3, member="m")))
    say("j", "OffsetCommit v9 empty id, generation -1", broker.call("OffsetCommit", 9, commit("", topic)))
    say("j", "FindCoordinator v0 empty id", broker.call("FindCoordinator", 0, {"Key": ""}))
    say("j", "FindCoordinator v4 empty id and no ids", (broker.call("FindCoordinator", 4, {"KeyType": 0, "CoordinatorKeys": [""]}),
                                                     broker.call("FindCoordinator", 4, {"KeyType": 0, "CoordinatorKeys": []})))
    for version in (0, 1, 2, 3, 4, 5, 6):
        say("j", f"FindCoordinator v{version}", broker.call("FindCoordinator", version, {"Key": group, "KeyType": 0, "CoordinatorKeys": [group]}))


@question
def coordinator_kinds(broker):
    deadline = time.monotonic() + SETTLE_DEADLINE_S
    while time.monotonic() < deadline:
        found = broker.call("FindCoordinator", 4, {"KeyType": 1, "CoordinatorKeys": ["tx-" + SUFFIX]})
        if found["Coordinators"][0]["ErrorCode"] == 0:
            break
    say("h", "FindCoordinator type 1, unknown transactional id", found)
    say("h", "FindCoordinator v1 type 1", broker.call("FindCoordinator", 1, {"KeyType": 1, "Key": "tx-" + SUFFIX}))
    say("h", "FindCoordinator type 1, empty key", broker.call("FindCoordinator", 4, {"KeyType": 1, "CoordinatorKeys": [""]}))
    for kind in (2, 9, -1):
        for version in (1, 4, 6):
            say("G18", f"FindCoordinator v{version} type {kind}", broker.call("FindCoordinator", version, {"KeyType": kind, "Key": "k", "CoordinatorKeys": ["k"]}))
    say("h", "FindCoordinator v4, same key twice", broker.call("FindCoordinator", 4, {"KeyType": 0, "CoordinatorKeys": ["k", "k", "other"]}))


@question
def group_life(broker):
    group = f"life-{SUFFIX}"
    topic = broker.topic("life", 2)
    broker.coordinator(group)
    first = broker.call("JoinGroup", 9, join(group))
    say("j", "JoinGroup v9 without a member id", str(short(first)).replace(first["MemberId"], member_id(first["MemberId"])))
    for version in (4, 5, 7):
        answer = broker.call("JoinGroup", version, join(group + f"-{version}"))
        say("j", f"JoinGroup v{version} without a member id", str(short(answer)).replace(answer["MemberId"], member_id(answer["MemberId"])))
    with broker.connect(client_id="\u00e4 b") as c:
        answer = c.call("JoinGroup", 4, join(group + "-x"))
        say("j", "member id of client id 'ä b'", member_id(answer["MemberId"]))
    with broker.connect(client_id=None) as c:
        answer = c.call("JoinGroup", 4, join(group + "-y"))
        say("j", "member id of a null client id", member_id(answer["MemberId"]))
    say("j", "DescribeGroups v5 with only a pending member", broker.call("DescribeGroups", 5, {"Groups": [group]})["Groups"])
    say("j", "OffsetCommit from outside while a member is pending", broker.call("OffsetCommit", 8, commit(group, topic))["Topics"])
    me = first["MemberId"]
    say("j", "Heartbeat of a pending member", broker.call("Heartbeat", 4, {"GroupId": group, "GenerationId": 0, "MemberId": me}))
    joined = broker.call("JoinGroup", 9, join(group, me))
    say("j", "JoinGroup v9 with it", str(short(joined)).replace(me, "ME"))
    say("j", "DescribeGroups before the sync", str(short(broker.call("DescribeGroups", 5, {"Groups": [group]})["Groups"])).replace(me, "ME"))
    say("32", "Heartbeat between join and sync", broker.call("Heartbeat", 4, {"GroupId": group, "GenerationId": 1, "MemberId": me}))
    say("32", "OffsetCommit between join and sync", broker.call("OffsetCommit", 8, commit(group, topic, 5, 1, me))["Topics"])
    sync = {"GroupId": group, "GenerationId": 1, "MemberId": me, "ProtocolType": "consumer", "ProtocolName": "range",
            "Assignments": [{"MemberId": me, "Assignment": b"mine"}, {"MemberId": "ghost", "Assignment": b"boo"}]}
    say("H8", "SyncGroup with another protocol name", broker.call("SyncGroup", 5, dict(sync, ProtocolName="other")))
    say("H8", "SyncGroup with another protocol type", broker.call("SyncGroup", 5, dict(sync, ProtocolType="other")))
    say("H8", "SyncGroup v5 null protocol", broker.call("SyncGroup", 5, dict(sync, ProtocolType=None, ProtocolName=None, GenerationId=9)))
    say("H22", "SyncGroup with a ghost's assignment", broker.call("SyncGroup", 5, sync))
    say("j", "DescribeGroups once stable v5", str(short(broker.call("DescribeGroups", 5, {"Groups": [group], "IncludeAuthorizedOperations": True})["Groups"])).replace(me, "ME"))
    say("j", "SyncGroup again, other assignment", broker.call("SyncGroup", 5, dict(sync, Assignments=[{"MemberId": me, "Assignment": b"changed"}])))
    say("j", "Heartbeat", broker.call("Heartbeat", 4, {"GroupId": group, "GenerationId": 1, "MemberId": me}))
    for generation in (0, 2, -1):
        say("j", f"Heartbeat generation {generation}", broker.call("Heartbeat", 4, {"GroupId": group, "GenerationId": generation, "MemberId": me}))
    say("j", "Heartbeat unknown member", broker.call("Heartbeat", 4, {"GroupId": group, "GenerationId": 1, "MemberId": "m"}))
    say("j", "Heartbeat with an instance id nobody has", broker.call("Heartbeat", 4, {"GroupId": group, "GenerationId": 1, "MemberId": me, "GroupInstanceId": "i"}))
    say("33", "commit from outside with live members", broker.call("OffsetCommit", 8, commit(group, topic))["Topics"])
    say("33", "commit of generation -1 with the member's id", broker.call("OffsetCommit", 8, commit(group, topic, member=me))["Topics"])
    say("33", "commit with the generation, no member", broker.call("OffsetCommit", 8, commit(group, topic, generation=1))["Topics"])
    for offset in (-5, -1, 0, 10 ** 12):
        say("H14", f"commit of offset {offset}", broker.call("OffsetCommit", 8, commit(group, topic, offset, 1, me))["Topics"])
        say("H14", "fetched back", broker.call("OffsetFetch", 7, {"GroupId": group, "Topics": [{"Name": topic, "PartitionIndexes": [0]}]})["Topics"])
    say("H11", "metadata of 4,096", broker.call("OffsetCommit", 8, commit(group, topic, 5, 1, me, "m" * 4096))["Topics"])
    say("H11", "metadata of 4,097", broker.call("OffsetCommit", 8, commit(group, topic, 5, 1, me, "m" * 4097))["Topics"])
    say("H11", "null metadata", broker.call("OffsetCommit", 8, commit(group, topic, 5, 1, me, None))["Topics"])
    say("H11", "fetched back", broker.call("OffsetFetch", 7, {"GroupId": group, "Topics": None})["Topics"])
    say("H12", "unknown partition", broker.call("OffsetCommit", 8, commit(group, topic, 5, 1, me, partition=9))["Topics"])
    say("H12", "unknown topic", broker.call("OffsetCommit", 8, commit(group, "nope", 5, 1, me))["Topics"])
    say("H15", "DeleteGroups with members", broker.call("DeleteGroups", 2, {"GroupsNames": [group]}))
    say("H16", "OffsetDelete, subscribed (opaque metadata)", broker.call("OffsetDelete", 0, {"GroupId": group, "Topics": [
        {"Name": topic, "Partitions": [{"PartitionIndex": 0}]}]}))
    say("j", "ListGroups v5", [g for g in broker.call("ListGroups", 5, {"StatesFilter": [], "TypesFilter": []})["Groups"] if g["GroupId"] == group])
    for states in (["Stable"], ["stable"], ["STABLE"], ["Empty"], ["PreparingRebalance"], ["preparing_rebalance"], ["nonsense"], [""]):
        answer = broker.call("ListGroups", 4, {"StatesFilter": states})
        say("j", f"ListGroups v4 states {states}", (answer["ErrorCode"], [g for g in answer["Groups"] if g["GroupId"] == group]))
    for types in (["classic"], ["Classic"], ["consumer"], ["nonsense"]):
        answer = broker.call("ListGroups", 5, {"StatesFilter": [], "TypesFilter": types})
        say("j", f"ListGroups v5 types {types}", (answer["ErrorCode"], [g for g in answer["Groups"] if g["GroupId"] == group]))
    for version in range(0, 4):
        say("j", f"ListGroups v{version}", [g for g in broker.call("ListGroups", version)["Groups"] if g["GroupId"] == group])
    say("j", "LeaveGroup v5 unknown member and me with a wrong instance", broker.call("LeaveGroup", 5, {"GroupId": group, "Members": [
        {"MemberId": "m", "GroupInstanceId": None}, {"MemberId": me, "GroupInstanceId": "i"}]}))
    say("j", "LeaveGroup v5 no members", broker.call("LeaveGroup", 5, {"GroupId": group, "Members": []}))
    say("j", "LeaveGroup v0 unknown member", broker.call("LeaveGroup", 0, {"GroupId": group, "MemberId": "m"}))
    say("j", "LeaveGroup v0", broker.call("LeaveGroup", 0, {"GroupId": group, "MemberId": me}))
    say("j", "DescribeGroups of an emptied group", broker.call("DescribeGroups", 5, {"Groups": [group]})["Groups"])
    say("j", "ListGroups of an emptied group", [g for g in broker.call("ListGroups", 5)["Groups"] if g["GroupId"] == group])
    say("33", "commit from outside to the emptied group", broker.call("OffsetCommit", 8, commit(group, topic, 7))["Topics"])
    say("33", "commit with its last generation", broker.call("OffsetCommit", 8, commit(group, topic, 7, 1, me))["Topics"])
    say("33", "commit of generation -1 with a member id", broker.call("OffsetCommit", 8, commit(group, topic, 7, -1, "m"))["Topics"])
    say("33", "commit of generation 5, no member", broker.call("OffsetCommit", 8, commit(group, topic, 7, 5, ""))["Topics"])
    say("j", "Heartbeat after leaving", broker.call("Heartbeat", 4, {"GroupId": group, "GenerationId": 1, "MemberId": me}))
    say("H16", "OffsetDelete of an empty group: one there, one without commit, one unknown", broker.call("OffsetDelete", 0, {"GroupId": group, "Topics": [
        {"Name": topic, "Partitions": [{"PartitionIndex": 0}, {"PartitionIndex": 1}, {"PartitionIndex": 9}]}, {"Name": "nope", "Partitions": [{"PartitionIndex": 0}]}]}))
    say("H15", "DeleteGroups of an empty group", broker.call("DeleteGroups", 2, {"GroupsNames": [group, group]}))


@question
def group_refusals(broker):
    group = f"refuse-{SUFFIX}"
    broker.coordinator(group)
    for what, request in (("empty id", join("")), ("session 5,999", join(group, session=5999)), ("session 1,800,001", join(group, session=1800001)),
                          ("no protocols", join(group, protocols=())), ("empty protocol type", join(group, kind="")),
                          ("rebalance timeout -1", join(group, rebalance=-1)), ("unknown member id", join(group, member="m"))):
        for version in (0, 3, 4, 9):
            if what == "rebalance timeout -1" and version == 0:
                continue
            answer = broker.call("JoinGroup", version, request)
            text = str(short(answer))
            if isinstance(answer, dict) and answer["MemberId"]:
                text = text.replace(answer["MemberId"], member_id(answer["MemberId"]))
            say("H", f"JoinGroup v{version} {what}", text)
    other = f"kinds-{SUFFIX}"
    me = broker.call("JoinGroup", 3, join(other))["MemberId"]
    say("H3", "JoinGroup v3: another protocol type", broker.call("JoinGroup", 3, join(other, kind="connect")))
    say("H3", "JoinGroup v3: no common protocol", broker.call("JoinGroup", 3, join(other, protocols=(("sticky", b""),))))
    say("H3", "JoinGroup v9: no common protocol, no id", broker.call("JoinGroup", 9, join(other, protocols=(("sticky", b""),))))
    broker.call("LeaveGroup", 0, {"GroupId": other, "MemberId": me})
    say("H3", "an emptied group takes another protocol type", broker.call("JoinGroup", 3, join(other, kind="connect"))["ErrorCode"])


@question
def follower_assignment(broker):
    group = f"follow-{SUFFIX}"
    broker.coordinator(group)
    with broker.connect() as one, broker.connect() as two:
        ids = [c.call("JoinGroup", 5, join(group))["MemberId"] for c in (one, two)]
        for c, member in zip((one, two), ids):
            c.send(c.frame("JoinGroup", 5, join(group, member)))
        answers = [c.decode("JoinGroup", 5, c.answer()) for c in (one, two)]
        leader = answers[0]["Leader"]
        say("H21", "two joins: generations, members seen", [(a["GenerationId"], len(a["Members"]), a["Leader"] == a["MemberId"]) for a in answers])
        lead, follow = (one, two) if leader == ids[0] else (two, one)
        follower = ids[1] if leader == ids[0] else ids[0]

        def sync(member, assignments):
            return {"GroupId": group, "GenerationId": answers[0]["GenerationId"], "MemberId": member, "Assignments": [
                {"MemberId": m, "Assignment": a} for m, a in assignments]}
        follow.send(follow.frame("SyncGroup", 3, sync(follower, [(follower, b"stolen")])))
        lead.send(lead.frame("SyncGroup", 3, sync(leader, [(leader, b"lead"), (follower, b"given")])))
        say("H21", "leader", lead.decode("SyncGroup", 3, lead.answer()))
        say("H21", "follower who sent its own", follow.decode("SyncGroup", 3, follow.answer()))


@question
def static_members(broker):
    group = f"static-{SUFFIX}"
    topic = broker.topic("static")
    broker.coordinator(group)
    first = broker.call("JoinGroup", 5, join(group, instance="i1"))
    me = first["MemberId"]
    say("34", "JoinGroup v5 with an instance id, no member id", str(short(first)).replace(me, member_id(me)))
    sync = {"GroupId": group, "GenerationId": 1, "MemberId": me, "GroupInstanceId": "i1", "Assignments": [{"MemberId": me, "Assignment": b"x"}]}
    say("34", "its sync", broker.call("SyncGroup", 3, sync))
    second = broker.call("JoinGroup", 5, join(group, instance="i1"))
    say("34", "a second client with the same instance id: same generation, other id, leader",
        (second["ErrorCode"], second["GenerationId"], second["MemberId"] != me, second["Leader"] == me, second["Leader"] == second["MemberId"], len(second["Members"])))
    say("34", "heartbeat of the first", broker.call("Heartbeat", 3, {"GroupId": group, "GenerationId": 1, "MemberId": me, "GroupInstanceId": "i1"}))
    say("34", "heartbeat of the first without the instance id", broker.call("Heartbeat", 3, {"GroupId": group, "GenerationId": 1, "MemberId": me}))
    say("34", "commit of the first", broker.call("OffsetCommit", 7, commit(group, topic, 1, 1, me, instance="i1"))["Topics"])
    say("34", "sync of the first", broker.call("SyncGroup", 3, sync))
    say("34", "join of the first", broker.call("JoinGroup", 5, join(group, me, instance="i1")))
    ninth = broker.call("JoinGroup", 9, join(group, instance="i1"))
    say("34", "JoinGroup v9 take-over: skip_assignment, leader is itself, members", (ninth["ErrorCode"], ninth["SkipAssignment"], ninth["Leader"] == ninth["MemberId"], len(ninth["Members"])))
    fresh = ninth["MemberId"]
    say("34", "sync of the newcomer in the same generation", broker.call("SyncGroup", 5, {
        "GroupId": group, "GenerationId": ninth["GenerationId"], "MemberId": fresh, "GroupInstanceId": "i1", "ProtocolType": "consumer",
        "ProtocolName": "range", "Assignments": []}))
    say("34", "join v5 with other protocol metadata: generation", (lambda a: (a["ErrorCode"], a["GenerationId"]))(
        broker.call("JoinGroup", 5, join(group, instance="i1", protocols=(("range", b"\0\1"),)))))
    say("34", "LeaveGroup v5 by instance id only", broker.call("LeaveGroup", 5, {"GroupId": group, "Members": [{"MemberId": "", "GroupInstanceId": "i1"}]}))
    say("34", "LeaveGroup v5 of an unknown instance", broker.call("LeaveGroup", 5, {"GroupId": group, "Members": [{"MemberId": "", "GroupInstanceId": "i9"}]}))


# (g) produce -------------------------------------------------------------------------------------------------------


@question
def produce_rows(broker):
    topic = broker.topic("rows")
    good = b.batch()
    unsorted = [b.record(0), b.record(2), b.record(1)]
    gz = b.gzip(unsorted)
    three = [b.record(0), b.record(1), b.record(2)]
    gz3 = b.gzip(three)
    rows = [
        ("E6", "null record set", None), ("E5", "empty record set", b""), ("E7", "two batches", good + b.batch(base_offset=0)),
        ("E8", "magic 1", b.batch(magic=1)), ("E8", "magic 0", b.batch(magic=0)), ("E9", "magic 3", b.batch(magic=3)), ("E9", "magic -1", b.batch(magic=-1)),
        ("E10", "length field 13", good[:8] + (13).to_bytes(4, "big") + good[12:]), ("E10", "length field -1", good[:8] + b"\xff" * 4 + good[12:]),
        ("E11", "length larger than what is there", b.batch(length_add=10)), ("E11", "length smaller by one", b.batch(length_add=-1)),
        ("E11", "trailing byte", good + b"x"), ("E11", "trailing 20 bytes", good + bytes(20)),
        ("E12", "cut to 60 bytes, length matching", good[:8] + (48).to_bytes(4, "big") + good[12:60]),
        ("E12", "cut to 26 bytes, length matching", good[:8] + (14).to_bytes(4, "big") + good[12:26]),
        ("E12", "cut to 17 bytes", good[:17]), ("E12", "cut to 5 bytes", good[:5]),
        ("E13", "bad CRC", b.batch(crc_xor=1)), ("E14", "base offset 5", b.batch(base_offset=5)), ("E15", "control bit", b.batch(attributes=0x20)),
        ("E16", "count 0", b.batch(records=(), count=0)), ("E16", "count 0, last delta 0", b.batch(count=0, last_delta=0)), ("E16", "count -1", b.batch(count=-1, last_delta=0)),
        ("E17", "count 1, last delta 7", b.batch(last_delta=7)), ("E17", "count 3, one record", b.batch(count=3)), ("E18", "last delta -1", b.batch(last_delta=-1)),
        ("E19", "record length one more", b.batch([bytes([b.record(0)[0] + 2]) + b.record(0)[1:] + b"\0"])),
        ("E19", "record length one less", b.batch([bytes([b.record(0)[0] - 2]) + b.record(0)[1:]])),
        ("E19", "bytes after the last record", b.batch([b.record(0) + b"zz"], count=1)),
        ("E20", "header count -1", b.batch([bytes([14]) + b"\0\0\0\x01\x02v\x01"])), ("E20", "header count 50", b.batch([bytes([14]) + b"\0\0\0\x01\x02v\x64"])),
        ("E21", "header key length -1", b.batch([b.record(0, headers=[(None, b"x")])])),
        ("E22", "gzip, deltas 0 2 1", b.batch(unsorted, attributes=1, payload=gz)), ("E22", "plain, deltas 0 2 1", b.batch(unsorted)),
        ("E22", "gzip, deltas 0 0 0", b.batch([b.record(0)] * 3, attributes=1, payload=b.gzip([b.record(0)] * 3))),
        ("E27", "log append time bit", b.batch(attributes=8)), ("E28", "codec 5", b.batch(attributes=5)), ("E28", "codec 6", b.batch(attributes=6)), ("E28", "codec 7", b.batch(attributes=7)),
        ("E", "gzip, good", b.batch(three, attributes=1, payload=gz3)),
        ("E31", "gzip with a broken stream", b.batch(three, attributes=1, payload=gz3[:10] + b"\xff" + gz3[11:])),
        ("E31", "gzip, its own checksum wrong", b.batch(three, attributes=1, payload=gz3[:-8] + bytes([gz3[-8] ^ 1]) + gz3[-7:])),
        ("E31", "gzip, cut", b.batch(three, attributes=1, payload=gz3[:-9])),
        ("E31", "gzip, trailer cut", b.batch(three, attributes=1, payload=gz3[:-4])),
        ("E31", "gzip, bytes after the stream", b.batch(three, attributes=1, payload=gz3 + b"zz")),
        ("E17", "gzip, count 4 of 3", b.batch(three, count=4, attributes=1, payload=gz3)),
        ("E17", "gzip, count 2 of 3", b.batch(three, count=2, attributes=1, payload=gz3)),
        ("E", "gzip, max timestamp lies", b.batch(three, attributes=1, payload=gz3, max_timestamp=5)),
        ("E", "gzip, first timestamp -1", b.batch(three, attributes=1, payload=gz3, timestamp=-1)),
        ("E31", "snappy of rubbish", b.batch(attributes=2, payload=b"rubbish")), ("E31", "lz4 of rubbish", b.batch(attributes=3, payload=b"rubbish rubbish")),
        ("E31", "zstd of rubbish", b.batch(attributes=4, payload=b"rubbish rubbish")), ("E31", "gzip of rubbish", b.batch(attributes=1, payload=b"rubbish rubbish")),
        ("E31", "empty payload marked gzip", b.batch(attributes=1, payload=b"")),
        ("E34", "transactional bit, null transactional id", b.batch(attributes=0x10)),
        ("E34", "transactional bit with producer", b.batch(attributes=0x10, producer=(1, 0, 0))),
        ("E", "unused attribute bits", b.batch(attributes=0x80)), ("E", "delete horizon bit 6", b.batch(attributes=0x40)),
        ("E", "max timestamp lies", b.batch(max_timestamp=5)), ("E", "timestamp -1", b.batch(timestamp=-1)), ("E", "timestamp -2", b.batch(timestamp=-2)),
        ("E26", "timestamp in a day", b.batch(timestamp=int(time.time() * 1000) + 86_400_000)),
        ("E", "partition leader epoch 77", b.batch(epoch=77)),
        ("F5", "producer id with sequence -1", b.batch(producer=(5, 0, -1))), ("F5", "producer id with epoch -1", b.batch(producer=(5, -1, 0))),
        ("F5", "no producer id but sequence 3", b.batch(producer=(-1, -1, 3))), ("F5", "producer id -2", b.batch(producer=(-2, 0, 0))),
        ("F8", "unknown producer at 17", b.batch(producer=(4242, 0, 17))),
        ("E24", "too large", b.batch([b.record(0, b"x" * 1_048_600)])),
        ("E", "good", good),
    ]
    for row, what, data in rows:
        before = broker.end(topic)
        answers = [broker.produce(topic, data, version) for version in (9,)]
        say(row, f"Produce v9 {what}", (answers[0], f"end moved by {broker.end(topic) - before}"))
    start = broker.end(topic)
    broker.produce(topic, b.batch(unsorted))
    broker.produce(topic, b.batch(max_timestamp=5))
    broker.produce(topic, b.batch(epoch=77, attributes=0x80))
    got = broker.call("Fetch", 11, fetch(topic, start))["Responses"][0]["Partitions"][0]["Records"]
    say("E22", "plain 0 2 1, then a lying max timestamp (5), then epoch 77 with an unused bit, as stored", got.hex())
    for version in (3, 5, 7, 8, 11):
        say("k", f"Produce v{version} good", broker.produce(topic, good, version))
        say("k", f"Produce v{version} unknown topic", broker.produce("nope", good, version))
        say("k", f"Produce v{version} bad CRC", broker.produce(topic, b.batch(crc_xor=1), version))
    say("k", "Produce v9 unknown partition", broker.produce(topic, good, partition=9))
    say("k", "Produce v9 negative partition", broker.produce(topic, good, partition=-1))
    say("E3", "Produce v9 to an illegal name", broker.produce("a/b", good))
    say("E4", "Produce v9 to __consumer_offsets", broker.produce("__consumer_offsets", good))
    say("E1", "acks 2", broker.produce(topic, good, acks=2))
    say("E1", "acks 2 whole answer, unknown topic too", broker.call("Produce", 9, produce_request([(topic, [(0, good)]), ("nope", [(0, good)])], 2)))
    say("E30", "zstd with v6", broker.produce(topic, b.batch(attributes=4, payload=b"x"), 6))
    for timeout in (0, -1, -2 ** 31):
        say("E36", f"timeout {timeout}, acks all", broker.produce(topic, good, timeout=timeout))
    before = broker.end(topic)
    twice = broker.call("Produce", 9, produce_request([(topic, [(0, good), (0, b.batch([b.record(0), b.record(1)]))])]))
    say("E32", "same partition twice in one topic entry", (twice, f"end moved by {broker.end(topic) - before}"))
    before = broker.end(topic)
    twice = broker.call("Produce", 9, produce_request([(topic, [(0, good)]), (topic, [(0, b.batch([b.record(0), b.record(1)]))])]))
    say("E32", "same topic twice in one request", (twice, f"end moved by {broker.end(topic) - before}"))
    say("k", "Produce v9 without topics", broker.call("Produce", 9, produce_request([])))
    say("k", "Produce v9, topic without partitions", broker.call("Produce", 9, produce_request([(topic, [])])))
    say("k", "Produce v9, two topics one unknown", broker.call("Produce", 9, produce_request([("nope", [(0, good)]), (topic, [(0, good)])])))
    say("E34", "Produce v9 with a transactional id, plain batch", broker.call("Produce", 9, dict(produce_request([(topic, [(0, good)])]), TransactionalId="tx")))


@question
def log_append_time(broker):
    topic = broker.topic("append-time", message_timestamp_type="LogAppendTime")
    now = broker.produce(topic, b.batch())
    say("k", "LogAppendTime topic: answer", {k: (v if k != "LogAppendTimeMs" else "a time" if v > 0 else v) for k, v in now.items()})
    got = broker.call("Fetch", 11, fetch(topic))["Responses"][0]["Partitions"][0]["Records"]
    attributes, _, first, last = struct.unpack_from(">hiqq", got, 21)
    say("k", "stored: attributes, first == sent, max == first, max == answer", (attributes, first == 1_700_000_000_000, first == last, last == now["LogAppendTimeMs"]))
    say("k", "client's own append-time bit there", broker.produce(topic, b.batch(attributes=8)))
    say("k", "gzip unsorted there", broker.produce(topic, b.batch([b.record(0), b.record(2), b.record(1)], attributes=1, payload=b.gzip([b.record(0), b.record(2), b.record(1)]))))
    compact = broker.topic("compacted", cleanup_policy="compact")
    say("E23", "null key at 1 on a compacted topic", broker.produce(compact, b.batch([b.record(0, key=b"k"), b.record(1), b.record(2)])))
    gz_topic = broker.topic("recompress", compression_type="gzip")
    say("14", "compression.type gzip, sent plain", broker.produce(gz_topic, b.batch())["ErrorCode"])
    got = broker.call("Fetch", 11, fetch(gz_topic))["Responses"][0]["Partitions"][0]["Records"]
    say("14", "comes back with attributes", got[22])


@question
def sequences(broker):
    topic = broker.topic("seq")

    def send(sequence, count=1, producer=7000, epoch=0):
        answer = broker.produce(topic, b.batch([b.record(i) for i in range(count)], producer=(producer, epoch, sequence)))
        return answer["ErrorCode"], answer["BaseOffset"], answer["LogStartOffset"]
    for sequence in range(7):
        say("F", f"sequence {sequence}", send(sequence))
    for sequence in (6, 2, 1, 0):
        say("F1,F2", f"again {sequence}", send(sequence))
    say("F3", "gap", send(9))
    say("F1", "overlap: a batch of two beginning at the last", send(6, 2))
    say("F6", "epoch up, sequence 3", send(3, epoch=2))
    say("F7", "epoch up, sequence 0", send(0, epoch=2))
    say("F6", "older epoch", send(1, epoch=1))
    say("F4", "wrap: unknown producer at 2^31-1", send(2 ** 31 - 1, producer=7001))
    say("F4", "then 0", send(0, producer=7001))
    say("F4", "wrap inside a batch: producer at 2^31-2, three records", send(2 ** 31 - 2, 3, producer=7002))
    say("F4", "then 1", send(1, producer=7002))
    whole = broker.produce(topic, b.batch(producer=(7000, 2, 9)), 10)
    say("F3", "whole answer of a gap, v10", whole)
    whole = broker.produce(topic, b.batch(producer=(7000, 2, 0)), 10)
    say("F1", "whole answer of a duplicate, v10", whole)


# (i, k) fetch, delete records --------------------------------------------------------------------------------------


@question
def fetch_answers(broker):
    topic = broker.topic("fetch", 2)
    broker.produce(topic, b.batch([b.record(0), b.record(1), b.record(2)]))
    for version in (4, 5, 7, 10, 11, 12):
        for isolation in (0, 1):
            say("k", f"Fetch v{version} isolation {isolation} at the end", broker.call("Fetch", version, fetch(topic, 3, IsolationLevel=isolation)))
        say("k", f"Fetch v{version} data", broker.call("Fetch", version, fetch(topic)))
        say("k", f"Fetch v{version} out of range", broker.call("Fetch", version, fetch(topic, 4)))
        say("k", f"Fetch v{version} unknown topic", broker.call("Fetch", version, fetch("nope")))
        say("k", f"Fetch v{version} unknown partition", broker.call("Fetch", version, fetch(topic, partition=9)))
    say("k", "Fetch v12 isolation 1 data", broker.call("Fetch", 12, fetch(topic, IsolationLevel=1)))
    say("G2", "Fetch v13 unknown id", broker.call("Fetch", 13, {"MaxWaitMs": 100, "MinBytes": 1, "MaxBytes": 1000000, "SessionEpoch": -1, "Topics": [
        {"TopicId": b"x" * 16, "Partitions": [{"Partition": 0, "CurrentLeaderEpoch": -1, "FetchOffset": 0, "LastFetchedEpoch": -1, "LogStartOffset": -1,
                                              "PartitionMaxBytes": 1000000}]}]}))
    topic_id = broker.call("Metadata", 10, {"Topics": [{"Name": topic}]})["Topics"][0]["TopicId"]
    for version in (13, 15, 16, 17):
        say("k", f"Fetch v{version} by id", broker.call("Fetch", version, {"MaxWaitMs": 100, "MinBytes": 1, "MaxBytes": 1000000, "SessionEpoch": -1, "Topics": [
            {"TopicId": topic_id, "Partitions": [{"Partition": p, "CurrentLeaderEpoch": -1, "FetchOffset": o, "LastFetchedEpoch": -1, "LogStartOffset": -1,
                                                  "PartitionMaxBytes": 1000000} for p, o in ((0, 0), (1, 0), (0, 99))]}]})["Responses"].__repr__().replace(repr(topic_id), "ID")[:900])
    for size in (-1, 0, 1, -2 ** 31):
        say("G7", f"Fetch partition_max_bytes {size}", broker.call("Fetch", 11, fetch(topic, partition_max=size)))
    for size in (-1, 0, 1):
        say("G7", f"Fetch max_bytes {size}", broker.call("Fetch", 11, fetch(topic, MaxBytes=size)))
    say("G7", "Fetch max_wait -1, min_bytes 1, at the end", broker.call("Fetch", 11, fetch(topic, 3, max_wait=-1)))
    say("G7", "Fetch min_bytes -1, at the end, max_wait 60,000", broker.call("Fetch", 11, fetch(topic, 3, max_wait=60000, min_bytes=-1)))
    say("G7", "Fetch min_bytes 0, at the end, max_wait 60,000", broker.call("Fetch", 11, fetch(topic, 3, max_wait=60000, min_bytes=0)))
    for replica in (1, -2, -3, 5):
        say("G8", f"Fetch v11 replica id {replica}", broker.call("Fetch", 11, fetch(topic, ReplicaId=replica)))
    say("G3", "Fetch v11 session id 0 epoch 0 (full, wants a session)", (lambda a: (a["ErrorCode"], a["SessionId"] != 0))(broker.call("Fetch", 11, fetch(topic, SessionEpoch=0))))
    say("G3", "Fetch v11 unknown session", broker.call("Fetch", 11, fetch(topic, SessionId=77, SessionEpoch=1)))
    say("G3", "Fetch v11 session id 0 epoch 3", broker.call("Fetch", 11, fetch(topic, SessionId=0, SessionEpoch=3)))
    say("G3", "Fetch v11 session id 77 epoch -1", broker.call("Fetch", 11, fetch(topic, SessionId=77, SessionEpoch=-1)))
    say("G3", "Fetch v11 session id 77 epoch 0", (lambda a: (a["ErrorCode"], len(a["Responses"])))(broker.call("Fetch", 11, fetch(topic, SessionId=77, SessionEpoch=0))))
    say("k", "Fetch v11 without topics, max_wait 100", broker.call("Fetch", 11, dict(fetch(topic, max_wait=100), Topics=[])))
    request = fetch(topic)
    request["Topics"].append(dict(request["Topics"][0]))
    say("k", "Fetch v11 the same topic twice", broker.call("Fetch", 11, request))
    request = fetch("nope", max_wait=60000, offset=3)
    request["Topics"].append(fetch(topic, offset=3)["Topics"][0])
    say("22", "Fetch v11 one unknown topic, one at its end, max_wait 60,000: answers at once", broker.call("Fetch", 11, request))
    say("k", "Fetch negative offset -5", broker.call("Fetch", 11, fetch(topic, -5)))


@question
def delete_records(broker):
    topic = broker.topic("cut")
    broker.produce(topic, b.batch([b.record(i) for i in range(10)]))

    def ask(what, offset, name=topic, partition=0):
        say("i", f"DeleteRecords {what}", broker.call("DeleteRecords", 2, {"Topics": [{"Name": name, "Partitions": [
            {"PartitionIndex": partition, "Offset": offset}]}], "TimeoutMs": 5000}))
    ask("to 4", 4)
    ask("to 2, below the log start", 2)
    ask("to 4 again", 4)
    ask("beyond the end", 99)
    ask("-2", -2)
    ask("unknown topic", 1, "nope")
    ask("illegal topic", 1, "a/b")
    ask("unknown partition", 1, partition=7)
    say("i", "Fetch at 3", broker.call("Fetch", 11, fetch(topic, 3)))
    say("i", "Fetch at 4: batches", b.first_offsets(broker.call("Fetch", 11, fetch(topic, 4))["Responses"][0]["Partitions"][0]["Records"]))
    say("i", "ListOffsets -2 and time 0 (all records have the same time)", (list_offset(broker, topic, -2), list_offset(broker, topic, 0), list_offset(broker, topic, -3)))
    say("i", "Produce answer's log start", broker.produce(topic, b.batch()))
    ask("-1, all", -1)
    say("i", "after that: -2, -1, -3, 0", [list_offset(broker, topic, t) for t in (-2, -1, -3, 0)])
    compact = broker.topic("cut-compacted", cleanup_policy="compact")
    ask("of a compacted topic", 0, compact)
    ask("of __consumer_offsets", 0, "__consumer_offsets")
    say("i", "same partition twice", broker.call("DeleteRecords", 2, {"Topics": [{"Name": topic, "Partitions": [
        {"PartitionIndex": 0, "Offset": 1}] * 2}], "TimeoutMs": 5000}))
    say("i", "timeout 0", broker.call("DeleteRecords", 2, {"Topics": [{"Name": topic, "Partitions": [{"PartitionIndex": 0, "Offset": -1}]}], "TimeoutMs": 0}))


# (l) configs, cluster, the rest ------------------------------------------------------------------------------------


@question
def describe_configs(broker):
    topic = broker.topic("configs", retention_ms="86400000")

    def ask(what, kind, name, keys=None, version=4, **more):
        answer = broker.call("DescribeConfigs", version, {"Resources": [{"ResourceType": kind, "ResourceName": name, "ConfigurationKeys": keys}], **more})
        if isinstance(answer, dict):
            answer = [{**r, "Configs": r["Configs"] if len(r["Configs"]) < 6 else f"{len(r['Configs'])} configs"} for r in answer["Results"]]
        say("l", f"DescribeConfigs v{version} {what}", answer)
    ask("broker, empty name", 4, "")
    ask("broker, its id", 4, "1")
    ask("broker, another id", 4, "99")
    ask("broker, not a number", 4, "one")
    ask("broker, one key", 4, "1", ["num.partitions"], IncludeSynonyms=True, IncludeDocumentation=True)
    ask("broker, an unknown key", 4, "1", ["no.such"])
    ask("broker, empty list of keys", 4, "1", [])
    ask("topic", 2, topic)
    ask("topic, two keys", 2, topic, ["retention.ms", "cleanup.policy"], IncludeSynonyms=True)
    ask("topic, one key with documentation", 2, topic, ["retention.ms"], IncludeDocumentation=True)
    ask("topic, one key v1", 2, topic, ["retention.ms"], version=1, IncludeSynonyms=True)
    ask("topic, one key v3", 2, topic, ["retention.ms"], version=3)
    ask("topic, repeated key", 2, topic, ["retention.ms", "retention.ms"])
    ask("unknown topic", 2, "nope")
    ask("illegal topic", 2, "a/b")
    ask("empty topic", 2, "")
    ask("type 0", 0, "x")
    ask("type 3", 3, "x")
    ask("type 7", 7, "x")
    ask("type 16 (client metrics)", 16, "x")
    ask("broker logger", 8, "1", ["root"])
    ask("group (type 32), none such", 32, "nobody", ["consumer.session.timeout.ms"])
    say("l", "same resource twice", len(broker.call("DescribeConfigs", 4, {"Resources": [{"ResourceType": 2, "ResourceName": topic, "ConfigurationKeys": ["retention.ms"]}] * 2})["Results"]))
    say("l", "empty answer", broker.call("DescribeConfigs", 4, {"Resources": []}))


@question
def describe_cluster(broker):
    for version, kind in ((0, 1), (1, 1), (1, 2), (1, 0), (1, 3)):
        answer = broker.call("DescribeCluster", version, {"EndpointType": kind, "IncludeClusterAuthorizedOperations": True})
        if isinstance(answer, dict):
            answer.update(ClusterId=len(answer["ClusterId"] or ""), Brokers=[dict(x, Port=x["Port"] != 0) for x in answer["Brokers"]])
        say("l", f"DescribeCluster v{version} endpoint type {kind}", answer)


@question
def describe_topic_partitions(broker):
    topic = broker.topic("parts", 3)

    def ask(what, names, limit=2000, cursor=None):
        answer = broker.call("DescribeTopicPartitions", 0, {"Topics": [{"Name": n} for n in names], "ResponsePartitionLimit": limit, "Cursor": cursor})
        if isinstance(answer, dict):
            for t in answer["Topics"]:
                t["TopicId"] = any(t["TopicId"])
        say("l", f"DescribeTopicPartitions {what}", answer)
    try:
        ask("one topic", [topic])
        ask("limit 2", [topic], 2)
        ask("limit 0", [topic], 0)
        ask("cursor at 2", [topic], 2000, {"TopicName": topic, "PartitionIndex": 2})
        ask("cursor past the end", [topic], 2000, {"TopicName": topic, "PartitionIndex": 9})
        ask("cursor at a topic that is not asked for", [topic], 2000, {"TopicName": "zzz", "PartitionIndex": 0})
        ask("unknown and illegal", ["nope", "a/b"])
    except (TypeError, KeyError, AttributeError) as error:
        say("l", "DescribeTopicPartitions", f"the prober failed: {error!r}")


@question
def producer_ids(broker):
    deadline = time.monotonic() + SETTLE_DEADLINE_S
    while time.monotonic() < deadline:  # the first block of ids is fetched when somebody asks
        first = broker.call("InitProducerId", 4, {"TransactionalId": None, "TransactionTimeoutMs": 0, "ProducerId": -1, "ProducerEpoch": -1})
        if first["ErrorCode"] == 0:
            break
    def ask(what, version=4, **values):
        base = {"TransactionalId": None, "TransactionTimeoutMs": 60000, "ProducerId": -1, "ProducerEpoch": -1}
        answer = broker.call("InitProducerId", version, {**base, **values})
        if isinstance(answer, dict) and answer["ProducerId"] > 100:
            answer["ProducerId"] = "large"
        say("F", f"InitProducerId v{version} {what}", answer)
    for version in range(0, 6):
        ask("plain", version)
    ask("plain, timeout 0", TransactionTimeoutMs=0)
    ask("plain, timeout -1", TransactionTimeoutMs=-1)
    ask("empty transactional id", TransactionalId="")
    ask("plain with an id and epoch", ProducerId=3, ProducerEpoch=4)
    ask("plain with an id, epoch -1", ProducerId=3)
    ask("plain with epoch, id -1", ProducerEpoch=3)
    ask("plain with the largest epoch", ProducerId=3, ProducerEpoch=32767)


@question
def connections(broker):
    def raw(what, row, data, hope=True):
        with broker.connect() as c:
            c.socket.settimeout(5)
            c.send(data)
            try:
                say(row, what, f"answers {len(c.answer())} bytes")
            except Closed:
                say(row, what, "closes the connection")
            except TimeoutError:
                say(row, what, "waits (5 s)")
    with broker.connect() as c:
        frame = c.frame("Metadata", 9, {"Topics": []})
        old = c.frame("Metadata", 4, {"Topics": []})
    body = frame[4:]

    def framed(data):
        return len(data).to_bytes(4, "big") + data
    # the header of v9 ends with an empty tag section: key 2, version 2, correlation 4, client id 2+5, tags 1
    head = body[:15]
    raw("tag count 2^32-1 in the header", "B10", framed(head + b"\xff\xff\xff\xff\x0f" + body[16:]))
    raw("tag count 2^31 in the header", "B10", framed(head + b"\x80\x80\x80\x80\x08" + body[16:]))
    raw("an unknown tag in the header", "B8", framed(head + b"\x01\x63\x02hi" + body[16:]))
    raw("the same tag twice", "B8", framed(head + b"\x02\x63\x02hi\x63\x02hi" + body[16:]))
    raw("tags in falling order", "B8", framed(head + b"\x02\x64\x02hi\x63\x02hi" + body[16:]))
    raw("a tag larger than the frame", "B9", framed(head + b"\x01\x63\x7fhi" + body[16:]))
    raw("a varint of six bytes", "B11", framed(head + b"\x80\x80\x80\x80\x80\x00" + body[16:]))
    raw("a varint of five bytes with bits above 32", "B11", framed(head + b"\x80\x80\x80\x80\x70" + body[16:]))
    raw("extra bytes after a valid body, flexible", "A13", framed(body + b"xyz"))
    raw("extra bytes after a valid body, old", "A13", framed(old[4:] + b"xyz"))
    for key, name in ((4, "LeaderAndIsr"), (5, "StopReplica"), (6, "UpdateMetadata"), (7, "ControlledShutdown"), (52, "Vote"), (56, "AlterPartition"),
                      (58, "Envelope"), (9999, "9999"), (-1, "-1"), (17, "SaslHandshake v9 (unsupported version)")):
        version = b"\0\x09" if key == 17 else b"\0\0"
        raw(f"api {name}", "B15" if key < 100 else "B1", framed(key.to_bytes(2, "big", signed=True) + version + body[4:12] + b"\0\0\0\0\0\0\0\0"))
    raw("Produce v2 (below what is served)", "B2", framed(b"\0\0\0\x02" + body[4:15] + b"\0\1\0\0\5\0\0\0\0\0"))
    raw("Fetch v3", "B2", framed(b"\0\1\0\x03" + body[4:15] + bytes(20)))
    raw("Metadata v99", "B2", framed(b"\0\3\0\x63" + body[4:]))
    raw("null client id", "B5", framed(old[4:12] + b"\xff\xff" + old[19:]))
    raw("client id length -7", "B6", framed(old[4:12] + b"\xff\xf9" + old[19:]))
    raw("client id with ESC and invalid UTF-8", "B7", framed(old[4:12] + b"\0\5\x1b\n\xff\xfea" + old[19:]))
    raw("array length -5, nullable", "B14", framed(old[4:19] + b"\xff\xff\xff\xfb\0"))
    raw("array length 2^31-1", "B13", framed(old[4:19] + b"\x7f\xff\xff\xff\0"))
    raw("size 0", "A4", bytes(4))
    raw("size -1", "A1", b"\xff" * 4)
    raw("4 bytes, api key and version only", "A15", framed(body[:4]))
    raw("SaslHandshake v1 on a PLAINTEXT listener", "C15", framed(b"\0\x11\0\1" + old[8:19] + b"\0\5PLAIN"))
    raw("SaslAuthenticate v0 on a PLAINTEXT listener", "C16", framed(b"\0\x24\0\0" + old[8:19] + b"\0\0\0\1x"))
    raw("a boolean of value 7 (Metadata v4)", "B", framed(old[4:-1] + b"\x07"))


@question
def metadata_many_created(broker):
    names = [{"Name": f"made-{SUFFIX}-{i}"} for i in range(300)]
    answer = broker.call("Metadata", 9, {"Topics": names, "AllowAutoTopicCreation": True})
    say("G15", "Metadata v9 of 300 unknown names, creation on", (len(answer["Topics"]), {t["ErrorCode"] for t in answer["Topics"]}))
    for _ in range(100):
        there = [t for t in broker.call("Metadata", 9, {"Topics": None})["Topics"] if t["Name"].startswith(f"made-{SUFFIX}")]
        if len(there) == 300:
            break
    say("G15", "made in the end", len(there))
    broker.call("DeleteTopics", 5, {"TopicNames": [n["Name"] for n in names], "TimeoutMs": 30000})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--layouts", required=True)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    broker = Broker(options)
    failed = 0
    for asked in QUESTIONS:
        if options.names and asked.__name__ not in options.names:
            continue
        print(f"== {asked.__name__}", flush=True)
        try:
            asked(broker)
        except Exception as error:  # a prober's own failure must not hide the other answers
            failed += 1
            traceback.print_exc(limit=-3)
            print(f"{asked.__name__}: the prober failed: {error!r}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
