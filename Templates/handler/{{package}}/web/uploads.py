"""Uploaded files: kept while the request lasts, with names that are safe to use."""

from __future__ import annotations

import errno
import io
import os
import re
import secrets
import shutil
import tempfile
from typing import IO, BinaryIO

from .project import FOLDER

IN_MEMORY = 256 * 1024  # bytes of all files of a request; above that, they are on disk
PIECE = 64 * 1024

# Control characters, and characters that no font shows: with them, a name can look like
# another one.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
_SPACES = re.compile("[ \xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_NOT_ON_WINDOWS = re.compile(r'[<>:"|?*]')
_DEVICE_ON_WINDOWS = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\xb9\xb2\xb3]) *(\..*)?",
    re.IGNORECASE | re.ASCII,
)


class Spool:
    """The contents of all files of a request, one behind the other.

    They are in memory at first, then in a temporary file. It has no name, so that it is
    gone when it is closed, even if the worker is killed.
    """

    def __init__(self) -> None:
        self.size = 0
        self.file: IO[bytes] = io.BytesIO()

    def write(self, data: bytes) -> None:
        """Add data at the end."""
        if self.size <= IN_MEMORY < self.size + len(data):
            memory = self.file
            self.file = tempfile.TemporaryFile()  # noqa: SIM115 (see `close`)
            memory.seek(0)
            shutil.copyfileobj(memory, self.file)
        self.file.write(data)
        self.size += len(data)

    def close(self) -> None:
        """Delete the contents."""
        self.file.close()


class _Section(io.RawIOBase):
    """A part of the spool, as a file of its own that can only be read."""

    def __init__(self, spool: Spool, start: int, size: int) -> None:
        self._spool, self._start, self._size = spool, start, size
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        place = offset + (0, self._place, self._size)[whence]
        if place < 0:
            raise ValueError(f"there is no place {place} in a file")
        self._place = place
        return place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        rest = max(self._size - self._place, 0)
        self._spool.file.seek(self._start + self._place)
        data = self._spool.file.read(min(len(buffer), rest))
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)


class UploadedFile:
    """A file that the visitor chose in a form. It is gone after the request.

    ``filename`` is the visitor's name for it, made safe: without folders, control
    characters or anything that Windows refuses, and with at most 100 characters.
    ``content_type`` is what the browser says, which need not be true. ``size`` is the
    number of bytes.
    """

    def __init__(
        self, filename: str, content_type: str, spool: Spool, start: int
    ) -> None:
        self.filename = filename
        self.content_type = content_type
        self.size = spool.size - start
        self._spool, self._start = spool, start
        self._file: BinaryIO | None = None

    def __repr__(self) -> str:
        return f"<UploadedFile {self.filename!r}, {self.size} bytes>"

    @property
    def file(self) -> BinaryIO:
        """The contents, as a binary file to read; at first, its position is 0."""
        if self._file is None:
            self._file = self._open()
        return self._file

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the file to the disk: whole, or not at all.

        :param path: the path to write to, from the project's folder. The folder of the
            file must be there. If its name is ``filename``, another visitor can choose
            the same one.
        :param overwrite: whether to replace a file that is there already.
        :raises FileExistsError: if there is one, and ``overwrite`` is False.
        """
        target = FOLDER / path
        new = target.with_name(f".upload-{secrets.token_hex(8)}")
        try:
            with self._open() as source, new.open("xb") as copy:
                shutil.copyfileobj(source, copy, PIECE)
                copy.flush()
                os.fsync(copy.fileno())
            if overwrite:
                new.replace(target)
            else:
                os.link(new, target)
        except FileExistsError:
            reason = "there is a file already, and overwrite is not True"
            raise FileExistsError(errno.EEXIST, reason, str(target)) from None
        finally:
            new.unlink(missing_ok=True)

    def _open(self) -> BinaryIO:
        return io.BufferedReader(_Section(self._spool, self._start, self.size), PIECE)


def safe_name(name: str) -> str:
    """Return a name for a file, of one that may be hostile; "file" if nothing is left.

    The extension stays, also if the name is cut to 100 characters and 200 bytes.
    """
    name = re.split(r"[/\\]", name)[-1]
    name = _SPACES.sub(" ", _INVISIBLE.sub("", name))
    name = _NOT_ON_WINDOWS.sub("_", name).strip(" .")
    if _DEVICE_ON_WINDOWS.fullmatch(name):
        name = "_" + name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 15:
        stem, dot, extension = name, "", ""
    end = dot + extension
    stem = stem[: 100 - len(end)]
    while len((stem + end).encode()) > 200:
        stem = stem[:-1]
    return stem.rstrip(" .") + end or "file"
