#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What all engines are given: the same paragraphs, and the same questions drawn from them.

usage: corpus.py PARAGRAPHS.jsonl FOLDER QUESTIONS

Writes into FOLDER: paragraphs.jsonl, each paragraph with an id; sources/, the same cut into one file
for each source; scriptindex.txt, the same as xapian-omega reads it; questions.json, QUESTIONS of each
kind; figures.json. A process of its own: the driver must stay small, since the peak memory that
Linux reports for a child begins with its parent's.
"""
import collections
import itertools
import json
import os
import random
import re
import sys

SEED = 20201124
FIELDS = ("year", "country", "section", "tier")

# What Lucene's EnglishAnalyzer leaves out.
STOP_WORDS = frozenset("""a an and are as at be but by for if in into is it no not of on or such that
the their then there these they this to was will with""".split())

WORD = re.compile(r"[^\W_]+")
# Words that every engine reads as one, and that no engine takes for a name.
PLAIN = re.compile(r"[a-z]{2,}")
# Two to five of them with nothing but a blank between, and nothing that joins them to others.
RUN = re.compile(r"(?<![\w'’.-])[a-z]{2,}(?: [a-z]{2,}){1,4}(?![\w'’-])")
# Countries that every engine calls the same.
COUNTRY = re.compile(r"[A-Z][a-z]+")


def records(path):
    """All that have a text; others are refused by tipindex."""
    with open(path, encoding="utf-8") as lines:
        yield from (record for record in map(json.loads, lines) if record.get("text"))


def source_of(record):
    return record.get("source") or record.get("file") or "%s/%s" % (
        record.get("year", "any"), record.get("country", "any"))


class Sources:
    """A folder with a file for each source, each written in one go as long as a source's records
    stand together."""

    def __init__(self, folder):
        self.folder, self.names, self.at, self.file = folder, {}, None, None
        os.mkdir(folder)

    def write(self, source, line):
        if source != self.at:
            self.close()
            name = self.names.setdefault(source, "%05d.jsonl" % len(self.names))
            self.file = open(os.path.join(self.folder, name), "a", encoding="utf-8")
            self.at = source
        self.file.write(line)

    def close(self):
        if self.file:
            self.file.close()


def scriptindex(record):
    """A record as lines of "field=value"."""
    lines = ["%s=%s" % (field, " ".join(str(record[field]).split()))
             for field in ("id", "year", "country", "section", "tier") if record.get(field)]
    text = "%s %s" % (record.get("title", ""), record["text"])
    return "\n".join(lines + ["text=" + " ".join(text.split())]) + "\n\n"


def write_corpus(path, folder, fields):
    text = count = 0
    sources = Sources(os.path.join(folder, "sources"))
    with open(os.path.join(folder, "paragraphs.jsonl"), "w", encoding="utf-8") as all_lines, \
            open(os.path.join(folder, "scriptindex.txt"), "w", encoding="utf-8") as dump:
        for count, record in enumerate(records(path), 1):
            kept = {"id": str(record.get("id") or "p%d" % count)}
            kept.update((name, record[name]) for name in fields if record.get(name))
            kept["text"] = record["text"]
            line = json.dumps(kept, ensure_ascii=False) + "\n"
            all_lines.write(line)
            sources.write(source_of(record), line)
            dump.write(scriptindex(kept))
            text += len(kept["text"].encode())
    sources.close()
    return {"paragraphs": count, "text_bytes": text, "sources": len(sources.names)}


class Sample:
    """What questions are made of: how often each word occurs, runs of words, years and countries."""

    def __init__(self, path, random_source):
        self.random = random_source
        self.words = collections.Counter()
        self.countries, self.years = set(), set()
        self.texts, self.runs = [], []
        for record in records(path):
            words = WORD.findall(record["text"])
            self.words.update(word for word in words if PLAIN.fullmatch(word))
            self.countries.add(record.get("country", ""))
            self.years.add(record.get("year", 0))
            if self.random.random() < 0.2 and len(words) > 1:
                self.texts.append([word.lower() for word in words])
                self.runs.extend(RUN.findall(record["text"]))
        ranked = [word for word, _ in self.words.most_common()]
        self.common = frozenset(ranked[:150])
        self.rare = frozenset(word for word in ranked if self.words[word] <= 50)
        self.vocabulary = [word for word in ranked if self.words[word] > 1]
        self.by_frequency = list(itertools.accumulate(self.words[w] for w in self.vocabulary))
        self.countries = sorted(filter(COUNTRY.fullmatch, self.countries))
        self.years = sorted(filter(None, self.years))

    def sequence(self, length):
        text = self.random.choice(self.texts)
        start = self.random.randrange(max(1, len(text) - length))
        return text[start:start + length]

    def random_words(self, length):
        """Half of them as frequent as in the text, half any word of the vocabulary."""
        return [self.random.choices(self.vocabulary, cum_weights=self.by_frequency)[0]
                if self.random.random() < 0.5 else self.random.choice(self.vocabulary)
                for _ in range(length)]

    def ranked(self, stop_words):
        length = self.random.randint(1, 8)
        words = self.random.choice((self.sequence, self.random_words))(length)
        if not stop_words:
            words = [word for word in words if word not in STOP_WORDS]
        return words or self.ranked(stop_words)

    def plain(self, length):
        """Words of one text that no engine leaves out."""
        words = [word for word in dict.fromkeys(self.random.choice(self.texts))
                 if word in self.words and word not in STOP_WORDS]
        return self.random.sample(words, length) if len(words) >= length else self.plain(length)

    def phrases(self, fits):
        """Different ones whose words fit; nothing more when the sample has no more."""
        runs = [run.split() for run in dict.fromkeys(self.runs)]
        cut = [run[:self.random.randint(2, min(4, len(run)))] for run in runs]
        found = [list(phrase) for phrase in dict.fromkeys(tuple(words) for words in cut if fits(words))]
        self.random.shuffle(found)
        return found


def question(kind, operation, mode, words, **more):
    return dict({"kind": kind, "operation": operation, "mode": mode, "words": words}, **more)


def near(sample, kind, operation):
    phrase = sample.random.choice(sample.runs).split()
    words = (phrase[0], phrase[-1])
    if words[0] == words[1] or STOP_WORDS.issuperset(words):
        return near(sample, kind, operation)
    return question(kind, operation, "near", words, distance=sample.random.randint(2, 10))


def filtered(sample, kind, operation, mode, words):
    first = sample.random.choice(sample.years or [0])
    more = {"years": [first, sample.random.choice([y for y in sample.years if y >= first])]
            } if sample.years else {}
    if sample.countries and sample.random.random() < 0.5:
        more["country"] = sample.random.choice(sample.countries)
    return question(kind, operation, mode, words, **more)


def common_phrases(sample):
    found = sample.phrases(sample.common.issuperset)
    return [["in", "the"], ["rule", "of", "law"]] + found


def make_questions(sample, count):
    common = common_phrases(sample)
    rare = sample.phrases(lambda words: not sample.rare.isdisjoint(words)) or common
    either = list(itertools.chain.from_iterable(zip(common, rare)))
    few = max(1, count // 4)

    def of(phrases, i):
        return phrases[i % len(phrases)]

    kinds = [
        (count, lambda i: question("ranked", "top", "or", sample.ranked(True))),
        (count, lambda i: question("ranked, no stop words", "top", "or", sample.ranked(False))),
        (count, lambda i: question("phrase, common", "top", "phrase", of(common, i))),
        (count, lambda i: question("phrase, rare", "top", "phrase", of(rare, i))),
        (count, lambda i: near(sample, "near", "top")),
        (count, lambda i: filtered(sample, "filter", "top", "or", sample.ranked(False)[:4])),
        (count, lambda i: question("count, phrase", "count", "phrase", of(either, i))),
        (count, lambda i: question("count, AND", "count", "and", sample.plain(2))),
        (few, lambda i: near(sample, "count, near", "count")),
        (few, lambda i: filtered(sample, "count, filter", "count", "and", sample.plain(1))),
        (few, lambda i: question("facet, year", "year", "or", sample.plain(1))),
        (few, lambda i: question("facet, country", "country", "or", sample.plain(1))),
    ]
    made = [make(i) for number, make in kinds for i in range(number)]
    sample.random.shuffle(made)  # so that no kind alone pays for a cold start
    return made


def main(argv):
    path, folder, count = argv[1], argv[2], int(argv[3])
    figures = write_corpus(path, folder, FIELDS if count else FIELDS + ("title",))
    sample = Sample(os.path.join(folder, "paragraphs.jsonl"), random.Random(SEED)) if count else None
    questions = make_questions(sample, count) if sample else []
    for name, value in (("figures", figures), ("questions", questions)):
        with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8") as file:
            json.dump(value, file)


if __name__ == "__main__":
    main(sys.argv)
