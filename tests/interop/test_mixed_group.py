#!/usr/bin/python3
"""kcat, confluent-kafka and kafka-python as members of one group: one generation, no partition twice, no message twice."""

import subprocess
import sys
import time

from kafka import KafkaProducer

from harness import DEADLINE_S, case, check, check_equal, main, wait_until
from groups import PARTITIONS, close, create, described, write
from members import KcatMember, Member, owned

SESSION_MS = 6000


def three(broker, group, topic, strategy):
    return [
        KcatMember(broker.bootstrap, group, topic, strategy, SESSION_MS),
        Member("confluent", broker.bootstrap, group, topic, strategy, SESSION_MS),
        Member("kafka-python", broker.bootstrap, group, topic, strategy, SESSION_MS),
    ]


def shared_evenly(members):
    return [len(m.partitions) for m in members] == [PARTITIONS // len(members)] * len(members)


def one_generation(members):
    return len({m.generation for m in members}) == 1 and members[0].generation


def story(strategy):
    def share(broker):
        topic, group = create(broker, strategy), broker.name("group")
        members = three(broker, group, topic, strategy)
        try:
            wait_until(
                "two partitions each in one generation", lambda: shared_evenly(members) and one_generation(members)
            )
            check_equal(owned(members), list(range(PARTITIONS)))
            seen = described(broker, group)
            check_equal((seen.state, seen.protocol, len(seen.members)), ("Stable", strategy, 3))
            by_broker = sorted(
                p for m in seen.members for _, partitions in m.member_assignment.assignment for p in partitions
            )
            check_equal(by_broker, list(range(PARTITIONS)), "assignments as the broker tells them")
            write(broker, topic, 50, "w")
            wait_until("all messages", lambda: sum(len(m.messages) for m in members) >= 50 * PARTITIONS)
            check_equal(
                sorted((p, o) for m in members for p, o, _ in m.messages),
                [(p, o) for p in range(PARTITIONS) for o in range(50)],
            )
            check(all(m.messages and not m.errors for m in members), "each family read its share without an error")
        finally:
            close(members)
        check_equal(described(broker, group).state, "Empty")

    share.__name__ = f"the_three_families_share_a_group_with_the_{strategy}_assignor"
    return share


for name in ("range", "roundrobin"):
    case(story(name))


@case
def members_with_different_lists_agree_on_the_assignor_that_all_have(broker):
    topic, group = create(broker, "vote"), broker.name("group")
    members = [
        KcatMember(broker.bootstrap, group, topic, "range,roundrobin"),
        Member("confluent", broker.bootstrap, group, topic, "roundrobin,range"),
        Member("kafka-python", broker.bootstrap, group, topic, "roundrobin"),
    ]
    try:
        wait_until("two partitions each in one generation", lambda: shared_evenly(members) and one_generation(members))
        check_equal(described(broker, group).protocol, "roundrobin")
    finally:
        close(members)


@case
def whichever_family_is_killed_the_others_take_over_after_the_session_timeout(broker):
    for victim in range(3):
        topic, group = create(broker, "killed"), broker.name("group")
        members = three(broker, group, topic, "range")
        try:
            wait_until("two partitions each", lambda: shared_evenly(members) and one_generation(members))
            before, killed_at = members[0].generation, time.monotonic()
            dead = members.pop(victim)
            dead.kill()
            wait_until(f"three each without {dead.family}", lambda: shared_evenly(members))
            check_equal(owned(members), list(range(PARTITIONS)))
            moved_after = min(m.first_after("revoked", killed_at) for m in members) - killed_at
            check(
                SESSION_MS / 1000 - 1 < moved_after < SESSION_MS / 1000 + 5,
                f"{dead.family}: moved after {moved_after:.1f} s",
            )
            check(one_generation(members) > before, "a later generation")
        finally:
            close(members)


@case
def a_commit_of_one_family_is_where_the_next_goes_on(broker):
    topic, group = create(broker, "relay"), broker.name("group")
    read = []
    for turn, make in enumerate(
        (
            lambda: Member("confluent", broker.bootstrap, group, topic),
            lambda: KcatMember(broker.bootstrap, group, topic),
            lambda: Member("kafka-python", broker.bootstrap, group, topic),
        )
    ):
        write(broker, topic, 5, f"turn {turn}")
        member = make()
        try:
            wait_until(f"the messages of turn {turn}", lambda: len(member.messages) >= 5 * PARTITIONS)
        finally:
            member.close()
        read += [(p, o) for p, o, _ in member.messages]
    check_equal(sorted(read), [(p, o) for p in range(PARTITIONS) for o in range(15)], "each message once")


@case
def what_one_family_compressed_the_others_read(broker):
    for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
        topic = create(broker, codec)
        lines = [f"{codec} {i} " + "y" * 40 for i in range(100)]
        subprocess.run(
            ["kcat", "-b", broker.bootstrap, "-P", "-t", topic, "-p", "0", "-z", codec],
            check=True,
            text=True,
            input="".join(line + "\n" for line in lines),
            timeout=DEADLINE_S,
        )
        writer = KafkaProducer(
            bootstrap_servers=broker.bootstrap, compression_type=None if codec == "none" else codec, linger_ms=50
        )
        for line in lines:
            writer.send(topic, line.encode(), partition=1)
        writer.flush(DEADLINE_S)
        writer.close()
        for family in ("confluent", "kafka-python"):
            member = Member(family, broker.bootstrap, broker.name("group"), topic)
            try:
                wait_until("all 200", lambda: len(member.messages) >= 200)
                check_equal(
                    sorted(member.messages),
                    [(p, o, lines[o]) for p in (0, 1) for o in range(100)],
                    f"{family} reads {codec}",
                )
            finally:
                member.close()
        read = subprocess.run(
            ["kcat", "-b", broker.bootstrap, "-C", "-t", topic, "-p", "1", "-e", "-q", "-o", "beginning"],
            check=True,
            text=True,
            capture_output=True,
            timeout=DEADLINE_S,
        ).stdout.splitlines()
        check_equal(read, lines, f"kcat reads {codec}")


if __name__ == "__main__":
    sys.exit(main())
