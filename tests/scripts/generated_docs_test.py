"""A generated page that differs from its program fails the check; --write mends it."""
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "generated_docs.py"


class GeneratedDocsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve()
        for name in ("docs", "scripts", "build/meson-info"):
            (self.root / name).mkdir(parents=True)
        shutil.copy(SCRIPT, self.root / "scripts")
        self.page = self.root / "docs" / "apis.md"
        program = self.root / "build" / "docs-apis"
        program.write_text("#!/bin/sh\necho '# APIs'\n", encoding="utf-8")
        program.chmod(0o755)
        (self.root / "build" / "build.ninja").write_text("build docs-apis: phony\nbuild build.ninja: phony\n", encoding="utf-8")
        self.targets([{"name": "docs-apis", "type": "executable", "filename": [str(program)]}])

    def targets(self, targets):
        (self.root / "build/meson-info/intro-targets.json").write_text(json.dumps(targets), encoding="utf-8")

    def check(self, *arguments):
        done = subprocess.run([self.root / "scripts" / SCRIPT.name, *arguments, self.root / "build"], text=True,
                              stdout=subprocess.PIPE, check=False)
        return done.returncode, done.stdout

    def test_a_page_is_compared_with_what_its_program_prints(self):
        self.page.write_text("# APIs\n", encoding="utf-8")
        self.assertEqual(self.check(), (0, "up to date: docs/apis.md\n"))
        self.page.write_text("# Old\n", encoding="utf-8")
        code, output = self.check()
        self.assertEqual(code, 1)
        self.assertIn("docs/apis.md is not what the code says: scripts/generated_docs.py --write", output)

    def test_a_missing_page_fails_and_write_makes_it(self):
        self.assertEqual(self.check()[0], 1)
        self.assertEqual(self.check("--write")[0], 0)
        self.assertEqual(self.page.read_text(encoding="utf-8"), "# APIs\n")

    def test_a_page_without_its_program_fails_and_neither_is_nothing_to_check(self):
        self.targets([])
        self.assertEqual(self.check()[0], 0)
        self.page.write_text("# APIs\n", encoding="utf-8")
        self.assertIn("has no program", self.check()[1])
        self.assertEqual(self.check()[0], 1)

    def test_blocks_of_a_page_are_a_program_s_output_or_a_file_and_the_rest_is_left_alone(self):
        self.check("--write")
        page = self.root / "docs" / "client.md"
        example = self.root / "docs" / "example.cc"
        example.write_text("int main() {}\n", encoding="utf-8")
        blocks = "mine\n<!-- begin docs/example.cc -->\n{}<!-- end -->\nand\n<!-- begin docs-apis -->\n{}<!-- end -->\n"
        page.write_text(blocks.format("", "old\n"), encoding="utf-8")
        code, output = self.check()
        self.assertEqual(code, 1)
        self.assertIn("docs/client.md is not what the code says", output)
        self.assertEqual(self.check("--write")[0], 0)
        self.assertEqual(page.read_text(encoding="utf-8"), blocks.format("```cpp\nint main() {}\n```\n", "# APIs\n"))
        self.assertEqual(self.check()[0], 0)
        example.write_text("int main() { return 1; }\n", encoding="utf-8")
        self.assertEqual(self.check()[0], 1)
        example.unlink()
        self.assertIn("neither a program nor a file", self.check()[1])
        page.write_text("```cpp\nint main() {}\n```\n", encoding="utf-8")
        self.assertIn("has code of its own", self.check()[1])


if __name__ == "__main__":
    unittest.main()
