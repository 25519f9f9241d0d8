"""I: creating, growing and deleting topics, deleting records, asking for settings. What needs access control waits."""
from row import Row
from shared import asking, batch, check, check_equal
from world import CLOSED

BROKER_RESOURCE = 4
MANY = 20_000
MEMORY_SLACK_BYTES = 32 * 1024 * 1024
ANSWER_BYTES_MAX = 128 * 1024 * 1024
ILLEGAL_NAMES = ("", ".", "..", "n" * 250, "a/b", "../x", "a\0b", "ä")


def created(world, *topics, validate_only=False):
    answer = world.call("CreateTopics", 5, {"Topics": list(topics), "timeoutMs": 10_000, "validateOnly": validate_only})
    return sorted(t["ErrorCode"] for t in answer["Topics"])


def creating(partitions=1, replicas=1, **more):
    return lambda w: created(w, asking.create(w.name("new"), partitions, replicas, **more))


def there(world, name):
    answer = world.call("Metadata", 9, {"Topics": [{"Name": name}], "AllowAutoTopicCreation": False})
    return answer["Topics"][0]["ErrorCode"] == 0


def colliding(world):
    stem = world.name("n").replace("-", "_")
    check_equal(created(world, asking.create(stem + "_x")), [0])
    return created(world, asking.create(stem + ".x"))


def validated_only(world):
    name = world.name("only")
    return created(world, asking.create(name), validate_only=True), there(world, name)


def twice(world):
    name, other = world.name("twice"), world.name("other")
    codes = created(world, asking.create(name), asking.create(name), asking.create(other))
    return codes, there(world, name)


def assigned(*replicas):
    return [{"PartitionIndex": i, "BrokerIds": [node]} for i, node in replicas]


def node_id(world):
    return world.call("Metadata", 9, {"Topics": []})["Brokers"][0]["NodeId"]


def assignment(indexes, partitions=-1, factor=-1):
    def act(world):
        node = node_id(world)
        rows = assigned(*[(i, node) for i in indexes])
        return created(world, asking.create(world.name("a"), partitions, factor, Assignments=rows))
    return act


def configured(name, value):
    return creating(Configs=[{"Name": name, "Value": value}])


def deleted(world, name):
    return world.call("DeleteTopics", 5, {"TopicNames": [name], "TimeoutMs": 10_000})["Responses"][0]["ErrorCode"]


def records_deleted(offset=None, topic=None, **configs):
    def act(world):
        name = topic or world.topic(**configs)
        if not topic:
            check_equal(world.produce(name, batch.batch((batch.record(0, key=b"k"),)))["ErrorCode"], 0)
        elif not world.process:
            world.coordinator("g")
        answer = world.call("DeleteRecords", 2, {"Topics": [{"Name": name, "Partitions": [
            {"PartitionIndex": 0, "Offset": offset}]}], "TimeoutMs": 10_000})
        return answer["Topics"][0]["Partitions"][0]["ErrorCode"]
    return act


def grown(count):
    def act(world):
        answer = world.call("CreatePartitions", 1, {"Topics": [{"Name": world.topic(partitions=2), "Count": count}],
                                                    "TimeoutMs": 10_000})
        return answer["Results"][0]["ErrorCode"]
    return act


def settings_of(kind):
    return lambda w: w.call("DescribeConfigs", 1, {"Resources": [{"ResourceType": kind, "ResourceName": "x"}]})[
        "Results"][0]["ErrorCode"]


def settings_again_and_again(world):
    """The same few bytes over and over: one answer, and little memory."""
    before, broker = world.process.memory(), str(node_id(world))
    world.process.forget_peak()
    asked = [{"ResourceType": BROKER_RESOURCE, "ResourceName": broker, "ConfigurationKeys": None}] * MANY
    answer = world.call("DescribeConfigs", 3, {"Resources": asked, "IncludeSynonyms": True, "IncludeDocumentation": True})
    check(world.process.peak() - before < MEMORY_SLACK_BYTES, "memory for what is told once")
    return [r["ErrorCode"] for r in answer["Results"]]


def wishes_beyond_an_answer(world):
    """Each wish is told all its settings: together they are more than an answer may hold."""
    before, since = world.process.memory(), len(world.process.log())
    world.process.forget_peak()
    try:
        return created(world, *[asking.create(f"wish-{i}") for i in range(MANY)], validate_only=True)
    finally:
        check("answer_bytes_max" in world.process.log()[since:], "the log says which limit it was")
        check(world.process.peak() - before < 2 * ANSWER_BYTES_MAX, "memory for an answer that never goes")


ROWS = [
    Row("I1", "illegal topic names", lambda w: created(w, *[asking.create(n) for n in ILLEGAL_NAMES]), [17] * len(ILLEGAL_NAMES)),
    Row("I2", "a topic that exists", lambda w: created(w, asking.create(w.topic())), [36]),
    Row("I3", "a name that collides with another's metrics", colliding, [17]),
    Row("I4", "no partitions", creating(0), [37]),
    Row("I4", "-2 partitions", creating(-2), [37]),
    Row("I5", "no replicas", creating(1, 0), [38]),
    Row("I5", "three replicas on one broker", creating(1, 3), [38]),
    Row("I6", "an assignment together with counts", assignment((0, 1), partitions=2, factor=1), [42]),
    Row("I6", "an assignment with a gap", assignment((0, 2)), [39]),
    Row("I7", "a setting that is none", configured("no.such.setting", "1"), [40]),
    Row("I7", "a setting without a value", configured("retention.ms", None), [40]),
    Row("I8", "a topic twice in a request, beside another", twice, ([0, 42], False)),
    Row("I9", "10,001 partitions", creating(10_001), [44]),
    Row("I9", "2^31 - 1 partitions", creating(2**31 - 1), [44], not_replayed="a real broker may run out of memory"),
    Row("I10", "deleting an unknown topic", lambda w: deleted(w, w.name("nobody")), 3),
    Row("I11", "deleting records beyond the high watermark", records_deleted(offset=2), 1),
    Row("I11", "deleting records of a compacted topic", records_deleted(offset=1, cleanup_policy="compact"), 44),
    Row("I11", "deleting records of the offsets topic", records_deleted(offset=0, topic="__consumer_offsets"), 17),
    Row("I12", "as many partitions as there are", grown(2), 37),
    Row("I12", "fewer partitions than there are", grown(1), 37),
    Row("I15", "settings of an unknown resource type", settings_of(7), 42),
    Row("I17", "creating for validation only", validated_only, ([0], False)),
    Row("I19", "the broker's settings twenty thousand times in a request", settings_again_and_again, [0], within_ms=30_000,
        not_replayed="a real broker answers each and may run out of memory"),
    Row("I20", "more topics for validation only than an answer may tell of", wishes_beyond_an_answer, CLOSED,
        within_ms=60_000, not_replayed="a real broker answers each and may run out of memory"),
]
