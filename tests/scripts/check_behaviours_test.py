"""Which behaviours count as tested."""
import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "check_behaviours.py"


def checked(cases=(), rows=""):
    with tempfile.TemporaryDirectory() as folder:
        tests = pathlib.Path(folder) / "tests"
        (tests / "broker").mkdir(parents=True)
        (tests / "catalogue").mkdir()
        (tests / "broker" / "some_test.cc").write_text("".join(f'TEST_CASE("{name}") {{}}\n' for name in cases),
                                                       encoding="utf-8")
        (tests / "catalogue" / "rows_some.py").write_text(rows, encoding="utf-8")
        done = subprocess.run([SCRIPT, folder], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.splitlines()


def all_but(*left_out):
    return [f"behaviour {number}: as it should be" for number in range(1, 36) if number not in left_out]


class CheckBehavioursTest(unittest.TestCase):
    def test_one_to_thirty_five_with_a_test_each_are_enough(self):
        self.assertEqual(checked(all_but()), (0, []))

    def test_who_has_none_is_named(self):
        self.assertEqual(checked(all_but(7, 28)), (1, ["behaviour 7: no test is named after it",
                                                       "behaviour 28: no test is named after it"]))

    def test_a_row_of_the_catalogue_counts(self):
        self.assertEqual(checked(all_but(5), 'ROWS = [\n    Row("D5", "behaviour 5: idle", act, 1)]\n'), (0, []))

    def test_a_number_in_passing_does_not_count(self):
        self.assertEqual(checked(all_but(7) + ["what behaviour 7 is about", "behaviour 70: another"])[0], 1)

    def test_a_name_may_give_other_numbers_too(self):
        self.assertEqual(checked(all_but(32) + ["behaviour 32, H5: a wrong generation"]), (0, []))

    def test_the_project_itself_has_all(self):
        done = subprocess.run([SCRIPT], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ""))


if __name__ == "__main__":
    unittest.main()
