"""Finds the function of the project that answers a request, and what it returns.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own. A response
does not tell who made it: so the step of a framework is watched that looks the route's
function up. If a framework cannot use what it returned, no line of the project is in the
traceback: so the step is watched, too, that gets this value.
"""

from __future__ import annotations

import sys

from pa_new_check.sandbox_inspection import Noting, library
from pa_new_check.sandbox_reasons import CLASSES, OWN_MODULE

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    # Returns the function, from the arguments of the step (the object first) and its result.
    Read = Callable[[tuple[Any, ...], Any], Any]
    # Names and modules.
    Modules = list[tuple[str, Any]]

_OWN = "web.handler"  # the module of projects with handlers, below their package
_WRAPPERS = (
    "__wrapped__",
    "__func__",
    "func",
)  # of decorators, methods, functools.partial
_MAX_WRAPPERS = 50


def frameworks() -> Modules:
    """Return the modules of which something is watched, here or for the reasons."""
    ends = ("." + _OWN, "." + OWN_MODULE)
    names = {OWN_MODULE, *_STEPS, *_VALUES, *CLASSES}
    loaded = list(sys.modules.items())
    return [(name, one) for name, one in loaded if name in names or name.endswith(ends)]


class View:
    """The function that answers a request; it is watched for in the whole process."""

    def __init__(self, modules: Modules | None = None) -> None:
        """Begin to watch the frameworks that are there.

        :param modules: what :func:`frameworks` returns, if it was called before.
        """
        self._function: Any = None
        self._class: Any = None
        """The class of the view, if it is one."""
        self._returned: list[str] = []
        """The type of what the function has returned, once it is known."""
        for name, module in frameworks() if modules is None else modules:
            wanted = _OWN if name.endswith("." + _OWN) else name
            for kind, step, is_first, read in _STEPS.get(wanted, ()):
                owner = getattr(module, kind, None)
                if isinstance(owner, type) and callable(getattr(owner, step, None)):
                    self._watch(owner, step, is_first, read)
            kind, step = _VALUES.get(name, ("", ""))
            owner = getattr(module, kind, None) if kind else None
            if isinstance(owner, type) and callable(getattr(owner, step, None)):
                self._watch_value(owner, step)

    def clear(self) -> None:
        """Forget the request before."""
        self._function = self._class = None
        self._returned.clear()

    def added_to(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Return the facts about an exception, with the function as the outermost frame."""
        frames = self.frames()
        if not frames:
            return facts
        view = {"name": self._name(), "returned": self._returned[:1], "frames": frames}
        return {**facts, "frames": facts["frames"] + frames, "view": view}

    def frames(self) -> list[Any]:
        """Return the file and the first line of the function; [] if it is not known."""
        code = getattr(self._inner(), "__code__", None)
        if code is None:
            return []
        if self._class is not None and "/site-packages/" in code.co_filename:
            place = _place_of(self._class)  # its method is the framework's
            return [[code.co_filename, code.co_firstlineno], *place]
        return [[code.co_filename, code.co_firstlineno]]

    def _name(self) -> str:
        name = str(getattr(self._inner(), "__qualname__", ""))
        return name.rpartition("<locals>.")[2]

    def _inner(self) -> Any:
        """Return the function itself, without its decorators."""
        function = self._function
        for _ in range(_MAX_WRAPPERS):
            inner = [getattr(function, name, None) for name in _WRAPPERS]
            function = next((one for one in inner if callable(one)), None) or function
        if not hasattr(function, "__code__"):  # an object that can be called
            function = getattr(type(function), "__call__", None)  # noqa: B004
        return function

    def _watch(self, owner: Any, step: str, is_first: bool, read: Read) -> None:
        def note(arguments: tuple[Any, ...], result: Any) -> None:
            try:
                self._function = read(arguments, result) or self._function
                self._class = _class_of(result)
            except Exception:  # noqa: BLE001, S110 - another version of the framework
                pass

        take = getattr(owner, step)
        if is_first:  # the view runs inside of it
            setattr(owner, step, Noting(take, lambda own: note((own,), None)))
            return

        def watched(*arguments: Any, **named: Any) -> Any:
            result = take(*arguments, **named)
            note(arguments, result)
            return result

        setattr(owner, step, watched)

    def _watch_value(self, owner: Any, step: str) -> None:
        take, returned = getattr(owner, step), self._returned

        def watched(own: Any, value: Any, *arguments: Any, **named: Any) -> Any:
            if not returned:  # what comes later is an error page, say
                returned.append(type(value).__name__)
            return take(own, value, *arguments, **named)

        setattr(owner, step, watched)


def _class_of(result: Any) -> Any:
    """Return the class that Django's step has found, None without one."""
    function = getattr(result, "func", None)
    return getattr(function, "view_class", None) or getattr(function, "cls", None)


def _place_of(kind: Any) -> list[Any]:
    """Return the file and the line of a class, in frames; [] if they are not known."""
    try:
        inspect = library("inspect")
        return [[str(inspect.getsourcefile(kind)), inspect.getsourcelines(kind)[1]]]
    except Exception:  # noqa: BLE001 - the source is not there, say
        return []


def _of_class(kind: Any, method: str) -> Any:
    """Return the method of a class for an HTTP method."""
    name = method.lower()
    return getattr(kind, "get" if name == "head" else name, None)


def _own(arguments: tuple[Any, ...], result: Any) -> Any:
    return arguments[0]._action(arguments[0].method)


def _flask(arguments: tuple[Any, ...], result: Any) -> Any:
    request = sys.modules["flask"].request
    function = arguments[0].view_functions.get(request.endpoint)
    kind = getattr(function, "view_class", None)
    return (kind and _of_class(kind, request.method)) or function


def _django(arguments: tuple[Any, ...], result: Any) -> Any:
    kind = getattr(result.func, "view_class", None) or getattr(result.func, "cls", None)
    return (kind and _of_class(kind, arguments[1].method)) or result.func


def _bottle(arguments: tuple[Any, ...], result: Any) -> Any:
    return result[0].callback


def _starlette(arguments: tuple[Any, ...], result: Any) -> Any:
    match, scope = result
    endpoint = scope.get("endpoint") if match.name == "FULL" else None
    if isinstance(endpoint, type):
        return _of_class(endpoint, arguments[1]["method"])
    return endpoint


def _tornado(arguments: tuple[Any, ...], result: Any) -> Any:
    return _of_class(type(arguments[0]), arguments[0].request.method)


_STEPS: dict[str, tuple[tuple[str, str, bool, Read], ...]] = {
    _OWN: (("RequestHandler", "_serve", True, _own),),
    "flask.app": (("Flask", "dispatch_request", True, _flask),),
    "django.core.handlers.base": (("BaseHandler", "resolve_request", False, _django),),
    "bottle": (("Router", "match", False, _bottle),),
    "starlette.routing": (("Route", "matches", False, _starlette),),
    "tornado.web": (("RequestHandler", "_execute", True, _tornado),),
}
"""For each module: a class, its method, whether the view runs in there, and what reads it."""

_VALUES = {
    "flask.app": ("Flask", "make_response"),
    "django.core.handlers.base": ("BaseHandler", "check_response"),
    "bottle": ("Bottle", "_cast"),
}
"""For each module: a class, and its method that gets what the function has returned."""
