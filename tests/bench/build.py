#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Time of a full build beside SQLite FTS5 on the same paragraphs.

usage: build.py TIPINDEX PARAGRAPHS.jsonl [RUNS]

Both in turn, RUNS times (default 5); medians and the ratio of the medians. FTS5 stores the text
and answers phrases (porter stemmer, detail=full, no journal, no sync, one transaction, optimized
at the end); it is handed the texts in memory, tipindex reads and parses the file itself.
"""
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time


def build_fts5(texts, path):
    start = time.monotonic()
    db = sqlite3.connect(path)
    db.execute("pragma journal_mode=off")
    db.execute("pragma synchronous=off")
    db.execute("create virtual table d using fts5(text, tokenize='porter unicode61')")
    db.execute("begin")
    db.executemany("insert into d values(?)", ((text,) for text in texts))
    db.commit()
    db.execute("insert into d(d) values('optimize')")
    db.commit()
    db.close()
    return time.monotonic() - start, os.path.getsize(path)


def build_ours(program, source, folder):
    start = time.monotonic()
    pid = os.spawnv(os.P_NOWAIT, program, [program, "--quiet", "--db", folder, source])
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        sys.exit("tipindex failed")
    wall = time.monotonic() - start
    size = sum(os.path.getsize(os.path.join(root, name))
               for root, _, names in os.walk(folder) for name in names)
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, size


def main(argv):
    if len(argv) < 3:
        sys.exit(__doc__)
    program, source = argv[1], argv[2]
    runs = int(argv[3]) if len(argv) > 3 else 5
    with open(source, encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    fts5, ours = [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as scratch:
            fts5.append(build_fts5(texts, os.path.join(scratch, "fts5")))
            ours.append(build_ours(program, source, os.path.join(scratch, "index")))
    text = sum(len(t.encode()) for t in texts)
    wall_fts5 = statistics.median(f[0] for f in fts5)
    wall, cpu, memory, size = (statistics.median(o[i] for o in ours) for i in range(4))
    print("%d paragraphs, %.1f MB of text, %d runs, medians" % (len(texts), text / 1e6, runs))
    print("FTS5      %.2f s wall, %.1f MB" % (wall_fts5, fts5[0][1] / 1e6))
    print("tipindex  %.2f s wall, %.2f s CPU, %.0f MB memory, %.1f MB" %
          (wall, cpu, memory, size / 1e6))
    print("ratio     %.2f of the wall time, %.2f of the text's bytes" %
          (wall / wall_fts5, size / text))


if __name__ == "__main__":
    main(sys.argv)
