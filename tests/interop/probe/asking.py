"""What the questions share: the broker, requests with sensible fields, and saying an answer in one line."""

import os
import re
import time

from wire import CALL_DEADLINE_S, Closed, Connection, Layouts

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
        answer = self.call(
            "CreateTopics",
            7,
            {
                "Topics": [
                    create(
                        name,
                        partitions,
                        Configs=[{"Name": k.replace("_", "."), "Value": v} for k, v in configs.items()],
                    )
                ],
                "timeoutMs": 10000,
            },
        )
        assert answer["Topics"][0]["ErrorCode"] == 0, answer
        self.settle(name, partitions)
        return name

    def settle(self, name, partitions):
        deadline = time.monotonic() + SETTLE_DEADLINE_S
        while time.monotonic() < deadline:
            found = self.call("Metadata", 9, {"Topics": [{"Name": name}], "AllowAutoTopicCreation": False})["Topics"][0]
            # Metadata names the leader a moment before the leader serves: ask the partitions too.
            if (
                found["ErrorCode"] == 0
                and len(found["Partitions"]) == partitions
                and not any(
                    p["ErrorCode"] or list_offset(self, name, -1, p["PartitionIndex"])["ErrorCode"]
                    for p in found["Partitions"]
                )
            ):
                return
        raise AssertionError(found)

    def coordinator(self, group):
        deadline = time.monotonic() + SETTLE_DEADLINE_S
        while time.monotonic() < deadline:
            if (
                self.call("FindCoordinator", 4, {"KeyType": 0, "CoordinatorKeys": [group]})["Coordinators"][0][
                    "ErrorCode"
                ]
                == 0
            ):
                return
        raise AssertionError("no coordinator")

    def produce(self, topic, records, version=9, acks=-1, timeout=1500, partition=0):
        answer = self.call("Produce", version, produce_request([(topic, [(partition, records)])], acks, timeout))
        return answer if isinstance(answer, str) else answer["Responses"][0]["PartitionResponses"][0]

    def end(self, topic, partition=0):
        return list_offset(self, topic, -1, partition)["Offset"]


def create(name, partitions=1, replicas=1, **more):
    return {
        "Name": name,
        "NumPartitions": partitions,
        "ReplicationFactor": replicas,
        "Assignments": [],
        "Configs": [],
        **more,
    }


def produce_request(topics, acks=-1, timeout=1500):
    return {
        "TransactionalId": None,
        "Acks": acks,
        "TimeoutMs": timeout,
        "TopicData": [
            {"Name": name, "PartitionData": [{"Index": i, "Records": r} for i, r in partitions]}
            for name, partitions in topics
        ],
    }


def list_offset(broker, topic, timestamp, partition=0, version=7, isolation=0, **more):
    answer = broker.call(
        "ListOffsets",
        version,
        {
            "ReplicaId": -1,
            "IsolationLevel": isolation,
            "Topics": [
                {
                    "Name": topic,
                    "Partitions": [
                        {"PartitionIndex": partition, "CurrentLeaderEpoch": -1, "Timestamp": timestamp, **more}
                    ],
                }
            ],
        },
    )
    return answer if isinstance(answer, str) else answer["Topics"][0]["Partitions"][0]


def fetch(topic, offset=0, partition=0, max_wait=200, min_bytes=1, partition_max=1 << 20, **more):
    return {
        "ReplicaId": -1,
        "MaxWaitMs": max_wait,
        "MinBytes": min_bytes,
        "MaxBytes": 1 << 20,
        "SessionId": 0,
        "SessionEpoch": -1,
        "Topics": [
            {
                "Topic": topic,
                "Partitions": [
                    {
                        "Partition": partition,
                        "CurrentLeaderEpoch": -1,
                        "FetchOffset": offset,
                        "LastFetchedEpoch": -1,
                        "LogStartOffset": -1,
                        "PartitionMaxBytes": partition_max,
                    }
                ],
            }
        ],
        "ForgottenTopicsData": [],
        **more,
    }


VARYING = {"Port": "a port", "ClusterId": "an id", "TopicId": "an id"}  # differs from run to run


def short(answer):
    if isinstance(answer, dict):
        return {
            k: VARYING[k] if k in VARYING and known(v) else short(v) for k, v in answer.items() if k != "ThrottleTimeMs"
        }
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
