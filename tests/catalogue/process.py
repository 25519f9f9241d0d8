"""A mini-broker process of our own: started, watched through /proc, stopped."""
import os
import pathlib
import signal
import subprocess
import tempfile

from shared import check, wait_until

START_DEADLINE_S = 30
STOP_DEADLINE_S = 10


class Process:
    """`arguments` come after --port-file and --log-level; a --listen is added where they have none."""

    def __init__(self, binary, arguments=(), overrides=None, log_level="trace", environment=None):
        self.folder = tempfile.TemporaryDirectory(prefix="catalogue-")
        self.port_file = pathlib.Path(self.folder.name) / "port"
        self.log_path = pathlib.Path(self.folder.name) / "log"
        command = [binary, "--port-file", str(self.port_file), "--log-level", log_level, *arguments]
        if "--listen" not in command:
            command += ["--listen", "localhost:0"]
        for key, value in (overrides or {}).items():
            command += ["--override", f"{key}={value}"]
        # A program under the address sanitizer gives memory back as another does, or it could not be measured.
        sanitizer = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}
        with open(self.log_path, "wb") as log:
            self.child = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                          start_new_session=True, env={**os.environ, **sanitizer, **(environment or {})})
        self.pid = self.child.pid
        try:
            wait_until("the port file", lambda: self.ended() or self.port_file.exists(), START_DEADLINE_S)
            check(not self.ended(), "the broker ended while starting:\n" + self.log())
        except AssertionError:
            self.kill()
            raise
        self.ports = [int(line) for line in self.port_file.read_text().split()]
        self.bootstrap = f"127.0.0.1:{self.ports[0]}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def log(self):
        return self.log_path.read_bytes().decode(errors="replace")

    def ended(self):
        return self.child.poll() is not None

    def kill(self):
        if not self.ended():
            self.child.kill()
            self.child.wait()

    def stop(self, with_signal=signal.SIGTERM):
        """Its exit code."""
        self.child.send_signal(with_signal)
        return self.child.wait(STOP_DEADLINE_S)

    def _status(self, name):
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
        raise AssertionError(f"no {name} in /proc")

    def memory(self):
        """Resident bytes now."""
        return self._status("VmRSS")

    def address_space(self):
        """Bytes that it may touch, touched or not."""
        return self._status("VmSize")

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def peak(self):
        """The most bytes that were resident since `forget_peak`."""
        return self._status("VmHWM")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))
