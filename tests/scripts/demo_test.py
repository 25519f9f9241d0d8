"""The demo's promises, told with fake programs in a temporary folder."""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SCRIPT = HERE.parents[1] / "scripts" / "demo.py"
PROGRAMS = ("mini-broker", "alert-consumer", "sensor-gen")


class DemoTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name).resolve()
        (self.root / "scripts").mkdir()
        (self.root / "build").mkdir()
        shutil.copy(SCRIPT, self.root / "scripts")
        for name in PROGRAMS:
            shutil.copy(HERE / "fake_program.py", self.root / "build" / name)
            (self.root / "build" / name).chmod(0o755)

    def begin(self, *arguments, **environment):
        clean = {name: value for name, value in os.environ.items() if name != "BUILD_DIR"}
        return subprocess.Popen(["/usr/bin/python3", str(self.root / "scripts" / "demo.py"), *arguments], text=True,
                                env=clean | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def demo(self, *arguments, **environment):
        process = self.begin(*arguments, **environment)
        output = process.communicate(timeout=60)[0]
        return process.returncode, output

    def events(self):
        return (self.root / "events").read_text(encoding="utf-8").splitlines()

    def wait_for(self, condition):
        deadline = time.monotonic() + 20
        while not condition():
            self.assertLess(time.monotonic(), deadline, "waited too long")
            time.sleep(0.01)

    def running(self):
        """The processes whose folder is ours: every program of the demo."""
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if os.readlink(process / "cwd") == str(self.root):
                    yield process.name
            except OSError:
                pass  # it has just ended, or belongs to somebody else

    def assert_nothing_runs(self):
        self.assertEqual(list(self.running()), [])

    def test_the_generator_stops_first_then_the_consumer_when_it_has_all_then_the_broker(self):
        code, output = self.demo("--duration", "0.5")
        self.assertEqual(code, 0, output)
        self.assertEqual(self.events()[0], "mini-broker started")
        self.assertEqual(self.events()[3:], ["sensor-gen stopped", "alert-consumer stored everything",
                                             "alert-consumer stopped", "mini-broker stopped"])

    def test_the_three_commands_are_shown_and_the_last_lines_say_what_came_of_it(self):
        code, output = self.demo("--duration", "0.5")
        commands = [line for line in output.splitlines() if line.startswith("$ build/")]
        self.assertEqual([line.split()[1] for line in commands], ["build/" + name for name in PROGRAMS])
        self.assertIn("--bootstrap-server 127.0.0.1:4711", commands[2])
        sent = (self.root / "sent").read_text(encoding="utf-8")
        last = [line.split(maxsplit=1) for line in output.splitlines()[-5:]]
        self.assertEqual(last[0], ["sent", sent])
        self.assertEqual(last[1], ["stored", sent])
        self.assertIn("HIGH_TEMP 1", output.splitlines()[-3])
        self.assertEqual(last[3], ["database", "demo-output/1/alerts.db"])
        self.assertIn("kcat -b 127.0.0.1:$(cat demo-output/2/port) -C -t sensor_data -o beginning", output)
        self.assertEqual(code, 0)

    def test_each_run_has_a_fresh_numbered_folder(self):
        (self.root / "demo-output" / "7").mkdir(parents=True)
        for number in ("8", "9"):
            code, output = self.demo(FAKE_COUNT="3")
            self.assertEqual(code, 0, output)
            self.assertTrue((self.root / "demo-output" / number / "alerts.db").exists())
            for name in ("sent", "events"):
                (self.root / name).unlink()

    def test_it_ends_by_itself_when_the_generator_has_sent_everything(self):
        code, output = self.demo(FAKE_COUNT="5")
        self.assertEqual(code, 0, output)
        self.assertIn("sensor-gen | Sent 5 messages", output)

    def test_a_program_that_fails_shows_its_last_lines_and_the_exit_code_is_1(self):
        for name in PROGRAMS:
            with self.subTest(name):
                code, output = self.demo(FAKE_DIES=name)
                self.assertEqual(code, 1, output)
                tail = output[output.index("its last lines:"):]
                self.assertIn("  cannot go on: the disk is made of cheese", tail)
                self.assertIn(f"{name} ended with exit code 3", output)
                self.assert_nothing_runs()

    def test_a_missing_program_is_a_failure(self):
        (self.root / "build" / "sensor-gen").unlink()
        code, output = self.demo()
        self.assertEqual(code, 1, output)
        self.assertIn("build/sensor-gen", output.splitlines()[-1])
        self.assert_nothing_runs()

    def test_messages_that_were_not_stored_are_told_and_the_exit_code_is_1(self):
        code, output = self.demo(FAKE_COUNT="5", FAKE_LOSES="2")
        self.assertEqual(code, 1, output)
        self.assertIn("NOT EQUAL", output)

    def test_a_program_that_does_not_stop_is_killed_and_the_exit_code_is_1(self):
        code, output = self.demo("--duration", "0.5", FAKE_STUBBORN="mini-broker")
        self.assertEqual(code, 1, output)
        self.assertIn("mini-broker did not stop within", output)
        self.assert_nothing_runs()

    def test_ctrl_c_stops_in_order_with_the_last_lines(self):
        for which in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(which):
                for name in ("sent", "events"):
                    (self.root / name).unlink(missing_ok=True)
                process = self.begin()
                self.wait_for(lambda: (self.root / "events").exists() and "sensor-gen started" in self.events())
                self.assertEqual(len(list(self.running())), 3)
                process.send_signal(which)
                output = process.communicate(timeout=60)[0]
                self.assertEqual(process.returncode, 0, output)
                self.assertEqual(self.events()[-1], "mini-broker stopped")
                self.assertIn("next time", output.splitlines()[-1])

    def test_a_pipe_that_closes_ends_it_in_order(self):
        process = self.begin()
        process.stdout.readline()
        process.stdout.close()
        process.wait(timeout=60)
        self.assertEqual(self.events()[-1], "mini-broker stopped")
        self.assert_nothing_runs()

    def test_misuse_is_exit_code_2_and_starts_nothing(self):
        for arguments in (["--source", "uci"], ["--dataset", "x"], ["--source", "uci", "--dataset", "no-such-file"],
                          ["--duration", "0"], ["--duration", "soon"], ["--source", "moon"]):
            with self.subTest(arguments):
                self.assertEqual(self.demo(*arguments)[0], 2)
        self.assertFalse((self.root / "demo-output").exists())

    def test_the_dataset_may_be_named_from_anywhere(self):
        dataset = self.root / "a file.csv"
        dataset.write_text("Date;Time\n", encoding="utf-8")
        code, output = self.demo("--source", "uci", "--dataset", os.path.relpath(dataset), FAKE_COUNT="1")
        self.assertEqual(code, 0, output)
        self.assertIn(f"--source uci --dataset '{dataset}'", output)


if __name__ == "__main__":
    unittest.main()
