#!/usr/bin/python3
"""Holds mini-broker against its peers: bench.py --build FOLDER [--smoke] [--rounds N] [--out FILE] [workload...]

Peers take turns within a round, so that a noisy machine is noisy for all; figures are medians over the rounds, ratios
are made within a round. What cannot run here is left out with one line that says why.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import time

import peers
import report
import workloads


RUN_MAX_S = 120  # one run of one load; what hangs is left out


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--smoke", action="store_true", help="everything once and short: does it still run?")
    parser.add_argument("--without-kafka", action="store_true", help="leave the real Apache Kafka out")
    parser.add_argument("--all-peers", action="store_true", help="Tansu as well: it is built first, for a quarter of an hour")
    parser.add_argument("--without-others", action="store_true", help="leave out what comes from other registries")
    parser.add_argument("--out", type=pathlib.Path, help="write the page here, and a picture beside it")
    parser.add_argument("workloads", nargs="*", help="of " + ", ".join(workloads.NAMES))
    options = parser.parse_args()
    if options.smoke:
        options.rounds, options.seconds = 1, 0.3
    unknown = set(options.workloads) - set(workloads.NAMES)
    if unknown:
        parser.error(f"no workload {', '.join(unknown)}: there are {', '.join(workloads.NAMES)}")
    return options


class Bench:
    """What the workloads are run with."""

    def __init__(self, options):
        self.options = options
        self.build = options.build.resolve()
        self.kafkas = {}
        self.absent = set()

    def tool(self, name):
        return str(self.build / "tests" / "bench" / name)

    def load(self, workload, peer=None, **flags):
        """One run of the load generator; its figures, or an exception with what it said."""
        command = [self.tool("bench-load"), workload]
        if peer:
            command += ["--broker", peer.address, "--broker-pid", str(peer.pid)]
            if not peer.creates_topics:
                command.append("--topic-exists")
        flags.setdefault("seconds", self.options.seconds)
        flags.setdefault("warm_up", min(1.0, self.options.seconds))
        for name, value in flags.items():
            for each in value if isinstance(value, list) else [value]:
                command.append(f"--{name.replace('_', '-')}" + (f"={each}" if each != "" else ""))
        return self.figures(command)

    def client(self, what, library, **flags):
        """One run of a client library."""
        command = [self.tool("bench-client"), what, "--library", library]
        return self.figures(command + [f"--{name.replace('_', '-')}={value}" for name, value in flags.items()])

    def figures(self, command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=RUN_MAX_S)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip() or f"{command[1]} ended with {done.returncode}")
        return json.loads(done.stdout.splitlines()[-1])

    def kafka(self, on_ram_disk=True):
        """The real Kafka, or None where it cannot be had (said once)."""
        if self.options.without_kafka or self.options.smoke:
            return None
        if on_ram_disk not in self.kafkas:
            try:
                with peers.Kafka(on_ram_disk) as kafka:  # which stands still until it is somebody's turn
                    self.kafkas[on_ram_disk] = kafka
            except peers.real_kafka.Skip as skip:
                print(f"left out: Apache Kafka: {skip}")
                self.kafkas[on_ram_disk] = None
        return self.kafkas[on_ram_disk]

    def others(self):
        """The classes of the peers that come from registries, as far as they can be had."""
        if self.options.smoke or self.options.without_others:
            return []
        wanted = [peers.Kfake, peers.Tansu] if self.options.all_peers else [peers.Kfake]
        return [peer for peer in wanted if self.can_be_had(peer)]

    def can_be_had(self, peer):
        if peer in self.absent:
            return False
        try:
            peer()
            return True
        except peers.NotHere as reason:
            print(f"left out: {peer.name}: {reason}")
            self.absent.add(peer)
            return False

    def iperf_runs(self):
        if shutil.which("iperf3"):
            return [("iperf3, one connection", lambda: peers.iperf3(self.options.seconds))]
        print("left out: iperf3 is not installed")
        return []

    def rounds(self, runs):
        """runs: [(column, function giving figures)]; interleaved. Gives {column: [figures of each round]}."""
        results = {column: [] for column, _ in runs}
        for _ in range(self.options.rounds):
            for column, run in runs:
                try:
                    results[column].append(run())
                except (RuntimeError, OSError, subprocess.TimeoutExpired) as problem:
                    if column.startswith(("mini", "alert")):
                        raise
                    results[column].append({})  # so that rounds stay side by side
                    print(f"left out of this round: {column}: {problem}", flush=True)
        return {column: figures for column, figures in results.items() if any(figures)}

    def close(self):
        for kafka in self.kafkas.values():
            try:
                if kafka:
                    kafka.close()
            except (OSError, subprocess.SubprocessError) as problem:
                print(f"{kafka.name} did not end: {problem}")


def main():
    options = parse()
    bench = Bench(options)
    tables, failed = [], []
    try:
        for name in options.workloads or workloads.NAMES:
            begun = time.monotonic()
            try:
                for table in workloads.run(name, bench):
                    tables.append(table)
                    print(report.as_text(table), flush=True)
            except (RuntimeError, OSError, subprocess.SubprocessError) as error:
                failed.append(name)
                print(f"FAILED: {name}: {error}", flush=True)
            print(f"({name}: {time.monotonic() - begun:.0f} s)\n", flush=True)
    finally:
        bench.close()
    if options.out:  # a workload that failed shows as what was not measured
        report.write(options.out, tables, options)
    if failed:
        print("failed: " + ", ".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
