"""What the end-to-end tests share: brokers of each kind to run against, our two programs, and what they stored.

    with world("kafka-4", mini_broker) as kafka:     # or mini, mock, kafka-3.9
        programs = Programs(generator, consumer, kafka.bootstrap, folder)
        programs.generate("--count", "20", "--rate", "0")

A kind that cannot be had here raises real_kafka.Skip, whose text says why. Everything started is stopped at the end.
"""

import json
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent / "interop"))

import real_kafka  # noqa: E402

DEADLINE_S = 90
POLL_INTERVAL_S = 0.05
STOP_DEADLINE_S = 20
SESSION_TIMEOUT_MS = 6000  # the least that Apache Kafka accepts: a killed member is gone after it


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


class MiniBroker:
    """Ours, over TCP; it keeps nothing when it ends."""

    creates_topics, restarts, keeps_topics = True, True, False

    def __init__(self, program):
        self.program = program

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="mini-broker-")
        self._launch("127.0.0.1:0")
        return self

    def _launch(self, address):
        port_file = pathlib.Path(self.folder.name) / "port"
        self.process = subprocess.Popen([self.program, "--listen", address, "--port-file", port_file, "--override",
                                         "group.initial.rebalance.delay.ms=0"], stdout=subprocess.DEVNULL)
        wait_until("the broker listens", lambda: self.process.poll() is not None or port_file.exists())
        assert self.process.poll() is None, "the broker ended while starting"
        self.bootstrap = "127.0.0.1:" + port_file.read_text().strip()

    def _end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            assert self.process.wait(STOP_DEADLINE_S) == 0, "the broker did not stop cleanly"
        finally:
            self.process.kill()
            self.process.wait()

    def restart(self):
        self._end()
        self._launch(self.bootstrap)

    def __exit__(self, *_):
        self._end()
        self.folder.cleanup()


class Mock:
    """librdkafka's mock cluster: it produces, fetches and has groups; no topic administration, and no second start."""

    creates_topics, restarts, keeps_topics = False, False, False

    def __enter__(self):
        program = here.parent / "golden" / "mock_cluster.py"
        self.process = subprocess.Popen(["/usr/bin/python3", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.bootstrap = self.process.stdout.readline().strip()
        assert self.bootstrap, "librdkafka's mock did not start"
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(STOP_DEADLINE_S)


class Kafka(real_kafka.RealKafka):
    """Apache Kafka itself, one node; topics outlive a restart."""

    creates_topics, restarts, keeps_topics = True, True, True

    def __init__(self, line):
        super().__init__({"group.initial.rebalance.delay.ms": "0"}, real_kafka.RELEASES[line])


def world(kind, mini_broker):
    if kind == "mini":
        return MiniBroker(mini_broker)
    return Mock() if kind == "mock" else Kafka(kind)


class Programs:
    """sensor-gen and alert-consumer, told to use one broker."""

    def __init__(self, generator, consumer, bootstrap, folder):
        self.generator, self.consumer, self.bootstrap = generator, consumer, bootstrap
        self.folder = pathlib.Path(folder)

    def generate(self, *arguments):
        """What the generator said."""
        command = [self.generator, "--bootstrap-server", self.bootstrap, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=False, cwd=self.folder)
        assert done.returncode == 0, f"sensor-gen ended with {done.returncode}: {done.stderr[-500:]}"
        return done.stdout

    def start_generator(self, *arguments):
        return subprocess.Popen([self.generator, "--bootstrap-server", self.bootstrap, "--quiet", *arguments],
                                stdout=subprocess.DEVNULL)

    def start_consumer(self, topic, database, *arguments):
        command = [self.consumer, "--bootstrap-server", self.bootstrap, "--topic", topic, "--db", database,
                   "--from-beginning", "--group", "of-" + topic,
                   "--consumer-property", f"session.timeout.ms={SESSION_TIMEOUT_MS}", *arguments]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def consume(self, topic, database, count):
        """Runs the consumer until so many messages are stored, and ends it as Ctrl+C does."""
        consumer = self.start_consumer(topic, database)
        try:
            wait_until(f"{count} of {topic} are stored", lambda: stored(database) >= count or consumer.poll() is not None)
            interrupt(consumer)
        finally:
            consumer.kill()
            consumer.wait()

    def read_back(self, topic):
        """[(partition, offset, text)] of all the topic holds, by kcat."""
        command = ["kcat", "-b", self.bootstrap, "-t", topic, "-C", "-o", "beginning", "-e", "-q", "-f", "%p %o %s\n"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=True)
        rows = [line.split(" ", 2) for line in done.stdout.splitlines()]
        return [(int(partition), int(offset), text) for partition, offset, text in rows]


def interrupt(consumer):
    consumer.send_signal(signal.SIGINT)
    code = consumer.wait(timeout=STOP_DEADLINE_S)
    assert code == 0, f"alert-consumer ended with {code}"


def ask(database, question):
    if not pathlib.Path(database).exists():
        return []
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5) as connection:
            return connection.execute(question).fetchall()
    except sqlite3.OperationalError:  # its tables are not there yet
        return []


def stored(database):
    """How many messages the consumer has stored, by its own table; 0 before it has one."""
    sums = ask(database, "SELECT SUM(next_offset) FROM consumed")
    return sums[0][0] or 0 if sums else 0


def alerts_in(database):
    """What makes an alert the same on another broker: all but when it was raised and the topic's id."""
    return sorted(ask(database, "SELECT partition, offset, alert_type, alert_severity, sensor_id, metric_name, metric_value,"
                                " threshold_value, reading_ts FROM alert_log"))


# The seven rules, written a second time.
RULES = {
    "HIGH_TEMP": lambda v: v["temperature"] > 40.0,
    "LOW_TEMP": lambda v: v["temperature"] < 0.0,
    "LOW_HUMIDITY": lambda v: v["humidity"] < 20,
    "HIGH_HUMIDITY": lambda v: v["humidity"] > 90,
    "HIGH_WIND": lambda v: v["wind_speed"] > 50,
    "LOW_PRESSURE": lambda v: v["pressure"] < 980,
    "HIGH_PRESSURE": lambda v: v["pressure"] > 1040,
}


def alerts_due(rows):
    """[(partition, offset, alert type)] that the readings of `read_back` make."""
    return sorted((partition, offset, name) for partition, offset, text in rows
                  for name, meets in RULES.items() if meets(json.loads(text)["value"]))
