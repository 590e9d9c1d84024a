"""Reads and writes JSON with the functions in C of the module ``json``.

The module itself takes 3 ms to import, because of its patterns for Pythons without these
functions. This also runs in the process that loads the app.
"""

from __future__ import annotations

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any


class _Types:
    """What is made of JSON's values, as ``json.loads`` makes them."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_float, parse_int, parse_constant = float, int, float


def from_json(text: str | bytes) -> Any:
    """Return the value that a text stands for.

    :raise ValueError: if it is not JSON.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "surrogatepass")
    text = text.strip(" \t\n\r")
    try:
        value, end = _scan(text, 0)
    except StopIteration as problem:
        raise ValueError(f"no JSON value at {problem.value}") from problem
    if end != len(text):
        raise ValueError(f"more than one JSON value: the first ends at {end}")
    return value


def to_json(value: object) -> str:
    """Return a value as JSON, in ASCII.

    :raise TypeError: if JSON has no such values.
    """
    return "".join(_parts(value, 0))


def _refuse(value: object) -> None:
    raise TypeError(f"JSON has no {type(value).__name__}")


try:
    from _json import encode_basestring_ascii, make_encoder, make_scanner

    _types: Any = _Types
    _scan: Any = make_scanner(_types)
    _parts: Any = make_encoder(
        None, _refuse, encode_basestring_ascii, None, ": ", ", ", False, False, True
    )
except (ImportError, AttributeError, TypeError):  # another Python than CPython
    import json

    _scan = json.JSONDecoder().raw_decode

    def _parts(value: object, level: int) -> str:
        return json.dumps(value)
