"""What the interop scripts share: a broker to talk to, cases that print one line each, waiting with a deadline.

    @case
    def kcat_lists_the_broker(broker): ...

    sys.exit(main())

A script runs against the mini-broker it starts (first argument, or $MINI_BROKER_BINARY), or with `--bootstrap HOST:PORT`
against any broker. Further arguments name the cases to run. Exit code 0: all passed, 1: one failed.
"""

import argparse
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import traceback

START_DEADLINE_S = 20
STOP_DEADLINE_S = 5
DEADLINE_S = 30
POLL_INTERVAL_S = 0.02
OVERRIDES = {"group.initial.rebalance.delay.ms": "500"}

CLOSED = re.compile(r"Connection \d+ closed: ")
CLOSED_BY_CLIENT = re.compile(r"closed: (closed by the client|connection lost)")

CASES = []


def case(function):
    CASES.append(function)
    return function


def title(function):
    return function.__name__.replace("_", " ")


def check(condition, why):
    if not condition:
        raise AssertionError(why)


def check_equal(found, wanted, what=""):
    if found != wanted:
        raise AssertionError(f"{what + ': ' if what else ''}found {short(found)}, wanted {short(wanted)}")


def short(value):
    text = repr(value)
    return text if len(text) < 300 else f"{text[:200]} ... ({len(text)} characters)"


def wait_until(what, condition, deadline_s=DEADLINE_S):
    """Waits until the condition gives something true, and returns that."""
    deadline = time.monotonic() + deadline_s
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {deadline_s} s: {what}")
        time.sleep(POLL_INTERVAL_S)


class Broker:
    """The broker under test: its address, and names that no other case uses."""

    def __init__(self, bootstrap):
        self.bootstrap = bootstrap
        self.names = 0

    def name(self, stem):
        self.names += 1
        return f"{stem}-{os.getpid()}-{self.names}"

    def stored_batches(self, topic, partition=0):
        return stored_batches(self.bootstrap, topic, partition)


class OwnBroker(Broker):
    """A mini-broker of our own, on a port it chose itself."""

    def __init__(self, binary):
        super().__init__(None)
        self.folder = tempfile.TemporaryDirectory(prefix="interop-")
        port_file = pathlib.Path(self.folder.name) / "port"
        self.log_path = pathlib.Path(self.folder.name) / "log"
        command = [binary, "--listen", "127.0.0.1:0", "--port-file", str(port_file), "--log-level", "debug"]
        for key, value in OVERRIDES.items():
            command += ["--override", f"{key}={value}"]
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            wait_until("the port file", lambda: self._ended() or port_file.exists(), START_DEADLINE_S)
            check(not self._ended(), "the broker ended while starting")
            self.bootstrap = f"127.0.0.1:{int(port_file.read_text().split()[0])}"
        except AssertionError:
            self.process.kill()
            self.show_log()
            raise

    def _ended(self):
        return self.process.poll() is not None

    def connections_it_closed(self):
        """Log lines of connections that ended by the broker's will, not by the client's; well-behaved clients cause none."""
        closed = [line for line in self.log_path.read_text(errors="replace").splitlines() if CLOSED.search(line)]
        return [line for line in closed if not CLOSED_BY_CLIENT.search(line)] if closed else ["the log names no connection"]

    def show_log(self):
        print("the broker's last lines:\n" + self.log_path.read_text(errors="replace")[-4000:], file=sys.stderr)

    def stop(self):
        """None, or what was wrong with the way it stopped."""
        if self._ended():
            return f"the broker had ended by itself with {self.process.returncode}"
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_DEADLINE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return f"the broker did not stop within {STOP_DEADLINE_S} s"
        return None if code == 0 else f"the broker stopped with {code}"


def run_cases(broker, names):
    passed = failed = 0
    for function in CASES:
        if names and function.__name__ not in names:
            continue
        started = time.monotonic()
        try:
            function(broker)
        except Exception as error:
            failed += 1
            print(f"FAIL {title(function)}: {error!r}", flush=True)
            traceback.print_exc(file=sys.stderr)
        else:
            passed += 1
            print(f"ok {title(function)} ({time.monotonic() - started:.1f} s)", flush=True)
    return passed, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap")
    parser.add_argument("binary", nargs="?", help="mini-broker; not with --bootstrap")
    parser.add_argument("names", nargs="*", help="cases to run")
    options = parser.parse_args()
    if options.bootstrap:
        names = [n for n in [options.binary] + options.names if n]
        passed, failed = run_cases(Broker(options.bootstrap), names)
    else:
        binary = options.binary or os.environ.get("MINI_BROKER_BINARY")
        if not binary:
            parser.error("which mini-broker? (an argument, $MINI_BROKER_BINARY, or --bootstrap)")
        passed, failed = run_with_own_broker(binary, options.names)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed or not passed else 0


def run_with_own_broker(binary, names):
    broker = OwnBroker(binary)
    passed, failed = run_cases(broker, names)
    closed = broker.connections_it_closed()
    endings = {
        "the broker closed no connection of its own accord": closed and f"{len(closed)}, first {closed[0]}",
        "the broker stops when it is told to": broker.stop(),
    }
    for story, wrong in endings.items():
        print(f"FAIL {story}: {wrong}" if wrong else f"ok {story}")
    broken = sum(1 for wrong in endings.values() if wrong)
    if failed or broken:
        broker.show_log()
    return passed + len(endings) - broken, failed + broken


# What is stored, read without any of the clients: one Fetch v4 over a plain socket. ---------------------------------

FETCH_KEY, FETCH_VERSION = 1, 4
CODECS = {0: "none", 1: "gzip", 2: "snappy", 3: "lz4", 4: "zstd"}


def _text(value):
    return struct.pack(">h", len(value)) + value.encode()


def _receive(connection, size):
    data = b""
    while len(data) < size:
        piece = connection.recv(size - len(data))
        check(piece, "the broker closed the connection")
        data += piece
    return data


def _fetch(bootstrap, topic, partition, offset):
    host, _, port = bootstrap.rpartition(":")
    wait_max_ms, least_bytes, most_bytes = 100, 1, 1 << 26
    body = struct.pack(">hhi", FETCH_KEY, FETCH_VERSION, 7) + _text("interop")
    body += struct.pack(">iiiib", -1, wait_max_ms, least_bytes, most_bytes, 0)
    body += struct.pack(">i", 1) + _text(topic) + struct.pack(">iiqi", 1, partition, offset, most_bytes)
    with socket.create_connection((host, int(port)), timeout=DEADLINE_S) as connection:
        connection.sendall(struct.pack(">i", len(body)) + body)
        return _receive(connection, struct.unpack(">i", _receive(connection, 4))[0])


def stored_batches(bootstrap, topic, partition=0):
    """(codec, record count, producer id) of each batch of a partition. A broker may answer with one batch at a time."""
    found, offset = [], 0
    while True:
        batches, following = _batches_from(bootstrap, topic, partition, offset)
        if not batches:
            return found
        found += batches
        offset = following


def _batches_from(bootstrap, topic, partition, offset):
    """Some batches that begin at an offset, and the offset after them."""
    answer = _fetch(bootstrap, topic, partition, offset)
    at = 4 + 4 + 4 + 2 + len(topic) + 4 + 4
    (error,) = struct.unpack_from(">h", answer, at)
    check_equal(error, 0, "error code of the fetch")
    at += 2 + 8 + 8
    at += 4 + 16 * max(struct.unpack_from(">i", answer, at)[0], 0)
    records = answer[at + 4 :]
    found, at = [], 0
    while at + 61 <= len(records):
        (base_offset, length) = struct.unpack_from(">qi", records, at)
        (attributes, last_offset_delta) = struct.unpack_from(">hi", records, at + 21)
        (producer_id,) = struct.unpack_from(">q", records, at + 43)
        (count,) = struct.unpack_from(">i", records, at + 57)
        found.append((CODECS[attributes & 7], count, producer_id))
        offset = base_offset + last_offset_delta + 1
        at += 12 + length
    return found, offset
