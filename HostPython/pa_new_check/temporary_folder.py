"""A temporary folder that is removed whatever happens to this process.

A process of its own removes it: it sees that this one has ended, also by SIGKILL, which
leaves no time for anything. The app may have protected its folders, and still write.
"""

from __future__ import annotations

import os
import time

from pa_new_shared.later import contextlib, signal

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

_TRIES = 50  # while processes of the app may still write
_PAUSE = 0.1


@contextlib.contextmanager
def temporary_folder(prefix: str) -> Iterator[tuple[str, int]]:
    """Make a folder for as long as the block runs.

    :returns: its path, and the process that removes it.
    """
    folder = os.path.realpath(_make(prefix))
    reader, writer = os.pipe()
    remover = os.fork()
    if remover == 0:
        _wait_and_remove(folder, reader, writer)
    os.close(reader)
    try:
        yield folder, remover
    finally:
        os.close(writer)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(remover, 0)
        _remove(folder)  # if the remover was ended


def _make(prefix: str) -> str:
    """Make the folder, for this user alone."""
    parent = os.environ.get("TMPDIR") or "/tmp"
    with contextlib.suppress(OSError, ValueError):
        folder = os.path.join(parent, prefix + os.urandom(8).hex())
        os.mkdir(folder, 0o700)
        return folder
    import tempfile  # takes a while; it tries other places, too

    return tempfile.mkdtemp(prefix=prefix)


def _wait_and_remove(folder: str, reader: int, writer: int) -> NoReturn:
    """Remove the folder as soon as no process has the other end of the pipe."""
    try:
        os.setsid()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        os.close(writer)
        os.closerange(0, reader)  # nobody shall wait for what this one might write
        os.closerange(reader + 1, 1024)
        os.read(reader, 1)
        for _ in range(_TRIES):
            if _remove(folder):
                break
            time.sleep(_PAUSE)
    finally:
        os._exit(0)


def _remove(folder: str) -> bool:
    """Remove the folder, also what the app has protected; tell whether it is gone."""
    _remove_tree(folder)
    if not os.path.lexists(folder):
        return True
    for parent, _, _ in os.walk(folder):
        with contextlib.suppress(OSError):
            os.chmod(parent, 0o700)
    _remove_tree(folder)
    return not os.path.lexists(folder)


def _remove_tree(folder: str) -> None:
    """Remove what can be removed of a folder, without following links.

    As ``shutil.rmtree``, which takes 3 ms to import.
    """
    with contextlib.suppress(OSError):
        for _, folders, files, place in os.fwalk(folder, topdown=False):
            for name in (*files, *folders):
                with contextlib.suppress(OSError):
                    try:
                        os.unlink(name, dir_fd=place)
                    except OSError:  # it is no file, and no link to a folder either
                        os.rmdir(name, dir_fd=place)
        os.rmdir(folder)
