"""The entry file: what the host's WSGI file has to contain.

On PythonAnywhere, replace the whole contents of the WSGI file (the Web tab links to
it) with this file, as it is, and press Reload. The host imports it once and then
calls ``application`` for every request.

What answers is a library, compiled from the Swift code in ``Sources``. Each worker
process loads it at its first request, since nothing of it would survive the host's
split into workers. How the two talk is described in
``Sources/CInterface/interface.h``; the declarations below say the same.

Start no server here: the host has its own, and a second one keeps it from ever
answering.
"""

from __future__ import annotations

import ctypes
import functools
import os
import re
import shutil
import struct
import threading
from array import array
from collections.abc import Iterable
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FOLDER = "hello"
LIBRARY = "libHello.so"
INTERFACE = 1  # The version of Sources/CInterface/interface.h.

# In its own folder this file is called wsgi.py, and the project is that folder. On the
# host it is a copy with another name, in /var/www; the project is in your home folder.
HERE = Path(__file__).resolve()
PROJECT = HERE.parent if HERE.name == "wsgi.py" else Path.home() / FOLDER

Read = ctypes.CFUNCTYPE(
    ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64
)


class Answer(ctypes.Structure):
    """The answer to one request; ``interface.h`` calls it ``web_response``."""

    _fields_ = (
        ("state", ctypes.c_void_p),
        ("head", ctypes.c_void_p),
        ("head_size", ctypes.c_int64),
        ("piece", ctypes.c_void_p),
        ("piece_size", ctypes.c_int64),
        ("log", ctypes.c_void_p),
        ("log_size", ctypes.c_int64),
        ("more", ctypes.c_int64),
        ("room", ctypes.c_uint8 * 2048),
    )


class LibraryError(Exception):
    """Why the library cannot be used, and what to do about it."""


class Body:
    """The pieces of a body that is too large, or not there yet, to be sent whole."""

    def __init__(self, library: ctypes.CDLL, answer: Answer, errors: Any) -> None:
        self._library = library
        self._answer = answer
        self._errors = errors
        self._piece = _take(answer.piece, answer.piece_size)

    def __iter__(self) -> Body:
        return self

    def __next__(self) -> bytes:
        """Return the next piece, which is never empty."""
        while True:
            piece, self._piece = self._piece, b""
            if piece:
                return piece
            if not self._answer.more:
                raise StopIteration
            failed = self._library.web_next(self._answer)
            if self._answer.log_size:
                _log(self._answer, self._errors)
            if failed:
                # The server ends the connection. A client that was told the length, or
                # is sent chunks, takes notice.
                raise RuntimeError("the answer broke off: the error log says why")
            self._piece = _take(self._answer.piece, self._answer.piece_size)

    def close(self) -> None:
        """Free what the library holds; the server calls this, whatever happened."""
        self._library.web_release(self._answer)


def application(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """Answer one request, as PEP 3333 has it."""
    errors = environ["wsgi.errors"]
    try:
        library = _library()
    except LibraryError as error:
        errors.write(f"{error}\n")
        errors.flush()
        page = b"500 Internal Server Error\n"
        start_response(
            "500 Internal Server Error",
            [("Content-Type", "text/plain"), ("Content-Length", str(len(page)))],
        )
        return [page if environ["REQUEST_METHOD"] != "HEAD" else b""]

    if "wsgi.input_terminated" in environ:
        terminated = "1" if environ["wsgi.input_terminated"] else ""
        environ = {**environ, "wsgi.input_terminated": terminated}
    select, names, lengths, count = _layout(tuple(environ))
    values = select(environ)
    try:
        text = "".join(values)
    except TypeError:  # A number: PEP 3333 has none, but Werkzeug's server does.
        values = tuple(map(str, values))
        text = "".join(values)
    variables = names + text.encode("latin-1", "replace")
    lengths += array("I", map(len, values)).tobytes()
    answer = Answer()
    library.web_answer(
        variables,
        len(variables),
        lengths,
        count,
        _reader(environ),
        None,
        answer,
    )
    if answer.log_size:
        _log(answer, errors)
    size = answer.head_size
    body: Iterable[bytes]
    if answer.state:
        head = _take(answer.head, size)
        body = Body(library, answer, errors)
    else:
        # A short answer lies in one piece: first the head, then the body.
        whole = _take(answer.head, size + answer.piece_size)
        head, body = whole[:size], [whole[size:]]
    status, fields = _fields(head)
    start_response(status, fields.copy())
    return body


@functools.lru_cache(maxsize=256)
def _layout(names: tuple[str, ...]) -> tuple[Any, bytes, bytes, int]:
    """Return how to hand over variables: requests have few sets of names.

    :param names: the names in an environ.
    :returns: what takes the values of the texts out of the environ, the names of these
        as one block with the length of each, and how many they are. By PEP 3333, only
        what has a "." in its name can be something else than text.
    """
    texts = [name for name in names if "." not in name or name in _TEXTS]
    block = "".join(texts).encode("latin-1", "replace")
    lengths = array("I", map(len, texts)).tobytes()
    return itemgetter(*texts), block, lengths, len(texts)


_TEXTS = ("wsgi.url_scheme", "wsgi.input_terminated")


@functools.lru_cache(maxsize=256)
def _fields(head: bytes) -> tuple[str, list[tuple[str, str]]]:
    """Return the status and the header fields: most answers have a head seen before."""
    (count,) = struct.unpack_from("=I", head)
    start, texts = 4 + 4 * count, []
    for length in struct.unpack_from(f"={count}I", head, 4):
        texts.append(head[start : start + length].decode("latin-1"))
        start += length
    return texts[0], list(zip(texts[1::2], texts[2::2]))


def _take(address: int | None, size: int) -> bytes:
    """Return a copy of what the library holds."""
    return ctypes.string_at(address, size) if address and size else b""


def _log(answer: Answer, errors: Any) -> None:
    """Write what the library has to say to the server's error log."""
    text = _take(answer.log, answer.log_size).decode("utf-8", "replace")
    errors.write(text)
    errors.flush()


def _reader(environ: WSGIEnvironment) -> Any:
    """Return what reads the body of a request, piece by piece."""
    if not (environ.get("CONTENT_LENGTH") or environ.get("wsgi.input_terminated")):
        return _NO_BODY

    def read(context: int | None, buffer: int, capacity: int) -> int:
        try:
            piece: bytes = environ["wsgi.input"].read(capacity)
            if not isinstance(piece, bytes) or len(piece) > capacity:
                raise ValueError("wsgi.input gives something else than it is asked for")
            ctypes.memmove(buffer, piece, len(piece))
            return len(piece)
        except Exception as error:  # noqa: BLE001 (it must not pass through Swift)
            environ["wsgi.errors"].write(f"the body could not be read: {error}\n")
            return -1

    return Read(read)


_NO_BODY = Read(lambda context, buffer, capacity: 0)


def _library() -> ctypes.CDLL:
    """Return the library: a worker's first request loads it, and then it stays.

    :raises LibraryError: if it cannot be used.
    """
    if not _LOADED:
        with _LOCK:
            if not _LOADED:
                _LOADED.append(_loaded())
    return _LOADED[0]


_LOADED: list[ctypes.CDLL] = []
_LOCK = threading.Lock()  # Not every server is without threads.


def _loaded() -> ctypes.CDLL:
    """Load the library, if it is not the one that could not be used already."""
    path = PROJECT / LIBRARY
    if not path.is_file():
        raise LibraryError(
            f"{path} is not there: run ./build.sh in the project's folder, and upload"
            f" the {LIBRARY} that it makes to {PROJECT}"
        )
    state = path.stat()
    library = _load(path, state.st_size, state.st_mtime_ns)
    if isinstance(library, str):
        raise LibraryError(library)
    return library


@functools.lru_cache(maxsize=1)
def _load(path: Path, size: int, modified: int) -> ctypes.CDLL | str:
    """Load a library, or return why it cannot be used: not to be tried in vain again.

    :param path: the file.
    :param size: its size, and
    :param modified: the time of its last change, which tell whether it is the same.
    """
    try:
        return _tried(path)
    except LibraryError as error:
        return str(error)
    except OSError as error:
        needed = re.search(r"version `(GLIBC(XX)?_[0-9.]+)' not found", str(error))
        if needed:
            return (
                f"{path} needs {needed[1]}, which is newer than this machine's C"
                " library: build it in an image as old as the host's, as the"
                " project's README.md says, and upload it anew"
            )
        return f"{path} cannot be loaded: {error}"


def _tried(path: Path) -> ctypes.CDLL:
    """Load a library that has the interface.

    :raises LibraryError: if it has not.
    :raises OSError: if it cannot be read or loaded.
    """
    # A copy in memory: an upload overwrites the file itself, and would pull the code
    # from under a worker that runs it. It stays open, since its number is its name.
    copy = os.memfd_create(LIBRARY)
    with path.open("rb") as file, open(copy, "wb", closefd=False) as memory:
        shutil.copyfileobj(file, memory)
    problem = _problem(Path(f"/proc/self/fd/{copy}"))
    if problem:
        os.close(copy)
        raise LibraryError(f"{path} {problem}")
    mode = os.RTLD_NOW | os.RTLD_LOCAL
    library = ctypes.CDLL(f"/proc/self/fd/{copy}", mode=mode)
    try:
        library.web_version.restype = ctypes.c_uint32
        version = library.web_version()
    except AttributeError as error:
        raise LibraryError(
            f"{path} is not a library of this project: run ./build.sh, and upload the"
            f" {LIBRARY} that it makes"
        ) from error
    if version != INTERFACE:
        raise LibraryError(
            f"{path} has version {version} of the interface and {HERE} version"
            f" {INTERFACE}: upload both as one build left them"
        )
    pointer = ctypes.POINTER(Answer)
    library.web_answer.argtypes = (
        ctypes.c_char_p,
        ctypes.c_int64,
        ctypes.c_char_p,
        ctypes.c_int64,
        Read,
        ctypes.c_void_p,
        pointer,
    )
    library.web_answer.restype = ctypes.c_int32
    library.web_next.argtypes = (pointer,)
    library.web_next.restype = ctypes.c_int32
    library.web_release.argtypes = (pointer,)
    library.web_release.restype = None
    return library


def _problem(path: Path) -> str:
    """Return why a file is no library for this machine and what to do, or ""."""
    with path.open("rb") as file, open("/proc/self/exe", "rb") as program:
        head, own = file.read(64), program.read(64)
    build = (
        f"build it for this machine ({_machine()}), as the project's README.md says,"
        " and upload it anew"
    )
    if head[:4] != b"\x7fELF":
        return f"is not a library for Linux: {build}"
    # Class, byte order, and the machine: how ELF says what a file is for.
    if (head[4:6], head[18:20]) != (own[4:6], own[18:20]):
        return f"is for another kind of machine: {build}"
    # The table of sections is the last thing in a file. One whose upload broke off
    # must not be loaded: what is missing there is a crash, and no error.
    end = 64
    if len(head) == end:
        (start,) = struct.unpack_from("=Q", head, 40)
        size, count = struct.unpack_from("=2H", head, 58)
        end = start + size * count
    if path.stat().st_size < end:
        return "is not whole: upload it anew"
    return ""


def _machine() -> str:
    """Return what kind of machine this is, such as "Linux on x86_64"."""
    system = os.uname()
    return f"{system.sysname} on {system.machine}"
