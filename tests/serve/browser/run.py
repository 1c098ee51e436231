# SPDX-License-Identifier: GPL-2.0-or-later
"""The pages of tipserve in a browser: python3 run.py TIPSERVE TIPINDEX CORPUS SCRATCH [FOLDER]

Installs what the test needs from npm into SCRATCH, when it is not there; the exit status is 77 when
something is missing. Screenshots go to FOLDER. --script FILE runs another script than the test.
"""
import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from served import Server  # noqa: E402


def skip(reason):
    print("skipped:", reason)
    sys.exit(77)


def install(scratch):
    """Into a folder that keeps it as long as the list of packages is the same."""
    os.makedirs(scratch, exist_ok=True)
    listed = os.path.join(scratch, "package-lock.json")
    wanted = os.path.join(HERE, "package-lock.json")
    with open(wanted, "rb") as file:
        lock = file.read()
    done = os.path.join(scratch, "installed")
    if os.path.exists(done):
        with open(done, "rb") as file:
            if file.read() == lock:
                return
    shutil.copy(wanted, listed)
    shutil.copy(os.path.join(HERE, "package.json"), scratch)
    result = subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=scratch, check=False,
        capture_output=True, text=True, timeout=200,
        env={**os.environ, "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"})
    if result.returncode != 0:
        skip("npm cannot install: " + (result.stderr.strip().splitlines() or ["?"])[0])
    with open(done, "wb") as file:
        file.write(lock)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--script", default=os.path.join(HERE, "test_browser.mjs"))
    for name in ("tipserve", "tipindex", "corpus", "scratch"):
        parser.add_argument(name)
    parser.add_argument("folder", nargs="?")
    given = parser.parse_args()
    # The one without windows, which takes half of the time, is enough.
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if not chromium:
        skip("chromium is not installed")
    for program in ("node", "npm"):
        if not shutil.which(program):
            skip(f"{program} is not installed")
    try:
        install(given.scratch)
    except subprocess.TimeoutExpired:
        skip("npm takes too long")
    with tempfile.TemporaryDirectory(prefix="tip-browser-") as home:
        db = os.path.join(home, "db")
        subprocess.run([given.tipindex, "--quiet", "--db", db, given.corpus], check=True)
        server = Server(given.tipserve, "--db", db)
        result = subprocess.run(
            ["node", os.path.abspath(given.script), server.address, chromium,
             *([os.path.abspath(given.folder)] if given.folder else [])],
            cwd=given.scratch, check=False, env={**os.environ, "HOME": home})
        ended = server.end(signal.SIGTERM)
    sys.exit(result.returncode or ended != (0, ""))


main()
