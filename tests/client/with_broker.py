"""A broker of its own around a command: with_broker.py BROKER COMMAND ARG...

Each `{}` among the arguments becomes HOST:PORT. Exits with the command's code; the broker ends with it.
"""

import pathlib
import subprocess
import sys
import tempfile
import time

DEADLINE_S = 60
POLL_INTERVAL_S = 0.02


def wait_for(path, broker):
    deadline = time.monotonic() + DEADLINE_S
    while not path.exists():
        if broker.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"the broker does not listen (exit code {broker.poll()})")
        time.sleep(POLL_INTERVAL_S)
    return "127.0.0.1:" + path.read_text(encoding="utf-8").strip()


def main():
    with tempfile.TemporaryDirectory() as folder:
        port_file = pathlib.Path(folder) / "port"
        broker = subprocess.Popen([sys.argv[1], "--listen", "127.0.0.1:0", "--port-file", port_file,
                                   "--override", "group.initial.rebalance.delay.ms=0", "--log-level", "warn"],
                                  stdout=subprocess.DEVNULL)
        try:
            bootstrap = wait_for(port_file, broker)
            return subprocess.run([part.replace("{}", bootstrap) for part in sys.argv[2:]], check=False).returncode
        finally:
            broker.terminate()
            broker.wait()


if __name__ == "__main__":
    sys.exit(main())
