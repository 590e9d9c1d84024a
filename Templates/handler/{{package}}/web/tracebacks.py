"""What the error log says about an exception, or an empty page: first the line to look at."""

from __future__ import annotations

import ast
import contextlib
import linecache
import os
import sys
import traceback
from collections.abc import Callable, Coroutine, Generator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from .mustache.nodes import Named, Run

WEB = os.path.dirname(__file__) + os.sep
PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(__file__))) + os.sep

_PLACE = "_place_in_handler"  # of a method that has ended: the file, the line, its name
_MAX_CALLS = 20  # that lead to each other again and again
_SHOWN = 3  # times that repeated calls are in a traceback, as in Python's own

Place = tuple[str, int, str]
Said = tuple[int, str]  # The line, and what is wrong with it.


def describe(error: BaseException, method: Any = None) -> str:
    """Return the place of an exception and what it says, and then its traceback.

    The traceback has no lines of ``web/``, unless it has no others.

    :param method: the method of the handler that was called. It is the place if nothing
        else of the project is.
    """
    whole = traceback.TracebackException.from_exception(error)
    frames = [
        (frame, (frame.f_code.co_filename, line, _name(frame)))
        for frame, line in traceback.walk_tb(error.__traceback__)
        if not frame.f_code.co_filename.startswith(WEB)
    ]
    places = [place for _, place in frames]
    known = vars(error).get(_PLACE)
    if known:
        places = [known]
        whole.stack[:] = [traceback.FrameSummary(*known)]
    own = [place for place in places if _is_own(place[0])]
    called = _place_of(method) if not (own or known) else []
    if called and called[0][0] not in {place[0] for place in places}:
        own = called
        whole.stack[:] = [
            *(traceback.FrameSummary(*place) for place in own),
            *whole.stack,
        ]
    else:
        _leave_out_web(whole)
    lines = "".join(_folded(list(whole.format()))).rstrip()
    for place in _last(error, own or places):
        what = "".join(whole.format_exception_only())
        summary = next((text for text in what.split("\n") if text[:1] != " "), "")
        advice = ""
        with contextlib.suppress(Exception):  # What it says can fail by itself.
            advice = _advice(error, place, frames)
        if advice and lines.endswith(summary):
            # Without Python's own suggestion, which can be another one.
            said = str(error)
            kept = summary.partition(said)[0] + said if said in summary else summary
            lines = f"{lines.removesuffix(summary)}{kept}: {advice}"
            summary = f"{kept}: {advice}"
        file, line, name = place
        lines = f"{short(file)}:{line} in {name}: {summary}\n{lines}"
    return lines


def _last(error: BaseException, places: list[Place]) -> list[Place]:
    """Return the last place, in a list; of endless calls, the last line of them.

    Where Python ends such calls depends on how many others led to them.
    """
    if isinstance(error, RecursionError):
        again = [place for place in set(places) if places.count(place) > 1]
        return sorted(again)[-1:] or places[-1:]
    return places[-1:]


def _folded(lines: list[str]) -> list[str]:
    """Return a traceback whose repeated calls are there only a few times.

    Python does that for a line that calls its own function, and not for two functions
    that call each other.
    """
    found: list[str] = []
    start = 0
    while start < len(lines):
        found.append(lines[start])
        start += 1
        for size in range(2, _MAX_CALLS + 1):
            calls, end = lines[start - 1 : start - 1 + size], start - 1 + size
            while len(calls) == size and lines[end : end + size] == calls:
                end += size
            count = (end - start + 1) // size - _SHOWN
            if count > 0:
                found += lines[start : start - 1 + size * _SHOWN]
                found.append(f"  [Previous {size} calls repeated {count} more times]\n")
                start = end
                break
    return found


def placed(error: Exception, method: Any, line: int = 0) -> Exception:
    """Return an exception that has the place of a method which does not run any more.

    :param line: the line (default: the first line of the method).
    """
    for file, first, name in _place_of(method):
        vars(error)[_PLACE] = (file, line or first, name)
    return error


def _place_of(method: Any) -> list[Place]:
    """Return the place of a method, if it is one in Python and not of ``web/``."""
    code = code_of(method)
    if code is None or code.co_filename.startswith(WEB):
        return []
    name = getattr(method, "__qualname__", code.co_name)
    return [(code.co_filename, code.co_firstlineno, name)]


def _advice(
    error: BaseException, place: Place, frames: list[tuple[FrameType, Place]]
) -> str:
    """Return what to write instead, for an exception that Python raised."""
    frame = next((frame for frame, other in frames[::-1] if other == place), None)
    if frame is None and place[2].endswith(".__init__"):
        return "begin it with super().__init__(environ), or write prepare(self) instead"
    if frame is None or frame is not frames[-1][0]:
        return ""
    from .handler import RequestHandler
    from .hints import hint

    names = dir(frame.f_locals.get("self", RequestHandler))
    return hint(error, linecache.getline(place[0], place[1]), names)


def _name(frame: FrameType) -> str:
    """Return the name of a function, after that of its class."""
    code = frame.f_code
    if hasattr(code, "co_qualname"):  # Python 3.11 and newer
        return str(code.co_qualname)
    if "self" not in frame.f_locals:
        return code.co_name
    return f"{type(frame.f_locals['self']).__name__}.{code.co_name}"


def _is_own(file: str) -> bool:
    """Whether a file is the user's: of the project, and of no package in its venv."""
    is_inside = file.startswith(PROJECT) and "site-packages" not in file
    return is_inside and file != PROJECT + "pa_env.py"


def _leave_out_web(whole: traceback.TracebackException) -> None:
    """Take the lines of ``web/`` out of a traceback, and out of those that led to it."""
    linked: traceback.TracebackException | None = whole
    while linked is not None:
        others = [line for line in linked.stack if not line.filename.startswith(WEB)]
        linked.stack[:] = others or linked.stack
        linked = linked.__cause__ or linked.__context__


def wrong_result(action: Callable[..., Any], result: object) -> Exception:
    """Return the exception for a method that returned something else than None.

    :param action: the method of the handler.
    :param result: what it returned.
    """
    from .mistakes import is_async

    name = getattr(action, "__qualname__", repr(action))
    line = 0
    if isinstance(result, Coroutine):
        result.close()
        what = is_async(action)
    elif isinstance(result, Generator):
        what = f"{name} has a yield: call self.write(...) or self.stream(...) instead"
    else:
        what = f"{name} returned a value of the type {type(result).__name__}: "
        if getattr(action, "__name__", "") == "prepare":
            what += "to end the request in there, call self.redirect(...) or"
            what += " self.finish(...), or raise HTTPError(403)"
        else:
            what += "call self.write(...) instead of return"
        code = code_of(action)
        line = _return_line(code) if code else 0
    return placed(TypeError(what), action, line)


def _return_line(code: CodeType) -> int:
    """Return the line with the only ``return VALUE`` of a function, or its first line."""
    node = function_at(code)
    parts = _statements(node) if node else []
    lines = [part.lineno for part in parts if _has_value(part)]
    return lines[0] if len(lines) == 1 else code.co_firstlineno


def _statements(node: ast.AST) -> list[ast.stmt]:
    """Return the statements of a function, without those of functions inside of it."""
    found: list[ast.stmt] = []
    for part in ast.iter_child_nodes(node):
        if not isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            found += [part] if isinstance(part, ast.stmt) else []
            found += _statements(part)
    return found


def _has_value(statement: ast.stmt) -> bool:
    """Whether a statement is ``return VALUE``."""
    if not isinstance(statement, ast.Return) or statement.value is None:
        return False
    value = statement.value
    return not (isinstance(value, ast.Constant) and value.value is None)


# Methods that write nothing to the visitor


def is_asked_by_program(handler: Any) -> bool:
    """Whether a program has sent the request, for which an empty response is an answer."""
    from .reading import FORM, FORM_WITH_FILES, media_type

    method = handler.method.lower()
    is_form = media_type(handler.environ) in (FORM, FORM_WITH_FILES)
    return is_for_programs(handler, method) or (method == "post" and not is_form)


def is_for_programs(handler: Any, method: str) -> bool:
    """Whether only programs call a method: browsers send no form to it."""
    return method != "get" and (method != "post" or handler.check_csrf is not True)


def empty(code: CodeType) -> Said:
    """Return what is said of a method that wrote nothing, for an unknown reason."""
    advice = "call self.write(...) or self.render(...), or self.set_status(204)"
    what = f"the method {code.co_name} wrote nothing, so the page is empty: {advice}"
    return code.co_firstlineno, f"{what} if there is nothing to say"


def _own_name(node: ast.FunctionDef | None) -> str:
    """Return the name of a method's own object, "" if it has none."""
    return node.args.args[0].arg if node and node.args.args else ""


def forgotten(code: CodeType) -> Said | None:
    """Return the line of a call that is not made, and what to write."""
    from .handler import RequestHandler

    node = function_at(code)
    own = _own_name(node)
    if node is None or not own:
        return None
    for part in ast.walk(node):
        if isinstance(part, ast.Expr) and isinstance(part.value, ast.Attribute):
            name = ast.unparse(part.value)
            method = getattr(RequestHandler, part.value.attr, None)
            if name.startswith(f"{own}.") and callable(method):
                return part.lineno, f"{name} is not called: write {name}(...)"
        if isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):
            made = ast.unparse(part.value)
            if made.startswith("HTTPError("):
                return part.lineno, f"{made} is not raised: write raise {made}"
    return None


def printed(code: CodeType, *, is_sure: bool = False) -> Said | None:
    """Return the line with ``print`` in a method that writes nothing, and what to write.

    :param is_sure: whether the code alone has to show that it writes nothing.
    """
    node = function_at(code)
    own = _own_name(node)
    if node is None or not own:
        return None
    used = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    if is_sure and (used & {own, "super"} or _raises(node)):
        return None
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and ast.unparse(part.func) == "print":
            problem = f"the method {node.name} writes nothing to the visitor"
            advice = f"print(...) writes into the log: write {own}.write(...)"
            return part.lineno, f"{problem}: {advice}"
    return None


def _raises(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Raise) for part in ast.walk(node))


# Where the code of the project is


def short(file: str) -> str:
    """Return the path of a file as seen from the project's folder."""
    return file.removeprefix(PROJECT)


def user_frame() -> FrameType | None:
    """Return the innermost frame that is outside of ``web/``."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_code.co_filename.startswith(WEB):
        frame = frame.f_back
    return frame


def place_of_call() -> str:
    """Return which line of a template, or of your code, calls this, in brackets; or ""."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_code.co_filename.startswith(WEB):
        node, run = frame.f_locals.get("self"), frame.f_locals.get("run")
        if isinstance(node, Named) and isinstance(run, Run):
            template = run.template
            line = template.text.count("\n", 0, node.offset) + 1
            return f" ({template.path}:{line})"
        frame = frame.f_back
    if frame is None:
        return ""
    return f" ({short(frame.f_code.co_filename)}:{frame.f_lineno})"


def code_of(method: Any) -> CodeType | None:
    """Return the code of a method, also of one with a decorator; None if it has none."""
    function = getattr(method, "__func__", method)
    while hasattr(function, "__wrapped__"):  # by a decorator
        function = function.__wrapped__
    code = getattr(function, "__code__", None)
    return code if isinstance(code, CodeType) else None


def function_at(code: CodeType) -> ast.FunctionDef | None:
    """Return the tree of a function, without decorators in its first line or not."""
    for node in ast.walk(tree_of(code.co_filename)):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            first = min([node.lineno, *(part.lineno for part in node.decorator_list)])
            if first == code.co_firstlineno:
                return node
    return None


def tree_of(file: str) -> ast.Module:
    """Return the tree of a file, an empty one if it cannot be read."""
    try:
        return ast.parse(Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ast.Module([], [])
