"""The brokers that are held against each other, each as a process of its own: `with peer: load(peer)`."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))
import real_kafka  # noqa: E402

START_DEADLINE_S = 20
QUIET_S, QUIET_CORES_MAX = 0.2, 0.1


class Peer:
    """`address` and `pid` are there between enter and exit; a fresh process each time."""

    name = ""
    creates_topics = True
    core = None  # which one it keeps to

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-"))
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def spawn(self, command):
        if self.core is not None:
            command = ["taskset", "-c", str(self.core), *command]
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT)
        self.pid = self.process.pid

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.log.close()

    def wait_for(self, what):
        deadline = time.monotonic() + START_DEADLINE_S
        while not (found := what()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not start:\n{(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.01)
        return found


class MiniBroker(Peer):
    name = "mini-broker"

    def __init__(self, program, core=None, overrides=()):
        self.program, self.core, self.overrides = program, core, overrides

    def start(self):
        port_file = self.folder / "port"
        command = [self.program, "--listen", "127.0.0.1:0", "--port-file", str(port_file)]
        for override in ("group.initial.rebalance.delay.ms=0", *self.overrides):
            command += ["--override", override]
        self.spawn(command)
        port = self.wait_for(lambda: port_file.exists() and port_file.read_text().strip())
        self.address = f"127.0.0.1:{port}"


class Mock(Peer):
    """librdkafka's mock cluster: checks no checksum, keeps at most 5 MiB of a partition."""

    name = "librdkafka's mock"
    creates_topics = False

    def __init__(self, program, topics, core=None):
        self.program, self.topics, self.core = program, topics, core

    def start(self):
        self.spawn([self.program, *self.topics])
        log = self.folder / "log"
        self.address = self.wait_for(lambda: log.read_text().partition("\n")[0].split(",")[0])


class Answerer(Peer):
    """Built here: the least that answers, checks checksums and copies. Stores nothing that could be read."""

    name = "minimal answerer"
    creates_topics = False

    def __init__(self, program, topic, partitions, core=None):
        self.program, self.topic, self.partitions, self.core = program, topic, partitions, core

    def start(self):
        (port,) = real_kafka.free_ports(1)
        self.spawn([self.program, str(port), self.topic, str(self.partitions)])
        time.sleep(0.2)
        self.address = f"127.0.0.1:{port}"


class NotHere(Exception):
    """A peer cannot be had here; the text says why."""


def built_elsewhere(name, needs, build):
    """The program of a peer that comes from a registry, built once and kept: build(folder) puts it there."""
    folder = pathlib.Path(os.environ.get("MINI_KAFKA_DIR", pathlib.Path.home() / ".cache" / "mini-broker")) / name
    program = folder / name
    if not program.exists():
        if not shutil.which(needs):
            raise NotHere(f"{needs} is not installed")
        folder.mkdir(parents=True, exist_ok=True)
        done = build(folder)
        if done.returncode != 0 or not program.exists():
            raise NotHere(f"{needs} could not build it: {done.stderr.strip().splitlines()[-1:] or 'no reason given'}")
    return str(program)


class FromRegistry(Peer):
    """A broker whose source comes from a language's registry."""

    def __init__(self, core=None):
        self.core = core
        self.program = built_elsewhere(self.name.lower(), self.needs, self.build)


def build_kfake(folder):
    shutil.copytree(pathlib.Path(__file__).with_name("peers") / "kfake", folder, dirs_exist_ok=True)
    environment = dict(os.environ, GOTOOLCHAIN="auto", GOFLAGS="-mod=mod")
    return subprocess.run(["go", "build", "-o", "kfake", "."], cwd=folder, env=environment, capture_output=True, text=True)


class Kfake(FromRegistry):
    """franz-go's fake cluster, in Go: it keeps everything in memory, as mini-broker does."""

    name, needs, build = "kfake", "go", staticmethod(build_kfake)

    def start(self):
        (port,) = real_kafka.free_ports(1)
        self.spawn([self.program, str(port)])
        log = self.folder / "log"
        self.wait_for(lambda: "\n" in log.read_text())
        self.address = f"127.0.0.1:{port}"


def build_tansu(folder):
    command = ["cargo", "install", "tansu", "--version", "0.6.0", "--locked", "--no-default-features", "--features", "dynostore"]
    done = subprocess.run([*command, "--root", str(folder)], capture_output=True, text=True)
    if done.returncode == 0:
        (folder / "bin" / "tansu").rename(folder / "tansu")
    return done


class Tansu(FromRegistry):
    """A broker in Rust without a log of its own; here it keeps everything in memory."""

    name, needs, build = "Tansu", "cargo", staticmethod(build_tansu)

    def start(self):
        (port,) = real_kafka.free_ports(1)
        self.address = f"127.0.0.1:{port}"
        self.spawn([self.program, "broker", "--silent", "--listener-url", "tcp://" + self.address,
                    "--advertised-listener-url", "tcp://" + self.address, "--storage-engine", "memory://tansu/"])
        self.wait_for(lambda: answers(port))


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


class BenchedKafka(real_kafka.RealKafka):
    def _java(self, main_class, *arguments):
        heap = ["-Xms1g", "-Xmx1g"] if main_class == "kafka.Kafka" else []
        return [self.java, *heap, "-cp", f"{self.jars}/*", main_class, *arguments]

    def start_again(self):
        self._end()
        begun = time.monotonic()
        self._launch()
        return (time.monotonic() - begun) * 1000


class Kafka(Peer):
    """A real Apache Kafka, its data on a RAM disk or on the disk. Stays up over all rounds, since it needs warm-up, but
    stands still outside `with`: what an idle one does in the background shows in the others' tail latency."""

    def __init__(self, on_ram_disk=True):
        self.on_ram_disk = on_ram_disk
        self.name = "Apache Kafka " + real_kafka.KAFKA_VERSION + (" (RAM disk)" if on_ram_disk else " (disk)")
        self.kafka = None

    def __enter__(self):
        if not self.kafka:
            self.data = tempfile.mkdtemp(prefix="bench-kafka-", dir="/dev/shm" if self.on_ram_disk else None)
            overrides = {
                "log.dirs": self.data + "/data",
                "group.initial.rebalance.delay.ms": "0",
                "log.retention.check.interval.ms": "1000",
                "log.retention.ms": "-1",  # by size alone: the records of the generator are of a fixed date
                "log.segment.bytes": "67108864",
                "socket.listen.backlog.size": "4096",  # as workloads.BACKLOG
                "broker.session.timeout.ms": str(24 * 3600 * 1000),  # however long it stood still
            }
            self.kafka = BenchedKafka(overrides).start()
            self.address = self.kafka.bootstrap
        self.kafka.process.send_signal(signal.SIGCONT)
        self.await_quiet()
        return self

    def await_quiet(self):
        """Its schedules run up what they missed while it stood still: that is over before anything is measured."""
        deadline = time.monotonic() + START_DEADLINE_S
        while time.monotonic() < deadline:
            before = cpu_s(self.pid)
            time.sleep(QUIET_S)
            if cpu_s(self.pid) - before < QUIET_S * QUIET_CORES_MAX:
                return

    @property
    def pid(self):
        return self.kafka.process.pid

    def __exit__(self, *_):
        self.kafka.process.send_signal(signal.SIGSTOP)

    def start_again(self):
        """Milliseconds from spawn to the line that says it has started."""
        with self:
            return self.kafka.start_again()

    def close(self):
        if self.kafka:
            self.kafka.process.send_signal(signal.SIGCONT)
            self.kafka.stop()
            shutil.rmtree(self.data, ignore_errors=True)


def perf_test_jars():
    return real_kafka.jars(artifact="kafka-tools")


def perf_test(peer, topic, records, size):
    """What kafka-producer-perf-test says of a broker, with the Java client's defaults."""
    jars = perf_test_jars()
    cpu_before = cpu_s(peer.pid)
    done = subprocess.run(
        [real_kafka.java(), "-cp", f"{jars}/*", "org.apache.kafka.tools.ProducerPerformance", "--topic", topic, "--num-records",
         str(records), "--record-size", str(size), "--throughput", "-1", "--producer-props", "bootstrap.servers=" + peer.address],
        capture_output=True, text=True)
    said = re.search(r"([\d.]+) records/sec.*?([\d.]+) ms avg latency.* ([\d.]+) ms? 99th", done.stdout)
    if done.returncode != 0 or not said or f"{records} records sent" not in done.stdout:
        raise RuntimeError("kafka-producer-perf-test: " + (done.stdout + done.stderr)[-500:])
    return {"records_per_s": float(said[1]), "average_ms": float(said[2]), "p99_ms": float(said[3]),
            "broker_us_per_record": (cpu_s(peer.pid) - cpu_before) / records * 1e6}


def cpu_s(pid):
    """Processor time of all threads of a process, so far."""
    tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def iperf3(seconds):
    """What loopback carries between two processes, in one connection of large writes."""
    (port,) = real_kafka.free_ports(1)
    server = subprocess.Popen(["iperf3", "-s", "-1", "-B", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL)
    try:
        time.sleep(0.3)
        command = ["iperf3", "-c", "127.0.0.1", "-p", str(port), "-l", "1M", "-t", str(max(1, round(seconds))), "-J"]
        done = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)
        return {"mb_per_s": done["end"]["sum_received"]["bits_per_second"] / 8e6}
    finally:
        server.kill()
        server.wait()
