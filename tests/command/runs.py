# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks what tipindex --json printed: python3 runs.py SCHEMA < OBJECT

Also what the schema cannot say: one line, figures that fit one another; then tells the object in
short, without what differs from run to run. "told" holds the exit status and the lines printed.
"""
import json
import sys

from schema import check

FIGURES = ("written", "added", "changed", "removed", "unchanged", "failed", "ignored")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    with open("told", encoding="utf-8") as file:
        status, lines = map(int, file.read().split())
    run = json.loads(sys.stdin.read())
    check(run, schema, schema, "run")
    assert lines == 1, lines
    assert run["exit_status"] == status, (run["exit_status"], status)
    assert (run["error"] is None) == (status < 2), run
    done = status < 2
    assert (run["generation"] is not None) == done and (run["paragraphs"] is not None) == done, run
    updated = done and run["action"] == "update"
    assert all((run[name] is not None) == updated for name in FIGURES), run
    assert (run["stats"] is not None) == (done and run["action"] in ("check", "stats")), run
    assert len(run["warnings"]) <= 1000, len(run["warnings"])
    assert not run["warnings_left_out"] or len(run["warnings"]) == 1000, run
    told = [f"{name}={run[name]}" for name in FIGURES if run[name] is not None]
    print(f"{run['action']} {run['index']!a}: generation {run['generation']}, "
          f"{run['paragraphs']} paragraphs", *told, f"exit {status}", sep=", ")
    print("  warnings:", len(run["warnings"]) + run["warnings_left_out"])
    print("  error:", run["error"])


main()
