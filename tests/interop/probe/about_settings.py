"""DescribeConfigs, DescribeCluster, DescribeTopicPartitions."""

from asking import question, say


@question
def describe_configs(broker):
    topic = broker.topic("configs", retention_ms="86400000")

    def ask(what, kind, name, keys=None, version=4, **more):
        answer = broker.call(
            "DescribeConfigs",
            version,
            {"Resources": [{"ResourceType": kind, "ResourceName": name, "ConfigurationKeys": keys}], **more},
        )
        if isinstance(answer, dict):
            answer = [
                {**r, "Configs": r["Configs"] if len(r["Configs"]) < 6 else f"{len(r['Configs'])} configs"}
                for r in answer["Results"]
            ]
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
    say(
        "l",
        "same resource twice",
        len(
            broker.call(
                "DescribeConfigs",
                4,
                {"Resources": [{"ResourceType": 2, "ResourceName": topic, "ConfigurationKeys": ["retention.ms"]}] * 2},
            )["Results"]
        ),
    )
    say("l", "empty answer", broker.call("DescribeConfigs", 4, {"Resources": []}))


@question
def describe_cluster(broker):
    for version, kind in ((0, 1), (1, 1), (1, 2), (1, 0), (1, 3)):
        answer = broker.call(
            "DescribeCluster", version, {"EndpointType": kind, "IncludeClusterAuthorizedOperations": True}
        )
        if isinstance(answer, dict):
            answer.update(
                ClusterId=len(answer["ClusterId"] or ""),
                Brokers=[dict(x, Port=x["Port"] != 0) for x in answer["Brokers"]],
            )
        say("l", f"DescribeCluster v{version} endpoint type {kind}", answer)


@question
def describe_topic_partitions(broker):
    topic = broker.topic("parts", 3)

    def ask(what, names, limit=2000, cursor=None):
        answer = broker.call(
            "DescribeTopicPartitions",
            0,
            {"Topics": [{"Name": n} for n in names], "ResponsePartitionLimit": limit, "Cursor": cursor},
        )
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
