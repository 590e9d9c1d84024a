"""The body of a visit's request, made as curl makes it from the same options.

It is a file, so that a large body is never in memory: either the one that the user names,
or a temporary one that has no name.
"""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import sys
import tempfile
from pathlib import PurePath
from typing import IO, NamedTuple

from pa_new_check.project import CannotCheck
from pa_new_shared.text import printable

MAX_BODY = 2 * 1024**3
"""Bytes of a body above which none is sent: the file may have no end."""

_CHUNK = 1 << 20
_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?:;[ -~]*)?", re.ASCII)


class Body(NamedTuple):
    """A request's body, and the type that it has unless a header says otherwise."""

    descriptor: int
    size: int
    type: str


class _Field(NamedTuple):
    """One field of a form."""

    name: str
    value: str
    is_file: bool  # its value is the name of a file with the content
    filename: str | None
    type: str


def of_data(values: list[str], option: str, separator: bytes, kind: str) -> Body:
    """Return the body of ``--data`` or ``--json``: texts, and files as they are.

    :param separator: what stands between the values.
    """
    if len(values) == 1 and values[0].startswith("@") and values[0] != "@-":
        descriptor = _open(values[0][1:], option)
        status = os.fstat(descriptor)
        if stat.S_ISREG(status.st_mode) and status.st_size:  # files of /proc have 0
            _check_size(status.st_size)
            return Body(descriptor, status.st_size, kind)
        os.close(descriptor)
    spool = _Spool(option)
    with spool.file:
        for index, value in enumerate(values):
            if index:
                spool.write(separator)
            if value.startswith("@"):
                spool.copy(value[1:])
            else:
                spool.write(os.fsencode(value))
        return spool.body(kind)


def of_form(values: list[str]) -> Body:
    """Return a form of ``--form`` options, as ``multipart/form-data``."""
    boundary = "-" * 24 + os.urandom(11).hex()
    spool = _Spool("--form")
    with spool.file:
        for field in map(_field, values):
            head = f'--{boundary}\r\nContent-Disposition: form-data; name="'
            head += _escaped(field.name) + '"'
            if field.filename is not None:
                head += f'; filename="{_escaped(field.filename)}"'
            if field.type:
                head += f"\r\nContent-Type: {field.type}"
            spool.write(os.fsencode(head + "\r\n\r\n"))
            if field.is_file:
                spool.copy(field.value)
            else:
                spool.write(os.fsencode(field.value))
            spool.write(b"\r\n")
        spool.write(f"--{boundary}--\r\n".encode())
        return spool.body(f"multipart/form-data; boundary={boundary}")


def _field(text: str) -> _Field:
    """Read NAME=VALUE, NAME=@FILE or NAME=<FILE, each with ;type= or ;filename=."""
    name, equals, rest = text.partition("=")
    if not equals or not name:
        raise CannotCheck(
            "usage",
            f"--form takes NAME=VALUE, NAME=@FILE or NAME=<FILE, not {_quoted(text)}",
        )
    mark = rest[:1] if rest[:1] in ("@", "<") else ""
    value, rest = _word(rest[len(mark) :])
    settings = {"type": "", "filename": ""}
    for part in re.split(r";\s*(?=type=|filename=)", rest)[1:]:
        key, _, setting = part.partition("=")
        settings[key] = _word(setting)[0] if key == "filename" else setting.strip()
    kind = settings["type"]
    if kind and not _TYPE.fullmatch(kind):
        raise CannotCheck(
            "usage",
            f"--form {name}: {_quoted(kind)} is not a type; write one like image/png",
        )
    filename = settings["filename"] or None
    if mark == "@":
        filename = filename or PurePath(value).name or value
    if filename:
        kind = kind or guessed_type(filename)
    return _Field(name, value, bool(mark), filename, kind)


def _word(text: str) -> tuple[str, str]:
    """Split a value from what follows it: it may stand in quotation marks."""
    quoted = re.match(r'"((?:[^"\\]|\\.)*)"(?=$|;)', text, re.DOTALL)
    if quoted is not None:
        return re.sub(r"\\(.)", r"\1", quoted[1]), text[quoted.end() :]
    end = re.search(r";\s*(?:type|filename)=", text)
    return (text, "") if end is None else (text[: end.start()], text[end.start() :])


def guessed_type(name: str) -> str:
    """Return the type of a file by its name, the same on every computer."""
    import mimetypes  # takes a while, and only files need it

    kind, encoding = mimetypes.MimeTypes().guess_type("file" + PurePath(name).suffix)
    return kind if kind and not encoding else "application/octet-stream"


def _escaped(text: str) -> str:
    """Return a name as browsers write it between quotation marks in a form."""
    for character, code in (('"', "%22"), ("\r", "%0D"), ("\n", "%0A")):
        text = text.replace(character, code)
    return text


def _quoted(text: str) -> str:
    return f"'{printable(text)}'"


def _open(name: str, option: str) -> int:
    """Open a file that an option names, as a descriptor."""
    try:
        if name == "-" and sys.stdin is None:  # another file has its descriptor then
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        descriptor = os.dup(0) if name == "-" else os.open(name, os.O_RDONLY)
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
    except OSError as error:
        raise _unreadable(name, option, error) from error
    return descriptor


def _unreadable(name: str, option: str, error: OSError) -> CannotCheck:
    what = "stdin" if name == "-" else _quoted(name)
    return CannotCheck("input", f"{option} cannot read {what}: {error.strerror}")


def _check_size(size: int) -> None:
    if size > MAX_BODY:
        raise CannotCheck("input", "the body of the request is larger than 2 GB")


class _Spool:
    """A temporary file without a name, to which a body is written piece by piece."""

    def __init__(self, option: str) -> None:
        self.option = option
        self.has_read_stdin = False
        try:
            self.file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - it is passed on
        except OSError as error:
            raise self._full(error) from error
        self.size = 0

    def write(self, data: bytes) -> None:
        """Add bytes."""
        self.size += len(data)
        _check_size(self.size)
        try:
            self.file.write(data)
        except OSError as error:
            raise self._full(error) from error

    def copy(self, name: str) -> None:
        """Add the content of a file."""
        if name == "-":
            if self.has_read_stdin:
                raise CannotCheck("usage", f"{self.option} can read stdin only once")
            self.has_read_stdin = True
        with io.FileIO(_open(name, self.option)) as source:
            data = self._chunk(source, name)
            while data:
                self.write(data)
                data = self._chunk(source, name)

    def _chunk(self, source: io.FileIO, name: str) -> bytes:
        try:
            return source.read(_CHUNK) or b""
        except OSError as error:
            raise _unreadable(name, self.option, error) from error

    def body(self, kind: str) -> Body:
        """Return what was added, as the body of a request."""
        try:
            self.file.flush()
            return Body(os.dup(self.file.fileno()), self.size, kind)
        except OSError as error:
            raise self._full(error) from error

    def _full(self, error: OSError) -> CannotCheck:
        return CannotCheck(
            "input",
            "the body of the request cannot be kept in a temporary file: "
            f"{error.strerror}",
        )
