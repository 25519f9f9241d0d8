"""OffsetForLeaderEpoch, ListOffsets, DeleteRecords."""

import batch as b
from asking import fetch, list_offset, question, say


@question
def leader_epochs(broker):
    topic = broker.topic("epochs")
    broker.produce(topic, b.batch())
    for version in (2, 3, 4):
        for current, asked in ((-1, 0), (-1, 1), (-1, 99), (-1, -1), (-1, -5), (0, 0), (1, 0), (0, 7)):
            answer = broker.call(
                "OffsetForLeaderEpoch",
                version,
                {
                    "ReplicaId": -1,
                    "Topics": [
                        {
                            "Topic": topic,
                            "Partitions": [{"Partition": 0, "CurrentLeaderEpoch": current, "LeaderEpoch": asked}],
                        }
                    ],
                },
            )
            say(
                "b",
                f"OffsetForLeaderEpoch v{version} current {current} asked {asked}",
                answer if isinstance(answer, str) else answer["Topics"][0]["Partitions"],
            )
    say(
        "b",
        "unknown topic",
        broker.call(
            "OffsetForLeaderEpoch",
            4,
            {
                "ReplicaId": -1,
                "Topics": [
                    {"Topic": "nope", "Partitions": [{"Partition": 0, "CurrentLeaderEpoch": -1, "LeaderEpoch": 0}]}
                ],
            },
        ),
    )
    say(
        "b",
        "replica id 1",
        broker.call(
            "OffsetForLeaderEpoch",
            4,
            {
                "ReplicaId": 1,
                "Topics": [
                    {"Topic": topic, "Partitions": [{"Partition": 0, "CurrentLeaderEpoch": -1, "LeaderEpoch": 0}]}
                ],
            },
        ),
    )
    empty = broker.topic("epochs-empty")
    for asked in (0, 1):
        say(
            "b",
            f"an empty partition, asked {asked}",
            broker.call(
                "OffsetForLeaderEpoch",
                4,
                {
                    "ReplicaId": -1,
                    "Topics": [
                        {
                            "Topic": empty,
                            "Partitions": [{"Partition": 0, "CurrentLeaderEpoch": -1, "LeaderEpoch": asked}],
                        }
                    ],
                },
            ),
        )
    for current in (1, 0, -1):
        say(
            "G5",
            f"Fetch current_leader_epoch {current}",
            broker.call("Fetch", 12, patched(fetch(topic), CurrentLeaderEpoch=current)),
        )
        say(
            "G5",
            f"ListOffsets current_leader_epoch {current}",
            broker.call(
                "ListOffsets",
                7,
                {
                    "ReplicaId": -1,
                    "Topics": [
                        {
                            "Name": topic,
                            "Partitions": [{"PartitionIndex": 0, "CurrentLeaderEpoch": current, "Timestamp": -1}],
                        }
                    ],
                },
            ),
        )
    say(
        "b",
        "Fetch v12 last_fetched_epoch 5 (diverging?)",
        broker.call("Fetch", 12, patched(fetch(topic, 1), LastFetchedEpoch=5)),
    )
    say("b", "Fetch v12 last_fetched_epoch 0", broker.call("Fetch", 12, patched(fetch(topic, 1), LastFetchedEpoch=0)))


def patched(request, **changes):
    request["Topics"][0]["Partitions"][0].update(changes)
    return request


@question
def list_offsets(broker):
    topic = broker.topic("times")
    broker.produce(
        topic,
        b.batch(
            [b.record(0, timestamp_delta=0), b.record(1, timestamp_delta=50), b.record(2, timestamp_delta=20)],
            timestamp=1000,
            max_timestamp=1050,
        ),
    )
    empty = broker.topic("times-empty")
    for version in (1, 4, 7, 8, 9, 10):
        for timestamp in (-1, -2, -3, -4, -5, -6, -99, 0, 1010, 1020, 1050, 1051):
            answer = broker.call(
                "ListOffsets",
                version,
                {
                    "ReplicaId": -1,
                    "IsolationLevel": 0,
                    "TimeoutMs": 1000,
                    "Topics": [
                        {
                            "Name": topic,
                            "Partitions": [{"PartitionIndex": 0, "CurrentLeaderEpoch": -1, "Timestamp": timestamp}],
                        }
                    ],
                },
            )
            say(
                "d",
                f"ListOffsets v{version} timestamp {timestamp}",
                answer if isinstance(answer, str) else answer["Topics"][0]["Partitions"],
            )
    for timestamp in (-1, -2, -3, 5):
        say("d", f"an empty partition, timestamp {timestamp}", list_offset(broker, empty, timestamp))
    say("d", "unknown topic", list_offset(broker, "nope", -1))
    say("d", "unknown partition", list_offset(broker, topic, -1, 7))
    say("d", "read committed -1", list_offset(broker, topic, -1, isolation=1))
    say("G12", "ListOffsets isolation 7", list_offset(broker, topic, -1, isolation=7))
    say("G12", "Fetch isolation 7", broker.call("Fetch", 11, fetch(topic, IsolationLevel=7)))
    say(
        "G10",
        "same partition twice",
        broker.call(
            "ListOffsets",
            7,
            {
                "ReplicaId": -1,
                "Topics": [
                    {
                        "Name": topic,
                        "Partitions": [
                            {"PartitionIndex": 0, "CurrentLeaderEpoch": -1, "Timestamp": -1},
                            {"PartitionIndex": 0, "CurrentLeaderEpoch": -1, "Timestamp": -2},
                        ],
                    }
                ],
            },
        ),
    )
    for replica in (-2, -3, 1):
        say(
            "G8",
            f"ListOffsets replica id {replica}",
            broker.call(
                "ListOffsets",
                7,
                {
                    "ReplicaId": replica,
                    "Topics": [
                        {
                            "Name": topic,
                            "Partitions": [{"PartitionIndex": 0, "CurrentLeaderEpoch": -1, "Timestamp": -1}],
                        }
                    ],
                },
            ),
        )


@question
def delete_records(broker):
    topic = broker.topic("cut")
    broker.produce(topic, b.batch([b.record(i) for i in range(10)]))

    def ask(what, offset, name=topic, partition=0):
        say(
            "i",
            f"DeleteRecords {what}",
            broker.call(
                "DeleteRecords",
                2,
                {
                    "Topics": [{"Name": name, "Partitions": [{"PartitionIndex": partition, "Offset": offset}]}],
                    "TimeoutMs": 5000,
                },
            ),
        )

    ask("to 4", 4)
    ask("to 2, below the log start", 2)
    ask("to 4 again", 4)
    ask("beyond the end", 99)
    ask("-2", -2)
    ask("unknown topic", 1, "nope")
    ask("illegal topic", 1, "a/b")
    ask("unknown partition", 1, partition=7)
    say("i", "Fetch at 3", broker.call("Fetch", 11, fetch(topic, 3)))
    say(
        "i",
        "Fetch at 4: batches",
        b.first_offsets(broker.call("Fetch", 11, fetch(topic, 4))["Responses"][0]["Partitions"][0]["Records"]),
    )
    say(
        "i",
        "ListOffsets -2 and time 0 (all records have the same time)",
        (list_offset(broker, topic, -2), list_offset(broker, topic, 0), list_offset(broker, topic, -3)),
    )
    say("i", "Produce answer's log start", broker.produce(topic, b.batch()))
    ask("-1, all", -1)
    say("i", "after that: -2, -1, -3, 0", [list_offset(broker, topic, t) for t in (-2, -1, -3, 0)])
    compact = broker.topic("cut-compacted", cleanup_policy="compact")
    ask("of a compacted topic", 0, compact)
    ask("of __consumer_offsets", 0, "__consumer_offsets")
    say(
        "i",
        "same partition twice",
        broker.call(
            "DeleteRecords",
            2,
            {"Topics": [{"Name": topic, "Partitions": [{"PartitionIndex": 0, "Offset": 1}] * 2}], "TimeoutMs": 5000},
        ),
    )
    say(
        "i",
        "timeout 0",
        broker.call(
            "DeleteRecords",
            2,
            {"Topics": [{"Name": topic, "Partitions": [{"PartitionIndex": 0, "Offset": -1}]}], "TimeoutMs": 0},
        ),
    )
