"""H: classic consumer groups and committed offsets."""
import struct
import time

from row import Row
from shared import check, check_equal, wait_until

SESSION_MS = 10_000
SHORT_SESSION_MS = 500
SHORT_REBALANCE_MS = 500
LIMIT_S = 10
CROWD = 1000
MANY_GROUPS = 10_000
EMPTY_ASSIGNMENT = struct.pack(">hii", 0, 0, -1)


def subscription(*topics):
    return struct.pack(">hi", 0, len(topics)) + b"".join(struct.pack(">h", len(t)) + t.encode() for t in topics) + struct.pack(
        ">i", -1)


class Member:
    """A member of a group, on a connection of its own, with every step by hand."""

    def __init__(self, world, group, instance=None, session_ms=SESSION_MS, rebalance_ms=SESSION_MS, protocols=("range",),
                 protocol_type="consumer", topics=("t",)):
        self.world, self.group, self.instance = world, group, instance
        self.session_ms, self.rebalance_ms = session_ms, rebalance_ms
        self.protocols, self.protocol_type, self.topics = protocols, protocol_type, topics
        self.id, self.generation = "", -1
        self.connection = world.connect()

    def call(self, api, version, **values):
        return self.connection.call(api, version, {"GroupId": self.group, "GroupInstanceId": self.instance, **values})

    def ask_to_join(self, version=5):
        self.join_version = version
        self.connection.send(self.connection.frame("JoinGroup", version, {
            "GroupId": self.group, "SessionTimeoutMs": self.session_ms, "RebalanceTimeoutMs": self.rebalance_ms,
            "MemberId": self.id, "GroupInstanceId": self.instance, "ProtocolType": self.protocol_type, "Protocols": [
                {"Name": name, "Metadata": subscription(*self.topics)} for name in self.protocols]}))

    def joined(self):
        answer = self.connection.decode("JoinGroup", self.join_version, self.connection.answer())
        if answer["ErrorCode"] in (0, 79):
            self.id = answer["MemberId"]
        if answer["ErrorCode"] == 0:
            self.generation = answer["GenerationId"]
        return answer

    def join(self, version=5):
        """With the id that a first try gives, where one is needed. The answer."""
        self.ask_to_join(version)
        answer = self.joined()
        if answer["ErrorCode"] != 79:
            return answer
        self.ask_to_join(version)
        return self.joined()

    def sync(self, assignments=None, version=5, **values):
        named = {"ProtocolType": self.protocol_type, "ProtocolName": self.protocols[0]} if version >= 5 else {}
        return self.call("SyncGroup", version, **{**named, "GenerationId": self.generation, "MemberId": self.id, "Assignments": [
            {"MemberId": name, "Assignment": data} for name, data in (assignments or {}).items()], **values})

    def heartbeat(self, **values):
        return self.call("Heartbeat", 4, **{"GenerationId": self.generation, "MemberId": self.id, **values})["ErrorCode"]

    def commit(self, topic, offset=1, partition=0, metadata="", version=8, **values):
        return commit(self.connection, self.group, topic, offset, partition, metadata, version, **{
            "GenerationIdOrMemberEpoch": self.generation, "MemberId": self.id, "GroupInstanceId": self.instance, **values})

    def vanish(self):
        self.connection.socket.close()


def commit(connection, group, topic, offset=1, partition=0, metadata="", version=8, **values):
    answer = connection.call("OffsetCommit", version, {"GroupId": group, "Topics": [{"Name": topic, "Partitions": [
        {"PartitionIndex": partition, "CommittedOffset": offset, "CommittedMetadata": metadata}]}], **values})
    return answer["Topics"][0]["Partitions"][0]["ErrorCode"]


def new_group(world):
    group = world.name("group")
    if not world.process:  # a real broker's coordinator takes a while to be there
        world.coordinator(group)
        wait_until("the coordinator", lambda: world.call("Heartbeat", 3, {"GroupId": group, "MemberId": "m"})["ErrorCode"] == 25)
    return group


def alone(world, **more):
    """The one member of a stable group."""
    member = Member(world, new_group(world), **more)
    check_equal(member.join()["ErrorCode"], 0, "join")
    check_equal(member.sync({member.id: EMPTY_ASSIGNMENT})["ErrorCode"], 0, "sync")
    return member


def two(world, **more):
    """A leader and a follower of one stable generation."""
    leader = alone(world, **more)
    follower = Member(world, leader.group, **more)
    follower.ask_to_join()
    check_equal(follower.joined()["ErrorCode"], 79, "the first try to join")
    follower.ask_to_join()
    wait_until("the leader hears of the rebalance", lambda: leader.heartbeat() == 27, LIMIT_S)
    leader.ask_to_join()
    check_equal((leader.joined()["ErrorCode"], follower.joined()["ErrorCode"]), (0, 0), "joins")
    check_equal(leader.sync({leader.id: b"for the leader", follower.id: b"for the follower"})["ErrorCode"], 0)
    check_equal(follower.sync()["Assignment"], b"for the follower", "assignment")
    return leader, follower


def in_an_empty_group_id(world):
    with world.connect() as c:
        join = {"SessionTimeoutMs": SESSION_MS, "RebalanceTimeoutMs": SESSION_MS, "ProtocolType": "consumer",
                "Protocols": [{"Name": "range", "Metadata": b""}]}
        return [c.call("JoinGroup", 4, join)["ErrorCode"], c.call("SyncGroup", 3, {"MemberId": "m"})["ErrorCode"],
                c.call("Heartbeat", 3, {"MemberId": "m"})["ErrorCode"], c.call("LeaveGroup", 2, {"MemberId": "m"})["ErrorCode"]]


def joining(**more):
    return lambda w: Member(w, new_group(w), **more).join()["ErrorCode"]


def nothing_in_common(world):
    member = alone(world)
    other = Member(world, member.group, protocols=("roundrobin",))
    another_type = Member(world, member.group, protocol_type="connect")
    return other.join()["ErrorCode"], another_type.join()["ErrorCode"]


def told_an_id(world):
    member = Member(world, new_group(world))
    member.ask_to_join()
    first = member.joined()
    check(first["MemberId"], "an id to come back with")
    member.ask_to_join()
    return first["ErrorCode"], member.joined()["ErrorCode"]


def as_nobody(world):
    member = alone(world)
    ghost = {"MemberId": "nobody"}
    left = member.call("LeaveGroup", 3, Members=[ghost])
    return (member.heartbeat(**ghost), member.sync(**ghost)["ErrorCode"], member.commit(world.topic(), **ghost),
            left["Members"][0]["ErrorCode"])


def of_another_generation(world):
    member, topic = alone(world), world.topic()
    old, new = member.generation - 1, member.generation + 1
    return (member.heartbeat(GenerationId=old), member.heartbeat(GenerationId=new), member.sync(GenerationId=new)["ErrorCode"],
            member.commit(topic, GenerationIdOrMemberEpoch=old), member.commit(topic, GenerationIdOrMemberEpoch=new))


def while_rebalancing(world):
    leader = alone(world)
    newcomer = Member(world, leader.group)
    newcomer.ask_to_join()
    newcomer.joined()
    newcomer.ask_to_join()
    wait_until("a rebalance", lambda: leader.heartbeat() != 0, LIMIT_S)
    return leader.heartbeat()


def one_too_many(world):
    leader, _ = two(world)
    late = Member(world, leader.group)
    return late.join()["ErrorCode"]


def same_instance(world):
    """The newer member takes the older one's place; the older is told so."""
    old = alone(world, instance="one")
    new = Member(world, old.group, instance="one")
    joined = new.join()
    check(new.id != old.id, "the newcomer has an id of its own")
    check_equal(new.heartbeat() in (0, 27), True, "the newcomer is a member")
    return joined["ErrorCode"], old.heartbeat(), old.commit(world.topic()), old.sync()["ErrorCode"]


def committed(metadata="", partition=0, topic=None, offset=1):
    def act(world):
        with world.connect() as c:
            return commit(c, new_group(world), topic or world.topic(), offset, partition, metadata)
    return act


def unknown_group_commit(version):
    def act(world):
        with world.connect() as c:
            return commit(c, new_group(world), world.topic(), version=version, GenerationIdOrMemberEpoch=3, MemberId="m")
    return act


def any_offset(world):
    """What is committed is not judged, and is given back as it was."""
    topic, group, found = world.topic(), new_group(world), []
    with world.connect() as c:
        for offset in (-5, 10**12):
            check_equal(commit(c, group, topic, offset), 0, f"commit of {offset}")
            answer = c.call("OffsetFetch", 7, {"GroupId": group, "Topics": [{"Name": topic, "PartitionIndexes": [0]}]})
            found.append(answer["Topics"][0]["Partitions"][0]["CommittedOffset"])
    return found


def deleting_groups(world):
    member = alone(world)
    answer = world.call("DeleteGroups", 1, {"GroupsNames": [member.group, world.name("no-group")]})
    codes = {row["GroupId"]: row["ErrorCode"] for row in answer["Results"]}
    check_equal(member.heartbeat(), 0, "the member goes on")
    return codes.pop(member.group), *codes.values()


def forgetting_a_subscribed_topic(world):
    topic = world.topic()
    member = alone(world, topics=(topic,))
    check_equal(member.commit(topic, 3), 0, "commit")
    answer = world.call("OffsetDelete", 0, {"GroupId": member.group, "Topics": [{"Name": topic, "Partitions": [
        {"PartitionIndex": 0}]}]})
    return answer["Topics"][0]["Partitions"][0]["ErrorCode"]


def one_vanishes(world):
    """Not before its session is over, and then soon, the other is asked to join again, and is alone."""
    leader, follower = two(world, session_ms=SHORT_SESSION_MS)
    last_seen = time.monotonic()
    check_equal(follower.heartbeat(), 0)
    follower.vanish()
    wait_until("a rebalance", lambda: leader.heartbeat() == 27, LIMIT_S)
    # The broker counts whole milliseconds.
    waited_ms = (time.monotonic() - last_seen) * 1000
    check(waited_ms >= SHORT_SESSION_MS - 1, f"the rebalance came after {waited_ms:.0f} ms")
    answer = leader.join()
    return answer["ErrorCode"], [m["MemberId"] for m in answer["Members"]] == [leader.id]


def one_never_joins_again(world):
    """It goes on with heartbeats through the rebalance, and is dropped when the time to join is over."""
    leader, follower = two(world, rebalance_ms=SHORT_REBALANCE_MS)
    newcomer = Member(world, leader.group, rebalance_ms=SHORT_REBALANCE_MS)
    newcomer.ask_to_join()
    newcomer.joined()
    newcomer.ask_to_join()
    wait_until("a rebalance", lambda: leader.heartbeat() == 27, LIMIT_S)
    leader.ask_to_join()
    wait_until("the follower is dropped", lambda: follower.heartbeat() != 27, LIMIT_S)
    answers = leader.joined(), newcomer.joined()
    members = {m["MemberId"] for a in answers for m in a["Members"]}
    return [a["ErrorCode"] for a in answers], members == {leader.id, newcomer.id}, follower.heartbeat()


def follower_assigns(world):
    leader, follower = two(world)
    answer = follower.sync({leader.id: b"mine now", follower.id: b"all for me"})
    return answer["ErrorCode"], answer["Assignment"], leader.sync()["Assignment"]


def garbage_assigned(world):
    """Bytes that mean nothing are handed on; those for a stranger go nowhere."""
    member = Member(world, new_group(world))
    member.join()
    garbage = b"\xff\x00no assignment\x00" * 10
    answer = member.sync({member.id: garbage, "a stranger": b"for nobody"})
    described = world.call("DescribeGroups", 4, {"Groups": [member.group]})["Groups"][0]["Members"]
    return answer["ErrorCode"], answer["Assignment"] == garbage, [m["MemberId"] for m in described] == [member.id]


def crowd_joins(world):
    """The delay before the first generation gathers all who come together."""
    group = new_group(world)
    members = [Member(world, group, session_ms=30_000, rebalance_ms=30_000) for _ in range(CROWD)]
    for member in members:
        member.ask_to_join(version=3)  # the last that needs no id first
    answers = [member.joined() for member in members]
    leading = [a for a in answers if a["Members"]]
    return ({a["ErrorCode"] for a in answers}, {a["GenerationId"] for a in answers},
            [len(a["Members"]) for a in leading])


def very_many_groups(world):
    """Each has a committed offset and no members."""
    topic, prefix = world.topic(), world.name("many")
    names = [f"{prefix}-{i}" for i in range(MANY_GROUPS)]
    with world.connect() as c:
        for start in range(0, MANY_GROUPS, 500):
            some = names[start:start + 500]
            c.send(b"".join(c.frame("OffsetCommit", 2, {"GroupId": name, "Topics": [{"Name": topic, "Partitions": [
                {"PartitionIndex": 0, "CommittedOffset": 1, "CommittedMetadata": None}]}]}) for name in some))
            for _ in some:
                c.answer()
        listed = {g["GroupId"] for g in c.call("ListGroups", 4)["Groups"]}
        described = c.call("DescribeGroups", 4, {"Groups": names})["Groups"]
    return len(listed & set(names)), len(described), {g["ErrorCode"] for g in described}


ROWS = [
    Row("H1", "an empty group id: join, sync, heartbeat, leave", in_an_empty_group_id, [24, 24, 24, 24]),
    Row("H2", "a session timeout of 5,999 ms", joining(session_ms=5999), 26),
    Row("H2", "a session timeout of 1,800,001 ms", joining(session_ms=1_800_001), 26),
    Row("H3", "no protocols", joining(protocols=()), 23),
    Row("H3", "no protocol in common, another protocol type", nothing_in_common, (23, 23)),
    Row("H4", "a first join is told an id to come back with", told_an_id, (79, 0)),
    Row("H5", "an unknown member: heartbeat, sync, commit, leave", as_nobody, (25, 25, 25, 25)),
    Row("H6", "another generation: heartbeats, sync, commits", of_another_generation, (22, 22, 22, 22, 22)),
    Row("H7", "a heartbeat while the group rebalances", while_rebalancing, 27),
    Row("H8", "a sync that names another protocol", lambda w: alone(w).sync(ProtocolName="roundrobin")["ErrorCode"], 23),
    Row("H9", "a member more than group.max.size", one_too_many, 81, broker="small"),
    Row("H10", "a second member of the same instance id", same_instance, (0, 82, 82, 82)),
    Row("H11", "commit metadata of 4,096 bytes", committed(metadata="m" * 4096), 0),
    Row("H11", "commit metadata of 4,097 bytes", committed(metadata="m" * 4097), 12),
    Row("H12", "a commit for an unknown partition", committed(partition=7), 3),
    Row("H12", "a commit for an unknown topic", committed(topic="nobody-made-this"), 3),
    Row("H13", "a commit to an unknown group with a generation, version 8", unknown_group_commit(8), 22),
    Row("H13", "a commit to an unknown group with a generation, version 9", unknown_group_commit(9), 69),
    Row("H14", "commits of impossible offsets", any_offset, [-5, 10**12]),
    Row("H15", "deleting a group with members, and an unknown one", deleting_groups, (68, 69)),
    Row("H16", "deleting the offset of a subscribed topic", forgetting_a_subscribed_topic, 86),
    Row("H19", "a member vanishes without a word", one_vanishes, (0, True), broker="hasty", within_ms=10_000),
    Row("H20", "a member has a heart and never joins again", one_never_joins_again, ([0, 0], True, 25), within_ms=10_000),
    Row("H21", "a follower sends an assignment", follower_assigns, (0, b"for the follower", b"for the leader")),
    Row("H22", "the leader assigns garbage, and to a stranger", garbage_assigned, (0, True, True)),
    Row("H23", "a thousand members join at once", crowd_joins, ({0}, {1}, [CROWD]), broker="crowded", within_ms=20_000),
    Row("H24", "ten thousand groups are listed and described", very_many_groups, (MANY_GROUPS, MANY_GROUPS, {0}),
        broker="crowded", within_ms=30_000),
]
