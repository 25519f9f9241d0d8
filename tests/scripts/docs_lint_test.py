"""The runner of our pages, on pages of a few lines and programs that only print: docs_lint_test.py."""

import contextlib
import io
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

import docs_lint  # noqa: E402
import terminals  # noqa: E402

BROKER = """#!/usr/bin/env bash
trap 'echo "goodbye"; exit 0' INT
echo "listens at $KAFKA_LISTENERS"
while :; do sleep 0.1; done
"""


def page_of(*blocks):
    return "# A page\n\nWords.\n\n" + "".join(f"```{kind}\n{text}\n```\n\nMore.\n" for kind, text in blocks)


class Pages(unittest.TestCase):
    def setUp(self):
        self.enterContext(contextlib.redirect_stderr(io.StringIO()))
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        program = self.folder / "mini-broker"
        program.write_text(BROKER)
        program.chmod(0o755)
        terminals.DEADLINE_S = 20

    def wrong_with(self, *blocks):
        page = self.folder / "page.md"
        page.write_text(page_of(*blocks))
        return docs_lint.lint(page, self.folder)[0]

    def test_what_a_page_promises_is_tried(self):
        self.assertIsNone(self.wrong_with(
            ("json rules.json", "[1]"), ("sh", "cat rules.json; echo two words"), ("text", "[1]\ntwo ..."),
            ("python", "print(1 + 1)"), ("text", "2"), ("sh not-run", "false")))

    def test_a_terminal_stays_open_until_ctrl_c(self):
        self.assertIsNone(self.wrong_with(
            ("sh terminal 1", "mini-broker"), ("text terminal 1", "listens at PLAINTEXT://localhost:9092"),
            ("sh", "echo another"), ("text ctrl-c 1", "goodbye")))

    def test_the_port_of_the_page_is_a_free_one(self):
        with terminals.Desk(self.folder) as desk:
            self.assertNotIn(":9092", desk.run("echo at localhost:9092"))
            self.assertEqual(desk.run("echo localhost:9092"), desk.run("echo localhost:9092"))
            self.assertNotEqual(desk.run("echo localhost:9092"), desk.run("echo localhost:29092"))

    def test_what_is_not_so_is_told_with_its_line(self):
        rows = [
            ([("sh", "false")], "page.md:5: ended with 1"),
            ([("sh", "echo one\necho two"), ("text", "two\none")], "no line 'one'"),
            ([("sh", "echo one"), ("text", "one and more")], "no line 'one and more'"),
            ([("sh", "true | false | true")], "ended with 1"),
            ([("sh terminal 1", "echo no; exit 3"), ("text terminal 1", "yes")], "no line 'yes'"),
            ([("sh terminal 1", "sleep 50"), ("text ctrl-c 1", "")], "ended it with -2"),
            ([("text ctrl-c 1", "")], "no terminal 1 is open"),
            ([("", "echo one")], "'' is no kind of block"),
            ([("bash", "echo one")], "'bash' is no kind of block"),
            ([("sh not-run", "echo one")], "nothing on this page can be tried"),
        ]
        for blocks, told in rows:
            with self.subTest(told=told):
                self.assertIn(told, self.wrong_with(*blocks) or "nothing wrong")

    def test_a_link_into_the_project_leads_somewhere(self):
        page = self.folder / "page.md"
        (self.folder / "there.md").write_text("")
        page.write_text("[a](there.md) [b](there.md#part) [c](#here) [d](https://example.org/x) `[e](no.md)`\n"
                        "```sh\n[f](no.md)\n```\n[g](gone.md) and [h](gone/too.md#part)\n")
        self.assertEqual(docs_lint.broken_links(page), [f"{page}:5: there is no gone.md", f"{page}:5: there is no gone/too.md"])


if __name__ == "__main__":
    unittest.main()
