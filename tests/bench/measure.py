# SPDX-License-Identifier: GPL-2.0-or-later
"""Running commands and summing up what they took."""
import collections
import math
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

# Seconds, seconds, MB.
Usage = collections.namedtuple("Usage", "wall cpu memory")


class Failed(Exception):
    """A command that must work did not."""


def clean_up_when_ended():
    """Being ended by a signal is an exit like any other: scratch folders are removed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def run(command, environment=None, statuses=(0,)):
    """Runs a command; what it took, and what it printed. Its peak memory is at least the driver's
    own, some 20 MB."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        files = [(os.POSIX_SPAWN_DUP2, out.fileno(), 1), (os.POSIX_SPAWN_DUP2, err.fileno(), 2)]
        start = time.monotonic()
        pid = os.posix_spawnp(command[0], command, dict(os.environ, **(environment or {})),
                              file_actions=files)
        _, status, used = os.wait4(pid, 0)
        wall = time.monotonic() - start
        if os.waitstatus_to_exitcode(status) not in statuses:
            err.seek(0)
            raise Failed("%s: %s" % (" ".join(command), err.read().decode(errors="replace")[-2000:]))
        out.seek(0)
        text = out.read().decode()
    return Usage(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000), text


def size_of(path):
    """Bytes of a file, or of all files below a folder."""
    if os.path.isfile(path):
        return os.path.getsize(path)
    return sum(os.path.getsize(os.path.join(root, name))
               for root, _, names in os.walk(path) for name in names)


def missing_packages(packages):
    """Those that are not installed."""
    def missing(package):
        state = subprocess.run(["dpkg-query", "-W", "-f", "${Status}", package],
                               capture_output=True, text=True)
        return "ok installed" not in state.stdout
    return [package for package in packages if missing(package)]


def median(values):
    return statistics.median(values) if values else math.nan


def percentile(values, share):
    """The smallest value that `share` of them do not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)] if ranked else math.nan


def ratio(ours, theirs):
    """The median of the ratios of what was measured in turn."""
    return median([a / b for a, b in zip(ours, theirs) if b > 0])
