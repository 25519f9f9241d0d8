#!/usr/bin/python3
"""Checks that the generated pages are what the code says now: generated_docs.py [--write] BUILD_DIR.

Each page is what its program prints. A page that people write may have blocks that are made as well, each between
<!-- begin SOURCE --> and <!-- end -->: SOURCE is a program, whose output stands there, or a file, which stands there as
code. --write mends the pages.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = {"docs/apis.md": "docs-apis", "docs/configuration.md": "docs-configuration"}
PAGES_WITH_BLOCKS = ["docs/client.md"]
BLOCK = re.compile(r"(<!-- begin (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


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
    return compare(page, generate(build_dir, program), build_dir, write)


def compare(page, text, build_dir, write):
    path = ROOT / page
    if write:
        path.write_bytes(text)
    if path.exists() and path.read_bytes() == text:
        return None
    return f"{page} is not what the code says: scripts/generated_docs.py --write {build_dir}"


def block(source, found, build_dir):
    if source in found:
        return generate(build_dir, found[source]).decode()
    return f"```cpp\n{(ROOT / source).read_text(encoding='utf-8')}```\n"


def check_blocks(page, found, build_dir, write):
    """As check_page, for a page that only has blocks of what others say."""
    text = (ROOT / page).read_text(encoding="utf-8")
    if "```cpp" in BLOCK.sub("", text):
        return f"{page} has code of its own: let it be a block of a file that is compiled"
    for source in [match.group(2) for match in BLOCK.finditer(text)]:
        if source not in found and not (ROOT / source).exists():
            return f"{page} has a block of {source}, which is neither a program nor a file"
    made = BLOCK.sub(lambda match: match.group(1) + block(match.group(2), found, build_dir) + match.group(3), text)
    return compare(page, made.encode(), build_dir, write)


def main():
    write = "--write" in sys.argv
    build_dir = Path(sys.argv[-1])
    found = programs(build_dir)
    complaints = [check_page(page, found.get(name), build_dir, write) for page, name in PAGES.items()]
    with_blocks = [page for page in PAGES_WITH_BLOCKS if (ROOT / page).exists()]
    complaints += [check_blocks(page, found, build_dir, write) for page in with_blocks]
    complaints = [complaint for complaint in complaints if complaint]
    checked = [page for page, name in PAGES.items() if name in found] + with_blocks
    print("\n".join(complaints) or f"up to date: {', '.join(checked) or 'there is no generated page yet'}")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
