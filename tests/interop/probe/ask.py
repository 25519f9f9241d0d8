#!/usr/bin/python3
"""Asks a broker what it does at the edges of the protocol, and prints each answer in one line.

    ask.py --bootstrap HOST:PORT --layouts FOLDER [NAME...]

FOLDER holds Kafka's message layouts. The same questions put to two brokers and compared with diff show where they part.
Made for a single node that nobody else uses.
"""

import argparse
import os
import sys
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import about_connections  # noqa: E402,F401  (each import adds its questions)
import about_fetch  # noqa: E402,F401
import about_groups  # noqa: E402,F401
import about_metadata  # noqa: E402,F401
import about_offsets  # noqa: E402,F401
import about_produce  # noqa: E402,F401
import about_settings  # noqa: E402,F401
import about_topics  # noqa: E402,F401
from asking import QUESTIONS, Broker  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--layouts", required=True)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    broker = Broker(options)
    failed = 0
    for asked in QUESTIONS:
        if options.names and asked.__name__ not in options.names:
            continue
        print(f"== {asked.__name__}", flush=True)
        try:
            asked(broker)
        except Exception as error:  # a prober's own failure must not hide the other answers
            failed += 1
            traceback.print_exc(limit=-3)
            print(f"{asked.__name__}: the prober failed: {error!r}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
