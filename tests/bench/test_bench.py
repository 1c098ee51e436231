#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the benchmark on the bundled sample, to see that it still works and that counts are right.

usage: test_bench.py BUILD SAMPLE own|peers

"own" asks nothing but what is built here; "peers" all engines, and is skipped (77) when some are
not installed.
"""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# What runs for a second is not worth a second compiler and threads that collect what it leaves.
JAVA = {"JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}


def run(script, *arguments):
    command = [sys.executable, "-B", os.path.join(HERE, script)] + list(arguments)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, **JAVA})


def wrong_counts(result):
    """Ours that are not those of a search through every paragraph."""
    return ["%s, %s: %s" % (kind, engine, row["examples"])
            for kind, of_kind in result["counts"].items() for engine, row in of_kind.items()
            if engine == "tipsearch" and row["same"] < row["of"]]


def main(argv):
    build, sample, engines = argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        paragraphs, found = os.path.join(scratch, "sample.jsonl"), os.path.join(scratch, "found")
        with open(paragraphs, "wb") as out:
            subprocess.run([os.path.join(build, "indexer", "tipindex"), "--explain", "--dump", "jsonl",
                            sample], check=True, stdout=out)
        chosen = ["--peers", ""] if engines == "own" else []
        run("bench.py", build, paragraphs, "1", "--questions", "12", "--json", found, *chosen)
        if engines == "own":
            run("scale.py", build, paragraphs, "1", "2")
        with open(found, encoding="utf-8") as file:
            result = json.load(file)
    if wrong_counts(result):
        sys.exit("\n".join(wrong_counts(result)))
    if result["skipped"]:
        print("skipped: " + "; ".join(result["skipped"]))
        sys.exit(77)


if __name__ == "__main__":
    main(sys.argv)
