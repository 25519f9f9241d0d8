"""The client library's stories on any broker: stories_test.py KIND BROKER STORIES; for KIND see pipeline_test.py.

STORIES is the program of tests/embedded; here it is given the broker's address.
"""

import os
import subprocess
import sys

import worlds

import real_kafka

kind, broker_program, stories = sys.argv[1], *map(os.path.realpath, sys.argv[2:4])
NEED_CREATE_TOPICS = "an administrator*,two members*"


def main():
    command = [stories, "--source-file=*stories_test.cc"]
    try:
        with worlds.world(kind, broker_program) as world:
            if not world.creates_topics:
                command.append("--test-case-exclude=" + NEED_CREATE_TOPICS)
            environment = {**os.environ, "STORIES_BOOTSTRAP": world.bootstrap}
            return subprocess.run(command, env=environment, timeout=600, check=False).returncode
    except real_kafka.Skip as reason:
        print(f"SKIP-REGISTRY: {reason}")
        return real_kafka.SKIPPED


sys.exit(main())
