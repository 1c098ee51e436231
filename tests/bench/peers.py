# SPDX-License-Identifier: GPL-2.0-or-later
"""The engines: how each is built, updated and asked, and how it spells a question.

A question is a dictionary as corpus.py makes it. Its "mode" is how its words go together: "or",
"and", "phrase", or "near" with a distance, 1 being side by side.
"""
import glob
import os

import measure

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.join(HERE, "peers")
JARS = "/usr/share/java"
C_FLAGS = ["-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Werror"]


def source(name):
    return os.path.join(SOURCES, name)


def compile_c(program, names, libraries):
    measure.run(["cc"] + C_FLAGS + [source(name) for name in names] + ["-o", program] +
                ["-l" + library for library in libraries])


class Engine:
    """`rounds`: how often all questions are asked in one process, the last time being "warm"."""
    packages = ()
    rounds = 3
    word = "%s"
    either = " "

    def __init__(self, scratch):
        self.scratch = scratch
        self.program = os.path.join(scratch, "program-" + type(self).__name__)

    def compile(self):
        """Makes the program, if there is one to make."""

    def builds(self, index, corpus):
        """Ways to build an index of a corpus folder: (name, command, environment)."""
        return []

    def memory_build(self, index, corpus):
        """Command of a build that is handed the texts, and prints its wall and CPU time."""
        return None

    def reads_as(self, mode):
        """Stemmer with which a brute-force count of questions of this mode should agree."""
        return "porter"

    def near(self, words, distance):
        """Two words no further apart than that, 1 being side by side."""
        raise NotImplementedError

    def text(self, question):
        """The question in the engine's language."""
        words, mode = question["words"], question["mode"]
        if mode == "phrase":
            return '"%s"' % " ".join(words)
        words = [self.word % word for word in words]
        if mode == "near":
            return self.near(words, question["distance"])
        return (self.either if mode == "or" else " AND ").join(words)

    def line(self, question):
        """The question as the programs read it, see ask.h."""
        years = "%d..%d" % tuple(question["years"]) if question.get("years") else "-"
        return "\t".join((question["operation"], years, question.get("country", "-"),
                          self.text(question))) + "\n"


class Tip(Engine):
    name = "tipsearch"
    rounds = 5

    def __init__(self, scratch, build):
        super().__init__(scratch)
        self.tipindex = os.path.join(build, "indexer", "tipindex")
        self.tipsearch = os.path.join(build, "search", "tipsearch")
        self.bench_tip = os.path.join(build, "tests", "bench", "bench_tip")

    def update(self, index, path, jobs=2):
        return [self.tipindex, "--quiet", "--jobs", str(jobs), "--db", index, path]

    def builds(self, index, corpus):
        path = os.path.join(corpus, "paragraphs.jsonl")
        return [("tipindex, 2 jobs", self.update(index, path), None),
                ("tipindex, 1 job", self.update(index, path, 1), None)]

    def ask(self, index, questions, rounds):
        return [self.bench_tip, "ask", index, questions, str(rounds)]

    def whole_command(self, index, question, _):
        return [self.tipsearch, "--db", index, "--limit", "10", self.text(question)]

    def reads_as(self, mode):
        return "none" if mode == "phrase" else "english"

    def near(self, words, distance):
        return "%s near/%d %s" % (words[0], distance, words[1])


class Fts5(Engine):
    name = "FTS5"
    packages = ("libsqlite3-dev",)
    word = '"%s"'
    either = " OR "
    rounds = 2

    def compile(self):
        compile_c(self.program, ("fts5.c", "ask.c", "records.c"), ("sqlite3", "jansson", "xxhash"))

    def update(self, index, path):
        return [self.program, "update", index, path]

    def builds(self, index, corpus):
        return [("FTS5", self.update(index, os.path.join(corpus, "paragraphs.jsonl")), None)]

    def memory_build(self, index, corpus):
        return [self.program, "memory", index, os.path.join(corpus, "paragraphs.jsonl")]

    def ask(self, index, questions, rounds):
        return [self.program, "ask", index, questions, str(rounds)]

    def whole_command(self, index, _, questions):
        return self.ask(index, questions, 1)

    def near(self, words, distance):
        # FTS5 counts the words in between.
        return "NEAR(%s, %d)" % (" ".join(words), distance - 1)


class Lucene(Engine):
    name = "Lucene"
    packages = ("liblucene8-java", "libjackson2-core-java", "openjdk-17-jdk-headless")
    stop = "stop"
    jars = ("lucene-core", "lucene-analyzers-common", "lucene-queryparser", "lucene-queries",
            "lucene-facet", "lucene-highlighter", "lucene-memory", "jackson-core")
    rounds = 5

    def __init__(self, scratch):
        super().__init__(scratch)
        self.program = os.path.join(scratch, "program-Lucene")  # one for both

    def classpath(self):
        found = [path for jar in self.jars for path in sorted(glob.glob("%s/%s-[0-9]*.jar" % (JARS, jar)))]
        return ":".join(found + [self.program])

    def compile(self):
        if os.path.exists(self.program):
            return
        os.mkdir(self.program)
        measure.run(["javac", "-d", self.program, "-cp", self.classpath(), source("Lucene.java")])

    def java(self, action, index, path, number):
        return ["java", "-Xmx1g", "-cp", self.classpath(), "Lucene", self.stop, action, index, path,
                str(number)]

    def update(self, index, path, threads=2):
        return self.java("update", index, path, threads)

    def builds(self, index, corpus):
        path = os.path.join(corpus, "paragraphs.jsonl")
        return [("Lucene, 2 threads", self.update(index, path), None),
                ("Lucene, 1 thread", self.update(index, path, 1), None)]

    def memory_build(self, index, corpus):
        return self.java("memory", index, os.path.join(corpus, "paragraphs.jsonl"), 2)

    def ask(self, index, questions, rounds):
        return self.java("ask", index, questions, rounds)

    def whole_command(self, index, _, questions):
        return self.ask(index, questions, 1)

    def near(self, words, distance):
        return "near/%d %s" % (distance, " ".join(words))


class LuceneAll(Lucene):
    """Without stop words, to answer phrases that are made of them."""
    name = "Lucene, all words"
    stop = "all"

    def builds(self, index, corpus):
        path = os.path.join(corpus, "paragraphs.jsonl")
        return [("Lucene, all words, 2 threads", self.update(index, path), None)]

    def memory_build(self, index, corpus):
        return None


class Xapian(Engine):
    name = "Xapian"
    packages = ("xapian-omega",)
    either = " OR "
    rounds = 3

    def compile(self):
        ask = self.program + "-ask.o"
        measure.run(["cc"] + C_FLAGS + ["-c", source("ask.c"), "-o", ask])
        measure.run(["c++", "-std=c++17", "-O2", "-Wall", "-Wextra", "-Werror", source("xapian.cc"),
                     ask, "-o", self.program, "-lxapian"])

    def builds(self, index, corpus):
        dump = os.path.join(corpus, "scriptindex.txt")
        return [("Xapian, scriptindex", ["scriptindex", index, source("index.script"), dump],
                 {"XAPIAN_FLUSH_THRESHOLD": "1000000"})]

    def ask(self, index, questions, rounds):
        return [self.program, "ask", index, questions, str(rounds)]

    def whole_command(self, index, _, questions):
        return self.ask(index, questions, 1)

    def bare(self, tip_index, question):
        """The least that a search in our index can cost."""
        found = glob.glob(os.path.join(tip_index, "**", "*.postings"), recursive=True)
        return [self.program, "bare", max(found, key=measure.size_of)] + question["words"]

    def reads_as(self, mode):
        return "none" if mode in ("phrase", "near") else "english"

    def near(self, words, distance):
        return "%s NEAR/%d %s" % (words[0], distance, words[1])


class Recoll(Engine):
    """Indexes files, not records: it is given the pages, and compared as a command only."""
    name = "Recoll"
    packages = ("recollcmd",)

    def update(self, index, path):
        os.makedirs(index, exist_ok=True)
        with open(os.path.join(index, "recoll.conf"), "w", encoding="utf-8") as file:
            file.write("topdirs = %s\nidxflushmb = 100\nnoaspell = 1\nloglevel = 1\n" % path)
        return ["recollindex", "-c", index]

    def whole_command(self, index, question, _):
        return ["recollq", "-c", index, "-n", "10", "-A", self.text(question)]

    def text(self, question):
        return " OR ".join(question["words"])


class Brute(Engine):
    """Looks at every paragraph: what the engines' counts are held against."""
    name = "brute force"

    def __init__(self, scratch, stemmer="none"):
        super().__init__(scratch)
        self.stemmer = stemmer

    def compile(self):
        compile_c(self.program, ("brute.c", "ask.c", "records.c"), ("stemmer", "utf8proc", "jansson"))

    def ask(self, paragraphs, questions, rounds):
        return [self.program, "ask", paragraphs, questions, str(rounds), self.stemmer]

    def text(self, question):
        mode = question["mode"] + ("/%d" % question["distance"] if question["mode"] == "near" else "")
        return " ".join([mode] + list(question["words"]))
