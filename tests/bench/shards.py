#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What an index in shards costs to build: 1, 3 and 9 of them, in both layouts, of the first
paragraphs of a file. An update of one source of ten is measured as well. CPU seconds are steadier
than wall time; every shard reads all the files."""
import argparse
import itertools
import json
import os
import shutil
import sys
import tempfile

import measure
import report

SOURCES = 10


def write_sources(paragraphs, folder, count):
    """Cuts the first paragraphs into files of equal numbers; bytes of their texts."""
    text = 0
    os.mkdir(folder)
    with open(paragraphs, encoding="utf-8") as lines:
        for number in range(SOURCES):
            with open(os.path.join(folder, "%d.jsonl" % number), "w", encoding="utf-8") as out:
                for line in itertools.islice(lines, count // SOURCES):
                    text += len(json.loads(line)["text"].encode())
                    out.write(line)
    return text


def change_source(folder):
    with open(os.path.join(folder, "3.jsonl"), "a", encoding="utf-8") as out:
        out.write('{"text": "A further paragraph.", "year": 2020, "country": "Chad"}\n')


def measure_one(tipindex, scratch, paragraphs, count, layout, shards):
    folder, index = os.path.join(scratch, "sources"), os.path.join(scratch, "index")
    text = write_sources(paragraphs, folder, count)
    command = [tipindex, "--quiet", "--db", index, folder]
    form = ["--layout", layout] + (["--shards", str(shards)] if shards > 1 else [])
    build, _ = measure.run(command + form)
    size = measure.size_of(index)
    change_source(folder)
    update, _ = measure.run(command)
    shutil.rmtree(folder)
    shutil.rmtree(index)
    return {"layout": layout, "shards": shards, "cpu": build.cpu, "wall": build.wall,
            "memory_mb": build.memory, "mb_per_shard": size / 1e6 / shards,
            "size_of_text": size / text, "update_cpu": update.cpu}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", metavar="BUILD", help="where tipindex was built")
    parser.add_argument("paragraphs", metavar="PARAGRAPHS.jsonl")
    parser.add_argument("count", metavar="COUNT", type=int, help="how many paragraphs to take")
    parser.add_argument("shards", metavar="SHARDS", nargs="*", type=int, default=[1, 3, 9])
    options = parser.parse_args()
    measure.clean_up_when_ended()
    tipindex = os.path.join(options.build, "indexer", "tipindex")
    rows = []
    with tempfile.TemporaryDirectory(prefix="tip-shards-") as scratch:
        for layout in ("fast", "portable"):
            for shards in options.shards:
                print("%s, %d" % (layout, shards), file=sys.stderr, flush=True)
                rows.append(measure_one(tipindex, scratch, options.paragraphs, options.count, layout,
                                        shards))
    report.print_table(
        "Shards, of %d paragraphs" % options.count,
        ["layout", "shards", "build, CPU s", "wall s", "memory, MB", "MB a shard", "of the text",
         "1 of 10 files changed, CPU s"],
        [[row["layout"], str(row["shards"])] + [row[name] for name in (
            "cpu", "wall", "memory_mb", "mb_per_shard", "size_of_text", "update_cpu")]
         for row in rows])


try:
    main()
except measure.Failed as failure:
    sys.exit("shards.py: %s" % failure)
