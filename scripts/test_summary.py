#!/usr/bin/python3
"""Judges meson's test logs: test_summary.py [--broken STEP] testlog.json...

A skip (exit code 77) is a failure unless the test said `SKIP-REGISTRY: reason`, that is, a package registry could not be
reached. A doctest program that ran no case, or left out cases of its own accord, is a failure too.
The last line is `N passed, N failed, N skipped`; the exit code is 1 if anything failed.
"""
import argparse
import json
import re
import sys

DOCTEST_CASES = re.compile(r"\[doctest\] test cases:\s*(\d+) \|.*?(\d+) skipped")
REGISTRY_SKIP = re.compile(r"^SKIP-REGISTRY: *(\S.*)$", re.MULTILINE)
COMPLAINT = re.compile(r"ERROR: |^Traceback |^FAIL: |Sanitizer: |runtime error: ")
LAST_WORDS_MAX = 20  # lines shown again of a test that failed
ANSI_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def read_log(path):
    with open(path, encoding="utf-8") as log:
        return [json.loads(line) for line in log if line.strip()]


def doctest_cases(test):
    """How many doctest cases ran and how many were left out; None for other kinds of test."""
    counts = DOCTEST_CASES.search(ANSI_COLOUR.sub("", test.get("stdout") or ""))
    return (int(counts[1]), int(counts[2])) if counts else None


def judge(test):
    """'passed', 'failed' or 'skipped', and why."""
    if test["result"] == "SKIP":
        reason = REGISTRY_SKIP.search(test.get("stdout") or "")
        return ("skipped", reason[1]) if reason else ("failed", "skipped, and not for an unreachable registry")
    if test["result"] not in ("OK", "EXPECTEDFAIL"):
        return "failed", test["result"].lower()
    cases = doctest_cases(test)
    chosen_by_arguments = len(test["command"]) > 1
    if cases and not chosen_by_arguments:
        if cases[0] == 0:
            return "failed", "ran no case"
        if cases[1] > 0:
            return "failed", f"left out {cases[1]} of its cases"
    return "passed", ""


def last_words(test):
    """What doctest or Python said was wrong, from its first complaint on, or the last lines of what a test printed."""
    lines = ANSI_COLOUR.sub("", (test.get("stdout") or "") + (test.get("stderr") or "")).splitlines()
    complaints = [number for number, line in enumerate(lines) if COMPLAINT.search(line)]
    begin = max(0, complaints[0] - 3 if complaints else len(lines) - LAST_WORDS_MAX)
    return lines[begin : begin + LAST_WORDS_MAX]


def summarise(tests, out):
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for test in tests:
        verdict, why = judge(test)
        counts[verdict] += 1
        if why:
            print(f"{verdict}: {test['name']}: {why}", file=out)
        if verdict == "failed":
            print("\n".join(f"    {line}" for line in last_words(test)), file=out)
    cases = sum(found[0] for found in map(doctest_cases, tests) if found)
    print(f"{len(tests)} test programs, {cases} doctest cases in them", file=out)
    return counts


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--broken", metavar="STEP", help="a step that failed, counted as one failure if no test did")
    arguments.add_argument("logs", nargs="*")
    options = arguments.parse_args()
    counts = summarise([test for path in options.logs for test in read_log(path)], sys.stdout)
    if options.broken and counts["failed"] == 0:
        counts["failed"] = 1
        print(f"failed: {options.broken}")
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
