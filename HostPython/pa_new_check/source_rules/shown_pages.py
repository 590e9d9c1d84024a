"""Tells which templates visitors get to see, and from which handlers alone."""

from __future__ import annotations

from pa_new_check.project import Unreadable, content_of, project_files
from pa_new_check.source_rules.handler_classes import own_names
from pa_new_check.source_rules.page_blocks import path_of
from pa_new_check.source_rules.page_files import with_extension
from pa_new_check.source_rules.page_templates import Layouts
from pa_new_check.source_rules.passed_values import PassedValues
from pa_new_check.source_rules.template_use import named
from pa_new_check.syntax import FUNCTIONS, last_name
from pa_new_shared.file_path import Path
from pa_new_shared.later import ast, re
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterable

# What a script may add fields to a form with, or send a form without its page.
_ADDS = pattern(
    r"FormData|createElement|innerHTML|outerHTML|insertAdjacent|setAttribute|cloneNode"
    r"|\.name\b|append|\bsubmit|\bfetch\b|XMLHttp|sendBeacon|\.formAction|\.action\b"
)
_SCRIPT = pattern(r"<script\b[^<>]*>(.*?)(?=</script|\Z)", re.IGNORECASE | re.DOTALL)


def have_scripts(folder: Path) -> bool:
    """Tell whether a script of the project may add fields to forms, or send them."""
    for name in project_files(str(folder)):
        if not name.endswith((".html", ".htm", ".js", ".mjs")):
            continue
        try:
            text = content_of(folder / name).decode("utf-8", "replace")
        except Unreadable:
            return True
        if not name.endswith(("js",)):
            text = "\n".join(_SCRIPT.findall(text))
        if _ADDS.search(text):
            return True
    return False


def reached(passed: PassedValues, layouts: Layouts) -> set[str]:
    """Return the templates that handlers name, and those that these name."""
    found = set(passed.files)
    waiting = list(passed.files)
    for text in passed.texts:
        waiting += named(layouts.parsed(str(text.node.value)) or [], ".html")
    for path in waiting:
        found.add(path)
        end = path[path.rfind(".") :] if "." in path else ".html"
        for other in named(layouts.nodes(path) or [], end):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def only_handlers(
    trees: Iterable[ast.Module],
    classes: dict[str, ast.ClassDef],
    passed: PassedValues,
    layouts: Layouts,
) -> dict[str, str]:
    """Return the handler that alone shows a template, by the template's path.

    :param trees: the project's own files.
    :param classes: the project's own classes.
    """
    if passed.others.names is None:
        return {}
    trees = list(trees)
    shown: dict[str, set[str]] = {}
    uses: dict[str, int] = {}
    rendered = _rendered(trees)
    is_called = _is_only_called(trees)
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and last_name(node.func) == "render":
                first = node.args[0] if node.args else None
                if not isinstance(first, ast.Constant):
                    return {}
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if is_called and "." not in node.value and id(node) not in rendered:
                    continue  # a word such as "a" is not the page `a.html`
                path = with_extension(node.value)
                uses[path] = uses.get(path, 0) + 1
    extended = {last_name(base) for node in classes.values() for base in node.bases}
    counts: dict[str, int] = {}
    for name, node in classes.items():
        is_certain = name not in extended and own_names(node, classes) is not None
        for part in ast.walk(node):
            if isinstance(part, ast.Call) and last_name(part.func) == "render":
                assert isinstance(part.args[0], ast.Constant)
                path = with_extension(str(part.args[0].value))
                counts[path] = counts.get(path, 0) + 1
                shown.setdefault(path, set()).add(name if is_certain else "")
    parts = {
        path_of(other, ".html")
        for path in [*shown]
        for other in named(layouts.nodes(path) or [], ".html")
    }
    return {
        path: next(iter(names))
        for path, names in shown.items()
        if len(names) == 1 and counts[path] == uses[path] and path not in parts
    }


def _rendered(trees: Iterable[ast.Module]) -> set[int]:
    """Return the identities of the nodes that calls of ``render`` have first."""
    return {
        id(node.args[0])
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and last_name(node.func) == "render" and node.args
    }


def _is_only_called(trees: Iterable[ast.Module]) -> bool:
    """Tell whether the code uses ``render`` only as what it calls, by that name."""
    for tree in trees:
        called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
        for node in ast.walk(tree):
            name = getattr(
                node, "id", getattr(node, "attr", getattr(node, "value", ""))
            )
            is_name = isinstance(node, (ast.Name, ast.Attribute, ast.Constant))
            if name == "getattr" or (
                is_name and name == "render" and id(node) not in called
            ):
                return False
            if isinstance(node, (*FUNCTIONS, ast.alias)) and node.name == "render":
                return False
    return True
