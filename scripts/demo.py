#!/usr/bin/python3
"""The demo: readings flow from a generator through the broker into SQLite alerts, until Ctrl+C.

Three separate processes, started with flags that anybody can type and printed before they run. They stop in order:
the generator flushes, the consumer reads what was sent, the broker goes last.
"""
import argparse
import collections
import os
import pathlib
import queue
import re
import shlex
import signal
import sqlite3
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(os.path.abspath(__file__)).parents[1]
PROGRAMS = os.environ.get("BUILD_DIR", "build")
TOPIC = "sensor_data"
# By day: at night there is little to raise an alert.
RATES = {"weather": ["--rate", "10", "--num-sensors", "5", "--seed", "7", "--anomaly-spike-rate", "0.3",
                     "--start-time", "2026-07-01T10:00:00Z"],
         "uci": ["--rate", "50"]}
ALERTS_BY_TYPE = ("SELECT alert_type, COUNT(*) FROM alert_log WHERE alert_ts > datetime('now','-1 hour')"
                  " GROUP BY alert_type")
START_MAX_S, FLUSH_MAX_S, CATCH_UP_MAX_S, STOP_MAX_S = 10, 10, 5, 5
LAST_LINES, LINES_AT_ONCE_MAX, LINES_WAITING_MAX = 15, 100, 10_000  # past the last one a child waits in its write


class Failure(Exception):
    """One of the programs did not do its part; the text says which and how."""


class Child:
    """A program of the demo, in its own process group so that Ctrl+C reaches the demo only."""

    def __init__(self, command, output):
        self.name = pathlib.Path(command[0]).name
        self.last_lines = collections.deque(maxlen=LAST_LINES)
        self.process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdin=subprocess.DEVNULL, text=True,
                                        errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.reader = threading.Thread(target=self._read, args=(output,), daemon=True)
        self.reader.start()

    def _read(self, output):
        for line in self.process.stdout:
            output.put((self, line.rstrip("\n")))

    def running(self):
        return self.process.poll() is None

    def send(self, which):
        if self.running():
            os.killpg(self.process.pid, which)

    def failure(self):
        code = self.process.returncode
        how = f"exit code {code}" if code >= 0 else signal.Signals(-code).name
        return "\n".join([f"{self.name} ended with {how}; its last lines:", *(f"  {line}" for line in self.last_lines)])


class Demo:
    def __init__(self, options):
        self.options = options
        self.output = queue.Queue(LINES_WAITING_MAX)
        self.children = []
        self.stop_asked = False
        self.sent = None
        self.number, self.folder = fresh_folder()
        self.database = self.folder / "alerts.db"
        self.port_file = self.folder / "port"

    # Printing. A reader that goes away (a pipe into head) ends the demo, in order.
    def say(self, text=""):
        try:
            print(text, flush=True)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self.stop_asked = True

    def show_line(self, child, line):
        child.last_lines.append(line)
        total = re.search(r"\bSent (\d+) messages\b", line)
        if child.name == "sensor-gen" and total:
            self.sent = int(total[1])
        self.say(f"{child.name:>14} | {line}")

    def pump(self, seconds=0.05):
        """Shows what the children have printed, and waits a little for more."""
        try:
            self.show_line(*self.output.get(timeout=seconds))
            for _ in range(LINES_AT_ONCE_MAX):
                self.show_line(*self.output.get_nowait())
        except queue.Empty:
            pass

    def pump_until(self, done, limit_s):
        """True when done() came true within the limit."""
        deadline = time.monotonic() + limit_s
        while not done():
            if time.monotonic() > deadline:
                return False
            self.pump()
        return True

    # Starting.
    def start(self, *command):
        self.say("$ " + shlex.join(command))
        self.children.append(Child(command, self.output))
        return self.children[-1]

    def check_children(self):
        for child in self.children:
            if child.process.poll() not in (None, 0) or (not child.running() and child.name != "sensor-gen"):
                self.drain(child)
                raise Failure(child.failure())

    def start_broker(self):
        self.start(f"{PROGRAMS}/mini-broker", "--listen", "127.0.0.1:0", "--port-file", shown(self.port_file),
                   "--topic", f"{TOPIC}:3")

        def ready():
            self.check_children()
            return self.port_file.exists() or self.stop_asked

        if not self.pump_until(ready, START_MAX_S):
            raise Failure(f"mini-broker did not write {shown(self.port_file)} within {START_MAX_S} s")
        return "" if self.stop_asked else "127.0.0.1:" + self.port_file.read_text().split()[0]

    def start_clients(self, address):
        self.start(f"{PROGRAMS}/alert-consumer", "--bootstrap-server", address, "--topic", TOPIC, "--group", "demo",
                   "--db", shown(self.database), "--from-beginning")
        dataset = ["--dataset", self.options.dataset] if self.options.dataset else []
        self.start(f"{PROGRAMS}/sensor-gen", "--bootstrap-server", address, "--topic", TOPIC,
                   "--source", self.options.source, *dataset, *RATES[self.options.source])

    # Running and stopping.
    def watch(self):
        """Until Ctrl+C, the duration, or the end of the data."""
        generator = self.children[-1]
        deadline = time.monotonic() + (self.options.duration or float("inf"))
        while not self.stop_asked and time.monotonic() < deadline and generator.running():
            self.pump()
            self.check_children()

    def drain(self, child):
        """Shows the last words of a child that has ended."""
        self.pump_until(lambda: not child.reader.is_alive(), 1)
        while not self.output.empty():
            self.pump()

    def stop(self, child, limit_s):
        child.send(signal.SIGINT)
        if not self.pump_until(lambda: not child.running(), limit_s):
            self.say(f"{child.name} did not stop within {limit_s} s and is killed")
            child.send(signal.SIGKILL)
            child.process.wait()
        self.drain(child)
        if child.process.returncode != 0:
            raise Failure(child.failure())

    def stop_in_order(self):
        broker, consumer, generator = self.children
        self.stop(generator, FLUSH_MAX_S)
        self.pump_until(lambda: self.stored() >= (self.sent or 0), CATCH_UP_MAX_S)
        self.stop(consumer, STOP_MAX_S)
        self.stop(broker, STOP_MAX_S)

    def abandon(self):
        """After a failure: the rest stop in the same order, and nothing outlives us."""
        for child in reversed(self.children):
            try:
                self.stop(child, STOP_MAX_S)
            except Failure:
                pass

    # What the database says.
    def query(self, sql):
        try:
            connection = sqlite3.connect(self.database.as_uri() + "?mode=ro", uri=True, timeout=1)
        except sqlite3.Error:
            return []
        try:
            return connection.execute(sql).fetchall()
        except sqlite3.Error:
            return []  # the consumer has not made its tables yet
        finally:
            connection.close()

    def stored(self):
        rows = self.query("SELECT COALESCE(SUM(next_offset), 0) FROM consumed")
        return rows[0][0] if rows else 0

    def summary(self):
        stored = self.stored()
        next_port = shown(self.folder.parent / str(self.number + 1) / "port")
        self.say(f"sent             {self.sent if self.sent is not None else 'unknown'}")
        self.say(f"stored           {stored}{'' if stored == self.sent else '  NOT EQUAL'}")
        self.say("alerts by type   " + (", ".join(f"{kind} {count}" for kind, count in self.query(ALERTS_BY_TYPE)) or "none"))
        self.say(f"database         {shown(self.database)}")
        self.say(f"next time, too   kcat -b 127.0.0.1:$(cat {next_port}) -C -t {TOPIC} -o beginning")
        return 0 if stored == self.sent else 1

    def run(self):
        try:
            address = self.start_broker()
            if self.stop_asked:
                self.abandon()
                return 0
            self.start_clients(address)
            self.watch()
            self.stop_in_order()
            return self.summary()
        except (Failure, OSError) as failure:
            self.abandon()
            self.say(str(failure))
            return 1
        finally:
            for child in self.children:
                child.send(signal.SIGKILL)


def shown(path):
    """As a user in the project's folder would type it."""
    return str(path.relative_to(ROOT))


def fresh_folder():
    base = ROOT / "demo-output"
    base.mkdir(exist_ok=True)
    number = max((int(entry.name) for entry in base.iterdir() if entry.name.isdigit()), default=0) + 1
    while True:
        try:
            (base / str(number)).mkdir()
            return number, base / str(number)
        except FileExistsError:  # another demo was quicker
            number += 1


def parse(arguments):
    parser = argparse.ArgumentParser(prog="./run demo", description="Readings, alerts and a broker at work, until Ctrl+C.")
    parser.add_argument("--duration", type=float, metavar="SECONDS", help="stop by itself after so long")
    parser.add_argument("--source", choices=sorted(RATES), default="weather", help="what is sent (default: weather)")
    parser.add_argument("--dataset", metavar="FILE", help="the UCI Air Quality file, for --source uci")
    options = parser.parse_args(arguments)
    if options.duration is not None and not 0 < options.duration < float("inf"):
        parser.error("--duration wants a number of seconds above zero")
    if (options.source == "uci") != bool(options.dataset):
        parser.error("--source uci and --dataset FILE go together")
    if options.dataset:
        if not os.path.isfile(options.dataset):
            parser.error(f"there is no file {options.dataset}")
        options.dataset = os.path.abspath(options.dataset)
    return options


def main(arguments):
    demo = Demo(parse(arguments))

    def ask_to_stop(*_):
        demo.stop_asked = True

    for which in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(which, ask_to_stop)
    return demo.run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
