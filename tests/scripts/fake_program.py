#!/usr/bin/python3
"""Stands in for mini-broker, alert-consumer or sensor-gen, by the name it is copied to.

Writes what happens to it into `events`. FAKE_DIES=NAME makes that program fail, FAKE_STUBBORN=NAME ignore SIGINT,
FAKE_LOSES=N makes the consumer store N messages too few, FAKE_COUNT=N ends the generator by itself.
"""
import os
import signal
import sqlite3
import sys
import time

NAME = os.path.basename(sys.argv[0])
FLAGS = dict(zip(sys.argv[1::2], sys.argv[2::2]))
asked_to_stop = []


def note(text):
    with open("events", "a", encoding="utf-8") as events:
        events.write(f"{NAME} {text}\n")


def stop_asked():
    time.sleep(0.01)
    return bool(asked_to_stop)


def mini_broker():
    with open(FLAGS["--port-file"] + ".new", "w", encoding="utf-8") as port_file:
        port_file.write("4711\n")
    os.rename(FLAGS["--port-file"] + ".new", FLAGS["--port-file"])
    print("Kafka Server started", flush=True)
    while not stop_asked():
        pass
    os.remove(FLAGS["--port-file"])


def sensor_gen():
    sent, count = 0, int(os.environ.get("FAKE_COUNT", 10**9))
    while sent < count and not stop_asked():
        sent += 1
    with open("sent", "w", encoding="utf-8") as total:
        total.write(str(sent))
    print(f"Sent {sent} messages", flush=True)


def alert_consumer():
    database = sqlite3.connect(FLAGS["--db"])
    database.execute("CREATE TABLE alert_log(alert_ts, alert_type)")
    database.execute("CREATE TABLE consumed(topic_id, topic, partition, next_offset)")
    database.execute("INSERT INTO alert_log VALUES (datetime('now'), 'HIGH_TEMP')")
    database.commit()
    print("HIGH_TEMP ws_cairo_001", flush=True)
    while not stop_asked():
        if os.path.exists("sent"):
            break
    time.sleep(0.2)  # the last messages take a while to arrive: the demo must wait for them
    with open("sent", encoding="utf-8") as total:
        stored = int(total.read()) - int(os.environ.get("FAKE_LOSES", 0))
    for partition in range(2):
        database.execute("INSERT INTO consumed VALUES ('id', 't', ?, ?)", (partition, (stored + partition) // 2))
    database.commit()
    note("stored everything")
    while not stop_asked():
        pass


note("started")
if os.environ.get("FAKE_DIES") == NAME:
    print("cannot go on: the disk is made of cheese", flush=True)
    sys.exit(3)
stubborn = os.environ.get("FAKE_STUBBORN") == NAME
signal.signal(signal.SIGINT, signal.SIG_IGN if stubborn else lambda *_: asked_to_stop.append(True))
{"mini-broker": mini_broker, "sensor-gen": sensor_gen, "alert-consumer": alert_consumer}[NAME]()
note("stopped")
