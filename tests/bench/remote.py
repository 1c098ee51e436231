#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a query costs when the collection lies behind 1, 3 and 9 servers: time, CPU time of each
server, and bytes between them. It is built once, in as many shards as there are servers at most,
which are merged for fewer. All run on this machine, in a network of their own, for which root is
needed; so the times show what is done, not what a network adds.
"""
import argparse
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

import measure
import report

QUESTIONS, ROUNDS, SEED, FIRST_PORT = 100, 2, 20261128, 7000
WORD = re.compile(r"[a-z]{4,}")
TICKS = os.sysconf("SC_CLK_TCK")


def sampled_texts(path):
    """Some paragraphs, each as likely as any other, in lower case."""
    source, kept = random.Random(SEED), []
    with open(path, encoding="utf-8") as lines:
        for i, line in enumerate(lines):
            at = i if i < QUESTIONS else source.randrange(i + 1)
            if at < QUESTIONS:
                kept[at:at + 1] = [line]
    return [json.loads(line)["text"].lower() for line in kept]


def questions(path):
    """By kind, as bench_tip reads them. Words are two of one paragraph."""
    source, pairs, phrases = random.Random(SEED), [], []
    for text in sampled_texts(path):
        words = WORD.findall(text)
        beside = re.findall(r"\b([a-z]{4,}) (?=([a-z]{4,})\b)", text)
        if len(words) > 1 and beside:
            pairs.append(" ".join(source.sample(words, 2)))
            phrases.append('"%s"' % " ".join(source.choice(beside)))
    return {"ranked": ["top\t-\t-\t" + pair for pair in pairs],
            "phrase": ["top\t-\t-\t" + phrase for phrase in phrases],
            "counted exactly": ["count\t-\t-\t" + pair for pair in pairs],
            "by year": ["year\t-\t-\t" + pair for pair in pairs]}


def build(options, shards):
    """The folders of the shards."""
    folder = os.path.join(options.scratch, "db%d" % shards)
    if not os.path.exists(folder):
        measure.run([os.path.join(options.build, "indexer", "tipindex"), "--quiet", "--layout",
                     "portable", "--shards", str(shards), "--db", folder, options.paragraphs])
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder))
            if name.startswith("shard-")]


def merge(options, folders, servers):
    """As many databases, each of as many of the shards. The postings are those of an index made so;
    how many words a year has is what the first shard of each says, and not asked here."""
    merged = []
    for i in range(servers):
        shards = folders[i * len(folders) // servers:(i + 1) * len(folders) // servers]
        place = os.path.join(options.scratch, "%d-of-%d" % (i, servers))
        if len(shards) > 1 and not os.path.exists(place):
            measure.run(["xapian-compact", *shards, place])
        merged.append(place if len(shards) > 1 else shards[0])
    return merged


class Clock:
    """CPU seconds of a server. Each connection is a child of its own, whose time is lost with it: it
    is looked at until then."""

    def __init__(self, process):
        self.children = "/proc/%d/task/%d/children" % (process.pid, process.pid)
        self.seconds = {}

    def look(self):
        with open(self.children, encoding="ascii") as file:
            children = file.read().split()
        for child in children:
            try:
                with open("/proc/%s/stat" % child, encoding="ascii") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            self.seconds[child] = sum(map(int, fields[11:13])) / TICKS


def bytes_passed():
    """On the loopback, which in this network only the servers use; with the heads of packets."""
    with open("/proc/net/dev", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.strip().startswith("lo:"))


def serve(folders, listed):
    processes = []
    with open(listed, "w", encoding="utf-8") as file:
        for port, folder in enumerate(folders, FIRST_PORT):
            processes.append(subprocess.Popen(
                ["xapian-tcpsrv", "--quiet", "--interface", "127.0.0.1", "--port", str(port), folder],
                start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            file.write("remote 127.0.0.1:%d\n" % port)
    for port in range(FIRST_PORT, FIRST_PORT + len(folders)):
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(.05)
    return processes


def ask(options, processes, listed, lines):
    asked = os.path.join(options.scratch, "questions")
    with open(asked, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    clocks, passed, answered = [Clock(process) for process in processes], bytes_passed(), []
    command = [os.path.join(options.build, "tests", "bench", "bench_tip"), "ask", listed, asked,
               str(ROUNDS)]
    asking = threading.Thread(target=lambda: answered.append(measure.run(command)[1]))
    asking.start()
    while asking.is_alive():
        for clock in clocks:
            clock.look()
        time.sleep(.02)
    passed = bytes_passed() - passed
    used = [sum(clock.seconds.values()) for clock in clocks]
    answers = answered[0]
    warm = [int(line.split("\t")[2]) / 1e6 for line in answers.splitlines()
            if not line.startswith("0\t")]
    total = ROUNDS * len(lines)
    return {"p50_ms": measure.percentile(warm, .5), "p99_ms": measure.percentile(warm, .99),
            "server_cpu_ms": 1000 * sum(used) / total / len(used),
            "slowest_cpu_ms": 1000 * max(used) / total, "kB": passed / 1000 / total}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", metavar="BUILD")
    parser.add_argument("paragraphs", metavar="PARAGRAPHS.jsonl")
    parser.add_argument("servers", metavar="SERVERS", nargs="*", type=int, default=[1, 3, 9])
    parser.add_argument("--scratch", metavar="FOLDER", help="keep the indexes, or use them again")
    options = parser.parse_args()
    if not os.environ.get("TIP_OWN_NETWORK"):
        os.execvpe("unshare", ["unshare", "--net", sys.executable, "-B", *sys.argv],
                   {**os.environ, "TIP_OWN_NETWORK": "1"})
    measure.run(["ip", "link", "set", "lo", "up"])
    kinds, rows = questions(options.paragraphs), []
    with tempfile.TemporaryDirectory(prefix="tip-remote-") as scratch:
        options.scratch = options.scratch or scratch
        listed = os.path.join(scratch, "listed")
        shards = build(options, max(options.servers))
        for servers in options.servers:
            folders = merge(options, shards, servers)
            processes = serve(folders, listed)
            try:
                for kind, lines in kinds.items():
                    row = ask(options, processes, listed, lines)
                    rows.append(["%d, %s" % (servers, kind), *row.values()])
            finally:
                for process in processes:
                    process.terminate()
                    process.wait()
            rows.append(["%d, MB of index" % servers, sum(map(measure.size_of, folders)) / 1e6] +
                        [""] * 4)
    report.print_table("Behind servers", ["servers", *row], rows)


if __name__ == "__main__":
    main()
