"""Reads ``.env`` files: one ``NAME=value`` a line, in the form that python-dotenv reads."""

from __future__ import annotations

import re

from pa_new_shared.patterns import pattern

_LINE = pattern(
    r"""\s*(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)\s*
    (?:=\s*(?:'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)"|(?P<plain>[^\r\n]*)))?
    \s*(?:\#.*)?""",
    re.VERBOSE,
)
_ESCAPE = pattern(r"\\(.)")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


class BadLine(ValueError):
    """A line that is not ``NAME=value``; ``number`` counts from 1."""

    def __init__(self, number: int) -> None:
        super().__init__(f"line {number} is not NAME=value")
        self.number = number


def variables(text: str) -> dict[str, str]:
    """Return the variables that a file sets.

    :raise BadLine: for a line that is neither empty, a comment nor ``NAME=value``.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None or "\0" in line:
            raise BadLine(number)
        value = match["single"]
        if match["double"] is not None:
            value = _ESCAPE.sub(_unescaped, match["double"])
        elif value is None:
            value = re.sub(r"\s+#.*", "", match["plain"] or "").strip()
        found[match["name"]] = value
    return found


def _unescaped(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[1], match[1])
