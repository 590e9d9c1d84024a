"""Turns the versions that Poetry and conda write into those that pip reads (PEP 440)."""

from __future__ import annotations

import re

from pa_new_shared.patterns import pattern

_CLAUSE = pattern(
    r"(\^|~=|~|===|==|!=|<=|>=|<|>|=|)\s*(v?[0-9](?:\.?[0-9A-Za-z+!_-])*(?:\.\*)?|\*)"
)
_RELEASE = pattern(r"v?([0-9]{1,9}(?:\.[0-9]{1,9}){0,9})(.*)")
_VERSION = pattern(
    r"v?[0-9]+(?:\.[0-9]+)*(?:[-_.]?(?:alpha|beta|preview|pre|rc|a|b|c)[-_.]?[0-9]*)?"
    r"(?:-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?(?:[-_.]?dev[-_.]?[0-9]*)?"
    r"(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?",
    re.IGNORECASE,
)
_MAX_LENGTH = 1_000


def from_poetry(text: str) -> str | None:
    """Return Poetry's constraint as pip's versions, None if pip has no such form.

    A caret keeps the first number that is not 0, and a tilde all but the last of three.
    """
    text = text.strip()
    if len(text) > _MAX_LENGTH or "|" in text:
        return None
    clauses: list[str] = []
    place = 0
    while place < len(text):
        match = _CLAUSE.match(text, place)
        if match is None:
            return None
        clause = _clause(match[1], match[2])
        if clause is None:
            return None
        clauses += [part for part in clause.split(",") if part]
        place = match.end()
        rest = text[place:].lstrip(" ")
        if rest and not rest.startswith(",") and rest == text[place:]:
            return None
        place = len(text) - len(rest.removeprefix(",").lstrip(" "))
        if rest == ",":
            return None
    return ",".join(clauses)


def _clause(sign: str, version: str) -> str | None:
    if version == "*":
        return "" if sign in ("", "==", "=") else None
    is_open = version.endswith(".*")
    plain = version.removesuffix(".*")
    if (
        not _VERSION.fullmatch(plain)
        or is_open
        and not set(plain) <= set("v.0123456789")
    ):
        return None
    if sign == "~=" and "." not in version:
        sign = "~"  # pip wants two numbers there
    if sign in ("^", "~"):
        match = _RELEASE.fullmatch(version)
        if match is None or is_open:
            return None
        numbers = [int(number) for number in match[1].split(".")]
        lower = version.removeprefix("v")
        return f">={lower},<{_next(numbers, sign == '^')}"
    if sign in ("", "="):
        sign = "=="
    if is_open and sign not in ("==", "!="):
        return None
    return sign + version.removeprefix("v")


def _next(numbers: list[int], is_caret: bool) -> str:
    """Return the first version that is too new."""
    if is_caret:
        kept = next((i for i, n in enumerate(numbers) if n), len(numbers) - 1)
    else:
        kept = min(1, len(numbers) - 1)
    upper = [*numbers[:kept], numbers[kept] + 1, *[0] * (len(numbers) - kept - 1)]
    return ".".join(map(str, upper))


def from_conda(text: str) -> str | None:
    """Return conda's versions as pip's: one ``=`` takes what begins with that."""
    text = text.strip().replace(" ", "")
    if len(text) > _MAX_LENGTH or "|" in text:
        return None
    if text.startswith("=") and not text.startswith("=="):
        version, _, build = text[1:].partition("=")
        if not version or version == "*":
            return ""
        return from_poetry(
            f"=={version}" if build or "*" in version else f"=={version}.*"
        )
    return from_poetry(text)
