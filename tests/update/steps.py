#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An index that is updated again and again says what one that is made anew says.

Changes a small folder at random, updates its index, makes another index of the same files, and
compares all that both say, byte for byte. The texts are made up. Usage:

    steps.py TIPINDEX TIPSEARCH [SEED [FORM]]

FORM is fast (the default), portable, or shards: an index in three of the portable layout, against
one that is made anew in one piece. TIP_UPDATE_STEPS in the environment says how many steps are tried
(default 20), and TIP_FAILURE_ALL=1 that all is asked after each of them; else a part of it, so that
all is asked after some of them.
"""
import csv
import gzip
import html
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

COUNTRIES = [("Ghana", "GHA"), ("Nepal", "NPL"), ("Kyrgyz Republic", "KGZ"), ("Peru", "PER"),
             ("Chad", "TCD"), ("Norway", "NOR"), ("Atlantis", ""), ("", "")]
SECTIONS = ["Prosecution", "Protection", "Prevention", "Recommendations"]
COMMON = ("the of and to in government victims police labor forced trafficking officials courts "
          "reported identified convicted traffickers children border shelter training").split()
QUERIES = [
    "police corruption shelter", "government victims identified labor border training",
    "the of and", "+police -border", "police AND (labor OR courts) NOT children", '"forced labor"',
    '"the police"', "forced near/3 labor", "police then/5 courts", "traff*", "*ed", "wordy1*",
    "year:2019..2021", "section:protection police", "country:nepal", "title:review",
    "mentions:peru", "tier:2WL,3 police", "Kyrgyz police", "Norway", "wordy1 wordy2 wordy3",
    "section:rotect*", "NOT police", "Nepal OR (Ghana AND shelter)", '"wordy1"', "Atlantis",
    "named*", "namedy1 namedy2", "country:atlantis police", "zebra", "year:2020 NOT the", "*1",
]
# Each is asked with all queries, or with these; the first one after each step.
OPTIONS = [
    (["--limit", "5000", "--format", "trec"], QUERIES),
    (["--limit", "3", "--offset", "2", "--format", "json"], QUERIES),
    (["--count"], QUERIES),
    (["--expand", "--limit", "20", "--format", "json"], ["police shelter", "wordy1", "polise"]),
    (["--facet", "year", "--facet", "tier", "--facet", "section", "--facet", "country", "--facet",
      "mentions", "--limit", "1", "--format", "json"], ["police", "NOT wordy1"]),
    (["--plain", "--limit", "50", "--format", "json"], ["police labor the", "named"]),
    (["--sort", "year", "--limit", "5000", "--format", "json"], ["police", "wordy1"]),
]
SINGLE = [
    ["--format", "json", "polise coruption"], ["--format", "json", "--trend", "police"],
    ["--format", "json", "--collapse", "--limit", "5000", "police victims"],
    ["--format", "json", "--sort", "right", "--limit", "5000", "labor"],
    ["--changes", "nepal"], ["ghana"], ["--explain", "section:protection police"],
]


# How many of the others, and of what is asked one by one, are asked after a step.
PART = 3
# What the portable layout cannot answer.
NOT_PORTABLE = {"--expand", "--collapse", "--changes", "--similar"}
# How an index is updated, and how one is made anew.
FORMS = {
    "fast": ([], []),
    "portable": (["--layout", "portable"], ["--layout", "portable"]),
    "shards": (["--layout", "portable", "--shards", "3"], ["--layout", "portable"]),
}


class Failure(Exception):
    """The two indexes differ, or a command failed."""


# ---- Files ----

def word(rng):
    if rng.random() < 0.25:
        return "wordy%d" % int(rng.paretovariate(0.7))
    return rng.choice(COMMON)


def paragraph(rng, pool):
    """A made-up paragraph; some say the same as others, some nearly."""
    if pool and rng.random() < 0.3:
        words = rng.choice(pool).split()
        if rng.random() < 0.5:
            words[rng.randrange(len(words))] = word(rng)
    else:
        words = [word(rng) for _ in range(rng.randint(3, 60))]
    if rng.random() < 0.1:
        words.insert(0, rng.choice(COUNTRIES)[0])
    pool.append(" ".join(words))
    return pool[-1]


def records(rng, pool, size):
    done = 0
    while done < size:
        country, iso3 = rng.choice(COUNTRIES)
        record = {"text": paragraph(rng, pool)}
        done += len(record["text"])
        if rng.random() < 0.9:
            record.update(country=country, year=rng.randint(2018, 2022),
                          section=rng.choice(SECTIONS))
        if iso3 and rng.random() < 0.2:
            record["iso3"] = iso3
        if rng.random() < 0.3:
            record["tier"] = rng.choice(["1", "2", "2WL", "3"])
        if rng.random() < 0.1:
            record["id"] = "own-%d" % rng.randrange(10**6)
        if rng.random() < 0.1:
            record["page"] = rng.randint(1, 9)
        if rng.random() < 0.1:
            record.update(title="Review namedy%d" % rng.randint(1, 9), source="shared")
        yield record


def make_jsonl(rng, pool, size):
    return "".join(json.dumps(record) + "\n" for record in records(rng, pool, size))


def make_csv(rng, pool, size):
    table = io.StringIO()
    columns = ["id", "year", "country", "iso3", "tier", "section", "title", "source", "page", "text"]
    writer = csv.DictWriter(table, columns)
    writer.writeheader()
    writer.writerows(records(rng, pool, size))
    return table.getvalue()


def make_html(rng, pool, size):
    country = rng.choice(COUNTRIES[:6])[0]
    year = rng.randint(2018, 2022)
    parts = ["<html><head><title>%d Trafficking in Persons Report: %s</title></head><body>"
             "<h1>%s</h1><p>%s (Tier %d)</p>" % (year, country, country, country.upper(),
                                                  rng.randint(1, 3))]
    while sum(map(len, parts)) < size:
        parts.append("<h2>%s</h2>" % rng.choice(SECTIONS))
        parts += ["<p>%s</p>" % html.escape(paragraph(rng, pool)) for _ in range(5)]
    return "".join(parts) + "</body></html>\n"


def make_txt(rng, pool, size):
    country = rng.choice(COUNTRIES[:7])[0]
    parts = ["Country: %s\nYear: %d\n" % (country, rng.randint(2018, 2022))]
    while sum(map(len, parts)) < size:
        parts.append(rng.choice(SECTIONS).upper())
        parts += [paragraph(rng, pool) for _ in range(4)]
    return "\n\n".join(parts) + "\n"


TEXTS = {"jsonl": make_jsonl, "csv": make_csv, "html": make_html, "txt": make_txt}
ENDINGS = ["jsonl", "csv", "html", "txt", "jsonl.gz", "html.gz", "zip", "tar.gz"]


def members(rng, pool, size):
    for number in range(rng.randint(1, 4)):
        ending = rng.choice(sorted(TEXTS))
        yield ("2020/member-%d.%s" % (number, ending), TEXTS[ending](rng, pool, size / 3).encode())
    if rng.random() < 0.3:
        yield "picture.png", b"ignored"


def make_zip(rng, pool, size):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in members(rng, pool, size):
            archive.writestr(name, content)
    return data.getvalue()


def make_tar(rng, pool, size):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        for name, content in members(rng, pool, size):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return data.getvalue()


def make_file(ending, rng, pool, size):
    """What a file of that ending holds; now and then nothing, or nothing that can be read."""
    if rng.random() < 0.05:
        return rng.choice([b"", b"{\"text\": 1}\n", b"\x1f\x8b damaged", b"PK damaged"])
    if ending == "zip":
        return make_zip(rng, pool, size)
    if ending == "tar.gz":
        return make_tar(rng, pool, size)
    data = TEXTS[ending.split(".")[0]](rng, pool, size).encode()
    return gzip.compress(data) if ending.endswith(".gz") else data


class Folder:
    """The files that the index is made from: some large ones that mostly stay as they are, and
    small ones that do not, so that the updates are small beside the whole."""

    def __init__(self, rng, root):
        self.rng = rng
        self.root = root
        self.pool = []
        os.mkdir(root)
        for _ in range(6):
            self.write("%03d-large.%s" % (rng.randrange(1000), rng.choice(ENDINGS)))
        for _ in range(4):
            self.add()

    def names(self):
        return sorted(os.listdir(self.root))

    def pick(self):
        """A file; seldom a large one."""
        names = self.names()
        small = [name for name in names if "large" not in name]
        return self.rng.choice(small if small and self.rng.random() < 0.97 else names)

    def write(self, name):
        size = 25000 if "large" in name else self.rng.choice([50, 300, 1000, 3000])
        ending = name.split(".", 1)[1]
        with open(os.path.join(self.root, name), "wb") as file:
            file.write(make_file(ending, self.rng, self.pool, size))
        del self.pool[:-200]

    def new_name(self, ending):
        return "%03d.%s" % (self.rng.randrange(1000), ending)

    def add(self):
        self.write(self.new_name(self.rng.choice(ENDINGS)))

    def change(self):
        self.write(self.pick())

    def remove(self):
        os.remove(os.path.join(self.root, self.pick()))

    def rename(self):
        old = self.pick()
        new = self.new_name(old.split(".", 1)[1])
        os.rename(os.path.join(self.root, old), os.path.join(self.root, new))

    def touch(self):
        os.utime(os.path.join(self.root, self.pick()))

    def step(self):
        done = []
        for _ in range(self.rng.choice([1, 1, 1, 2, 4])):
            count = len(self.names())
            kind = self.rng.choice(["add", "change", "remove", "rename", "touch"])
            if count < 7:
                kind = "add"
            elif count > 20 and kind == "add":
                kind = "remove"
            getattr(self, kind)()
            done.append(kind)
        return done


# ---- What the indexes say ----

def run(*command):
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode > 2 or done.returncode < 0:
        raise Failure("%s: status %d: %s" % (" ".join(command), done.returncode,
                                            done.stderr.decode(errors="replace")))
    return done


def ask(tipsearch, index, *arguments):
    done = run(tipsearch, "--db", index, *arguments)
    return done.returncode, done.stdout, done.stderr.replace(index.encode(), b"INDEX")


def can_be_asked(form, arguments):
    return form == "fast" or not NOT_PORTABLE & set(arguments)


def part(rng, asked):
    return asked if os.environ.get("TIP_FAILURE_ALL") else rng.sample(asked, min(PART, len(asked)))


def answers(tipindex, tipsearch, index, rng, form):
    """What an index says, as (what was asked, what it said)."""
    dump = run(tipindex, "--db", index, "--dump", "jsonl").stdout
    records = dump.splitlines()
    yield "--dump", sorted(records) if form == "shards" else records
    stats = run(tipindex, "--db", index, "--stats").stdout.decode()
    if form != "shards":  # each has its own
        yield "--stats", re.findall(r"^(?:paragraphs|reports|files|sections|words|text): .*",
                                    stats, re.M)
    others = [each for each in OPTIONS[1:] if can_be_asked(form, each[0])]
    for options, queries in [OPTIONS[0], *part(rng, others)]:
        batch = index + ".batch"
        with open(batch, "w", encoding="utf-8") as file:
            file.writelines("%d\t%s\n" % pair for pair in enumerate(queries))
        status, out, err = ask(tipsearch, index, "--batch", batch, *options)
        yield " ".join(options), (status, out.splitlines(), err)
    one = rng.choice(sorted(json.loads(line)["id"] for line in records))
    singles = [*SINGLE, ["--show", one], ["--format", "json", "--similar", one]]
    for arguments in part(rng, [each for each in singles if can_be_asked(form, each)]):
        yield " ".join(arguments), ask(tipsearch, index, *arguments)


def difference(said, expected):
    """The first parts that differ."""
    if isinstance(said, (list, tuple)) and isinstance(expected, (list, tuple)):
        for ours, theirs in zip(said, expected):
            if ours != theirs:
                return difference(ours, theirs)
        return "%d, not %d parts" % (len(said), len(expected))
    return "\n  updated: %.2000s\n  anew:    %.2000s" % (said, expected)


def compare(tipindex, tipsearch, updated, fresh, seed, form):
    checked = run(tipindex, "--db", updated, "--check")
    if checked.returncode != 0:
        raise Failure("--check: %s" % checked.stderr.decode(errors="replace"))
    pairs = zip(answers(tipindex, tipsearch, updated, random.Random(seed), form),
                answers(tipindex, tipsearch, fresh, random.Random(seed), form))
    for (asked, said), (_, expected) in pairs:
        if said != expected:
            raise Failure("%s: %s" % (asked, difference(said, expected)))


def layers(tipindex, index):
    """How many paragraphs stand beside the base, and how many are gone from it."""
    stats = run(tipindex, "--db", index, "--stats").stdout.decode()
    return tuple(map(int, re.search(r"updates: +(\d+) .*, (\d+) gone", stats).groups()))


def update(tipindex, index, folder, jobs, options):
    done = run(tipindex, "--quiet", "--jobs", jobs, *options, "--db", index, folder)
    return done.returncode, done.stderr.replace(index.encode(), b"INDEX")


def try_seed(tipindex, tipsearch, seed, steps, form):
    """Returns how many of the steps left the postings in layers."""
    rng = random.Random(seed)
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    root = tempfile.mkdtemp(prefix="tip-update-", dir=memory)
    layered = 0
    history = []
    try:
        folder = Folder(rng, os.path.join(root, "files"))
        updated, fresh = os.path.join(root, "updated"), os.path.join(root, "fresh")
        for number in range(steps):
            shutil.rmtree(fresh, ignore_errors=True)
            said = update(tipindex, updated, folder.root, "2", FORMS[form][0])
            expected = update(tipindex, fresh, folder.root, "1", FORMS[form][1])
            if said != expected:
                raise Failure("what is reported: %s" % difference(said, expected))
            layered += form == "fast" and layers(tipindex, updated) != (0, 0)
            compare(tipindex, tipsearch, updated, fresh, number, form)
            history.append("%d: %s" % (number + 1, " ".join(folder.step())))
    except Failure as failure:
        raise SystemExit("seed %d, %d steps (%s): %s" % (seed, len(history), ", ".join(
            history[-5:]), failure)) from failure
    finally:
        shutil.rmtree(root, ignore_errors=True)
    return layered


def main():
    tipindex, tipsearch = sys.argv[1:3]
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    form = sys.argv[4] if len(sys.argv) > 4 else "fast"
    steps = int(os.environ.get("TIP_UPDATE_STEPS", "20"))
    layered = try_seed(tipindex, tipsearch, seed, steps, form)
    if form != "fast":
        print("seed %d, %s: the same answers after each of %d steps" % (seed, form, steps))
        return
    print("seed %d: the same answers after each of %d steps, %d of them with several layers" % (
        seed, steps, layered))
    if layered * 4 < steps:  # half of them are usual
        raise SystemExit("too few indexes had several layers")


main()
