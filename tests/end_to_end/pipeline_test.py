"""The main job over TCP, with the programs as they ship: pipeline_test.py BROKER GENERATOR CONSUMER UCI_FILE.

The generator sends every row of a UCI Air Quality file; kcat reads the same rows back, and the alert consumer stores each
of them once. Then weather with spikes: alerts are in SQLite, each offset once, also after the consumer was killed.
One line per case, and at the end `N passed, N failed, N skipped`.
"""

import json
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

DEADLINE_S = 60
POLL_INTERVAL_S = 0.05

broker_program, generator_program, consumer_program, uci_file = sys.argv[1:5]


def wait_until(what, condition):
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {DEADLINE_S} s: {what}")
        time.sleep(POLL_INTERVAL_S)


def rows_in(path):
    """The data rows: those that have more than empty cells, after the heading."""
    lines = pathlib.Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    return sum(1 for line in lines[1:] if line.strip(";\r ,"))


class World:
    """A folder with a broker at work."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        port_file = self.folder / "port"
        command = [broker_program, "--listen", "127.0.0.1:0", "--port-file", port_file,
                   "--override", "group.initial.rebalance.delay.ms=0"]
        self.broker = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until("the broker listens", port_file.exists)
        self.bootstrap = "127.0.0.1:" + port_file.read_text().strip()

    def generate(self, *arguments):
        command = [generator_program, "--bootstrap-server", self.bootstrap, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=True).stdout

    def read_back(self, topic):
        command = ["kcat", "-b", self.bootstrap, "-t", topic, "-C", "-o", "beginning", "-e", "-q"]
        return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=True).stdout.splitlines()

    def start_consumer(self, topic, database):
        command = [consumer_program, "--bootstrap-server", self.bootstrap, "--topic", topic, "--db", database,
                   "--from-beginning", "--group", "of-" + topic, "--consumer-property", "session.timeout.ms=6000"]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def stop(self):
        self.broker.send_signal(signal.SIGTERM)
        assert self.broker.wait(timeout=5) == 0, "the broker did not stop cleanly"


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


def every_uci_row_goes_in_and_comes_out(world):
    rows = rows_in(uci_file)
    said = world.generate("--source", "uci", "--dataset", uci_file, "--rate", "0", "--topic", "air_quality_data",
                          "--create-topic", "--partitions", "1")
    assert f"Sent {rows} messages" in said, said[-300:]
    read = world.read_back("air_quality_data")
    assert len(read) == rows, f"{rows} rows in, {len(read)} out"
    timestamps = [json.loads(line)["Timestamp"] for line in read]
    assert timestamps == sorted(timestamps) and len(set(timestamps)) == rows, "out of order, or twice"
    database = world.folder / "uci.db"
    consumer = world.start_consumer("air_quality_data", database)
    wait_until("every row is stored", lambda: stored(database) == rows)
    consumer.send_signal(signal.SIGINT)
    assert consumer.wait(timeout=10) == 0
    return f"{rows} rows in, {len(read)} out"


def weather_becomes_alerts_once_each_even_when_the_consumer_is_killed(world):
    database = world.folder / "weather.db"
    weather = ["--topic", "sensor_data", "--rate", "0", "--seed", "7", "--anomaly-spike-rate", "0.3"]
    world.generate(*weather, "--count", "500", "--create-topic", "--partitions", "3")
    consumer = world.start_consumer("sensor_data", database)
    wait_until("something is stored", lambda: stored(database) > 0)
    consumer.kill()
    consumer.wait()
    world.generate(*weather, "--count", "500")
    sent = len(world.read_back("sensor_data"))
    consumer = world.start_consumer("sensor_data", database)
    wait_until("everything is stored", lambda: stored(database) == sent)
    consumer.send_signal(signal.SIGINT)
    assert consumer.wait(timeout=10) == 0
    alerts = ask(database, "SELECT alert_type, COUNT(*) FROM alert_log "
                           "WHERE alert_ts > datetime('now','-1 hour') GROUP BY alert_type")
    assert alerts, "no alert at all"
    twice = ask(database, "SELECT COUNT(*) FROM (SELECT 1 FROM alert_log GROUP BY topic_id, partition, offset, alert_type "
                          "HAVING COUNT(*) > 1)")
    assert twice == [(0,)], "an alert stands twice"
    expected = sum(sum(rule(event["value"]) for rule in RULES)
                   for event in map(json.loads, world.read_back("sensor_data")))
    found = sum(count for _, count in alerts)
    assert found == expected, f"{found} alerts stored, the readings make {expected}"
    return f"{sent} readings, {found} alerts"


# The seven rules, written a second time.
RULES = [lambda v: v["temperature"] > 40.0, lambda v: v["temperature"] < 0.0, lambda v: v["humidity"] < 20,
         lambda v: v["humidity"] > 90, lambda v: v["wind_speed"] > 50, lambda v: v["pressure"] < 980,
         lambda v: v["pressure"] > 1040]


def main():
    failed = 0
    cases = [every_uci_row_goes_in_and_comes_out, weather_becomes_alerts_once_each_even_when_the_consumer_is_killed]
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        for case in cases:
            name = case.__name__.replace("_", " ")
            try:
                print(f"ok {name} ({case(world)})", flush=True)
            except (AssertionError, subprocess.SubprocessError) as error:
                failed += 1
                print(f"FAIL {name}: {error}", flush=True)
        world.stop()
    print(f"{len(cases) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


sys.exit(main())
