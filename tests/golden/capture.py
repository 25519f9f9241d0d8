#!/usr/bin/python3
"""Writes down the frames that a client and a broker exchange.

    tests/golden/capture.py --upstream 127.0.0.1:9092 --output kcat-apache.frames \
        -- kcat -b {bootstrap} -L

A proxy on a free port stands between them; {bootstrap} in the command is its address. It ends with the
command, or with Ctrl+C where there is none. In the answers that name the upstream's address (Metadata,
FindCoordinator, DescribeCluster, and Produce and Fetch with a new leader) the port is replaced by the
proxy's, so that the client stays with it; the file has the frames as the broker sent them.

One line for each frame: `request` or `response`, API key, version, and the frame without its size in hex.
A response has the version of its request; an ApiVersions answer with UNSUPPORTED_VERSION has version 0.
A broker with several nodes needs one run for each.
"""

import argparse
import collections
import contextlib
import socket
import struct
import subprocess
import sys
import threading

API_VERSIONS = 18
UNSUPPORTED_VERSION = 35


class Recording:
    """The frames so far: no more than so many of each direction, API and version."""

    def __init__(self, output, of_a_kind_max):
        self.output = output
        self.of_a_kind_max = of_a_kind_max
        self.kinds = collections.Counter()
        self.lock = threading.Lock()

    def add(self, direction, api, version, frame):
        kind = (direction, api, version)
        with self.lock:
            if self.kinds[kind] == self.of_a_kind_max:
                return
            self.kinds[kind] += 1
            self.output.write(f"{direction} {api} {version} {frame.hex()}\n")
            self.output.flush()


def receive_exactly(connection, size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            return None
        data += part
    return data


def frames(connection):
    """The frames that come from a connection, without their sizes, until it ends."""
    while True:
        size = receive_exactly(connection, 4)
        if size is None:
            return
        frame = receive_exactly(connection, struct.unpack(">i", size)[0])
        if frame is None:
            return
        yield frame


class Proxy:
    def __init__(self, upstream, advertised, recording):
        self.upstream = upstream
        self.recording = recording
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        # In every layout a port follows the host's text as an int32.
        host = advertised[0].encode()
        self.named = host + struct.pack(">i", advertised[1])
        self.renamed = host + struct.pack(">i", self.port)

    def serve(self):
        while True:
            client, _ = self.listener.accept()
            broker = socket.create_connection(self.upstream)
            asked = {}  # correlation id -> API key and version
            for run in (self.forward_requests, self.forward_responses):
                threading.Thread(target=run, args=(client, broker, asked), daemon=True).start()

    def forward_requests(self, client, broker, asked):
        for frame in frames(client):
            api, version, correlation_id = struct.unpack_from(">hhi", frame)
            asked[correlation_id] = (api, version)
            self.recording.add("request", api, version, frame)
            broker.sendall(struct.pack(">i", len(frame)) + frame)
        with contextlib.suppress(OSError):  # the broker may have gone first
            broker.shutdown(socket.SHUT_WR)

    def forward_responses(self, client, broker, asked):
        for frame in frames(broker):
            correlation_id, error = struct.unpack_from(">ih", frame.ljust(6, b"\0"))
            api, version = asked.pop(correlation_id)
            if api == API_VERSIONS and error == UNSUPPORTED_VERSION:
                version = 0
            self.recording.add("response", api, version, frame)
            sent = frame.replace(self.named, self.renamed)
            client.sendall(struct.pack(">i", len(sent)) + sent)
        client.close()


def address(text):
    host, _, port = text.rpartition(":")
    return host, int(port)


def arguments():
    parser = argparse.ArgumentParser(description="Writes down the frames between a client and a broker.")
    parser.add_argument("--upstream", type=address, required=True, metavar="HOST:PORT", help="the broker")
    parser.add_argument("--advertised", type=address, metavar="HOST:PORT",
                        help="what the broker calls itself in its answers; default: the upstream")
    parser.add_argument("--output", required=True, metavar="FILE")
    parser.add_argument("--note", default="", help="a comment for the first line of the file")
    parser.add_argument("--of-a-kind-max", type=int, default=8, metavar="N",
                        help="keep the first N frames of each direction, API and version (%(default)s)")
    parser.add_argument("command", nargs="*", help="the client, with {bootstrap} for the proxy's address")
    return parser.parse_args()


def main():
    options = arguments()
    with open(options.output, "w", encoding="ascii") as output:
        if options.note:
            output.write(f"# {options.note}\n")
        proxy = Proxy(options.upstream, options.advertised or options.upstream,
                      Recording(output, options.of_a_kind_max))
        bootstrap = f"127.0.0.1:{proxy.port}"
        threading.Thread(target=proxy.serve, daemon=True).start()
        if not options.command:
            print(bootstrap, flush=True)
            threading.Event().wait()
        command = [word.replace("{bootstrap}", bootstrap) for word in options.command]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(0)
