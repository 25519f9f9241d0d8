"""One broker as the rows see it: connections, topics and groups that no other row uses, and the honest connection."""
import os
import socket
import struct

from layouts import read_layouts
from shared import Closed, Codec, Connection, Writer, asking, batch, check, check_equal

LAYOUTS = read_layouts()
CLOSED = "closed"
SILENT = "no answer"
ANSWERED = "answered"
ANSWER_DEADLINE_S = 30
REAL_LIMIT_BYTES = 100 * 1024 * 1024  # socket.request.max.bytes

int16, int32 = (struct.Struct(">" + c).pack for c in "hi")


def framed(content):
    return int32(len(content)) + content


def header(api_key, version, client_id="catalogue", correlation=7, tags=None):
    """A request's header; `client_id` may be text, bytes, None, or a negative length; `tags` only for flexible ones."""
    if isinstance(client_id, str):
        client_id = client_id.encode()
    if client_id is None:
        client_id = -1
    text = int16(client_id) if isinstance(client_id, int) else int16(len(client_id)) + client_id
    return int16(api_key) + int16(version) + int32(correlation) + text + (tags or b"")


def uvarint(value):
    out = Writer()
    out.varint(value)
    return bytes(out.out)


class World(asking.Broker):
    def __init__(self, bootstrap, process=None):
        self.bootstrap = bootstrap
        self.layouts = LAYOUTS
        self.process = process  # None where the broker is not ours
        self.names = 0
        self.connections = []
        self.honest = None
        self.honest_topic = None

    def name(self, stem):
        self.names += 1
        return f"{stem}-{os.getpid()}-{self.names}"

    def topic(self, stem="row", partitions=1, **configs):
        return super().topic(self.name(stem), partitions, **configs)

    def connect(self, **more):
        """A connection that is closed after the row."""
        connection = super().connect(**more)
        connection.socket.settimeout(ANSWER_DEADLINE_S)
        self.connections.append(connection)
        return connection

    def call(self, api, version, values=None, **more):
        with self.connect() as c:
            return c.call(api, version, values, **more)

    def say(self, *pieces):
        """Sends bytes on a connection of their own; ANSWERED where a frame comes back."""
        with self.connect() as c:
            c.send(b"".join(pieces))
            c.answer()
            return ANSWERED

    def drop_connections(self):
        for connection in self.connections:
            connection.socket.close()
        self.connections.clear()

    # ---- the honest one ----

    def set_out_honestly(self):
        self.honest = Connection(self.bootstrap, self.layouts, client_id="honest")
        if not self.honest_topic:
            self.honest_topic = super().topic(self.name("honest"))

    def go_on_honestly(self):
        """The honest connection still produces, and reads back what it produced."""
        value = os.urandom(8)
        stored = self.honest.call("Produce", 9, asking.produce_request(
            [(self.honest_topic, [(0, batch.batch((batch.record(0, value),)))])]))["Responses"][0]["PartitionResponses"][0]
        check_equal(stored["ErrorCode"], 0, "the honest produce")
        read = self.honest.call("Fetch", 11, asking.fetch(self.honest_topic, stored["BaseOffset"]))
        check(value in read["Responses"][0]["Partitions"][0]["Records"], "the honest fetch finds its record")
        self.honest.socket.close()


def body_of(api, version, values):
    """The bytes of a request without its header."""
    layout, out = LAYOUTS[api + "Request"], Writer()
    Codec(layout, version).write_struct(out, layout["fields"], values)
    return bytes(out.out)


def outcome(act, world):
    """What a row's act came to, with the world's ways to say no as values."""
    try:
        return act(world)
    except (Closed, ConnectionError):
        return CLOSED
    except (TimeoutError, socket.timeout):
        return SILENT
