"""K7 and what the command line promises: how the program starts, tells where it listens, and refuses."""
import pathlib
import re
import socket
import subprocess
import tempfile
import time

from process import Process
from promise import RUN_DEADLINE_S, Promise
from shared import Closed, check, check_equal, wait_until
from world import World

FAILED, MISUSE = 1, 2
LOG_LINE = r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] %s \(mini\.broker\)"
KEPT_WORDS = "up down status demo topics produce tail top config why lab doctor".split()

# ---- running the program ----------------------------------------------------------------------------------------------


def run(binary, *arguments):
    """A program that is to end by itself: exit code, stdout, stderr."""
    try:
        done = subprocess.run([binary, *arguments], capture_output=True, text=True, timeout=RUN_DEADLINE_S,
                              stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as late:
        raise AssertionError(f"{arguments}: still there after {RUN_DEADLINE_S} s, having said {late.stdout} {late.stderr}")
    return done.returncode, done.stdout, done.stderr


def one_sentence(text):
    check(text.startswith("mini-broker: ") and text.count("\n") == 1, f"one sentence, not {text!r}")
    return text


def metadata(bootstrap, topics=()):
    with World(bootstrap).connect() as c:
        return c.call("Metadata", 9, {"Topics": [{"Name": t} for t in topics], "AllowAutoTopicCreation": False})


def address_in_answers(bootstrap):
    """(host, port) that Metadata and FindCoordinator name, which must be one."""
    with World(bootstrap).connect() as c:
        broker = c.call("Metadata", 9, {"Topics": []})["Brokers"][0]
        coordinator = c.call("FindCoordinator", 4, {"KeyType": 0, "CoordinatorKeys": ["g"]})["Coordinators"][0]
    found = broker["Host"], broker["Port"]
    check_equal((coordinator["Host"], coordinator["Port"]), found, "the coordinator's address")
    return found


def own_address():
    """An address of this machine that is not loopback, or None. Nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.connect(("192.0.2.1", 9))
        except OSError:
            return None
        return s.getsockname()[0]


# ---- starting ---------------------------------------------------------------------------------------------------------


def first_lines(binary):
    version = run(binary, "--version")[1].strip()
    with Process(binary, ["--topic", "seeded"], {"num.partition": 3}, log_level="info") as broker:
        wait_until("it says that it has started", lambda: "Kafka Server started" in broker.log(), 5)
        lines = broker.log().splitlines()
        at = f"localhost:{broker.ports[0]}"
        check_equal(lines[0], f"{version} listens on {at}", "the first line")
        tries = [line for line in lines if line.startswith("  ")]
        check(tries and all(at in line for line in tries), f"what to try, at {at}: {tries}")
        logged = [line for line in lines if line.startswith("[")]
        check_equal(lines[-len(logged):], logged, "the log comes after the greeting")
        check(re.fullmatch(LOG_LINE % "INFO Kafka Server started", lines[-1]), lines[-1])
        check(any("WARN" in line and "num.partitions" in line for line in logged), "a warning with the nearest name")


def port_file(binary):
    """It is never seen in part, it is true once it is there, and it goes at a clean stop."""
    with tempfile.TemporaryDirectory() as folder:
        path, seen = pathlib.Path(folder) / "ports", set()
        command = [binary, "--listen", "127.0.0.1:0", "--listen", "[::1]:0", "--port-file", str(path)]
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + RUN_DEADLINE_S
            while not seen and time.monotonic() < deadline:
                try:
                    seen.add(path.read_text())
                except FileNotFoundError:
                    pass
            check_equal(len(seen), 1, "contents of the port file")
            text = seen.pop()
            check(re.fullmatch(r"\d+\n\d+\n", text), f"a line for each listener: {text!r}")
            first, second = text.split()
            check_equal(metadata(f"127.0.0.1:{first}")["Brokers"][0]["Port"], int(first))
            check_equal(metadata(f"::1:{second}")["Brokers"][0]["Port"], int(second))
            child.terminate()
            check_equal(child.wait(RUN_DEADLINE_S), 0, "exit code")
            check_equal(list(pathlib.Path(folder).iterdir()), [], "what is left in the folder")
        finally:
            child.kill()
            child.wait()


def both_families(binary):
    with Process(binary) as broker:
        port = broker.ports[0]
        check_equal(broker.ports, [port], "one line for one listener")
        check_equal(address_in_answers(f"127.0.0.1:{port}"), ("127.0.0.1", port))
        check_equal(address_in_answers(f"::1:{port}"), ("::1", port))
        check("everybody" not in broker.log(), "no warning for loopback")


def ipv6_alone(binary):
    with Process(binary, ["--listen", "[::1]:0"]) as broker:
        check_equal(address_in_answers(f"::1:{broker.ports[0]}"), ("::1", broker.ports[0]))
        check(f"listens on localhost:{broker.ports[0]}" in broker.log(), broker.log())
        try:
            socket.create_connection(("127.0.0.1", broker.ports[0]), timeout=1)
            raise AssertionError("it listens on IPv4 too")
        except ConnectionRefusedError:
            pass


def bound_wider(binary):
    with Process(binary, ["--listen", "0.0.0.0:0"]) as broker:
        wait_until("a warning", lambda: re.search(LOG_LINE % "WARN Listening on .*everybody.*", broker.log()), 5)
        hosts = ["127.0.0.1"] + [host for host in [own_address()] if host]
        for host in hosts:
            check_equal(address_in_answers(f"{host}:{broker.ports[0]}"), (host, broker.ports[0]))


def advertised(binary):
    with Process(binary, overrides={"advertised.listeners": "PLAINTEXT://broker.example:19092"}) as broker:
        check_equal(address_in_answers(broker.bootstrap), ("broker.example", 19092))


def several_listeners(binary):
    settings = {"listeners": "ONE://127.0.0.1:0,TWO://127.0.0.1:0",
                "listener.security.protocol.map": "ONE:PLAINTEXT,TWO:PLAINTEXT",
                "inter.broker.listener.name": "ONE",
                "advertised.listeners": "ONE://one.example:1,TWO://two.example:2"}
    with tempfile.NamedTemporaryFile("w", suffix=".properties") as file:
        file.write("".join(f"{key}={value}\n" for key, value in settings.items()))
        file.flush()
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "ports"
            child = subprocess.Popen([binary, file.name, "--port-file", str(path)], stdout=subprocess.DEVNULL)
            try:
                wait_until("the port file", lambda: path.exists() or child.poll() is not None, RUN_DEADLINE_S)
                one, two = path.read_text().split()
                check_equal(address_in_answers(f"127.0.0.1:{one}"), ("one.example", 1))
                check_equal(address_in_answers(f"127.0.0.1:{two}"), ("two.example", 2))
            finally:
                child.kill()
                child.wait()


def seeded_topics(binary):
    with Process(binary, ["--topic", "three:3", "--topic", "some"], {"num.partitions": 2}) as broker:
        topics = metadata(broker.bootstrap, ["three", "some"])["Topics"]
        check_equal({t["Name"]: (t["ErrorCode"], len(t["Partitions"])) for t in topics}, {"three": (0, 3), "some": (0, 2)})


def layers(binary):
    """server.properties < KAFKA_* < --override < a flag."""
    with tempfile.NamedTemporaryFile("w", suffix=".properties") as file:
        file.write("num.partitions=2\nsocket.request.max.bytes=2000\nlisteners=PLAINTEXT://127.0.0.1:1\n")
        file.flush()
        environment = {"KAFKA_NUM_PARTITIONS": "3", "KAFKA_SOCKET_REQUEST_MAX_BYTES": "3000"}
        with Process(binary, [file.name, "--topic", "t"], {"num.partitions": 4}, environment=environment) as broker:
            check_equal(len(metadata(broker.bootstrap, ["t"])["Topics"][0]["Partitions"]), 4, "partitions")
            with World(broker.bootstrap).connect() as c:
                c.send((3001).to_bytes(4, "big"))
                try:
                    c.answer()
                    raise AssertionError("a frame above the limit is answered")
                except Closed:
                    pass
            wait_until("the limit of the environment", lambda: "at most 3000" in broker.log(), 5)


# ---- not starting -----------------------------------------------------------------------------------------------------


def port_taken(binary):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, out, err = run(binary, "--listen", f"127.0.0.1:{port}")
        check_equal(code, FAILED, "exit code")
        check(str(port) in one_sentence(err), err)
        check_equal(out, "", "stdout")


def could_not(binary):
    with tempfile.TemporaryDirectory() as folder:
        missing = folder + "/missing"
        for arguments, words in (
                ([missing + "/server.properties"], missing + "/server.properties"),
                (["--listen", "127.0.0.1:0", "--port-file", missing + "/ports"], missing + "/ports"),
                (["--listen", "192.0.2.1:0"], "192.0.2.1")):
            code, _, err = run(binary, *arguments)
            check_equal((arguments, code), (arguments, FAILED), "exit code")
            check(words in one_sentence(err), err)


def misuse(binary):
    for arguments, words in (
            (["--listn", "localhost:0"], "was --listen meant?"),
            (["--overide", "a=b"], "was --override meant?"),
            (["--port-fil=x"], "was --port-file meant?"),
            (["--nothing-like-it"], "'--nothing-like-it'"),
            (["--override", "no equals sign"], "no equals sign"),
            (["--override", "num.partitions=many"], "num.partitions"),
            (["--override", "num.partitions=0"], "num.partitions"),
            (["--listen", "9092"], "9092"),
            (["--listen", "localhost:99999"], "99999"),
            (["--listen"], "--listen"),
            (["--log-level", "loud"], "loud"),
            (["--topic", "a:0"], "a:0"),
            (["--topic", "a:b"], "a:b"),
            (["--listen", "127.0.0.1:0", "--topic", "no/name"], "no/name"),
            (["one.properties", "two.properties"], "two.properties")):
        code, out, err = run(binary, *arguments)
        check_equal((arguments, code, out), (arguments, MISUSE, ""), "exit code and stdout")
        check(err.startswith("mini-broker: ") and words in err, f"{arguments}: {err!r}")


def kept_words(binary):
    for word in KEPT_WORDS:
        code, out, err = run(binary, word)
        check_equal((word, code, out), (word, MISUSE, ""), "exit code and stdout")
        check(f"'{word}'" in err and "later" in err, err)
        check_equal(run(binary, word, "--list")[2], err, "with a flag behind it")


def asked_for_help(binary):
    for flag, words in (("--help", "--port-file"), ("--version", "mini-broker ")):
        code, out, err = run(binary, flag)
        check_equal((code, err), (0, ""), flag)
        check(words in out, out)


def log_off(binary):
    with Process(binary, ["--topic", "t"], {"num.partition": 1}, log_level="off") as broker:
        metadata(broker.bootstrap)
        check_equal(broker.stop(), 0, "exit code")
        check("[" not in broker.log(), broker.log())


PROMISES = [
    Promise("K7", "a port that is taken: exit 1 and one sentence that names it", port_taken),
    Promise("start", "the first lines: who, where, what to try; then that it has started", first_lines),
    Promise("start", "the port file appears whole, a line for each listener, and goes", port_file),
    Promise("start", "127.0.0.1 and ::1 on one port, and answers name the address that was used", both_families),
    Promise("start", "--listen with an IPv6 address listens on that alone", ipv6_alone),
    Promise("start", "a listener bound wider is warned of, and answers name the address that was used", bound_wider),
    Promise("start", "advertised.listeners is what answers name", advertised),
    Promise("start", "several listeners, each advertised by its own name", several_listeners),
    Promise("start", "--topic makes topics", seeded_topics),
    Promise("start", "server.properties, KAFKA_*, --override and flags, the later the stronger", layers),
    Promise("refusal", "what could not be done: exit 1 and one sentence", could_not),
    Promise("refusal", "misuse: exit 2 and a sentence with the nearest name", misuse),
    Promise("refusal", "words that are kept for later say so", kept_words),
    Promise("start", "--help and --version on stdout, exit 0", asked_for_help),
    Promise("start", "--log-level off leaves the greeting alone", log_off),
]
