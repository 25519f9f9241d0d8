"""Record batches (magic 2) for probes, with every field open to being wrong."""

import struct
import zlib

CRC32C_POLYNOMIAL = 0x82F63B78


def _table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (CRC32C_POLYNOMIAL if value & 1 else 0)
        table.append(value)
    return table


TABLE = _table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def zigzag(value):
    value = value << 1 ^ value >> 63
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def sized(data):
    return zigzag(-1) if data is None else zigzag(len(data)) + data


def record(offset_delta, value=b"v", key=None, timestamp_delta=0, headers=()):
    body = b"\0" + zigzag(timestamp_delta) + zigzag(offset_delta) + sized(key) + sized(value) + zigzag(len(headers))
    for name, text in headers:
        body += sized(name) + sized(text)
    return zigzag(len(body)) + body


def batch(
    records=(record(0),),
    count=None,
    last_delta=None,
    attributes=0,
    base_offset=0,
    magic=2,
    timestamp=1_700_000_000_000,
    max_timestamp=None,
    producer=(-1, -1, -1),
    epoch=-1,
    payload=None,
    crc_xor=0,
    length_add=0,
):
    """One batch. `payload` replaces the records' bytes, for instance by compressed ones."""
    data = b"".join(records) if payload is None else payload
    count = len(records) if count is None else count
    last_delta = count - 1 if last_delta is None else last_delta
    tail = (
        struct.pack(
            ">hiqqqhii",
            attributes,
            last_delta,
            timestamp,
            timestamp if max_timestamp is None else max_timestamp,
            *producer,
            count,
        )
        + data
    )
    checked = struct.pack(">ibI", epoch, magic, crc32c(tail) ^ crc_xor) + tail
    return struct.pack(">qi", base_offset, len(checked) + length_add) + checked


def gzip(records):
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return packer.compress(b"".join(records)) + packer.flush()


def first_offsets(data):
    """Base offset and record count of each batch in what a Fetch returned."""
    found, at = [], 0
    while at + 61 <= len(data):
        base, length = struct.unpack_from(">qi", data, at)
        found.append((base, struct.unpack_from(">i", data, at + 57)[0]))
        at += 12 + length
    return found
