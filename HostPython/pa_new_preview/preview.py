"""The command ``preview``: shows the app in a browser on this computer.

Three kinds of processes work together. This one has the web server for the browser, with
a thread for each connection. The keeper (:mod:`pa_new_preview.keeper`) has the stand-in
for PythonAnywhere's disk and loads the app. The app's own processes are those of ``check``
and ``visit``, with workers that stay.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

from pa_new_check import loading, placement, processes
from pa_new_check.check import known
from pa_new_check.placement import Placement
from pa_new_check.project import CannotCheck, find
from pa_new_check.project_requirements import read_requirements
from pa_new_check.temporary_folder import temporary_folder
from pa_new_check.visit_static import StaticFiles
from pa_new_preview import changes, log, pages
from pa_new_preview.keeper import Keeper
from pa_new_preview.site import Judgements, Site
from pa_new_preview.uncollected import uncollected
from pa_new_preview.web_server import Server
from pa_new_shared.dotenv import PREVIEW
from pa_new_shared.text import listed

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

PORT, PORTS = 8000, 10
"""The port to take, and how many to try unless one is asked for."""

_PAUSE = 0.3  # seconds between looks for edits
_MAX_WORKERS = 16
_MAX_NAMED = 3  # files that a line names


def run(options: SimpleNamespace, python: tuple[int, int]) -> int:
    """Show the app until Ctrl-C, and return the exit code."""
    if not 1 <= options.workers <= _MAX_WORKERS:
        raise CannotCheck("usage", f"--workers takes a number from 1 to {_MAX_WORKERS}")
    if not 0 <= options.port <= 65535:
        raise CannotCheck("usage", "--port takes a number from 1 to 65535")
    project = find(Path(options.folder), options.entry)
    place = placement.place(project, known(options))
    asked = loading.Loading(
        read_requirements(project.folder, python), python, options.time_limit, []
    )
    asked.uploads = options.upload
    asked.uses_namespaces = not options.no_namespaces
    asked.lent = loading.lent_variables(options.env, options.env_file)
    if not options.production:
        asked.lent.setdefault(PREVIEW, "1")
    with temporary_folder("pa-new-preview-") as (sockets, _):
        with _kept(place, asked, sockets, options.workers) as control:
            preview = _Preview(options, place, control)
            with preview.served(sockets):
                preview.watch()
        preview.end(control)
    return 0


@contextlib.contextmanager
def _kept(
    place: Placement, asked: loading.Loading, sockets: str, workers: int
) -> Iterator[socket.socket]:
    """Start the keeper, for as long as the block runs."""
    own, other = socket.socketpair()
    parent = os.getpid()
    keeper = os.fork()
    if keeper == 0:
        own.close()
        _keep(Keeper(place, asked, other, sockets, workers), parent)
    other.close()
    try:
        yield own
    finally:
        with contextlib.suppress(OSError):
            own.shutdown(socket.SHUT_WR)


def _keep(keeper: Keeper, parent: int) -> None:
    """Be the keeper, and never come back."""
    status = 1
    try:
        with processes.guarded():
            # The server sees Ctrl-C, too, and ends this process. Without a server the
            # socket ends, too: a signal would leave what the app has started.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            if os.getppid() == parent:
                keeper.run()
        status = 0
    except SystemExit:
        pass
    except BaseException:  # noqa: BLE001 - nothing of the server's may run here
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(status)


class _Preview:
    """The server's side: which app answers, and what happens after an edit."""

    def __init__(
        self, options: SimpleNamespace, place: Placement, control: socket.socket
    ) -> None:
        self.options = options
        self.place = place
        self.control = control
        self.folder = str(place.project.folder)
        self.site = Site()
        self.judgements = Judgements(self._order)
        self.number = 0
        """The app that was asked for last."""
        self.serving = 0
        """The app that answers, 0 if none does."""
        self.text = b""
        self.url = ""
        self._sending = threading.Lock()

    @contextlib.contextmanager
    def served(self, sockets: str) -> Iterator[None]:
        """Serve the site in threads, for as long as the block runs."""
        self.server = self._server(sockets)
        self.url = f"http://localhost:{self.server.server_port}/"
        thread = threading.Thread(target=self.server.serve_forever, args=(0.1,))
        thread.daemon = True
        thread.start()
        try:
            yield
        finally:
            self.server.shutdown()
            self.server.server_close()

    def _server(self, sockets: str) -> Server:
        asked = self.options.port
        ports = [asked] if asked else range(PORT, PORT + PORTS)
        for port in ports:
            try:
                return Server(
                    port,
                    self.site,
                    self.place.site,
                    self._static(),
                    sockets,
                    self.judgements,
                    self.options.time_limit,
                    self.options.live,
                )
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise CannotCheck(
                        "usage", f"port {port} cannot be used: {error.strerror}"
                    ) from None
        if asked:
            why = "is it another preview? Choose another port with --port"
            raise CannotCheck("usage", f"port {asked} is taken: {why}")
        raise CannotCheck(
            "usage",
            f"the ports {PORT} to {PORT + PORTS - 1} are taken: choose one with --port",
        )

    def _static(self) -> StaticFiles:
        options = self.options
        return StaticFiles(
            self.place.project.folder, options.static, options.package_static
        )

    # Edits.

    def watch(self) -> None:
        """Load the app, and again after each edit, until Ctrl-C."""
        log.say(
            f"{self.url} shows the app as PythonAnywhere would. Press Ctrl-C to stop."
        )
        for text in uncollected(self.place.project.folder, self._static()):
            log.say(text)
        with selectors.DefaultSelector() as selector, contextlib.suppress(_Ended):
            selector.register(self.control, selectors.EVENT_READ)
            _handle(_end)
            parent = os.getppid()
            before = changes.snapshot(self.folder)
            if changes.are_current(self._products, before) or self._is_built():
                self._load()
            before = self._with_products(before)
            looked = time.monotonic()
            while os.getppid() == parent:  # else pa-new was killed
                if selector.select(_PAUSE):
                    self._hear()
                # What the keeper tells must not keep edits waiting.
                if self.options.no_reload or time.monotonic() < looked + _PAUSE:
                    continue
                before = self._look(before)
                looked = time.monotonic()

    def _look(self, before: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
        """Look for edits, and load the app anew if there are any; return what is there."""
        after = changes.snapshot(self.folder)
        edited = changes.changed(before, after)
        if not edited or not self._is_settled(after):
            return before
        self._tell_edited(edited)
        if not set(edited) - self._products or self._is_built():
            self._load()
        return self._with_products(after)

    @property
    def _products(self) -> set[str]:
        """The paths of the files that the build makes."""
        if not self.options.build:
            return set()
        return {os.path.join(self.folder, path) for path in self.options.upload}

    def _with_products(
        self, files: dict[str, tuple[int, int]]
    ) -> dict[str, tuple[int, int]]:
        """Return a snapshot with the build's own files as they are now: they are no edits."""
        now = changes.snapshot(self.folder)
        return {**files, **{path: now[path] for path in self._products if path in now}}

    def _is_settled(self, after: dict[str, tuple[int, int]]) -> bool:
        """Tell whether an editor or a copy is not in the middle of its work."""
        time.sleep(_PAUSE / 3)
        return changes.snapshot(self.folder) == after

    def _tell_edited(self, edited: list[str]) -> None:
        names = [os.path.relpath(path, self.folder) for path in edited]
        more = [f"{len(names) - _MAX_NAMED} more"] if names[_MAX_NAMED:] else []
        log.say(f"{listed([*names[:_MAX_NAMED], *more])} changed: loading the app anew")

    def _is_built(self) -> bool:
        """Build what is compiled here; tell whether it is there."""
        for command in self.options.build:
            log.say(f"building: {command}")
            code, output = _built(command, self.folder)
            if code:
                log.say(f"'{command}' failed", is_bad=True)
                for line in output.splitlines():
                    log.say(line)
                if self.number:
                    # What the app of before the edit still tells is not about this.
                    self.number += 1
                self._fail({"summary": f"'{command}' failed", "output": output})
                return False
        return True

    def _load(self) -> None:
        self.number += 1
        self.server.static = self._static()
        self._order(order="load", number=self.number)

    def _fail(self, document: dict[str, Any]) -> None:
        before, self.serving = self.serving, 0
        self.site.fail(document)
        self._stop(before)

    def _stop(self, number: int) -> None:
        """Let the workers of an app end after their current requests."""
        if number:
            self._order(order="end", number=number)

    def _order(self, **order: Any) -> None:
        line = json.dumps(order) + "\n"
        with self._sending, contextlib.suppress(OSError):
            self.control.sendall(line.encode("ascii"))

    # What the keeper tells.

    def _hear(self) -> None:
        data = self.control.recv(1 << 20)
        if not data:
            raise _Ended
        *lines, self.text = (self.text + data).split(b"\n")
        for line in lines:
            facts = json.loads(line)
            _EVENTS[facts.pop("event")](self, **facts)

    def _on_ready(self, number: int) -> None:
        if number != self.number:
            self._stop(number)  # there is a later edit
            return
        before, self.serving = self.serving, number
        self.site.serve(number)
        self._stop(before)
        if not before:
            log.say("the app is loaded")
            if self.options.open and number == 1:
                import webbrowser  # few ask for it

                webbrowser.open(self.url)

    def _on_over(self, number: int, document: dict[str, Any]) -> None:
        """Tell of an app that does not load; one that served has been ended."""
        if number != self.number or number == self.serving:
            return
        log.findings(document)
        log.say(pages.summary(document), is_bad=True)
        self._fail(document)

    def _on_ended(self, number: int, process: int, status: int) -> None:
        """Tell of a worker that ended."""
        code = os.waitstatus_to_exitcode(status)
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        log.say(f"a worker ended ({how}); another one takes its place", is_bad=True)

    def _on_judged(self, id: int, document: dict[str, Any]) -> None:
        self.judgements.tell(id, document)

    def _on_lost(self, files: list[str]) -> None:
        if files:
            more = [f"{len(files) - _MAX_NAMED} more"] if files[_MAX_NAMED:] else []
            log.say(
                f"the app wrote {listed([*files[:_MAX_NAMED], *more])}. This is gone now: "
                "only databases and new folders are kept"
            )

    def end(self, control: socket.socket) -> None:
        """Hear the keeper's last words."""
        with contextlib.suppress(_Ended, OSError):
            while True:
                self._hear()
        control.close()


def _built(command: str, folder: str) -> tuple[int, str]:
    """Run a command of the template in a folder; return its exit code and its output."""
    # While it starts, nobody knows yet what Ctrl-C has to end.
    came: list[int] = []
    _handle(lambda number, _: came.append(number))
    build = subprocess.Popen(
        command,
        shell=True,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        _handle(_end)
        if came:
            _end(came[0], None)
        output, _ = build.communicate()
    except _Ended:
        # A build starts further programs, which Ctrl-C ends, too.
        os.killpg(build.pid, signal.SIGKILL)
        build.communicate()
        raise
    return build.returncode, output.decode("utf-8", "replace")


class _Ended(Exception):
    """The preview is over."""


def _handle(function: Callable[[int, Any], object]) -> None:
    """Let a function handle the signals that end a preview."""
    for number in processes.ENDING:
        signal.signal(number, function)


def _end(number: int, frame: object) -> None:
    for other in processes.ENDING:  # a second Ctrl-C would stop the cleaning
        signal.signal(other, signal.SIG_IGN)
    raise _Ended


_EVENTS: dict[str, Callable[..., None]] = {
    "ready": _Preview._on_ready,
    "over": _Preview._on_over,
    "ended": _Preview._on_ended,
    "judged": _Preview._on_judged,
    "lost": _Preview._on_lost,
}
