"""Goes through the live code of each file, and asks the rules about its nodes."""

from __future__ import annotations

from pa_new_check import known_apis
from pa_new_check.project import Project, content_of, is_handler_library
from pa_new_check.rules import Finding
from pa_new_check.source_rules import (
    adapters,
    background,
    databases,
    form_tokens,
    paths,
    placeholders,
    routes,
    secrets,
    statements,
    templates,
    waits,
)
from pa_new_check.source_rules.handlers import handler_methods, is_handler
from pa_new_check.source_rules.live_code import dead_code, live
from pa_new_check.source_rules.reading import Reading
from pa_new_check.static_analysis.analysis import Analysis
from pa_new_check.static_analysis.values import Module
from pa_new_check.syntax import FUNCTIONS, items
from pa_new_shared.later import ast

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_JUDGED = frozenset(
    (ast.Call, ast.Constant, ast.Expr, ast.Compare, ast.Assign, ast.AnnAssign)
    + (ast.keyword, ast.Dict, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    + (ast.Attribute, ast.Name)
)
_CONNECTS = b"sqlite3"
_RENDERS = b"render"  # is in the names of all functions that do
_WITH_ROUTES = frozenset(("flask", "fastapi", "bottle", "django", "tornado"))


def judge(project: Project, analysis: Analysis, account: str | None) -> list[Finding]:
    """Return the findings about the contents of the project's files.

    :param account: the user's account on PythonAnywhere, if it is known.
    """
    reading = Reading(project, analysis, account)
    found: list[Finding] = []
    for module in analysis.modules:
        found += _judge_module(module, reading)
    found += paths.judge(reading)
    found += background.judge(reading)
    found += adapters.judge(reading)
    found += databases.judge(reading)
    found += templates.judge(reading)
    for module in analysis.modules:
        is_library = is_handler_library(module.path)
        if not is_library and _CONNECTS in content_of(module.path):
            from pa_new_check.source_rules import sqlite_writes  # few have it

            found += sqlite_writes.judge(module)
    found += _judge_pages(reading)
    found += form_tokens.judge(reading)
    libraries = {
        value.origin.partition(".")[0]
        for module in analysis.modules
        for value in module.scope.names.values()
    }
    if libraries & _WITH_ROUTES:
        from pa_new_check.source_rules import (  # others have none
            hidden_routes,
            view_rules,
        )

        found += hidden_routes.judge(
            analysis.modules, has_handlers="tornado" in libraries
        )
        found += view_rules.judge(reading)
        if libraries & {"flask", "django"} and any(
            _RENDERS in content_of(module.path) for module in analysis.modules
        ):
            from pa_new_check.source_rules import jinja_names  # others have none

            found += jinja_names.judge(reading)
    return found


def _judge_pages(reading: Reading) -> Iterator[Finding]:
    """Yield the findings about the pages of a project with handlers."""
    folder = reading.project.folder
    if not any(
        place.is_dir()
        for pattern in ("web", "*/web", "Sources/*")
        for place in folder.glob(pattern)
    ):
        return
    from pa_new_check.source_rules import pages  # for most projects, it takes too long

    yield from pages.judge(reading)


def _judge_module(module: Module, reading: Reading) -> Iterator[Finding]:
    """Yield the findings about one file, and note what other rules need."""
    silent: set[ast.AST] = set()  # texts that are documentation, or compared with
    for node in live(module.tree, dead_code(module)):
        kind = node.__class__
        if kind not in _JUDGED:
            continue
        if isinstance(node, ast.Name):
            if node.id in known_apis.SWITCHES:
                reading.words.add(node.id)
        elif isinstance(node, ast.Attribute):
            if node.attr in known_apis.SWITCHES:
                reading.words.add(node.attr)
        elif isinstance(node, ast.Call):
            silent.update(placeholders.not_paths(node))
            yield from _judge_call(module, node, reading)
        elif isinstance(node, ast.Constant):
            if node.value in known_apis.SWITCHES:
                reading.words.add(str(node.value))
            templates.note_text(node, reading)
            if node not in silent:
                yield from placeholders.judge(module, node, reading)
                yield from secrets.judge_text(module, node)
                yield from paths.judge_text(module, node, reading)
                yield from waits.judge_text(module, node)
        elif isinstance(node, ast.Expr):
            silent.add(node.value)
            yield from statements.judge(module, node)
        elif isinstance(node, ast.Compare):
            for part in (node.left, *node.comparators):
                silent.update((part, *items(part)))
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            yield from secrets.judge_assignment(module, node)
            databases.note_assignment(module, node, reading)
            templates.note_assignment(module, node, reading)
        elif isinstance(node, ast.keyword):
            if node.arg in known_apis.SWITCHES:
                reading.words.add(str(node.arg))
            yield from secrets.judge_named(module, node.arg or "", node.value)
        elif isinstance(node, FUNCTIONS):
            if is_handler(module, node):
                yield from waits.waits(module, node)
                yield from routes.judge(module, node)
        elif isinstance(node, ast.ClassDef):
            for method in handler_methods(module, node):
                yield from waits.waits(module, method)
                yield from routes.judge(module, method)
        elif isinstance(node, ast.Dict):
            yield from _judge_dictionary(module, node, reading)


def _judge_call(module: Module, node: ast.Call, reading: Reading) -> Iterator[Finding]:
    func = node.func
    tail = func.attr if isinstance(func, ast.Attribute) else ""
    name = reading.analysis.origin(module, node)
    if not tail:
        tail = name.rpartition(".")[2]
        if isinstance(func, ast.Name) and func.id in known_apis.LOADS:
            tail = func.id
    paths.note(module, node, name, tail, reading)
    background.note(module, node, name, reading)
    adapters.note(module, node, name, reading)
    databases.note_call(module, node, name, reading)
    templates.note_call(module, node, name, reading)
    yield from secrets.judge_connection(module, node, name)
    yield from waits.pushes(module, node)
    if tail in known_apis.LOADS:
        module.library_loads.append(node)


def _judge_dictionary(
    module: Module, node: ast.Dict, reading: Reading
) -> Iterator[Finding]:
    pairs: dict[str, ast.expr] = {}
    for key, value in zip(node.keys, node.values):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            pairs[key.value] = value
            yield from secrets.judge_named(module, key.value, value)
    if "ENGINE" in pairs:
        yield from databases.judge_django(module, pairs, reading)
