"""Groups: unknown ones, a whole life, refusals, followers, static members."""

import time
from asking import question, say, short, member_id, SUFFIX, SETTLE_DEADLINE_S


def join(
    group, member="", protocols=(("range", b"\0\0"),), session=10000, rebalance=10000, instance=None, kind="consumer"
):
    return {
        "GroupId": group,
        "SessionTimeoutMs": session,
        "RebalanceTimeoutMs": rebalance,
        "MemberId": member,
        "GroupInstanceId": instance,
        "ProtocolType": kind,
        "Protocols": [{"Name": n, "Metadata": m} for n, m in protocols],
    }


def commit(group, topic, offset=1, generation=-1, member="", metadata="", partition=0, instance=None):
    return {
        "GroupId": group,
        "GenerationIdOrMemberEpoch": generation,
        "MemberId": member,
        "GroupInstanceId": instance,
        "RetentionTimeMs": -1,
        "Topics": [
            {
                "Name": topic,
                "Partitions": [
                    {
                        "PartitionIndex": partition,
                        "CommittedOffset": offset,
                        "CommittedLeaderEpoch": -1,
                        "CommittedMetadata": metadata,
                    }
                ],
            }
        ],
    }


@question
def groups_unknown(broker):
    group = f"nobody-{SUFFIX}"
    broker.coordinator(group)
    topic = broker.topic("groups")
    for version in range(0, 6):
        say(
            "f",
            f"DescribeGroups v{version} unknown",
            broker.call("DescribeGroups", version, {"Groups": [group], "IncludeAuthorizedOperations": True}),
        )
    say("f", "DescribeGroups v5 empty id", broker.call("DescribeGroups", 5, {"Groups": [""]}))
    for version in (0, 3, 4):
        say(
            "j",
            f"Heartbeat v{version} unknown group",
            broker.call("Heartbeat", version, {"GroupId": group, "GenerationId": 1, "MemberId": "m"}),
        )
    say(
        "j",
        "Heartbeat empty group id",
        broker.call("Heartbeat", 4, {"GroupId": "", "GenerationId": 1, "MemberId": "m"}),
    )
    say("j", "LeaveGroup v0 unknown group", broker.call("LeaveGroup", 0, {"GroupId": group, "MemberId": "m"}))
    say(
        "j",
        "LeaveGroup v5 unknown group",
        broker.call("LeaveGroup", 5, {"GroupId": group, "Members": [{"MemberId": "m", "GroupInstanceId": None}]}),
    )
    say(
        "j",
        "LeaveGroup v5 empty id",
        broker.call("LeaveGroup", 5, {"GroupId": "", "Members": [{"MemberId": "m", "GroupInstanceId": None}]}),
    )
    say(
        "j",
        "SyncGroup v5 unknown group",
        broker.call(
            "SyncGroup",
            5,
            {
                "GroupId": group,
                "GenerationId": 1,
                "MemberId": "m",
                "ProtocolType": "consumer",
                "ProtocolName": "range",
                "Assignments": [],
            },
        ),
    )
    say(
        "j",
        "SyncGroup v5 empty id",
        broker.call(
            "SyncGroup",
            5,
            {
                "GroupId": "",
                "GenerationId": 1,
                "MemberId": "m",
                "ProtocolType": "consumer",
                "ProtocolName": "range",
                "Assignments": [],
            },
        ),
    )
    for version in (1, 2, 5, 7):
        say(
            "j",
            f"OffsetFetch v{version} unknown group",
            broker.call(
                "OffsetFetch",
                version,
                {
                    "GroupId": group,
                    "Topics": [{"Name": topic, "PartitionIndexes": [0]}, {"Name": "nope", "PartitionIndexes": [3]}],
                },
            ),
        )
    say(
        "j",
        "OffsetFetch v7 unknown group, all topics",
        broker.call("OffsetFetch", 7, {"GroupId": group, "Topics": None}),
    )
    say(
        "j",
        "OffsetFetch v8 unknown group, all topics",
        broker.call("OffsetFetch", 8, {"Groups": [{"groupId": group, "GroupId": group, "Topics": None}]}),
    )
    say(
        "j",
        "OffsetFetch v9 unknown group, member and epoch given",
        broker.call(
            "OffsetFetch",
            9,
            {
                "Groups": [
                    {
                        "groupId": group,
                        "GroupId": group,
                        "MemberId": "m",
                        "MemberEpoch": 3,
                        "Topics": [{"Name": topic, "PartitionIndexes": [0]}],
                    }
                ]
            },
        ),
    )
    say("j", "OffsetFetch v7 empty id", broker.call("OffsetFetch", 7, {"GroupId": "", "Topics": None}))
    say("j", "DeleteGroups unknown and empty id", broker.call("DeleteGroups", 2, {"GroupsNames": [group, ""]}))
    say(
        "j",
        "OffsetDelete unknown group",
        broker.call(
            "OffsetDelete", 0, {"GroupId": group, "Topics": [{"Name": topic, "Partitions": [{"PartitionIndex": 0}]}]}
        ),
    )
    for version in (2, 7, 8, 9):
        say(
            "H13",
            f"OffsetCommit v{version} unknown group generation 3",
            broker.call("OffsetCommit", version, commit(group, topic, generation=3, member="m")),
        )
    say("j", "OffsetCommit v9 empty id, generation -1", broker.call("OffsetCommit", 9, commit("", topic)))
    say("j", "FindCoordinator v0 empty id", broker.call("FindCoordinator", 0, {"Key": ""}))
    say(
        "j",
        "FindCoordinator v4 empty id and no ids",
        (
            broker.call("FindCoordinator", 4, {"KeyType": 0, "CoordinatorKeys": [""]}),
            broker.call("FindCoordinator", 4, {"KeyType": 0, "CoordinatorKeys": []}),
        ),
    )
    for version in (0, 1, 2, 3, 4, 5, 6):
        say(
            "j",
            f"FindCoordinator v{version}",
            broker.call("FindCoordinator", version, {"Key": group, "KeyType": 0, "CoordinatorKeys": [group]}),
        )


@question
def coordinator_kinds(broker):
    deadline = time.monotonic() + SETTLE_DEADLINE_S
    while time.monotonic() < deadline:
        found = broker.call("FindCoordinator", 4, {"KeyType": 1, "CoordinatorKeys": ["tx-" + SUFFIX]})
        if found["Coordinators"][0]["ErrorCode"] == 0:
            break
    say("h", "FindCoordinator type 1, unknown transactional id", found)
    say("h", "FindCoordinator v1 type 1", broker.call("FindCoordinator", 1, {"KeyType": 1, "Key": "tx-" + SUFFIX}))
    say(
        "h",
        "FindCoordinator type 1, empty key",
        broker.call("FindCoordinator", 4, {"KeyType": 1, "CoordinatorKeys": [""]}),
    )
    for kind in (2, 9, -1):
        for version in (1, 4, 6):
            say(
                "G18",
                f"FindCoordinator v{version} type {kind}",
                broker.call("FindCoordinator", version, {"KeyType": kind, "Key": "k", "CoordinatorKeys": ["k"]}),
            )
    say(
        "h",
        "FindCoordinator v4, same key twice",
        broker.call("FindCoordinator", 4, {"KeyType": 0, "CoordinatorKeys": ["k", "k", "other"]}),
    )


@question
def group_life(broker):
    group = f"life-{SUFFIX}"
    topic = broker.topic("life", 2)
    broker.coordinator(group)
    first = broker.call("JoinGroup", 9, join(group))
    say(
        "j",
        "JoinGroup v9 without a member id",
        str(short(first)).replace(first["MemberId"], member_id(first["MemberId"])),
    )
    for version in (4, 5, 7):
        answer = broker.call("JoinGroup", version, join(group + f"-{version}"))
        say(
            "j",
            f"JoinGroup v{version} without a member id",
            str(short(answer)).replace(answer["MemberId"], member_id(answer["MemberId"])),
        )
    with broker.connect(client_id="\u00e4 b") as c:
        answer = c.call("JoinGroup", 4, join(group + "-x"))
        say("j", "member id of client id 'ä b'", member_id(answer["MemberId"]))
    with broker.connect(client_id=None) as c:
        answer = c.call("JoinGroup", 4, join(group + "-y"))
        say("j", "member id of a null client id", member_id(answer["MemberId"]))
    say(
        "j",
        "DescribeGroups v5 with only a pending member",
        broker.call("DescribeGroups", 5, {"Groups": [group]})["Groups"],
    )
    say(
        "j",
        "OffsetCommit from outside while a member is pending",
        broker.call("OffsetCommit", 8, commit(group, topic))["Topics"],
    )
    me = first["MemberId"]
    say(
        "j",
        "Heartbeat of a pending member",
        broker.call("Heartbeat", 4, {"GroupId": group, "GenerationId": 0, "MemberId": me}),
    )
    joined = broker.call("JoinGroup", 9, join(group, me))
    say("j", "JoinGroup v9 with it", str(short(joined)).replace(me, "ME"))
    say(
        "j",
        "DescribeGroups before the sync",
        str(short(broker.call("DescribeGroups", 5, {"Groups": [group]})["Groups"])).replace(me, "ME"),
    )
    say(
        "32",
        "Heartbeat between join and sync",
        broker.call("Heartbeat", 4, {"GroupId": group, "GenerationId": 1, "MemberId": me}),
    )
    say(
        "32",
        "OffsetCommit between join and sync",
        broker.call("OffsetCommit", 8, commit(group, topic, 5, 1, me))["Topics"],
    )
    sync = {
        "GroupId": group,
        "GenerationId": 1,
        "MemberId": me,
        "ProtocolType": "consumer",
        "ProtocolName": "range",
        "Assignments": [{"MemberId": me, "Assignment": b"mine"}, {"MemberId": "ghost", "Assignment": b"boo"}],
    }
    say("H8", "SyncGroup with another protocol name", broker.call("SyncGroup", 5, dict(sync, ProtocolName="other")))
    say("H8", "SyncGroup with another protocol type", broker.call("SyncGroup", 5, dict(sync, ProtocolType="other")))
    say(
        "H8",
        "SyncGroup v5 null protocol",
        broker.call("SyncGroup", 5, dict(sync, ProtocolType=None, ProtocolName=None, GenerationId=9)),
    )
    say("H22", "SyncGroup with a ghost's assignment", broker.call("SyncGroup", 5, sync))
    say(
        "j",
        "DescribeGroups once stable v5",
        str(
            short(broker.call("DescribeGroups", 5, {"Groups": [group], "IncludeAuthorizedOperations": True})["Groups"])
        ).replace(me, "ME"),
    )
    say(
        "j",
        "SyncGroup again, other assignment",
        broker.call("SyncGroup", 5, dict(sync, Assignments=[{"MemberId": me, "Assignment": b"changed"}])),
    )
    say("j", "Heartbeat", broker.call("Heartbeat", 4, {"GroupId": group, "GenerationId": 1, "MemberId": me}))
    for generation in (0, 2, -1):
        say(
            "j",
            f"Heartbeat generation {generation}",
            broker.call("Heartbeat", 4, {"GroupId": group, "GenerationId": generation, "MemberId": me}),
        )
    say(
        "j",
        "Heartbeat unknown member",
        broker.call("Heartbeat", 4, {"GroupId": group, "GenerationId": 1, "MemberId": "m"}),
    )
    say(
        "j",
        "Heartbeat with an instance id nobody has",
        broker.call("Heartbeat", 4, {"GroupId": group, "GenerationId": 1, "MemberId": me, "GroupInstanceId": "i"}),
    )
    say("33", "commit from outside with live members", broker.call("OffsetCommit", 8, commit(group, topic))["Topics"])
    say(
        "33",
        "commit of generation -1 with the member's id",
        broker.call("OffsetCommit", 8, commit(group, topic, member=me))["Topics"],
    )
    say(
        "33",
        "commit with the generation, no member",
        broker.call("OffsetCommit", 8, commit(group, topic, generation=1))["Topics"],
    )
    for offset in (-5, -1, 0, 10**12):
        say(
            "H14",
            f"commit of offset {offset}",
            broker.call("OffsetCommit", 8, commit(group, topic, offset, 1, me))["Topics"],
        )
        say(
            "H14",
            "fetched back",
            broker.call("OffsetFetch", 7, {"GroupId": group, "Topics": [{"Name": topic, "PartitionIndexes": [0]}]})[
                "Topics"
            ],
        )
    say(
        "H11", "metadata of 4,096", broker.call("OffsetCommit", 8, commit(group, topic, 5, 1, me, "m" * 4096))["Topics"]
    )
    say(
        "H11", "metadata of 4,097", broker.call("OffsetCommit", 8, commit(group, topic, 5, 1, me, "m" * 4097))["Topics"]
    )
    say("H11", "null metadata", broker.call("OffsetCommit", 8, commit(group, topic, 5, 1, me, None))["Topics"])
    say("H11", "fetched back", broker.call("OffsetFetch", 7, {"GroupId": group, "Topics": None})["Topics"])
    say(
        "H12",
        "unknown partition",
        broker.call("OffsetCommit", 8, commit(group, topic, 5, 1, me, partition=9))["Topics"],
    )
    say("H12", "unknown topic", broker.call("OffsetCommit", 8, commit(group, "nope", 5, 1, me))["Topics"])
    say("H15", "DeleteGroups with members", broker.call("DeleteGroups", 2, {"GroupsNames": [group]}))
    say(
        "H16",
        "OffsetDelete, subscribed (opaque metadata)",
        broker.call(
            "OffsetDelete", 0, {"GroupId": group, "Topics": [{"Name": topic, "Partitions": [{"PartitionIndex": 0}]}]}
        ),
    )
    say(
        "j",
        "ListGroups v5",
        [
            g
            for g in broker.call("ListGroups", 5, {"StatesFilter": [], "TypesFilter": []})["Groups"]
            if g["GroupId"] == group
        ],
    )
    for states in (
        ["Stable"],
        ["stable"],
        ["STABLE"],
        ["Empty"],
        ["PreparingRebalance"],
        ["preparing_rebalance"],
        ["nonsense"],
        [""],
    ):
        answer = broker.call("ListGroups", 4, {"StatesFilter": states})
        say(
            "j",
            f"ListGroups v4 states {states}",
            (answer["ErrorCode"], [g for g in answer["Groups"] if g["GroupId"] == group]),
        )
    for types in (["classic"], ["Classic"], ["consumer"], ["nonsense"]):
        answer = broker.call("ListGroups", 5, {"StatesFilter": [], "TypesFilter": types})
        say(
            "j",
            f"ListGroups v5 types {types}",
            (answer["ErrorCode"], [g for g in answer["Groups"] if g["GroupId"] == group]),
        )
    for version in range(0, 4):
        say(
            "j",
            f"ListGroups v{version}",
            [g for g in broker.call("ListGroups", version)["Groups"] if g["GroupId"] == group],
        )
    say(
        "j",
        "LeaveGroup v5 unknown member and me with a wrong instance",
        broker.call(
            "LeaveGroup",
            5,
            {
                "GroupId": group,
                "Members": [{"MemberId": "m", "GroupInstanceId": None}, {"MemberId": me, "GroupInstanceId": "i"}],
            },
        ),
    )
    say("j", "LeaveGroup v5 no members", broker.call("LeaveGroup", 5, {"GroupId": group, "Members": []}))
    say("j", "LeaveGroup v0 unknown member", broker.call("LeaveGroup", 0, {"GroupId": group, "MemberId": "m"}))
    say("j", "LeaveGroup v0", broker.call("LeaveGroup", 0, {"GroupId": group, "MemberId": me}))
    say("j", "DescribeGroups of an emptied group", broker.call("DescribeGroups", 5, {"Groups": [group]})["Groups"])
    say(
        "j",
        "ListGroups of an emptied group",
        [g for g in broker.call("ListGroups", 5)["Groups"] if g["GroupId"] == group],
    )
    say(
        "33",
        "commit from outside to the emptied group",
        broker.call("OffsetCommit", 8, commit(group, topic, 7))["Topics"],
    )
    say(
        "33",
        "commit with its last generation",
        broker.call("OffsetCommit", 8, commit(group, topic, 7, 1, me))["Topics"],
    )
    say(
        "33",
        "commit of generation -1 with a member id",
        broker.call("OffsetCommit", 8, commit(group, topic, 7, -1, "m"))["Topics"],
    )
    say(
        "33",
        "commit of generation 5, no member",
        broker.call("OffsetCommit", 8, commit(group, topic, 7, 5, ""))["Topics"],
    )
    say(
        "j",
        "Heartbeat after leaving",
        broker.call("Heartbeat", 4, {"GroupId": group, "GenerationId": 1, "MemberId": me}),
    )
    say(
        "H16",
        "OffsetDelete of an empty group: one there, one without commit, one unknown",
        broker.call(
            "OffsetDelete",
            0,
            {
                "GroupId": group,
                "Topics": [
                    {
                        "Name": topic,
                        "Partitions": [{"PartitionIndex": 0}, {"PartitionIndex": 1}, {"PartitionIndex": 9}],
                    },
                    {"Name": "nope", "Partitions": [{"PartitionIndex": 0}]},
                ],
            },
        ),
    )
    say("H15", "DeleteGroups of an empty group", broker.call("DeleteGroups", 2, {"GroupsNames": [group, group]}))


@question
def group_refusals(broker):
    group = f"refuse-{SUFFIX}"
    broker.coordinator(group)
    for what, request in (
        ("empty id", join("")),
        ("session 5,999", join(group, session=5999)),
        ("session 1,800,001", join(group, session=1800001)),
        ("no protocols", join(group, protocols=())),
        ("empty protocol type", join(group, kind="")),
        ("rebalance timeout -1", join(group, rebalance=-1)),
        ("unknown member id", join(group, member="m")),
    ):
        for version in (0, 3, 4, 9):
            if what == "rebalance timeout -1" and version == 0:
                continue
            answer = broker.call("JoinGroup", version, request)
            text = str(short(answer))
            if isinstance(answer, dict) and answer["MemberId"]:
                text = text.replace(answer["MemberId"], member_id(answer["MemberId"]))
            say("H", f"JoinGroup v{version} {what}", text)
    other = f"kinds-{SUFFIX}"
    me = broker.call("JoinGroup", 3, join(other))["MemberId"]
    say("H3", "JoinGroup v3: another protocol type", broker.call("JoinGroup", 3, join(other, kind="connect")))
    say(
        "H3", "JoinGroup v3: no common protocol", broker.call("JoinGroup", 3, join(other, protocols=(("sticky", b""),)))
    )
    say(
        "H3",
        "JoinGroup v9: no common protocol, no id",
        broker.call("JoinGroup", 9, join(other, protocols=(("sticky", b""),))),
    )
    broker.call("LeaveGroup", 0, {"GroupId": other, "MemberId": me})
    say(
        "H3",
        "an emptied group takes another protocol type",
        broker.call("JoinGroup", 3, join(other, kind="connect"))["ErrorCode"],
    )


@question
def follower_assignment(broker):
    group = f"follow-{SUFFIX}"
    broker.coordinator(group)
    with broker.connect() as one, broker.connect() as two:
        ids = [c.call("JoinGroup", 5, join(group))["MemberId"] for c in (one, two)]
        for c, member in zip((one, two), ids):
            c.send(c.frame("JoinGroup", 5, join(group, member)))
        answers = [c.decode("JoinGroup", 5, c.answer()) for c in (one, two)]
        leader = answers[0]["Leader"]
        say(
            "H21",
            "two joins: generations, members seen",
            [(a["GenerationId"], len(a["Members"]), a["Leader"] == a["MemberId"]) for a in answers],
        )
        lead, follow = (one, two) if leader == ids[0] else (two, one)
        follower = ids[1] if leader == ids[0] else ids[0]

        def sync(member, assignments):
            return {
                "GroupId": group,
                "GenerationId": answers[0]["GenerationId"],
                "MemberId": member,
                "Assignments": [{"MemberId": m, "Assignment": a} for m, a in assignments],
            }

        follow.send(follow.frame("SyncGroup", 3, sync(follower, [(follower, b"stolen")])))
        lead.send(lead.frame("SyncGroup", 3, sync(leader, [(leader, b"lead"), (follower, b"given")])))
        say("H21", "leader", lead.decode("SyncGroup", 3, lead.answer()))
        say("H21", "follower who sent its own", follow.decode("SyncGroup", 3, follow.answer()))


@question
def static_members(broker):
    group = f"static-{SUFFIX}"
    topic = broker.topic("static")
    broker.coordinator(group)
    first = broker.call("JoinGroup", 5, join(group, instance="i1"))
    me = first["MemberId"]
    say("34", "JoinGroup v5 with an instance id, no member id", str(short(first)).replace(me, member_id(me)))
    sync = {
        "GroupId": group,
        "GenerationId": 1,
        "MemberId": me,
        "GroupInstanceId": "i1",
        "Assignments": [{"MemberId": me, "Assignment": b"x"}],
    }
    say("34", "its sync", broker.call("SyncGroup", 3, sync))
    second = broker.call("JoinGroup", 5, join(group, instance="i1"))
    say(
        "34",
        "a second client with the same instance id: same generation, other id, leader",
        (
            second["ErrorCode"],
            second["GenerationId"],
            second["MemberId"] != me,
            second["Leader"] == me,
            second["Leader"] == second["MemberId"],
            len(second["Members"]),
        ),
    )
    say(
        "34",
        "heartbeat of the first",
        broker.call("Heartbeat", 3, {"GroupId": group, "GenerationId": 1, "MemberId": me, "GroupInstanceId": "i1"}),
    )
    say(
        "34",
        "heartbeat of the first without the instance id",
        broker.call("Heartbeat", 3, {"GroupId": group, "GenerationId": 1, "MemberId": me}),
    )
    say(
        "34",
        "commit of the first",
        broker.call("OffsetCommit", 7, commit(group, topic, 1, 1, me, instance="i1"))["Topics"],
    )
    say("34", "sync of the first", broker.call("SyncGroup", 3, sync))
    say("34", "join of the first", broker.call("JoinGroup", 5, join(group, me, instance="i1")))
    ninth = broker.call("JoinGroup", 9, join(group, instance="i1"))
    say(
        "34",
        "JoinGroup v9 take-over: skip_assignment, leader is itself, members",
        (ninth["ErrorCode"], ninth["SkipAssignment"], ninth["Leader"] == ninth["MemberId"], len(ninth["Members"])),
    )
    fresh = ninth["MemberId"]
    say(
        "34",
        "sync of the newcomer in the same generation",
        broker.call(
            "SyncGroup",
            5,
            {
                "GroupId": group,
                "GenerationId": ninth["GenerationId"],
                "MemberId": fresh,
                "GroupInstanceId": "i1",
                "ProtocolType": "consumer",
                "ProtocolName": "range",
                "Assignments": [],
            },
        ),
    )
    say(
        "34",
        "join v5 with other protocol metadata: generation",
        (lambda a: (a["ErrorCode"], a["GenerationId"]))(
            broker.call("JoinGroup", 5, join(group, instance="i1", protocols=(("range", b"\0\1"),)))
        ),
    )
    say(
        "34",
        "LeaveGroup v5 by instance id only",
        broker.call("LeaveGroup", 5, {"GroupId": group, "Members": [{"MemberId": "", "GroupInstanceId": "i1"}]}),
    )
    say(
        "34",
        "LeaveGroup v5 of an unknown instance",
        broker.call("LeaveGroup", 5, {"GroupId": group, "Members": [{"MemberId": "", "GroupInstanceId": "i9"}]}),
    )
