"""Lets a browser load what it shows anew after an edit, whatever that is (``--live``).

Only what a browser opens in a tab is changed: HTML gets a script, and other contents get a
page around them. Programs get what the app has sent, and so do the scripts, pictures and
frames of a page.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from collections.abc import Iterator, Mapping
from html import escape

from pa_new_preview import content_policy

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from email.message import Message

    Fields = list[tuple[str, str]]
    Answer = tuple[Fields, Iterator[bytes]]

PATH = "/.pa-new/live"
"""The path at which a browser hears of edits."""
PURPOSE = "Sec-Fetch-Dest"
"""The field in which a browser says what it wants a file for."""

_SOURCE = (
    "(() => { let source; const listen = () => { if (source) source.close(); "
    "source = null; if (document.hidden) return; "
    "source = new EventSource('PLACE'); source.onmessage = () => location.reload() }; "
    "document.addEventListener('visibilitychange', listen); listen() })()"
)
"""A browser makes six connections to a site: tabs that nobody sees must not take them."""
_PAGE = b'<!DOCTYPE html><meta name="viewport" content="width=device-width">'
_TEXT = b'<pre style="white-space: pre-wrap; overflow-wrap: break-word">'
_FRAME = (
    b'<iframe style="position: fixed; inset: 0; width: 100%; height: 100%; border: 0" '
    b'src="'
)
_MAX_FRAMED = (
    8_000_000  # bytes of a picture or document: the page has it in its own text
)

_TEXTS = re.compile(
    r"text/(?!.*(csv|calendar|vcard|rtf|comma-|tab-|tsv|xml|directory))"  # are saved
    r"|application/(.*\+)?(json|x-ndjson|(x-)?javascript|yaml)$"
)
_FRAMED = re.compile(r"(image|audio|video)/|application/pdf$|.*[/+]xml$")
_OF_CONTENTS = {
    *("content-length", "content-type", "etag", "last-modified", "expires"),
    *("cache-control", "content-security-policy", "accept-ranges"),
    "content-security-policy-report-only",
}
"""Fields that are not true of the page around other contents."""

_WIDE = ("utf-16", "utf-32", "utf-7", "ucs")
"""Encodings in which markup cannot be added to a text by its bytes."""
_BODY_END = re.compile(rb"</body\s*>", re.IGNORECASE)
_START = re.compile(
    rb"\s*(<!doctype[^>]*>\s*)?(<html\b[^>]*>\s*)?(<head\b[^>]*>)?", re.IGNORECASE
)
_META_POLICY = re.compile(rb"<meta\b[^>]*content-security-policy", re.IGNORECASE)
_MARKUP = re.compile(rb"\s*<[!a-z]", re.IGNORECASE)


def opens_page(method: str, fields: Message) -> bool:
    """Tell whether a browser opens the answer to a request in a tab.

    :param fields: the header fields.
    """
    if method not in ("GET", "POST"):
        return False
    purpose = fields.get(PURPOSE)
    if purpose is not None:
        return purpose == "document"
    return "text/html" in (fields.get("Accept") or "")  # browsers before 2023


def script(version: int) -> bytes:
    """Return what makes a browser load a page anew after an edit.

    :param version: the version of the site that made the page.
    """
    return b"<script>%b</script>" % _source(version)


def _source(version: int) -> bytes:
    return _SOURCE.replace("PLACE", f"{PATH}?{version}").encode("ascii")


def answer(
    status: str, fields: Fields, parts: Iterator[bytes], version: int, is_held: bool
) -> Answer:
    """Return an answer of the app as a page that a browser loads anew.

    What a browser does not show, such as a download, stays as it is.

    :param status: code and words.
    :param version: the version of the site that made it.
    :param is_held: whether the end of the body may be waited for.
    """
    names = {name.lower(): value for name, value in fields}
    kind = names.get("content-type", "").partition(";")[0].strip().lower()
    if (
        status[:3] in ("204", "205", "206", "304")
        or (status.startswith("3") and "location" in names)
        or names.get("content-encoding", "identity").lower() != "identity"
        or names.get("content-disposition", "").lower().startswith("attachment")
    ):
        return fields, parts
    first = next(parts, b"")
    if not first.strip() and status[0] in "45":
        first = b"".join([first, *parts]) if is_held else first
        if not first.strip():
            text = f"{status}\n\nThe app has sent no text with this status."
            return _around(fields, _TEXT, [escape(text).encode()], version, "utf-8")
    parts = itertools.chain([first], parts)
    if not kind:
        kind = _guessed(first)
    if kind in ("text/html", "application/xhtml+xml"):
        return _page(fields, parts, version, is_held)
    charset = _charset(names)
    if _TEXTS.match(kind) and not charset.lower().startswith(_WIDE):
        return _around(fields, _TEXT, map(_escaped, parts), version, charset)
    if _FRAMED.match(kind):
        return _framed(fields, names["content-type"], parts, version)
    return fields, parts


def _guessed(data: bytes) -> str:
    """Return the type of an answer that does not tell it, as browsers guess it."""
    if b"\0" in data:
        return ""
    return "text/html" if _MARKUP.match(data) else "text/plain"


def _charset(names: Mapping[str, str]) -> str:
    """Return the encoding of a text, "" if it is not told."""
    kind = names.get("content-type", "")
    found = re.search(r";\s*charset=\"?([\w.:-]+)", kind, re.IGNORECASE)
    return found[1] if found else "utf-8" if "json" in kind.lower() else ""


def _page(
    fields: Fields, parts: Iterator[bytes], version: int, is_held: bool
) -> Answer:
    """Return HTML with the script."""
    source = _source(version)
    digest = base64.b64encode(hashlib.sha256(source).digest()).decode("ascii")
    fields = [
        (name, content_policy.allowing(value, f"'sha256-{digest}'"))
        if name.lower() == "content-security-policy"
        else (name, value)
        for name, value in fields
        if name.lower() != "content-length"
    ]
    if is_held:
        return fields, iter([with_script(b"".join(parts), script(version))])
    # Nobody knows when it ends: the script comes first.
    first = next(parts, b"")
    return fields, itertools.chain([_begun(first, script(version))], parts)


def with_script(data: bytes, added: bytes) -> bytes:
    """Return a page with a script: at its end, or before a policy that forbids it."""
    if _META_POLICY.search(data):
        return _begun(data, added)
    ends = list(_BODY_END.finditer(data))
    place = ends[-1].start() if ends else len(data)
    return data[:place] + added + data[place:]


def _begun(data: bytes, added: bytes) -> bytes:
    """Return a page with a script at its start, where it changes nothing of the page."""
    start = _START.match(data)
    place = start.end() if start is not None and start.group().strip() else 0
    return data[:place] + added + data[place:]


def _framed(fields: Fields, kind: str, parts: Iterator[bytes], version: int) -> Answer:
    """Return a page that shows a picture or a document; a large one stays as it is."""
    pieces: list[bytes] = []
    for part in parts:
        pieces.append(part)
        if sum(map(len, pieces)) > _MAX_FRAMED:
            return fields, itertools.chain(pieces, parts)
    shown = f"data:{escape(kind)};base64,".encode("latin-1", "replace")
    content = [shown, base64.b64encode(b"".join(pieces)), b'"></iframe>']
    return _around(fields, _FRAME, content, version, "utf-8")


def _around(
    fields: Fields,
    head: bytes,
    parts: Iterator[bytes] | list[bytes],
    version: int,
    charset: str,
) -> Answer:
    """Return a page around other contents.

    The browser must not keep it: a script may ask for the contents at the same address.
    """
    kind = "text/html" + (f"; charset={charset}" if charset else "")
    kept = [(n, v) for n, v in fields if n.lower() not in _OF_CONTENTS]
    added = [("Content-Type", kind), ("Cache-Control", "no-store")]
    return [*kept, *added], itertools.chain([_PAGE + script(version) + head], parts)


def _escaped(data: bytes) -> bytes:
    """Return a piece of a text as HTML."""
    data = data.replace(b"&", b"&amp;")
    return data.replace(b"<", b"&lt;").replace(b">", b"&gt;")
