"""Validates the documents of ``deploy --json`` with ``docs/deployment.schema.json``.

It knows the keywords that this schema uses, and refuses a schema with another one. A key
that the schema does not name is an error, too: it would be undocumented.
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).resolve().parents[3] / "docs" / "deployment.schema.json"

_TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
_NOTES = {"$schema", "$id", "title", "description"}
_KNOWN = _NOTES | {
    *("type", "const", "enum", "required", "properties", "items", "minLength"),
    *("pattern", "minimum", "maximum"),
}


@functools.lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return found


def check(document: Any) -> None:
    """Raise an error for a document that does not keep to the schema."""
    found = problems(document, schema())
    if found:
        raise AssertionError("the document breaks its schema: " + "; ".join(found))


def problems(value: Any, rule: dict[str, Any], place: str = "$") -> list[str]:
    """Return what is wrong with a value."""
    unknown = rule.keys() - _KNOWN
    if unknown:
        raise NotImplementedError(f"the keywords {sorted(unknown)} at {place}")
    found = []
    if "type" in rule and not _has_type(value, rule["type"]):
        return [f"{place}: {value!r} is not of the type {rule['type']}"]
    if "const" in rule and not _is_same(value, rule["const"]):
        found.append(f"{place}: {value!r} is not {rule['const']!r}")
    if "enum" in rule and not any(_is_same(value, one) for one in rule["enum"]):
        found.append(f"{place}: {value!r} is none of {rule['enum']}")
    if isinstance(value, str):
        if len(value) < rule.get("minLength", 0):
            found.append(f"{place}: {value!r} is too short")
        if "pattern" in rule and not re.search(rule["pattern"], value):
            found.append(f"{place}: {value!r} does not match {rule['pattern']}")
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if is_number and not (
        rule.get("minimum", value) <= value <= rule.get("maximum", value)
    ):
        found.append(f"{place}: {value!r} is too small or too large")
    if isinstance(value, list) and "items" in rule:
        for index, item in enumerate(value):
            found += problems(item, rule["items"], f"{place}[{index}]")
    if isinstance(value, dict):
        found += _of_object(value, rule, place)
    return found


def _of_object(value: dict[str, Any], rule: dict[str, Any], place: str) -> list[str]:
    known = rule.get("properties", {})
    found = [
        f"{place}: {key} is missing"
        for key in rule.get("required", [])
        if key not in value
    ]
    for key, item in value.items():
        if key in known:
            found += problems(item, known[key], f"{place}.{key}")
        elif known:
            found.append(f"{place}: {key} is not in the schema")
    return found


def _has_type(value: Any, names: str | list[str]) -> bool:
    wanted = [names] if isinstance(names, str) else names
    if isinstance(value, bool):
        return "boolean" in wanted
    return any(isinstance(value, _TYPES[name]) for name in wanted)


def _is_same(value: Any, other: Any) -> bool:
    return type(value) is type(other) and bool(value == other)
