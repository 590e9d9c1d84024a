"""Lists the pages that a loaded app answers to GET, as its framework tells them.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own. Nothing is
imported that the app has not imported, except from the standard library: a framework is
recognised only if it is in ``sys.modules``.
"""

from __future__ import annotations

import sys

from pa_new_check.sandbox_frameworks import READERS, attribute, is_own, own

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

MAX_ROUTES = 200  # paths that are returned
_MAX_OBJECTS = 500  # applications, wrappers and routers that are looked at
_MAX_FOUND = 20_000

# Attributes in which a wrapper keeps the application that it calls.
_INNER = ("app", "application", "wsgi_app", "_app", "_application", "wrapped")


def routes(application: Any) -> tuple[list[str], int] | None:
    """Return the paths that need no parameters, in order, and how many there are.

    Every path in the list is meant to be requested, also one that is called "/logout" or
    "/delete-all": a request with GET must be safe, and nothing is guessed from a name. If
    an app changes its data in a GET route, requesting it does that.

    :param application: the WSGI callable.
    :returns: at most ``MAX_ROUTES`` paths, and the number of all; None if no framework
        tells its routes.
    """
    try:
        search = _Search()
        search.visit(application, "")
    except Exception:  # noqa: BLE001 - the app's own code runs here, such as __getattr__
        return None
    if not search.is_known:
        return None
    paths = sorted(path for path in search.found if _is_safe(path))
    return paths[:MAX_ROUTES], len(paths)


def applications(application: Any) -> list[Any]:
    """Return an application, what it wraps, and what is mounted in it."""
    search = _Search()
    try:
        search.visit(application, "")
    except Exception:  # noqa: BLE001, S110 - what was found before counts
        pass
    return search.kept


def _is_safe(path: str) -> bool:
    """Tell whether a path can be requested as it is: it begins with one slash."""
    return path.startswith("/") and not path.startswith("//") and path.isprintable()


class _Search:
    """A walk through an application, its wrappers, and the apps that are mounted in it."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self.is_known = False
        """Whether some framework told its routes."""
        self._seen: set[tuple[int, str]] = set()
        self.kept: list[Any] = []
        """All that was looked at, so that no two objects have one id."""

    def add(self, path: str) -> None:
        if len(self.found) < _MAX_FOUND:
            self.found.add(path)

    def visit(self, thing: Any, prefix: str) -> None:
        """Add the routes of an application, or of what it wraps, below a prefix."""
        key = (id(thing), prefix)
        if thing is None or key in self._seen or len(self._seen) >= _MAX_OBJECTS:
            return
        self._seen.add(key)
        self.kept.append(thing)
        for module, name, reader in READERS:
            kind = getattr(sys.modules.get(module), name, None)
            if isinstance(kind, type) and isinstance(thing, kind):
                self._read(reader, thing, prefix)
                return
        if is_own(thing):
            self._read(own, thing, prefix)
            return
        for inner, below in self._wrapped(thing):
            self.visit(inner, prefix + below)

    def _read(self, reader: Callable[..., Any], thing: Any, prefix: str) -> None:
        """Read the routes of one framework; an error keeps what was found before."""
        try:
            for path in reader(thing, self, prefix):
                self.is_known = True
                self.add(prefix + path)
            self.is_known = True
        except Exception:  # noqa: BLE001 - another version of the framework, say
            return

    def _wrapped(self, thing: Any) -> Iterator[tuple[Any, str]]:
        """Yield what a wrapper may call, each with the prefix below which it does."""
        mounts = attribute(thing, "mounts")  # of Werkzeug's DispatcherMiddleware
        if isinstance(mounts, dict):
            for below, inner in list(mounts.items()):
                if isinstance(below, str):
                    yield inner, below.rstrip("/")
        for name in ("__self__", "__wrapped__", "func", *_INNER):
            inner = attribute(thing, name)
            if inner is not None and not isinstance(inner, (str, bytes, int, type)):
                yield inner, ""
        yield from ((inner, "") for inner in self._used_by(thing))

    def _used_by(self, function: Any) -> Iterator[Any]:
        """Yield what a plain function takes from around it: closure and global names."""
        code = getattr(function, "__code__", None)
        if code is None:
            return
        for cell in getattr(function, "__closure__", None) or ():
            try:
                yield cell.cell_contents
            except ValueError:  # not set yet
                continue
        for name in code.co_names:
            value = function.__globals__.get(name)
            # A function from elsewhere leads to a library's own objects.
            module = getattr(value, "__module__", "") if callable(value) else ""
            is_code = isinstance(value, (type, type(sys), type(routes)))
            if not is_code or module == function.__module__:
                yield value
