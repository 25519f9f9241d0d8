"""What counts as passed, failed and skipped."""
import json
import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "test_summary.py"


def doctest(ran, skipped):
    return f"[doctest] test cases: {ran:3} | {ran:3} passed | 0 failed | {skipped} skipped\n[doctest] Status: SUCCESS!\n"


# result, what the test printed, its command, what it counts as, a word of the reason
ROWS = [
    ("OK", "", ["t"], "passed", None),
    ("OK", doctest(3, 0), ["t"], "passed", None),
    ("OK", "\x1b[0;36m[doctest] \x1b[0mtest cases: 3 | \x1b[0;32m3 passed\x1b[0m | 0 failed | 0 skipped", ["t"], "passed", None),
    ("OK", doctest(3, 2), ["t"], "failed", "left out 2"),
    ("OK", doctest(1, 2), ["t", "-tc=one"], "passed", None),
    ("OK", doctest(0, 0), ["t"], "failed", "ran no case"),
    ("FAIL", "", ["t"], "failed", "fail"),
    ("TIMEOUT", "", ["t"], "failed", "timeout"),
    ("ERROR", "", ["t"], "failed", "error"),
    ("INTERRUPT", "", ["t"], "failed", "interrupt"),
    ("UNEXPECTEDPASS", "", ["t"], "failed", "unexpectedpass"),
    ("SKIP", "", ["t"], "failed", "not for an unreachable registry"),
    ("SKIP", "no kcat here\n", ["t"], "failed", "not for an unreachable registry"),
    ("SKIP", "SKIP-REGISTRY:\n", ["t"], "failed", "not for an unreachable registry"),
    ("SKIP", "trying\nSKIP-REGISTRY: no answer in 5 s\n", ["t"], "skipped", "no answer in 5 s"),
    ("FAIL", "SKIP-REGISTRY: no answer\n", ["t"], "failed", "fail"),
]


def summary(*logs, arguments=()):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, tests in enumerate(logs):
            paths.append(pathlib.Path(folder) / f"{number}.json")
            paths[-1].write_text("".join(json.dumps(test) + "\n" for test in tests), encoding="utf-8")
        done = subprocess.run([SCRIPT, *arguments, *paths], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.splitlines()


def test_of(row):
    return {"name": "box", "result": row[0], "stdout": row[1], "command": row[2]}


class TestSummaryTest(unittest.TestCase):
    def test_each_result_counts_as_what_it_is(self):
        for row in ROWS:
            with self.subTest(row=row):
                code, lines = summary([test_of(row)])
                counts = ", ".join(f"{int(kind == row[3])} {kind}" for kind in ("passed", "failed", "skipped"))
                self.assertEqual(lines[-1], counts)
                self.assertEqual(code, 1 if row[3] == "failed" else 0)
                if row[4]:
                    self.assertIn(row[4], lines[0])

    def test_what_failed_says_again_what_was_wrong(self):
        noise = "".join(f"noise {number}\n" for number in range(40))
        complaint = "a_test.cc:7: ERROR: CHECK( 1 == 2 ) is NOT correct!\n"
        failed = {"name": "box", "result": "FAIL", "stdout": noise + complaint + noise, "command": ["t"]}
        lines = summary([failed])[1]
        self.assertIn("    " + complaint.strip(), lines)
        self.assertLess(len(lines), 25)
        silent = {"name": "box", "result": "TIMEOUT", "stdout": noise, "command": ["t"]}
        self.assertIn("    noise 39", summary([silent])[1])

    def test_several_logs_are_summed(self):
        code, lines = summary([test_of(ROWS[1]), test_of(ROWS[14])], [test_of(ROWS[1])], [])
        self.assertEqual(lines[-2:], ["3 test programs, 6 doctest cases in them", "2 passed, 0 failed, 1 skipped"])
        self.assertEqual(code, 0)

    def test_a_broken_step_is_one_failure_unless_a_test_has_failed(self):
        broken = ("--broken", "lint")
        self.assertEqual(summary([test_of(ROWS[0])], arguments=broken)[1][-1], "1 passed, 1 failed, 0 skipped")
        self.assertEqual(summary([test_of(ROWS[6])], arguments=broken)[1][-1], "0 passed, 1 failed, 0 skipped")


if __name__ == "__main__":
    unittest.main()
