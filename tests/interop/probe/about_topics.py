"""CreateTopics, DeleteTopics, CreatePartitions: what is refused, in which order, in which words."""

from asking import create, question, say, SUFFIX


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
        (
            "assignment with a gap",
            create("c8-" + SUFFIX, -1, -1, Assignments=[{"PartitionIndex": 1, "BrokerIds": [1]}]),
        ),
        (
            "assignment to an unknown broker",
            create("c8-" + SUFFIX, -1, -1, Assignments=[{"PartitionIndex": 0, "BrokerIds": [9]}]),
        ),
        (
            "assignment to no broker",
            create("c8-" + SUFFIX, -1, -1, Assignments=[{"PartitionIndex": 0, "BrokerIds": []}]),
        ),
        (
            "assignment to one broker twice",
            create("c8-" + SUFFIX, -1, -1, Assignments=[{"PartitionIndex": 0, "BrokerIds": [1, 1]}]),
        ),
        (
            "assignment of a partition twice",
            create("c8-" + SUFFIX, -1, -1, Assignments=[{"PartitionIndex": 0, "BrokerIds": [1]}] * 2),
        ),
        ("10,001 partitions", create("c9-" + SUFFIX, 10_001)),
        ("illegal name", create("a/b")),
        ("empty name", create("")),
        ("dot", create(".")),
        ("dot dot", create("..")),
        ("249 characters", create("y" * 249)),
        ("250 characters", create("y" * 250)),
        ("non-ASCII", create("\u00e4")),
        ("illegal name with a bad config", create("a/b", Configs=bad)),
    ]
    for what, topic in rows:
        for validate_only in (True, False):
            answer = broker.call(
                "CreateTopics", 7, {"Topics": [topic], "timeoutMs": 5000, "validateOnly": validate_only}
            )
            if not isinstance(answer, str):
                answer = [
                    {
                        k: v if k != "Configs" or v is None else f"{len(v)} configs"
                        for k, v in t.items()
                        if k not in ("TopicId",)
                    }
                    for t in answer["Topics"]
                ]
            say(
                "c",
                f"CreateTopics v7 {what}{', validate only' if validate_only else ''}",
                str(answer).replace("y" * 249, "y*249"),
            )
    for version in range(2, 8):
        answer = broker.call("CreateTopics", version, {"Topics": [create(f"v{version}-{SUFFIX}")], "timeoutMs": 5000})
        say(
            "c",
            f"CreateTopics v{version} success",
            [
                {k: v if k != "Configs" else f"{len(v)} configs" for k, v in t.items() if k != "TopicId"}
                for t in answer["Topics"]
            ],
        )
    say(
        "c",
        "same name twice and another",
        broker.call(
            "CreateTopics",
            7,
            {
                "Topics": [create("twice-" + SUFFIX), create("twice-" + SUFFIX), create("c10-" + SUFFIX)],
                "timeoutMs": 5000,
            },
        )["Topics"].__len__(),
    )
    answer = broker.call(
        "CreateTopics",
        4,
        {
            "Topics": [create("twice2-" + SUFFIX), create("c11-" + SUFFIX), create("twice2-" + SUFFIX)],
            "timeoutMs": 5000,
        },
    )
    say("I8", "same name twice and another, v4", answer["Topics"])
    for name in ("col.one-" + SUFFIX, "col_one-" + SUFFIX, "col.one-" + SUFFIX.replace("-", "_")):
        say(
            "I3",
            f"colliding name {name.replace(SUFFIX, '')}",
            broker.call("CreateTopics", 4, {"Topics": [create(name)], "timeoutMs": 5000}),
        )
    say("c", "no topics", broker.call("CreateTopics", 7, {"Topics": [], "timeoutMs": 5000}))
    say("c", "timeout 0", broker.call("CreateTopics", 4, {"Topics": [create("t0-" + SUFFIX)], "timeoutMs": 0}))
    say("c", "timeout -1", broker.call("CreateTopics", 4, {"Topics": [create("t1-" + SUFFIX)], "timeoutMs": -1}))
    answer = broker.call(
        "CreateTopics",
        7,
        {
            "Topics": [create("cfg-" + SUFFIX, Configs=[{"Name": "retention.ms", "Value": "1000000"}])],
            "timeoutMs": 5000,
        },
    )
    configs = answer["Topics"][0]["Configs"]
    say(
        "c",
        "configs in the answer: how many, sources",
        (len(configs), sorted({(c["ConfigSource"], c["ReadOnly"], c["IsSensitive"]) for c in configs})),
    )
    say("c", "their names and values", sorted((c["Name"], c["Value"], c["ConfigSource"]) for c in configs))


@question
def delete_topics(broker):
    topic = broker.topic("gone")
    say("c", "DeleteTopics v5 unknown", broker.call("DeleteTopics", 5, {"TopicNames": ["nope"], "TimeoutMs": 5000}))
    say("c", "DeleteTopics v4 unknown", broker.call("DeleteTopics", 4, {"TopicNames": ["nope"], "TimeoutMs": 5000}))
    say(
        "c",
        "DeleteTopics v6 unknown id",
        broker.call("DeleteTopics", 6, {"Topics": [{"Name": None, "TopicId": b"x" * 16}], "TimeoutMs": 5000}),
    )
    say(
        "c",
        "DeleteTopics v6 null name zero id",
        broker.call("DeleteTopics", 6, {"Topics": [{"Name": None, "TopicId": bytes(16)}], "TimeoutMs": 5000}),
    )
    say(
        "c",
        "DeleteTopics v6 name and id",
        broker.call("DeleteTopics", 6, {"Topics": [{"Name": topic, "TopicId": b"x" * 16}], "TimeoutMs": 5000}),
    )
    say(
        "c",
        "DeleteTopics v6 same name twice",
        broker.call("DeleteTopics", 6, {"Topics": [{"Name": topic, "TopicId": bytes(16)}] * 2, "TimeoutMs": 5000}),
    )
    say(
        "c",
        "DeleteTopics v6 illegal name",
        broker.call("DeleteTopics", 6, {"Topics": [{"Name": "a/b", "TopicId": bytes(16)}], "TimeoutMs": 5000}),
    )
    say(
        "c",
        "DeleteTopics v6",
        broker.call("DeleteTopics", 6, {"Topics": [{"Name": topic, "TopicId": bytes(16)}], "TimeoutMs": 5000})[
            "Responses"
        ][0]["ErrorCode"],
    )
    say(
        "c",
        "DeleteTopics v6 again",
        broker.call("DeleteTopics", 6, {"Topics": [{"Name": topic, "TopicId": bytes(16)}], "TimeoutMs": 5000}),
    )


@question
def create_partitions(broker):
    topic = broker.topic("grow", 2)

    def ask(what, count, assignments=None, name=topic, validate_only=False, version=3):
        say(
            "I12",
            f"CreatePartitions v{version} {what}",
            broker.call(
                "CreatePartitions",
                version,
                {
                    "Topics": [{"Name": name, "Count": count, "Assignments": assignments}],
                    "TimeoutMs": 5000,
                    "ValidateOnly": validate_only,
                },
            ),
        )

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
    say(
        "I12",
        "same topic twice",
        broker.call(
            "CreatePartitions", 3, {"Topics": [{"Name": topic, "Count": 9, "Assignments": None}] * 2, "TimeoutMs": 5000}
        ),
    )
    ask("internal topic", 5, name="__consumer_offsets")
