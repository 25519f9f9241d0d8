#!/usr/bin/python3
"""Fails on an #include that goes up or sideways between the boxes of the house: check_arrows.py [ROOT].

A box is a folder, or one file with its stem (`protocol/frame`); a file belongs to its nearest box. To allow an arrow, add
it to ALLOWED below, and to docs/architecture.md.
"""
import re
import sys
from pathlib import Path

PROTOCOL = ["protocol", "protocol/wire", "protocol/records", "protocol/messages", "protocol/frame"]
LOG = PROTOCOL + ["broker/env", "broker/config", "broker/log"]
STATE = LOG + ["broker/topics", "broker/groups", "broker/txn"]
CORE = STATE + ["broker/api", "broker/core"]
CLUSTER = PROTOCOL + ["client/include", "client", "client/cluster", "client/settings"]
CLIENT_LOGIC = CLUSTER + ["client/producer", "client/consumer", "client/admin"]

ALLOWED = {
    "protocol": [],  # ids, api_key, error_code: the words everybody uses
    "protocol/wire": ["protocol"],
    "protocol/records": ["protocol", "protocol/wire"],
    "protocol/messages": ["protocol", "protocol/wire", "protocol/records"],
    "protocol/frame": ["protocol", "protocol/wire", "protocol/messages"],
    "broker/env": PROTOCOL,
    "broker/config": PROTOCOL + ["broker/env"],
    "broker/log": PROTOCOL + ["broker/env", "broker/config"],
    "broker/topics": LOG,
    "broker/groups": LOG + ["broker/topics"],
    "broker/txn": LOG + ["broker/topics"],
    "broker/api": STATE,
    "broker/core": STATE + ["broker/api"],
    "broker/server": CORE,
    "client/include": ["protocol"],
    "client": PROTOCOL + ["client/include"],
    "client/cluster": PROTOCOL + ["client/include", "client"],
    "client/settings": PROTOCOL + ["client/include", "client", "client/cluster"],
    "client/producer": CLUSTER,
    "client/consumer": CLUSTER,
    "client/admin": CLUSTER,
    "client/transport": PROTOCOL + ["client/include", "client"],
    "client/runtime": CLIENT_LOGIC + ["client/transport"],
    "embedded": CLIENT_LOGIC + ["client/transport", "client/runtime"] + CORE + ["broker/server"],
    "sensor_gen": ["protocol", "client/include"],
    "alert_consumer": ["protocol", "client/include"],
}
# These stand outside the drawing: they may include anything, nothing may include them.
OUTSIDE = ("tests", "docs")

# Libraries that only .cc files of the top layers may see.
TOP_LAYERS = ["broker/server", "client/transport", "client/runtime", "embedded", "sensor_gen", "alert_consumer"]
TOP_ONLY = {"Boost.Asio": ("boost/asio", "boost/beast"), "nlohmann/json": ("nlohmann/",), "CLI11": ("CLI/",),
            "spdlog": ("spdlog/",)}
# The one public header whose messages are nlohmann/json values.
TOP_ONLY_EXCEPT = {"embedded/include/mini/stand_in.h"}

NOT_OURS = re.compile(r"^(\.|build|subprojects$|demo-output$)")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def sources(root):
    for top in sorted(root.iterdir()):
        if top.is_dir() and not NOT_OURS.match(top.name):
            yield from sorted(path for path in top.rglob("*") if path.suffix in (".h", ".cc"))


def box_of(path):
    """The nearest box of a path from the root, or None."""
    path = str(path)
    fitting = [box for box in ALLOWED if path.startswith(box + "/") or path.rpartition(".")[0] == box]
    return max(fitting, key=len, default=None)


def from_root(included, root):
    """The public headers of client and embedded are included as mini/x.h."""
    if included.startswith("mini/"):
        for home in ("client/include/", "embedded/include/"):
            if (root / home / included).exists():
                return home + included
    return included


def complaint(source, box, quote, included, root):
    """Why this include may not stand there, or None."""
    for library, prefixes in TOP_ONLY.items():
        if included.startswith(prefixes):
            allowed = box in TOP_LAYERS and (source.suffix == ".cc" or str(source) in TOP_ONLY_EXCEPT)
            return None if allowed else f"{library} belongs in .cc files of the top layers only"
    target = from_root(included, root)
    target_box = box_of(target)
    if target_box is None:
        ours = quote == '"' or (root / target).exists()
        return "is in no box (write it from the root)" if ours else None
    if target_box == box or target_box in ALLOWED[box]:
        return None
    return f"{box} -> {target_box} is no allowed arrow"


def check(root):
    """Every complaint as `file:line: ...`."""
    for path in sources(root):
        source = path.relative_to(root)
        if source.parts[0] in OUTSIDE:
            continue
        box = box_of(source)
        if box is None:
            yield f"{source}:1: is in no box: say in ALLOWED what it may include"
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            include = INCLUDE.match(line)
            why = include and complaint(source, box, include[1], include[2], root)
            if why:
                yield f"{source}:{number}: {why}: {line.strip()}"


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[1])
    complaints = list(check(root))
    print("\n".join(complaints) or "every arrow points down")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
