#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How far two readings of the same HTML pages agree.

Both files are JSON Lines, one paragraph a line, in the order of the page. OURS has the fields of
a tipsearch record; a page is its `source`. THEIRS has year, country, file, section, subsection
and text; a page is its `file`, which ends the `source` of the same page of ours.

The text of a page agrees when all its paragraphs, put together without white space, are the same.
Sections are compared paragraph by paragraph where the text of the paragraphs is the same.

Exit status: 0 when the share of agreeing pages is at least --at-least, 1 when it is not, 2 when
the files cannot be compared.
"""
import argparse
import difflib
import json
import sys

CONTEXT = 60


def squeeze(text):
    return "".join(text.split())


def read_pages(path, key):
    pages = {}
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                record = json.loads(line)
                pages.setdefault(record[key], []).append(record)
            except (ValueError, KeyError, TypeError) as error:
                raise SystemExit(fail(f"{path}:{number}: not a record: {error}"))
    return pages


def fail(message):
    print(message, file=sys.stderr)
    return 2


def read_chrome(path):
    """The set of (file, text) that are known to be no text of the report."""
    known = set()
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            file, tab, text = line.rstrip("\n").partition("\t")
            if not tab:
                raise SystemExit(fail(f"{path}:{number}: no tab"))
            known.add((file, squeeze(text)))
    return known


def match_pages(ours, theirs):
    """Pairs (file, our source or None); a source that no file ends is left over."""
    by_tail = {}
    for source in ours:
        parts = source.split("/")
        for start in range(len(parts)):
            by_tail.setdefault("/".join(parts[start:]), []).append(source)
    pairs = []
    for file in theirs:
        found = by_tail.get(file, [])
        if len(found) > 1:
            raise SystemExit(fail(f"{file}: more than one source ends with it"))
        pairs.append((file, found[0] if found else None))
    return pairs


def differences(a, b, limit):
    """The first places where two texts differ, each as a line of words in context."""
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    shown = []
    for op, a1, a2, b1, b2 in matcher.get_opcodes():
        if op == "equal":
            continue
        shown.append((a[a1:a2], b[b1:b2], a[max(0, a1 - 1):a1]))
        if len(shown) == limit:
            break
    return shown


def cut(texts):
    text = " ".join(texts)
    return text if len(text) <= 3 * CONTEXT else text[:2 * CONTEXT] + " ... " + text[-CONTEXT:]


def print_differences(file, ours, theirs, limit):
    print(f"{file}:")
    a = [squeeze(r["text"]) for r in ours]
    b = [squeeze(r["text"]) for r in theirs]
    words = {squeeze(r["text"]): r["text"] for r in theirs + ours}
    for only_ours, only_theirs, before in differences(a, b, limit):
        if squeeze("".join(only_ours)) == squeeze("".join(only_theirs)):
            continue
        print(f"  after  {cut([words[t] for t in before])!r}")
        print(f"  ours   {cut([words[t] for t in only_ours])!r}")
        print(f"  theirs {cut([words[t] for t in only_theirs])!r}")


def their_section(record):
    section, sub = record.get("section") or "", record.get("subsection") or ""
    return f"{section} > {sub}" if sub else section


def compare_sections(ours, theirs, tally):
    """Counts, over paragraphs that both have, how the sections relate.

    Theirs may name a heading deeper than a sub-section, which ours does not have at all.
    """
    sections = {squeeze(r.get("section") or "") for r in ours}
    a = [squeeze(r["text"]) for r in ours]
    b = [squeeze(r["text"]) for r in theirs]
    for block in difflib.SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks():
        for i in range(block.size):
            mine, other = ours[block.a + i], theirs[block.b + i]
            tally["paragraphs"] += 1
            section = squeeze(mine.get("section") or "")
            same_top = section.split(">")[0] == squeeze(other.get("section") or "")
            tally["top"] += same_top
            if section == squeeze(their_section(other)):
                tally["same"] += 1
            elif same_top and squeeze(their_section(other)) not in sections:
                tally["deeper"] += 1
            else:
                key = (mine.get("section"), their_section(other))
                tally["pairs"][key] = tally["pairs"].get(key, 0) + 1


def share(part, whole):
    return f"{part} of {whole} ({100 * part / whole:.2f}%)" if whole else "none"


def compare(ours, theirs, options):
    agreeing, known, tally = 0, 0, {"paragraphs": 0, "same": 0, "deeper": 0, "top": 0, "pairs": {}}
    year, country = [], []
    pairs = match_pages(ours, theirs)
    for file, source in pairs:
        if source is None:
            print(f"{file}: not among ours")
            continue
        known += 1
        mine, other = ours[source], theirs[file]
        if squeeze("".join(r["text"] for r in mine)) == squeeze("".join(r["text"] for r in other)):
            agreeing += 1
        else:
            print_differences(file, mine, other, options.differences)
        if mine[0].get("year") != other[0].get("year"):
            year.append((file, mine[0].get("year"), other[0].get("year")))
        if mine[0].get("country") != other[0].get("country"):
            country.append((file, mine[0].get("country"), other[0].get("country")))
        compare_sections(mine, other, tally)
    report(pairs, agreeing, known, year, country, tally, options)
    return agreeing / len(pairs) if pairs else 0.0


def report(pairs, agreeing, known, year, country, tally, options):
    for (mine, other), count in sorted(tally["pairs"].items(), key=lambda pair: -pair[1]):
        if options.verbose:
            print(f"section, {count} paragraphs: ours {mine!r}, theirs {other!r}")
    for name, differing in (("year", year), ("country", country)):
        if options.verbose:
            for file, mine, other in differing:
                print(f"{name} of {file}: ours {mine!r}, theirs {other!r}")
        print(f"pages with the same {name}: {share(known - len(differing), known)}")
    print(f"paragraphs with the same section and sub-section: "
          f"{share(tally['same'], tally['paragraphs'])}")
    print(f"... or where theirs names a heading below that sub-section: "
          f"{share(tally['same'] + tally['deeper'], tally['paragraphs'])}")
    print(f"paragraphs with the same section: {share(tally['top'], tally['paragraphs'])}")
    print(f"pages whose text agrees: {share(agreeing, len(pairs))}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("ours", metavar="OURS.jsonl")
    parser.add_argument("theirs", metavar="THEIRS.jsonl")
    parser.add_argument("--at-least", type=float, default=0.99, metavar="SHARE",
                        help="share of agreeing pages that is enough (default: %(default)s)")
    parser.add_argument("--differences", type=int, default=3, metavar="N",
                        help="differences shown for each page (default: %(default)s)")
    parser.add_argument("--chrome", metavar="FILE",
                        help="paragraphs of theirs to leave out, as lines of file, tab, text")
    parser.add_argument("--verbose", action="store_true",
                        help="also list differing sections, years and countries")
    options = parser.parse_args()
    try:
        ours = read_pages(options.ours, "source")
        theirs = read_pages(options.theirs, "file")
        chrome = read_chrome(options.chrome) if options.chrome else set()
    except OSError as error:
        return fail(str(error))
    if not theirs:
        return fail(f"{options.theirs}: no pages")
    for file in theirs if chrome else ():
        theirs[file] = [r for r in theirs[file] if (file, squeeze(r["text"])) not in chrome]
    return 0 if compare(ours, theirs, options) >= options.at_least else 1


if __name__ == "__main__":
    sys.exit(main())
