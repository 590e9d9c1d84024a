"""Bodies in pieces: streams, files and parts of files, and what is done after them."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from .errors import HTTPError, log_exception
from .project import FOLDER, find_inside

if TYPE_CHECKING:
    from .handler import RequestHandler
    from .writing import ResponseWriter

PIECE = 64 * 1024

_TYPES = {
    **dict.fromkeys(("htm", "html"), "text/html; charset=utf-8"),
    **dict.fromkeys(("md", "txt"), "text/plain; charset=utf-8"),
    **dict.fromkeys(("js", "mjs"), "text/javascript; charset=utf-8"),
    **dict.fromkeys(("jpeg", "jpg"), "image/jpeg"),
    "css": "text/css; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xml": "text/xml; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
    "wasm": "application/wasm",
    "zip": "application/zip",
    "gz": "application/gzip",
    "avif": "image/avif",
    "gif": "image/gif",
    "ico": "image/x-icon",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "mp4": "video/mp4",
    "webm": "video/webm",
}
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_MISSING = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP)


def begin(
    handler: ResponseWriter, pieces: Iterable[str | bytes], length: int | None = None
) -> None:
    """Make an iterable the body of a response.

    The first piece is taken at once: if that fails, the response can still be an error.

    :param handler: the handler, which has written nothing else.
    :param pieces: texts or bytes. If it has a method ``close``, that is called.
    :param length: how many bytes it is in all, if that is known.
    """
    what = "a file" if length is not None else "a stream"
    handler._expect_nothing_written(what)
    if isinstance(pieces, (str, bytes)):
        raise TypeError(
            "self.stream takes several texts: for one, call self.write(...)"
        )
    close: Callable[[], object] | None = getattr(pieces, "close", None)
    if close is not None:
        handler._at_end = (*handler._at_end, close)
    encoded = _encode(pieces)
    first = next(encoded, b"")
    handler._stream = chain([first] if first else [], encoded)
    handler._stream_length = length
    handler._is_complete = True


def _encode(pieces: Iterable[str | bytes]) -> Iterator[bytes]:
    """Return the pieces as bytes, without empty ones."""
    for piece in pieces:
        if not isinstance(piece, (str, bytes)):
            from .hints import wrong_type

            raise wrong_type("self.stream", "pieces that are text or bytes", piece)
        if piece:
            if isinstance(piece, str):
                piece = piece.encode("utf-8", "replace")  # as `write` does
            yield piece


class Body:
    """The body of a response after which something is to be done.

    :param pieces: the body.
    :param handler: the handler that wrote it.
    """

    def __init__(self, pieces: Iterable[bytes], handler: RequestHandler) -> None:
        self._pieces = iter(pieces)
        self._environ, self._method = handler.environ, handler._action(handler.method)
        # What was begun last ends first.
        self._at_end = [handler._finish, *reversed(handler._at_end)]

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        """Return the next piece. An exception is logged, and ends the connection."""
        try:
            return next(self._pieces)
        except StopIteration:
            raise
        except Exception:
            log_exception(self._environ, self._method)
            raise

    def close(self) -> None:
        """Do what is left to do, whatever fails: the server calls this at the end."""
        steps, self._at_end = self._at_end, []
        for step in steps:
            try:
                step()
            except Exception:  # noqa: BLE001 (the response is sent: only log it)
                log_exception(self._environ)


def send_file(
    handler: ResponseWriter,
    path: str | Path,
    folder: str | Path | None,
    download_name: str,
    content_type: str,
) -> None:
    """Make a file the body of a response: see :meth:`Features.send_file`."""
    from .conditional import is_not_modified, set_etag, set_last_modified

    handler._expect_nothing_written("a file")
    place = _locate(path, folder)
    try:
        file = _open(place)
    except HTTPError:
        # What a visitor asks for can be missing; what the code names, or a folder, not.
        base = place if folder is None else FOLDER / folder
        if folder is None or not base.is_dir():
            from .mistakes import tell_missing

            tell_missing(handler, base)
        raise
    handler._at_end = (*handler._at_end, file.close)
    status = os.fstat(file.fileno())
    kind = _TYPES.get(place.suffix[1:].lower(), "application/octet-stream")
    handler.set_header("Content-Type", content_type or kind)
    if download_name:
        handler.set_header("Content-Disposition", _attachment(download_name))
    handler.set_header("Accept-Ranges", "bytes")
    set_etag(handler, f"{status.st_mtime_ns:x}-{status.st_size:x}")
    set_last_modified(handler, int(status.st_mtime))
    first, end = 0, status.st_size
    if not is_not_modified(handler):
        part = _wanted_part(handler, status.st_size)
        if part:
            first, end = part
            handler.set_status(206)
            fields = f"bytes {first}-{end - 1}/{status.st_size}"
            handler.set_header("Content-Range", fields)
    begin(handler, _read(file, first, end), end - first)


def _locate(path: str | Path, folder: str | Path | None) -> Path:
    """Return the path of the file to send; one that leads out of its folder is a 404."""
    if folder is None:
        return FOLDER / path
    file = find_inside(FOLDER / folder, str(path))
    if file is None or any(part.startswith(".") for part in str(path).split("/")):
        raise HTTPError(404)
    return file


def _open(path: Path) -> BinaryIO:
    """Open a file; if there is none, that is a 404."""
    try:
        # A pipe or a device must not keep the worker waiting.
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except ValueError as error:  # A NUL.
        raise HTTPError(404) from error
    except OSError as error:
        if error.errno in _MISSING:
            raise HTTPError(404) from error
        raise
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise HTTPError(404)
    return os.fdopen(number, "rb", buffering=0)


def _attachment(name: str) -> str:
    """Return the field for a file that the browser saves under a name."""
    name = "".join(c if c.isprintable() and c not in '/\\"' else "_" for c in name)
    plain = "".join(c if c.isascii() else "_" for c in name)
    field = f'attachment; filename="{plain}"'
    return field if name == plain else f"{field}; filename*=UTF-8''{quote(name, '')}"


def _wanted_part(handler: ResponseWriter, size: int) -> tuple[int, int] | None:
    """Return the first byte and the end of the part that the client wants, if any.

    A range that is not valid, or more than one, means the whole file.
    """
    environ, headers = handler.environ, handler._headers
    match = _RANGE.fullmatch(environ.get("HTTP_RANGE", ""))
    if match is None or handler.method != "GET" or handler._status != 200:
        return None
    validator = environ.get("HTTP_IF_RANGE", "")
    current = (headers["etag"][1], headers["last-modified"][1])
    if validator and validator not in current:
        return None  # The client has a part of another version.
    first, last = match.groups()
    if not (first or last) or (first and last and int(last) < int(first)):
        return None
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last) + 1, size) if first and last else size
    if start >= size:
        raise HTTPError(416, headers={"Content-Range": f"bytes */{size}"})
    return start, end


def _read(file: BinaryIO, first: int, end: int) -> Iterator[bytes]:
    """Return the bytes of a file in pieces."""
    file.seek(first)
    while first < end:
        piece = file.read(min(PIECE, end - first))
        if not piece:
            raise EOFError("the file became shorter while it was sent")
        first += len(piece)
        yield piece
