#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares tipsearch with other engines on the same paragraphs, all in turn, several times.

BUILD is a folder in which tipindex, tipsearch and bench_tip were built. README.md says what each
engine does and what is unfair about it.
"""
import argparse
import json
import os
import shutil
import sys
import tempfile
import time

import measure
import peers
import report

HERE = os.path.dirname(os.path.abspath(__file__))
RANKED = ("ranked", "ranked, no stop words", "filter")
COMMANDS_SHARE = 10  # one in so many questions is asked by a whole command


def progress(text):
    print("%s  %s" % (time.strftime("%H:%M:%S"), text), file=sys.stderr, flush=True)


class Bench:
    def __init__(self, options, scratch):
        self.options, self.scratch = options, scratch
        self.corpus = os.path.join(scratch, "corpus")
        self.engines, self.skipped = [], []
        os.mkdir(self.corpus)

    def path(self, *names):
        return os.path.join(self.scratch, *names)

    def index(self, engine, of="paragraphs"):
        return self.path("index-%s-%s" % (type(engine).__name__, of))

    # ---- Preparing ----

    def prepare(self):
        progress("cutting the paragraphs, drawing the questions")
        measure.run([sys.executable, "-B", os.path.join(HERE, "corpus.py"), self.options.paragraphs,
                     self.corpus, str(self.options.questions)])
        with open(os.path.join(self.corpus, "questions.json"), encoding="utf-8") as file:
            self.questions = json.load(file)
        with open(os.path.join(self.corpus, "figures.json"), encoding="utf-8") as file:
            self.figures = json.load(file)
        self.tip = peers.Tip(self.scratch, self.options.build)
        self.brute = peers.Brute(self.scratch)
        self.brute.compile()
        others = [peers.Fts5, peers.Lucene, peers.LuceneAll, peers.Xapian, peers.Recoll]
        self.engines = [self.tip] + [engine for engine in map(self.ready, others) if engine]

    def ready(self, kind):
        """The engine, compiled; None when it is not asked for or not installed."""
        engine = kind(self.scratch)
        if self.options.peers is not None and engine.name not in self.options.peers.split(";"):
            return None
        missing = measure.missing_packages(engine.packages)
        if missing:
            self.skipped.append("%s: not installed: %s" % (engine.name, " ".join(missing)))
            return None
        engine.compile()
        return engine

    def having(self, method):
        return [engine for engine in self.engines if hasattr(engine, method)]

    # ---- Building and updating ----

    def build(self):
        """Full builds. The indexes of the last round stay, for the questions."""
        rows = {}
        for number in range(self.options.runs):
            progress("full builds, round %d" % (number + 1))
            for engine in self.engines:
                index = self.index(engine)
                # The last one listed is made first, so that the first one's index stays.
                for name, command, environment in reversed(engine.builds(index, self.corpus)):
                    remove(index)
                    usage, _ = measure.run(command, environment)
                    keep(rows, name, usage, measure.size_of(index))
                self.build_from_memory(engine, rows)
        return rows

    def build_from_memory(self, engine, rows):
        index = self.index(engine, "memory")
        command = engine.memory_build(index, self.corpus)
        if command:
            usage, text = measure.run(command)
            wall, cpu = map(float, text.split())
            keep(rows, engine.name + ", texts in memory", measure.Usage(wall, cpu, usage.memory),
                 measure.size_of(index))
            remove(index)

    def update(self, folder, change, engines, of):
        """Full build of a folder, again with nothing changed, and with one file changed."""
        rows = {}
        for number in range(self.options.runs):
            progress("updates of %s, round %d" % (of, number + 1))
            for step in ("full build", "nothing changed", "one changed"):
                if step == "one changed":
                    change(number)
                for engine in engines:
                    index = self.index(engine, of)
                    if step == "full build":
                        remove(index)
                    usage, _ = measure.run(engine.update(index, folder))
                    keep(rows, "%s: %s" % (engine.name, step), usage, measure.size_of(index))
        return rows

    def update_sources(self):
        folder = os.path.join(self.corpus, "sources")
        chosen = os.path.join(folder, sorted(os.listdir(folder))[self.figures["sources"] // 2])
        with open(chosen, encoding="utf-8") as file:
            lines = file.read()

        def change(number):
            record = json.loads(lines.splitlines()[-1])
            record.update(id="added", text="A paragraph that was added in round %d." % number)
            with open(chosen, "w", encoding="utf-8") as file:
                file.write(lines + json.dumps(record) + "\n")
        engines = [engine for engine in self.having("update") if engine.name != "Recoll"]
        return self.update(folder, change, engines, "sources")

    def update_pages(self):
        folder = self.path("pages")
        pages = []
        for root, _, names in os.walk(self.options.pages):
            to = os.path.join(folder, os.path.relpath(root, self.options.pages))
            os.makedirs(to)
            pages += [shutil.copy(os.path.join(root, name), to) for name in sorted(names)
                      if name.endswith(".html")]
        chosen = pages[len(pages) // 2]
        with open(chosen, "rb") as file:
            page = file.read()

        def change(number):
            added = b"<p>A paragraph that was added in round %d.</p></body>" % number
            with open(chosen, "wb") as file:
                file.write(page.replace(b"</body>", added, 1))
        engines = [engine for engine in self.engines if engine.name in ("tipsearch", "Recoll")]
        return self.update(folder, change, engines, "pages")

    # ---- Asking ----

    def ask(self, engine, index, questions, rounds):
        """The answers, and by round the milliseconds that each took."""
        path = self.path("questions")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(engine.line(question) for question in questions)
        usage, text = measure.run(engine.ask(index, path, rounds))
        times, answers = [[] for _ in range(rounds)], []
        for line in text.splitlines():
            number, _, nanoseconds, answer = line.split("\t")
            times[int(number)].append(int(nanoseconds) / 1e6)
            if number == "0":
                answers.append(answer)
        return answers, times, usage

    def ask_all(self):
        """For each engine: what it answered, and the first and the last time of each question."""
        engines = self.having("ask")
        asked = {engine.name: {"answers": [], "first": [], "warm": [], "cpu": []}
                 for engine in engines}
        for number in range(self.options.runs):
            for engine in engines:
                progress("questions to %s, round %d" % (engine.name, number + 1))
                answers, times, usage = self.ask(engine, self.index(engine), self.questions,
                                                 engine.rounds)
                entry = asked[engine.name]
                entry["answers"] = answers
                entry["first"].append(times[0])
                entry["warm"].append(times[-1])
                entry["cpu"].append(1000 * usage.cpu / len(self.questions) / engine.rounds)
        return asked

    def query_times(self):
        """p50 and p99 over the questions of a kind, each question's time being its median."""
        rows = {}
        for name, entry in self.result["asked"].items():
            for when in ("first", "warm"):
                times = [measure.median(of_one) for of_one in zip(*entry[when])]
                for kind in kinds_of(self.questions):
                    chosen = [t for t, q in zip(times, self.questions) if q["kind"] == kind]
                    rows.setdefault(kind, {}).setdefault(name, {})[when] = [
                        measure.percentile(chosen, 0.5), measure.percentile(chosen, 0.99)]
        return rows

    def check_counts(self):
        """How many counts are those of a search through every paragraph."""
        counted = [i for i, q in enumerate(self.questions) if q["operation"] not in ("top", "run")]
        true = {}
        for stemmer in ("none", "english", "porter"):
            progress("counting by brute force, stemmer: %s" % stemmer)
            self.brute.stemmer = stemmer
            answers, _, _ = self.ask(self.brute, os.path.join(self.corpus, "paragraphs.jsonl"),
                                     [self.questions[i] for i in counted], 1)
            true[stemmer] = dict(zip(counted, answers))
        rows = {}
        for engine in self.having("ask"):
            for i in counted:
                question = self.questions[i]
                found = self.result["asked"][engine.name]["answers"][i]
                expected = true[engine.reads_as(question["mode"])][i]
                row = rows.setdefault(question["kind"], {}).setdefault(
                    engine.name, {"same": 0, "of": 0, "examples": []})
                row["of"] += 1
                if counts_of(found) == counts_of(expected):
                    row["same"] += 1
                else:
                    row["examples"].append([engine.text(question), found, expected])
        for row in (row for of_kind in rows.values() for row in of_kind.values()):
            del row["examples"][3:]
        return rows

    def overlap(self):
        """How many of our ten best each engine has among its own, on average."""
        rows = {}
        asked = self.result["asked"]
        ours = asked[self.tip.name]["answers"]
        for kind in RANKED:
            for name, entry in asked.items():
                shares = [len(set(a.split()) & set(b.split())) / len(a.split())
                          for a, b, q in zip(ours, entry["answers"], self.questions)
                          if q["kind"] == kind and a]
                rows.setdefault(kind, {})[name] = sum(shares) / len(shares) if shares else None
        return rows

    # ---- Whole commands ----

    def commands(self):
        """Wall and CPU milliseconds of a whole command, the median over some questions."""
        chosen = [q for q in self.questions if q["kind"] == RANKED[1]][::COMMANDS_SHARE]
        bare = [engine for engine in self.engines if hasattr(engine, "bare")]
        rows = {}
        for _ in range(self.options.runs):
            for number, question in enumerate(chosen):
                commands = [("true", ["true"])]
                commands += [("Xapian, bare", e.bare(self.index(self.tip), question)) for e in bare]
                commands += [(engine.name, self.one_command(engine, question, number))
                             for engine in self.having("whole_command")
                             if self.options.pages or engine.name != "Recoll"]
                for name, command in commands:
                    usage = self.try_command(name, command)
                    keep(rows, name, measure.Usage(usage.wall * 1e3, usage.cpu * 1e3, usage.memory))
        return rows

    def one_command(self, engine, question, number):
        path = self.path("question-%s-%d" % (type(engine).__name__, number))
        with open(path, "w", encoding="utf-8") as file:
            file.write(engine.line(question))
        of = "pages" if engine.name == "Recoll" else "paragraphs"
        return engine.whole_command(self.index(engine, of), question, path)

    def try_command(self, name, command):
        """tipsearch returns 1 when nothing matches, which is an answer."""
        found = (0, 1) if name == self.tip.name else (0,)
        return measure.run(command, statuses=found)[0]

    # ---- Quality ----

    def quality(self):
        """Mean average precision on test collections, 1,000 answers a query."""
        rows = {}
        for name in sorted(os.listdir(self.options.relevance)):
            folder = os.path.join(self.options.relevance, name)
            if not os.path.exists(os.path.join(folder, "corpus.jsonl")):
                continue
            corpus = self.path("relevance-" + name)
            os.mkdir(corpus)
            measure.run([sys.executable, "-B", os.path.join(HERE, "corpus.py"),
                         os.path.join(folder, "corpus.jsonl"), corpus, "0"])
            for engine in self.having("ask"):
                rows.setdefault(name, {})[engine.name] = self.precision(engine, folder, corpus)
        return rows

    def precision(self, engine, folder, corpus):
        index = self.index(engine, os.path.basename(folder))
        _, command, environment = engine.builds(index, corpus)[0]
        measure.run(command, environment)
        queries = report.read_queries(os.path.join(folder, "queries.tsv"))
        questions = [{"operation": "run", "mode": "or", "words": words} for words in queries.values()]
        answers, _, _ = self.ask(engine, index, questions, 1)
        runs = {query: answer.split() for query, answer in zip(queries, answers)}
        return report.mean_average_precision(os.path.join(folder, "qrels.txt"), runs)

    # ---- All ----

    def sections(self):
        """Name and function of all that is measured, in order."""
        yield "build", self.build
        yield "update", self.update_sources
        if self.options.pages:
            yield "pages", self.update_pages
        yield "asked", self.ask_all
        yield "queries", self.query_times
        yield "counts", self.check_counts
        yield "overlap", self.overlap
        yield "commands", self.commands
        if self.options.relevance:
            yield "quality", self.quality

    def measure_all(self):
        """What was measured; it is saved after each section, since all takes long."""
        self.prepare()
        self.result = {"date": time.strftime("%Y-%m-%d %H:%M"), "processors": os.cpu_count(),
                       "runs": self.options.runs, "corpus": self.figures, "skipped": self.skipped}
        for name, section in self.sections():
            self.result[name] = section()
            if self.options.json:
                with open(self.options.json, "w", encoding="utf-8") as file:
                    json.dump(self.result, file, indent=1)
        return self.result


def keep(rows, name, usage, size=None):
    """Adds one measurement to a row."""
    row = rows.setdefault(name, {"wall": [], "cpu": [], "memory": []})
    for field in usage._fields:
        row[field].append(getattr(usage, field))
    if size is not None:
        row["size"] = size


def remove(path):
    if os.path.isdir(path):
        shutil.rmtree(path)
    elif os.path.exists(path):
        os.remove(path)


def kinds_of(questions):
    return sorted({question["kind"] for question in questions})


def counts_of(answer):
    """What an answer counts, whatever the engine calls the values."""
    return sorted(int(part.rpartition("=")[2]) for part in answer.split()
                  if part.rpartition("=")[2].isdigit())


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", metavar="BUILD")
    parser.add_argument("paragraphs", metavar="PARAGRAPHS.jsonl")
    parser.add_argument("runs", metavar="RUNS", nargs="?", type=int, default=5)
    parser.add_argument("--pages", metavar="FOLDER", help="saved pages, for updates and for Recoll")
    parser.add_argument("--relevance", metavar="FOLDER",
                        help="test collections: NAME/corpus.jsonl, queries.tsv, qrels.txt")
    parser.add_argument("--questions", type=int, default=200, help="of each kind (default 200)")
    parser.add_argument("--peers", metavar="NAMES",
                        help='separated by ";", such as "FTS5;Lucene" (default: all)')
    parser.add_argument("--json", metavar="FILE", help="also write all that was measured")
    return parser.parse_args()


def main():
    options = arguments()
    measure.clean_up_when_ended()
    with tempfile.TemporaryDirectory(prefix="tip-bench-") as scratch:
        try:
            result = Bench(options, scratch).measure_all()
        except measure.Failed as failed:
            sys.exit(str(failed))
    report.print_all(result)


if __name__ == "__main__":
    main()
