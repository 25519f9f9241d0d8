#!/usr/bin/python3
"""Puts bad inputs and faults to a broker, row by row, each followed by an honest produce and fetch on another connection.

    catalogue.py BINARY [ROW...]             starts mini-broker on a free port, for some rows with settings of their own
    catalogue.py --bootstrap HOST:PORT       the same rows against any other broker; those that need a process are skipped
    catalogue.py --differences               where mini-broker parts from Apache Kafka on purpose, row by row

A line for each row: `ok ID what`, `FAIL ID what: why`, `waits ID: reason`, `skipped ID what: why`. A row waits where what it
is about is not served yet; it is never counted as passed.
"""
import argparse
import sys
import time
import traceback

import rows_admin
import rows_fetch
import rows_framing
import rows_groups
import rows_header
import rows_process
import rows_produce
import rows_producers
import rows_strain
from process import Process
from row import BROKERS, SAME
from shared import check
from waiting import WAITING
from world import World, outcome

ROWS = (rows_framing.ROWS + rows_header.ROWS + rows_strain.ROWS + rows_produce.ROWS + rows_producers.ROWS + rows_fetch.ROWS
        + rows_groups.ROWS + rows_admin.ROWS)
REAL_BROKER_PATIENCE = 10  # times as long as ours
HONEST_MAX_MS = 5000


class Run:
    def __init__(self, options):
        self.options = options
        self.worlds = {}
        self.passed = self.failed = self.skipped = 0
        self.slowest_honest_ms = 0

    def world(self, broker):
        if broker not in self.worlds:
            if self.options.bootstrap:
                self.worlds[broker] = World(self.options.bootstrap)
            else:
                process = Process(self.options.binary, overrides=BROKERS[broker])
                self.worlds[broker] = World(process.bootstrap, process)
        return self.worlds[broker]

    def wanted(self, row_id):
        return not self.options.rows or row_id in self.options.rows

    def try_row(self, row):
        world = self.world(row.broker)
        world.set_out_honestly()
        began = time.monotonic()
        found = outcome(row.act, world)
        took_ms = (time.monotonic() - began) * 1000
        wanted = row.kafka if self.options.bootstrap and row.kafka is not SAME else row.ours
        check(found == wanted, f"came to {found!r}, not {wanted!r}")
        limit_ms = row.within_ms * (REAL_BROKER_PATIENCE if self.options.bootstrap else 1)
        check(took_ms <= limit_ms, f"took {took_ms:.0f} ms, where {limit_ms} are given")
        began = time.monotonic()
        world.go_on_honestly()
        honest_ms = (time.monotonic() - began) * 1000
        self.slowest_honest_ms = max(self.slowest_honest_ms, honest_ms)
        check(honest_ms <= HONEST_MAX_MS or self.options.bootstrap, f"the honest connection waited {honest_ms:.0f} ms")
        return took_ms

    def row(self, row):
        if self.options.bootstrap and row.why_not_replayed():
            self.skipped += 1
            return print(f"skipped {row.id} {row.what}: {row.why_not_replayed()}", flush=True)
        self.judge(row.id, row.what, lambda: self.try_row(row))
        for world in self.worlds.values():
            world.drop_connections()

    def judge(self, row_id, what, attempt):
        try:
            took_ms = attempt()
        except Exception as error:
            self.failed += 1
            print(f"FAIL {row_id} {what}: {error}", flush=True)
            traceback.print_exc(file=sys.stderr)
        else:
            self.passed += 1
            print(f"ok {row_id} {what} ({took_ms:.0f} ms)", flush=True)

    def promise(self, promise):
        def attempt():
            began = time.monotonic()
            promise.act(self.options.binary)
            return (time.monotonic() - began) * 1000
        if self.options.bootstrap:
            self.skipped += 1
            return print(f"skipped {promise.id} {promise.what}: it is about mini-broker's own process", flush=True)
        self.judge(promise.id, promise.what, attempt)

    def end(self):
        for name, world in self.worlds.items():
            world.drop_connections()
            if world.process:
                self.judge("end", f"the broker '{name}' was alive to the end and stops cleanly", lambda: self.stop(world.process))

    def stop(self, process):
        began = time.monotonic()
        check(not process.ended(), f"it had ended by itself with {process.child.returncode}:\n" + process.log()[-2000:])
        check(process.stop() == 0, f"it ended with {process.child.returncode}")
        return (time.monotonic() - began) * 1000


def print_differences():
    for row in ROWS:
        if row.kafka is not SAME:
            print(f"{row.id} {row.what}: {row.ours!r}, Apache Kafka: {row.kafka!r}")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap")
    parser.add_argument("--differences", action="store_true")
    parser.add_argument("binary", nargs="?", help="mini-broker; not with --bootstrap")
    parser.add_argument("rows", nargs="*", help="ids of rows to try, all by default")
    options = parser.parse_args()
    if options.differences:
        return print_differences()
    if options.bootstrap:
        options.rows = [r for r in [options.binary] + options.rows if r]
    elif not options.binary:
        parser.error("which mini-broker? (an argument, or --bootstrap)")
    run = Run(options)
    for row in ROWS:
        if run.wanted(row.id):
            run.row(row)
    for promise in rows_process.PROMISES + rows_strain.PROMISES:
        if run.wanted(promise.id):
            run.promise(promise)
    run.end()
    waiting = [(row_id, why) for row_id, why in WAITING if run.wanted(row_id)]
    for row_id, why in waiting:
        print(f"waits {row_id}: {why}")
    print(f"the honest connection waited at most {run.slowest_honest_ms:.0f} ms")
    print(f"{len(waiting)} rows wait: {', '.join(row_id for row_id, _ in waiting) or 'none'}")
    print(f"{run.passed} passed, {run.failed} failed, {run.skipped} skipped")
    return 1 if run.failed or not run.passed else 0


if __name__ == "__main__":
    sys.exit(main())
