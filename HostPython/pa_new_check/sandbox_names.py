"""Tells which name a template means, and whether the project's files have a name.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own.
"""

from __future__ import annotations

import os

from pa_new_check.sandbox_inspection import library

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_MIN_LENGTH = 3  # of names that can be mistyped
_LONG = 6  # characters, from which on two of them may be wrong
_FILES = (".py", ".sql", ".json", ".csv", ".tsv", ".toml", ".yaml", ".yml", ".ini")
_SKIPPED = {"__pycache__", "node_modules", "site-packages", "web"}
_MAX_FILES = 500
_MAX_SIZE = 1_000_000  # bytes of a file

_texts: dict[str, str] = {}


def near(name: str, known: Iterable[str]) -> str:
    """Return the name that is meant, "" if none is near enough.

    Names that differ by a digit only are of different things.
    """
    if len(name) < _MIN_LENGTH:
        return ""
    best, least = "", 2 if len(name) < _LONG else 3
    for other in known:
        is_other = abs(len(other) - len(name)) < least and other != name
        if is_other and len(other) >= _MIN_LENGTH and _letters(name) != _letters(other):
            distance = _distance(name.lower(), other.lower())
            if distance < least:
                best, least = other, distance
    return best


def _letters(name: str) -> str:
    return "".join(letter for letter in name if not letter.isdigit())


def _distance(one: str, other: str) -> int:
    """Return how many letters are wrong, missing, too many or swapped."""
    if len(one) > 100 or len(other) > 100:
        return 100
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != wanted))
            is_swapped = i > 1 and j > 1 and one[i - 2] == wanted
            if is_swapped and letter == other[j - 2]:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


def says(folder: str, name: str) -> bool:
    """Tell whether a file of the project's code or data has a name as a word."""
    if folder not in _texts:
        _texts[folder] = _read(folder)
    re = library("re")
    return re.search(rf"\b{re.escape(name)}\b", _texts[folder]) is not None


def _read(folder: str) -> str:
    """Return the text of the project's code and data."""
    re = library("re")
    texts: list[str] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if f[0] != "." and f not in _SKIPPED)
        for name in sorted(names):
            if not name.endswith(_FILES) or len(texts) >= _MAX_FILES:
                continue
            path = os.path.join(parent, name)
            try:
                if os.path.getsize(path) <= _MAX_SIZE:
                    with open(path, encoding="utf-8", errors="replace") as file:
                        # A template in the code is not what passes its values.
                        texts.append(re.sub(r"\{\{[^{}]*\}\}", " ", file.read()))
            except OSError:
                continue
    return "\n".join(texts)


def as_lines(tag: str, name: str, item: Any) -> tuple[str, str]:
    """Return what to say of a list whose items have no names, and what to do."""
    kind = type(item).__name__
    if isinstance(item, (str, int, float)):
        what = f"{tag} shows nothing: `{name}` has texts, which have no names"
        if not isinstance(item, str):
            what = f"{tag} shows nothing: `{name}` has numbers, which have no names"
        return what, "Write `{{.}}` for the item itself."
    what = f"{tag} shows nothing: each of `{name}` is a {kind}, which has no names"
    fix = (
        "Pass dicts. For SQLite, write `db.row_factory = sqlite3.Row` below `connect`."
    )
    if hasattr(item, "_asdict"):
        fix = f"Pass dicts: `{name}=[row._asdict() for row in {name}]`."
    return what, fix
