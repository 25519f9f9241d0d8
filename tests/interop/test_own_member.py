#!/usr/bin/python3
"""This project's own consumer in groups with confluent-kafka and kafka-python members, and among its own kind."""

import sys

from groups import PARTITIONS, close, create, described, write
from harness import case, check, check_equal, main, wait_until
from members import Member, OwnMember, owned

EVERY = list(range(PARTITIONS))


def others(broker, group, topic, strategy):
    return [
        Member("confluent", broker.bootstrap, group, topic, strategy),
        Member("kafka-python", broker.bootstrap, group, topic, strategy),
    ]


def even(members):
    return [len(m.partitions) for m in members] == [PARTITIONS // len(members)] * len(members)


def one_generation(members):
    return len({m.generation for m in members}) == 1 and members[0].generation


def share(broker, members, group, topic, strategy):
    """Evenly, every message once, and nobody complains."""
    wait_until("an even share", lambda: even(members) and owned(members) == EVERY)
    check_equal(described(broker, group).protocol, strategy)
    write(broker, topic, 20, "w")
    wait_until("all messages", lambda: sum(len(m.messages) for m in members) >= 20 * PARTITIONS)
    check_equal(sorted((p, o) for m in members for p, o, _ in m.messages), [(p, o) for p in EVERY for o in range(20)])
    check(all(m.messages and not m.errors for m in members), "each read its share without an error")


def mixed(strategy, own_first):
    def story(broker):
        topic, group = create(broker, "own-" + strategy), broker.name("group")
        members = [OwnMember(broker.bootstrap, group, topic, strategy)] if own_first else []
        try:
            if own_first:  # so that it is the one who shares out
                wait_until("all of it", lambda: len(members[0].partitions) == PARTITIONS)
            members += others(broker, group, topic, strategy)
            if not own_first:
                wait_until("without ours", lambda: even(members) and owned(members) == EVERY)
                members.append(OwnMember(broker.bootstrap, group, topic, strategy))
            share(broker, members, group, topic, strategy)
            check(one_generation(members), "one generation")
        finally:
            close(members)
        check_equal(described(broker, group).state, "Empty")

    story.__name__ = f"own_confluent_and_kafka_python_share_with_{strategy}_{'led by ours' if own_first else 'we come last'}"
    return story


for name in ("range", "roundrobin"):
    for first in (True, False):
        case(mixed(name, first))


@case
def by_default_ours_agrees_with_an_eager_group(broker):
    topic, group = create(broker, "default"), broker.name("group")
    members = [
        OwnMember(broker.bootstrap, group, topic, "range,cooperative-sticky"),
        Member("confluent", broker.bootstrap, group, topic, "range"),
    ]
    try:
        share(broker, members, group, topic, "range")
    finally:
        close(members)


@case
def ours_and_confluent_share_cooperatively_and_keep_what_they_keep(broker):
    topic, group = create(broker, "cooperative"), broker.name("group")
    first = OwnMember(broker.bootstrap, group, topic, "cooperative-sticky")
    members = [first]
    try:
        wait_until("all of it", lambda: len(first.partitions) == PARTITIONS)
        members.append(OwnMember(broker.bootstrap, group, topic, "cooperative-sticky"))
        wait_until("three each", lambda: even(members) and owned(members) == EVERY)
        lost = [event["changed"] for _, kind, event in first.events if kind == "revoked"]
        check_equal(lost, [PARTITIONS // 2], "given up, in all")
        # confluent-kafka tells differences as well; what it owns is what the others do not.
        members.append(Member("confluent", broker.bootstrap, group, topic, "cooperative-sticky"))
        ours = members[:2]
        wait_until("two each", lambda: [len(m.partitions) for m in ours] == [2, 2])
        seen = lambda: sorted(
            p
            for m in described(broker, group).members
            for _, partitions in m.member_assignment.assignment
            for p in partitions
        )
        wait_until("everything is somebody's", lambda: seen() == EVERY)
        check_equal(described(broker, group).protocol, "cooperative-sticky")
        write(broker, topic, 20, "w")
        wait_until("all messages", lambda: sum(len(m.messages) for m in members) >= 20 * PARTITIONS)
        check_equal(
            sorted((p, o) for m in members for p, o, _ in m.messages), [(p, o) for p in EVERY for o in range(20)]
        )
    finally:
        close(members)


@case
def among_our_own_kind_every_assignor_shares_evenly(broker):
    for strategy in ("range", "roundrobin", "sticky", "cooperative-sticky"):
        topic, group = create(broker, "kind-" + strategy), broker.name("group")
        members = [OwnMember(broker.bootstrap, group, topic, strategy) for _ in range(3)]
        try:
            share(broker, members, group, topic, strategy)
        finally:
            close(members)


if __name__ == "__main__":
    sys.exit(main())
