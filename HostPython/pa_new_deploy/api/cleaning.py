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

from pa_new_deploy.diagnostic import Diagnostic
from pa_new_shared.text import printable, shortened

LIMIT = 500
MAX_LINE = 1000
HIDDEN = "[token]"
_MIN_ENCODED = 8  # a shorter text in base64 is found in other words
_MAX_LOOSE = 400
# What can stand inside a token without being seen, also as `printable` writes it.
_UNSEEN = r"(?:\x1b\[[0-?]*[ -/]*[@-~]|[^\x20-\x7e]|\\x[0-9a-f]{2,6}|\\u[0-9a-f]{4})*"


def cleaned(text: str, secret: str = "", limit: int = LIMIT) -> str:
    """Return a text from outside as it can be shown in one line.

    :param secret: the token; empty if there is none.
    """
    return shortened(printable(hidden(text, secret)), limit)


def diagnostic(given: Diagnostic, secret: str) -> Diagnostic:
    """Return a message without the token, and without lines that are too long."""
    return Diagnostic(
        *(
            "\n".join(cleaned(line, secret, MAX_LINE) for line in text.split("\n"))
            for text in (given.message, given.reason, given.hint)
        )
    )


def hidden(text: str, secret: str) -> str:
    """Return a text with ``[token]`` for each token in it, however it is encoded."""
    return _forms(secret).sub(HIDDEN, text) if secret else text


def hidden_in(content: bytes, secret: str) -> bytes:
    """Return the contents of a file as :func:`hidden` does a text."""
    return hidden(content.decode("latin-1"), secret).encode("latin-1")


@functools.lru_cache(maxsize=4)
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
