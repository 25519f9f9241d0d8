"""Group members in processes of their own, watched from here: what each one owns, read and saw, and when."""

import json
import os
import pathlib
import re
import subprocess
import threading
import time

MEMBER = pathlib.Path(__file__).with_name("member.py")
CLOSE_DEADLINE_S = 15
GENERATION = re.compile(r"JoinGroup response: GenerationId (\d+)")
KCAT_REBALANCED = re.compile(r"rebalanced \(memberid [^)]*\): (assigned|revoked): (.*)")


class Member:
    def __init__(self, family, bootstrap, group, topic, strategy="range", session_ms=6000):
        self.family = family
        self.events = []  # (monotonic time, event), appended by the reading threads
        self.partitions = set()
        self.messages = []
        self.errors = []
        self.generation = None
        self.changed_at = None
        self.process = subprocess.Popen(
            self.command(bootstrap, group, topic, strategy, session_ms),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.threads = [
            threading.Thread(target=self._read, args=pair, daemon=True)
            for pair in ((self.process.stdout, self.on_output), (self.process.stderr, self.on_log))
        ]
        for thread in self.threads:
            thread.start()

    def command(self, bootstrap, group, topic, strategy, session_ms):
        return ["/usr/bin/python3", str(MEMBER), self.family, bootstrap, group, topic, strategy, str(session_ms)]

    def _read(self, stream, handle):
        for line in stream:
            handle(line.rstrip("\n"))

    def on_output(self, line):
        event = json.loads(line)
        self.took_place(event["event"], event)

    def on_log(self, line):
        found = GENERATION.search(line)
        if found:
            self.generation = int(found.group(1))

    def took_place(self, kind, event):
        self.events.append((time.monotonic(), kind, event))
        if kind == "assigned":
            self.partitions = set(event["partitions"])
            self.generation = event.get("generation", self.generation)
        elif kind == "revoked":
            self.partitions = set()
        elif kind == "message":
            self.messages.append((event["partition"], event["offset"], event["value"]))
        elif kind == "error":
            self.errors.append(event["text"])
        if kind in ("assigned", "revoked"):
            self.changed_at = time.monotonic()

    def first_after(self, kind, moment):
        return next((at for at, k, _ in list(self.events) if k == kind and at > moment), None)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        """Leaves the group in the orderly way."""
        if self.process.poll() is None:
            self.leave()
            try:
                self.process.wait(CLOSE_DEADLINE_S)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"a {self.family} member did not leave within {CLOSE_DEADLINE_S} s")
        for thread in self.threads:
            thread.join(CLOSE_DEADLINE_S)

    def leave(self):
        self.process.stdin.close()


class OwnMember(Member):
    """This project's own client: the program is named by $MINI_GROUP_MEMBER. Told the difference or the whole, it says
    what it has."""

    def __init__(self, bootstrap, group, topic, strategy="range", session_ms=6000):
        super().__init__("own", bootstrap, group, topic, strategy, session_ms)

    def command(self, bootstrap, group, topic, strategy, session_ms):
        return [os.environ["MINI_GROUP_MEMBER"], bootstrap, group, topic, strategy, str(session_ms)]

    def took_place(self, kind, event):
        super().took_place(kind, event)
        if kind == "revoked":
            self.partitions = set(event["partitions"])


class KcatMember(Member):
    """kcat -G; it prints its messages as JSON and its rebalances on stderr."""

    def __init__(self, bootstrap, group, topic, strategy="range", session_ms=6000):
        super().__init__("kcat", bootstrap, group, topic, strategy, session_ms)

    def command(self, bootstrap, group, topic, strategy, session_ms):
        settings = {
            "auto.offset.reset": "earliest",
            "session.timeout.ms": session_ms,
            "heartbeat.interval.ms": 500,
            "partition.assignment.strategy": strategy,
            "debug": "cgrp",
            "topic.metadata.refresh.interval.ms": 500,
        }
        extra = [part for k, v in settings.items() for part in ("-X", f"{k}={v}")]
        return ["kcat", "-b", bootstrap, "-u", "-J", *extra, "-G", group, topic]

    def on_output(self, line):
        found = json.loads(line)
        self.took_place(
            "message", {"partition": found["partition"], "offset": found["offset"], "value": found["payload"]}
        )

    def on_log(self, line):
        super().on_log(line)
        found = KCAT_REBALANCED.search(line)
        if found:
            partitions = [int(n) for n in re.findall(r"\[(\d+)\]", found.group(2))]
            self.took_place(found.group(1), {"partitions": partitions})

    def leave(self):
        self.process.terminate()


def owned(members):
    return sorted(p for member in members for p in member.partitions)
