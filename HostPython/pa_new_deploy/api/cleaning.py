"""Text from outside for people: without the token, without control characters, not long.

It is cleaned before it is cut: the cut could leave a part of the token, which would then
not be found any more.
"""

from __future__ import annotations

import base64
import functools
import html
import json
import re
import urllib.parse
from typing import Any

from pa_new_deploy.diagnostic import Diagnostic
from pa_new_shared.text import printable, shortened

LIMIT = 500
MAX_LINE = 1000
HIDDEN = "[token]"
SETTING = "[.env]"
_MIN_ENCODED = 8  # a shorter text in base64 is found in other words
_MAX_LOOSE = 400
_MIN_PART = 4
# What can stand inside a token without being seen, also as `printable` writes it.
_UNSEEN = r"(?:\x1b\[[0-?]*[ -/]*[@-~]|[^\x20-\x7e]|\\x[0-9a-f]{2,6}|\\u[0-9a-f]{4})*"


def cleaned(text: str, secret: str = "", limit: int = LIMIT) -> str:
    """Return a text from outside as it can be shown in one line.

    :param secret: the token; empty if there is none.
    """
    return shortened(printable(hidden(text, secret)), limit)


def diagnostic(
    given: Diagnostic, secret: str, settings: list[str] | None = None
) -> Diagnostic:
    """Return a message without the token, and without lines that are too long.

    :param settings: values that are hidden, too.
    """
    texts = [given.message, given.reason, given.hint]
    return Diagnostic(
        *(
            "\n".join(cleaned(line, secret, MAX_LINE) for line in text.split("\n"))
            for text in without(texts, settings or [])
        )
    )


def hidden(text: str, secret: str, mark: str = HIDDEN) -> str:
    """Return a text with a mark for each token in it, however it is encoded."""
    return _forms(secret).sub(mark, text) if secret else text


def without(value: Any, settings: list[str]) -> Any:
    """Return a text, or each text in a document, with ``[.env]`` for values of settings."""
    if isinstance(value, dict):
        return {key: without(one, settings) for key, one in value.items()}
    if isinstance(value, list):
        return [without(one, settings) for one in value]
    if isinstance(value, str):
        for setting in settings:
            value = hidden(value, setting, SETTING)
            value = "\n".join(_whole(line, setting) for line in value.split("\n"))
    return value


def _whole(line: str, setting: str) -> str:
    """Return a line without the beginning of a value at the place where it was cut."""
    stem = line[:-3] if line.endswith("...") else ""
    for length in range(min(len(setting), len(stem)), _MIN_PART - 1, -1):
        if stem.endswith(setting[:length]):
            return f"{stem[:-length]}{SETTING}..."
    return line


def hidden_in(content: bytes, secret: str) -> bytes:
    """Return the contents of a file as :func:`hidden` does a text."""
    return hidden(content.decode("latin-1"), secret).encode("latin-1")


@functools.lru_cache(maxsize=256)
def _forms(secret: str) -> re.Pattern[str]:
    """Return a pattern for a token: as it is, and as URLs, HTML, JSON, … write it."""
    forms = {
        urllib.parse.quote(secret, safe="", errors="replace"),
        urllib.parse.quote(secret, errors="replace"),
        urllib.parse.quote_plus(secret, errors="replace"),
        html.escape(secret),
        json.dumps(secret)[1:-1],
        repr(secret)[1:-1],
        repr(secret.encode("utf-8", "replace"))[2:-1],
        *_base64(secret.encode("utf-8", "replace")),
    }
    patterns = [re.escape(form) for form in forms if form]
    loose = _UNSEEN if len(secret) <= _MAX_LOOSE else ""
    patterns.append(loose.join(re.escape(character) for character in secret))
    patterns.sort(key=len, reverse=True)
    return re.compile("|".join(patterns), re.IGNORECASE)


def _base64(secret: bytes) -> set[str]:
    """Return what of a token's base64 depends on it alone, for each place in a text."""
    if len(secret) < _MIN_ENCODED:
        return set()
    found = set()
    for before in range(3):
        begin, end = -(-8 * before // 6), 8 * (before + len(secret)) // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            found.add(encode(b"\0" * before + secret).decode()[begin:end])
    return found
