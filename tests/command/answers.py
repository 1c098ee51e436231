# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks answers in JSON: python3 answers.py SCHEMA < ANSWERS

Reads answers, one behind the other, and checks them against the schema (what of JSON Schema it uses)
and against what the schema cannot say: ranks and scores in order, counts, marks inside the snippet
at whole words, snippets that are part of the text.
"""
import json
import sys

TYPES = {"object": dict, "array": list, "string": str, "null": type(None), "boolean": bool}


def is_type(value, name):
    if name in ("integer", "number"):
        kinds = int if name == "integer" else (int, float)
        return isinstance(value, kinds) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def check(value, schema, root, place):
    if "$ref" in schema:
        for part in schema["$ref"].lstrip("#/").split("/"):
            root_part = root if part == "$defs" else found
            found = root_part[part]
        return check(value, found, root, place)
    types = schema.get("type")
    if types is not None:
        types = types if isinstance(types, list) else [types]
        assert any(is_type(value, name) for name in types), f"{place}: {value!r} is not {types}"
    assert value == schema.get("const", value), f"{place}: {value!r}"
    assert value in schema.get("enum", [value]), f"{place}: {value!r}"
    if is_type(value, "number"):
        assert value >= schema.get("minimum", value), f"{place}: {value!r}"
    if isinstance(value, dict):
        check_object(value, schema, root, place)
    if isinstance(value, list):
        check_array(value, schema, root, place)


def check_object(value, schema, root, place):
    properties = schema.get("properties", {})
    for name in schema.get("required", []):
        assert name in value, f"{place}: no {name}"
    for name, item in value.items():
        known = properties.get(name, schema.get("additionalProperties"))
        assert known is not None, f"{place}: the schema does not tell of {name}"
        check(item, known, root, f"{place}.{name}")


def check_array(value, schema, root, place):
    assert schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)), place
    kinds = schema.get("prefixItems", [schema.get("items", {})] * len(value))
    for i, item in enumerate(value):
        check(item, kinds[i], root, f"{place}[{i}]")


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
