"""Metadata: names, creation, ids."""

from asking import question, say, SUFFIX
from wire import Closed


@question
def metadata(broker):
    for version in (0, 1, 4, 9, 12):
        name = f"auto{version}-{SUFFIX}"
        values = {"Topics": [{"Name": name}], "AllowAutoTopicCreation": True}
        first = broker.call("Metadata", version, values)
        say("a", f"Metadata v{version} unknown topic, creation allowed, first answer", first["Topics"])
        broker.settle(name, 1)
        say("a", "once it is there", broker.call("Metadata", version, values))
    say(
        "a",
        "v9 unknown, creation not allowed",
        broker.call("Metadata", 9, {"Topics": [{"Name": "never"}], "AllowAutoTopicCreation": False})["Topics"],
    )
    for version in (9, 12):
        for name in ("", ".", "..", "a/b", "x" * 250, "\u00e4", "a b"):
            say(
                "l",
                f"Metadata v{version} illegal name {name[:5]!r}",
                [
                    (t["ErrorCode"], (t["Name"] or "")[:5], len(t["Partitions"]))
                    for t in broker.call(
                        "Metadata", version, {"Topics": [{"Name": name}], "AllowAutoTopicCreation": True}
                    )["Topics"]
                ],
            )
        say(
            "l",
            f"Metadata v{version} illegal name, creation off",
            broker.call("Metadata", version, {"Topics": [{"Name": "a/b"}], "AllowAutoTopicCreation": False})["Topics"],
        )
    say("l", "Metadata v0 null topics", broker.call("Metadata", 1, {"Topics": None})["Topics"].__len__() > 0)
    say("l", "Metadata v1 empty topics", broker.call("Metadata", 1, {"Topics": []}))
    say("l", "Metadata v0 empty = all", len(broker.call("Metadata", 0, {"Topics": []})["Topics"]) > 0)
    with broker.connect() as c:
        c.send(c.frame("Metadata", 0, {"Topics": None}))
        try:
            say("l", "Metadata v0 null array", c.decode("Metadata", 0, c.answer()))
        except Closed:
            say("l", "Metadata v0 null array", "closes the connection")
    say(
        "G13",
        "Metadata v10 null name with zero id",
        broker.call(
            "Metadata", 10, {"Topics": [{"TopicId": bytes(16), "Name": None}], "AllowAutoTopicCreation": False}
        ),
    )
    say(
        "G13",
        "Metadata v10 null name with an id",
        broker.call(
            "Metadata", 10, {"Topics": [{"TopicId": bytes(15) + b"x", "Name": None}], "AllowAutoTopicCreation": False}
        ),
    )
    say(
        "G13",
        "Metadata v12 unknown topic id",
        broker.call(
            "Metadata", 12, {"Topics": [{"TopicId": bytes(15) + b"x", "Name": None}], "AllowAutoTopicCreation": False}
        ),
    )
    say(
        "G13",
        "Metadata v12 null name with zero id",
        broker.call(
            "Metadata", 12, {"Topics": [{"TopicId": bytes(16), "Name": None}], "AllowAutoTopicCreation": False}
        ),
    )
    say(
        "G13",
        "Metadata v12 both id and name",
        broker.call(
            "Metadata",
            12,
            {"Topics": [{"TopicId": bytes(15) + b"x", "Name": "auto9-" + SUFFIX}], "AllowAutoTopicCreation": False},
        ),
    )
    say(
        "l",
        "Metadata v9 same name twice",
        [
            t["ErrorCode"]
            for t in broker.call(
                "Metadata", 9, {"Topics": [{"Name": "auto9-" + SUFFIX}] * 2, "AllowAutoTopicCreation": False}
            )["Topics"]
        ],
    )
    say(
        "l",
        "authorised operations asked v8",
        [
            (m["Topics"][0]["TopicAuthorizedOperations"], m["ClusterAuthorizedOperations"])
            for m in [
                broker.call(
                    "Metadata",
                    8,
                    {
                        "Topics": [{"Name": "auto9-" + SUFFIX}],
                        "IncludeClusterAuthorizedOperations": True,
                        "IncludeTopicAuthorizedOperations": True,
                    },
                )
            ]
        ],
    )


@question
def metadata_many(broker):
    names = [{"Name": f"many-{i}"} for i in range(100_000)]
    answer = broker.call("Metadata", 9, {"Topics": names, "AllowAutoTopicCreation": False})
    say(
        "G15",
        "Metadata v9 of 100,000 unknown names, creation off",
        answer if isinstance(answer, str) else (len(answer["Topics"]), {t["ErrorCode"] for t in answer["Topics"]}),
    )


@question
def metadata_many_created(broker):
    names = [{"Name": f"made-{SUFFIX}-{i}"} for i in range(300)]
    answer = broker.call("Metadata", 9, {"Topics": names, "AllowAutoTopicCreation": True})
    say(
        "G15",
        "Metadata v9 of 300 unknown names, creation on",
        (len(answer["Topics"]), {t["ErrorCode"] for t in answer["Topics"]}),
    )
    for _ in range(100):
        there = [
            t for t in broker.call("Metadata", 9, {"Topics": None})["Topics"] if t["Name"].startswith(f"made-{SUFFIX}")
        ]
        if len(there) == 300:
            break
    say("G15", "made in the end", len(there))
    broker.call("DeleteTopics", 5, {"TopicNames": [n["Name"] for n in names], "TimeoutMs": 30000})
