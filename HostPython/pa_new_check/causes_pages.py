"""Failures by mistakes in routes, handlers and templates of projects with handlers."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from pa_new_check.causes_files import missing_template
from pa_new_check.failure import Cause, Failure, called_name
from pa_new_check.project import is_handler_library
from pa_new_shared.text import plain, sentence

# What `web/mustache/` says: the file, the line, the column and the mistake.
_MISTAKE = re.compile(r"(templates/[^:\n]+):(\d+):(\d+): ([^\n]+)")

_WRONG_TYPE = re.compile(r"(an item of )?'([^'\n]+)' has the type (\w+)")
_SERIES = (
    *("generator", "map", "filter", "zip", "enumerate", "reversed", "set", "frozenset"),
    *("dict_keys", "dict_values", "dict_items", "deque", "list_iterator"),
)

# What `web/mistakes.py` says of the route table: the file, the line and the mistake.
_ROUTES = re.compile(r"([\w./-]+\.py):(\d+): ([^\n]+)")


def route_mistake(failure: Failure) -> Cause | None:
    """Recognise a wrong row of the route table; its place is that row."""
    said = _ROUTES.fullmatch(failure.text)
    if said is None or not failure.frames:
        return None
    file = failure.task.project.folder / said[1]
    if not is_handler_library(Path(failure.frames[0][0])) or not file.is_file():
        return None
    return Cause(
        "handler-mistake",
        sentence(plain(said[3])),
        "Correct this line.",
        "error",
        failure.all_fail,
        (file, int(said[2])),
    )


def handler_made(failure: Failure) -> Cause | None:
    """Recognise a route whose handler is called, in place of the class itself."""
    is_call = "__init__() missing 1 required positional argument: 'environ'"
    statements = failure.own_statements()
    is_made = is_call in failure.text or failure.is_in("web/reading")
    if not failure.is_import or not is_made or not statements:
        return None
    calls = [
        part
        for part in ast.walk(statements[0])
        if isinstance(part, ast.Call) and called_name(part).endswith("Handler")
    ]
    if not calls:
        return None
    name = called_name(calls[0])
    return Cause(
        "handler-mistake",
        f"The class `{name}` is called here: a route takes the class itself",
        f"Write `{name}` without brackets.",
        "error",
        failure.all_fail,
    )


def missing_comma(failure: Failure) -> Cause | None:
    """Recognise two rows of a list without a comma between them."""
    if not re.fullmatch(r"'(?:tuple|str|list)' object is not callable", failure.text):
        return None
    for statement in failure.own_statements()[:1]:
        for part in ast.walk(statement):
            if isinstance(part, ast.Call) and isinstance(
                part.func, (ast.Tuple, ast.List, ast.Constant)
            ):
                file, _ = failure.own_frames[0]
                end = part.func.end_lineno or part.func.lineno
                return Cause(
                    "handler-mistake",
                    f"A comma is missing behind `{plain(ast.unparse(part.func))}`",
                    "Write the comma.",
                    "error",
                    failure.all_fail,
                    (file, end),
                )
    return None


def page_mistake(failure: Failure) -> Cause | None:
    """Recognise a mistake in a template; its place is the template's."""
    said = _MISTAKE.fullmatch(failure.text)
    if failure.type != "TemplateError" or said is None:
        return None
    file, line, column, mistake = said.groups()
    passed = _WRONG_TYPE.match(mistake)
    if passed and failure.own_frames:
        return _wrong_type(failure, passed, f"{file}:{line}")
    cause = missing_template(failure) or Cause(
        "error-response",
        f"{failure.subject} needs this template, which has a mistake in column {column}: "
        + plain(mistake),
        "Correct the template: `pa-new preview` shows the page as you change it.",
        "error",
        failure.all_fail,
    )
    cause.place = failure.task.project.folder / file, int(line)
    return cause


def _wrong_type(failure: Failure, said: re.Match[str], template: str) -> Cause:
    """Say that a handler passes what a template cannot show; the place is the handler's.

    :param said: what the template says of it.
    :param template: the file and line of the template.
    """
    name, kind = said[2], said[3]
    fix = "Pass text, numbers, lists and dicts: make them of it in this line."
    if kind.endswith("Cursor"):
        fix = "Pass the rows: write `.fetchall()` behind the query."
    elif kind in _SERIES:
        fix = f"Pass a list: `{plain(name.partition('.')[0])}=list(...)`."
    return Cause(
        "error-response",
        f"{failure.subject} passes `{plain(name)}` with {'items of ' if said[1] else ''}"
        f"the type {plain(kind)}, which "
        f"{plain(template)} cannot show",
        fix,
        "error",
        failure.all_fail,
        failure.own_frames[0],
    )
