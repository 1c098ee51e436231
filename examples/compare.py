#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How often several things are said, year by year, per 10,000 words of the reports.

    python3 compare.py 'forced labor' '"debt bondage"' 'police AND bribe'

Each argument is a query of its own. The index is the one that tipsearch uses by default; set
TIPSEARCH_DB for another. Needs nothing but Python and tipsearch.
"""
import json
import signal
import subprocess
import sys


def ask(query, *options):
    """The answer to a query as a dictionary; tipsearch.schema.json says what it holds."""
    command = ["tipsearch", "--format", "json", *options, "--", query]
    run = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8")
    if run.returncode > 1:  # 1 is "no answers"; tipsearch has said on stderr what else is wrong
        sys.exit(run.returncode)
    return json.loads(run.stdout)


def main(queries):
    trends = [ask(query, "--trend")["trend"] for query in queries]
    print("year", *queries, sep="\t")
    for years in zip(*trends):
        shares = [f"{year['per_10000_words']:.3f}" for year in years]
        print(years[0]["year"], *shares, sep="\t")
    for query in queries:
        for hit in ask(query, "--limit", "1")["hits"]:
            # Marks count Unicode characters, as Python does.
            marked = [hit["snippet"][start:start + length] for start, length in hit["marks"]]
            print(f"{query}: best answer {hit['id']}, for {', '.join(dict.fromkeys(marked))}")


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # as other commands before a pipe to head
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} QUERY...")
    main(sys.argv[1:])
