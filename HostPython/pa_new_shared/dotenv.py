"""Reads ``.env`` files, in the form that python-dotenv reads."""

from __future__ import annotations

from pa_new_shared.later import re
from pa_new_shared.patterns import pattern

PREVIEW = "PA_NEW_PREVIEW"
"""What a preview sets so that an app shows its errors: never on a public site."""
VISIT = "PA_NEW_VISIT"
"""What a visit sets so that handlers in Swift write the reason of an error into the log."""

_COMMENT = pattern(r"[^\S\n]*(?:#[^\n]*)?(?:\n|\Z)")
_NAME = pattern(r"[^\S\n]*(?:export[^\S\n]+)?(?:'([^'\n]+)'|(?!')([^=#\s]+))[^\S\n]*")
_SPACE = pattern(r"[^\S\n]*")
_QUOTED = {
    "'": pattern(r"'((?:\\.|[^'\\])*)'", re.DOTALL),
    '"': pattern(r'"((?:\\.|[^"\\])*)"', re.DOTALL),
}
_ESCAPES = {
    "'": pattern(r"\\([\\'])"),
    '"': pattern(r"\\([\\'\"abfnrtv])"),
}
_MEANINGS = dict(zip("abfnrtv", "\a\b\f\n\r\t\v"))
_INNER = pattern(r"\$\{([^}:]*)(?::-([^}]*))?\}")


class BadLine(ValueError):
    """A line that is not ``NAME=value``; ``number`` counts from 1."""

    def __init__(self, number: int) -> None:
        super().__init__(f"line {number} is not NAME=value")
        self.number = number


def variables(text: str, is_strict: bool = False) -> dict[str, str | None]:
    """Return the variables of a file; a name without ``=`` has no value.

    ``${NAME}`` in a value is that of an earlier line.

    :param is_strict: whether to refuse what ``pa_env.py`` of a generated project refuses:
        a name without ``=``, and quotes in a name.
    :raise BadLine: for a line that is neither empty, a comment nor ``NAME=value``.
    """
    text = re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff"))
    found: dict[str, str | None] = {}
    place = 0
    while place < len(text):
        blank = _COMMENT.match(text, place)
        if blank:
            place = blank.end()
            continue
        start, value = place, None
        name = _NAME.match(text, place)
        if name is None:
            raise BadLine(text.count("\n", 0, start) + 1)
        place = name.end()
        if text.startswith("=", place):
            value, place = _value(text, place + 1)
        end = _COMMENT.match(text, place)
        is_bad = is_strict and (value is None or _is_odd(name, text[start:place]))
        if end is None or is_bad or "\0" in f"{name[0]}{value}":
            raise BadLine(text.count("\n", 0, start) + 1)
        place = end.end()
        if value is not None:
            value = _INNER.sub(lambda match: found.get(match[1], match[2]) or "", value)
        found[name[1] or name[2]] = value
    return found


def _is_odd(name: re.Match[str], line: str) -> bool:
    """Tell whether only python-dotenv reads a line: for quotes, ``export =`` or NUL."""
    is_export = name[2] == "export" and name[0] != name[0].rstrip()
    return is_export or "\0" in line or "'" in name[0] or '"' in name[0]


def _value(text: str, place: int) -> tuple[str, int]:
    """Return a value and its end; one in quotes can have more than one line."""
    start = _after_space(text, place)
    sign = text[start : start + 1]
    if sign in _QUOTED:
        match = _QUOTED[sign].match(text, start)
        if match is None:
            raise BadLine(text.count("\n", 0, place) + 1)
        return _ESCAPES[sign].sub(_meaning, match[1]), match.end()
    end = text.find("\n", place)
    end = len(text) if end < 0 else end
    return re.sub(r"\s+#.*", "", text[place:end]).strip(), end


def _after_space(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _meaning(match: re.Match[str]) -> str:
    return _MEANINGS.get(match[1], match[1])
