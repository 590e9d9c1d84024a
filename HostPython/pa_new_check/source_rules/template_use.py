"""Tells which files in ``templates/`` are templates of handlers, as far as the code shows it."""

from __future__ import annotations

from pa_new_check.source_rules.page_blocks import path_of
from pa_new_check.source_rules.page_templates import Layouts
from pa_new_check.source_rules.passed_values import PassedValues
from pa_new_shared.later import ast, re
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pa_new_mustache.nodes import Node

_ENGINES = frozenset(
    ("bottle", "chameleon", "chevron", "django", "fastapi", "flask", "genshi")
    + ("jinja2", "liquid", "mako", "pystache", "starlette", "tornado")
)
_SWIFT_ENGINE = pattern(
    r"^[ \t]*(?:@\w+[ \t]+)*import[ \t]+(?:GRMustache|Handlebars|HummingbirdMustache|Jinja"
    r"|Kitura\w*|Leaf|LeafKit|Liquid|Stencil\w*|SwiftTemplate\w*|Vapor)\b",
    re.MULTILINE,
)
_SWIFT_FOLDER = pattern(r'"(?:[^"\n]*/)?templates/?(?:\\|")')
# Other files are templates only if a page or another template names them.
_PAGES = (".html", ".htm", ".xml", ".svg")


def has_other_engine(trees: Iterable[ast.Module], texts: Iterable[str]) -> bool:
    """Tell whether the project imports another library of templates.

    :param trees: the syntax trees of the project's own files.
    :param texts: its own files in Swift.
    """
    if any(_SWIFT_ENGINE.search(text) for text in texts):
        return True
    for tree in trees:
        for node in ast.walk(tree):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            if any(name.partition(".")[0] in _ENGINES for name in names):
                return True
    return False


def templates(
    paths: list[str],
    trees: Iterable[ast.Module],
    texts: Iterable[str],
    passed: PassedValues,
    layouts: Layouts,
) -> set[str]:
    """Return the files that are templates of handlers.

    :param paths: the files below ``templates/``.
    :param trees: the syntax trees of the project's own files.
    :param texts: its own files in Swift.
    :param passed: what the project passes to its templates.
    """
    waiting = list(passed.files)
    if not _reads_folder(trees) and not any(map(_SWIFT_FOLDER.search, texts)):
        waiting += [path for path in paths if path.lower().endswith(_PAGES)]
    for text in passed.texts:
        waiting += named(layouts.parsed(str(text.node.value)) or [], ".html")
    found = set(waiting)
    for path in waiting:
        dot = path.rfind(".")
        for other in named(layouts.nodes(path) or [], path[dot:]):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def _reads_folder(trees: Iterable[ast.Module]) -> bool:
    """Tell whether the code names the folder, so that it may read the files itself."""
    return any(
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.rstrip("/").rpartition("/")[2] == "templates"
        for tree in trees
        for node in ast.walk(tree)
    )


def named(nodes: list[Node], end: str) -> Iterator[str]:
    """Yield the paths of the templates that nodes name.

    :param end: the extension of a name without one.
    """
    from pa_new_mustache.nodes import Partial

    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        waiting += node.nodes
        if isinstance(node, Partial):
            waiting += node.blocks.values()
            yield path_of(node.name, end)
