#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How well tiers are read from the text of records.

    tier_agreement.py compare RECORDS OURS [TIERS_CSV]
    tier_agreement.py strip RECORDS > STRIPPED

RECORDS has one digest of a country's report a line (year, country, iso3, text), whose text says
"tier rating: Tier 2 Watch List - ...": the truth is read from that label by this script. OURS is
what `tipindex --dump jsonl` gives of an index of RECORDS, in the same order, or of STRIPPED: the
same records without the labels, whose tier can only be read from sentences.

TIERS_CSV (country,iso3,year,tier) is a second truth for the labels themselves. A digest is of the
report whose year ends its text, "(2008)", which may be older than the edition in `year`.

Exit status: 0, or 1 when a tier is read that the label does not say.
"""
import collections
import csv
import json
import re
import sys

TIER = r"Tier\s+([123])(\s+Watch\s*list)?|Special\s+Case"
LABEL = re.compile(r"tier rating:\s*(?:%s)(?!\s+Watch|:)\s*-?\s*" % TIER, re.I)
PLACED = re.compile(r"tier rating:\s*\S+ is placed on (?:%s)" % TIER, re.I)
NAMED = re.compile(r"Tier\s+[123]|Special\s+Case")


def canonical(match):
    if match is None:
        return None
    if match[1] is None:
        return "special"
    return match[1] + ("WL" if match[2] else "")


def truth(record):
    text = record["text"]
    return canonical(LABEL.search(text) or PLACED.search(text))


def read_records(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def strip(path):
    for record in read_records(path):
        record["text"] = LABEL.sub("", record["text"])
        print(json.dumps(record, ensure_ascii=False))


def compare(records, ours):
    count = collections.Counter()
    for record, our in zip(records, ours, strict=True):
        wanted, found = truth(record), our["tier"]
        kind = "right" if wanted == found else "missing" if found is None else "wrong"
        if wanted is None and found is None:
            kind = "none"
        if kind == "missing" and not NAMED.search(our["text"]):
            kind = "missing, and the text names no tier"
        count[kind] += 1
        if kind in ("wrong", "missing"):
            print(f"{kind}: {our['year']} {our['country']}: {found}, label {wanted}")
    read = count["right"] + count["wrong"]
    there = count["right"] + count["missing"]
    print(dict(count))
    print(f"precision {count['right'] / max(read, 1):.3f} ({count['right']} of {read}), "
          f"recall {count['right'] / max(there, 1):.3f} ({count['right']} of {there})")
    return count["wrong"] == 0


def compare_tables(records, path):
    with open(path, encoding="utf-8", newline="") as file:
        table = {(row["iso3"], row["year"]): row["tier"] for row in csv.DictReader(file)}
    count = collections.Counter()
    for record in records:
        year = re.search(r"\((20\d\d)\)\s*$", record["text"])
        year = year[1] if year else str(record["year"])
        key = (record["iso3"], year)
        label = truth(record)
        if label is None or key not in table:
            continue
        count[label == table[key]] += 1
        if label != table[key]:
            print(f"label and table differ: {key}: {label}, {table[key]}")
    print(f"label and table: {count[True]} of {sum(count.values())} agree")


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "strip":
        return strip(arguments[1])
    if len(arguments) not in (3, 4) or arguments[0] != "compare":
        sys.exit(__doc__)
    records = read_records(arguments[1])
    fine = compare(records, read_records(arguments[2]))
    if len(arguments) == 4:
        compare_tables(records, arguments[3])
    return 0 if fine else 1


sys.exit(main(sys.argv[1:]))
