"""Which load is put on whom, and what of it is shown. Each workload gives report.Tables."""

import itertools
import json
import pathlib
import subprocess
import tempfile

import peers
from report import Table

PRODUCE_SHAPES = {
    # title: flags, whether the row is about requests or bytes
    "100 B x 1, 128 in flight": ({"record_size": 100, "records": 1, "in_flight": 128}, "requests"),
    "100 B x 100, 16 in flight": ({"record_size": 100, "records": 100, "in_flight": 16}, "requests"),
    "1 KiB x 900, 4 in flight": ({"record_size": 1024, "records": 900, "in_flight": 4}, "bytes"),
}
# Where many connect at once: beyond Kafka's 50 that may wait, the kernel lets the next one wait a second.
BACKLOG = "socket.listen.backlog.size=4096"
topic_numbers = itertools.count()


def fresh_topic():
    return f"bench-{next(topic_numbers)}"


def on(bench, make_peer, workload, **flags):
    """A run of the load generator on a fresh process of the peer, as Bench.rounds wants it."""

    def run():
        with make_peer() as peer:
            topic = fresh_topic() if peer.creates_topics else "bench"
            return bench.load(workload, peer, topic=topic, **flags)

    return run


def mini(bench, core=None, overrides=()):
    return lambda: peers.MiniBroker(str(bench.build / "mini-broker"), core, overrides)


def mock(bench, partitions, core=None):
    return lambda: peers.Mock(bench.tool("bench-mock"), [f"bench:{partitions}"], core)


def answerer(bench, partitions):
    return lambda: peers.Answerer(bench.tool("bench-answerer"), "bench", partitions)


def others(bench, workload, **flags):
    """Runs on the brokers that come from registries: Kafka on both kinds of disk, kfake, on request Tansu."""
    return kafka_runs(bench, workload, **flags) + registry_runs(bench, workload, **flags)


def registry_runs(bench, workload, **flags):
    return [(peer.name, on(bench, peer, workload, **flags)) for peer in bench.others()]


def kafka_runs(bench, workload, **flags):
    """Runs on the real Kafka, on both kinds of disk; none where it cannot be had."""
    runs = []
    for on_ram_disk in (True, False):
        kafka = bench.kafka(on_ram_disk)
        if kafka:
            runs.append((kafka.name, on(bench, lambda kafka=kafka: kafka, workload, **flags)))
    return runs


def produce(bench):
    for title, (flags, about) in PRODUCE_SHAPES.items():
        flags = dict(flags, partitions=4, retention_bytes=8388608)
        runs = [
            ("mini-broker", on(bench, mini(bench), "produce", **flags)),
            ("librdkafka's mock", on(bench, mock(bench, 4), "produce", **flags)),
            ("minimal answerer", on(bench, answerer(bench, 4), "produce", **flags)),
            *others(bench, "produce", **flags),
        ]
        if about == "bytes":
            runs.insert(3, ("receiving and checking alone", lambda: bench.load("receive")))
        shown = ["requests_per_s", "broker_us_per_request"] if about == "requests" else ["mb_per_s", "broker_us_per_mb"]
        yield Table(f"Produce, {title}", bench.rounds(runs), shown + ["broker_cores", "client_cores"], shown[0])


def fetch(bench):
    for title, answer_max in (("1 MiB an answer", 1 << 20), ("16 MiB an answer", 16 << 20)):
        flags = {"partitions": 16, "records": 100, "record_size": 100, "in_flight": 16, "fetch_max_bytes": answer_max}
        runs = [
            ("mini-broker", on(bench, mini(bench), "fetch", **flags)),
            ("librdkafka's mock", on(bench, mock(bench, 16), "fetch", **flags)),
            *others(bench, "fetch", **flags),
            *bench.iperf_runs(),
        ]
        shown = ["mb_per_s", "records_per_s", "broker_us_per_mb", "broker_cores", "client_cores"]
        yield Table(f"Catch-up fetch, 16 partitions of 4.4 MB, {title}", bench.rounds(runs), shown, "mb_per_s")


def latency(bench):
    for rate in (1000, 10000):
        flags = {"rate": rate, "partitions": 1}
        spinning = mini(bench, 1, ["mini.busy.poll.ms=1"])
        runs = [
            ("two-core ping-pong", lambda: bench.load("ping-pong")),
            ("mini-broker", on(bench, mini(bench, 1), "latency", core=0, **flags)),
            ("mini-broker, busy poll", on(bench, spinning, "latency", core=0, **flags)),
        ]
        kafka = bench.kafka()
        if kafka:
            runs.append((kafka.name, on(bench, lambda kafka=kafka: kafka, "latency", core=0, **flags)))
        for peer in bench.others():
            runs.append((peer.name, on(bench, lambda peer=peer: peer(1), "latency", core=0, **flags)))
        if rate == 1000:
            runs.append(("librdkafka's mock", on(bench, mock(bench, 1, 1), "latency", core=0, **flags)))
        title = f"End-to-end latency, {rate} records a second, from the intended time of sending"
        yield Table(title, bench.rounds(runs), ["p50_us", "p99_us", "p999_us", "ack_p50_us", "late_p99_us"], "p50_us",
                    "two-core ping-pong")


def connections(bench):
    for count in (1000, 10000):
        runs = [("mini-broker", on(bench, mini(bench), "idle", count=count))]
        if count == 1000:
            runs.append(("librdkafka's mock", on(bench, mock(bench, 1), "idle", count=count)))
        shown = ["alone_p90_us", "beside_p90_us", "connect_us", "kib_per_connection"]
        yield Table(f"{count} idle connections beside an active one", bench.rounds(runs), shown, "beside_p90_us")


def partitions(bench):
    runs = [("mini-broker", on(bench, mini(bench), "partitions", partitions=10000))]
    shown = ["rss_mib", "anonymous_mib", "create_ms", "kib_per_partition"]
    yield Table("10,000 empty partitions (the first two columns: idle, before them)", bench.rounds(runs), shown, "create_ms")
    flags = {"record_size": 100, "records": 1, "in_flight": 128}
    runs = [(f"{count} partitions", on(bench, mini(bench), "produce", partitions=count, **flags)) for count in (4, 10000)]
    shown = ["requests_per_s", "broker_us_per_request"]
    yield Table("Produce over 4 and over 10,000 partitions", bench.rounds(runs), shown, "requests_per_s", "4 partitions")


def group(bench):
    runs = [("mini-broker", on(bench, mini(bench, overrides=[BACKLOG]), "group", count=100))]
    kafka = bench.kafka()
    if kafka:
        runs.append((kafka.name, on(bench, lambda: kafka, "group", count=100)))
    runs += registry_runs(bench, "group", count=100)
    yield Table("A group of 100 members forms, no initial delay", bench.rounds(runs), ["formed_ms"], "formed_ms")


def start(bench):
    count = 3 if bench.options.smoke else 50
    command = [str(bench.build / "mini-broker"), "--listen=127.0.0.1:{}"]
    runs = [("mini-broker", lambda: bench.load("start", count=count, command=command))]
    kafka = bench.kafka()
    if kafka:
        runs.append((kafka.name, lambda: {"p50_ms": kafka.start_again()}))
    yield Table("From spawn to the first Metadata answer (Kafka: to its line that says so)", bench.rounds(runs),
                ["p50_ms", "p99_ms"], "p50_ms")


def memory(bench):
    """Of each broker as it has just started."""

    def resident(make_peer):
        def run():
            with make_peer() as peer:
                return bench.load("partitions", peer, topic=fresh_topic() if peer.creates_topics else "bench", partitions=1)

        return run

    runs = [("mini-broker", resident(mini(bench))), ("librdkafka's mock", resident(mock(bench, 1)))]
    kafka = bench.kafka()
    if kafka:
        kafka.start_again()
        runs.append((kafka.name, resident(lambda: kafka)))
    runs += [(peer.name, resident(peer)) for peer in bench.others()]
    yield Table("Resident memory, idle", bench.rounds(runs), ["rss_mib", "anonymous_mib"], "rss_mib")


def in_process(bench):
    """Producer::send and Consumer::poll of a broker in the same process, a thread each."""
    records = 20_000 if bench.options.smoke else 5_000_000
    runs = [("mini-broker", lambda: bench.figures([bench.tool("bench-in-process"), "messages", f"--count={records}"]))]
    yield Table("In process, single messages of 100 B, sent and polled", bench.rounds(runs),
                ["records_per_s", "ns_per_record"], "records_per_s")
    brokers = 10 if bench.options.smoke else 2000
    runs = [("mini-broker", lambda: bench.figures([bench.tool("bench-in-process"), "brokers", f"--count={brokers}"]))]
    yield Table("A broker in process made, asked once and destroyed", bench.rounds(runs), ["us_per_broker"], "us_per_broker")


def pipeline(bench):
    """JSON readings to SQLite rows, one thread each."""
    events = 1000 if bench.options.smoke else 200_000
    with tempfile.TemporaryDirectory(prefix="bench-pipeline-") as folder:
        file = pathlib.Path(folder) / "events.jsonl"
        with open(file, "wb") as out:
            subprocess.run([bench.build / "sensor-gen", "--no-kafka", "--rate", "0", "--count", str(events), "--seed", "1",
                            "--start-time", "2026-07-01T12:00:00Z"], stdout=out, stderr=subprocess.DEVNULL, check=True)
        ways = {"alert-consumer's judge and store": "ours", "nlohmann/json and the same rows": "loop", "the rows alone": "rows"}
        runs = [(title, lambda way=way: bench.figures([bench.tool("bench-pipeline"), way, f"--events={file}",
                                                       f"--folder={folder}"])) for title, way in ways.items()]
        yield Table("Readings, JSON to SQLite", bench.rounds(runs), ["readings_per_s", "us_per_reading", "alerts"],
                    "readings_per_s", "nlohmann/json and the same rows")


def micro(bench):
    """The inner pieces, one at a time, by Google Benchmark; a round is one run of each."""
    if not pathlib.Path(bench.tool("bench-micro")).exists():
        print("left out: the inner pieces: libbenchmark-dev is not installed")
        return
    results = {}
    for _ in range(bench.options.rounds):
        command = [bench.tool("bench-micro"), "--benchmark_format=json", f"--benchmark_min_time={bench.options.seconds / 10}"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        for each in json.loads(done.stdout)["benchmarks"]:
            figures = {"ns": each["cpu_time"]}
            if "bytes_per_second" in each:
                figures["mb_per_s"] = each["bytes_per_second"] / 1e6
            if "items_per_second" in each:
                figures["ns_per_record"] = 1e9 / each["items_per_second"]
            results.setdefault(each["name"], []).append(figures)
    yield Table("The inner pieces", results, ["ns", "ns_per_record", "mb_per_s"], "ns", "")


def scaling(bench):
    """What a thing costs as there is more of it: work may cost, size alone may not."""
    one = {"record_size": 100, "records": 1, "in_flight": 16}
    yield scale(bench, "Partitions, a produced batch of 100 B", "broker_us_per_request", (1, 10, 100, 1000, 10000),
                lambda n: on(bench, mini(bench), "produce", partitions=n, **one))
    yield scale(bench, "Connections, a round trip beside idle ones", "beside_p50_us", (10, 100, 1000, 10000),
                lambda n: on(bench, mini(bench), "idle", count=n))
    yield scale(bench, "Groups, of one member each until all are stable", "formed_ms", (10, 100, 1000),
                lambda n: on(bench, mini(bench, overrides=[BACKLOG]), "group", count=n, groups=n))
    yield scale(bench, "Log length, a batch of 100 records fetched from anywhere: MB", "broker_us_per_request",
                (1, 10, 100, 1000),
                lambda n: on(bench, mini(bench), "fetch", partitions=1, records=100, record_size=100, in_flight=16,
                             partition_max_bytes=1, fill_bytes=n * 1_000_000, random_offsets=""))
    yield scale(bench, "Message size, a produced record: bytes", "broker_us_per_request", (100, 1000, 10_000, 100_000, 1_000_000),
                lambda n: on(bench, mini(bench), "produce", partitions=4, retention_bytes=8388608, record_size=n, records=1,
                             in_flight=8))


def scale(bench, title, figure, sizes, run_of):
    sizes = sizes[:2] if bench.options.smoke else sizes
    return Table(title, bench.rounds([(f"{n:,}", run_of(n)) for n in sizes]), [figure], figure, "", sizes)


def clients(bench):
    """Our client library and librdkafka, for the same broker."""
    for size, records in ((100, 3_000_000), (1024, 500_000)):
        if bench.options.smoke:
            records //= 100
        for what, linger in (("produce", 0), ("produce", 5), ("consume", 5)):
            title = f"Client library, {what}, {size} B" + (f", linger {linger} ms" if what == "produce" else "")
            runs = [
                (name, client_run(bench, what, library, size, records, linger))
                for name, library in (("mini-client", "mini"), ("librdkafka", "rdkafka"))
            ]
            yield Table(title, bench.rounds(runs), ["ns_per_record", "records_per_s", "cores"], "ns_per_record", "mini-client")


def client_run(bench, what, library, size, records, linger):
    def run():
        with mini(bench)() as peer:
            topic = fresh_topic()
            bench.load("partitions", peer, topic=topic, partitions=4)  # makes the topic
            flags = {"broker": peer.address, "topic": topic, "record_size": size, "records": records, "linger": linger}
            if what == "consume":
                bench.client("produce", "mini", **flags)
            return bench.client(what, library, **flags)

    return run


def java(bench):
    """What somebody sees who holds the brokers against each other with Apache Kafka's own tool."""
    kafka = bench.kafka()
    if not kafka:
        return
    try:
        peers.perf_test_jars()
    except peers.real_kafka.Skip as skip:
        return print(f"left out: kafka-producer-perf-test: {skip}")
    for size, records in ((100, 500_000), (1024, 100_000)):

        def sending(make_peer, size=size, records=records):
            def run():
                with make_peer() as peer:
                    topic = fresh_topic()
                    bench.load("partitions", peer, topic=topic, partitions=4)  # makes the topic
                    return peers.perf_test(peer, topic, records, size)

            return run

        runs = [("mini-broker", sending(mini(bench))), (kafka.name, sending(lambda: kafka))]
        yield Table(f"kafka-producer-perf-test, {size} B, as it comes", bench.rounds(runs),
                    ["records_per_s", "average_ms", "p99_ms", "broker_us_per_record"], "records_per_s")


WORKLOADS = {
    "produce": produce,
    "fetch": fetch,
    "latency": latency,
    "connections": connections,
    "partitions": partitions,
    "group": group,
    "start": start,
    "memory": memory,
    "clients": clients,
    "java": java,
    "in-process": in_process,
    "pipeline": pipeline,
    "scaling": scaling,
    "micro": micro,
}
NAMES = list(WORKLOADS)


def run(name, bench):
    return WORKLOADS[name](bench)
