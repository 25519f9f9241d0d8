#!/usr/bin/python3
"""Checks that the generated pages are what the code says now: generated_docs.py [--write] BUILD_DIR.

Each page is what its program prints. --write mends the pages.
"""
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = {"docs/apis.md": "docs-apis", "docs/configuration.md": "docs-configuration"}


def ninja(build_dir, target):
    made = subprocess.run(["ninja", "-C", str(build_dir), target], check=False, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if made.returncode != 0:
        sys.exit(f"{made.stdout}\n{target} cannot be built: its reason stands above")


def programs(build_dir):
    """Name -> path of every executable, as the Meson files say now."""
    ninja(build_dir, "build.ninja")
    targets = json.loads((build_dir / "meson-info" / "intro-targets.json").read_text(encoding="utf-8"))
    return {target["name"]: target["filename"][0] for target in targets if target["type"] == "executable"}


def generate(build_dir, program):
    target = str(Path(program).relative_to(build_dir.resolve()))
    ninja(build_dir, target)
    return subprocess.run([program], check=True, stdout=subprocess.PIPE).stdout


def check_page(page, program, build_dir, write):
    """None if the page is as it should be, else what is wrong."""
    path = ROOT / page
    if program is None:
        return f"{page} has no program that prints it" if path.exists() else None
    text = generate(build_dir, program)
    if write:
        path.write_bytes(text)
    if path.exists() and path.read_bytes() == text:
        return None
    return f"{page} is not what the code says: scripts/generated_docs.py --write {build_dir}"


def main():
    write = "--write" in sys.argv
    build_dir = Path(sys.argv[-1])
    found = programs(build_dir)
    complaints = [check_page(page, found.get(name), build_dir, write) for page, name in PAGES.items()]
    complaints = [complaint for complaint in complaints if complaint]
    checked = [page for page, name in PAGES.items() if name in found]
    print("\n".join(complaints) or f"up to date: {', '.join(checked) or 'there is no generated page yet'}")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
