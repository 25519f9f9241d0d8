"""A: framing. What is on the wire before any request can be told."""
import itertools
import socket
import struct

from row import OWN_PROCESS, Row
from shared import Closed, asking, batch, check, check_equal, wait_until
from world import ANSWERED, CLOSED, REAL_LIMIT_BYTES, body_of, framed, header, int32

API_VERSIONS = 18
PRODUCE = 0
METADATA = 3
TLS_CLIENT_HELLO = bytes.fromhex("160301020001000001fc0303") + bytes(500)
ANNOUNCING = 200
MEMORY_SLACK_BYTES = 32 * 1024 * 1024


def api_versions(correlation=7):
    return framed(header(API_VERSIONS, 0, correlation=correlation))


def produce(topic, correlation=7, acks=-1):
    request = asking.produce_request([(topic, [(0, batch.batch())])], acks)
    return framed(header(PRODUCE, 7, correlation=correlation) + body_of("Produce", 7, request))


def logged(world, since, *words):
    """Waits until the log says one of the words; real brokers have none to look at."""
    if world.process:
        wait_until(f"{words} in the log", lambda: any(w in world.process.log()[since:] for w in words), 2)


def hint(first_bytes, *words):
    def act(world):
        since = len(world.process.log()) if world.process else 0
        try:
            return world.say(first_bytes)
        except (Closed, ConnectionError):
            logged(world, since, *words)
            raise
    return act


def cut_short(world, count):
    with world.connect() as c:
        c.send(int32(100)[:count])
        c.socket.shutdown(socket.SHUT_WR)
        c.answer()


def quietly_cut_short(world):
    since = len(world.process.log()) if world.process else 0
    for count in (1, 2, 3):
        try:
            cut_short(world, count)
            return ANSWERED
        except Closed:
            pass
    news = world.process.log()[since:] if world.process else ""
    check(" WARN " not in news and " INFO " not in news, "a quiet close, and the log says:\n" + news)
    return CLOSED


def half_a_produce(world):
    topic = world.topic()
    frame = produce(topic)
    with world.connect() as c:
        c.send(frame[:len(frame) // 2])
        c.socket.shutdown(socket.SHUT_WR)
        try:
            c.answer()
            return ANSWERED
        except Closed:
            check_equal(world.end(topic), 0, "records after half a request")
            raise


def largest_frame_without_body(world):
    before = world.process.memory()
    with world.connect() as c:
        c.send(int32(REAL_LIMIT_BYTES))
        check(world.process.memory() - before < MEMORY_SLACK_BYTES, "memory for a body that has not come")
        c.answer()


def large_frames_announced(world):
    """Who sends little gets little, however much is announced: not even addresses."""
    before = world.process.address_space()
    for _ in range(ANNOUNCING):
        c = world.connect()
        c.send(int32(REAL_LIMIT_BYTES))
        for _ in range(3):
            c.send(bytes(1))
            check_equal(world.honest.call("ApiVersions", 0)["ErrorCode"], 0)
    taken = world.process.address_space() - before
    check(taken < MEMORY_SLACK_BYTES, f"{taken >> 20} MiB for frames that have hardly begun")
    return "little"


def byte_by_byte_for_ever(world):
    """A byte each 30 ms: far too slow for the deadline of a frame, never silent."""
    with world.connect() as c:
        c.send(int32(1000))
        c.socket.settimeout(0.03)
        for _ in range(200):
            try:
                return ANSWERED if c.socket.recv(1) else CLOSED
            except TimeoutError:
                c.send(b"\0")
    return "never closed"


def thousand_at_once(world):
    topic = world.topic()
    asked = [produce(topic, i) if i % 10 == 0 else api_versions(i) for i in range(1000)]
    with world.connect() as c:
        c.send(b"".join(asked))
        order = [struct.unpack_from(">i", c.answer())[0] for _ in asked]
    check_equal(order, list(range(1000)), "correlation ids")
    return world.end(topic)


def good_after_bad(world):
    topic = world.topic()
    try:
        return world.say(int32(-1), produce(topic))
    except Closed:
        check_equal(world.end(topic), 0, "records after a bad frame")
        raise


def one_byte_segments(world):
    with world.connect() as c:
        for byte in produce(world.topic()):
            c.send(bytes([byte]))
        c.answer()
        return ANSWERED


def large_ones_in_pieces(world):
    """Pieces that end in sizes, at the ends of receive buffers, and beyond the frame they began in."""
    topic = world.topic()
    values = [bytes((i * 7 + number) % 251 for i in range(900_000)) for number in range(4)]
    stream = b""
    for number, value in enumerate(values):
        request = asking.produce_request([(topic, [(0, batch.batch((batch.record(0, value),)))])], -1)
        stream += framed(header(PRODUCE, 7, correlation=2 * number) + body_of("Produce", 7, request))
        stream += api_versions(2 * number + 1)
    with world.connect() as c:
        sizes = itertools.cycle((1, 2, 65_535, 65_536, 65_537, 300_001, 900_000, 31))
        while stream:
            size = next(sizes)
            c.send(stream[:size])
            stream = stream[size:]
        order = [struct.unpack_from(">i", c.answer())[0] for _ in range(8)]
    check_equal(order, list(range(8)), "correlation ids")
    answer = world.call("Fetch", 11, asking.fetch(topic, partition_max=1 << 26, MaxBytes=1 << 26))
    read = answer["Responses"][0]["Partitions"][0]["Records"]
    check(all(value in read for value in values), "a value that was sent is not there")
    return world.end(topic)


def reset_in_an_answer(world):
    topic = world.topic()
    megabyte = batch.batch((batch.record(0, bytes(1_000_000)),))
    for _ in range(16):
        check_equal(world.produce(topic, megabyte)["ErrorCode"], 0)
    before = world.process.memory() if world.process else 0
    for _ in range(20):
        c = world.connect()
        c.send(c.frame("Fetch", 11, asking.fetch(topic, partition_max=1 << 26, MaxBytes=1 << 26)))
        c.receive(1)
        c.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        c.socket.close()
    if world.process:
        wait_until("memory is given back", lambda: world.process.memory() - before < MEMORY_SLACK_BYTES, 1)
    return "released"


def half_closed_after_three(world):
    with world.connect() as c:
        c.send(b"".join(api_versions(i) for i in range(3)))
        c.socket.shutdown(socket.SHUT_WR)
        check_equal([struct.unpack_from(">i", c.answer())[0] for _ in range(3)], [0, 1, 2], "correlation ids")
        c.answer()


ROWS = [
    Row("A1", "a frame of -1 bytes", lambda w: w.say(int32(-1)), CLOSED),
    Row("A2", "a frame of -2^31 bytes", lambda w: w.say(int32(-2**31)), CLOSED),
    Row("A3", "a frame one byte above socket.request.max.bytes", lambda w: w.say(int32(REAL_LIMIT_BYTES + 1)), CLOSED),
    Row("A4", "an empty frame", lambda w: w.say(int32(0)), CLOSED),
    Row("A5", "one, two, three bytes and the end", quietly_cut_short, CLOSED),
    Row("A6", "half of a Produce and the end: nothing is stored", half_a_produce, CLOSED),
    Row("A7", "the size of the largest frame, and no body", largest_frame_without_body, CLOSED, broker="hasty"),
    Row("A21", "many announce the largest frame and send a few bytes of it", large_frames_announced, "little",
        within_ms=10_000, not_replayed=OWN_PROCESS),
    Row("A8", "a byte now and then", byte_by_byte_for_ever, CLOSED, broker="hasty"),
    Row("A9", "a TLS hello; the log names it", hint(TLS_CLIENT_HELLO, "TLS"), CLOSED),
    Row("A10", "an HTTP request; the log names it", hint(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP"), CLOSED),
    Row("A12", "a thousand requests at once are answered in order", thousand_at_once, 100, within_ms=20_000),
    Row("A13", "bytes after a valid body", lambda w: w.say(framed(header(METADATA, 1) + int32(0) + b"more")), ANSWERED),
    Row("A14", "a Produce header without a body", lambda w: w.say(framed(header(PRODUCE, 7))), CLOSED),
    Row("A15", "an api key and a version, no more", lambda w: w.say(framed(header(API_VERSIONS, 0)[:4])), CLOSED),
    Row("A16", "a good Produce behind a bad frame never runs", good_after_bad, CLOSED),
    Row("A17", "a request in segments of one byte", one_byte_segments, ANSWERED, within_ms=10_000),
    Row("A20", "large requests in pieces, small ones between: answered in order, stored as sent", large_ones_in_pieces, 4,
        within_ms=20_000),
    Row("A18", "resets in the middle of large answers", reset_in_an_answer, "released", within_ms=20_000),
    Row("A19", "three requests and a half close: three answers, then the end", half_closed_after_three, CLOSED),
]
