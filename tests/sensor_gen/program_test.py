"""sensor-gen as it ships: program_test.py BROKER GENERATOR SAMPLE_CSV.

Each case runs the program in an empty folder and looks at what it printed, wrote and sent (kcat reads it back).
One line per case, and at the end `N passed, N failed, N skipped`.
"""

import csv
import hashlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

DEADLINE_S = 60
POLL_INTERVAL_S = 0.05
NOON = ["--start-time", "2026-07-01T12:00:00Z"]

broker_program, generator_program, sample_csv = map(os.path.realpath, sys.argv[1:4])


def wait_until(what, condition):
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {DEADLINE_S} s: {what}")
        time.sleep(POLL_INTERVAL_S)


class World:
    """A folder with a broker at work, and an empty folder for each run of the program."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.runs = 0
        self.broker, self.bootstrap = self.start_broker()
        self.environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap, "USER": "user1"}

    def start_broker(self, *arguments):
        port_file = self.fresh_folder() / "port"
        broker = subprocess.Popen([broker_program, "--listen", "127.0.0.1:0", "--port-file", port_file, *arguments],
                                  stdout=subprocess.DEVNULL)
        wait_until("the broker listens", port_file.exists)
        return broker, "127.0.0.1:" + port_file.read_text().strip()

    def fresh_folder(self):
        self.runs += 1
        folder = self.folder / f"run-{self.runs}"
        folder.mkdir()
        return folder

    def run(self, *arguments, folder=None):
        """Also checks that the folder stays empty where none was given."""
        where = folder or self.fresh_folder()
        done = subprocess.run([generator_program, *arguments], cwd=where, env=self.environment, capture_output=True,
                              text=True, timeout=DEADLINE_S, check=False)
        if folder is None:
            assert not list(where.iterdir()), f"unexpected files: {list(where.iterdir())}"
        return done

    def read_back(self, topic):
        command = ["kcat", "-b", self.bootstrap, "-t", topic, "-C", "-o", "beginning", "-e", "-q", "-f", "%k\t%s\n"]
        lines = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=True).stdout
        return [tuple(line.split("\t", 1)) for line in lines.splitlines()]


def misuse_is_one_sentence_and_exit_code_2(world):
    secret = "Endpoint=sb://x/;SharedAccessKey=abc"
    for arguments, word in [(["--num-sensros", "3"], "did you mean --num-sensors?"),
                            (["--event-hubs-conn-str", secret, "--event-hub-name", "sensor-data"], "TLS and SASL"),
                            (["--producer-property", "acks=perhaps"], "acks"),
                            (["--source", "lab", "--clip"], "--clip belongs to --source uci")]:
        done = world.run(*arguments)
        assert done.returncode == 2 and done.stdout == "", (arguments, done)
        assert word in done.stderr and done.stderr.count("\n") == 1 and secret not in done.stderr, done.stderr


def what_fails_is_one_sentence_and_exit_code_1(world):
    folder = world.fresh_folder()
    (folder / "bad.csv").write_text("Date;Time;T\n01/01/2005;00.00.00;1\n01/01/2005;01.00.00;warm\n")
    for arguments, sentence in [(["--dataset", "bad.csv"], "bad.csv, line 3: T: 'warm' is not a number."),
                                (["--dataset", "none.csv", "--qc"], "Cannot read none.csv (--dataset): No such file"),
                                (["--bootstrap-server", "127.0.0.1:1"], "Cannot reach a broker at 127.0.0.1:1: "),
                                (["--count", "1", "--csv-file", "bad.csv"], "bad.csv begins with another header"),
                                (["--count", "1", "--logfile", "no/such/f"], "Cannot open no/such/f: ")]:
        done = world.run(*arguments, folder=folder)
        assert done.returncode == 1 and done.stderr.startswith("sensor-gen: " + sentence), (arguments, done)
        assert done.stderr.count("\n") == 1, done.stderr


def help_is_for_reading(world):
    done = world.run("--help")
    assert done.returncode == 0 and done.stderr == "" and "Weather stations (--source weather):" in done.stdout
    done = world.run("--help-config")
    assert done.returncode == 0 and "compression.type = none" in done.stdout


# SHA-256 of the JSON lines, whatever compiler built the program.
GOLDEN = {
    ("--count", "20000"): "1ec0b094beac7271814cc02b702ad5902e4d249e7581a549bf12c2319cca8cac",
    ("--source", "lab", "--count", "2000"): "a5a444d2336d3b32a66ef3aa50fb49f95738f2d470970605db13c48f1e1c2383",
    ("--dataset", sample_csv): "0bfe75bc6d63534a0452335029570fb78cfa8be2fad55983bb09b69ec74b2b9c",
    ("--dataset", sample_csv, "--fill", "mean", "--normalize", "--clip", "--sample", "--count", "2000"): "31bd603b049eb7da997d067a98dfff9f9378fa8b45c6cf583516729f91886406",
}


def without_kafka_the_lines_come_out_the_same_bytes_each_time(world):
    for arguments, expected in GOLDEN.items():
        for _ in range(2):
            done = world.run("--no-kafka", "--rate", "0", "--seed", "7", *NOON, *arguments)
            assert done.returncode == 0, done.stderr
            assert hashlib.sha256(done.stdout.encode()).hexdigest() == expected, (arguments, done.stdout[:200])


def the_quality_summary_goes_where_it_is_asked_to(world):
    done = world.run("--qc", "--dataset", sample_csv)
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert done.returncode == 0 and [row["column"] for row in rows][:2] == ["Timestamp", "CO(GT)"], done.stdout
    assert all(row["rows"] == "40" for row in rows) and any(int(row["missing"]) > 0 for row in rows)
    folder = world.fresh_folder()
    world.run("--qc", "--dataset", sample_csv, "--qc-file", "qc.csv", folder=folder)
    assert (folder / "qc.csv").read_text() == done.stdout


def weather_goes_to_the_topic_keyed_by_sensor_and_to_both_copies(world):
    folder = world.fresh_folder()
    done = world.run("--use-kafka", "--kafka-topic", "weather", "--num-sensors", "7", "--rate", "2000", "--count", "300",
                     "--anomaly-dropout-rate", "0.1", "--output-dir", "output", "--logfile", "f.log", folder=folder)
    assert done.returncode == 0, done.stderr
    for line in ["Connected to Kafka broker, topic: weather", "Starting generator: 7 sensors, 2000 events a second",
                 "Generating REALISTIC Egyptian weather data..."]:
        assert line in done.stdout.splitlines(), done.stdout
    assert re.search(r"^Sent 300 messages to weather in .*, \d+ dropped out$", done.stdout, re.M), done.stdout
    assert len(re.findall(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d - INFO - Sent: ws_", done.stdout, re.M)) == 300
    sent = world.read_back("weather")
    assert [value for _, value in sent] == (folder / "output/sensor_data.jsonl").read_text().splitlines()
    assert all(json.loads(value)["sensor_id"] == key for key, value in sent)
    rows = list(csv.DictReader((folder / "output/sensor_data.csv").open()))
    assert [row["temperature"] for row in rows] == [str(json.loads(value)["value"]["temperature"]) for _, value in sent]
    log = (folder / "f.log").read_text().splitlines()
    assert len(log) == len(done.stdout.splitlines()) and all(" - INFO - " in line for line in log)


def uci_rows_go_out_in_batches_with_the_settings_of_the_producer(world):
    done = world.run("--kafka", "--count", "25", "--rate", "100", "--batch-size", "10", "--dataset", sample_csv,
                     *[part for setting in ["acks=all", "retries=3", "compression.type=gzip", "enable.idempotence=true",
                                            "message.send.max.retries=3", "retry.backoff.ms=500",
                                            "request.timeout.ms=20000"] for part in ("--producer-property", setting)])
    assert done.returncode == 0 and done.stderr == "", done.stderr
    sent = world.read_back("air_quality_data")
    assert len(sent) == 25 and json.loads(sent[0][1])["Timestamp"].startswith("2031-05-03 05:00:00")
    lines = re.findall(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d - INFO - Sent: (\{.*\})$", done.stdout, re.M)
    assert lines == [value for _, value in sent]


def the_lab_sends_its_ten_messages(world):
    done = world.run("--source", "lab", "--rate", "200")
    assert done.returncode == 0, done.stderr
    sent = world.read_back("weather-user1")
    assert len(sent) == 10
    for city, value in sent:
        message = json.loads(value)
        assert list(message) == ["timestamp", "city", "temperature"] and message["city"] == city
        assert city in ("Toronto", "Guangzhou", "Fuzhou") and 18 <= message["temperature"] <= 32


def ctrl_c_ends_it_cleanly_with_totals(world):
    out = world.folder / "interrupted"
    with out.open("w") as stdout:
        process = subprocess.Popen([generator_program, "--topic", "interrupted", "--rate", "500"], stdout=stdout,
                                   cwd=world.fresh_folder(), env=world.environment)
    wait_until("something is sent", lambda: out.read_text().count("INFO - Sent") > 20)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0
    total = re.search(r"^Sent (\d+) messages to interrupted", out.read_text(), re.M)
    assert total and int(total[1]) == len(world.read_back("interrupted")), out.read_text()[-300:]


def ctrl_c_while_it_waits_for_a_broker_ends_it_cleanly_too(world):
    out = world.folder / "unreached"
    with out.open("w") as stdout:
        process = subprocess.Popen([generator_program, "--bootstrap", "127.0.0.1:1", "--csv-file", "f.csv"], stdout=stdout,
                                   stderr=subprocess.PIPE, text=True, cwd=world.fresh_folder())
    wait_until("it says what it waits for", lambda: "Waiting for 127.0.0.1:1" in out.read_text())
    process.send_signal(signal.SIGINT)
    stderr = process.communicate(timeout=20)[1]
    assert process.returncode == 0 and stderr == "", (process.returncode, stderr)
    assert "Sent 0 messages to sensor_data" in out.read_text() and "Connected" not in out.read_text(), out.read_text()


def ctrl_c_after_the_broker_died_says_what_it_waits_for_and_why_it_gave_up(world):
    broker, bootstrap = world.start_broker()
    out = world.folder / "widowed"
    with out.open("w") as stdout:
        process = subprocess.Popen([generator_program, "--bootstrap", bootstrap, "--rate", "50"], stdout=stdout,
                                   cwd=world.fresh_folder())
    wait_until("something is sent", lambda: "INFO - Sent" in out.read_text())
    broker.kill()
    broker.wait()
    wait_until("the trouble is told", lambda: f"Waiting for {bootstrap}: " in out.read_text())
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 1
    text = out.read_text()
    assert len(re.findall(r"^Waiting up to 5 s for \d+ messages$", text, re.M)) == 1, text[-500:]
    failures = re.findall(r"^\S+ \S+ - ERROR - Delivery failed: (.*)$", text, re.M)
    assert len(failures) == 1 and bootstrap in failures[0] and "being closed" not in text, text[-500:]
    assert re.search(r"^Failed to send \d+ messages$", text, re.M), text[-500:]


def what_could_not_be_delivered_is_said_counted_and_exit_code_1(world):
    broker, bootstrap = world.start_broker()
    out = world.folder / "undelivered"
    with out.open("w") as stdout:
        process = subprocess.Popen([generator_program, "--bootstrap", bootstrap, "--rate", "50", "--producer-property",
                                    "delivery.timeout.ms=1000", "--producer-property", "request.timeout.ms=500"],
                                   stdout=stdout, cwd=world.fresh_folder(), env=world.environment)
    wait_until("something is sent", lambda: "INFO - Sent" in out.read_text())
    broker.kill()
    broker.wait()
    wait_until("failures are told", lambda: "Further failures are only counted." in out.read_text())
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 1
    text = out.read_text()
    assert len(re.findall(r"^\S+ \S+ - ERROR - Delivery failed: ", text, re.M)) == 10, text
    failed = re.search(r"^Failed to send (\d+) messages$", text, re.M)
    assert f"Waiting for {bootstrap}: " in text and failed and int(failed[1]) >= 10, text


def a_topic_that_nobody_makes_is_waited_for_and_then_named(world):
    broker, bootstrap = world.start_broker("--override", "auto.create.topics.enable=false")
    out = world.folder / "waiting"
    for made in (True, False):
        topic = ["--bootstrap", bootstrap, "--topic", f"made-{made}"]
        with out.open("w") as stdout:
            process = subprocess.Popen([generator_program, *topic, "--count", "2", "--rate", "100"], stdout=stdout,
                                       stderr=subprocess.PIPE, text=True, cwd=world.fresh_folder())
        wait_until("it says what it waits for", lambda: "Waiting for topic made-" in out.read_text())
        if made:
            assert world.run(*topic, "--create-topic", "--count", "0").returncode == 0
        else:
            process.send_signal(signal.SIGINT)
        stderr = process.communicate(timeout=DEADLINE_S)[1]
        assert process.returncode == (0 if made else 1), stderr
        assert stderr == "" if made else "has no topic made-False" in stderr and "--create-topic" in stderr, stderr
    broker.terminate()
    broker.wait(timeout=10)


CASES = [misuse_is_one_sentence_and_exit_code_2, what_fails_is_one_sentence_and_exit_code_1, help_is_for_reading,
         without_kafka_the_lines_come_out_the_same_bytes_each_time, the_quality_summary_goes_where_it_is_asked_to,
         weather_goes_to_the_topic_keyed_by_sensor_and_to_both_copies,
         uci_rows_go_out_in_batches_with_the_settings_of_the_producer, the_lab_sends_its_ten_messages,
         ctrl_c_ends_it_cleanly_with_totals, ctrl_c_while_it_waits_for_a_broker_ends_it_cleanly_too,
         ctrl_c_after_the_broker_died_says_what_it_waits_for_and_why_it_gave_up, what_could_not_be_delivered_is_said_counted_and_exit_code_1,
         a_topic_that_nobody_makes_is_waited_for_and_then_named]


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        for case in CASES:
            name = case.__name__.replace("_", " ")
            try:
                case(world)
                print(f"ok {name}", flush=True)
            except (AssertionError, subprocess.SubprocessError, OSError) as error:
                failed += 1
                print(f"FAIL {name}: {error!r}", flush=True)
        world.broker.terminate()
        world.broker.wait(timeout=10)
    print(f"{len(CASES) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


sys.exit(main())
