"""Loads an entry file as the host does, makes one request, and reports both.

This file is not imported: :mod:`pa_new_check.sandbox` gives its compiled code to an
interpreter of its own, so that the app sees nothing of the package. What to do follows
as JSON on stdin; what happened leaves as lines of JSON through a descriptor of its own,
each after a token that the app was not told.
"""

from __future__ import annotations

import _thread
import faulthandler
import gc
import importlib
import importlib.machinery
import io
import json
import os
import sys
import time
from wsgiref.validate import validator

TYPE_CHECKING = False  # that of typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Any, NoReturn

MAX_BODY = 1_000_000  # bytes of a response that check reads
MAX_TEXT = 2_000  # characters of an error that are reported
MAX_FRAMES = 200

_end = os._exit  # the app's own calls of it are watched
_main = _thread.get_ident()
_path = list(sys.path)  # without the project's folders


class Loader:
    """One loading of one app."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.task = task
        self.process = os.getpid()
        self.is_importing = True
        self.started: dict[str, list[tuple[str, list[Any]]]] = {}

    # Reporting.

    def send(self, kind: str, **facts: Any) -> None:
        """Report one fact."""
        line = self.task["token"] + json.dumps({"kind": kind, **facts}) + "\n"
        os.write(self.task["report"], line.encode("ascii"))

    def stop(self, kind: str, what: str) -> NoReturn:
        """Report what must not happen, and end before it does."""
        self.send(kind, what=what, frames=stack(), importing=self.is_importing)
        _end(0)

    # Watching.

    def watch(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take part in what the interpreter is about to do: an audit hook."""
        handler = HANDLERS.get(event)
        if handler is not None and os.getpid() == self.process:
            handler(self, event, arguments)

    def on_bind(self, event: str, arguments: tuple[Any, ...]) -> None:
        address = arguments[1]
        if not self.is_importing or not address:
            return
        if isinstance(address, tuple):
            # Port 0 is what libraries try to find out what the computer can do.
            if len(address) < 2 or not isinstance(address[0], (str, bytes)):
                return
            if address[1] == 0:
                # It is one that serves if the import never ends.
                self.send("bound", what=f"It binds {address!r}", frames=stack())
                return
        elif not isinstance(address, (str, bytes)):
            return
        self.stop("server", f"It binds {address!r}")

    def on_thread(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_importing:
            self.note("thread", "It starts a thread")

    def on_process(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_importing:
            self.note("process", "It starts a process")

    def on_fork(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_importing:
            self.stop("fork", "It forks")

    def on_exec(self, event: str, arguments: tuple[Any, ...]) -> None:
        self.stop("exit", "It becomes another program (exec)")

    def on_kill(self, event: str, arguments: tuple[Any, ...]) -> None:
        target, number = arguments
        if number == 0:
            return
        own = {0, -1, 1, os.getppid(), os.getpid()}
        own |= {os.getpgrp(), -os.getpgrp()}
        if target in own or target == os.getpgid(os.getppid()):
            self.stop("exit", f"It sends signal {int(number)} to its own processes")

    def on_socket(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_importing and "asyncio" in sys.modules:
            frames = stack()
            if any("/asyncio/" in str(file) for file, _ in frames):
                self.started.setdefault("loop", []).append(
                    ("It makes an event loop", frames)
                )

    def exit(self, status: int) -> NoReturn:
        """Take the place of ``os._exit``, which no audit hook sees."""
        if os.getpid() != self.process:
            _end(status)  # a process that a request forked may end
        self.stop("exit", f"os._exit({status})")

    def note(self, kind: str, what: str) -> None:
        """Remember what was started: it only matters if it stays."""
        noted = self.started.setdefault(kind, [])
        if len(noted) < 20:
            noted.append((what, stack()))

    # Loading.

    def load(self) -> Any:
        """Import the entry file and return its application."""
        task = self.task
        if sys.path and sys.path[0] == "":
            sys.path[0] = task["root"]
        else:
            sys.path.insert(0, task["root"])
        sys.path_hooks.insert(0, folder_hook(task["folder"]))
        sys.argv = ["uwsgi"]
        os._exit = self.exit
        os.abort = lambda: self.stop("exit", "os.abort()")
        sys.addaudithook(self.watch)
        if sys.version_info < (3, 12):  # which first told hooks of threads
            begin: Any = _thread.start_new_thread

            def watched(*arguments: Any) -> Any:
                self.on_thread("", arguments)
                return begin(*arguments)

            setattr(_thread, "start_new_thread", watched)  # noqa: B010 - for mypy
            if "threading" in sys.modules:  # else it takes the one above
                setattr(sys.modules["threading"], "_start_new_thread", watched)  # noqa: B010
        start = time.monotonic()
        try:
            module = importlib.import_module(task["module"])
        except SystemExit as error:
            self.send("exit", what=f"sys.exit({error.code!r})", frames=where(error))
            _end(0)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is reported
            self.send("raised", **described(error))
            _end(0)
        self.send("imported", seconds=time.monotonic() - start)
        self.report_what_stays()
        self.is_importing = False
        if not hasattr(module, "application"):
            self.send("missing")
            _end(0)
        application = module.application
        kind = interface(application)
        if kind != "wsgi":
            self.send(kind, type=type(application).__name__)
            _end(0)
        return application

    def report_what_stays(self) -> None:
        """Report threads, processes and event loops that outlive the import."""
        started = self.started
        if "thread" in started:
            for _ in range(20):
                if _thread._count() == 0:
                    break
                time.sleep(0.01)
            else:
                self.report_started("thread")
        if "process" in started and has_children():
            self.report_started("process")
        if "loop" in started:
            asyncio = sys.modules["asyncio"]
            for thing in gc.get_objects():
                is_loop = isinstance(thing, asyncio.AbstractEventLoop)
                if is_loop and not thing.is_closed():
                    self.report_started("loop")
                    break

    def report_started(self, kind: str) -> None:
        for what, frames in self.started[kind]:
            self.send(kind, what=what, frames=frames)

    # Requests.

    def check(self, application: Any) -> None:
        """Make one request for ``/`` and report how it was answered."""
        errors = io.StringIO()
        environ = environment(self.task, errors)
        started: list[Any] = []

        def start_response(
            status: str, headers: list[Any], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            started[:] = [status]
            return lambda data: None

        self.send("requesting")
        try:
            chunks: Any = validator(typed(application))(environ, start_response)
            try:
                size = 0
                for chunk in chunks:
                    size += len(chunk)
                    if size > MAX_BODY:
                        break
            finally:
                chunks.close()
        except AssertionError as error:
            last = where(error)[0][0]
            is_rule = last.replace("\\", "/").endswith("wsgiref/validate.py")
            self.send("violation" if is_rule else "failed", **described(error))
            _end(0)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is reported
            self.send("failed", **described(error))
            _end(0)
        self.send("answered", status=started[0], errors=errors.getvalue()[-MAX_TEXT:])

    def visit(self, application: Any, output: int) -> None:
        """Make the request that was asked for and print the answer as it comes."""
        environ = environment(self.task, sys.stderr)
        is_terminal = os.isatty(output)
        head: list[Any] = []
        sent: list[bool] = []

        def send(data: bytes) -> None:
            if not sent:
                if not head:
                    raise AssertionError("a body before start_response was called")
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
                note = "the body is not text: send it to a file to see it\n"
                sys.stderr.write(note)
                sys.stderr.flush()
                self.send("answered", status=head[0], errors="")
                _end(0)
            write_all(output, data)

        def start_response(
            status: str, headers: list[Any], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            if exc_info and sent:
                raise exc_info[1].with_traceback(exc_info[2])
            if head and not exc_info:
                raise AssertionError("start_response was called twice")
            head[:] = [status, headers]
            return send

        self.send("requesting")
        try:
            chunks = application(environ, start_response)
            try:
                for chunk in chunks:
                    if not isinstance(chunk, bytes):
                        kind = type(chunk).__name__
                        raise TypeError(f"the body has to be bytes, not {kind}")
                    if chunk and self.task["method"] != "HEAD":
                        send(chunk)
                if not sent:
                    send(b"")
            finally:
                close = getattr(chunks, "close", None)
                if close is not None:
                    close()
        except BrokenPipeError:
            self.send("answered", status=head[0] if head else "", errors="")
            _end(0)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is reported
            sys.__excepthook__(type(error), error, error.__traceback__)
            self.send("failed", **described(error))
            _end(0)
        self.send("answered", status=head[0], errors="")


CONTROLS = bytes(set(range(32)) - {9, 10, 13}) + b"\x7f"

HANDLERS: dict[str, Callable[[Loader, str, tuple[Any, ...]], None]] = {
    "socket.bind": Loader.on_bind,
    "socket.__new__": Loader.on_socket,
    "_thread.start_new_thread": Loader.on_thread,
    "_thread.start_joinable_thread": Loader.on_thread,
    "subprocess.Popen": Loader.on_process,
    "os.posix_spawn": Loader.on_process,
    "os.spawn": Loader.on_process,
    "os.fork": Loader.on_fork,
    "os.forkpty": Loader.on_fork,
    "os.exec": Loader.on_exec,
    "os.kill": Loader.on_kill,
    "os.killpg": Loader.on_kill,
}


def stack() -> list[Any]:
    """Return file and line of every frame, the innermost first.

    Where a library serves in a thread of its own, the app's line is in the main one.
    """
    frames: list[Any] = []
    current = sys._current_frames()
    for identifier in (_thread.get_ident(), _main):
        frame = current.get(identifier)
        while frame is not None and len(frames) < MAX_FRAMES:
            frames.append([frame.f_code.co_filename, frame.f_lineno])
            frame = frame.f_back
        if identifier == _main:
            break
    return frames


def where(error: BaseException) -> list[Any]:
    """Return file and line of every frame of an exception, the innermost first."""
    frames: list[Any] = []
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        frames.append([trace.tb_frame.f_code.co_filename, trace.tb_lineno])
        trace = trace.tb_next
    return frames[::-1][:MAX_FRAMES]


def described(error: BaseException) -> dict[str, Any]:
    """Return what is to be told of an exception."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - an exception of the app's own making
        text = ""
    frames = where(error)
    if isinstance(error, SyntaxError) and error.filename:
        frames.insert(0, [error.filename, error.lineno or 1])
    return {
        "type": type(error).__name__,
        "bases": [kind.__name__ for kind in type(error).__mro__],
        "text": text[:MAX_TEXT],
        "name": str(getattr(error, "name", None) or ""),
        "path": str(getattr(error, "filename", None) or ""),
        "frames": frames,
    }


def interface(application: Any) -> str:
    """Tell which interface the application has, as far as its signature tells."""
    if not callable(application):
        return "uncallable"
    code: Any = getattr(application, "__code__", None)
    if type(application) is type(interface) and not vars(application):
        # A plain function, as most are: there is no need to look closer, which takes long.
        needed = code.co_argcount - len(application.__defaults__ or ())
        is_plain = (
            not code.co_flags & 0x80 and not code.co_kwonlyargcount
        )  # 0x80: async
        if is_plain and needed <= 2 <= code.co_argcount:
            return "wsgi"
    inspect = library("inspect")
    call = application
    if not inspect.isroutine(application) and not inspect.isclass(application):
        call = type(application).__call__.__get__(application)
    if inspect.iscoroutinefunction(call):
        return "asgi"
    try:
        signature = inspect.signature(call)
    except (TypeError, ValueError):
        return "wsgi"
    for count, kind in ((2, "wsgi"), (3, "asgi")):
        try:
            signature.bind(*[None] * count)
        except TypeError:
            continue
        return kind
    return "uncallable"


def library(name: str) -> Any:
    """Import a module of the standard library, even if the project has one so called."""
    own, path = sys.modules.pop(name, None), sys.path
    sys.path = _path
    try:
        return importlib.import_module(name)
    finally:
        sys.path = path
        if own is not None:
            sys.modules[name] = own


def has_children() -> bool:
    """Tell whether a process that was started still runs."""
    for _ in range(1000):
        try:
            ended, _status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if ended == 0:
            return True
    return True


def folder_hook(folder: str) -> Callable[[str], Any]:
    """Return what finds modules of a folder on the host in the project's folder here.

    An entry file written for the host puts ``/home/USER/NAME`` on the path, which is
    the project.
    """

    def find(path: str) -> Any:
        parts = [part for part in path.split("/") if part not in ("", ".")]
        if not path.startswith("/home/") or len(parts) < 2 or os.path.exists(path):
            raise ImportError
        place = folder
        for start in range(2, len(parts)):
            below = os.path.join(folder, *parts[start:])
            if os.path.isdir(below):
                place = below
                break
        return importlib.machinery.FileFinder(
            place,
            (
                importlib.machinery.SourceFileLoader,
                importlib.machinery.SOURCE_SUFFIXES,
            ),
        )

    return find


def environment(task: dict[str, Any], errors: Any) -> dict[str, Any]:
    """Return the environment of the request, as the host gives it."""
    path, _, query = task["path"].partition("?")
    path = path.partition("#")[0]
    body = task["data"].encode("utf-8", "surrogateescape")
    if not path.startswith("/"):
        path = "/" + path
    if "%" in path:
        text = sys.modules["urllib.parse"].unquote_to_bytes(path)
    else:
        text = path.encode("utf-8", "surrogateescape")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": task["method"],
        "REQUEST_URI": task["path"],
        "SCRIPT_NAME": "",
        "PATH_INFO": text.decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_X_REAL_IP": "127.0.0.1",
        "HTTP_USER_AGENT": "pa-new",
        "HTTP_ACCEPT": "*/*",
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": errors,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if body:
        environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
    for name, value in task["headers"]:
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = "HTTP_" + key
        environ[key] = value
    if not environ["CONTENT_LENGTH"]:
        del environ["CONTENT_LENGTH"]
    return environ


def typed(application: Any) -> Any:
    """Return the application as servers take it, where the validator is stricter.

    It insists on a Content-Type, which web.py does not send by itself, and on a size for
    ``read()``, which PEP 3333 lets an application leave out.
    """

    def answer(environ: Any, start_response: Any) -> Any:
        def start(status: Any, headers: Any, *more: Any) -> Any:
            if type(headers) is list and str(status)[:3] not in ("204", "304"):
                names = [str(name).lower() for name, *_ in headers]
                if "content-type" not in names:
                    headers = [*headers, ("Content-Type", "text/plain")]
            return start_response(status, headers, *more)

        environ["wsgi.input"] = Input(environ["wsgi.input"])
        return application(environ, start)

    return answer


class Input:
    """The request's body, whose ``read()`` can go without a size."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, or all."""
        data: bytes = self.stream.read(size)
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def __iter__(self) -> Any:
        return iter(self.stream)


def write_all(output: int, data: bytes) -> None:
    """Write everything, however little the descriptor takes at a time."""
    view = memoryview(data)
    while view:
        view = view[os.write(output, view) :]


def run() -> None:
    """Do what stdin asks for."""
    task = json.loads(sys.stdin.buffer.read())
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    output = -1
    if task["visit"]:
        # What the app prints is not a part of the answer.
        output = os.dup(1)
        os.dup2(2, 1)
    if "%" in task["path"]:
        importlib.import_module("urllib.parse")  # before the project has one so called
    faulthandler.dump_traceback_later(task["import_limit"], file=task["trace"])
    loader = Loader(task)
    application = loader.load()
    faulthandler.dump_traceback_later(task["time_limit"], file=task["trace"])
    if task["visit"]:
        loader.visit(application, output)
    else:
        loader.check(application)
    sys.stdout.flush()
    sys.stderr.flush()
    _end(0)


run()
