"""Failures by what a view returns: its framework cannot make a response of it.

The traceback has no line of the project then, only :mod:`.sandbox_views` knows the view.
"""

from __future__ import annotations

import ast
from pathlib import Path

from pa_new_check.failure import Cause, Failure, tree_of
from pa_new_check.project import is_written_library
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

_JSON = pattern(r"Object of type (\w+) is not JSON serializable")
# Tornado awaits whatever a handler returns; the words depend on the version of Python.
_AWAITED = pattern(
    r"object (\w+) can't be used in 'await' expression|'(\w+)' object can't be awaited"
)
_ATTRIBUTE = pattern(r"'(\w+)' object has no attribute '\w+'")
# What Bottle says of something in a list, and Python where Bottle joins texts.
_NO_ITERABLE = pattern(r"'(\w+)' object is not iterable")
_UNSUPPORTED = pattern(r"Unsupported response type: <class '(\w+)'>")
_JOINED = pattern(r"sequence item \d+: expected .*, (\w+) found")
# What pydantic says of a value: where, and what is wrong there.
_LOCATED = pattern(r"'loc': \('response',(?: '(\w+)')?[^()]*\), 'msg': '([^'\n]*)'")
_FASTAPI = ("ResponseValidationError", "PydanticSerializationError")

_SHOWN = {
    "NoneType": "nothing",
    "bool": "a truth value",
    "int": "a number",
    "float": "a number",
    "str": "a text",
    "dict": "a dict",
    "list": "a list",
    "tuple": "a tuple",
    "set": "a set",
}


def wrong_value(failure: Failure) -> Cause | None:
    """Recognise a framework that cannot use what a view has returned."""
    view = failure.event.get("view")
    if not view or not view["frames"]:
        return None
    file, line = view["frames"][0]
    node = _function_at(Path(file), int(line))
    if node is None or _is_inside(failure, Path(file), node):
        return None
    returned = str(view["returned"][0]) if view["returned"] else ""
    for recognise in (_json, _flask, _django, _bottle, _tornado, _fastapi):
        said = recognise(failure, returned)
        if said is not None:
            what, fix = said
            return Cause(
                "error-response",
                f"{failure.subject} fails: the view `{plain(view['name'])}` {what}",
                fix,
                "error",
                failure.all_fail,
                (Path(file), _line_of_return(node)),
            )
    return None


def _function_at(
    file: Path, line: int
) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """Return the function that begins at a line, with its decorators."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = min([node.lineno, *(part.lineno for part in node.decorator_list)])
            if line in (first, node.lineno):
                return node
    return None


def _is_inside(failure: Failure, file: Path, node: ast.AST) -> bool:
    """Tell whether code of the project raised the exception: the view, or a hook."""
    first, last = node.lineno, node.end_lineno or node.lineno  # type: ignore[attr-defined]
    inner = failure.frames[:-1]  # the last frame is that of the view itself
    if any(Path(name) == file and first < number <= last for name, number in inner):
        return True
    own = {str(place[0]) for place in failure.all_own_frames}
    for name, _ in inner:
        if name in own or "/site-packages/" in name:  # and not the standard library
            return name in own and not is_written_library(Path(name))
    return False


def _line_of_return(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the line of the only `return` of a function, or that of its name."""
    waiting: list[ast.AST] = list(node.body)
    lines = []
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Return):
            lines.append(part.lineno)
        if not isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            waiting += ast.iter_child_nodes(part)
    return lines[0] if len(lines) == 1 else node.lineno


def _shown(kind: str) -> str:
    return _SHOWN.get(kind, f"a value of the type `{plain(kind)}`")


def _returns(kind: str) -> str:
    return f"returns {_shown(kind)}"


def _json(failure: Failure, returned: str) -> tuple[str, str] | None:
    found = _JSON.match(failure.text)
    if found is None:
        return None
    fix = "Make a text, a number, a list or a dict of this value before you return it."
    return f"returns data with {_shown(found[1])}, which JSON does not have", fix


def _flask(failure: Failure, returned: str) -> tuple[str, str] | None:
    if "did not return a valid response" not in failure.text:
        return None
    if returned == "tuple" and "response tuple" in failure.text:
        fix = "Return `body, status` or `body, status, headers`, or a list for JSON."
        return "returns a tuple that Flask does not know", fix
    what = "returns nothing in its tuple" if returned == "tuple" else _returns(returned)
    calls = "`render_template(...)` and `redirect(...)`"
    return what, f"Return a text, a dict, a list, or what {calls} give."


def _django(failure: Failure, returned: str) -> tuple[str, str] | None:
    is_unused = _ATTRIBUTE.match(failure.text)
    if not failure.is_in("django") or not returned:
        return None
    if "didn't return an HttpResponse" not in failure.text and (
        is_unused is None or is_unused[1] != returned
    ):
        return None
    fixes = {
        "dict": "Return `JsonResponse({...})`.",
        "list": "Return `JsonResponse([...], safe=False)`.",
        "str": "Put this text into `HttpResponse(...)`, and return that.",
        "tuple": "Return the response alone: `HttpResponse(..., status=404)` has a status.",
        "coroutine": "Write `await` before the call that makes the response, or `def` for "
        "`async def`.",
    }
    fix = "Return a response, such as `HttpResponse(...)` or `render(request, ...)`."
    return _returns(returned), fixes.get(returned, fix)


def _bottle(failure: Failure, returned: str) -> tuple[str, str] | None:
    part = _UNSUPPORTED.search(failure.text)
    if part is None and not failure.is_in("bottle"):
        return None
    alone = _NO_ITERABLE.match(failure.text)
    part = part or _JOINED.match(failure.text)
    if alone is not None and alone[1] == returned:
        what = _returns(returned)
    elif part is not None and returned:
        what = f"{_returns(returned)} with {_shown(part[1])}"
    else:
        return None
    if returned == "tuple":
        return what, "Return the text alone; `response.status = 404` sets a status."
    return what, "Return a text, bytes, a dict, or a list of texts."


def _tornado(failure: Failure, returned: str) -> tuple[str, str] | None:
    found = _AWAITED.match(failure.text)
    if found is None or not failure.is_in("tornado"):
        return None
    fix = "Write `self.write(...)` in place of `return ...`: a handler returns nothing."
    return _returns(found[1] or found[2]), fix


def _fastapi(failure: Failure, returned: str) -> tuple[str, str] | None:
    if not failure.is_in("fastapi"):
        return None
    if failure.type == _FASTAPI[0]:
        reason = _LOCATED.search(failure.text)
        where = ""
        if reason is not None:
            where = f": {f'`{reason[1]}`: ' if reason[1] else ''}{reason[2]}"
        fix = "Return what the type behind `->`, or `response_model`, describes."
        return f"returns what its type does not allow{plain(where)}", fix
    if failure.type in _FASTAPI or failure.is_in("fastapi/encoders", "json/encoder"):
        fix = "Return a text, a number, a list, a dict or a model."
        return f"returns something that is not JSON: {plain(failure.raised)}", fix
    found = _ATTRIBUTE.match(failure.text)
    if found is not None and "'encode'" in failure.text:
        fix = "Return a text, or leave out `response_class`."
        return f"{_returns(found[1])}, and its response needs a text", fix
    return None
