"""The alert consumer as people run it, against a broker: program_test.py BROKER GENERATOR CONSUMER [KILL_AT].

KILL_AT is the module that kills a program at a given statement of SQLite's; without it that case is skipped.

One line per case, and at the end `N passed, N failed, N skipped`.
"""

import csv
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import types

DEADLINE_S = 60
POLL_INTERVAL_S = 0.05

broker_program, generator_program, consumer_program = sys.argv[1:4]
kill_at_module = sys.argv[4] if len(sys.argv) > 4 else None


class Skipped(Exception):
    """The case cannot run here; the text says why."""


def wait_until(what, condition):
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {DEADLINE_S} s: {what}")
        time.sleep(POLL_INTERVAL_S)


class Broker:
    """A broker in memory; started again at the same address it has forgotten everything."""

    def __init__(self, folder, **settings):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        usual = {"group_initial_rebalance_delay_ms": 0, "group_min_session_timeout_ms": 100}
        self.flags = []
        for name, value in {**usual, **settings}.items():
            self.flags += ["--override", f"{name.replace('_', '.')}={value}"]
        self.address = "127.0.0.1:0"
        self.start()

    def start(self):
        port_file = self.folder / "port"
        port_file.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [broker_program, "--listen", self.address, "--port-file", port_file, *self.flags],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until("the broker listens", lambda: port_file.exists() and port_file.read_text().strip())
        self.address = "127.0.0.1:" + port_file.read_text().strip()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=10)

    def generate(self, topic, count, partitions=1, *more):
        subprocess.run([generator_program, "--bootstrap-server", self.address, "--topic", topic, "--rate", "0", "--seed", "7",
                        "--anomaly-spike-rate", "0.3", "--count", str(count), "--start-time", "2026-07-01T10:00:00Z",
                        "--create-topic", "--partitions", str(partitions), *map(str, more)],
                       capture_output=True, timeout=DEADLINE_S, check=True)

    def read(self, topic):
        command = ["kcat", "-b", self.address, "-t", topic, "-C", "-o", "beginning", "-e", "-q"]
        lines = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=True).stdout.splitlines()
        return [json.loads(line) for line in lines]


class Consumer:
    """A running alert-consumer with its lines, as they come."""

    def __init__(self, broker, *arguments, environment=None):
        command = [consumer_program, "--bootstrap-server", broker.address, *map(str, arguments)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                        env={**os.environ, **(environment or {})})
        self.lines = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def says(self, text):
        return any(text in line for line in self.lines)

    def end(self, which=signal.SIGINT, expected=0):
        if which:
            self.process.send_signal(which)
        code = self.process.wait(timeout=30)
        self.reader.join(timeout=5)
        assert code == expected, f"exit code {code}: {self.lines[-5:]}"


def ask(database, question):
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5) as connection:
            return connection.execute(question).fetchall()
    except sqlite3.OperationalError:  # it is not there yet
        return []


def stored(database):
    sums = ask(database, "SELECT SUM(next_offset) FROM consumed")
    return sums[0][0] or 0 if sums else 0


def run(*arguments):
    return subprocess.run([consumer_program, *map(str, arguments)], capture_output=True, text=True, timeout=DEADLINE_S, check=False)


# The seven rules, written once more.
RULES = {"HIGH_TEMP": lambda v: v["temperature"] > 40, "LOW_TEMP": lambda v: v["temperature"] < 0,
         "LOW_HUMIDITY": lambda v: v["humidity"] < 20, "HIGH_HUMIDITY": lambda v: v["humidity"] > 90,
         "HIGH_WIND": lambda v: v["wind_speed"] > 50, "LOW_PRESSURE": lambda v: v["pressure"] < 980,
         "HIGH_PRESSURE": lambda v: v["pressure"] > 1040}


def expected_alerts(events):
    return sorted((event["sensor_id"], event["seq"], name) for event in events for name, met in RULES.items() if met(event["value"]))


def alerts_in(database):
    return sorted(ask(database, "SELECT a.sensor_id, f.seq, a.alert_type FROM alert_log a JOIN fact_weather_reading f "
                                "USING (topic_id, \"partition\", \"offset\")"))


def a_broker_that_starts_again_is_read_from_its_beginning(folder, broker):
    database = folder / "lives.db"
    events = []
    consumer = None
    # The second life begins under a running consumer, and is shorter; the third while none runs, and is longer.
    for life, count in enumerate([300, 200, 500]):
        broker.generate("lives", count, partitions=2)
        events += broker.read("lives")
        if consumer is None:
            consumer = Consumer(broker, "--topic", "lives", "--group", "lives", "--db", database, "--auto-offset-reset",
                                ["earliest", "earliest", "latest"][life])
        goal = len(events)
        wait_until(f"life {life} is stored", lambda: stored(database) == goal)
        if life > 0:
            assert sum("made anew" in line for line in consumer.lines) == 1, consumer.lines[-5:]
        if life == 1:
            consumer.end()
            consumer = None
        if life < 2:
            broker.stop()
            broker.start()
    consumer.end()
    assert alerts_in(database) == expected_alerts(events), "alerts differ"
    assert ask(database, "SELECT COUNT(DISTINCT topic_id) FROM consumed") == [(3,)]
    return f"{len(events)} readings of three lives, {len(alerts_in(database))} alerts"


def killed_at_any_statement_it_goes_on_where_it_was(folder, broker):
    if not kill_at_module:
        raise Skipped("no module to kill with in this build")
    database = folder / "killed.db"
    broker.generate("killed", 1500, partitions=2)
    flags = ["--topic", "killed", "--group", "killed", "--db", database, "--quiet"]
    for setting in ["session.timeout.ms=300", "heartbeat.interval.ms=100", "max.poll.records=25"]:
        flags += ["--consumer-property", setting]
    lives = 25
    for life in range(lives):
        consumer = Consumer(broker, *flags, environment={"LD_PRELOAD": kill_at_module, "KILL_AT": str(40 + 7 * life)})
        consumer.end(which=None, expected=-signal.SIGKILL)
    between = stored(database)
    consumer = Consumer(broker, *flags)
    wait_until("everything is stored", lambda: stored(database) == 1500)
    consumer.end()
    events = broker.read("killed")
    assert alerts_in(database) == expected_alerts(events), "alerts differ"
    facts = sorted(ask(database, "SELECT sensor_id, seq, temperature FROM fact_weather_reading"))
    assert facts == sorted((event["sensor_id"], event["seq"], event["value"]["temperature"]) for event in events), "readings differ"
    assert 0 < between < 1500, f"{between} stored when the kills were over"
    return f"{lives} kills, {between} readings stored by then, {len(facts)} in the end"


def files_take_every_reading_at_least_once_and_the_header_once(folder, broker):
    broker.generate("files", 2000)
    file = folder / "files.csv"
    flags = ["--topic", "files", "--group", "files", "--no-db", "--csv", file, "--consumer-property", "max.poll.records=50",
             "--consumer-property", "session.timeout.ms=6000"]
    consumer = Consumer(broker, *flags)
    wait_until("something is there", lambda: file.exists() and file.stat().st_size > 0)
    consumer.process.kill()
    consumer.process.wait()
    consumer = Consumer(broker, *flags)
    events = broker.read("files")

    def rows():
        with open(file, encoding="utf-8", newline="") as text:
            return list(csv.DictReader(text))

    def whole():  # the last row may be half written
        return {(row["sensor_id"], row["seq"]) for row in rows() if None not in row.values()}

    wait_until("every reading is there", lambda: len(whole()) >= len(events))
    consumer.end()
    found = rows()
    assert {(row["sensor_id"], row["seq"]) for row in found} == {(event["sensor_id"], str(event["seq"])) for event in events}
    assert all(None not in row and None not in row.values() for row in found), "a torn row"
    assert file.read_text(encoding="utf-8").count("sensor_id") == 1, "the header stands twice"
    assert consumer.says("INFO - Consumed: 2026-07-01T"), consumer.lines[:8]
    assert not consumer.says("1970"), [line for line in consumer.lines if "1970" in line]
    return f"{len(events)} readings, {len(found)} rows"


def a_file_has_the_columns_of_the_generators_copy(folder, broker):
    copy, file = folder / "copy.csv", folder / "ours.csv"
    broker.generate("columns", 30, 1, "--csv-file", copy)

    def read_into_the_file(name):
        return run("--bootstrap-server", broker.address, "--topic", "columns", "--group", name, "--db", folder / f"{name}.db",
                   "--csv", file, "--max-messages", 30, "--quiet")

    assert read_into_the_file("fresh").returncode == 0
    header = copy.read_text(encoding="utf-8").splitlines()[0]
    assert file.read_text(encoding="utf-8").splitlines()[0] == header
    file.write_text("Timestamp,CO(GT),T\n2004-03-10,2.6,13.6\n", encoding="utf-8")
    refused = read_into_the_file("refused")
    assert refused.returncode == 1 and f"{file} has other columns than these readings" in refused.stderr, refused
    assert file.read_text(encoding="utf-8").count("\n") == 2
    *known, lacking = header.split(",")
    file.write_text(",".join(known) + "\n", encoding="utf-8")
    done = read_into_the_file("lacking")
    assert done.returncode == 0 and done.stdout.count(f"Left out of {file}: {lacking}, for which") == 1, done
    return f"{len(known) + 1} columns"


def joining_is_no_silence(folder, broker):
    """A group waits for its first members longer than this run waits for records."""
    nobody = types.SimpleNamespace(address="127.0.0.1:1")
    unreached = Consumer(nobody, "--db", folder / "unreached.db", "--idle-exit-ms", 100)
    slow = Broker(folder / "slow", group_initial_rebalance_delay_ms=3000)
    slow.generate("slow", 50)
    begun = time.monotonic()
    result = run("--bootstrap-server", slow.address, "--topic", "slow", "--db", folder / "slow.db", "--idle-exit-ms", 500)
    assert result.returncode == 0 and "Messages processed: 50" in result.stdout, result
    took = time.monotonic() - begun
    missing = run("--bootstrap-server", slow.address, "--topic", "missing", "--db", folder / "missing.db", "--idle-exit-ms", 500)
    assert missing.returncode == 0 and "Messages processed: 0" in missing.stdout, missing
    slow.stop()
    unreached.end(which=None, expected=1)
    assert unreached.says("alert-consumer: Cannot reach a broker at 127.0.0.1:1: "), unreached.lines
    return f"{took:.1f} s"


def a_locked_database_is_waited_for_and_nothing_is_skipped(folder, broker):
    broker.generate("locked", 300)
    database = folder / "locked.db"
    assert run("--bootstrap-server", broker.address, "--topic", "locked", "--db", database, "--max-messages", "0").returncode == 0
    holder = sqlite3.connect(database, isolation_level=None)
    consumer = Consumer(broker, "--topic", "locked", "--group", "locked", "--db", database)
    wait_until("it runs", lambda: consumer.says("Consumer is running"))
    holder.execute("BEGIN IMMEDIATE")
    broker.generate("locked", 300)
    wait_until("it says so", lambda: consumer.says("database is locked; trying again, nothing is skipped."))
    holder.execute("ROLLBACK")
    holder.close()
    wait_until("all is stored", lambda: stored(database) == 600)
    consumer.end()
    assert alerts_in(database) == expected_alerts(broker.read("locked"))
    return "600 readings"


def alerts_go_to_a_topic_of_their_own(folder, broker):
    broker.generate("with_alerts", 300)
    database = folder / "published.db"
    consumer = Consumer(broker, "--topic", "with_alerts", "--group", "p", "--db", database, "--alerts-topic", "weather_alerts",
                        "--max-messages", 300)
    consumer.end(which=None)
    published = sorted((alert["partition"], alert["offset"], alert["alert_type"], alert["value"]) for alert in broker.read("weather_alerts"))
    logged = sorted(ask(database, "SELECT \"partition\", \"offset\", alert_type, metric_value FROM alert_log"))
    assert published == logged and published, f"{len(published)} published, {len(logged)} stored"
    assert any(line.startswith("Processed 300 messages | ") and line.endswith(" | lag 0") for line in consumer.lines)
    return f"{len(published)} alerts"


def an_alert_that_its_topic_never_takes_ends_it(folder, broker):
    narrow = Broker(folder / "narrow", message_max_bytes=250)
    subprocess.run(["kcat", "-b", narrow.address, "-t", "hot", "-P"], input='{"temperature": 41}', text=True, timeout=DEADLINE_S,
                   check=True)
    result = run("--bootstrap-server", narrow.address, "--topic", "hot", "--db", folder / "narrow.db", "--alerts-topic", "alerts")
    assert result.returncode == 1 and stored(folder / "narrow.db") == 0, result
    assert result.stderr.startswith("alert-consumer: Cannot publish alerts to alerts: "), result.stderr
    assert "MESSAGE_TOO_LARGE" in result.stderr and result.stderr.count("\n") == 1 and ".." not in result.stderr, result.stderr
    narrow.stop()
    return "one sentence"


def rules_come_from_a_file_and_mistakes_have_their_line(folder, broker):
    rules = folder / "rules.json"
    rules.write_text('[{"name": "ALL", "metric": "pressure", "condition": "!=", "threshold": 0, "severity": "info"}]')
    broker.generate("ruled", 50)
    result = run("--bootstrap-server", broker.address, "--topic", "ruled", "--db", folder / "ruled.db", "--rules", rules,
                 "--max-messages", 50)
    assert result.returncode == 0 and "Alert rules active: 1" in result.stdout and "Alerts generated: 50" in result.stdout, result.stdout
    rules.write_text('[\n{"name": "ALL", "metric": "pressure", "condition": "~", "threshold": 0, "severity": "info"}]')
    result = run("--rules", rules)
    assert result.returncode == 2 and f"{rules}:2: 'condition' has to be one of" in result.stderr, result.stderr
    return "50 alerts"


def silence_is_explained_after_ten_seconds(folder, broker):
    broker.generate("quiet", 20)
    subprocess.run([generator_program, "--bootstrap-server", broker.address, "--topic", "empty", "--create-topic", "--partitions", "1",
                    "--rate", "0", "--count", "0"], capture_output=True, timeout=DEADLINE_S, check=True)
    watched = {
        "did you mean 'quiet'?": ["--topic", "quite", "--group", "a", "--db", folder / "a.db"],
        "topic empty is empty": ["--topic", "empty", "--group", "b", "--db", folder / "b.db"],
        "began at the latest record": ["--topic", "quiet", "--group", "c", "--db", folder / "c.db", "--auto-offset-reset", "latest"],
        "everything in topic quiet was read": ["--topic", "quiet", "--group", "d", "--db", folder / "d.db"],
    }
    consumers = {text: Consumer(broker, *flags) for text, flags in watched.items()}
    second = Consumer(broker, "--topic", "quiet", "--group", "d", "--db", folder / "e.db")
    members = [consumers["everything in topic quiet was read"], second]
    wait_until("one of two members has nothing", lambda: any(member.says("no partitions are assigned") for member in members))
    for text, consumer in consumers.items():
        if consumer not in members:
            wait_until(text, lambda text=text, consumer=consumer: consumer.says(text))
    wait_until("the other has read all", lambda: any(member.says("everything in topic quiet was read") for member in members))
    for consumer in [*consumers.values(), second]:
        consumer.end()
    return "five reasons"


def exit_codes_and_help_are_as_people_expect(folder, broker):
    assert run("--help").returncode == 0 and "--rules FILE" in run("--help").stdout
    settings = run("--help-config")
    assert settings.returncode == 0 and "auto.offset.reset" in settings.stdout and settings.stderr == ""
    assert "linger.ms" not in settings.stdout, "a producer's setting"
    wrong = run("--topik", "x")
    assert wrong.returncode == 2 and "did you mean '--topic'?" in wrong.stderr and wrong.stdout == "", wrong
    warned = run("--db", folder / "warned.db", "--max-messages", "0", "--consumer-property", "fetch.min.byte=1")
    assert warned.returncode == 0 and warned.stderr.count("did you mean 'fetch.min.bytes'?") == 1, warned
    for wrong in [["--consumer-property", "session.timeout.ms=abc"], ["--consumer-property", "security.protocol=SASL_SSL"],
                  ["--bootstrap-server", "foo:bar"], ["--alerts-topic", "no/name"], ["--rules", "nope.json"]]:
        result = run("--db", folder / "untouched.db", *wrong)
        assert result.returncode == 2 and result.stdout == "" and not (folder / "untouched.db").exists(), (wrong, result)
        assert result.stderr.count("\n") == 1 and result.stderr.startswith("alert-consumer: "), (wrong, result.stderr)
    told = run("--db", folder / "told.db", "--max-messages", "0", "--consumer-property", "enable.auto.commit=true")
    assert told.returncode == 0 and told.stderr.count("offsets are committed after they are stored") == 1, told
    nowhere = run("--db", "/nonexistent/alerts.db")
    assert nowhere.returncode == 1 and "/nonexistent/alerts.db" in nowhere.stderr and nowhere.stderr.count("\n") == 1, nowhere
    stopped = Consumer(broker, "--topic", "none", "--db", folder / "none.db")
    wait_until("it runs", lambda: stopped.says("Consumer is running. Press Ctrl+C to stop."))
    stopped.end(signal.SIGTERM)
    assert stopped.lines[:4] == ["Starting Kafka Real-time Streaming Pipeline", "Consuming from topic: none", "Alert rules active: 7",
                                 "Consumer is running. Press Ctrl+C to stop."], stopped.lines
    assert stopped.says("Messages processed: 0")
    return "0, 1 and 2"


def main():
    failed = skipped = 0
    cases = [a_broker_that_starts_again_is_read_from_its_beginning, killed_at_any_statement_it_goes_on_where_it_was,
             files_take_every_reading_at_least_once_and_the_header_once, a_file_has_the_columns_of_the_generators_copy,
             joining_is_no_silence, a_locked_database_is_waited_for_and_nothing_is_skipped,
             alerts_go_to_a_topic_of_their_own, an_alert_that_its_topic_never_takes_ends_it,
             rules_come_from_a_file_and_mistakes_have_their_line, silence_is_explained_after_ten_seconds, exit_codes_and_help_are_as_people_expect]
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(folder)
        for case in cases:
            name = case.__name__.replace("_", " ")
            try:
                print(f"ok {name} ({case(pathlib.Path(folder), broker)})", flush=True)
            except Skipped as why:
                skipped += 1
                print(f"SKIP {name}: {why}", flush=True)
            except (AssertionError, subprocess.SubprocessError) as error:
                failed += 1
                print(f"FAIL {name}: {error}", flush=True)
        broker.stop()
    print(f"{len(cases) - failed - skipped} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


sys.exit(main())
