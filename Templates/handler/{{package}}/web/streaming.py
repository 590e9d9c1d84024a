"""Responses in pieces, and what is done after a response."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from .errors import log_exception

if TYPE_CHECKING:
    from .handler import RequestHandler
    from .writing import ResponseWriter


def begin(
    handler: ResponseWriter, pieces: Iterable[str | bytes], length: int | None = None
) -> None:
    """Make an iterable the body of a response.

    The first piece is taken at once: if that fails, the response can still be an error.

    :param handler: the handler, which has written nothing else.
    :param pieces: texts or bytes. If it has a method ``close``, that is called.
    :param length: how many bytes it is in all, if that is known.
    """
    handler._expect_nothing_written()
    if isinstance(pieces, (str, bytes)):
        raise TypeError("stream takes several texts or bytes; for one, call write")
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
            raise TypeError(f"a piece of a stream is str or bytes, not {type(piece)}")
        if piece:
            yield piece.encode() if isinstance(piece, str) else piece


class Body:
    """The body of a response after which something is to be done.

    :param pieces: the body.
    :param handler: the handler that wrote it.
    """

    def __init__(self, pieces: Iterable[bytes], handler: RequestHandler) -> None:
        self._pieces = iter(pieces)
        self._environ = handler.environ
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
            log_exception(self._environ)
            raise

    def close(self) -> None:
        """Do what is left to do, whatever fails: the server calls this at the end."""
        steps, self._at_end = self._at_end, []
        for step in steps:
            try:
                step()
            except Exception:  # noqa: BLE001 (the response is sent: only log it)
                log_exception(self._environ)
