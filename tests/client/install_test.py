"""What `meson install` leaves can be used alone: install_test.py BUILD_FOLDER EXAMPLE...

Installs the client into a temporary folder and builds each example there, with g++ (or $CXX) and pkg-config and nothing
of ours on the path.
"""

import os
import pathlib
import shlex
import subprocess
import sys
import tempfile


def run(command, **more):
    done = subprocess.run(command, text=True, capture_output=True, check=False, **more)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def flags(prefix):
    where = next(prefix.rglob("mini-client.pc")).parent
    path = os.pathsep.join([str(where), os.environ.get("PKG_CONFIG_PATH", "")])
    asked = ["pkg-config", "--cflags", "--libs", "--static", "mini-client"]
    return shlex.split(run(asked, env={**os.environ, "PKG_CONFIG_PATH": path}))


def install(build, folder):
    """The client alone: the programs need not be built for this."""
    run(["meson", "install", "-C", build, "--no-rebuild", "--tags", "devel", "--destdir", str(folder)])
    found = list(folder.rglob("mini-client.pc"))
    if len(found) != 1:
        sys.exit("meson install left no mini-client.pc")
    # As it would be if this had been the prefix from the beginning.
    prefix = found[0].parents[1] if found[0].parents[0].name == "pkgconfig" else folder
    text = found[0].read_text(encoding="utf-8").splitlines()
    told = next(line for line in text if line.startswith("prefix="))[len("prefix="):]
    at = pathlib.Path(str(folder) + told)
    found[0].write_text("\n".join(text).replace(f"prefix={told}", f"prefix={at}", 1) + "\n", encoding="utf-8")
    return prefix if not at.exists() else at


def main():
    build, examples = sys.argv[1], sys.argv[2:]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prefix = install(build, folder)
        found = flags(prefix)
        print(" ".join(found))
        for example in examples:
            program = folder / pathlib.Path(example).stem
            run([*shlex.split(os.environ.get("CXX", "g++")), "-Wall", "-Wextra", "-o", program, example, *found], cwd=folder)
            # Without a broker it says so, by the library's own words.
            refused = subprocess.run([program, "no port:x"], capture_output=True, text=True, timeout=60, check=False)
            if refused.returncode != 1 or "bootstrap.servers" not in refused.stderr:
                sys.exit(f"{program} ended with {refused.returncode}: {refused.stderr}")
            print(f"{pathlib.Path(example).name}: built, linked and run")


if __name__ == "__main__":
    main()
