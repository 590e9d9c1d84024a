"""The words for a value that cannot be sent as JSON: where it is, and what to write instead.

No request that goes well needs them, so they are imported for a mistake only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

_IN_JSON = (str, int, float, dict, list, tuple, date, time, type(None))
_NOT_IN_JSON = (bytes, set, frozenset)
_MAX_DEPTH = 100


def wrong_json(value: object, error: Exception) -> Exception:
    """Return the error for a value that cannot be sent as JSON: with its place in there.

    :param value: the whole value.
    :param error: what the encoder of JSON said.
    """
    for place, part in _parts_of_json(value, "", 0):
        at = f" ({place[1:]})" if place else ""
        if isinstance(part, float) and part - part != 0:
            return ValueError(f"JSON cannot have the number {part}{at}: write None")
        if isinstance(part, _Key):
            text = f"JSON cannot have the key {part.key!r:.40}{at}: write a text"
            return TypeError(text)
        if isinstance(part, _NOT_IN_JSON) or not isinstance(part, _IN_JSON):
            kind, advice = type(part).__name__, _in_json_instead(part)
            return TypeError(
                f"JSON cannot have a value of the type {kind}{at}: {advice}"
            )
    return error


class _Key:
    """A key of a dict that is no text."""

    def __init__(self, key: object) -> None:
        self.key = key


def _parts_of_json(
    value: object, place: str, depth: int
) -> Iterator[tuple[str, object]]:
    """Yield the places and the values in a value, such as ".user.tags[2]"."""
    yield place, value
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, (str, int, float, type(None))):
                yield place, _Key(key)
            yield from _parts_of_json(item, f"{place}.{key}", depth + 1)
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from _parts_of_json(item, f"{place or '.'}[{number}]", depth + 1)


def _in_json_instead(value: object) -> str:
    """Return what to write instead of a value that JSON does not have."""
    if isinstance(value, (set, frozenset)) or hasattr(value, "__next__"):
        return "write list(...)"
    if isinstance(value, bytes):
        return "write value.decode()"
    if hasattr(value, "keys"):
        return "write dict(...)"
    return "make text, numbers, lists and dicts of it"
