"""What runs the web apps of the fake host: processes that load an app once, and then answer.

As on the host (our notes: ``502BadGateway``, ``GlobalStateAndWebApps``), an app runs the
files as they were when it was loaded, until it is reloaded, with the account's own home
folder as ``HOME``. To be quick, one process waits with Python loaded, and forks for each
load. Run as a program, this file is that process.

The wrapper's habits are facts about the copy of the host's own wrapper in public code
(© 2011-2020; our notes): it puts ``/var/www`` first on the path, imports the WSGI file as
a module, sends what the app writes to stderr during a request, and each exception, to the
error log. An exception comes first, its frames after it, then five lines of help if the
app was not loaded, and these come again with each request. A line begins with
``2026-03-17 03:18:36,141: `` (a public ``README`` of 2026 shows it so), in the server log
with ``2026-09-14 13:42:12 `` (likewise): UTC. What ends the process is in neither.
"""

from __future__ import annotations

import array
import atexit
import contextlib
import functools
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO
from wsgiref.util import setup_testing_defaults

WENT_WRONG = b"Something went wrong :-(\n"
BAD_GATEWAY = b"502-backend"
PATIENCE = 60.0
"""Seconds that an app has to answer."""

_STARS = "*" * 51
_IMPORT_HELP = f"""\
{_STARS}
If you're seeing an import error and don't know why,
we have a dedicated help page to help you debug:\x20
https://help.pythonanywhere.com/pages/DebuggingImportError/
{_STARS}
"""


def stamp(seconds: float) -> str:
    """Return a time as the host's logs have it, without parts of a second."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds))


class Worker:
    """A process that runs an app, seen from the host."""

    def __init__(self, python: str, order: dict[str, Any]) -> None:
        """Load an app, and wait until that has ended.

        ``order`` has ``wsgi`` (the file), ``site_packages`` (a folder, or empty),
        ``environment``, ``error_log``, ``server_log``, ``time``, ``root``.
        """
        self._socket, theirs = socket.socketpair()
        self._socket.settimeout(PATIENCE)
        self._stream = self._socket.makefile("rb")
        with theirs:
            _hand_over(_loader(python), theirs)
        self._process = int(self._request(order) or 0)

    def answer(self, path: str, now: float) -> tuple[int, bytes]:
        """Return what a visitor of a path gets."""
        line = self._request({"path": path, "time": now})
        if not line:
            return 502, BAD_GATEWAY
        head = json.loads(line)
        return head["status"], self._stream.read(head["length"])

    def stop(self) -> None:
        """End the process, and wait until it has ended."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
            self._stream.read()
        self._stream.close()
        self._socket.close()
        # Its end of the connection is gone; its locks are only when it is.
        end = time.monotonic() + PATIENCE
        with contextlib.suppress(ProcessLookupError):
            while self._process and time.monotonic() < end:
                os.kill(self._process, 0)
                time.sleep(0.0005)

    def _request(self, value: dict[str, Any]) -> bytes:
        with contextlib.suppress(OSError):
            self._socket.sendall(json.dumps(value).encode() + b"\n")
            return self._stream.readline()
        return b""


def _hand_over(loader: socket.socket, ours: socket.socket) -> None:
    """Give a process one end of a connection."""
    descriptors = array.array("i", [ours.fileno()])
    loader.sendmsg([b"+"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])


@functools.cache
def _loader(python: str) -> socket.socket:
    """Return the connection to the process that forks; it ends when this one does."""
    ours, theirs = socket.socketpair()
    command = [python, "-I", "-S", "-B", __file__]
    with theirs:
        process = subprocess.Popen(command, stdin=theirs.fileno(), env={})

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


# From here on: in the process that forks, and in its children.


def main() -> None:
    """Fork for each connection that arrives."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    control = socket.socket(fileno=0)
    size = array.array("i").itemsize
    while True:
        data, extra, _, _ = control.recvmsg(1, socket.CMSG_SPACE(size))
        if not data:
            return
        descriptors = array.array("i", extra[0][2][:size])
        if os.fork() == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                _serve(socket.socket(fileno=descriptors[0]))
            os._exit(0)
        os.close(descriptors[0])


def _serve(connection: socket.socket) -> None:
    """Load an app, then answer requests until the connection ends."""
    stream = connection.makefile("rb")
    order = json.loads(stream.readline())
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["environment"]["HOME"])
    sys.dont_write_bytecode = True
    wsgi = Path(order["wsgi"])
    sys.path.insert(0, str(wsgi.parent))
    if order["site_packages"]:
        sys.path.append(order["site_packages"])
    times = [order["time"]]
    log = ErrorLog(Path(order["error_log"]), lambda: times[-1], root=order["root"])
    output = Path(order["server_log"]).open("ab", buffering=0)  # noqa: SIM115
    sys.stdout = sys.stderr = _text(_Stamped(output, order["time"]))
    failure: BaseException | None = None
    try:
        application = import_module(wsgi.stem).application
    except Exception as problem:  # noqa: BLE001
        failure = problem
    connection.sendall(b"%d\n" % os.getpid())
    for line in stream:
        request = json.loads(line)
        times[:] = [request["time"]]
        status, body = 500, WENT_WRONG
        if failure:
            log.add_failed_import(failure)
        else:
            status, body = _call(application, request["path"], log)
        head = json.dumps({"status": status, "length": len(body)})
        connection.sendall(head.encode() + b"\n" + body)


def _call(application: Any, path: str, log: ErrorLog) -> tuple[int, bytes]:
    """Let an app answer, and write into the error log what it says on stderr."""
    environ: dict[str, Any] = {"PATH_INFO": path}
    setup_testing_defaults(environ)
    environ["wsgi.errors"] = log
    statuses: list[str] = []
    try:
        with contextlib.redirect_stderr(log):
            answer = application(environ, lambda s, h, e=None: statuses.append(s))
            body = b"".join(answer)
            if hasattr(answer, "close"):
                answer.close()
    except Exception as problem:  # noqa: BLE001
        log.add_exception(problem)
        return 500, WENT_WRONG
    return int(statuses[-1].split()[0]), body


class ErrorLog(io.TextIOBase):
    """The error log: each line with the time."""

    def __init__(
        self,
        path: Path,
        now: Callable[[], float] = time.time,
        wrapper: str = __file__,
        root: str = "",
    ) -> None:
        """Write at the end of a file; the frames of ``wrapper`` are left out.

        :param root: The folder that stands for the host's ``/``.
        """
        self._root = root
        self._path = path
        self._now = now
        self._wrapper = wrapper
        self._rest = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        text = text.replace(self._root + "/", "/")
        *lines, self._rest = (self._rest + text).split("\n")
        now = self._now()
        # The worker's own clock: Django moves it, to TIME_ZONE.
        clock = time.localtime if "TZ" in os.environ else time.gmtime
        day = time.strftime("%Y-%m-%d %H:%M:%S", clock(now))
        start = f"{day},{int(now % 1 * 1000):03d}: "
        with self._path.open("a", encoding="utf-8") as file:
            file.writelines(f"{start}{line}\n" for line in lines)
        return len(text)

    def add_exception(self, problem: BaseException) -> None:
        self.write("Error running WSGI application\n")
        self.write("\n".join(traceback.format_exception_only(type(problem), problem)))
        frames = [
            frame
            for frame in traceback.extract_tb(problem.__traceback__)
            if self._wrapper != frame.filename and "importlib" not in frame.filename
        ]
        self.write("\n".join(traceback.format_list(frames)))

    def add_failed_import(self, problem: BaseException) -> None:
        self.add_exception(problem)
        self.write(_IMPORT_HELP)


class _Stamped(io.RawIOBase):
    """The server log: each line with the time of the load."""

    def __init__(self, file: BinaryIO | Any, now: float) -> None:
        self._file = file
        self._time = now

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        for line in bytes(data).splitlines():
            self._file.write(f"{stamp(self._time)} ".encode() + line + b"\n")
        return len(data)


def _text(raw: io.RawIOBase) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BufferedWriter(raw), "utf-8", line_buffering=True)


if __name__ == "__main__":
    main()
