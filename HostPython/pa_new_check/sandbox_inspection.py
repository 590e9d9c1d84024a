"""Describes frames, exceptions and applications inside the sandboxed process.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own.
"""

from __future__ import annotations

import _thread
import importlib
import importlib.machinery
import os
import sys

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Any, NoReturn

MAX_TEXT = 2_000  # characters of an error that are reported
MAX_FRAMES = 200
MAX_CAUSES = 3  # exceptions that led to one another

end_process = os._exit  # the app's own calls of it are watched


def finish() -> NoReturn:
    """End the process after what the app has printed is written."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # noqa: BLE001, S112 - a stream of the app's own
            continue
    end_process(0)


_main_thread = _thread.get_ident()
_path = list(sys.path)  # without the project's folders
_python = os.path.dirname(os.__file__) + "/"


def stack() -> list[Any]:
    """Return file and line of every frame, the innermost first.

    If a library serves in its own thread, the app's line is in the main thread.
    """
    frames: list[Any] = []
    current = sys._current_frames()
    for identifier in (_thread.get_ident(), _main_thread):
        frame = current.get(identifier)
        while frame is not None and len(frames) < MAX_FRAMES:
            frames.append([frame.f_code.co_filename, frame.f_lineno])
            frame = frame.f_back
        if identifier == _main_thread:
            break
    return frames


def mistakes(application: Any) -> list[tuple[str, int, str, bool]]:
    """Return what the library of a project's handlers finds wrong with their code.

    :returns: for each mistake a file, a line, what is wrong, and whether a request is an
        error because of it. Other apps have none.
    """
    package, _, module = str(type(application).__module__).rpartition(".")
    if module != "application" or package.rpartition(".")[2] != "web":
        return []
    try:
        return list(importlib.import_module(f"{package}.mistakes").find(application))
    except Exception:  # noqa: BLE001 - the library of an older project, say
        return []


class Noting:
    """A method of a class that tells when it is looked up for an object, to be called.

    A function around the method would be a frame of its own in each traceback.
    """

    def __init__(self, method: Any, note: Callable[[Any], object]) -> None:
        self._method = method
        self._note = note

    def __get__(self, own: Any, owner: Any = None) -> Any:
        """Return the method as the class does without this."""
        if own is not None:
            self._note(own)
        return self._method.__get__(own, owner)


def without_frames(error: BaseException, folder: str) -> None:
    """Remove the frames of the code in a folder from a traceback, but for the first."""
    trace = error.__traceback__
    while trace is not None:
        following = trace.tb_next
        if following is None or not following.tb_frame.f_code.co_filename.startswith(
            folder
        ):
            trace = following
        else:
            trace.tb_next = following.tb_next


def where(error: BaseException) -> list[Any]:
    """Return file and line of every frame of an exception, the innermost first."""
    frames: list[Any] = []
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        frames.append([trace.tb_frame.f_code.co_filename, trace.tb_lineno])
        trace = trace.tb_next
    return frames[::-1][:MAX_FRAMES]


_OF_TEMPLATES = ("django.template", "django.urls")


def template_place(error: BaseException) -> list[Any]:
    """Return file and line of the innermost tag of a Django template that is wrong.

    The traceback has only files of Django's. The list is empty for other exceptions: a
    database that fails in a template has its reason elsewhere.
    """
    place: list[Any] = []
    if not type(error).__module__.startswith(_OF_TEMPLATES):
        return place
    trace = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        if str(frame.f_globals.get("__name__")).startswith("django.template."):
            held = frame.f_locals.get("self")
            file = getattr(getattr(held, "origin", None), "name", None)
            token = getattr(held, "token", None) or getattr(error, "token", None)
            line = getattr(token, "lineno", None)
            if isinstance(file, str) and isinstance(line, int):
                place = [file, line]
        trace = trace.tb_next
    return place


def described(error: BaseException, depth: int = 0) -> dict[str, Any]:
    """Return the facts about an exception that are reported, and about what caused it."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - an exception of the app's own making
        text = ""
    frames = where(error)
    known = vars(error).get("_place_in_handler")  # of the library of handlers
    if known:
        frames.insert(0, list(known[:2]))
    if isinstance(error, SyntaxError) and error.filename:
        frames.insert(0, [error.filename, error.lineno or 1])
    else:
        place = template_place(error)
        frames[:0] = [place] if place else []
    cause = error.__cause__  # of `raise ... from ...`
    return {
        "type": type(error).__name__,
        "bases": [kind.__name__ for kind in type(error).__mro__],
        "text": text[:MAX_TEXT],
        "name": str(getattr(error, "name", None) or ""),
        "path": str(getattr(error, "filename", None) or ""),
        "frames": frames,
        "cause": (
            described(cause, depth + 1)
            if cause is not None and depth < MAX_CAUSES
            else None
        ),
    }


def interface(application: Any) -> str:
    """Tell which interface the application has, as far as its signature tells."""
    if not callable(application):
        return "uncallable"
    # Most are a plain function, or an object of a class with one: inspecting takes longer.
    function: Any = application
    own = 0  # its first argument, if it is a method
    if not isinstance(application, (type, type(interface))):
        function, own = type(application).__call__, 1
    if type(function) is type(interface) and not vars(function):
        code = function.__code__
        most = code.co_argcount - own
        needed = most - len(function.__defaults__ or ())
        is_plain = (
            not code.co_flags & 0x80 and not code.co_kwonlyargcount
        )  # 0x80: async
        if is_plain and needed <= 2 <= most:
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
    """Import a module of the standard library, even if the project has its own."""
    known = sys.modules.get(name)
    if _is_of_python(known):
        return known  # to run its code again takes up to 3 ms
    own, path = sys.modules.pop(name, None), sys.path
    sys.path = _path
    try:
        return importlib.import_module(name)
    finally:
        sys.path = path
        if own is not None:
            sys.modules[name] = own


def _is_of_python(module: Any) -> bool:
    """Tell whether a module that is loaded is the standard library's."""
    origin = str(getattr(getattr(module, "__spec__", None), "origin", None))
    if origin in ("built-in", "frozen"):
        return True
    return origin.startswith(_python) and "/site-packages/" not in origin


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
