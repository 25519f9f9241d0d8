#!/usr/bin/python3
"""Does what our pages tell a reader to do: docs_lint.py BUILD_DIR [PAGE.md...]; by default README.md, the quick starts and the
alert consumer's page. Without pages it also looks for what README.md and every page in docs/ link to in the project.

Each page has a fresh folder and terminals of its own (terminals.py), and its fenced blocks are taken in order. The word
after the fence says what a block is:

    sh                   typed in a terminal; has to end well
    sh terminal NAME     typed in a terminal that is then left running; at the end of the page comes Ctrl+C
    sh not-run, text not-run   only shown
    python               run by python3
    KIND FILE            any other kind with a name: what the reader puts into that file
    text                 lines that the block before printed
    text terminal NAME   lines that a running terminal prints, waited for
    text ctrl-c NAME     lines that it prints after Ctrl+C

A block of no kind is an error: every block on these pages is either tried or says that it is not.
One line per page, and at the end `N passed, N failed, N skipped`.
"""

import pathlib
import re
import sys
import time

from terminals import Desk, Wrong

FENCE = re.compile(r"^\s*```(.*)$")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FILE_KINDS = ("json", "properties", "python", "cpp", "csv", "meson")
root = pathlib.Path(__file__).resolve().parent.parent


class Block:
    def __init__(self, line, words):
        self.line, self.words, self.lines = line, words, []

    @property
    def text(self):
        return "\n".join(self.lines) + "\n"


def blocks_of(page):
    found, open_block = [], None
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        fence = FENCE.match(line)
        if fence and open_block is None:
            open_block = Block(number, fence[1].split())
        elif fence:
            found.append(open_block)
            open_block = None
        elif open_block is not None:
            open_block.lines.append(line)
    if open_block is not None:
        raise Wrong(f"the block of line {open_block.line} has no end")
    return found


def broken_links(page):
    """`PAGE:LINE: ...` for each relative link to something that is not there. What stands in a block or in backquotes is
    no link."""
    broken, in_block = [], False
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if FENCE.match(line):
            in_block = not in_block
        for target in [] if in_block else LINK.findall(re.sub(r"`[^`]*`", "", line)):
            path = target.split("#")[0]
            if path and "://" not in path and not path.startswith("mailto:") and not (page.parent / path).exists():
                broken.append(f"{page}:{number}: there is no {path}")
    return broken


class Reader:
    """Goes through a page's blocks."""

    def __init__(self, desk):
        self.desk = desk
        self.printed = ""
        self.tried = 0

    def take(self, block):
        match block.words:
            case ["sh" | "text", "not-run"]:
                return
            case ["sh"]:
                self.printed = self.desk.run(block.text)
            case ["python"]:
                self.printed = self.desk.run_python(block.text)
            case ["sh", "terminal", name]:
                self.desk.open(name, block.text)
            case ["text"]:
                self.desk.expect(block.lines, self.printed)
            case ["text", "terminal", name]:
                self.desk.wait_for(name, block.lines)
            case ["text", "ctrl-c", name]:
                self.desk.interrupt(name, block.lines)
            case [kind, name] if kind in FILE_KINDS:
                self.desk.write(name, block.text)
            case words:
                raise Wrong(f"'{' '.join(words)}' is no kind of block")
        self.tried += 1


def lint(page, build_dir):
    """What is wrong with a page, or None; and how many blocks were tried."""
    line = 1
    with Desk(build_dir, root) as desk:
        reader = Reader(desk)
        try:
            for block in blocks_of(page):
                line = block.line
                reader.take(block)
            if reader.tried == 0:
                raise Wrong("nothing on this page can be tried")
        except Wrong as wrong:
            return f"{page}:{line}: {wrong}", reader.tried
    return None, reader.tried


def main():
    build_dir = sys.argv[1]
    named = [pathlib.Path(each) for each in sys.argv[2:]]
    pages = named or [root / "README.md", root / "docs/alert-consumer.md", *sorted((root / "docs").glob("quick-start-*.md"))]
    linking = [] if named else [root / "README.md", *sorted((root / "docs").glob("*.md"))]
    broken = [link for page in linking for link in broken_links(page)]
    for link in broken:
        print(f"FAIL {link}", flush=True)
    failed = 0
    for page in pages:
        begun = time.monotonic()
        wrong, tried = lint(page, build_dir)
        failed += wrong is not None
        shown = page.relative_to(root) if page.is_relative_to(root) else page
        print(f"FAIL {wrong}" if wrong else f"ok {shown} ({tried} blocks, {time.monotonic() - begun:.1f} s)", flush=True)
    print(f"{len(pages) - failed} passed, {failed + len(broken)} failed, 0 skipped")
    return 1 if failed or broken else 0


if __name__ == "__main__":
    sys.exit(main())
