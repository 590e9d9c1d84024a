"""Limits the processes that load an app, and ends them all.

No process that an app starts outlives the check, also on a signal that ends it.
"""

from __future__ import annotations

import os
import resource
import sys

from pa_new_check.c_library import CLibrary
from pa_new_shared.later import contextlib, functools, signal

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

MEMORY = 3 * 1024**3  # what a process on PythonAnywhere may have
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PDEATHSIG, _SUBREAPER = 1, 36  # of Linux's prctl


@functools.cache
def c_library() -> Any:
    """Return the C library, None if it does not have Linux's ``prctl``."""
    if not sys.platform.startswith("linux"):
        return None
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import _ctypes  # reading does without it

        library = CLibrary(_ctypes)
        library.prctl  # noqa: B018 - only Linux's library has it
        return library
    return None


def limits() -> Any:
    """Return the function that the child runs before it becomes the interpreter."""
    library = c_library()

    def limit() -> None:
        limits = [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_DATA, MEMORY)]
        limits.append((resource.RLIMIT_AS, 4 * MEMORY))
        for kind, amount in limits:
            with contextlib.suppress(ValueError, OSError):
                hard = resource.getrlimit(kind)[1]
                if hard == resource.RLIM_INFINITY or amount <= hard:
                    resource.setrlimit(kind, (amount, amount))
        if library is not None:
            library.prctl(_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)

    return limit


def end_with(parent: int, library: Any) -> bool:
    """Make this process end with its parent; tell whether the parent is still there.

    The processes that lose their parent below this one become its own.
    """
    if library is not None:
        library.prctl(_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        library.prctl(_SUBREAPER, 1, 0, 0, 0)
    return os.getppid() == parent


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """End all processes that were started, also on a signal to terminate."""
    library = c_library()
    if library is not None:
        # Processes whose parent has ended become ours, so that none can escape.
        library.prctl(_SUBREAPER, 1, 0, 0, 0)

    def terminate(number: int, frame: object) -> None:
        for other in ENDING:  # Ctrl-C comes twice: a second one would stop the cleaning
            signal.signal(other, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for number in ENDING:
        signal.signal(number, terminate)
    yield


class Child:
    """A program that was started in a session of its own.

    The module ``subprocess`` would do it, too, but it takes longer to import than to start one.
    """

    def __init__(
        self,
        arguments: list[str],
        environment: dict[str, str],
        folder: str,
        passed: tuple[int, ...],
        has_output: bool,
    ) -> None:
        """Start the program.

        :param folder: its working directory.
        :param passed: the descriptors that it gets, beside its standard streams.
        :param has_output: whether :attr:`output` gets its stdout and its stderr; else it has
            those of this process.
        :raise OSError: if it cannot be started.
        """
        limit = limits()
        program_input, self.input = os.pipe()
        self.output, program_output = os.pipe() if has_output else (-1, -1)
        failed, failed_end = os.pipe()  # starting the program closes it
        self.process = os.fork()
        """The number of the process."""
        self._exit_code: int | None = None
        if self.process == 0:
            try:
                os.setsid()
                os.dup2(program_input, 0)
                for stream in (1, 2) if has_output else ():
                    os.dup2(program_output, stream)
                _pass_on((*passed, failed_end))
                os.set_inheritable(failed_end, False)
                for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them
                    signal.signal(number, signal.SIG_DFL)
                os.chdir(folder)
                limit()
                os.execve(arguments[0], arguments, environment)
            except BaseException as error:  # noqa: BLE001 - nothing of the parent's may run
                os.write(failed_end, repr(error).encode("utf-8", "replace")[:1000])
            os._exit(127)
        for descriptor in (program_input, program_output, failed_end):
            if descriptor >= 0:
                os.close(descriptor)
        with open(failed, "rb") as file:
            problem = file.read()
        if problem:
            os.waitpid(self.process, 0)
            raise OSError(f"cannot start {arguments[0]}: {problem.decode()}")

    def poll(self) -> int | None:
        """Return how it ended: its exit code, or the negative number of a signal."""
        self._wait(os.WNOHANG)
        return self._exit_code

    def end(self) -> int:
        """End it and everything that it started; return how it ended."""
        ended = self.poll()
        with contextlib.suppress(OSError):
            os.killpg(self.process, signal.SIGKILL)
        self._wait(0)
        end_children()
        return -signal.SIGALRM if ended is None else ended

    def _wait(self, options: int) -> None:
        if self._exit_code is None:
            ended, status = os.waitpid(self.process, options)
            if ended:
                self._exit_code = os.waitstatus_to_exitcode(status)


def _pass_on(descriptors: tuple[int, ...]) -> None:
    """Let a program have these descriptors and the standard streams, and no others."""
    try:
        opened = [int(name) for name in os.listdir("/dev/fd")]
    except OSError:
        opened = list(range(1024))
    for descriptor in opened:
        if descriptor > 2:
            with contextlib.suppress(OSError):
                if descriptor in descriptors:
                    os.set_inheritable(descriptor, True)
                else:
                    os.close(descriptor)


def end_children(spared: int = 0) -> None:
    """End every process whose parent is this one, and those that become its own.

    :param spared: a process that stays.
    """
    for _ in range(100):
        if not spared:
            try:
                os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break  # there are none, which this tells sooner than a list of all
        elif _listed_children() == _listed_children() == [spared]:
            break
        left = [child for child in children() if child != spared]
        if not left:
            break
        for process in left:
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)
            with contextlib.suppress(OSError):
                os.waitpid(process, 0)


def _listed_children() -> list[int]:
    """Return the children that Linux lists for this thread: soon, but perhaps not all."""
    process = os.getpid()
    try:
        with open(f"/proc/{process}/task/{process}/children", "rb") as file:
            return [int(word) for word in file.read().split()]
    except (OSError, ValueError):
        return []


def children() -> list[int]:
    """Return the processes whose parent is this one, if the system lists them."""
    found: list[int] = []
    own = b"%d" % os.getpid()
    try:
        names = os.listdir("/proc")
    except OSError:
        return []
    for name in names:
        if name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                with open(f"/proc/{name}/stat", "rb", buffering=0) as file:
                    text = file.read(1000)
                if text.rpartition(b")")[2].split()[1] == own:
                    found.append(int(name))
    return found
