#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How an index and its searches grow with the corpus: 1, 3, 10 and 30 times the paragraphs.

A corpus that is merely repeated has no new words, and real ones do: V = k * n^beta (Heaps,
"Information Retrieval", 1978, section 7.5). Beta is measured on the paragraphs themselves; in each
further copy so many of the rarest words are replaced by new ones that the vocabulary grows by that
law. Nothing but the vocabulary is held in memory.
"""
import argparse
import collections
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

import measure
import report

HERE = os.path.dirname(os.path.abspath(__file__))
WORD = re.compile(r"[^\W_]+")
ROUNDS = 3


def progress(text):
    print(text, file=sys.stderr, flush=True)


def vocabulary_of(path):
    """How often each word occurs, and (words, different words) at each power of two of words."""
    counts, points = collections.Counter(), []
    words = 0
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            found = WORD.findall(json.loads(line)["text"].lower())
            counts.update(found)
            words += len(found)
            if not points or words >= 2 * points[-1][0]:
                points.append((words, len(counts)))
    return counts, points


def heaps_beta(points):
    """The slope of log(different words) over log(words), by least squares, in the later half of the
    doublings: how the vocabulary grows when it is already large."""
    later = points[len(points) // 2:]
    return statistics.linear_regression([math.log(words) for words, _ in later],
                                        [math.log(different) for _, different in later]).slope


def suffix(copy):
    """Letters that stand for the number of a copy, after a pair that ends no English word."""
    return "vq" + chr(ord("a") + copy // 26) + chr(ord("a") + copy % 26)


def write_copy(path, out, copy, replaced):
    """Appends a copy in which the words of `replaced` are new ones; the first stays as it is."""
    def renew(match):
        word = match.group()
        if word.lower() not in replaced:
            return word
        return word + ("%02d" % copy if word.isdigit() else suffix(copy))
    text = 0
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if copy > 0:
                record["text"] = WORD.sub(renew, record["text"])
                record.pop("id", None)
                record["title"] = "Copy %d" % copy
            text += len(record["text"].encode())
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return text


def write_corpus(path, target, times, counts, beta):
    """Bytes of text written."""
    ranked = [word for word, _ in counts.most_common()]
    text = 0
    with open(target, "w", encoding="utf-8") as out:
        for copy in range(times):
            new = round(len(ranked) * ((copy + 1) ** beta - copy ** beta))
            replaced = frozenset(ranked[len(ranked) - new:]) if copy else frozenset()
            text += write_copy(path, out, copy, replaced)
    return text


def write_one(path, target, times):
    """In a process of its own, which may be large: prints beta and the bytes of text."""
    counts, points = vocabulary_of(path)
    beta = heaps_beta(points)
    print(beta, write_corpus(path, target, times, counts, beta))


def write_questions(source, target):
    """Ranked questions as corpus.py draws them, for bench_tip; those of the first copy's words."""
    with open(source, encoding="utf-8") as file:
        questions = [q for q in json.load(file) if q["kind"] == "ranked, no stop words"]
    with open(target, "w", encoding="utf-8") as file:
        file.writelines("top\t-\t-\t%s\n" % " ".join(q["words"]) for q in questions)


def measure_one(options, scratch, times, questions):
    path, index = os.path.join(scratch, "paragraphs.jsonl"), os.path.join(scratch, "index")
    progress("%d times: writing" % times)
    script = os.path.abspath(__file__)
    _, printed = measure.run([sys.executable, "-B", script, "--write", path, options.build,
                              options.paragraphs, str(times)])
    beta, text = float(printed.split()[0]), int(printed.split()[1])
    progress("%d times: building" % times)
    usage, _ = measure.run([os.path.join(options.build, "indexer", "tipindex"), "--quiet", "--db",
                            index, path])
    os.remove(path)
    progress("%d times: asking" % times)
    _, answers = measure.run([os.path.join(options.build, "tests", "bench", "bench_tip"), "ask", index,
                              questions, str(ROUNDS)])
    warm = [int(line.split("\t")[2]) / 1e6 for line in answers.splitlines()
            if line.startswith("%d\t" % (ROUNDS - 1))]
    megabytes = text / 1e6
    size = measure.size_of(index)
    shutil.rmtree(index)
    return {"times": times, "beta": beta, "text_mb": megabytes, "wall": usage.wall,
            "cpu": usage.cpu, "memory_mb": usage.memory, "size_of_text": size / text,
            "wall_ms_per_mb": 1000 * usage.wall / megabytes,
            "cpu_ms_per_mb": 1000 * usage.cpu / megabytes,
            "p50_ms": measure.percentile(warm, 0.5), "p99_ms": measure.percentile(warm, 0.99)}


PLOT = """set terminal svg size 760,300 font 'sans-serif,11' background '#ffffff'
set output '{svg}'
set multiplot layout 1,3
set logscale x
set xtics ({tics})
set xlabel 'MB of text'
set grid
set key bottom left
set yrange [0:*]
set title 'Build, ms per MB of text'
plot '{data}' using 1:2 with linespoints pt 7 title 'wall', '' using 1:3 with linespoints pt 6 title 'CPU'
set title 'Peak memory, MB'
plot '{data}' using 1:4 with linespoints pt 7 notitle
set title 'Top 10 with snippets, ms'
set key top left
set logscale y
set yrange [*:*]
plot '{data}' using 1:5 with linespoints pt 7 title 'p50', '' using 1:6 with linespoints pt 6 title 'p99'
unset multiplot
"""


def plot(rows, svg, scratch):
    data = os.path.join(scratch, "data")
    with open(data, "w", encoding="utf-8") as file:
        for row in rows:
            file.write("%g %g %g %g %g %g\n" % tuple(row[name] for name in (
                "text_mb", "wall_ms_per_mb", "cpu_ms_per_mb", "memory_mb", "p50_ms", "p99_ms")))
    tics = ", ".join("'%.0f' %g" % (row["text_mb"], row["text_mb"]) for row in rows)
    script = PLOT.format(svg=svg, data=data, tics=tics)
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", metavar="BUILD", help="where tipindex and bench_tip were built")
    parser.add_argument("paragraphs", metavar="PARAGRAPHS.jsonl")
    parser.add_argument("times", metavar="TIMES", nargs="*", type=int, default=[1, 3, 10, 30])
    parser.add_argument("--svg", metavar="FILE", help="draw a plot, with gnuplot")
    parser.add_argument("--json", metavar="FILE", help="also write what was measured")
    parser.add_argument("--write", metavar="FILE", help="only write the corpus, TIMES as large")
    return parser.parse_args()


def main():
    options = arguments()
    if options.write:
        write_one(options.paragraphs, options.write, options.times[0])
        return
    measure.clean_up_when_ended()
    with tempfile.TemporaryDirectory(prefix="tip-scale-") as scratch:
        drawn, questions = os.path.join(scratch, "drawn"), os.path.join(scratch, "questions")
        os.mkdir(drawn)
        progress("drawing questions")
        measure.run([sys.executable, "-B", os.path.join(HERE, "corpus.py"), options.paragraphs, drawn,
                     "200"])
        write_questions(os.path.join(drawn, "questions.json"), questions)
        shutil.rmtree(drawn)
        rows = [measure_one(options, scratch, times, questions) for times in options.times]
        if options.svg:
            plot(rows, options.svg, scratch)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)
    print("Heaps' beta, measured on the paragraphs: %.2f" % rows[0]["beta"])
    columns = [name for name in rows[0] if name != "beta"]
    report.print_table("Growth", columns, [[str(row[columns[0]])] + [row[name] for name in columns[1:]]
                                           for row in rows])


if __name__ == "__main__":
    main()
