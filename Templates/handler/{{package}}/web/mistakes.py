"""Mistakes in the routes and handlers of a project, with the line to look at.

No request that goes well needs this, so it is imported for a mistake only. ``pa-new check``
calls :func:`find`.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from .errors import log
from .handler import METHODS, RequestHandler
from .hints import kind, missing_file
from .tracebacks import (
    WEB,
    code_of,
    empty,
    forgotten,
    function_at,
    is_asked_by_program,
    is_for_programs,
    placed,
    printed,
    short,
    tree_of,
    user_frame,
)

if TYPE_CHECKING:
    from .application import Application

    # The file, the line, what is wrong, and whether a request is an error because of it.
    Mistake = tuple[str, int, str, bool]

_EXAMPLE = 'write [(r"/", MainHandler)]'
# The parameters of the methods that get other arguments than the groups of the route.
_PARAMETERS = {"prepare": [], "on_finish": [], "write_error": ["status", "message"]}

_MAX_TOLD = 1000  # Visitors cannot fill the log.
_told: set[object] = set()  # Each worker tells a mistake once.


# The route table


def wrong_routes(routes: Any) -> Exception | None:
    """Return the exception for a route table, or None if nothing is wrong with it."""
    if isinstance(routes, dict) or not isinstance(routes, Iterable):
        found = f"Application takes a list of routes, not {kind(routes)}: {_EXAMPLE}"
        return TypeError(_at(None, found))
    rows = list(routes)
    if isinstance(routes, str) or (rows and isinstance(rows[0], str)):
        found = f"each route is a pair in brackets, in a list: {_EXAMPLE}"
        return TypeError(_at(None, found))
    for number, row in enumerate(rows):
        problem = _problem_of_row(row, rows[:number])
        if problem:
            return (TypeError if problem[0] else ValueError)(_at(number, problem[1]))
    return None


def _problem_of_row(row: Any, earlier: list[Any]) -> tuple[bool, str] | None:
    """Return what is wrong with a row, and whether that is its type."""
    if not isinstance(row, (tuple, list)):
        return True, f"a route is a pair (pattern, handler), not {kind(row)}"
    parts = "(pattern, handler), or (pattern, handler, name)"
    if not 2 <= len(row) <= 3:
        return True, f"a route has 2 or 3 parts, and this one {len(row)}: write {parts}"
    pattern, handler, name = (*row, "")[:3]
    if isinstance(pattern, re.Pattern):
        pattern = pattern.pattern
    if not isinstance(pattern, str):
        advice = f"not {kind(pattern)}: write {parts}"
        return True, f"the first part of a route is its pattern, a text, {advice}"
    route = f"the route {pattern!r}"
    if not (isinstance(handler, type) and issubclass(handler, RequestHandler)):
        return True, f"{route} needs a handler: {_instead_of(handler)}"
    if not isinstance(name, str):
        return True, f"the name of {route} is a text, not {kind(name)}"
    problem = problem_of_pattern(pattern)
    if problem:
        return False, f"{route} {problem}"
    for other in earlier:
        if other[0] == row[0]:
            advice = "one handler has a method for each of GET, POST and so on"
            return (
                False,
                f"{route} is there twice, and only the first is used: {advice}",
            )
        if name and name in other[2:]:
            return False, f"two routes have the name {name!r}"
    return None


def _instead_of(handler: Any) -> str:
    """Return what to write instead of something that is no handler."""
    if isinstance(handler, str):
        return f"write the class {handler} without quotes"
    if isinstance(handler, RequestHandler):
        return f"write the class {type(handler).__name__} without brackets"
    if isinstance(handler, type):
        name = handler.__name__
        return f"write class {name}(RequestHandler)"
    owner = getattr(handler, "__qualname__", "").rpartition(".")[0]
    if owner and "<" not in owner:
        return f"write only the class, {owner}"
    return f"write the name of a class that extends RequestHandler, not {kind(handler)}"


def problem_of_pattern(pattern: str) -> str:
    """Return what is wrong with the pattern of a route, or ""."""
    if not pattern.isprintable():
        return 'has a control character: put an r before the text, as in r"/(\\d+)"'
    angle = re.search(r"(?<!\?P)(?<!\?)<(?:\w+:)?(\w+)>", pattern)
    brace = re.search(r"(?<!\\)\{([A-Za-z_]\w*)(?::\w+)?\}", pattern)
    colon = re.search(r"/:([a-z]\w*)", pattern)
    other = angle or brace or colon
    if other:
        group = f"(?P<{other[1]}>[^/]+)"
        return (
            f"is a regular expression: write {group} instead of {other[0].strip('/')}"
        )
    try:
        re.compile(pattern)
    except re.error as error:
        return f"is not a regular expression: {error}"
    if pattern[:1].isalnum() and "|" not in pattern:
        return f"has to begin with a slash: write {'/' + pattern!r}"
    return ""


def _at(number: int | None, problem: str) -> str:
    """Return a problem behind the place of a row in the project's code.

    :param number: which row of the table; None for the whole table.
    """
    frame = user_frame()
    if frame is None:
        return problem
    file, line = frame.f_code.co_filename, frame.f_lineno
    return f"{short(file)}:{_line_of_row(file, line, number)}: {problem}"


def _line_of_row(file: str, line: int, number: int | None) -> int:
    """Return the line of a row of the table that a call of Application gets.

    :param line: the line of the call, which is returned if the row is not found.
    """
    tree = tree_of(file)
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
        and ast.unparse(node.func).endswith("Application")
    ]
    table: Any = calls[0].args[0] if calls and calls[0].args else None
    if isinstance(table, ast.Name):
        name = table.id
        for node in tree.body:
            targets: list[ast.expr] = []
            if isinstance(node, ast.Assign):
                targets = node.targets
            elif isinstance(node, ast.AnnAssign) and node.value:
                targets = [node.target]
            if any(isinstance(part, ast.Name) and part.id == name for part in targets):
                line, table = node.lineno, node.value  # type: ignore[attr-defined]
    if number is not None and isinstance(table, (ast.List, ast.Tuple)):
        rows = table.elts
        if number < len(rows) and not any(isinstance(r, ast.Starred) for r in rows):
            return rows[number].lineno
    return line


# The methods of a handler


def wrong_signature(
    method: Callable[..., Any], arguments: Sequence[Any], named: dict[str, Any]
) -> Exception | None:
    """Return the exception for a method that cannot be called so; None if it can."""
    try:
        inspect.signature(method).bind(*arguments, **named)
    except (TypeError, ValueError):
        name = getattr(method, "__name__", "")
        groups = _PARAMETERS.get(name, [*named] or len(arguments))
        return placed(TypeError(_signature_problem(method, groups)), method)
    return None


def _signature_problem(method: Any, groups: Sequence[str] | int) -> str:
    """Return what is wrong with the parameters of a method, and what to write."""
    name = getattr(method, "__name__", "")
    if name == "__init__":
        return (
            f"{_owner(method)}.__init__ cannot be called so: remove it, and do in"
            " prepare(self) what each request begins with"
        )
    names, said = groups, ""
    if isinstance(groups, int):
        names = ["value", "other", "third"][:groups] or [f"v{n}" for n in range(groups)]
        names = names if len(names) == groups else [f"v{n}" for n in range(groups)]
        said = "1 group" if groups == 1 else f"{groups or 'no'} groups"
    elif name not in _PARAMETERS:
        said = f"the {'group' if len(groups) == 1 else 'groups'} {', '.join(groups)}"
    assert not isinstance(names, int)
    wanted = f"def {name}({', '.join(['self', *names])})"
    why = (
        f"does not fit its route, which has {said}" if said else "has other parameters"
    )
    return f"{_owner(method)}.{name} {why}: write {wanted}"


def _owner(method: Any) -> str:
    """Return the name of the class that has a method."""
    return str(getattr(method, "__qualname__", "")).rpartition(".")[0] or "the handler"


def tell_misspelt(handler: RequestHandler) -> None:
    """Tell the log if a method has a name such as ``GET``, which no request calls."""
    misspelt = list(_misspelt(type(handler)))
    for file, line, problem, _ in misspelt:
        _tell(handler, (file, line), problem)
    methods = [getattr(handler, name, None) for name in METHODS.values()]
    codes = [code_of(method) for method in methods]
    has_own = any(code and not code.co_filename.startswith(WEB) for code in codes)
    if not has_own and not misspelt:
        owner = type(handler).__name__
        file = str(getattr(sys.modules.get(type(handler).__module__), "__file__", ""))
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.ClassDef) and node.name == owner:
                line, problem = _no_method(node)
                _tell(handler, (file, line), problem)


def _no_method(node: ast.ClassDef) -> tuple[int, str]:
    """Return the line of a class without a method of HTTP, and what to write."""
    for part in node.body:
        name = part.name if isinstance(part, ast.FunctionDef) else ""
        for verb in METHODS.values():
            if name[:1] == verb[:1] and sorted(name) == sorted(verb):
                problem = f"{node.name} has {name}, and no {verb}: write def {verb}"
                return part.lineno, problem
    advice = "write def get(self), indented below the class"
    return node.lineno, f"{node.name} has no method: {advice}"


def tell_silent(handler: RequestHandler, action: Any) -> None:
    """Tell the log that a method wrote nothing, and why, if that can be seen."""
    code = code_of(action)
    if code is None or code.co_filename.startswith(WEB):
        return
    found = forgotten(code)
    if not is_asked_by_program(handler):
        found = found or printed(code) or empty(code)
    if found:
        _tell(handler, (code.co_filename, found[0]), found[1])


def tell_missing(handler: Any, path: Path) -> None:
    """Tell the log of a file that ``send_file`` did not find."""
    frame = user_frame()
    if frame is not None:
        problem = f"send_file: {missing_file(path)}"
        _tell(handler, (frame.f_code.co_filename, frame.f_lineno), problem)


def _tell(handler: Any, place: tuple[str, int], problem: str) -> None:
    """Write a mistake into the log, once a worker."""
    if (place, problem) not in _told and len(_told) < _MAX_TOLD:
        _told.add((place, problem))
        log(handler.environ, f"{short(place[0])}:{place[1]}: {problem}")


def find(application: Application) -> list[Mistake]:
    """Return the mistakes that the handlers of an application have.

    Nothing is called: the parameters and the code of the methods are looked at.
    """
    found: list[Mistake] = []
    for pattern, handler in application._routes:
        found += _misspelt(handler)
        named = list(pattern.groupindex)
        groups = named or pattern.groups
        for name in METHODS.values():
            action = getattr(handler, name, None)
            may_be_empty = is_for_programs(handler, name)
            found += _wrong_method(action, groups, may_be_empty)
    return list(dict.fromkeys(found))


def _wrong_method(
    method: Any, groups: list[str] | int, may_be_empty: bool
) -> Iterator[Mistake]:
    """Yield the mistake of a method that a request calls."""
    code = code_of(method)
    if code is None or code.co_filename.startswith(WEB):
        return
    given: list[Any] = [None] * (groups if isinstance(groups, int) else 0)
    named = dict.fromkeys([] if isinstance(groups, int) else groups)
    place = code.co_filename, code.co_firstlineno
    try:
        inspect.signature(method).bind(None, *given, **named)
    except TypeError:
        yield (*place, _signature_problem(method, groups), True)
        return
    except ValueError:
        return
    silent = forgotten(code)
    if not may_be_empty:
        silent = silent or printed(code, is_sure=True)
    if inspect.iscoroutinefunction(method):
        yield (*place, is_async(method), True)
    elif silent:
        yield (code.co_filename, *silent, False)


def is_async(method: Any) -> str:
    """Return what is wrong with a method that is a coroutine."""
    name = getattr(method, "__qualname__", repr(method))
    return (
        f"{name} is async: write def instead of async def, and call what it needs"
        " without await (for asyncio, make a project with --framework tornado)"
    )


def _misspelt(handler: type) -> Iterator[Mistake]:
    """Yield the methods of a class whose names are those of HTTP in capital letters."""
    for owner in handler.__mro__:
        for name, value in vars(owner).items():
            code = code_of(value)
            if code is None or name in METHODS.values() or name.upper() not in METHODS:
                continue
            problem = (
                f"{owner.__name__}.{name} is never called: write def {name.lower()}"
            )
            yield code.co_filename, code.co_firstlineno, problem, False


# The session


def place_of_session(error: Exception, method: Any, key: object) -> Exception:
    """Return an exception with the line that put a value into the session.

    :param method: the method of the handler that was called.
    :param key: the name of the value.
    """
    code = code_of(method)
    return placed(error, method, _line_of_session(code, key)) if code else error


def _line_of_session(code: CodeType, key: object) -> int:
    """Return the line of a method that puts a value into the session."""
    lines: list[tuple[bool, int]] = []
    for part in ast.walk(function_at(code) or ast.Module([], [])):
        if isinstance(part, ast.Attribute) and part.attr == "session":
            lines.append((False, part.lineno))
        elif isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant):
            owner = ast.unparse(part.value)
            is_key = owner.endswith(".session") and part.slice.value == key
            if is_key and isinstance(part.ctx, ast.Store):
                lines.append((True, part.lineno))
    sure = [line for is_key, line in lines if is_key]
    return (sure or [line for _, line in lines] or [code.co_firstlineno])[0]
