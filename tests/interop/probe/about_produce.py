"""Produce: bad batches, times, sequences, producer ids."""

import struct
import time

import batch as b
from asking import fetch, produce_request, question, say, SETTLE_DEADLINE_S


@question
def produce_rows(broker):
    topic = broker.topic("rows")
    good = b.batch()
    unsorted = [b.record(0), b.record(2), b.record(1)]
    gz = b.gzip(unsorted)
    three = [b.record(0), b.record(1), b.record(2)]
    gz3 = b.gzip(three)
    rows = [
        ("E6", "null record set", None),
        ("E5", "empty record set", b""),
        ("E7", "two batches", good + b.batch(base_offset=0)),
        ("E8", "magic 1", b.batch(magic=1)),
        ("E8", "magic 0", b.batch(magic=0)),
        ("E9", "magic 3", b.batch(magic=3)),
        ("E9", "magic -1", b.batch(magic=-1)),
        ("E10", "length field 13", good[:8] + (13).to_bytes(4, "big") + good[12:]),
        ("E10", "length field -1", good[:8] + b"\xff" * 4 + good[12:]),
        ("E11", "length larger than what is there", b.batch(length_add=10)),
        ("E11", "length smaller by one", b.batch(length_add=-1)),
        ("E11", "trailing byte", good + b"x"),
        ("E11", "trailing 20 bytes", good + bytes(20)),
        ("E12", "cut to 60 bytes, length matching", good[:8] + (48).to_bytes(4, "big") + good[12:60]),
        ("E12", "cut to 26 bytes, length matching", good[:8] + (14).to_bytes(4, "big") + good[12:26]),
        ("E12", "cut to 17 bytes", good[:17]),
        ("E12", "cut to 5 bytes", good[:5]),
        ("E13", "bad CRC", b.batch(crc_xor=1)),
        ("E14", "base offset 5", b.batch(base_offset=5)),
        ("E15", "control bit", b.batch(attributes=0x20)),
        ("E16", "count 0", b.batch(records=(), count=0)),
        ("E16", "count 0, last delta 0", b.batch(count=0, last_delta=0)),
        ("E16", "count -1", b.batch(count=-1, last_delta=0)),
        ("E17", "count 1, last delta 7", b.batch(last_delta=7)),
        ("E17", "count 3, one record", b.batch(count=3)),
        ("E18", "last delta -1", b.batch(last_delta=-1)),
        ("E19", "record length one more", b.batch([bytes([b.record(0)[0] + 2]) + b.record(0)[1:] + b"\0"])),
        ("E19", "record length one less", b.batch([bytes([b.record(0)[0] - 2]) + b.record(0)[1:]])),
        ("E19", "bytes after the last record", b.batch([b.record(0) + b"zz"], count=1)),
        ("E20", "header count -1", b.batch([bytes([14]) + b"\0\0\0\x01\x02v\x01"])),
        ("E20", "header count 50", b.batch([bytes([14]) + b"\0\0\0\x01\x02v\x64"])),
        ("E21", "header key length -1", b.batch([b.record(0, headers=[(None, b"x")])])),
        ("E22", "gzip, deltas 0 2 1", b.batch(unsorted, attributes=1, payload=gz)),
        ("E22", "plain, deltas 0 2 1", b.batch(unsorted)),
        ("E22", "gzip, deltas 0 0 0", b.batch([b.record(0)] * 3, attributes=1, payload=b.gzip([b.record(0)] * 3))),
        ("E27", "log append time bit", b.batch(attributes=8)),
        ("E28", "codec 5", b.batch(attributes=5)),
        ("E28", "codec 6", b.batch(attributes=6)),
        ("E28", "codec 7", b.batch(attributes=7)),
        ("E", "gzip, good", b.batch(three, attributes=1, payload=gz3)),
        ("E31", "gzip with a broken stream", b.batch(three, attributes=1, payload=gz3[:10] + b"\xff" + gz3[11:])),
        (
            "E31",
            "gzip, its own checksum wrong",
            b.batch(three, attributes=1, payload=gz3[:-8] + bytes([gz3[-8] ^ 1]) + gz3[-7:]),
        ),
        ("E31", "gzip, cut", b.batch(three, attributes=1, payload=gz3[:-9])),
        ("E31", "gzip, trailer cut", b.batch(three, attributes=1, payload=gz3[:-4])),
        ("E31", "gzip, bytes after the stream", b.batch(three, attributes=1, payload=gz3 + b"zz")),
        ("E17", "gzip, count 4 of 3", b.batch(three, count=4, attributes=1, payload=gz3)),
        ("E17", "gzip, count 2 of 3", b.batch(three, count=2, attributes=1, payload=gz3)),
        ("E", "gzip, max timestamp lies", b.batch(three, attributes=1, payload=gz3, max_timestamp=5)),
        ("E", "gzip, first timestamp -1", b.batch(three, attributes=1, payload=gz3, timestamp=-1)),
        ("E31", "snappy of rubbish", b.batch(attributes=2, payload=b"rubbish")),
        ("E31", "lz4 of rubbish", b.batch(attributes=3, payload=b"rubbish rubbish")),
        ("E31", "zstd of rubbish", b.batch(attributes=4, payload=b"rubbish rubbish")),
        ("E31", "gzip of rubbish", b.batch(attributes=1, payload=b"rubbish rubbish")),
        ("E31", "empty payload marked gzip", b.batch(attributes=1, payload=b"")),
        ("E34", "transactional bit, null transactional id", b.batch(attributes=0x10)),
        ("E34", "transactional bit with producer", b.batch(attributes=0x10, producer=(1, 0, 0))),
        ("E", "unused attribute bits", b.batch(attributes=0x80)),
        ("E", "delete horizon bit 6", b.batch(attributes=0x40)),
        ("E", "max timestamp lies", b.batch(max_timestamp=5)),
        ("E", "timestamp -1", b.batch(timestamp=-1)),
        ("E", "timestamp -2", b.batch(timestamp=-2)),
        ("E26", "timestamp in a day", b.batch(timestamp=int(time.time() * 1000) + 86_400_000)),
        ("E", "partition leader epoch 77", b.batch(epoch=77)),
        ("F5", "producer id with sequence -1", b.batch(producer=(5, 0, -1))),
        ("F5", "producer id with epoch -1", b.batch(producer=(5, -1, 0))),
        ("F5", "no producer id but sequence 3", b.batch(producer=(-1, -1, 3))),
        ("F5", "producer id -2", b.batch(producer=(-2, 0, 0))),
        ("F8", "unknown producer at 17", b.batch(producer=(4242, 0, 17))),
        ("E24", "too large", b.batch([b.record(0, b"x" * 1_048_600)])),
        ("E", "good", good),
    ]
    for row, what, data in rows:
        before = broker.end(topic)
        answers = [broker.produce(topic, data, version) for version in (9,)]
        say(row, f"Produce v9 {what}", (answers[0], f"end moved by {broker.end(topic) - before}"))
    start = broker.end(topic)
    broker.produce(topic, b.batch(unsorted))
    broker.produce(topic, b.batch(max_timestamp=5))
    broker.produce(topic, b.batch(epoch=77, attributes=0x80))
    got = broker.call("Fetch", 11, fetch(topic, start))["Responses"][0]["Partitions"][0]["Records"]
    say("E22", "plain 0 2 1, then a lying max timestamp (5), then epoch 77 with an unused bit, as stored", got.hex())
    for version in (3, 5, 7, 8, 11):
        say("k", f"Produce v{version} good", broker.produce(topic, good, version))
        say("k", f"Produce v{version} unknown topic", broker.produce("nope", good, version))
        say("k", f"Produce v{version} bad CRC", broker.produce(topic, b.batch(crc_xor=1), version))
    say("k", "Produce v9 unknown partition", broker.produce(topic, good, partition=9))
    say("k", "Produce v9 negative partition", broker.produce(topic, good, partition=-1))
    say("E3", "Produce v9 to an illegal name", broker.produce("a/b", good))
    say("E4", "Produce v9 to __consumer_offsets", broker.produce("__consumer_offsets", good))
    say("E1", "acks 2", broker.produce(topic, good, acks=2))
    say(
        "E1",
        "acks 2 whole answer, unknown topic too",
        broker.call("Produce", 9, produce_request([(topic, [(0, good)]), ("nope", [(0, good)])], 2)),
    )
    say("E30", "zstd with v6", broker.produce(topic, b.batch(attributes=4, payload=b"x"), 6))
    for timeout in (0, -1, -(2**31)):
        say("E36", f"timeout {timeout}, acks all", broker.produce(topic, good, timeout=timeout))
    before = broker.end(topic)
    twice = broker.call("Produce", 9, produce_request([(topic, [(0, good), (0, b.batch([b.record(0), b.record(1)]))])]))
    say("E32", "same partition twice in one topic entry", (twice, f"end moved by {broker.end(topic) - before}"))
    before = broker.end(topic)
    twice = broker.call(
        "Produce", 9, produce_request([(topic, [(0, good)]), (topic, [(0, b.batch([b.record(0), b.record(1)]))])])
    )
    say("E32", "same topic twice in one request", (twice, f"end moved by {broker.end(topic) - before}"))
    say("k", "Produce v9 without topics", broker.call("Produce", 9, produce_request([])))
    say("k", "Produce v9, topic without partitions", broker.call("Produce", 9, produce_request([(topic, [])])))
    say(
        "k",
        "Produce v9, two topics one unknown",
        broker.call("Produce", 9, produce_request([("nope", [(0, good)]), (topic, [(0, good)])])),
    )
    say(
        "E34",
        "Produce v9 with a transactional id, plain batch",
        broker.call("Produce", 9, dict(produce_request([(topic, [(0, good)])]), TransactionalId="tx")),
    )


@question
def log_append_time(broker):
    topic = broker.topic("append-time", message_timestamp_type="LogAppendTime")
    now = broker.produce(topic, b.batch())
    say(
        "k",
        "LogAppendTime topic: answer",
        {k: (v if k != "LogAppendTimeMs" else "a time" if v > 0 else v) for k, v in now.items()},
    )
    got = broker.call("Fetch", 11, fetch(topic))["Responses"][0]["Partitions"][0]["Records"]
    attributes, _, first, last = struct.unpack_from(">hiqq", got, 21)
    say(
        "k",
        "stored: attributes, first == sent, max == first, max == answer",
        (attributes, first == 1_700_000_000_000, first == last, last == now["LogAppendTimeMs"]),
    )
    say("k", "client's own append-time bit there", broker.produce(topic, b.batch(attributes=8)))
    say(
        "k",
        "gzip unsorted there",
        broker.produce(
            topic,
            b.batch(
                [b.record(0), b.record(2), b.record(1)],
                attributes=1,
                payload=b.gzip([b.record(0), b.record(2), b.record(1)]),
            ),
        ),
    )
    compact = broker.topic("compacted", cleanup_policy="compact")
    say(
        "E23",
        "null key at 1 on a compacted topic",
        broker.produce(compact, b.batch([b.record(0, key=b"k"), b.record(1), b.record(2)])),
    )
    gz_topic = broker.topic("recompress", compression_type="gzip")
    say("14", "compression.type gzip, sent plain", broker.produce(gz_topic, b.batch())["ErrorCode"])
    got = broker.call("Fetch", 11, fetch(gz_topic))["Responses"][0]["Partitions"][0]["Records"]
    say("14", "comes back with attributes", got[22])


@question
def sequences(broker):
    topic = broker.topic("seq")

    def send(sequence, count=1, producer=7000, epoch=0):
        answer = broker.produce(
            topic, b.batch([b.record(i) for i in range(count)], producer=(producer, epoch, sequence))
        )
        return answer["ErrorCode"], answer["BaseOffset"], answer["LogStartOffset"]

    for sequence in range(7):
        say("F", f"sequence {sequence}", send(sequence))
    for sequence in (6, 2, 1, 0):
        say("F1,F2", f"again {sequence}", send(sequence))
    say("F3", "gap", send(9))
    say("F1", "overlap: a batch of two beginning at the last", send(6, 2))
    say("F6", "epoch up, sequence 3", send(3, epoch=2))
    say("F7", "epoch up, sequence 0", send(0, epoch=2))
    say("F6", "older epoch", send(1, epoch=1))
    say("F4", "wrap: unknown producer at 2^31-1", send(2**31 - 1, producer=7001))
    say("F4", "then 0", send(0, producer=7001))
    say("F4", "wrap inside a batch: producer at 2^31-2, three records", send(2**31 - 2, 3, producer=7002))
    say("F4", "then 1", send(1, producer=7002))
    whole = broker.produce(topic, b.batch(producer=(7000, 2, 9)), 10)
    say("F3", "whole answer of a gap, v10", whole)
    whole = broker.produce(topic, b.batch(producer=(7000, 2, 0)), 10)
    say("F1", "whole answer of a duplicate, v10", whole)


@question
def producer_ids(broker):
    deadline = time.monotonic() + SETTLE_DEADLINE_S
    while time.monotonic() < deadline:  # the first block of ids is fetched when somebody asks
        first = broker.call(
            "InitProducerId",
            4,
            {"TransactionalId": None, "TransactionTimeoutMs": 0, "ProducerId": -1, "ProducerEpoch": -1},
        )
        if first["ErrorCode"] == 0:
            break

    def ask(what, version=4, **values):
        base = {"TransactionalId": None, "TransactionTimeoutMs": 60000, "ProducerId": -1, "ProducerEpoch": -1}
        answer = broker.call("InitProducerId", version, {**base, **values})
        if isinstance(answer, dict) and answer["ProducerId"] > 100:
            answer["ProducerId"] = "large"
        say("F", f"InitProducerId v{version} {what}", answer)

    for version in range(0, 6):
        ask("plain", version)
    ask("plain, timeout 0", TransactionTimeoutMs=0)
    ask("plain, timeout -1", TransactionTimeoutMs=-1)
    ask("empty transactional id", TransactionalId="")
    ask("plain with an id and epoch", ProducerId=3, ProducerEpoch=4)
    ask("plain with an id, epoch -1", ProducerId=3)
    ask("plain with epoch, id -1", ProducerEpoch=3)
    ask("plain with the largest epoch", ProducerId=3, ProducerEpoch=32767)
