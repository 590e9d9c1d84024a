"""Says on an error page of the app's own what was wrong: frameworks hide it.

Only in a browser's tab, and not with ``--production``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from pa_new_preview import pages

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

    Fields = list[tuple[str, str]]

_BODY = re.compile(rb"<body\b[^>]*>", re.IGNORECASE)
_NOTE = (
    '<section style="font: 1rem/1.5 system-ui, sans-serif; text-align: left; color: #222; '
    'background: #fff; border: 2px solid #a40000; padding: 0 1rem; overflow-x: auto">'
    "<p><b>pa-new preview: the app answers like this because of {type}.</b> On "
    "PythonAnywhere, visitors do not see this note.</p>{content}</section>"
)


def explained(
    fields: Fields,
    parts: Iterator[bytes],
    facts: dict[str, Any],
    document: dict[str, Any] | None,
) -> tuple[Fields, Iterator[bytes]]:
    """Return an error page with a note; what is no page stays as it is.

    :param facts: the exception that the app has caught and logged.
    :param document: the report on it, if there is one.
    """
    names = {name.lower(): value for name, value in fields}
    kind = names.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("text/html", "text/plain") or "content-encoding" in names:
        return fields, parts
    data = b"".join(parts)
    content = pages.exception(facts, document)
    note = _NOTE.format(type=escape(facts["type"]), content=content)
    added = note.encode("ascii", "xmlcharrefreplace")
    kept = [(n, v) for n, v in fields if n.lower() != "content-length"]
    if kind == "text/plain":
        kept = [
            (n, "text/html; charset=utf-8" if n.lower() == "content-type" else v)
            for n, v in kept
        ]
        text = data.decode("utf-8", "replace")
        shown = f"<!DOCTYPE html><body><pre>{escape(text)}</pre>"
        return kept, iter([_with_note(shown.encode(), added)])
    return kept, iter([_with_note(data, added)])


def _with_note(data: bytes, note: bytes) -> bytes:
    """Return a page with a note at the start of what it shows."""
    found = _BODY.search(data)
    place = found.end() if found else len(data)
    return data[:place] + note + data[place:]
