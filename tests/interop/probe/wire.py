"""Kafka's protocol for probes: reads Kafka's own message layouts (JSON with // comments) and turns dicts into
bytes and back, for any API and version. Nothing here is shared with the broker under test.

    c = Connection("127.0.0.1:9092", Layouts(folder))
    c.call("Metadata", 9, {"Topics": None, "AllowAutoTopicCreation": False})
"""

import json
import pathlib
import re
import socket
import struct

FIXED = {"int8": "b", "int16": "h", "uint16": "H", "int32": "i", "uint32": "I", "int64": "q", "float64": "d"}
CALL_DEADLINE_S = 10


class Closed(Exception):
    """The broker closed the connection instead of answering."""


def in_range(version, text):
    if not text or text == "none":
        return False
    low, _, high = text.partition("-")
    if low.endswith("+"):
        return version >= int(low[:-1])
    return int(low) <= version <= int(high or low)


class Layouts:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.known = {}

    def __getitem__(self, name):
        if name not in self.known:
            text = (self.folder / f"{name}.json").read_text()
            self.known[name] = json.loads(re.sub(r"(?m)^\s*//.*$", "", text))
        return self.known[name]


class Writer:
    def __init__(self):
        self.out = bytearray()

    def fixed(self, kind, value):
        self.out += struct.pack(">" + FIXED[kind], value)

    def varint(self, value):
        while value > 0x7F:
            self.out.append(value & 0x7F | 0x80)
            value >>= 7
        self.out.append(value)

    def length(self, value, flexible, kind):
        if flexible:
            self.varint(0 if value is None else value + 1)
        else:
            self.fixed(kind, -1 if value is None else value)

    def blob(self, value, flexible, kind):
        if isinstance(value, str):
            value = value.encode()
        self.length(None if value is None else len(value), flexible, kind)
        self.out += value or b""


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, count):
        if count < 0 or self.at + count > len(self.data):
            raise ValueError("answer is shorter than its layout")
        self.at += count
        return self.data[self.at - count : self.at]

    def fixed(self, kind):
        layout = ">" + FIXED[kind]
        return struct.unpack(layout, self.take(struct.calcsize(layout)))[0]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def length(self, flexible, kind):
        return self.varint() - 1 if flexible else self.fixed(kind)

    def blob(self, flexible, kind):
        length = self.length(flexible, kind)
        return None if length < 0 else self.take(length)


def element_of(array):
    """The field of one element: it may be null no more, whatever the array may."""
    return {**array, "nullableVersions": "none"}


class Codec:
    """One message at one version."""

    def __init__(self, layout, version):
        self.layout = layout
        self.version = version
        self.flexible = in_range(version, layout.get("flexibleVersions", "none"))
        self.structs = {s["name"]: s["fields"] for s in layout.get("commonStructs", [])}

    def fields_of(self, field, kind):
        return field.get("fields") or self.structs[kind]

    def default(self, field):
        kind, default = field["type"], field.get("default")
        if default == "null":
            return None
        if kind.startswith("[]"):
            return []
        if kind in FIXED:
            return int(str(default or 0), 0)
        if kind == "bool":
            return str(default).lower() == "true"
        if kind == "string":
            return default or ""
        if kind in ("bytes", "records"):
            return b""
        if kind == "uuid":
            return bytes(16)
        return {}

    def write_struct(self, out, fields, values):
        tagged = []
        for field in fields:
            if in_range(self.version, field.get("taggedVersions")):
                if field["name"] in values:
                    tagged.append(field)
            elif in_range(self.version, field["versions"]):
                self.write(out, field, field["type"], values.get(field["name"], self.default(field)))
        if not self.flexible:
            return
        out.varint(len(tagged))
        for field in sorted(tagged, key=lambda f: f["tag"]):
            inner = Writer()
            self.write(inner, field, field["type"], values[field["name"]])
            out.varint(field["tag"])
            out.varint(len(inner.out))
            out.out += inner.out

    def write(self, out, field, kind, value):
        flexible = self.flexible and field.get("flexibleVersions") != "none"
        if kind.startswith("[]"):
            out.length(None if value is None else len(value), flexible, "int32")
            for element in value or []:
                self.write(out, element_of(field), kind[2:], element)
        elif kind in FIXED:
            out.fixed(kind, value)
        elif kind == "bool":
            out.fixed("int8", 1 if value else 0)
        elif kind == "string":
            out.blob(value, flexible, "int16")
        elif kind in ("bytes", "records"):
            out.blob(value, flexible, "int32")
        elif kind == "uuid":
            out.out += value
        else:
            if in_range(self.version, field.get("nullableVersions")):
                out.fixed("int8", -1 if value is None else 1)
            if value is not None:
                self.write_struct(out, self.fields_of(field, kind), value)

    def read_struct(self, data, fields):
        values = {}
        for field in fields:
            if in_range(self.version, field["versions"]) and not in_range(self.version, field.get("taggedVersions")):
                values[field["name"]] = self.read(data, field, field["type"])
        if not self.flexible:
            return values
        by_tag = {f["tag"]: f for f in fields if in_range(self.version, f.get("taggedVersions"))}
        for _ in range(data.varint()):
            tag, size = data.varint(), data.varint()
            body = Reader(data.take(size))
            if tag in by_tag:
                values[by_tag[tag]["name"]] = self.read(body, by_tag[tag], by_tag[tag]["type"])
            else:
                values[f"tag {tag}"] = bytes(body.data)
        return values

    def read(self, data, field, kind):
        flexible = self.flexible and field.get("flexibleVersions") != "none"
        if kind.startswith("[]"):
            count = data.length(flexible, "int32")
            return None if count < 0 else [self.read(data, element_of(field), kind[2:]) for _ in range(count)]
        if kind in FIXED:
            return data.fixed(kind)
        if kind == "bool":
            return bool(data.fixed("int8"))
        if kind == "string":
            text = data.blob(flexible, "int16")
            return None if text is None else bytes(text).decode()
        if kind in ("bytes", "records"):
            blob = data.blob(flexible, "int32")
            return None if blob is None else bytes(blob)
        if kind == "uuid":
            return bytes(data.take(16))
        if in_range(self.version, field.get("nullableVersions")) and data.fixed("int8") < 0:
            return None
        return self.read_struct(data, self.fields_of(field, kind))


class Connection:
    def __init__(self, bootstrap, layouts, client_id="probe"):
        host, _, port = bootstrap.rpartition(":")
        self.layouts = layouts
        self.client_id = client_id
        self.correlation = 0
        self.socket = socket.create_connection((host, int(port)), timeout=CALL_DEADLINE_S)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def frame(self, api, version, values, body=None):
        layout = self.layouts[api + "Request"]
        codec = Codec(layout, version)
        out = Writer()
        self.correlation += 1
        out.fixed("int16", layout["apiKey"])
        out.fixed("int16", version)
        out.fixed("int32", self.correlation)
        out.blob(self.client_id, False, "int16")
        if codec.flexible:
            out.varint(0)
        if body is None:
            codec.write_struct(out, layout["fields"], values)
        else:
            out.out += body
        return struct.pack(">i", len(out.out)) + bytes(out.out)

    def send(self, frame):
        self.socket.sendall(frame)

    def receive(self, size):
        data = b""
        while len(data) < size:
            try:
                piece = self.socket.recv(size - len(data))
            except ConnectionResetError:
                piece = b""
            if not piece:
                raise Closed()
            data += piece
        return data

    def answer(self):
        return self.receive(struct.unpack(">i", self.receive(4))[0])

    def call(self, api, version, values=None, answer_version=None):
        """Sends one request, returns the answer as a dict. `answer_version` where it differs from the asked one."""
        self.send(self.frame(api, version, values or {}))
        return self.decode(api, version if answer_version is None else answer_version, self.answer())

    def decode(self, api, version, data):
        layout = self.layouts[api + "Response"]
        codec, reader = Codec(layout, version), Reader(data)
        reader.fixed("int32")
        if codec.flexible and api != "ApiVersions":
            assert reader.varint() == 0
        values = codec.read_struct(reader, layout["fields"])
        if reader.at != len(data):
            values["left over"] = len(data) - reader.at
        return values
