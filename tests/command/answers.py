# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks answers in JSON: python3 answers.py SCHEMA < ANSWERS

Reads answers, one behind the other, and checks them against the schema (what of JSON Schema it uses)
and against what the schema cannot say: ranks and scores in order, counts, marks inside the snippet
at whole words, snippets that are part of the text.
"""
import json
import sys

from schema import check


def squeeze(text):
    return " ".join(text.split())


def check_hit(hit):
    snippet = hit["snippet"] or ""
    end = 0
    for start, length in hit["marks"]:
        assert end <= start and start + length <= len(snippet), hit["marks"]
        end = start + length
        outside = snippet[max(start - 1, 0):start] + snippet[end:end + 1]
        assert not any(c.isalnum() for c in outside), f"a part of a word is marked: {hit}"
    for part in snippet.split("…"):
        assert squeeze(part) in squeeze(hit["text"]), f"not of the text: {part}"


def check_answer(answer):
    hits = answer["hits"]
    ranks = [hit["rank"] for hit in hits]
    assert ranks == list(range(answer["offset"] + 1, answer["offset"] + 1 + len(hits))), ranks
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True), scores
    assert not hits or answer["offset"] + len(hits) <= answer["total"], answer["total"]
    ids = [hit["id"] for hit in hits]
    assert len(ids) == len(set(ids)), ids
    for hit in hits:
        check_hit(hit)


def read_answers(text):
    decoder = json.JSONDecoder()
    at = 0
    while at < len(text):
        answer, at = decoder.raw_decode(text, at)
        assert text[at] == "\n", "an answer ends with a line feed"
        at += 1
        yield answer


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    for answer in read_answers(sys.stdin.read()):
        check(answer, schema, schema, "answer")
        check_answer(answer)
        print(f"{answer['query']}: {len(answer['hits'])} of {answer['total']}, valid")


main()
