#!/usr/bin/python3
"""Runs a real Apache Kafka on this machine: one node, broker and controller in one, KRaft.

    real_kafka.py                      starts it, prints `bootstrap HOST:PORT`, runs until SIGTERM or Ctrl+C
    real_kafka.py -- COMMAND ARG...    starts it, runs the command (each `{}` becomes HOST:PORT), stops it,
                                       exits with the command's code
    --override k=v   adds a line to server.properties      --kafka-version V   another release, or the newest of a line: kafka-3.9, kafka-4
    --fetch-only     only fills the cache

The jars come through `mvn` and are kept in $MINI_KAFKA_DIR, by default ~/.cache/mini-broker.
Where Java 17 or mvn is missing, or the jars cannot be had, it prints one line `SKIP-REGISTRY: reason` and exits 77.
"""

import argparse
import base64
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid

KAFKA_VERSION = "4.2.0"
RELEASES = {"kafka-3.9": "3.9.2", "kafka-4": "4.3.1"}  # the two lines that people run, each at its newest
SKIPPED = 77
START_DEADLINE_S = 120
STOP_DEADLINE_S = 30
MVN_DEADLINE_S = 900

POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>jars</artifactId><version>1</version><packaging>pom</packaging>
<dependencies><dependency><groupId>org.apache.kafka</groupId><artifactId>{artifact}</artifactId>
<version>{version}</version></dependency>
<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
</dependencies></project>
"""


class Skip(Exception):
    """The real Kafka cannot be had here; the text says why."""


def java():
    found = shutil.which("java")
    if not found:
        raise Skip("java is not installed")
    text = subprocess.run([found, "-version"], capture_output=True, text=True).stderr
    major = int(text.split('"')[1].split(".")[0])
    if major < 17:
        raise Skip(f"Kafka 4 needs Java 17 or later, this is {major}")
    return found


def jars(version=KAFKA_VERSION, artifact="kafka_2.13"):
    """The folder with an artifact's jars and what they need; fetched on first use, whole or not at all."""
    cache = pathlib.Path(os.environ.get("MINI_KAFKA_DIR", pathlib.Path.home() / ".cache" / "mini-broker"))
    folder = cache / f"{artifact}-{version}"
    if any(folder.glob(artifact + "-*.jar")):
        return folder
    mvn = shutil.which("mvn")
    if not mvn:
        raise Skip("mvn is not installed")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        fetched = pathlib.Path(scratch) / "jars"
        (pathlib.Path(scratch) / "pom.xml").write_text(POM.format(artifact=artifact, version=version))
        command = [
            mvn,
            "-q",
            "-B",
            "dependency:copy-dependencies",
            f"-DoutputDirectory={fetched}",
            "-DincludeScope=runtime",
        ]
        try:
            done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, timeout=MVN_DEADLINE_S)
        except subprocess.TimeoutExpired:
            raise Skip(f"mvn did not finish within {MVN_DEADLINE_S} s")
        if done.returncode != 0 or not any(fetched.glob(artifact + "-*.jar")):
            raise Skip(f"mvn could not fetch {artifact} {version}")
        shutil.rmtree(folder, ignore_errors=True)
        fetched.rename(folder)
    return folder


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class RealKafka:
    """`with RealKafka() as kafka: use(kafka.bootstrap)`. Its data lives in a temporary folder and goes with it."""

    def __init__(self, overrides=None, version=KAFKA_VERSION):
        self.overrides = dict(overrides or {})
        self.version = version
        self.bootstrap = None
        self.process = None
        self.folder = None

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.java = java()
        self.jars = jars(self.version)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="real-kafka-"))
        self.properties = self._write_properties()
        self._format(self.properties)
        self._launch()
        return self

    def restart(self):
        """The same broker again: same address, same data."""
        self._end()
        self._launch()

    def stop(self):
        self._end()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _launch(self):
        self.log = self.folder / "kafka.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                self._java("kafka.Kafka", str(self.properties)), stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True
            )
        self._wait_until_started()

    def _end(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_DEADLINE_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _write_properties(self):
        port, controller = free_ports(2)
        self.bootstrap = f"127.0.0.1:{port}"
        settings = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": str(self.folder / "data"),
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "3",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "transaction.state.log.num.partitions": "3",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "500",
        }
        settings.update(self.overrides)
        path = self.folder / "server.properties"
        path.write_text("".join(f"{k}={v}\n" for k, v in settings.items()))
        return path

    def _java(self, main_class, *arguments):
        return [
            self.java,
            "-Xms256m",
            "-Xmx768m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-cp",
            f"{self.jars}/*",
            main_class,
            *arguments,
        ]

    def _format(self, properties):
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if cluster_id.startswith("-"):
            cluster_id = "A" + cluster_id[1:]  # the tool would take it for an option
        done = subprocess.run(
            self._java("kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(properties)),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode != 0:
            raise RuntimeError("formatting the storage failed:\n" + done.stdout[-2000:])

    def _wait_until_started(self):
        deadline = time.monotonic() + START_DEADLINE_S
        while b"Kafka Server started" not in self.log.read_bytes():
            if self.process.poll() is not None:
                raise RuntimeError("Kafka ended while starting:\n" + self.log.read_text()[-3000:])
            if time.monotonic() > deadline:
                raise RuntimeError("Kafka did not start in time:\n" + self.log.read_text()[-3000:])
            time.sleep(0.1)  # the poll's interval; the log line is the condition


def wait_for_signal():
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.wait(0.5):
        pass


def run(options):
    overrides = dict(pair.split("=", 1) for pair in options.override)
    with RealKafka(overrides, RELEASES.get(options.kafka_version, options.kafka_version)) as kafka:
        if not options.command:
            print("bootstrap", kafka.bootstrap, flush=True)
            wait_for_signal()
            return 0
        command = [part.replace("{}", kafka.bootstrap) for part in options.command]
        return subprocess.run(command).returncode


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--override", action="append", default=[], metavar="K=V")
    parser.add_argument("--kafka-version", default=KAFKA_VERSION)
    parser.add_argument("--fetch-only", action="store_true")
    parser.add_argument("command", nargs="*")
    options = parser.parse_args()
    try:
        if options.fetch_only:
            java()
            print(jars(RELEASES.get(options.kafka_version, options.kafka_version)))
            return 0
        return run(options)
    except Skip as reason:
        print(f"SKIP-REGISTRY: {reason}")
        return SKIPPED


if __name__ == "__main__":
    sys.exit(main())
