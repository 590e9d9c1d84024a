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
_FILES = (
    *(".py", ".sql", ".json", ".csv", ".tsv", ".toml", ".yaml", ".yml", ".ini"),
    *(".md", ".rst", ".txt", ".xml"),
)
_SKIPPED = {"__pycache__", "node_modules", "site-packages", "web"}
_MAX_FILES = 500
_MAX_SIZE = 1_000_000  # bytes of a file
_MAX_CODE = 60  # characters of code in a message

# What each page has, and what few templates name: words that are near to names of data.
_WORDS = ("flash", "mount")

_texts: dict[str, str] = {}
_parts: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}


def near(name: str, known: Iterable[str]) -> str:
    """Return the name that is meant, "" if none is near enough.

    Names that differ by a digit only are of different things, and so are ``day_mon`` and
    ``day_sun``: after the beginning that two names share, the rest counts by itself.
    """
    if len(name) < _MIN_LENGTH:
        return ""
    best, least = "", 3
    for other in known:
        if other in _WORDS or abs(len(other) - len(name)) >= least or other == name:
            continue
        start = _shared(name, other)
        own, rest = name[start:], other[start:]
        if min(len(own), len(rest)) < _MIN_LENGTH or _letters(own) == _letters(rest):
            continue
        distance = _distance(own.lower(), rest.lower())
        if distance < min(least, 2 if len(own) < _LONG else 3):
            best, least = other, distance
    return best


def near_path(path: str, known: Iterable[str]) -> str:
    """Return the path that is meant by an address, "" if none is near enough.

    It differs in the slash at its end, in upper and lower case, or in one of its parts.
    """
    known = set(known)
    other = path.rstrip("/") if path.endswith("/") else f"{path}/"
    if other in known:
        return other
    alike = [one for one in known if one.lower() == path.lower() and one != path]
    if len(alike) == 1:
        return alike[0]
    parts = path.split("/")
    for one in sorted(known):
        others = one.split("/")
        pairs = [pair for pair in zip(parts, others) if pair[0] != pair[1]]
        is_near = len(pairs) == 1 and near(pairs[0][0], [pairs[0][1]]) != ""
        if len(parts) == len(others) and is_near:
            return one
    return ""


def without_dots(path: str) -> str:
    """Return a path that begins with a slash as browsers ask for it.

    They resolve its parts ``.`` and ``..``, as section 5.2.4 of RFC 3986 says.
    """
    if "/." not in path:
        return path
    *folders, last = path.split("/")[1:]
    parts: list[str] = []
    for part in (*folders, last):
        if part == "..":
            del parts[-1:]
        elif part != ".":
            parts.append(part)
    if last in (".", ".."):
        parts.append("")
    return "/" + "/".join(parts)


def _shared(name: str, other: str) -> int:
    """Return the length of the beginning that two names share, which ends with ``_``."""
    length = 0
    for letter, wanted in zip(name, other):
        if letter != wanted:
            break
        length += 1
    return name.rfind("_", 0, length) + 1


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
    """Tell whether a file of the project's code or data has a name, or may make it.

    The name is there as a word; or code makes it of parts, as in ``f"day_{day}"``.
    """
    if count(folder, name):
        return True
    if folder not in _parts:
        _parts[folder] = _made(_texts[folder])
    starts, ends = _parts[folder]
    return name.startswith(starts) or name.endswith(ends)


def count(folder: str, name: str) -> int:
    """Return how often a name is there as a word in the project's code and data."""
    if folder not in _texts:
        _texts[folder] = _read(folder)
    re = library("re")
    return len(re.findall(rf"\b{re.escape(name)}\b", _texts[folder]))


def _made(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the beginnings and ends of names that code makes."""
    re = library("re")
    starts = re.findall(r"[\"'](\w\w+)(?=\{)|\b(\w*_)(?=[{%\"'])", text)
    ends = re.findall(r"(?:\}|%s|[\"'])(_\w+)", text)
    return tuple({one or other for one, other in starts}), tuple(set(ends))


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


def passed_code(file: str, line: int, name: str) -> str:
    """Return the code that a call passes by a name, "" if it is not certain or long."""
    ast = library("ast")
    try:
        with open(file, "rb") as source:
            tree = ast.parse(source.read())
    except (OSError, SyntaxError, ValueError):
        return ""
    values = [
        keyword.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and call.lineno <= line <= call.end_lineno
        for keyword in call.keywords
        if keyword.arg == name
    ]
    code = ast.unparse(values[0]) if len(values) == 1 else ""
    return "" if len(code) > _MAX_CODE or "\n" in code else code


def repeats(section: str, name: str, item: Any) -> bool:
    """Tell whether a section may be there for nothing but to repeat its text.

    A list of numbers can be the one for some stars, whose template has optional names.
    """
    is_number = isinstance(item, (int, float))
    return is_number and section not in (f"{name}s", f"{name}es")


def as_lines(tag: str, name: str, item: Any, passed: str) -> tuple[str, str]:
    """Return what to say of a list whose items have no names, and what to do.

    :param passed: the code of the list, " in " and its place; "" if it is not known.
    """
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
        code, _, place = passed.rpartition(" in ")
        fix = f"Pass dicts: call `_asdict()` of each item of `{name}`."
        if passed:
            fix = f"Pass dicts in {place}: `{name}=[row._asdict() for row in {code}]`."
    return what, fix
