"""Evaluates the markers of requirements (PEP 508) for PythonAnywhere: Linux, CPython.

A marker may be hostile text: nothing here raises an error for it, and it is read in time
that grows no faster than the text.
"""

from __future__ import annotations

from pa_new_shared.later import re
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_TOKEN = pattern(
    r"""\s*(?:([()])|'([^']*)'|"([^"]*)"|(===|==|~=|!=|<=|>=|<|>)|([A-Za-z_][\w.]*))"""
)
_NUMBERS = pattern(r"\d{1,9}(?:\.\d{1,9}){0,9}(?:\.\*)?")
_MAX_TOKENS = 1_000
_MAX_DEPTH = 50  # of parentheses

_FIXED = {
    "sys_platform": "linux",
    "sys.platform": "linux",
    "platform_system": "Linux",
    "os_name": "posix",
    "os.name": "posix",
    "platform_machine": "x86_64",
    "platform.machine": "x86_64",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "python_implementation": "CPython",
}


def holds(
    marker: str, python: tuple[int, int], extras: Collection[str] = ()
) -> bool | None:
    """Tell whether a marker holds on PythonAnywhere, None if that is not known.

    :param marker: the part after the ``;``, which may be empty.
    :param python: the web app's version of Python.
    :param extras: the extras that are asked for, normalized.
    """
    if not marker.strip():
        return True
    tokens = _tokens(marker)
    if tokens is None:
        return None
    reader = _Reader(tokens, python, extras)
    try:
        value = reader.any_of(0)
    except _Invalid:
        return None
    return value if reader.place == len(tokens) else None


class _Invalid(Exception):
    """The text is no marker."""


_Token = tuple[str, str]  # its kind and its text


def _tokens(text: str) -> list[_Token] | None:
    """Return the marker's words, or none if it has something else."""
    found: list[_Token] = []
    place, text = 0, text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or len(found) >= _MAX_TOKENS:
            return None
        kinds = ("parenthesis", "text", "text", "sign", "word")
        index = match.lastindex or 1
        found.append((kinds[index - 1], match[index]))
        place = match.end()
    return found


class _Reader:
    """Goes through the tokens of one marker, as its grammar says."""

    def __init__(
        self, tokens: list[_Token], python: tuple[int, int], extras: Collection[str]
    ) -> None:
        self.tokens = tokens
        self.place = 0
        self._python = python
        self._extras = extras

    def any_of(self, depth: int) -> bool | None:
        return self._joined("or", self._all_of, depth)

    def _all_of(self, depth: int) -> bool | None:
        return self._joined("and", self._one, depth)

    def _joined(
        self, word: str, part: Callable[[int], bool | None], depth: int
    ) -> bool | None:
        """Return the value of parts with ``and`` or ``or`` between them."""
        decides = word == "or"
        value = part(depth)
        while self._peek() == ("word", word):
            self.place += 1
            other = part(depth)
            if decides in (value, other):
                value = decides
            elif None in (value, other):
                value = None
        return value

    def _one(self, depth: int) -> bool | None:
        if depth > _MAX_DEPTH:
            raise _Invalid
        if self._peek() == ("parenthesis", "("):
            self.place += 1
            value = self.any_of(depth + 1)
            if self._next() != ("parenthesis", ")"):
                raise _Invalid
            return value
        left, sign, right = self._next(), self._sign(), self._next()
        kinds = {left[0], right[0]}
        if not kinds <= {"word", "text"}:
            raise _Invalid
        if left[0] == "text":
            left, right = right, left
            sign = _TURNED.get(sign, sign)
        if left[0] != "word" or right[0] != "text":
            return None
        return self._compare(left[1], sign, right[1])

    def _sign(self) -> str:
        kind, text = self._next()
        if (kind, text) == ("word", "not") and self._next() == ("word", "in"):
            return "not in"
        if kind == "sign" or text == "in":
            return text
        raise _Invalid

    def _compare(self, name: str, sign: str, text: str) -> bool | None:
        if name == "extra":
            if sign not in ("==", "!="):
                return None
            asked = re.sub(r"[-_.]+", "-", text).lower() in self._extras
            return asked == (sign == "==")
        if name in ("python_version", "python_full_version"):
            return _compare_python(self._python, sign, text, name != "python_version")
        value = _FIXED.get(name)
        if value is None:
            return None
        results = {
            "==": value == text,
            "===": value == text,
            "!=": value != text,
            "in": value in text,
            "not in": value not in text,
            "contains": text in value,
        }
        return results.get(sign)

    def _peek(self) -> _Token:
        place = self.place
        return self.tokens[place] if place < len(self.tokens) else ("end", "")

    def _next(self) -> _Token:
        token = self._peek()
        self.place += 1
        return token


_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "in": "contains"}


def _compare_python(
    python: tuple[int, int], sign: str, text: str, is_full: bool
) -> bool | None:
    """Compare the version of Python; the third number on the host is not known."""
    if sign in ("in", "not in"):
        listed = "{}.{}".format(*python) in re.split(r"[\s,]+", text)
        return listed == (sign == "in")
    if not _NUMBERS.fullmatch(text.strip()):
        return None
    star = text.strip().endswith(".*")
    wanted = tuple(int(part) for part in text.strip().rstrip(".*").split("."))
    parts = 2 if len(wanted) > 1 else 1
    if star:
        equal = python[: len(wanted)] == wanted[:2]
        return {"==": equal, "!=": not equal}.get(sign)
    if is_full and wanted[:parts] == python[:parts]:
        if len(wanted) == 2 or not any(wanted[2:]):
            return {"<": False, ">=": True}.get(sign)
        return None
    known = wanted[:2] + (0,) * (2 - len(wanted))
    if sign == "~=":
        return python >= known and python[0] == known[0]
    if len(wanted) > 2 and any(wanted[2:]) and known == python:
        # 3.9 comes before 3.9.1.
        return sign in ("<", "<=", "!=")
    return {
        "==": python == known,
        "===": python == known,
        "!=": python != known,
        "<": python < known,
        "<=": python <= known,
        ">": python > known,
        ">=": python >= known,
    }.get(sign)
