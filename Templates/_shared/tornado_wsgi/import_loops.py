"""Event loops that were made at import: nothing ever runs them, so this says it at once.

A WSGI server imports the app, and does not run an event loop. What is scheduled on such a
loop at import is never called. A handler that waits for it would wait until its time
limit, and the log would not tell why.
"""

from __future__ import annotations

import asyncio
import functools
import sys
import weakref
from collections.abc import Callable
from typing import Any

from tornado.ioloop import IOLoop, PeriodicCallback
from tornado.log import app_log

from .one_loop import Loop

_REASON = (
    "on an event loop that was made at import, which no WSGI server runs. Call "
    "IOLoop.current() in a handler, and start callbacks there"
)
Loops = weakref.WeakSet[asyncio.AbstractEventLoop]
_REFUSED = ("add_callback", "add_future", "call_later", "run_in_executor")


def import_loops() -> Loops:
    """Return the event loops that exist; the adapter, made at import, keeps them."""
    loops: set[Any] = set(IOLoop._ioloop_for_asyncio)
    if sys.version_info < (3, 14):  # later Pythons make none without being told to
        local = getattr(asyncio.get_event_loop_policy(), "_local", None)
        loops.add(getattr(local, "_loop", None))
    found: Loops = weakref.WeakSet()
    for loop in loops:
        if loop is not None and not isinstance(loop, Loop):  # that is a worker's
            found.add(loop)
    return found


def watch_import_loops(loops: Loops) -> None:
    """Log what was scheduled at import, and watch for what handlers add to it."""
    io_loops: dict[asyncio.AbstractEventLoop, Any] = dict(IOLoop._ioloop_for_asyncio)
    for loop in loops:
        if loop.is_running():
            continue  # in another thread
        for handle in (*getattr(loop, "_ready", ()), *getattr(loop, "_scheduled", ())):
            if not handle.cancelled():
                app_log.error("%s will not be called: it is %s", _name(handle), _REASON)
        if loop in io_loops and not _is_watched(io_loops[loop]):
            _watch(io_loops[loop])


def _watch(io_loop: Any) -> None:
    for name in _REFUSED:
        setattr(io_loop, name, _refusing(io_loop, getattr(io_loop, name)))
    # Only logged: an AsyncHTTPClient that was made at import can do without it.
    io_loop.call_at = _warning(io_loop, io_loop.call_at)


def _name(handle: Any) -> str:
    """Return the name of the function that a handle calls, as the user knows it."""
    function: Any = handle._callback
    arguments: tuple[Any, ...] = handle._args or ()
    while getattr(function, "__name__", "") == "_run_callback" or isinstance(
        function, functools.partial
    ):
        if isinstance(function, functools.partial):
            function, arguments = function.func, (*function.args, *arguments)
        else:  # IOLoop's own, around the user's
            function, arguments = arguments[0], arguments[1:]
    owner = getattr(function, "__self__", None)
    if isinstance(owner, PeriodicCallback):
        function = owner.callback
    if isinstance(owner, asyncio.Task):
        function = owner.get_coro()
    module = getattr(function, "__module__", None)
    name: str = getattr(function, "__qualname__", repr(function))
    return f"{module}.{name}" if module else name


def _is_watched(io_loop: Any) -> bool:
    return "call_at" in vars(io_loop)


def _refusing(io_loop: Any, method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that raises an exception in a handler."""

    @functools.wraps(method)
    def refuse(*arguments: Any, **keywords: Any) -> Any:
        if _is_idle(io_loop):
            raise RuntimeError(f"IOLoop.{method.__name__}() was called {_REASON}")
        return method(*arguments, **keywords)

    return refuse


def _warning(io_loop: Any, method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that is logged once when a handler calls it."""
    warned: list[bool] = []

    @functools.wraps(method)
    def warn(*arguments: Any, **keywords: Any) -> Any:
        if not warned and _is_idle(io_loop):
            warned.append(True)
            app_log.error("A timer will not fire: it is %s", _REASON, stack_info=True)
        return method(*arguments, **keywords)

    return warn


def _is_idle(io_loop: Any) -> bool:
    """Tell whether a handler runs, and the loop does not; other threads may start it."""
    running = asyncio._get_running_loop()
    return running is not None and not io_loop.asyncio_loop.is_running()
