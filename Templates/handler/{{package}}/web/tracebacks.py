"""What the error log says about an exception: first the line to look at."""

from __future__ import annotations

import ast
import os
import traceback
from collections.abc import Callable, Coroutine, Generator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

_WEB = os.path.dirname(__file__) + os.sep
_PLACE = "_place_in_handler"  # of a method that has ended: the file, the line, its name
_PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(__file__))) + os.sep


def describe(error: BaseException) -> str:
    """Return the place of an exception and what it says, and then its traceback.

    The traceback has no lines of ``web/``, unless it has no others.
    """
    whole = traceback.TracebackException.from_exception(error)
    places = [
        (frame.f_code.co_filename, line, _name(frame))
        for frame, line in traceback.walk_tb(error.__traceback__)
        if not frame.f_code.co_filename.startswith(_WEB)
    ]
    known = vars(error).get(_PLACE)
    if known:
        places = [known]
        whole.stack[:] = [traceback.FrameSummary(*known)]
    _leave_out_web(whole)
    own = [place for place in places if _is_own(place[0])]
    lines = "".join(whole.format()).rstrip()
    for file, line, name in (own or places)[-1:]:
        what = "".join(whole.format_exception_only())
        summary = next((text for text in what.split("\n") if text[:1] != " "), "")
        lines = f"{_short(file)}:{line} in {name}: {summary}\n{lines}"
    return lines


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
    return file.startswith(_PROJECT) and "site-packages" not in file


def _short(file: str) -> str:
    """Return the path of a file as seen from the project's folder."""
    return file.removeprefix(_PROJECT)


def _leave_out_web(whole: traceback.TracebackException) -> None:
    """Take the lines of ``web/`` out of a traceback, and out of those that led to it."""
    linked: traceback.TracebackException | None = whole
    while linked is not None:
        others = [line for line in linked.stack if not line.filename.startswith(_WEB)]
        linked.stack[:] = others or linked.stack
        linked = linked.__cause__ or linked.__context__


def wrong_result(action: Callable[..., Any], result: object) -> TypeError:
    """Return the exception for a method that returned something else than None.

    :param action: the method of the handler.
    :param result: what it returned.
    """
    name = getattr(action, "__qualname__", repr(action))
    function: Any = action
    while hasattr(function, "__wrapped__"):  # by a decorator
        function = function.__wrapped__
    code = getattr(function, "__code__", None)
    line = code.co_firstlineno if code else 0
    if isinstance(result, Coroutine):
        result.close()
        what = f"{name} is async, which needs Tornado"
    elif isinstance(result, Generator):
        what = f"{name} has a yield: call self.write(...) or self.stream(...) instead"
    else:
        kind = type(result).__name__
        what = f"{name} returned a value of the type {kind}"
        what += ": call self.write(...) instead of return"
        line = _return_line(code) if code else 0
    error = TypeError(what)
    if code:
        vars(error)[_PLACE] = (code.co_filename, line, name)
    return error


def _return_line(code: CodeType) -> int:
    """Return the line with the only ``return VALUE`` of a function, or its first line."""
    try:
        tree = ast.parse(Path(code.co_filename).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return code.co_firstlineno
    lines: list[int] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            first = min([node.lineno, *(part.lineno for part in node.decorator_list)])
            if first == code.co_firstlineno:
                lines = [part.lineno for part in _statements(node) if _has_value(part)]
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
