"""The main job over TCP, with the programs as they ship: pipeline_test.py KIND BROKER GENERATOR CONSUMER STAND_IN UCI_FILE.

KIND says where: mini (BROKER), mock (librdkafka's), kafka-3.9 or kafka-4 (a real Apache Kafka; exit code 77 where it cannot
be had). kcat, which was not written here, reads back what the generator sent, and a model of the rules says which
alerts it makes; on other brokers than ours the same alerts have to stand as on ours.
One line per case, and at the end `N passed, N failed, N skipped`.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import worlds
from worlds import MiniBroker, Programs, alerts_due, alerts_in, ask, interrupt, stored, wait_until

import harness
import real_kafka

kind = sys.argv[1]
broker_program, generator_program, consumer_program, stand_in, uci_file = map(os.path.realpath, sys.argv[2:7])
NOON = "2026-07-01T12:00:00Z"
WEATHER = ["--seed", "7", "--start-time", NOON, "--anomaly-spike-rate", "0.3", "--quiet"]
CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]


class Skipped(Exception):
    """What this kind of broker does not do."""


def uci_rows():
    """The data rows: those that have more than empty cells, after the heading."""
    lines = pathlib.Path(uci_file).read_text(encoding="utf-8", errors="replace").splitlines()
    return sum(1 for line in lines[1:] if line.strip(";\r ,"))


def created(world, partitions):
    return ["--create-topic", "--partitions", str(partitions)] if world.creates_topics else []


def check_alerts(database, rows):
    found = ask(database, "SELECT partition, offset, alert_type FROM alert_log")
    assert sorted(found) == alerts_due(rows), f"{len(found)} alerts stored, the readings make {len(alerts_due(rows))}"
    return len(found)


def every_uci_row_goes_in_and_comes_out(world, programs):
    rows = uci_rows()
    said = programs.generate("--source", "uci", "--dataset", uci_file, "--rate", "0", "--topic", "air_quality_data",
                             *created(world, 1))
    assert f"Sent {rows} messages" in said, said[-300:]
    read = programs.read_back("air_quality_data")
    assert len(read) == rows, f"{rows} rows in, {len(read)} out"
    timestamps = [json.loads(text)["Timestamp"] for _, _, text in read]
    assert len(set(timestamps)) == rows, "a row is there twice"
    if world.creates_topics:  # one partition
        assert timestamps == sorted(timestamps), "out of order"
    database = programs.folder / "uci.db"
    programs.consume("air_quality_data", database, rows)
    assert stored(database) == rows, f"{stored(database)} stored"
    return f"{rows} rows in, {len(read)} out"


def weather_makes_the_alerts_that_it_makes_on_mini_broker(world, programs):
    def run(where, those):
        database = those.folder / f"weather-{type(where).__name__}.db"
        those.generate(*WEATHER, "--count", "1000", "--rate", "0", "--topic", "weather", *created(world, 3))
        those.consume("weather", database, 1000)
        return check_alerts(database, those.read_back("weather")), alerts_in(database)

    count, found = run(world, programs)
    assert count > 100, f"only {count} alerts"
    if kind == "mini":
        return f"{count} alerts"
    with MiniBroker(broker_program) as mini:
        _, wanted = run(mini, Programs(generator_program, consumer_program, mini.bootstrap, programs.folder))
    if not world.creates_topics:  # other partitions, so other offsets
        found, wanted = (sorted(row[2:] for row in rows) for rows in (found, wanted))
    assert found == wanted, "other alerts than on mini-broker"
    return f"{count} alerts, the same on mini-broker"


def a_consumer_killed_while_readings_come_loses_none_and_stores_none_twice(world, programs):
    database = programs.folder / "killed.db"
    generator = programs.start_generator(*WEATHER, "--count", "2000", "--rate", "400", "--topic", "sensor_data",
                                         *created(world, 3))
    consumer = programs.start_consumer("sensor_data", database)
    try:
        for least in (1, 700):
            wait_until(f"{least} are stored", lambda least=least: stored(database) >= least)
            consumer.kill()
            consumer.wait()
            consumer = programs.start_consumer("sensor_data", database)
        assert generator.wait(worlds.DEADLINE_S) == 0
        sent = programs.read_back("sensor_data")
        wait_until("everything is stored", lambda: stored(database) >= len(sent))
        interrupt(consumer)
    finally:
        generator.kill()
        consumer.kill()
        generator.wait()
        consumer.wait()
    assert stored(database) == len(sent) > 1900
    facts = ask(database, "SELECT partition, offset FROM fact_weather_reading")
    assert sorted(facts) == sorted(row[:2] for row in sent), f"{len(facts)} readings in the star"
    alerts = check_alerts(database, sent)
    return f"{len(sent)} readings, {alerts} alerts"


def every_codec_is_stored_as_asked_and_read_back(world, programs):
    found = []
    for codec in CODECS:
        topic, database = "codec-" + codec, programs.folder / f"{codec}.db"
        said = programs.generate(*WEATHER, "--count", "300", "--rate", "0", "--topic", topic, "--producer-property",
                                 "compression.type=" + codec, *created(world, 1))
        sent = int(re.search(r"Sent (\d+) messages", said)[1])
        rows = programs.read_back(topic)
        assert len(rows) == sent, f"{sent} sent, kcat read {len(rows)}"
        batches = [b for p in {row[0] for row in rows} for b in harness.stored_batches(world.bootstrap, topic, p)]
        held = sum(count for _, count, _ in batches)
        assert held == sent, f"{sent} sent, {held} fetched as batches of {codec}"
        assert {stored_codec for stored_codec, _, _ in batches} == {codec}, f"stored as {batches}"
        programs.consume(topic, database, len(rows))
        found.append(check_alerts(database, rows))
    assert len(set(found)) == 1, f"alerts by codec: {found}"
    return ", ".join(CODECS)


def a_topic_that_comes_after_its_consumer_is_read_whole(world, programs):
    database = programs.folder / "late.db"
    consumer = programs.start_consumer("late", database)
    try:
        wait_until("the consumer has its database", lambda: ask(database, "SELECT COUNT(*) FROM consumed"))
        programs.generate(*WEATHER, "--count", "200", "--rate", "0", "--topic", "late")
        rows = programs.read_back("late")
        wait_until("everything is stored", lambda: stored(database) >= len(rows))
        interrupt(consumer)
    finally:
        consumer.kill()
        consumer.wait()
    return f"{len(rows)} readings, {check_alerts(database, rows)} alerts"


def a_broker_that_restarts_costs_no_reading(world, programs):
    if not world.restarts:
        raise Skipped("it cannot be started again at the same address")
    database = programs.folder / "restart.db"
    consumer = programs.start_consumer("restarted", database)
    due = []
    try:
        for life in (1, 2):
            programs.generate(*WEATHER, "--count", "300", "--rate", "0", "--topic", "restarted")
            rows = programs.read_back("restarted")
            due = due + rows if life == 1 or not world.keeps_topics else rows
            wait_until("everything is stored", lambda: stored(database) >= len(due))
            if life == 1:
                world.restart()
        interrupt(consumer)
    finally:
        consumer.kill()
        consumer.wait()
    ids = ask(database, "SELECT COUNT(DISTINCT topic_id) FROM consumed")[0][0]
    assert ids == (1 if world.keeps_topics else 2), f"{ids} topic ids"
    return f"{len(due)} readings in two lives, {check_alerts(database, due)} alerts, {ids} topic id(s)"


def get_broker_does_its_twenty_messages_over_it(world, programs):
    if not world.creates_topics:
        raise Skipped("it has no CreateTopics")
    done = subprocess.run([stand_in, "twenty"], env={**os.environ, "MINI_BROKER": world.bootstrap}, capture_output=True,
                          text=True, timeout=worlds.DEADLINE_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-500:]
    assert "Messages processed: 20" in done.stdout and "Messages pending in queue: 0" in done.stdout, done.stdout
    read = [json.loads(text) for _, _, text in programs.read_back("twenty")]
    assert len(read) == 20 and all("kafka_timestamp" in message for message in read), read
    nowhere = subprocess.run([stand_in], env={**os.environ, "MINI_BROKER": "no:port"}, capture_output=True, text=True,
                             timeout=worlds.DEADLINE_S, check=False)
    assert nowhere.returncode == 1 and nowhere.stderr.count("\n") == 1 and "no:port" in nowhere.stderr, nowhere
    return "20 messages, none pending"


CASES = [every_uci_row_goes_in_and_comes_out, weather_makes_the_alerts_that_it_makes_on_mini_broker,
         a_consumer_killed_while_readings_come_loses_none_and_stores_none_twice,
         every_codec_is_stored_as_asked_and_read_back, a_topic_that_comes_after_its_consumer_is_read_whole,
         get_broker_does_its_twenty_messages_over_it, a_broker_that_restarts_costs_no_reading]


def run_cases(world, folder):
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    programs = Programs(generator_program, consumer_program, world.bootstrap, folder)
    for case in CASES:
        name, begun = case.__name__.replace("_", " "), time.monotonic()
        try:
            note = case(world, programs)
        except Skipped as why:
            counts["skipped"] += 1
            print(f"skip {name}: {why}", flush=True)
        except (AssertionError, subprocess.SubprocessError) as error:
            counts["failed"] += 1
            print(f"FAIL {name}: {error}", flush=True)
        else:
            counts["passed"] += 1
            print(f"ok {name} ({note}; {time.monotonic() - begun:.1f} s)", flush=True)
    return counts


def main():
    try:
        with tempfile.TemporaryDirectory() as folder, worlds.world(kind, broker_program) as world:
            counts = run_cases(world, folder)
    except real_kafka.Skip as reason:
        print(f"SKIP-REGISTRY: {reason}")
        return real_kafka.SKIPPED
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return 1 if counts["failed"] else 0


sys.exit(main())
