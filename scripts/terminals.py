"""A desk with terminals on it, as a reader of our pages has: a fresh folder, our programs in the PATH.

    with Desk(build_dir) as desk:
        desk.open("1", "mini-broker")
        desk.wait_for("1", ["Listening on localhost:9092"])
        print(desk.run("sensor-gen --count 20 --rate 0"))
        desk.interrupt("1", [])

`localhost:9092` stands for a free port wherever it occurs, and is where our programs go when nothing else is said; any
other localhost:NUMBER stands for one of its own. Expected lines come in order, not necessarily next to each other; `...`
in them stands for anything. What is not as expected raises Wrong. Everything started is stopped when the desk is left.
"""

import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time

DEADLINE_S = 60
STOP_DEADLINE_S = 20
POLL_INTERVAL_S = 0.05
SHOWN_BYTES_MAX = 3000
ADDRESS = re.compile(r"\blocalhost:(\d{4,5})\b")


class Wrong(Exception):
    """What a page promises and what happened differ; the text says how."""


def matches(wanted, line):
    return re.fullmatch(".*".join(map(re.escape, wanted.strip().split("..."))), line.strip()) is not None


def first_missing(wanted, output):
    """The first of the wanted lines that does not follow the ones before it; None when all are there."""
    lines = iter(output.splitlines())
    for each in filter(str.strip, wanted):
        if not any(matches(each, line) for line in lines):
            return each
    return None


class Terminal:
    """One command that goes on until Ctrl+C."""

    def __init__(self, command, output_path, **surroundings):
        self.output_path = output_path
        with open(output_path, "wb") as out:
            self.process = subprocess.Popen(["bash", "-c", command], stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=subprocess.STDOUT, start_new_session=True, **surroundings)

    def output(self):
        return self.output_path.read_text(encoding="utf-8", errors="replace")

    def signal(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass


class Desk:
    def __init__(self, build_dir, root="."):
        self.build_dir, self.root = pathlib.Path(build_dir).resolve(), pathlib.Path(root).resolve()
        self.ports, self.terminals = {}, {}

    def __enter__(self):
        self.held = tempfile.TemporaryDirectory(prefix="desk-")
        top = pathlib.Path(self.held.name)
        self.folder, self.tools, self.outputs = top / "folder", top / "tools", top / "outputs"
        for each in (self.folder, self.tools, self.outputs):
            each.mkdir()
        for program in ("mini-broker", "sensor-gen", "alert-consumer"):
            (self.tools / program).symlink_to(self.build_dir / program)
        (self.tools / "python3").symlink_to("/usr/bin/python3")
        # What a page takes from the place where the project was built.
        (self.folder / "build").symlink_to(self.build_dir)
        (self.folder / "sensor_gen").symlink_to(self.root / "sensor_gen")
        return self

    def __exit__(self, *_):
        for terminal in self.terminals.values():
            terminal.signal(signal.SIGINT)
        for terminal in self.terminals.values():
            try:
                terminal.process.wait(STOP_DEADLINE_S)
            except subprocess.TimeoutExpired:
                pass
            terminal.signal(signal.SIGKILL)
            terminal.process.wait()
        self.held.cleanup()

    # ---- names of ports ----

    def port(self, shown):
        if shown not in self.ports:
            with socket.create_server(("127.0.0.1", 0)) as probe:
                self.ports[shown] = str(probe.getsockname()[1])
        return self.ports[shown]

    def translated(self, text):
        return ADDRESS.sub(lambda found: "localhost:" + self.port(found[1]), text)

    def _surroundings(self, command):
        bootstrap = self.translated("localhost:9092")
        environment = {**os.environ, "PATH": f"{self.tools}:{os.environ['PATH']}", "KAFKA_BOOTSTRAP_SERVERS": bootstrap,
                       "USER": "user1", "PYTHONUNBUFFERED": "1"}
        if ".properties" not in command:  # a file says itself where to listen
            environment["KAFKA_LISTENERS"] = "PLAINTEXT://" + bootstrap
        return {"cwd": self.folder, "env": environment}

    # ---- what a reader does ----

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.translated(text), encoding="utf-8")

    def run(self, command, program=("bash", "-euo", "pipefail", "-c")):
        """What it printed; it has to end well."""
        try:
            done = subprocess.run([*program, self.translated(command)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=DEADLINE_S, check=False, **self._surroundings(command))
        except subprocess.TimeoutExpired as late:
            raise Wrong(f"did not end within {DEADLINE_S} s:\n{shown(late.stdout or b'')}")
        if done.returncode != 0:
            raise Wrong(f"ended with {done.returncode}:\n{shown(done.stdout)}")
        return done.stdout.decode(errors="replace")

    def run_python(self, text):
        return self.run(text, ("/usr/bin/python3", "-c"))

    def open(self, name, command):
        if name in self.terminals:
            raise Wrong(f"terminal {name} is in use")
        output = self.outputs / f"{name}-{len(list(self.outputs.iterdir()))}"
        self.terminals[name] = Terminal(self.translated(command), output, **self._surroundings(command))

    def terminal(self, name):
        if name not in self.terminals:
            raise Wrong(f"no terminal {name} is open")
        return self.terminals[name]

    def expect(self, wanted, output):
        missing = first_missing(self.translated("\n".join(wanted)).splitlines(), output)
        if missing is not None:
            raise Wrong(f"no line '{missing}' where it should be, in:\n{shown(output.encode())}")

    def wait_for(self, name, wanted):
        terminal, deadline = self.terminal(name), time.monotonic() + DEADLINE_S
        wanted = self.translated("\n".join(wanted)).splitlines()
        while True:
            ended = terminal.process.poll() is not None
            if first_missing(wanted, terminal.output()) is None:
                return
            if ended or time.monotonic() > deadline:
                self.expect(wanted, terminal.output())
            time.sleep(POLL_INTERVAL_S)

    def interrupt(self, name, wanted=()):
        """Ctrl+C, which has to end it well and make it say the wanted lines."""
        terminal = self.terminal(name)
        del self.terminals[name]
        before = len(terminal.output())
        terminal.signal(signal.SIGINT)
        try:
            code = terminal.process.wait(STOP_DEADLINE_S)
        except subprocess.TimeoutExpired:
            code = "nothing"
        terminal.signal(signal.SIGKILL)
        terminal.process.wait()
        output = terminal.output()
        if code != 0:
            raise Wrong(f"Ctrl+C in terminal {name} ended it with {code}:\n{shown(output.encode())}")
        self.expect(list(wanted), output[before:])
        return output


def shown(output):
    text = output.decode(errors="replace").strip()
    return text if len(text) <= SHOWN_BYTES_MAX else "..." + text[-SHOWN_BYTES_MAX:]
