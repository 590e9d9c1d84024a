"""Read JSON texts with Python's own reader.

The first argument is a file of texts, each after a line with its length. For each text a line
is printed: `-` if it is refused, or its value in the form of `JSONAgainstPythonTests.swift`.
"""

from __future__ import annotations

import json
import sys
from typing import NoReturn


class Number(str):
    """A number as it is written."""


def refuse(word: str) -> NoReturn:
    """Refuse a word that is no JSON, such as NaN."""
    raise ValueError(word)


def shown(value: object) -> str:
    """Return a value as one line; an object is a tuple of its members."""
    if isinstance(value, Number):
        return value
    if isinstance(value, str):
        return "'" + value.encode().hex() + "'"
    if isinstance(value, tuple):
        return "{" + "".join(shown(key) + shown(item) for key, item in value) + "}"
    if isinstance(value, list):
        return "[" + "".join(f"{shown(item)}," for item in value) + "]"
    if isinstance(value, bool):
        return "t" if value else "f"
    return "n"


def line(text: bytes) -> str:
    """Return the line for a text."""
    try:
        value = json.loads(
            text.decode(),
            parse_int=Number,
            parse_float=Number,
            parse_constant=refuse,
            object_pairs_hook=tuple,
        )
        # A lone surrogate has no UTF-8.
        return shown(value)
    except (ValueError, RecursionError):
        return "-"


def main() -> None:
    """Print a line for each text."""
    with open(sys.argv[1], "rb") as file:
        while length := file.readline():
            print(line(file.read(int(length))))


if __name__ == "__main__":
    main()
