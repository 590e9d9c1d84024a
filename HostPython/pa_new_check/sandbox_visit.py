"""Makes the request of ``visit`` in the sandboxed process, and prints the response.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own.
"""

from __future__ import annotations

import os
import sys

from pa_new_check.sandbox_inspection import described, end_process
from pa_new_check.sandbox_request import environment

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

CONTROLS = bytes(set(range(32)) - {9, 10, 13}) + b"\x7f"


def visit(
    task: dict[str, Any],
    application: Any,
    output: int,
    send: Callable[..., None],
) -> None:
    """Make the request of the task and print the response as it comes."""
    environ = environment(task, sys.stderr)
    is_terminal = os.isatty(output)
    head: list[Any] = []
    sent: list[bool] = []

    def write(data: bytes) -> None:
        if not sent:
            if not head:
                raise AssertionError(
                    "the app sends a body before it calls start_response"
                )
            status, headers = head
            lines = [f"HTTP/1.1 {status}"]
            lines += [f"{name}: {value}" for name, value in headers]
            text = "\r\n".join(lines) + "\r\n\r\n"
            content = text.encode("latin-1")
            if is_terminal:
                content = content.replace(b"\r\n", b"\n").translate(None, CONTROLS)
            write_all(output, content)
            sent.append(True)
        if is_terminal and any(byte in CONTROLS for byte in data):
            note = "the body is not text: redirect the output to a file to see it\n"
            sys.stderr.write(note)
            sys.stderr.flush()
            send("answered", status=head[0], errors="")
            end_process(0)
        write_all(output, data)

    def start_response(
        status: str, headers: list[Any], exc_info: Any = None
    ) -> Callable[[bytes], object]:
        if exc_info and sent:
            raise exc_info[1].with_traceback(exc_info[2])
        if head and not exc_info:
            raise AssertionError("the app calls start_response twice")
        head[:] = [status, headers]
        return write

    send("requesting")
    try:
        chunks = application(environ, start_response)
        try:
            for chunk in chunks:
                if not isinstance(chunk, bytes):
                    kind = type(chunk).__name__
                    raise TypeError(f"the body must be bytes, not {kind}")
                if chunk and task["method"] != "HEAD":
                    write(chunk)
            if not sent:
                write(b"")
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
    except BrokenPipeError:
        send("answered", status=head[0] if head else "", errors="")
        end_process(0)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is reported
        sys.__excepthook__(type(error), error, error.__traceback__)
        send("failed", **described(error))
        end_process(0)
    send("answered", status=head[0], errors="")


def write_all(output: int, data: bytes) -> None:
    """Write everything, however little the descriptor takes at a time."""
    view = memoryview(data)
    while view:
        view = view[os.write(output, view) :]
