"""Reads forms with files, ``multipart/form-data``, in pieces (RFC 7578).

However large the form is, this keeps a piece of it in memory, its text fields, and a part
of its files (:class:`.uploads.Spool`). Each byte is looked at once or twice, whatever the
client sends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .reading import MAX_TEXT, form_too_large
from .uploads import Spool, UploadedFile, safe_name

MAX_HEADER = 8192  # bytes of the header of a part

_BOUNDARY = re.compile(r"[ -~]{0,69}[!-~]")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BROWSERS_ESCAPES = {
    "%22": '"',
    "%0D": "\r",
    "%0d": "\r",
    "%0A": "\n",
    "%0a": "\n",
}
_FORM_DATA = re.compile(r"form-data[ \t]*;", re.IGNORECASE)
_PRINTABLE = re.compile(r"[ -~]+")
# Browsers send %22 for a quotation mark, and a backslash as it is. Other clients put a
# backslash before both. So it is an escape if the rest is then valid.
_PARAMETER = re.compile(
    r"""
    (?: ;[ \t]* )+ (?: (?P<name> [^\s;="]+ ) [ \t]*=[ \t]*
    (?: "(?P<escaped> [^"\\]* (?: \\. [^"\\]* )* )" | "(?P<raw> [^"]* )"
      | (?P<bare> [^ \t;"]* ) )
    [ \t]* )? (?=;|\Z)
    """,
    re.VERBOSE,
)


class Limits(NamedTuple):
    """What a form may have: how many parts, and how many bytes."""

    parts: int
    text: int
    """Of a text field."""

    file: int


class Form:
    """The fields and files of a form. Close it at the end of the request."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}
        self.files: dict[str, list[UploadedFile]] = {}
        self._text_size = 0
        self._spool = Spool()

    def close(self) -> None:
        """Delete the files."""
        self._spool.close()

    def _add_text(self, name: str, pieces: Iterable[bytes], limits: Limits) -> None:
        value = bytearray()
        for piece in pieces:
            value += piece
            if len(value) > limits.text:
                raise form_too_large("a text field of the form is", limits.text)
        self._text_size += len(name.encode()) + len(value)
        most = max(MAX_TEXT, limits.text)
        if self._text_size > most:
            raise form_too_large("the text fields of the form are", most)
        self.fields.setdefault(name, []).append(value.decode("utf-8"))

    def _add_file(self, part: _Part, pieces: Iterable[bytes], limits: Limits) -> None:
        start = self._spool.size
        for piece in pieces:
            self._spool.write(piece)
            if self._spool.size - start > limits.file:
                raise form_too_large("a file of the form is", limits.file)
        if not part.filename and self._spool.size == start:
            return  # The visitor chose no file.
        name = safe_name(part.filename or "")
        file = UploadedFile(name, part.content_type, self._spool, start)
        self.files.setdefault(part.name, []).append(file)


class _Part(NamedTuple):
    """What the header of a part says."""

    name: str
    filename: str | None
    content_type: str


def read_form(content_type: str, pieces: Iterator[bytes], limits: Limits) -> Form:
    """Read a whole form.

    :param content_type: the header field of the request, with the boundary.
    :param pieces: the body of the request. Without any, the form is empty.
    :raises ValueError: if the form is malformed.
    :raises HTTPError: 413 if it has more than a limit allows.
    """
    form = Form()
    first = next(pieces, b"")
    if not first:
        return form
    delimiter = b"\r\n--" + _boundary(content_type)
    try:
        # A boundary is at the start of a line, and the first one may be at the very start.
        _read_parts(form, _Scanner(b"\r\n" + first, pieces), delimiter, limits)
        for _ in pieces:  # What comes after the last boundary is ignored.
            pass
    except BaseException:
        form.close()
        raise
    return form


def _read_parts(
    form: Form, scanner: _Scanner, delimiter: bytes, limits: Limits
) -> None:
    for _ in scanner.read_until(delimiter):  # What comes before the first is ignored.
        pass
    count = 0
    while (end := scanner.take(2)) == b"\r\n":
        count += 1
        if count > limits.parts:
            raise ValueError("Max number of fields exceeded")
        part = _read_header(scanner.take_header())
        content = scanner.read_until(delimiter)
        if part.filename is None:
            form._add_text(part.name, content, limits)
        else:
            form._add_file(part, content, limits)
    if end != b"--":
        raise ValueError("what follows a boundary is not a line break")


class _Scanner:
    """Goes through a body, and keeps at most a piece and a header of it."""

    def __init__(self, start: bytes, pieces: Iterator[bytes]) -> None:
        self._buffer, self._pieces = start, pieces
        self._place = 0

    def read_until(self, mark: bytes) -> Iterator[bytes]:
        """Yield what comes before a mark, in pieces, and go behind the mark."""
        while (found := self._buffer.find(mark, self._place)) < 0:
            # The mark may have begun, but all before that is not part of it.
            safe = max(len(self._buffer) - len(mark) + 1, self._place)
            yield self._buffer[self._place : safe]
            self._place = safe
            self._load()
        yield self._buffer[self._place : found]
        self._place = found + len(mark)

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        while len(self._buffer) < self._place + size:
            self._load()
        self._place += size
        return self._buffer[self._place - size : self._place]

    def take_header(self) -> bytes:
        """Return the lines up to an empty one."""
        end = b"\r\n\r\n"
        most = MAX_HEADER + len(end)
        while (found := self._buffer.find(end, self._place, self._place + most)) < 0:
            if len(self._buffer) >= self._place + most:
                raise ValueError(
                    f"the header of a part is longer than {MAX_HEADER} bytes"
                )
            self._load()
        header = self._buffer[self._place : found]
        self._place = found + len(end)
        return header

    def _load(self) -> None:
        """Get the next piece, and forget what was read."""
        piece = next(self._pieces, b"")
        if not piece:
            raise ValueError("the form ends before its last boundary")
        self._buffer = self._buffer[self._place :] + piece
        self._place = 0


def _boundary(content_type: str) -> bytes:
    """Return the text that separates the parts."""
    boundary = (_parameters(content_type) or {}).get("boundary", "")
    if not _BOUNDARY.fullmatch(boundary):
        raise ValueError("its Content-Type has no boundary")
    return boundary.encode("ascii")


def _read_header(header: bytes) -> _Part:
    """Return what the header of a part says."""
    fields: dict[str, str] = {}
    for line in header.decode("utf-8").split("\r\n"):
        name, colon, value = line.partition(":")
        name = name.lower()
        is_valid = colon and _HEADER_NAME.fullmatch(name) and name not in fields
        if not is_valid or "\r" in value or "\n" in value:
            raise ValueError("the header of a part is not valid")
        fields[name] = value.strip(" \t")
    disposition = fields.get("content-disposition", "")
    parameters = _parameters(disposition) or {}
    if not _FORM_DATA.match(disposition) or "name" not in parameters:
        raise ValueError("the header of a part is not valid")
    encoding = fields.get("content-transfer-encoding", "binary").lower()
    if encoding not in ("7bit", "8bit", "binary"):
        raise ValueError("a part is encoded")
    name = _decode_escapes(parameters["name"])
    filename = parameters.get("filename")
    content_type = fields.get("content-type", "")
    if filename is None:
        if content_type.lower().startswith("multipart/"):
            raise ValueError("a part has parts of its own")
        return _Part(name, None, "")
    if not _PRINTABLE.fullmatch(content_type):
        content_type = "application/octet-stream"
    return _Part(name, _decode_escapes(filename), content_type)


def _decode_escapes(text: str) -> str:
    """Return a name without the escapes of browsers."""
    for escape, character in _BROWSERS_ESCAPES.items():
        text = text.replace(escape, character)
    return text


def _parameters(field: str) -> dict[str, str] | None:
    """Return the parameters of a header field, or None if it is not valid."""
    parameters: dict[str, str] = {}
    place = len(field.partition(";")[0])
    while place < len(field):
        match = _PARAMETER.match(field, place)
        if not match or (match["name"] or "").lower() in parameters:
            return None
        place = match.end()
        if match["name"]:
            value = match["raw"] or match["bare"] or ""
            if match["escaped"] is not None:
                pieces = match["escaped"].split(r"\\")
                value = "\\".join(piece.replace(r"\"", '"') for piece in pieces)
            parameters[match["name"].lower()] = value
    return parameters
