#!/usr/bin/python3
"""Proves that the parts of the broker and of the client that must not ask the world do not:
imports_test.py LIBRARY...

Each static library is looked at with nm. None may import what reads a clock, draws chance from the system, opens
sockets or files, starts threads, takes locks or reads the environment. First the test proves that it can fail.
"""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# As nm writes them without demangling: C names, and what a mangled C++ name must contain.
C_NAMES = {
    "clock_gettime", "gettimeofday", "time", "getrandom", "rand", "srand", "random", "socket", "open", "open64", "fopen",
    "fopen64", "write", "pthread_create", "pthread_mutex_lock", "getenv", "secure_getenv", "nanosleep", "usleep", "sleep",
}
CXX_PARTS = re.compile(r"random_device|steady_clock3now|system_clock3now|this_thread|basic_[io]?fstream|basic_filebuf")


def undefined_symbols(library):
    """(member, symbol) of everything that the library does not define in the object that uses it."""
    listing = subprocess.run(["nm", "-u", "-P", "-A", str(library)], check=True, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    for line in listing.splitlines():
        place, symbol = line.split(": ", 1)
        yield place, symbol.split()[0].split("@")[0]


def forbidden(library):
    return [(place, symbol) for place, symbol in undefined_symbols(library)
            if symbol in C_NAMES or CXX_PARTS.search(symbol)]


def prove_that_it_can_fail():
    """A planted object for each forbidden thing must be found; an innocent one must not."""
    compiler = shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        sys.exit("no C++ compiler to plant an object with")
    planted = {
        "a clock": "#include <time.h>\nlong f() { timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec; }",
        "std::chrono": "#include <chrono>\nlong f() { return std::chrono::steady_clock::now().time_since_epoch().count(); }",
        "chance": "#include <random>\nunsigned f() { return std::random_device{}(); }",
        "the environment": "#include <stdlib.h>\nchar* f() { return getenv(\"HOME\"); }",
        "a socket": "#include <sys/socket.h>\nint f() { return socket(AF_INET, SOCK_STREAM, 0); }",
        "a file": "#include <fstream>\nbool f() { return std::ifstream(\"x\").good(); }",
        "a lock": "#include <pthread.h>\nint f(pthread_mutex_t* m) { return pthread_mutex_lock(m); }",
    }
    with tempfile.TemporaryDirectory() as folder:
        for what, source in list(planted.items()) + [("", "int f(int x) { return x + 1; }")]:
            unit = Path(folder, "planted.cc")
            unit.write_text(source, encoding="utf-8")
            subprocess.run([compiler, "-std=c++20", "-c", unit, "-o", unit.with_suffix(".o")], check=True)
            if bool(forbidden(unit.with_suffix(".o"))) != bool(what):
                sys.exit(f"this test does not see {what}" if what else "this test sees what is not there")
    return len(planted)


def main(libraries):
    planted = prove_that_it_can_fail()
    bad = 0
    for library in libraries:
        symbols = list(undefined_symbols(library))
        if not symbols:
            sys.exit(f"{library}: nm shows nothing that it imports: that cannot be")
        found = forbidden(library)
        bad += len(found)
        for place, symbol in found:
            print(f"{place} imports {symbol}")
        print(f"{Path(library).name}: {len(symbols)} imports looked at, {len(found)} forbidden")
    if not libraries:
        sys.exit("no library was given")
    print(f"{len(libraries)} libraries; {planted} planted imports were found")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
