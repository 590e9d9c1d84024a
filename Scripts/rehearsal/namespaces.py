"""Namespaces in which the host's folders are where they are on the host.

A WSGI file names folders by their whole paths. In a mount namespace ``/home/alice`` and
``/var/www`` can be any folders, and nobody else sees it. In a network namespace all ports
are free, and nothing outside can be reached. In a process namespace everything ends with
its first process. The rehearsal and the checker's tests of truth use this.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

from rehearsal.problems import Missing

_BIND, _RECURSIVE = 0x1000, 0x4000  # MS_BIND, MS_REC
_SET_FLAGS, _UP = 0x8914, 0x1  # SIOCSIFFLAGS, IFF_UP


def command(arguments: list[str]) -> list[str]:
    """Return the command that runs another one in namespaces of its own."""
    as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    spaces = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    return ["unshare", *as_root, *spaces, "--", *arguments]


def check() -> None:
    """Check that this computer allows namespaces."""
    probe = (
        "from rehearsal import namespaces; namespaces.loopback(); namespaces.probe()"
    )
    done = subprocess.run(
        command([sys.executable, "-c", probe]),
        cwd=Path(__file__).parents[1],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        advice = (
            "In a container, start the container with --privileged."
            if os.geteuid() == 0
            else "Run it as root, or allow them for users: sysctl "
            "kernel.unprivileged_userns_clone=1 on Debian, "
            "kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu."
        )
        raise Missing(
            "this computer does not allow namespaces, which are needed to replace /home "
            f"and /var/www: {lines[-1]}\n{advice}"
        )


def probe() -> None:
    """Try the operation that a rehearsal needs."""
    hide(Path("/tmp"))


def loopback() -> None:
    """Let this network reach itself: a new one cannot."""
    with socket.socket() as any_socket:
        request = struct.pack("16sH22x", b"lo", _UP)
        fcntl.ioctl(any_socket, _SET_FLAGS, request)


def show(folder: Path, place: Path) -> None:
    """Let a folder be at a place as well, where there need be none.

    Nothing can be made beside somebody else's folders. So the folder around the place
    becomes an empty one in memory, and all that was in it is shown there again.
    """
    if not place.is_dir():
        around = next(parent for parent in place.parents if parent.is_dir())
        if around == Path("/"):
            raise Missing(f"there is no folder {place.parents[-2]} on this computer")
        kept = os.open(around, os.O_PATH | os.O_DIRECTORY)
        names = os.listdir(around)
        hide(around)
        for name in names:
            _show_again(Path(f"/proc/self/fd/{kept}", name), around / name)
        os.close(kept)
        place.mkdir(parents=True)
    _mount(str(folder), place, None, _BIND | _RECURSIVE)


def hide(folder: Path) -> None:
    """Let a folder be an empty one in memory."""
    _mount("tmpfs", folder, "tmpfs", 0)


def _show_again(old: Path, new: Path) -> None:
    if old.is_symlink():
        new.symlink_to(os.readlink(old))
        return
    if old.is_dir():
        new.mkdir()
    else:
        new.touch()
    # What is not for us, as other users' folders may be, is not there then.
    with contextlib.suppress(OSError):
        _mount(str(old), new, None, _BIND | _RECURSIVE)


def _mount(source: str, place: Path, kind: str | None, flags: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    kind_bytes = kind.encode() if kind else None
    if library.mount(source.encode(), bytes(place), kind_bytes, flags, None):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(place))
