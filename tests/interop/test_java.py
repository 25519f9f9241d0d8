#!/usr/bin/python3
"""Kafka's own Java client against a broker, in an older and in a newer release. Its story is java/Conversation.java.

Where Java or the client's jars cannot be had: one line `SKIP-REGISTRY: reason` and exit code 77.
"""

import pathlib
import subprocess
import sys

import real_kafka
from harness import case, check, main

SOURCE = pathlib.Path(__file__).with_name("java") / "Conversation.java"
VERSIONS = ("3.9.1", real_kafka.KAFKA_VERSION)
DEADLINE_S = 180


def tell(version, bootstrap, *arguments):
    jars = real_kafka.jars(version, "kafka-clients")
    return subprocess.run(
        [
            real_kafka.java(),
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp",
            f"{jars}/*",
            str(SOURCE),
            bootstrap,
            *arguments,
        ],
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
    )


def story(version):
    def client(broker):
        done = tell(version, broker.bootstrap)
        lines = [line for line in done.stdout.splitlines() if line.startswith(("ok ", "FAIL ", "told "))]
        print("".join(f"    {line}\n" for line in lines), end="", flush=True)
        check(
            done.returncode == 0 and lines and lines[-1].startswith("told "), f"it ended early: {done.stderr[-1500:]}"
        )
        check(not any(line.startswith("FAIL") for line in lines), f"see above, and {done.stderr[-1500:]}")

    client.__name__ = f"the_java_client_{version}_produces_reads_shares_and_administers"
    return client


for number in VERSIONS:
    case(story(number))


if __name__ == "__main__":
    try:
        real_kafka.java()
        for number in VERSIONS:
            real_kafka.jars(number, "kafka-clients")
    except real_kafka.Skip as reason:
        print(f"SKIP-REGISTRY: {reason}")
        sys.exit(real_kafka.SKIPPED)
    sys.exit(main())
