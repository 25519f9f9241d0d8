"""Fetch: empty, out of range, limits, sessions."""

import batch as b
from asking import fetch, question, say


@question
def fetch_answers(broker):
    topic = broker.topic("fetch", 2)
    broker.produce(topic, b.batch([b.record(0), b.record(1), b.record(2)]))
    for version in (4, 5, 7, 10, 11, 12):
        for isolation in (0, 1):
            say(
                "k",
                f"Fetch v{version} isolation {isolation} at the end",
                broker.call("Fetch", version, fetch(topic, 3, IsolationLevel=isolation)),
            )
        say("k", f"Fetch v{version} data", broker.call("Fetch", version, fetch(topic)))
        say("k", f"Fetch v{version} out of range", broker.call("Fetch", version, fetch(topic, 4)))
        say("k", f"Fetch v{version} unknown topic", broker.call("Fetch", version, fetch("nope")))
        say("k", f"Fetch v{version} unknown partition", broker.call("Fetch", version, fetch(topic, partition=9)))
    say("k", "Fetch v12 isolation 1 data", broker.call("Fetch", 12, fetch(topic, IsolationLevel=1)))
    say(
        "G2",
        "Fetch v13 unknown id",
        broker.call(
            "Fetch",
            13,
            {
                "MaxWaitMs": 100,
                "MinBytes": 1,
                "MaxBytes": 1000000,
                "SessionEpoch": -1,
                "Topics": [
                    {
                        "TopicId": b"x" * 16,
                        "Partitions": [
                            {
                                "Partition": 0,
                                "CurrentLeaderEpoch": -1,
                                "FetchOffset": 0,
                                "LastFetchedEpoch": -1,
                                "LogStartOffset": -1,
                                "PartitionMaxBytes": 1000000,
                            }
                        ],
                    }
                ],
            },
        ),
    )
    topic_id = broker.call("Metadata", 10, {"Topics": [{"Name": topic}]})["Topics"][0]["TopicId"]
    for version in (13, 15, 16, 17):
        say(
            "k",
            f"Fetch v{version} by id",
            broker.call(
                "Fetch",
                version,
                {
                    "MaxWaitMs": 100,
                    "MinBytes": 1,
                    "MaxBytes": 1000000,
                    "SessionEpoch": -1,
                    "Topics": [
                        {
                            "TopicId": topic_id,
                            "Partitions": [
                                {
                                    "Partition": p,
                                    "CurrentLeaderEpoch": -1,
                                    "FetchOffset": o,
                                    "LastFetchedEpoch": -1,
                                    "LogStartOffset": -1,
                                    "PartitionMaxBytes": 1000000,
                                }
                                for p, o in ((0, 0), (1, 0), (0, 99))
                            ],
                        }
                    ],
                },
            )["Responses"]
            .__repr__()
            .replace(repr(topic_id), "ID")[:900],
        )
    for size in (-1, 0, 1, -(2**31)):
        say("G7", f"Fetch partition_max_bytes {size}", broker.call("Fetch", 11, fetch(topic, partition_max=size)))
    for size in (-1, 0, 1):
        say("G7", f"Fetch max_bytes {size}", broker.call("Fetch", 11, fetch(topic, MaxBytes=size)))
    say("G7", "Fetch max_wait -1, min_bytes 1, at the end", broker.call("Fetch", 11, fetch(topic, 3, max_wait=-1)))
    say(
        "G7",
        "Fetch min_bytes -1, at the end, max_wait 60,000",
        broker.call("Fetch", 11, fetch(topic, 3, max_wait=60000, min_bytes=-1)),
    )
    say(
        "G7",
        "Fetch min_bytes 0, at the end, max_wait 60,000",
        broker.call("Fetch", 11, fetch(topic, 3, max_wait=60000, min_bytes=0)),
    )
    for replica in (1, -2, -3, 5):
        say("G8", f"Fetch v11 replica id {replica}", broker.call("Fetch", 11, fetch(topic, ReplicaId=replica)))
    say(
        "G3",
        "Fetch v11 session id 0 epoch 0 (full, wants a session)",
        (lambda a: (a["ErrorCode"], a["SessionId"] != 0))(broker.call("Fetch", 11, fetch(topic, SessionEpoch=0))),
    )
    say("G3", "Fetch v11 unknown session", broker.call("Fetch", 11, fetch(topic, SessionId=77, SessionEpoch=1)))
    say("G3", "Fetch v11 session id 0 epoch 3", broker.call("Fetch", 11, fetch(topic, SessionId=0, SessionEpoch=3)))
    say("G3", "Fetch v11 session id 77 epoch -1", broker.call("Fetch", 11, fetch(topic, SessionId=77, SessionEpoch=-1)))
    say(
        "G3",
        "Fetch v11 session id 77 epoch 0",
        (lambda a: (a["ErrorCode"], len(a["Responses"])))(
            broker.call("Fetch", 11, fetch(topic, SessionId=77, SessionEpoch=0))
        ),
    )
    say(
        "k",
        "Fetch v11 without topics, max_wait 100",
        broker.call("Fetch", 11, dict(fetch(topic, max_wait=100), Topics=[])),
    )
    request = fetch(topic)
    request["Topics"].append(dict(request["Topics"][0]))
    say("k", "Fetch v11 the same topic twice", broker.call("Fetch", 11, request))
    request = fetch("nope", max_wait=60000, offset=3)
    request["Topics"].append(fetch(topic, offset=3)["Topics"][0])
    say(
        "22",
        "Fetch v11 one unknown topic, one at its end, max_wait 60,000: answers at once",
        broker.call("Fetch", 11, request),
    )
    say("k", "Fetch negative offset -5", broker.call("Fetch", 11, fetch(topic, -5)))
