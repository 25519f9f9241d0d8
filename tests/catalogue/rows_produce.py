"""E: produce. Batches that are wrong in one way each; what is refused takes no offset."""
import struct
import time
import zlib

from row import Row
from shared import asking, batch, check, check_equal, wait_until
from world import CLOSED, REAL_LIMIT_BYTES, SILENT

UNKNOWN_SERVER_ERROR = -1
GZIP, SNAPPY, LZ4, ZSTD = 1, 2, 3, 4
CODECS = {GZIP: "gzip", SNAPPY: "snappy", LZ4: "lz4", ZSTD: "zstd"}
LOG_APPEND_TIME = 8
TRANSACTIONAL = 16
CONTROL = 32
MESSAGE_MAX_BYTES = 1_048_588  # max.message.bytes
SEGMENT_BYTES_MIN = 1_048_576
ZSTD_BLOCK_BYTES = 128 * 1024
GIGABYTE = 1 << 30
BOMBS = 40
BOMB_BYTES = 20 << 20
# Records are inflated to at most socket.request.max.bytes; while their room grows there are two of it.
INFLATED_MAX_BYTES = 2 * REAL_LIMIT_BYTES
LEFT_BEHIND_MAX_BYTES = 32 * 1024 * 1024
BATCH_HEADER_BYTES = 61
THREE = tuple(batch.record(i) for i in range(3))


def stored(records, version=9, **configs):
    """Produces to a new topic: the error code. Checks that exactly what was taken took offsets."""
    def act(world):
        topic = world.topic(**configs)
        answer = world.produce(topic, records() if callable(records) else records, version)
        check((world.end(topic) > 0) == (answer["ErrorCode"] == 0), f"{answer}, and the log ends at {world.end(topic)}")
        return answer["ErrorCode"]
    return act


def bad_records(records, **configs):
    """The error code, and the indexes of the records that were bad."""
    def act(world):
        answer = world.produce(world.topic(**configs), records() if callable(records) else records)
        return answer["ErrorCode"], [e["BatchIndex"] for e in answer["RecordErrors"]]
    return act


def sized(size):
    """A batch of exactly so many bytes. (A length's own varint does not change its size near a megabyte.)"""
    def build():
        about = size - 100
        overhead = BATCH_HEADER_BYTES + len(batch.record(0, bytes(about))) - about
        whole = batch.batch((batch.record(0, bytes(size - overhead)),))
        check_equal(len(whole), size, "size of a built batch")
        return whole
    return build


def whole_request(world, transactional_id=None, records=b"", acks=-1, topic=None):
    request = asking.produce_request([(topic or world.topic(), [(0, records)])], acks)
    request["TransactionalId"] = transactional_id
    return world.call("Produce", 9, request)["Responses"][0]["PartitionResponses"][0]["ErrorCode"]


def without_acks(world):
    with world.connect() as c:
        c.send(c.frame("Produce", 9, asking.produce_request([(world.name("nobody"), [(0, batch.batch())])], acks=0)))
        c.answer()


def unknown_partition(world):
    request = asking.produce_request([(world.topic(), [(0, batch.batch()), (9, batch.batch())])])
    rows = world.call("Produce", 9, request)["Responses"][0]["PartitionResponses"]
    return {row["Index"]: row["ErrorCode"] for row in rows}


def to_the_offsets_topic(client_id):
    def act(world):
        if not world.process:
            world.coordinator("g")  # a real broker makes the topic when it is first asked for one
        with world.connect(client_id=client_id) as c:
            request = asking.produce_request([("__consumer_offsets", [(0, batch.batch())])])
            return c.call("Produce", 9, request)["Responses"][0]["PartitionResponses"][0]["ErrorCode"]
    return act


def twice_in_a_request(world):
    topic = world.topic()
    first, second = batch.batch((batch.record(0, b"first"),)), batch.batch((batch.record(0, b"second"),))
    rows = world.call("Produce", 9, asking.produce_request([(topic, [(0, first), (0, second)])]))["Responses"][0]
    return [row["ErrorCode"] for row in rows["PartitionResponses"]], world.end(topic)


def no_time_to_wait(timeout):
    return lambda w: w.produce(w.topic(), batch.batch(), acks=-1, timeout=timeout)["ErrorCode"]


def cut(size):
    """The first bytes of a batch, its length field telling just these."""
    return lambda: struct.pack(">qi", 0, size - 12) + batch.batch()[12:size]


def record_of(body):
    return batch.zigzag(len(body)) + body


def with_headers(count, rest=b""):
    return record_of(b"\0\0\0" + batch.sized(None) + batch.sized(b"v") + batch.zigzag(count) + rest)


def old_magic(magic):
    """A message of the formats before batches; its checksum is zlib's."""
    content = bytes([magic, 0]) + (bytes(8) if magic else b"") + struct.pack(">i", -1) + struct.pack(">i", 1) + b"v"
    message = struct.pack(">I", zlib.crc32(content)) + content
    return struct.pack(">qi", 0, len(message)) + message


def compressed(codec, payload, count=1):
    return batch.batch(count=count, attributes=codec, payload=payload)


def zstd_frame(pieces, window_log=17):
    """A frame made by hand: bytes as they are, or (byte, times) as blocks of one repeated byte."""
    blocks = []
    for piece in pieces:
        if isinstance(piece, bytes):
            blocks.append((0, len(piece), piece))
            continue
        byte, times = piece
        while times > 0:
            size = min(times, ZSTD_BLOCK_BYTES)
            blocks.append((1, size, byte))
            times -= size
    frame = struct.pack("<IBB", 0xFD2FB528, 0, (window_log - 10) << 3)
    for i, (kind, size, data) in enumerate(blocks):
        last = i == len(blocks) - 1
        frame += struct.pack("<I", last | kind << 1 | size << 3)[:3] + data
    return frame


def huge_record(size):
    """What stands before the value and after it, for one honest record with so long a value."""
    body_start = b"\0\0\0" + batch.sized(None) + batch.zigzag(size)
    return batch.zigzag(len(body_start) + size + 1) + body_start, b"\0"


def zstd_bomb():
    start, end = huge_record(GIGABYTE)
    payload = zstd_frame([start, (b"x", GIGABYTE), end])
    check(len(payload) < 40_000, "a small bomb")
    return compressed(ZSTD, payload)


def gzip_bomb():
    size = REAL_LIMIT_BYTES + (16 << 20)
    start, end = huge_record(size)
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    megabyte = bytes(1 << 20)
    payload = packer.compress(start) + b"".join(packer.compress(megabyte) for _ in range(size >> 20))
    return compressed(GZIP, payload + packer.compress(end) + packer.flush())


def bomb(build):
    def act(world):
        records = build()
        world.process.forget_peak()
        before = world.process.memory()
        code = stored(records)(world)
        grown = world.process.peak() - before
        check(grown < INFLATED_MAX_BYTES, f"memory grew by {grown >> 20} MiB")
        wait_until("memory is given back", lambda: world.process.memory() - before < LEFT_BEHIND_MAX_BYTES, 5)
        return code
    return act


def many_bombs(world):
    """Batches of 20 MiB of which a request may hold five, short of a few bytes; they themselves are tiny."""
    topic = world.topic(partitions=BOMBS)
    start, end = huge_record(BOMB_BYTES)
    batch_of_it = compressed(ZSTD, zstd_frame([start, (b"x", BOMB_BYTES), end]))
    request = asking.produce_request([(topic, [(partition, batch_of_it) for partition in range(BOMBS)])])
    world.process.forget_peak()
    before = world.process.memory()
    rows = world.call("Produce", 9, request)["Responses"][0]["PartitionResponses"]
    check(world.process.peak() - before < INFLATED_MAX_BYTES, "one batch at a time is in memory")
    return [row["ErrorCode"] for row in rows]


def harmless_zstd(world):
    """The hand-made frame is one that decoders take: or the bomb would prove nothing."""
    start, end = huge_record(100_000)
    return stored(compressed(ZSTD, zstd_frame([start, (b"x", 100_000), end])))(world)


def now_ms():
    return int(time.time() * 1000)


def at(timestamp):
    return lambda: batch.batch(THREE, timestamp=timestamp())


def keyless_on_compacted():
    return batch.batch((batch.record(0, key=b"k"), batch.record(1), batch.record(2)))


ROWS = [
    Row("E1", "acks=2", lambda w: whole_request(w, records=batch.batch(), acks=2), 21),
    Row("E1", "acks=-2", lambda w: whole_request(w, records=batch.batch(), acks=-2), 21),
    Row("E2", "acks=0 and an error", without_acks, CLOSED),
    Row("E3", "an unknown topic", lambda w: whole_request(w, records=batch.batch(), topic=w.name("nobody")), 3),
    Row("E3", "an unknown partition beside a known one", unknown_partition, {0: 0, 9: 3}),
    Row("E4", "the topic of committed offsets", to_the_offsets_topic("catalogue"), 17),
    Row("E4", "the topic of committed offsets, as __admin_client", to_the_offsets_topic("__admin_client"), 17,
        not_replayed="writes into the offsets of a real broker"),
    Row("E5", "an empty record set", stored(b""), 87),
    Row("E6", "no record set", stored(None), 87, kafka=SILENT),
    Row("E7", "two batches", stored(batch.batch() + batch.batch(base_offset=1)), 87),
    Row("E8", "magic 0", stored(old_magic(0)), 87),
    Row("E8", "magic 1", stored(old_magic(1)), 87),
    Row("E9", "magic 3", stored(batch.batch(magic=3)), 2),
    Row("E9", "magic -1", stored(batch.batch(magic=-1)), 2),
    Row("E10", "a batch length of 13", stored(struct.pack(">qi", 0, 13) + batch.batch()[12:]), 2),
    Row("E10", "a batch length of -1", stored(struct.pack(">qi", 0, -1) + batch.batch()[12:]), 2),
    Row("E11", "a batch length larger than what is there", stored(batch.batch(length_add=1)), 2, kafka=87),
    Row("E11", "a batch length one too small", stored(batch.batch(length_add=-1)), 87, kafka=2),
    Row("E12", "a whole batch of 60 bytes", stored(cut(60)), 2),
    Row("E12", "a whole batch of 26 bytes", stored(cut(26)), 2, kafka=UNKNOWN_SERVER_ERROR),
    Row("E13", "one bit of the CRC", stored(batch.batch(crc_xor=1 << 20)), 2),
    Row("E14", "base offset 5", stored(batch.batch(base_offset=5)), 87),
    Row("E15", "the control bit", stored(batch.batch(attributes=CONTROL)), 87),
    Row("E16", "a record count of 0", stored(batch.batch(count=0, last_delta=0)), 87),
    Row("E16", "a record count of -1", stored(batch.batch(count=-1, last_delta=0)), 87),
    Row("E17", "three records, the last offset delta 7", stored(batch.batch(THREE, last_delta=7)), 87),
    Row("E18", "the last offset delta -1", stored(batch.batch(last_delta=-1)), 87),
    Row("E19", "a record longer than its contents", stored(batch.batch((record_of(batch.record(0)[1:] + b"??"),))), 87),
    Row("E19", "a record shorter than its contents", stored(batch.batch((batch.zigzag(5) + batch.record(0)[1:],))), 87),
    Row("E20", "-1 headers", stored(batch.batch((with_headers(-1),))), 87),
    Row("E20", "2^31 - 1 headers", stored(batch.batch((with_headers(2**31 - 1),))), 87),
    Row("E21", "a header without a name", stored(batch.batch((with_headers(1, batch.sized(None) + batch.sized(b"x")),))), 87),
    Row("E22", "offset deltas 0, 2, 1 in a compressed batch", stored(compressed(GZIP, batch.gzip(
        (batch.record(0), batch.record(2), batch.record(1))), 3)), 87, kafka=UNKNOWN_SERVER_ERROR),
    Row("E23", "records without a key on a compacted topic", bad_records(keyless_on_compacted, cleanup_policy="compact"),
        (87, [1, 2])),
    Row("E24", "a batch of max.message.bytes", stored(sized(MESSAGE_MAX_BYTES)), 0, within_ms=20_000),
    Row("E24", "a batch of max.message.bytes and one", stored(sized(MESSAGE_MAX_BYTES + 1)), 10, within_ms=20_000),
    Row("E25", "a batch larger than a segment", stored(sized(SEGMENT_BYTES_MIN + 1), segment_bytes=str(SEGMENT_BYTES_MIN)), 18,
        within_ms=20_000),
    Row("E26", "a time two hours ahead", bad_records(at(lambda: now_ms() + 7_200_000)), (32, [0, 1, 2])),
    Row("E26", "an old time where the topic has a window", bad_records(
        at(lambda: now_ms() - 7_200_000), message_timestamp_before_max_ms="3600000"), (32, [0, 1, 2])),
    Row("E27", "the log-append-time bit on a topic that keeps the producer's time", stored(
        batch.batch(attributes=LOG_APPEND_TIME)), 32, kafka=0),
    Row("E27", "the log-append-time bit on a topic that has it", stored(
        batch.batch(attributes=LOG_APPEND_TIME), message_timestamp_type="LogAppendTime"), 32),
    *[Row("E28", f"codec number {n}", stored(batch.batch(attributes=n)), 76, kafka=UNKNOWN_SERVER_ERROR) for n in (5, 6, 7)],
    Row("E29", "the frame that the bomb is made of", harmless_zstd, 0),
    Row("E29", "a zip bomb: 33 KiB of zstd that are a gigabyte", bomb(zstd_bomb), 10, within_ms=20_000,
        not_replayed="a real broker may go down"),
    Row("E29", "a zip bomb: gzip that is larger than any request", bomb(gzip_bomb), 10, within_ms=60_000,
        not_replayed="a real broker may go down"),
    Row("E29", "forty zip bombs in a request, which together are larger than any", many_bombs, [0] * 4 + [10] * 36,
        not_replayed="a real broker may go down"),
    Row("E30", "zstd with Produce of version 6", stored(compressed(ZSTD, zstd_frame([batch.record(0)])), version=6), 76),
    *[Row("E31", f"the right CRC, and {name} that is none", stored(compressed(codec, b"\x01broken stream\xff" * 3)), 2,
          kafka=UNKNOWN_SERVER_ERROR) for codec, name in CODECS.items()],
    Row("E31", "a gzip stream that stops in the middle", stored(compressed(GZIP, batch.gzip(THREE)[:-12], 3)), 2,
        kafka=UNKNOWN_SERVER_ERROR),
    Row("E32", "one partition twice in a request", twice_in_a_request, ([42, 42], 0), kafka=([0], 1)),
    Row("E34", "a transactional batch and no transactional id", lambda w: whole_request(w, records=batch.batch(
        attributes=TRANSACTIONAL, producer=(5, 0, 0))), 53),
    *[Row("E36", f"acks=all and timeout_ms {timeout}", no_time_to_wait(timeout), 0) for timeout in (0, -1, -2**31)],
]
