"""D1 to D6, K1, K11, P17: more connections than are allowed, ones that idle, flood or never read, a machine that stands
still, and a stop in the midst of it."""
import pathlib
import re
import resource
import signal
import subprocess
import tempfile
import threading
import time

import rows_groups
from process import Process
from promise import RUN_DEADLINE_S, Promise
from row import Row
from shared import Closed, asking, batch, check, check_equal, wait_until
from world import CLOSED, World

STOP_MAX_MS = 2000
IDLE_MAX_MS = 1000  # of the broker 'idle'
LOAD_ANSWERS = 200
STOPS_AT_ONCE = 50
FLOODING = 3
CALLS_BESIDE_FLOOD = 300
BESIDE_FLOOD_MAX_S = 2
MEMORY_SLACK_BYTES = 32 * 1024 * 1024


def idle_one_goes_busy_one_stays(world):
    with world.connect() as idle:
        began = time.monotonic()
        idle.socket.settimeout(0.1)
        while True:
            check(time.monotonic() - began < 5, "the idle connection is never closed")
            check_equal(world.honest.call("ApiVersions", 0)["ErrorCode"], 0)
            try:
                found = CLOSED if not idle.socket.recv(1) else "answered"
                break
            except TimeoutError:
                pass
        idle_ms = (time.monotonic() - began) * 1000
    check(idle_ms >= IDLE_MAX_MS - 100, f"closed after {idle_ms:.0f} ms")
    return found


def never_reads(world):
    """Asks for megabytes and takes none: others are served meanwhile, and it is closed in the end."""
    topic = world.topic()
    megabyte = batch.batch((batch.record(0, bytes(1_000_000)),))
    for _ in range(10):
        check_equal(world.produce(topic, megabyte)["ErrorCode"], 0)
    world.set_out_honestly()  # the one of before may have idled away by now
    before, since = world.process.memory(), len(world.process.log())
    world.process.forget_peak()
    c = world.connect()
    question = c.frame("Fetch", 11, asking.fetch(topic, partition_max=1 << 24, MaxBytes=1 << 24))
    c.send(question * 100)
    wait_until("it is taken in", lambda: "Fetch v11" in world.process.log()[since:], 2)

    def closed_while_the_honest_one_is_served():
        check_equal(world.honest.call("ApiVersions", 0)["ErrorCode"], 0)
        return re.search(r"Connection \d+ closed: idle", world.process.log()[since:])
    wait_until("the one that does not read is closed", closed_while_the_honest_one_is_served, 5)
    check(world.process.peak() - before < MEMORY_SLACK_BYTES, "one answer at most waits for it")
    return CLOSED


ROWS = [
    Row("D5", "behaviour 5: an idle connection is closed in its time and no earlier, one that speaks stays",
        idle_one_goes_busy_one_stays, CLOSED, broker="idle", within_ms=10_000),
    Row("D6", "a client that never reads its answers", never_reads, CLOSED, broker="idle", within_ms=10_000),
]

# ---- promises ---------------------------------------------------------------------------------------------------------


def stood_still(binary):
    """What a member sent in time is heard, though nobody served it in time."""
    session_ms = 1000
    with Process(binary, overrides={"group.min.session.timeout.ms": session_ms, "group.initial.rebalance.delay.ms": 0}) as broker:
        member = rows_groups.alone(World(broker.bootstrap), session_ms=session_ms)
        c = member.connection
        broker.child.send_signal(signal.SIGSTOP)
        c.send(c.frame("Heartbeat", 4, {"GroupId": member.group, "GenerationId": member.generation, "MemberId": member.id}))
        time.sleep(3 * session_ms / 1000)  # the one thing that only time does
        broker.child.send_signal(signal.SIGCONT)
        check_equal(c.decode("Heartbeat", 4, c.answer())["ErrorCode"], 0, "the heartbeat that lay there")


def flooded(binary):
    """Some produce without waiting for answers, faster than they are served: others have their turn."""
    with Process(binary, ["--topic", "t"], log_level="warn") as broker:
        other, done = World(broker.bootstrap).connect(), threading.Event()

        def flood():
            with World(broker.bootstrap).connect() as hasty:
                frame = hasty.frame("Produce", 9, asking.produce_request([("t", [(0, batch.batch())])], acks=0))
                megabyte = frame * (1_000_000 // len(frame))
                while not done.is_set():
                    hasty.socket.sendall(megabyte)
        threads = [threading.Thread(target=flood) for _ in range(FLOODING)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(CALLS_BESIDE_FLOOD):
                began = time.monotonic()
                check_equal(other.call("ApiVersions", 0)["ErrorCode"], 0)
                check(time.monotonic() - began < BESIDE_FLOOD_MAX_S, "the other one waits too long")
        finally:
            done.set()
            for thread in threads:
                thread.join()


def flood(bootstrap, topic, answered):
    """Produces until the connection is closed."""
    try:
        with World(bootstrap).connect() as c:
            while True:
                c.call("Produce", 9, asking.produce_request([(topic, [(0, batch.batch())])]))
                answered.append(1)
    except (Closed, OSError):
        pass


def stop_under_load(with_signal):
    def act(binary):
        with Process(binary, ["--topic", "t"], log_level="info") as broker:
            answered = []
            threads = [threading.Thread(target=flood, args=(broker.bootstrap, "t", answered))
                       for _ in range(4)]
            waiting = World(broker.bootstrap).connect()  # a fetch that is parked when the signal comes
            waiting.send(waiting.frame("Fetch", 11, asking.fetch("t", 10**6, max_wait=60_000)))
            for thread in threads:
                thread.start()
            wait_until("load", lambda: len(answered) > LOAD_ANSWERS, RUN_DEADLINE_S)
            began = time.monotonic()
            code = broker.stop(with_signal)
            took_ms = (time.monotonic() - began) * 1000
            for thread in threads:
                thread.join()
            check_equal(code, 0, "exit code")
            check(took_ms <= STOP_MAX_MS, f"it took {took_ms:.0f} ms")
            check(not broker.port_file.exists(), "the port file is gone")
    return act


def stopped_as_soon_as_it_is_there(binary):
    for _ in range(STOPS_AT_ONCE):
        with Process(binary, log_level="warn") as broker:
            check_equal(broker.stop(), 0, "exit code")
            check(not broker.port_file.exists(), "the port file is gone")


def limited_connections(setting):
    """One more than allowed is closed as it comes; when one goes there is room for the next."""
    def act(binary):
        with Process(binary, overrides={setting: 3}) as broker:
            world = World(broker.bootstrap)
            kept = [world.connect() for _ in range(3)]
            for c in kept:
                check_equal(c.call("ApiVersions", 0)["ErrorCode"], 0)
            try:
                world.call("ApiVersions", 0)
                raise AssertionError("a fourth connection is served")
            except (Closed, ConnectionError):
                pass
            kept.pop().socket.close()

            def served():
                try:
                    return world.call("ApiVersions", 0)["ErrorCode"] == 0
                except (Closed, ConnectionError):
                    return False
            wait_until("room for the next", served, 5)
            check(setting in broker.log(), "the log names the limit")
    return act


def descriptors_used_up(binary):
    """Those who are connected are served on, accepting pauses without a spin, and goes on when there are descriptors."""
    with Process(binary) as broker:
        world = World(broker.bootstrap)
        early = world.connect()
        check_equal(early.call("ApiVersions", 0)["ErrorCode"], 0)
        few = broker.descriptors() + 10
        resource.prlimit(broker.pid, resource.RLIMIT_NOFILE, (few, few))
        for _ in range(30):
            world.connect()
        # Several a second are told; a loop that spins would meet the limit of lines and say so.
        wait_until("the log tells", lambda: broker.log().count("open files") >= 15, 10)
        check("left out" not in broker.log(), "accepting spins")
        check_equal(early.call("ApiVersions", 0)["ErrorCode"], 0, "the early connection")
        for c in world.connections:
            if c is not early:
                c.socket.close()
        check_equal(world.call("ApiVersions", 0)["ErrorCode"], 0, "a connection after that")


def nobody_reads_the_log(binary):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "port"
        child = subprocess.Popen([binary, "--listen", "127.0.0.1:0", "--port-file", str(path), "--log-level", "trace"],
                                 stdout=subprocess.PIPE)
        try:
            wait_until("the port file", path.exists, RUN_DEADLINE_S)
            with World(f"127.0.0.1:{path.read_text().strip()}").connect() as c:
                for _ in range(2000):  # some lines each, far more than a pipe holds
                    check_equal(c.call("ApiVersions", 0)["ErrorCode"], 0)
            child.terminate()
            check_equal(child.wait(RUN_DEADLINE_S), 0, "exit code")
        finally:
            child.kill()
            child.wait()
            child.stdout.close()


PROMISES = [
    Promise("D1", "a connection above max.connections.per.ip", limited_connections("max.connections.per.ip")),
    Promise("D2", "a connection above max.connections", limited_connections("max.connections")),
    Promise("D4", "descriptors are used up", descriptors_used_up),
    Promise("K1", "SIGTERM under load: exit 0 within two seconds", stop_under_load(signal.SIGTERM)),
    Promise("K1", "SIGINT under load: exit 0 within two seconds", stop_under_load(signal.SIGINT)),
    Promise("K1", "SIGTERM as soon as the port file is there", stopped_as_soon_as_it_is_there),
    Promise("P17", "a member is not expelled for what kept the broker away", stood_still),
    Promise("P17", "a client that floods the broker holds up nobody", flooded),
    Promise("K11", "stdout is a pipe that nobody reads", nobody_reads_the_log),
]
