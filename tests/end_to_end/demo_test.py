"""The demo as a user sees it, for a few seconds into a pipe: demo_test.py ROOT BUILD_DIR.

What was sent is what was stored, alerts come, and the folder of the run has the database.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

root, build = map(os.path.realpath, sys.argv[1:3])

# The demo writes beside itself: it runs from a copy of its own, so that the work tree stays as it is.
with tempfile.TemporaryDirectory() as folder:
    shutil.copytree(os.path.join(root, "scripts"), os.path.join(folder, "scripts"))
    os.symlink(build, os.path.join(folder, "build"))
    run = subprocess.run(["/usr/bin/python3", os.path.join(folder, "scripts", "demo.py"), "--duration", "6"],
                         cwd=folder, env={**os.environ, "BUILD_DIR": "build"}, capture_output=True, text=True, timeout=60, check=False)
    print(run.stdout[-1500:], run.stderr[-1500:])
    assert run.returncode == 0, f"exit code {run.returncode}"
    sent = re.search(r"^sent\s+(\d+)$", run.stdout, re.M)
    stored = re.search(r"^stored\s+(\d+)$", run.stdout, re.M)
    alerts = re.search(r"^alerts by type\s+(\S.*)$", run.stdout, re.M)
    database = re.search(r"^database\s+(\S+)$", run.stdout, re.M)
    assert sent and stored and int(sent[1]) > 0 and sent[1] == stored[1], "sent and stored differ"
    assert alerts and sum(map(int, re.findall(r"[A-Z_]+ (\d+)", alerts[1]))) >= 3, "too few alerts"
    assert database and os.path.exists(os.path.join(folder, database[1])), "no database"
