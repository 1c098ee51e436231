# SPDX-License-Identifier: GPL-2.0-or-later
"""Printing what was measured: tables, ratios, and the targets that are met or not."""
import collections
import re

from measure import median, ratio

WORD = re.compile(r"\w+")
US = "tipsearch"


# ---- Quality ----

def read_queries(path):
    """Words of each query of a file "ID TAB TEXT"."""
    with open(path, encoding="utf-8") as lines:
        pairs = (line.rstrip("\n").split("\t", 1) for line in lines)
        return {name: WORD.findall(text.lower()) for name, text in pairs}


def mean_average_precision(path, runs):
    """As trec_eval's map over all queries that have a relevant document, but equal scores keep the
    order in which the engine returned them."""
    relevant = collections.defaultdict(set)
    with open(path, encoding="utf-8") as lines:
        for query, _, document, grade in (line.split() for line in lines):
            if int(grade) > 0:
                relevant[query].add(document)
    total = 0.0
    for query, wanted in relevant.items():
        found = 0
        for rank, document in enumerate(runs.get(query, []), 1):
            if document in wanted:
                found += 1
                total += found / rank / len(wanted)
    return total / len(relevant)


# ---- Tables ----

def print_table(title, columns, rows):
    print("\n" + title + "\n")
    cells = [columns] + [[cell if isinstance(cell, str) else number(cell) for cell in row]
                         for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    for row in cells:
        print("  ".join([row[0].ljust(widths[0])] +
                        [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]).rstrip())


def number(value):
    if value is None or value != value:
        return "-"
    return "%.0f" % value if value >= 100 else "%.1f" % value if value >= 10 else "%.3f" % value


def print_builds(result):
    text = result["corpus"]["text_bytes"]
    ours = result["build"]["tipindex, 2 jobs"]
    rows = [[name, median(row["wall"]), median(row["cpu"]), median(row["memory"]),
             row["size"] / 1e6, row["size"] / text, ratio(ours["wall"], row["wall"]),
             ratio(ours["cpu"], row["cpu"])] for name, row in result["build"].items()]
    print_table("Full build (ratio: tipindex with 2 jobs to it, of runs in turn)",
                ["", "wall, s", "CPU, s", "memory, MB", "index, MB", "of text", "wall ratio",
                 "CPU ratio"], rows)


def print_updates(title, rows):
    table = []
    for name, row in rows.items():
        full = rows[name.split(": ")[0] + ": full build"]
        table.append([name, median(row["wall"]), median(row["cpu"]), median(row["memory"]),
                      row["size"] / 1e6, ratio(row["wall"], full["wall"]),
                      ratio(row["cpu"], full["cpu"])])
    print_table(title, ["", "wall, s", "CPU, s", "memory, MB", "index, MB", "of full, wall",
                        "of full, CPU"], table)


def print_queries(result):
    for when, title in (("first", "first time in a process"), ("warm", "last time, warm")):
        for at, name in ((0, "p50"), (1, "p99")):
            engines = list(next(iter(result["queries"].values())))
            rows = [[kind] + [of_kind[engine][when][at] for engine in engines] +
                    [of_kind[US][when][at] / of_kind[engine][when][at] for engine in engines[1:]]
                    for kind, of_kind in result["queries"].items()]
            print_table("Questions inside the process, %s, %s, ms" % (title, name),
                        [""] + engines + [US + " / " + engine for engine in engines[1:]], rows)
    print_table("CPU per question over all rounds, the start of the process included",
                ["", "ms"], [[name, median(entry["cpu"])] for name, entry in result["asked"].items()])


def print_counts(result):
    print_table("Counts that are those of a search through every paragraph",
                ["", "engine", "same", "of"],
                [[kind, name, str(row["same"]), str(row["of"])]
                 for kind, of_kind in result["counts"].items() for name, row in of_kind.items()])
    print("\nWhere they differ (question, its count, brute force):")
    for kind, of_kind in result["counts"].items():
        for name, row in of_kind.items():
            for example in row["examples"][:1]:
                print("  %s, %s: %s" % (kind, name, "  ".join(part[:60] for part in example)))


def print_by_engine(title, rows):
    engines = list(next(iter(rows.values()), {}))
    print_table(title, [""] + engines,
                [[name] + [row[engine] for engine in engines] for name, row in rows.items()])


def print_commands(result):
    least = median(result["commands"]["true"]["wall"])
    print_table("Whole command, start to exit, top 10, p50", ["", "wall, ms", "more than true", "CPU, ms"],
                [[name, median(row["wall"]), median(row["wall"]) - least, median(row["cpu"])]
                 for name, row in result["commands"].items()])


# ---- Targets ----

def query_ratios(result, kinds, peer, when):
    """Of p50 and of p99, over the kinds the worst."""
    if peer not in next(iter(result["queries"].values())):
        return
    for at, name in ((0, "p50"), (1, "p99")):
        yield name, max(result["queries"][kind][US][when][at] /
                        result["queries"][kind][peer][when][at] for kind in kinds)


def targets(result):
    """What is asked for: (what, value, limit). Ratios are of our figure to the peer's."""
    build, update = result["build"], result["update"]
    ours = build["tipindex, 2 jobs"]
    for peer, limit in (("FTS5", 1.0), ("FTS5, texts in memory", 1.0), ("Lucene, 2 threads", 0.6),
                        ("Xapian, scriptindex", 1 / 9)):
        if peer in build:
            yield "full build, of " + peer, ratio(ours["wall"], build[peer]["wall"]), limit
    full = update[US + ": full build"]["wall"]
    for step, limit in (("nothing changed", 0.02), ("one changed", 0.08)):
        yield "%s, of full build" % step, ratio(update["%s: %s" % (US, step)]["wall"], full), limit
    for peer, when, limit in (("FTS5", "warm", 1 / 80), ("Lucene", "warm", 0.75),
                              ("Lucene", "first", 0.2)):
        for kind in ("ranked", "ranked, no stop words"):
            for name, value in query_ratios(result, [kind], peer, when):
                yield "%s, %s, of %s %s" % (kind, name, peer, when), value, limit
    for kind in ("phrase, common", "phrase, rare", "near"):
        for name, value in query_ratios(result, [kind], "FTS5", "warm"):
            yield "%s, %s, of FTS5 warm" % (kind, name), value, 1.0
    commands = result["commands"]
    yield ("whole command, ms more than true",
           median(commands[US]["wall"]) - median(commands["true"]["wall"]), 6)
    yield "index, of the text's bytes", ours["size"] / result["corpus"]["text_bytes"], 1.0
    yield "peak memory of a build, MB", max(ours["memory"]), 256


def print_all(result):
    corpus = result["corpus"]
    print("%s, %d processors, %d runs, medians" % (result["date"], result["processors"], result["runs"]))
    print("%d paragraphs, %.1f MB of text, %d sources" %
          (corpus["paragraphs"], corpus["text_bytes"] / 1e6, corpus["sources"]))
    for reason in result["skipped"]:
        print("skipped: " + reason)
    print_builds(result)
    print_updates("A folder with one file of JSON lines for each source", result["update"])
    if "pages" in result:
        print_updates("A folder of saved pages", result["pages"])
    print_queries(result)
    print_commands(result)
    print_counts(result)
    print_by_engine("Share of our ten best that are among an engine's ten best", result["overlap"])
    if "quality" in result:
        print_by_engine("Mean average precision", result["quality"])
    print_table("Targets", ["", "measured", "at most", ""],
                [[what, value, limit, "met" if value <= limit else "NOT MET"]
                 for what, value, limit in targets(result)])
    print("\nWhat is unfair, and to whom: tests/bench/README.md.")
