"""Gives a process PythonAnywhere's folders, by Linux's mount namespaces.

The process and its children see a root of their own: this computer's folders, with the
stand-in for PythonAnywhere's disk at ``/home`` and ``/var/www``, and a ``/tmp`` of their
own. This computer's home folders and the project's own folder are not in it, except for
the interpreter and its packages. See mount_namespaces(7) and user_namespaces(7).
"""

from __future__ import annotations

import os
import stat

from pa_new_shared.later import contextlib

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

_NEWNS, _NEWUSER = 0x00020000, 0x10000000
_BIND, _REC, _PRIVATE = 0x1000, 0x4000, 0x40000
_NOSUID, _NODEV = 0x2, 0x4
_ROOM = "mode=755,size=1g"  # for files outside the home folder


class View:
    """What the process is to see."""

    def __init__(
        self, stage: str, home: str, hidden: list[str], through: list[str]
    ) -> None:
        self.stage = stage
        """The folder with the stand-in."""
        self.home = home
        """The home folder on PythonAnywhere."""
        self.hidden = hidden
        """Folders of this computer that PythonAnywhere does not have."""
        self.through = through
        """Folders that are there although they lie below others that are not."""
        self.shown: dict[str, str] = {}
        """New folders at the root, and the folders of this computer for them."""


def enter(view: View, library: Any) -> bool:
    """Give this process the view, and tell whether that was possible.

    The process must have one thread. Its working directory becomes the home folder.

    :param library: the C library.
    """
    try:
        _unshare(library)
        root = os.path.join(view.stage, "root")
        os.makedirs(root, exist_ok=True)  # a preview loads the app several times
        _mount(library, "tmpfs", root, "tmpfs", _NOSUID | _NODEV, _ROOM)
        _mirror(library, root)
        _hide(library, root, view)
        os.chdir(root + view.home)
        os.chroot(root)  # as the last step: until then, every file is still there
    except (OSError, AttributeError):
        return False
    return True


def _unshare(library: Any) -> None:
    """Give the process a mount namespace, in a user namespace if it needs one."""
    user, group = os.geteuid(), os.getegid()
    if user != 0 or library.unshare(_NEWNS) != 0:
        if library.unshare(_NEWUSER | _NEWNS) != 0:
            raise OSError("no namespaces")
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{user} {user} 1"),
            ("gid_map", f"{group} {group} 1"),
        ):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    _mount(library, "none", "/", "", _REC | _PRIVATE)


def _mount(
    library: Any, source: str, target: str, kind: str, flags: int, data: str = ""
) -> None:
    texts = [
        os.fsencode(text) if text else None for text in (source, target, kind, data)
    ]
    if library.mount(texts[0], texts[1], texts[2], flags, texts[3]) != 0:
        raise OSError(f"cannot mount {target}")


def _mirror(library: Any, root: str) -> None:
    """Show this computer's folders below the new root, without /home, /tmp, /var/www."""
    for name in os.listdir("/"):
        path = "/" + name
        if path == "/home":
            continue
        if path in ("/tmp", "/var") and not os.path.islink(path):
            os.mkdir(root + path, 0o755)
            os.chmod(root + path, 0o1777 if path == "/tmp" else 0o755)
            for below in os.listdir(path) if path == "/var" else ():
                if below not in ("www", "tmp"):
                    _show(library, root, f"/var/{below}")
        else:
            _show(library, root, path)
    for path in ("/home", "/tmp", "/var", "/var/www", "/var/tmp"):
        os.makedirs(root + path, exist_ok=True)
    os.chmod(root + "/var/tmp", 0o1777)


def _show(library: Any, root: str, path: str) -> None:
    """Show one of this computer's folders, files or links at its own place."""
    target = root + path
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            os.symlink(os.readlink(path), target)
            return
        if stat.S_ISDIR(mode):
            with contextlib.suppress(FileExistsError):
                os.mkdir(target)
        elif stat.S_ISREG(mode):
            open(target, "wb").close()
        else:
            return
    except OSError:
        return
    with contextlib.suppress(OSError):  # what cannot be shown is not there
        _mount(library, path, target, "", _BIND | _REC)


def _hide(library: Any, root: str, view: View) -> None:
    """Put the stand-in in its places, and hide this computer's folders."""
    for path in (view.home, "/var/www"):
        os.makedirs(root + path, exist_ok=True)
        _mount(library, view.stage + path, root + path, "", _BIND)
    _show_all(library, root, view.through)
    for path, source in view.shown.items():
        os.mkdir(root + path)
        _mount(library, source, root + path, "", _BIND)
    for path in view.hidden:
        if (
            path != "/"
            and os.path.isdir(root + path)
            and not _is_below(path, view.home)
        ):
            _mount(library, "tmpfs", root + path, "tmpfs", _NOSUID | _NODEV, _ROOM)
    _show_all(library, root, view.through)


def _show_all(library: Any, root: str, paths: list[str]) -> None:
    for path in sorted(paths):
        if os.path.lexists(path) and not os.path.lexists(root + path):
            os.makedirs(os.path.dirname(root + path), exist_ok=True)
            _show(library, root, path)


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + "/")
