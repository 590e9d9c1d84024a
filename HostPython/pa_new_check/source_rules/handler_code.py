"""Rules about the methods of a handler: what a visitor never sees, and HTML as text."""

from __future__ import annotations

from pa_new_check.project import (
    Unreadable,
    content_of,
    is_handler_library,
    project_files,
)
from pa_new_check.rules import Finding
from pa_new_check.source_rules.handler_classes import is_own
from pa_new_check.static_analysis.values import Module
from pa_new_check.syntax import FUNCTIONS, AnyFunction, last_name
from pa_new_shared.file_path import Path
from pa_new_shared.later import ast, re
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGES = ("render", "write_html")
_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_BLOCKS = ("body", "orelse", "handlers", "finalbody", "cases")
_HTML = pattern(
    r"\s*<(?:!doctype html|html|head|body|title|h[1-6]|p|div|ul|ol|table|form|a|b|i|br|img"
    r"|span|strong|em|section|main|nav|header|footer|article|button|input|script|style)"
    r"[\s/>]",
    re.IGNORECASE,
)
# A script takes such a text, and makes it a part of a page.
_TAKES_PARTS = pattern(r"innerHTML|outerHTML|insertAdjacentHTML|\bhx-(?:get|post)")
_WITH_SCRIPTS = (".py", ".html", ".htm", ".js", ".mjs")
AS_TEXT = "`self.write(...)` sends text, and this is HTML"
FIX = "Write `self.write_html(...)`, or `self.render(...)` with a template."


def judge(module: Module, function: AnyFunction) -> Iterator[Finding]:
    """Yield the pages of a method that no visitor sees."""
    lost: dict[int, tuple[str, int]] = {}
    _follow(function.body, {}, lost)
    for line, (name, other) in lost.items():
        yield Finding(
            "handler-mistake",
            module.file,
            line,
            f"The page of `self.{name}(...)` is for nobody: `self.redirect(...)` in line "
            f"{other} sends the visitor elsewhere",
            f"Write `return` on the line below `self.{name}(...)`, or remove one of both.",
            consequence="No visitor sees the page.",
        )


def _follow(
    body: list[ast.stmt],
    written: dict[int, str],
    lost: dict[int, tuple[str, int]],
) -> dict[int, str] | None:
    """Follow statements from a page to a redirect.

    :param written: the lines that may have made a page before, and their methods.
    :param lost: what is added to for each page that a redirect follows.
    :returns: the same at their end, None if nothing gets there.
    """
    for statement in body:
        name = own_call(statement)
        if name in _PAGES:
            written = {**written, statement.lineno: name}
        elif name == "redirect":
            for line, page in written.items():
                lost.setdefault(line, (page, statement.lineno))
            written = {}
        elif isinstance(statement, _ENDS):
            return None
        elif not isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            # Whether a page from before such a part was made is not certain in it.
            ends = [_follow(part, {}, lost) for part in _parts(statement)]
            if ends and not any(end is not None for end in ends):
                return None
            for end in ends:
                written = {**written, **(end or {})}
    return written


def _parts(statement: ast.stmt) -> list[list[ast.stmt]]:
    """Return the ways through a statement, each as a row of statements."""
    if isinstance(statement, ast.If):
        return [statement.body, statement.orelse]
    if isinstance(statement, (ast.For, ast.AsyncFor, ast.While)):
        return [[*statement.body, *statement.orelse], statement.orelse]
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return [statement.body]
    if isinstance(statement, ast.Try):
        last = statement.finalbody
        ways = [[*statement.body, *statement.orelse, *last]]
        return ways + [[*handler.body, *last] for handler in statement.handlers]
    cases = getattr(statement, "cases", None)
    return [case.body for case in cases] + [[]] if cases else []


def own_call(statement: ast.stmt) -> str:
    """Return the name of the handler's method that a statement calls, else ""."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    func = call.func if isinstance(call, ast.Call) else None
    return last_name(func) if func is not None and is_own(func) else ""


def judge_class(
    module: Module, node: ast.ClassDef, classes: dict[str, ast.ClassDef]
) -> Iterator[Finding]:
    """Yield the HTML that a handler sends as text, as far as its code shows it.

    :param classes: the project's own classes.
    """
    if names_type(node, classes):
        return
    for part in ast.walk(node):
        if not isinstance(part, ast.Expr) or own_call(part) not in ("write", "finish"):
            continue
        assert isinstance(part.value, ast.Call)
        first = part.value.args[0] if part.value.args else None
        if first is not None and _HTML.match(_beginning(first)):
            line = part.lineno
            yield Finding("html-as-text", module.file, line, AS_TEXT, FIX)


def takes_parts(folder: Path) -> bool:
    """Tell whether a script of a project makes a response a part of a page."""
    for name in project_files(str(folder)):
        path = folder / name
        if name.endswith(_WITH_SCRIPTS) and not is_handler_library(path):
            try:
                if _TAKES_PARTS.search(content_of(path).decode("utf-8", "replace")):
                    return True
            except Unreadable:
                continue
    return False


def names_type(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> bool:
    """Tell whether a class, or one that it extends, names the type of its content."""
    waiting, seen = [node], {node.name}
    for one in waiting:
        for part in ast.walk(one):
            if isinstance(part, ast.Call) and _may_name_type(part):
                return True
            is_text = isinstance(part, ast.Constant) and isinstance(part.value, str)
            if is_text and part.value.lower() == "content-type":  # type: ignore[attr-defined]
                return True
        for base in one.bases:
            name = last_name(base)
            if name in classes and name not in seen:
                seen.add(name)
                waiting.append(classes[name])
    return False


def _may_name_type(call: ast.Call) -> bool:
    """Tell whether a call may set a header whose name is not in the code of a handler."""
    first = call.args[0] if call.args else None
    if last_name(call.func) in ("set_header", "add_header"):
        return not isinstance(first, ast.Constant)
    return any(isinstance(a, ast.Name) and a.id == "self" for a in call.args)


def _beginning(text: ast.expr) -> str:
    """Return the text that an expression begins with, as far as it is known."""
    while isinstance(text, ast.BinOp) or (
        isinstance(text, ast.Call)
        and isinstance(text.func, ast.Attribute)
        and text.func.attr in ("format", "join", "strip", "replace")
    ):
        text = text.left if isinstance(text, ast.BinOp) else text.func.value  # type: ignore[attr-defined]
    if isinstance(text, ast.JoinedStr) and text.values:
        text = text.values[0]
    is_text = isinstance(text, ast.Constant) and isinstance(text.value, str)
    return str(text.value) if is_text else ""  # type: ignore[attr-defined]
