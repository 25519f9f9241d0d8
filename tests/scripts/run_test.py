"""What ./run installs and when, told with a fake apt, dpkg and Meson on the PATH."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

RUN = pathlib.Path(__file__).resolve().parents[2] / "run"
SYSTEM_TOOLS = ("bash", "cat", "dirname", "env", "grep", "sed", "uname", "rm", "mkdir", "touch")
BUILD_SET = ("g++ meson ninja-build pkg-config nlohmann-json3-dev libspdlog-dev libfmt-dev doctest-dev libsqlite3-dev"
             " libcli11-dev zlib1g-dev liblz4-dev libsnappy-dev libzstd-dev libisal-dev").split()
FAKES = {
    # installed: lines `name version`; offered: the same, for apt. Both live next to the fakes.
    "dpkg-query": 'while read -r name version; do echo "installed $name $version"; done <"$FAKE/installed"',
    # Like the real one it fails only when it finds nothing at all.
    "apt-cache": 'shift 2; found=100; for name; do ! grep -q "^$name " "$FAKE/offered" || { found=0; '
                 'sed -n "s/^\\($name\\) \\(.*\\)/Package: \\1\\nVersion: \\2/p" "$FAKE/offered"; }; done; exit $found',
    "apt-get": 'echo "apt-get $*" >>"$FAKE/log"; [[ $1 != update ]] || cat "$FAKE/after-update" >>"$FAKE/offered"; '
               '[[ $1 != install || ! -e $FAKE/broken ]]',
    "sudo": '[[ -e $FAKE/sudo-works ]] || exit 1; [[ $1 == -n ]]; shift; "$@"',
    "meson": 'echo "meson $*" >>"$FAKE/log"; mkdir -p build; touch build/build.ninja',
    "ninja": 'echo "ninja $*" >>"$FAKE/log"',
}
DEBIAN_12 = [name + " 1.0" for name in BUILD_SET] + ["libboost-dev 1.74.0.3", "libboost1.81-dev 1.81.0-5+deb12u1"]
DEBIAN_13 = [name + " 1.0" for name in BUILD_SET] + ["libboost-dev 1.83.0.2"]


class RunTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.bin = self.root / "bin"
        self.bin.mkdir()
        shutil.copy(RUN, self.root)
        for tool in SYSTEM_TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        for name, script in FAKES.items():
            (self.bin / name).write_text(f"#!/usr/bin/env bash\n{script}\n", encoding="utf-8")
            (self.bin / name).chmod(0o755)
        self.have()
        self.offer(DEBIAN_12)
        (self.bin / "after-update").touch()
        (self.bin / "sudo-works").touch()

    def have(self, *packages):
        (self.bin / "installed").write_text("".join(line + "\n" for line in packages), encoding="utf-8")

    def offer(self, packages, file="offered"):
        (self.bin / file).write_text("".join(line + "\n" for line in packages), encoding="utf-8")

    def run_it(self, *arguments, root_user=True, **environment):
        user = {}
        if not root_user and os.geteuid() == 0:
            for path in (self.root, *self.root.rglob("*")):
                path.chmod(0o777)
            user = {"user": 65534}
        environment |= {"PATH": str(self.bin), "FAKE": str(self.bin)}
        done = subprocess.run([self.root / "run", *arguments], env=environment, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **user)
        return done.returncode, done.stdout

    def log(self):
        log = self.bin / "log"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []

    def installs(self):
        return [line for line in self.log() if line.startswith("apt-get install")]

    def test_help_is_the_default(self):
        for arguments in ([], ["help"], ["--help"]):
            code, output = self.run_it(*arguments)
            self.assertEqual(code, 0)
            for command in ("demo", "test", "build", "lint", "help"):
                self.assertIn(f"./run {command} ", output)
        self.assertEqual(self.log(), [])

    def test_an_unknown_command_is_one_sentence_and_exit_code_2(self):
        code, output = self.run_it("biuld")
        self.assertEqual((code, output.count("\n")), (2, 1))
        self.assertIn("'biuld'", output)

    def test_what_is_missing_is_said_and_then_installed_without_removing_anything(self):
        code, output = self.run_it("build")
        self.assertEqual(code, 0, output)
        self.assertIn("Missing packages, to be installed by apt-get: libboost1.81-dev g++ meson", output)
        self.assertEqual(self.installs(), ["apt-get install -qq -y --no-install-recommends --no-remove libboost1.81-dev "
                                           + " ".join(BUILD_SET)])
        self.assertEqual(self.log()[1:], ["meson setup build", "ninja -C build"])

    def test_only_what_is_missing_is_installed(self):
        self.have(*[line for line in DEBIAN_12 if not line.startswith(("zlib1g", "libboost-dev"))])
        self.run_it("build")
        self.assertEqual(self.installs(), ["apt-get install -qq -y --no-install-recommends --no-remove zlib1g-dev"])

    def test_with_everything_there_nothing_is_touched_and_it_is_quick(self):
        self.have(*DEBIAN_13)
        self.run_it("build")
        begun = time.monotonic()
        self.run_it("build")
        self.assertLess(time.monotonic() - begun, 1)
        self.assertEqual(self.log(), ["meson setup build", "ninja -C build", "ninja -C build"])

    def test_what_was_installed_later_is_found_by_a_new_configuration(self):
        self.have(*DEBIAN_13)
        self.run_it("build")
        self.have(*DEBIAN_13[1:])
        self.run_it("build")
        self.assertEqual(self.log()[-2:], ["meson setup --reconfigure build", "ninja -C build"])

    def test_missing_lists_are_fetched_first(self):
        self.offer([])
        self.offer(DEBIAN_13, "after-update")
        code, output = self.run_it("build")
        self.assertEqual(code, 0, output)
        self.assertEqual(self.log()[0], "apt-get update -qq")
        self.assertIn(" libboost-dev g++ ", self.installs()[0])

    def test_a_boost_that_would_be_removed_stops_it(self):
        self.have(*[name + " 1.0" for name in BUILD_SET], "libboost1.74-dev 1.74.0+ds1-21")
        code, output = self.run_it("build")
        self.assertEqual(code, 1)
        self.assertIn("libboost1.81-dev would remove your libboost1.74-dev", output)
        self.assertEqual(self.log(), [])

    def test_a_boost_of_ones_own_is_enough(self):
        self.have(*[name + " 1.0" for name in BUILD_SET], "libboost1.74-dev 1.74.0+ds1-21")
        self.assertEqual(self.run_it("build", BOOST_ROOT="/opt/boost")[0], 0)
        self.assertEqual(self.installs(), [])

    def test_a_release_that_is_too_old_is_told(self):
        self.offer([line for line in DEBIAN_12 if not line.startswith("libboost1.81")])
        code, output = self.run_it("build")
        self.assertEqual(code, 1)
        self.assertIn("apt does not offer", output.splitlines()[-1])
        self.assertEqual(self.installs(), [])

    def test_a_failing_apt_ends_it(self):
        (self.bin / "broken").touch()
        code, output = self.run_it("build")
        self.assertEqual(code, 1)
        self.assertIn("apt-get could not install them", output.splitlines()[-1])
        self.assertEqual(len(self.log()), 1)

    def test_a_user_installs_with_sudo(self):
        code, output = self.run_it("build", root_user=False)
        self.assertEqual(code, 0, output)
        self.assertEqual(len(self.installs()), 1)

    def test_a_user_without_sudo_gets_the_line_to_type(self):
        (self.bin / "sudo-works").unlink()
        code, output = self.run_it("build", root_user=False)
        self.assertEqual(code, 1)
        self.assertIn("sudo apt-get install libboost1.81-dev g++ meson", output.splitlines()[-1])
        self.assertEqual(self.log(), [])

    def test_elsewhere_one_sentence_names_the_packages(self):
        for tool in ("apt-get", "meson"):
            (self.bin / tool).unlink()
        code, output = self.run_it("test")
        self.assertEqual((code, output.count("\n")), (1, 1))
        self.assertIn("libboost-dev (>= 1.81) g++ meson", output)
        self.assertIn("kcat", output)

    def test_on_macos_the_sentence_is_the_homebrew_line(self):
        for tool in ("apt-get", "meson", "uname"):
            (self.bin / tool).unlink()
        (self.bin / "uname").write_text("#!/usr/bin/env bash\necho Darwin\n", encoding="utf-8")
        (self.bin / "uname").chmod(0o755)
        line = self.run_it("build")[1].strip().partition("brew install ")[2]
        self.assertIn("meson ninja", line)
        self.assertIn(f"`brew install {line}`", (RUN.parent / "README.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
