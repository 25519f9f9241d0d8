"""The examples of docs/ at work: examples_test.py HOST:PORT PRODUCER CONSUMER ADMIN. Exit code 0: each says what it should."""

import subprocess
import sys

DEADLINE_S = 60


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=DEADLINE_S, check=False)
    print(done.stdout, done.stderr, sep="")
    if done.returncode != 0 or done.stderr:
        sys.exit(f"{program} failed with {done.returncode}")
    return done.stdout


def must(holds, what):
    if not holds:
        sys.exit(f"not so: {what}")


def main():
    bootstrap, producer, consumer, admin = sys.argv[1:5]
    topic, group = "of-the-examples", "of-the-examples"
    must("of-the-examples: 3 partitions" in run(admin, bootstrap, topic), "the admin example tells of its topic")
    must("stored at offset 9" in run(producer, bootstrap, topic), "the producer example stores ten records, all in one partition")
    lines = run(consumer, bootstrap, topic, group).splitlines()
    must(len(lines) == 10 and lines[9] == '9 kitchen {"temperature": 40}', "the consumer example reads all ten")
    must(": 0 records behind" in run(admin, bootstrap, topic), "the admin example tells how far the group is")
    print("the examples do what they say")


if __name__ == "__main__":
    main()
