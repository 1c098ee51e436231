# SPDX-License-Identifier: GPL-2.0-or-later
"""What the schemas of this project use of JSON Schema: check(value, schema, root, place)."""

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
