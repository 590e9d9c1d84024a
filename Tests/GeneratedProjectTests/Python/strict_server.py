"""A WSGI server for tests that loses nothing on the way.

Real servers lose a little of each request: they merge ``//``, refuse chunked bodies, or
hand over a body that broke off as if it were complete. This server hands over all that
HTTP/1.1 and PEP 3333 can carry, and it notes in ``faults`` all that an application does
against PEP 3333 (``strict_response.py``)::

    with StrictServer(application) as server:
        ...  # ask 127.0.0.1, server.port
    assert server.faults == []

* The path is as it was sent, ``//`` and ``%2F`` too: ``REQUEST_URI`` has it, and
  ``PATH_INFO`` the same without the escapes. A target like ``https://host:1/path`` sets the
  scheme, the server's name and its port.
* A body in chunks is handed over as it comes (``wsgi.input_terminated``). ``read``
  returns what is there, without waiting for more, and raises ``ConnectionResetError`` if
  the body breaks off: with chunks, or with a ``Content-Length``.
* ``100 Continue`` is sent when the application first reads the body, never before.
* Each piece of the response is sent at once. If the client has gone, the iteration stops,
  and ``close`` is called.
* Connections are kept. If the application leaves a part of the body, the connection is
  closed after the response, and the client still gets all of it.
"""

from __future__ import annotations

import contextlib
import io
import queue
import re
import socket
import threading
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO
from urllib.parse import unquote_to_bytes

from strict_body import MAX_LINE, BadRequestError, Body, read_line
from strict_response import Response

MAX_FIELDS = 200
LINGER = 2.0  # seconds to wait for the client's end of a connection
PATIENCE = 20.0  # seconds in which the application has to end when the server stops

_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TARGET = re.compile(rb"(?:(https?)://([^/?#]*))?([^?]*)(?:\?(.*))?", re.DOTALL)
_CONTROLS = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


class StrictServer:
    """A server on the loopback interface, for one application.

    :param application: the WSGI application.
    :param threads: how many threads call the application, or None for a new thread for
        each connection. With one, requests come one after the other, as on PythonAnywhere.
    :param script_name: the mount point: requests outside of it get a 404.
    :param listener: a socket that listens already.
    :param environ: more keys for each request's environment, which win.
    :param leave: what each of the ``threads`` calls before it ends.
    """

    def __init__(
        self,
        application: Callable[..., Any],
        *,
        threads: int | None = 1,
        script_name: str = "",
        listener: socket.socket | None = None,
        environ: dict[str, Any] | None = None,
        leave: Callable[[], None] | None = None,
    ) -> None:
        self.application = application
        self.script_name = script_name
        self.environ = environ or {}
        self.leave = leave
        self.multithread = threads != 1
        self.faults: list[str] = []
        self.errors = io.StringIO()
        self._jobs: queue.SimpleQueue[tuple[Response, threading.Event] | None] = (
            queue.SimpleQueue()
        )
        self._connections: set[socket.socket] = set()
        self._stopping = False
        self._listener = listener or socket.create_server(("127.0.0.1", 0), backlog=128)
        self._listener.setblocking(True)
        self.port: int = self._listener.getsockname()[1]
        self._workers = [
            threading.Thread(target=self._work, name="worker", daemon=True)
            for _ in range(threads or 0)
        ]
        self._others = [threading.Thread(target=self._accept, daemon=True)]
        for thread in self._workers + self._others:
            thread.start()

    def __enter__(self) -> StrictServer:  # noqa: PYI034 (Self is of Python 3.11)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Serve what has come, then close all connections and end all threads."""
        if self._stopping:
            return
        self._stopping = True
        # On Linux, close() alone does not wake a thread that waits in accept().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._others[0].join()
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RD)
        self._join(self._others)
        for _ in self._workers:
            self._jobs.put(None)
        self._join(self._workers)

    def _join(self, threads: list[threading.Thread]) -> None:
        for thread in threads:
            thread.join(PATIENCE)
            if thread.is_alive():
                self.faults.append("the application does not come to an end")

    def run(self, response: Response) -> None:
        """Call the application, in one of the threads that are there for it."""
        if self._workers:
            done = threading.Event()
            self._jobs.put((response, done))
            done.wait()
        else:
            response.run(self.application)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            response, done = job
            try:
                response.run(self.application)
            finally:
                del job, response
                done.set()
        if self.leave is not None:
            self.leave()

    def _accept(self) -> None:
        while True:
            try:
                connection, address = self._listener.accept()
            except OSError:
                return
            self._others = [t for t in self._others if t.is_alive()]
            thread = threading.Thread(
                target=self._serve, args=(connection, address), daemon=True
            )
            self._others.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket, address: tuple[str, int]) -> None:
        """Serve the requests of one connection, one after the other."""
        self._connections.add(connection)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with connection, connection.makefile("rb") as stream:
                while not self._stopping and _exchange(
                    self, connection, stream, address
                ):
                    pass
                _close(connection)
        except OSError:
            pass  # the client has gone
        except BaseException:  # noqa: BLE001
            self.faults.append(f"the server itself failed:\n{traceback.format_exc()}")
        finally:
            self._connections.discard(connection)


def _exchange(
    server: StrictServer,
    connection: socket.socket,
    stream: BinaryIO,
    address: tuple[str, int],
) -> bool:
    """Serve one request, and tell whether the connection can be used again."""
    try:
        environ = _read_head(server, connection, stream, address)
    except BadRequestError as error:
        text = f"{error}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        connection.sendall(b"HTTP/1.1 " + text.encode())
        return False
    if environ is None:
        return False
    body: Body = environ["wsgi.input"]
    response = Response(environ, connection.sendall, server.faults, server.errors)
    server.run(response)
    body.closed = True
    return not (response.closes or body.broken) and body.complete


def _close(connection: socket.socket) -> None:
    """Close a connection so that the client gets all that was sent.

    If there are unread data, close() alone would let the client's system throw away a
    response that it has not read yet.
    """
    connection.shutdown(socket.SHUT_WR)
    connection.settimeout(LINGER)
    with contextlib.suppress(OSError):
        while connection.recv(MAX_LINE):
            pass


def _read_head(
    server: StrictServer,
    connection: socket.socket,
    stream: BinaryIO,
    address: tuple[str, int],
) -> dict[str, Any] | None:
    """Return the environment of the next request, or None at the connection's end."""
    first = stream.peek(1)  # type: ignore[attr-defined]
    if not first:
        return None
    words = read_line(stream).split(b" ")
    if len(words) != 3 or not re.fullmatch(rb"HTTP/1\.[0-9]", words[2]):
        raise BadRequestError("400 Bad Request")
    if not _TOKEN.fullmatch(words[0]) or _CONTROLS.search(words[1]):
        raise BadRequestError("400 Bad Request")
    match = _TARGET.fullmatch(words[1])
    assert match is not None
    scheme, host, raw_path, query = match.groups()
    path = unquote_to_bytes(raw_path).decode("latin-1")
    name = server.script_name
    if name and path != name and not path.startswith(name + "/"):
        raise BadRequestError("404 Not Found")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": words[0].decode(),
        "REQUEST_URI": words[1].decode("latin-1"),
        "SCRIPT_NAME": name,
        "PATH_INFO": path[len(name) :],
        "QUERY_STRING": (query or b"").decode("latin-1"),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": str(server.port),
        "SERVER_PROTOCOL": words[2].decode(),
        "REMOTE_ADDR": address[0],
        "REMOTE_PORT": str(address[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": (scheme or b"http").decode(),
        "wsgi.errors": server.errors,
        "wsgi.multithread": server.multithread,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    _read_fields(stream, environ)
    if host is not None:
        environ["HTTP_HOST"] = host.decode("latin-1")
        place = re.fullmatch(r"\[?(.*?)]?(?::([0-9]+))?", environ["HTTP_HOST"])
        assert place is not None
        environ["SERVER_NAME"] = place[1]
        environ["SERVER_PORT"] = place[2] or ("443" if scheme == b"https" else "80")
    elif "HTTP_HOST" not in environ and words[2] != b"HTTP/1.0":
        raise BadRequestError("400 Bad Request")
    length = _length(environ)
    allow = None
    if words[2] != b"HTTP/1.0" and "HTTP_EXPECT" in environ:
        if environ["HTTP_EXPECT"].lower() != "100-continue":
            raise BadRequestError("417 Expectation Failed")

        def allow() -> None:
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    environ["wsgi.input"] = Body(stream, length, allow)
    environ.update(server.environ)
    return environ


def _read_fields(stream: BinaryIO, environ: dict[str, Any]) -> None:
    """Read the header; a field that comes twice is joined, as CGI wants it."""
    for _ in range(MAX_FIELDS):
        line = read_line(stream)
        if not line:
            return
        name, colon, value = line.partition(b":")
        value = value.strip(b" \t")
        if not colon or not _TOKEN.fullmatch(name) or _CONTROLS.search(value):
            raise BadRequestError("400 Bad Request")
        key = name.decode().upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH") or b"_" in name:
            key = "HTTP_" + key
        text = value.decode("latin-1")
        if key in environ:
            text = environ[key] + ("; " if key == "HTTP_COOKIE" else ",") + text
        environ[key] = text
    raise BadRequestError("431 Request Header Fields Too Large")


def _length(environ: dict[str, Any]) -> int | None:
    """Return the length of the body, or None if it comes in chunks."""
    lengths = set(re.split("[ \t]*,[ \t]*", environ.get("CONTENT_LENGTH", "0")))
    coding = environ.get("HTTP_TRANSFER_ENCODING")
    if coding is not None:
        if "CONTENT_LENGTH" in environ or coding.lower() != "chunked":
            raise BadRequestError("400 Bad Request")
        return None
    [length, *others] = lengths
    if others or not re.fullmatch("[0-9]{1,15}", length):
        raise BadRequestError("400 Bad Request")
    if "CONTENT_LENGTH" in environ:
        environ["CONTENT_LENGTH"] = length
    return int(length)
