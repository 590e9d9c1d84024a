"""Reads JSON of the host as data from a stranger: it may be anything.

Refused is what Python reads in its own way (``NaN``, ``Infinity``), what readers
understand differently (one key twice), and what is too deep or too long to be meant.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

MAX_DEPTH = 50
MAX_DIGITS = 18


class Malformed(ValueError):
    """It is not JSON, or none that the host could mean; the text says why."""


def parse(body: bytes) -> Any:
    """Return the value of a JSON document.

    :raises Malformed: if it is not valid, too deep, or has a number that is too long.
    """
    try:
        value = json.loads(
            body,
            parse_int=_whole,
            parse_float=_real,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
    except Malformed:
        raise
    except RecursionError:
        raise Malformed("it is nested too deeply") from None
    except ValueError:
        raise Malformed("it is not valid JSON") from None
    _check_depth(value)
    return value


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise Malformed("it has a number that is too long")
    return int(digits)


def _real(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise Malformed("it has a number that is too large")
    return value


def _constant(name: str) -> NoReturn:
    raise Malformed(f"it has the value {name}, which JSON does not have")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("it has one key twice")
    return found


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        lists = [item for item in level if isinstance(item, list)]
        lists += [[*item.values()] for item in level if isinstance(item, dict)]
        if not lists:
            return
        level = [child for items in lists for child in items]
    raise Malformed("it is nested too deeply")
