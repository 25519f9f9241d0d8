#!/usr/bin/python3
"""kcat against a broker: list, produce, consume, by time, in a group."""

import json
import re
import subprocess
import sys

from harness import DEADLINE_S, case, check, check_equal, main, wait_until
from members import KcatMember, owned

FOUR = ("gzip", "snappy", "lz4", "zstd")


def kcat(broker, *arguments, text=""):
    done = subprocess.run(
        ["kcat", "-b", broker.bootstrap, *arguments], input=text, capture_output=True, text=True, timeout=DEADLINE_S
    )
    check_equal(done.returncode, 0, f"kcat {' '.join(arguments)} said {done.stderr!r}")
    return done.stdout


def produce(broker, topic, lines, *arguments):
    kcat(broker, "-P", "-t", topic, *arguments, text="".join(line + "\n" for line in lines))


def consume(broker, topic, *arguments):
    """All that is there, as kcat's JSON objects."""
    out = kcat(broker, "-C", "-t", topic, "-e", "-q", "-J", "-o", "beginning", *arguments)
    return [json.loads(line) for line in out.splitlines()]


def values(messages):
    return [m["payload"] for m in messages]


@case
def kcat_lists_the_broker_and_its_topics(broker):
    topic = broker.name("listed")
    produce(broker, topic, ["one"])
    listing = kcat(broker, "-L")
    check(
        re.search(r"broker \d+ at 127\.0\.0\.1:" + broker.bootstrap.split(":")[1] + r" \(controller\)", listing),
        listing,
    )
    check(f'topic "{topic}" with 1 partitions:' in listing, listing)
    found = json.loads(kcat(broker, "-L", "-J", "-t", topic))
    check_equal([p["partition"] for p in found["topics"][0]["partitions"]], [0])
    check_equal(found["brokers"][0]["id"], found["topics"][0]["partitions"][0]["leader"])


@case
def kcat_creates_a_topic_by_producing_and_reads_it_back_in_order(broker):
    topic = broker.name("first")
    lines = [f"line {i}" for i in range(1000)]
    produce(broker, topic, lines)
    messages = consume(broker, topic)
    check_equal(values(messages), lines)
    check_equal([m["offset"] for m in messages], list(range(1000)))


@case
def kcat_keeps_keys_headers_and_null_values_apart(broker):
    topic = broker.name("shapes")
    produce(
        broker,
        topic,
        ["k1|v1", "|empty key", "k3|"],
        "-K",
        "|",
        "-Z",
        "-H",
        "colour=blue",
        "-H",
        "colour=red",
        "-H",
        "bare",
    )
    messages = consume(broker, topic)
    check_equal([(m["key"], m["payload"]) for m in messages], [("k1", "v1"), (None, "empty key"), ("k3", None)])
    check_equal(messages[0]["headers"], ["colour", "blue", "colour", "red", "bare", None])


@case
def kcat_stores_compressed_what_it_was_asked_to_compress(broker):
    for codec in FOUR:
        topic = broker.name(codec)
        lines = [f"{codec} {i} " + "x" * 50 for i in range(500)]
        produce(broker, topic, lines, "-z", codec)
        check_equal(values(consume(broker, topic)), lines, codec)
        check_equal({stored for stored, _, _ in broker.stored_batches(topic)}, {codec}, "codec of the stored batches")


@case
def kcat_reads_a_message_of_nearly_a_megabyte(broker):
    topic = broker.name("large")
    produce(broker, topic, ["a" * 990_000, "small"])
    check_equal([len(v) for v in values(consume(broker, topic))], [990_000, 5])


@case
def kcat_reads_from_an_offset_and_from_the_end(broker):
    topic = broker.name("offsets")
    produce(broker, topic, [str(i) for i in range(10)])
    check_equal(values(consume(broker, topic, "-o", "7", "-p", "0")), ["7", "8", "9"])
    check_equal(values(consume(broker, topic, "-o", "-2", "-p", "0")), ["8", "9"])
    check_equal(values(consume(broker, topic, "-o", "end", "-p", "0")), [])


@case
def kcat_reads_from_a_time(broker):
    topic = broker.name("times")
    produce(broker, topic, ["early"])
    early = consume(broker, topic)[0]["ts"]
    later = wait_until(
        "a later millisecond",
        lambda: produce(broker, topic, ["late"]) or next((m for m in consume(broker, topic) if m["ts"] > early), None),
    )
    check_equal(values(consume(broker, topic, "-o", f"s@{later['ts']}"))[0], "late")
    check_equal(consume(broker, topic, "-o", f"s@{later['ts']}")[0]["offset"], later["offset"])
    check_equal(values(consume(broker, topic, "-o", f"s@{early}"))[0], "early")
    check_equal(len(consume(broker, topic, "-o", f"s@{early}", "-o", f"e@{later['ts']}")), later["offset"])


@case
def kcat_asks_for_the_offset_of_a_time(broker):
    topic = broker.name("query")
    produce(broker, topic, ["a", "b"])
    first = consume(broker, topic)[0]["ts"]
    check(f"{topic} [0] offset 0" in kcat(broker, "-Q", "-t", f"{topic}:0:{first}"), "offset of the first time")
    check(f"{topic} [0] offset 2" in kcat(broker, "-Q", "-t", f"{topic}:0:-1"), "end offset")
    check(f"{topic} [0] offset 0" in kcat(broker, "-Q", "-t", f"{topic}:0:-2"), "first offset")


@case
def kcat_writes_with_acks_0_and_1_and_all(broker):
    topic = broker.name("acks")
    for acks in ("0", "1", "all"):
        produce(broker, topic, [f"acks {acks}"], "-X", f"acks={acks}")
    wait_until("all three", lambda: values(consume(broker, topic)) == ["acks 0", "acks 1", "acks all"])


@case
def kcat_writes_as_an_idempotent_producer(broker):
    topic = broker.name("idempotent")
    lines = [str(i) for i in range(300)]
    produce(broker, topic, lines, "-X", "enable.idempotence=true")
    check_equal(values(consume(broker, topic)), lines)
    check(all(producer_id >= 0 for _, _, producer_id in broker.stored_batches(topic)), "batches carry a producer id")


@case
def kcat_reads_in_a_group_and_goes_on_where_it_stopped(broker):
    topic, group = broker.name("grouped"), broker.name("group")
    for batch in (["a", "b"], ["c"]):
        produce(broker, topic, batch)
        member = KcatMember(broker.bootstrap, group, topic)
        try:
            wait_until("the messages", lambda: len(member.messages) >= len(batch))
        finally:
            member.close()
        check_equal([value for _, _, value in member.messages], batch)
        check_equal(member.errors, [])


@case
def two_kcats_in_a_group_share_the_partitions(broker):
    topic, group = broker.name("shared"), broker.name("group")
    produce(broker, topic, ["seed"])
    kcat(broker, "-L", "-t", topic)
    members = [KcatMember(broker.bootstrap, group, topic) for _ in range(2)]
    try:
        wait_until(
            "one owner of the one partition, both in one generation",
            lambda: owned(members) == [0] and len({m.generation for m in members}) == 1,
        )
        owner, other = sorted(members, key=lambda m: -len(m.partitions))
        owner.close()
        wait_until("the other takes over when the first leaves", lambda: other.partitions == {0})
    finally:
        for member in members:
            member.close()


if __name__ == "__main__":
    sys.exit(main())
