"""B: headers and versions, and what no body may hold."""
from row import Row
from rows_framing import API_VERSIONS, METADATA, PRODUCE, logged
from shared import asking, check, check_equal
from world import ANSWERED, CLOSED, body_of, framed, header, int16, int32, uvarint

FIND_COORDINATOR = 10
HEARTBEAT = 12
NO_TAGS = b"\0"
METADATA_V1_NOTHING = int32(0)
METADATA_V9_NOTHING = b"\x01\0\0\0\0"  # no topics, three booleans, no tags
HOSTILE_ID = b"\x1b[31mred\x1b[0m\nline two \xff\xfe"


def not_served(api_key, version, body=b""):
    return lambda w: w.say(framed(header(api_key, version) + body))


def unheard_of_api_versions(world):
    with world.connect() as c:
        c.send(framed(header(API_VERSIONS, 99, tags=NO_TAGS)))
        answer = c.decode("ApiVersions", 0, c.answer())
        check("left over" not in answer, "an answer in the layout of version 0")
        check_equal([(k["ApiKey"], k["MinVersion"], k["MaxVersion"]) for k in answer["ApiKeys"]], [(18, 0, 4)], "api keys")
        check_equal(c.call("ApiVersions", 0)["ErrorCode"], 0, "the next request on the connection")
        return answer["ErrorCode"]


def software(name, version):
    def act(world):
        with world.connect() as c:
            code = c.call("ApiVersions", 3, {"ClientSoftwareName": name, "ClientSoftwareVersion": version})["ErrorCode"]
            check_equal(c.call("ApiVersions", 0)["ErrorCode"], 0, "the next request on the connection")
            return code
    return act


def client_id(value):
    def act(world):
        world.say(framed(header(METADATA, 1, client_id=value) + METADATA_V1_NOTHING))
        return world.say(framed(header(METADATA, 9, client_id=value, tags=NO_TAGS) + METADATA_V9_NOTHING))
    return act


def hostile_client_id(world):
    since = len(world.process.log()) if world.process else 0
    result = client_id(HOSTILE_ID)(world)
    if world.process:
        logged(world, since, "line two")
        check("\x1b" not in world.process.log(), "no escape byte in the log")
        check("\nline two" not in world.process.log(), "no line of the client's in the log")
    return result


def tags(*fields):
    return uvarint(len(fields)) + b"".join(uvarint(tag) + uvarint(len(data)) + data for tag, data in fields)


def tagged(in_header=NO_TAGS, in_body=NO_TAGS):
    return lambda w: w.say(framed(header(METADATA, 9, tags=in_header) + METADATA_V9_NOTHING[:-1] + in_body))


def huge_count(body, version, tags=b""):
    def act(world):
        if world.process:
            world.process.forget_peak()
        before = world.process.memory() if world.process else 0
        try:
            return world.say(framed(header(METADATA, version, tags=tags) + body))
        finally:
            if world.process:
                check(world.process.peak() - before < 16 << 20, "memory for elements that are not there")
    return act


def count_minus_five_as_null(world):
    topic = world.topic()
    with world.connect() as c:
        c.send(framed(header(METADATA, 1) + int32(-5)))
        return topic in [t["Name"] for t in c.decode("Metadata", 1, c.answer())["Topics"]]


ROWS = [
    Row("B1", "api key 9999", not_served(9999, 0), CLOSED),
    Row("B1", "api key -1", not_served(-1, 0), CLOSED),
    Row("B2", "Metadata of version 99", not_served(METADATA, 99, METADATA_V9_NOTHING), CLOSED),
    Row("B2", "Metadata of version -1", not_served(METADATA, -1, METADATA_V1_NOTHING), CLOSED),
    Row("B2", "Heartbeat of version 5", not_served(HEARTBEAT, 5), CLOSED),
    Row("B2", "Produce of version 2, which is advertised for librdkafka's sake", lambda w: w.say(framed(
        header(PRODUCE, 2) + body_of("Produce", 2, asking.produce_request([])))), CLOSED),
    Row("B3", "ApiVersions of version 99 is told the range, and the connection lives on", unheard_of_api_versions, 35),
    Row("B4", "client software named 'a b'", software("a b", "1"), 42),
    Row("B4", "client software with a newline", software("a\nb", "1"), 42),
    Row("B4", "client software without a version", software("a", ""), 42),
    Row("B5", "no client id", client_id(None), ANSWERED),
    Row("B6", "a client id of length -7", client_id(-7), ANSWERED),
    Row("B7", "a client id with escapes, a newline and no UTF-8 stays out of the log", hostile_client_id, ANSWERED),
    Row("B8", "unknown tagged fields in the header", tagged(in_header=tags((7, b"x"), (900, bytes(100)))), ANSWERED),
    Row("B8", "unknown tagged fields in the body", tagged(in_body=tags((7, b"x"), (2**32 - 1, b""))), ANSWERED),
    Row("B8", "65 unknown tagged fields", tagged(in_body=tags(*[(i, b"x") for i in range(65)])), CLOSED, kafka=ANSWERED),
    Row("B8", "an unknown tagged field of 64 KiB and a byte", tagged(in_body=tags((7, bytes(65537)))), CLOSED, kafka=ANSWERED),
    Row("B9", "a tagged field larger than the frame", tagged(in_body=b"\x01\x07\x64x"), CLOSED),
    Row("B10", "2^32 - 1 tagged fields", tagged(in_body=b"\xff\xff\xff\xff\x0f"), CLOSED, kafka=ANSWERED),
    Row("B11", "a varint of six bytes", tagged(in_body=b"\x81\x80\x80\x80\x80\x00\x07\x01x"), CLOSED),
    Row("B12", "a compact string of 40,000 bytes", lambda w: w.say(framed(
        header(FIND_COORDINATOR, 3, tags=NO_TAGS) + uvarint(40001) + bytes(40000) + b"\0\0")), CLOSED),
    Row("B13", "2^31 - 1 elements and ten bytes", huge_count(int32(2**31 - 1) + bytes(10), 1), CLOSED),
    Row("B13", "2^31 - 1 elements and ten bytes, compact", huge_count(uvarint(2**31) + bytes(10), 9, NO_TAGS), CLOSED),
    Row("B14", "-5 elements where there may be none: null", count_minus_five_as_null, True),
    Row("B14", "-5 elements where null is not allowed", lambda w: w.say(framed(
        header(PRODUCE, 7) + int16(-1) + int16(-1) + int32(1000) + int32(-5))), CLOSED),
    *[Row("B15", f"{name} on a client's port", not_served(key, version), CLOSED) for name, key, version in (
        ("LeaderAndIsr", 4, 4), ("StopReplica", 5, 3), ("UpdateMetadata", 6, 7), ("ControlledShutdown", 7, 3),
        ("Vote", 52, 0), ("AlterPartition", 56, 2), ("Envelope", 58, 0))],
    Row("B16", "a string longer than its frame", lambda w: w.say(framed(
        header(FIND_COORDINATOR, 0) + int16(100) + b"short")), CLOSED),
]
