#!/usr/bin/python3
"""Prints the ten longest C++ files and functions: a figure to look at, not a limit."""
import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def tracked():
    listed = subprocess.run(["git", "ls-files", "-z", "*.h", "*.cc"], cwd=ROOT, check=True, capture_output=True, text=True)
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def file_lengths(files):
    return [(len((ROOT / name).read_bytes().splitlines()), name) for name in files]


def function_lengths(files):
    tags = subprocess.run(["ctags", "-L", "-", "--languages=C++", "--kinds-C++=f", "--fields=+ne", "--output-format=json"],
                          cwd=ROOT, check=True, input="\n".join(files), capture_output=True, text=True).stdout
    for tag in map(json.loads, tags.splitlines()):
        if "end" in tag:
            yield tag["end"] - tag["line"] + 1, f"{tag['path']}:{tag['line']} {tag['name']}"


def print_longest(title, lengths):
    print(title)
    for lines, name in sorted(lengths, reverse=True)[:10]:
        print(f"{lines:6}  {name}")


files = tracked()
print_longest("longest files", file_lengths(files))
print_longest("longest functions", function_lengths(files))
