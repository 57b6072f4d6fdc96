"""A small check of JSON against a schema: as much of draft 2020-12 as our own schemas use."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "integer": int, "boolean": bool,
    "null": type(None),
}  # fmt: skip
CHECKED = frozenset(
    "$ref type enum const pattern anyOf properties required additionalProperties items".split()
)
TOLD = frozenset("$schema $id $defs title description".split())
"""Keywords that refuse nothing."""


def schema_errors(schema: Any, value: Any, root: Any = None, where: str = "$") -> Iterator[str]:
    """What is wrong with `value`; nothing when it fits. An unknown keyword is an AssertionError."""
    root = root or schema
    if isinstance(schema, bool):
        if not schema:
            yield f"{where}: nothing may be here"
        return
    assert set(schema) <= CHECKED | TOLD, set(schema) - CHECKED - TOLD
    if "$ref" in schema:
        yield from schema_errors(_at(root, schema["$ref"]), value, root, where)
    if "type" in schema and not _is_type(schema["type"], value):
        yield f"{where}: {value!r} is no {schema['type']}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is none of {schema['enum']}"
    if "const" in schema and value != schema["const"]:
        yield f"{where}: {value!r} is not {schema['const']!r}"
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        yield f"{where}: {value!r} does not fit {schema['pattern']}"
    if "anyOf" in schema and all(
        list(schema_errors(each, value, root, where)) for each in schema["anyOf"]
    ):
        yield f"{where}: {value!r} fits none of the choices"
    if isinstance(value, dict):
        yield from _of_object(schema, value, root, where)
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from schema_errors(schema.get("items", True), each, root, f"{where}[{number}]")


def _of_object(schema: Any, value: dict[str, Any], root: Any, where: str) -> Iterator[str]:
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{where}: {name} is missing"
    known = schema.get("properties", {})
    for name, each in value.items():
        rule = known.get(name, schema.get("additionalProperties", True))
        yield from schema_errors(rule, each, root, f"{where}.{name}")


def _is_type(wanted: str | list[str], value: Any) -> bool:
    names = [wanted] if isinstance(wanted, str) else wanted
    if isinstance(value, bool):
        return "boolean" in names
    return any(isinstance(value, TYPES[name]) for name in names)


def _at(root: Any, reference: str) -> Any:
    found = root
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found
