"""Bodies as a faulty server passes them on: ``wsgi.input`` is not what PEP 3333 says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from asking import FORM, NONE, Ask


class Reads:
    """A body whose ``read`` is a function of the size, and has no state."""

    def __init__(self, read: Any) -> None:
        self.read = read


class SecretError(Exception):
    """An exception that cannot be shown."""

    def __str__(self) -> str:
        """Fail."""
        raise RuntimeError("no text")


def raising(error: Exception) -> Callable[[int], bytes]:
    """Return a function that raises an exception."""

    def read(size: int) -> bytes:
        raise error

    return read


# Each of them is used many times, so none keeps a place.
INPUTS: dict[str, Any] = {
    "no variable": None,
    "None": NONE,
    "no read": object(),
    "read is no function": Reads(b"12345"),
    "read takes no size": Reads(lambda: b"12345"),
    "nothing": Reads(lambda size: b""),
    "a text": Reads(lambda size: "text"),
    "an empty text": Reads(lambda size: ""),
    "None is read": Reads(lambda size: None),
    "zero": Reads(lambda size: 0),
    "an array": Reads(lambda size: bytearray(1)),
    "a view": Reads(lambda size: memoryview(b"1")),
    "a list": Reads(lambda size: [1]),
    "more than asked for": Reads(lambda size: bytes(size + 1)),
    "far more than asked for": Reads(lambda size: bytes(10_000_000)),
    "a piece, then a text": Reads(lambda size: b"1" if size == 5 else "text"),
    "a piece, then more": Reads(lambda size: b"1" if size == 5 else bytes(9)),
    "a piece, then nothing": Reads(lambda size: b"1" if size == 5 else b""),
    "OSError": Reads(raising(OSError("gone\nGET /forged"))),
    "ValueError": Reads(raising(ValueError("closed"))),
    "RuntimeError": Reads(raising(RuntimeError())),
    "KeyError": Reads(raising(KeyError("x"))),
    "StopIteration": Reads(raising(StopIteration())),
    "UnicodeError": Reads(raising(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"))),
    "MemoryError": Reads(raising(MemoryError())),
    "an exception without text": Reads(raising(SecretError())),
}


def broken_inputs() -> Iterator[Ask]:
    """Make requests with each of them, where a body is read and where none is."""
    for stream in INPUTS.values():
        given = {"wsgi.input": stream}
        for length in ("5", "1", "0", "", None):
            variables = {**given, "CONTENT_LENGTH": length}
            yield Ask("POST", "/echo", environ=variables)
        chunked = {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}
        yield Ask("PUT", "/echo", environ={**given, **chunked})
        for method, path in (("GET", "/"), ("DELETE", "/items/1"), ("HEAD", "/form")):
            yield Ask(
                method, path, headers=FORM, environ={**given, "CONTENT_LENGTH": "5"}
            )
        yield Ask("GET", "/nowhere", environ={**given, "CONTENT_LENGTH": "5"})
