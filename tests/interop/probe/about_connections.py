"""ApiVersions, headers, tags and frames that are wrong."""

from asking import question, say
from wire import Closed


@question
def api_versions(broker):
    def ask(version, name, software):
        return broker.call("ApiVersions", version, {"ClientSoftwareName": name, "ClientSoftwareVersion": software})

    with broker.connect() as c:
        frame = bytearray(c.frame("ApiVersions", 3, {"ClientSoftwareName": "x", "ClientSoftwareVersion": "1"}))
        frame[6:8] = b"\0\x63"
        c.send(bytes(frame))
        say("e", "ApiVersions v99, decoded as v0", c.decode("ApiVersions", 0, c.answer()))
        say("e", "the connection after it", c.call("ApiVersions", 0)["ErrorCode"])
    for name, software in (
        ("a b", "1"),
        ("a\nb", "1"),
        ("", "1"),
        ("ok", ""),
        ("ok", "1 2"),
        ("-a", "1"),
        ("a-", "1"),
        ("a.b-c", "1.0-rc_1"),
        ("a_b", "1"),
    ):
        answer = ask(3, name, software)
        say(
            "e",
            f"ApiVersions v3 name {name!r} version {software!r}",
            (
                answer
                if isinstance(answer, str)
                else (
                    answer["ErrorCode"],
                    f"{len(answer['ApiKeys'])} keys",
                    [k for k in answer if k not in ("ApiKeys",)],
                )
            ),
        )
    answer = ask(3, "x", "1")
    say("e", "ApiVersions v3", {k["ApiKey"]: (k["MinVersion"], k["MaxVersion"]) for k in answer["ApiKeys"]})
    say("e", "other fields", {k: v for k, v in answer.items() if k != "ApiKeys"})
    answer4 = ask(4, "x", "1")
    say("e", "ApiVersions v4, other fields", {k: v for k, v in answer4.items() if k != "ApiKeys"})
    say("e", "ApiVersions v0, keys", len(broker.call("ApiVersions", 0)["ApiKeys"]))
    with broker.connect() as c:
        say(
            "e",
            "ApiVersions twice on one connection",
            [
                c.call("ApiVersions", 3, {"ClientSoftwareName": "x", "ClientSoftwareVersion": "1"})["ErrorCode"]
                for _ in range(2)
            ],
        )


@question
def connections(broker):
    def raw(what, row, data, hope=True):
        with broker.connect() as c:
            c.socket.settimeout(5)
            c.send(data)
            try:
                say(row, what, f"answers {len(c.answer())} bytes")
            except Closed:
                say(row, what, "closes the connection")
            except TimeoutError:
                say(row, what, "waits (5 s)")

    with broker.connect() as c:
        frame = c.frame("Metadata", 9, {"Topics": []})
        old = c.frame("Metadata", 4, {"Topics": []})
    body = frame[4:]

    def framed(data):
        return len(data).to_bytes(4, "big") + data

    # the header of v9 ends with an empty tag section: key 2, version 2, correlation 4, client id 2+5, tags 1
    head = body[:15]
    raw("tag count 2^32-1 in the header", "B10", framed(head + b"\xff\xff\xff\xff\x0f" + body[16:]))
    raw("tag count 2^31 in the header", "B10", framed(head + b"\x80\x80\x80\x80\x08" + body[16:]))
    raw("an unknown tag in the header", "B8", framed(head + b"\x01\x63\x02hi" + body[16:]))
    raw("the same tag twice", "B8", framed(head + b"\x02\x63\x02hi\x63\x02hi" + body[16:]))
    raw("tags in falling order", "B8", framed(head + b"\x02\x64\x02hi\x63\x02hi" + body[16:]))
    raw("a tag larger than the frame", "B9", framed(head + b"\x01\x63\x7fhi" + body[16:]))
    raw("a varint of six bytes", "B11", framed(head + b"\x80\x80\x80\x80\x80\x00" + body[16:]))
    raw("a varint of five bytes with bits above 32", "B11", framed(head + b"\x80\x80\x80\x80\x70" + body[16:]))
    raw("extra bytes after a valid body, flexible", "A13", framed(body + b"xyz"))
    raw("extra bytes after a valid body, old", "A13", framed(old[4:] + b"xyz"))
    for key, name in (
        (4, "LeaderAndIsr"),
        (5, "StopReplica"),
        (6, "UpdateMetadata"),
        (7, "ControlledShutdown"),
        (52, "Vote"),
        (56, "AlterPartition"),
        (58, "Envelope"),
        (9999, "9999"),
        (-1, "-1"),
        (17, "SaslHandshake v9 (unsupported version)"),
    ):
        version = b"\0\x09" if key == 17 else b"\0\0"
        raw(
            f"api {name}",
            "B15" if key < 100 else "B1",
            framed(key.to_bytes(2, "big", signed=True) + version + body[4:12] + b"\0\0\0\0\0\0\0\0"),
        )
    raw("Produce v2 (below what is served)", "B2", framed(b"\0\0\0\x02" + body[4:15] + b"\0\1\0\0\5\0\0\0\0\0"))
    raw("Fetch v3", "B2", framed(b"\0\1\0\x03" + body[4:15] + bytes(20)))
    raw("Metadata v99", "B2", framed(b"\0\3\0\x63" + body[4:]))
    raw("null client id", "B5", framed(old[4:12] + b"\xff\xff" + old[19:]))
    raw("client id length -7", "B6", framed(old[4:12] + b"\xff\xf9" + old[19:]))
    raw("client id with ESC and invalid UTF-8", "B7", framed(old[4:12] + b"\0\5\x1b\n\xff\xfea" + old[19:]))
    raw("array length -5, nullable", "B14", framed(old[4:19] + b"\xff\xff\xff\xfb\0"))
    raw("array length 2^31-1", "B13", framed(old[4:19] + b"\x7f\xff\xff\xff\0"))
    raw("size 0", "A4", bytes(4))
    raw("size -1", "A1", b"\xff" * 4)
    raw("4 bytes, api key and version only", "A15", framed(body[:4]))
    raw("SaslHandshake v1 on a PLAINTEXT listener", "C15", framed(b"\0\x11\0\1" + old[8:19] + b"\0\5PLAIN"))
    raw("SaslAuthenticate v0 on a PLAINTEXT listener", "C16", framed(b"\0\x24\0\0" + old[8:19] + b"\0\0\0\1x"))
    raw("a boolean of value 7 (Metadata v4)", "B", framed(old[4:-1] + b"\x07"))
