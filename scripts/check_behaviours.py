#!/usr/bin/python3
"""Checks that each behaviour which this broker keeps has a test named after it: check_behaviours.py [ROOT].

Of the behaviours of Apache Kafka that simple brokers get wrong, 1 to 35 are those up to the classic group protocol. The
name of a doctest case, or what a row of the catalogue is about, begins with "behaviour N".
"""
import re
import sys
from pathlib import Path

KEPT = range(1, 36)
NAMES = {
    "**/*.cc": re.compile(r'TEST_CASE\(\s*"behaviour (\d+)\b'),
    "catalogue/rows_*.py": re.compile(r'Row\(\s*"[^"]*",\s*"behaviour (\d+)\b'),
}


def named(tests):
    return {int(number) for pattern, name in NAMES.items() for path in tests.glob(pattern)
            for number in name.findall(path.read_text(encoding="utf-8"))}


def main(root):
    found = named(root / "tests")
    missing = [number for number in KEPT if number not in found]
    for number in missing:
        print(f"behaviour {number}: no test is named after it")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1]))
