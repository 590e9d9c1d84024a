"""Rules about the handlers of a project that no route leads to."""

from __future__ import annotations

from itertools import islice

from pa_new_check.project import (
    Project,
    Unreadable,
    content_of,
    is_handler_library,
    parse,
    python_files,
)
from pa_new_check.rules import Finding
from pa_new_check.source_rules.handler_classes import BASE
from pa_new_check.source_rules.reading import Reading
from pa_new_check.syntax import FUNCTIONS, last_name
from pa_new_shared.later import ast, re
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_METHODS = frozenset(("get", "head", "post", "put", "patch", "delete", "options"))
# What finds classes without their names.
_FINDERS = frozenset(
    ("__subclasses__", "__init_subclass__", "__dict__", "getmembers", "globals")
    + ("vars", "dir", "locals", "attrgetter")
)
_CONSEQUENCE = "No request reaches it: its address answers 404 Not Found."
_MAX_SWIFT = 300  # files
_MAX_ROWS = 1_000  # of the route table
_MAX_ROW = 2_000  # characters of a row of the route table
_WEB = "Web/CSRF.swift"  # of the library that pa-new has written

_SWIFT_HANDLER = pattern(
    r"^[ \t]*(?:\w+[ \t]+)*(?:struct|class|enum|actor)[ \t]+(\w+)[ \t]*:[^{\n]*\bRequestHandler\b",
    re.MULTILINE,
)
_SWIFT_METHOD = pattern(
    r"\bfunc[ \t]+(get|head|post|put|patch|delete|options)[ \t]*\(([^)]*)\)"
)
_SWIFT_ROUTE = pattern(r'\bRoute\(\s*(?:"((?:\\.|[^"\\\n])*)"(?=\s*[,)]))?')
_SWIFT_TEXT = pattern(r'"(?:\\.|[^"\\\n])*"')
_SWIFT_BRACKET = pattern(r"[()]")
_SWIFT_GET = pattern(r"\bget[ \t]*:")
_WORD = pattern(r"\w+")
_LABEL = pattern(r"([\w \t]+):")
_SWIFT_COMMENT = pattern(r'("(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)


def judge(reading: Reading) -> Iterator[Finding]:
    """Yield the handlers in Python that no route uses."""
    trees = own_trees(reading)
    classes: dict[str, tuple[str, ast.ClassDef]] = {}
    used: set[str] = set()
    place = ""
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                classes.setdefault(node.name, (file, node))
            elif isinstance(node, ast.Name):
                used.add(node.id)
            elif isinstance(node, ast.Attribute):
                used.add(node.attr)
            elif isinstance(node, FUNCTIONS):
                used.update({node.name} & _FINDERS)
            elif isinstance(node, ast.Call):
                if last_name(node.func) == "Application":
                    place = place or file
                elif last_name(node.func) == "getattr" and not _is_constant(
                    node.args[1:2]
                ):
                    return
    if not place or used & _FINDERS:
        return
    for name, (file, node) in classes.items():
        methods = [
            part
            for part in node.body
            if isinstance(part, FUNCTIONS) and part.name in _METHODS
        ]
        is_used = name in used or node.decorator_list or node.keywords
        if is_used or not methods or not _is_handler(node, classes):
            continue
        given = methods[0].args
        groups = len(given.args) - 1 - len(given.defaults)
        path = _path(name) + "/([^/]+)" * groups
        yield _finding(name, file, node.lineno, place, f'(r"{path}", {name})')


def own_trees(reading: Reading) -> dict[str, ast.Module]:
    """Return the syntax trees of the project's own files, also of those not imported."""
    project = reading.project
    trees = {module.path: module.tree for module in reading.analysis.modules}
    for path in python_files(project.folder):
        if path in trees or path.relative_to(project.folder).parts[0] == "tests":
            continue
        try:
            if BASE.encode() in content_of(path) and not is_handler_library(path):
                trees[path] = parse(path, None)
        except (Unreadable, SyntaxError):
            continue
    return {
        project.name(path): tree
        for path, tree in sorted(trees.items())
        if not is_handler_library(path)
    }


def _is_handler(
    node: ast.ClassDef, classes: dict[str, tuple[str, ast.ClassDef]]
) -> bool:
    """Tell whether a class extends the library's handler, perhaps through others."""
    waiting, seen = [node], {node.name}
    while waiting:
        for base in waiting.pop().bases:
            name = last_name(base)
            if name == BASE:
                return True
            if name in classes and name not in seen:
                seen.add(name)
                waiting.append(classes[name][1])
    return False


def _is_constant(nodes: list[ast.expr]) -> bool:
    return all(isinstance(node, ast.Constant) for node in nodes)


def swift_texts(project: Project) -> dict[str, str]:
    """Return the project's own files in Swift, without comments; the lines stay."""
    texts: dict[str, str] = {}
    own = [path.parent.parent for path in project.folder.glob(f"Sources/*/{_WEB}")]
    files = [path for folder in own for path in sorted(folder.rglob("*.swift"))]
    for path in [path for path in files if "Web" not in path.parts][:_MAX_SWIFT]:
        try:
            text = content_of(path).decode("utf-8", "replace")
        except Unreadable:
            continue
        texts[project.name(path)] = _SWIFT_COMMENT.sub(
            lambda found: found[1] or "\n" * found[0].count("\n"), text
        )
    return texts


def judge_swift(texts: dict[str, str]) -> Iterator[Finding]:
    """Yield the handlers in Swift that no route uses.

    :param texts: the project's own files.
    """
    seen: set[str] = set()
    used: set[str] = set()
    """The words that are there twice."""
    for text in texts.values():
        for word in _WORD.findall(text):
            (used if word in seen else seen).add(word)
    place = next((n for n, text in texts.items() if "Application(" in text), "")
    for file, text in texts.items():
        for found in _SWIFT_HANDLER.finditer(text) if place else ():
            handler = found[1]
            end = text.find("\n}", found.end())
            body = text[found.end() : end if end >= 0 else len(text)]
            method = _SWIFT_METHOD.search(body)
            if handler in used or method is None:
                continue
            verb = method[1]
            names = [f"/{{{part.split()[-1]}}}" for part in _LABEL.findall(method[2])]
            path = _path(handler) + "".join(names)
            row = f'Route("{path}", {verb}: {handler}.{verb})'
            line = text.count("\n", 0, found.start(1)) + 1
            yield _finding(handler, file, line, place, row)


def swift_routes(texts: dict[str, str]) -> tuple[list[str], int]:
    """Return the paths that answer GET without a capture, as the route table says them.

    :param texts: the project's own files in Swift.
    :returns: the paths in order, and how many rows cannot be read.
    """
    paths: set[str] = set()
    unread = 0
    for row in swift_rows(texts):
        if row.path is None:
            unread += 1
        elif (
            "{" not in row.path and row.path[:1] == "/" and _SWIFT_GET.search(row.rest)
        ):
            paths.add(row.path)
    return sorted(paths), unread


class SwiftRow:
    """A row of a route table in Swift."""

    def __init__(self, file: str, line: int, path: str | None, rest: str) -> None:
        self.file = file
        self.line = line
        self.path = path
        """The pattern of its path, None if the code does not say it plainly."""
        self.rest = rest
        """What follows, without the texts in it."""


def swift_rows(texts: dict[str, str]) -> list[SwiftRow]:
    """Return the rows of the route table, in their order.

    :param texts: the project's own files in Swift.
    """
    rows: list[SwiftRow] = []
    for file, text in texts.items():
        for found in islice(_SWIFT_ROUTE.finditer(text), _MAX_ROWS):
            path = found[1] if "\\" not in (found[1] or "") else None
            line = text.count("\n", 0, found.start()) + 1
            rest = _row(text[found.end() : found.end() + _MAX_ROW])
            rows.append(SwiftRow(file, line, path, rest))
    return rows


def swift_handlers(texts: dict[str, str]) -> dict[str, str]:
    """Return the code of each handler, by its name.

    :param texts: the project's own files in Swift.
    """
    found: dict[str, str] = {}
    for text in texts.values():
        for handler in _SWIFT_HANDLER.finditer(text):
            end = text.find("\n}", handler.end())
            found[handler[1]] = text[handler.end() : end if end >= 0 else len(text)]
    return found


def _row(text: str) -> str:
    """Return the rest of a row, up to its closing bracket, without the texts in it."""
    row = _SWIFT_TEXT.sub('""', text)
    depth = 1
    for found in _SWIFT_BRACKET.finditer(row):
        depth += 1 if found[0] == "(" else -1
        if depth == 0:
            return row[: found.end()]
    return row


def _path(name: str) -> str:
    """Return a path for a handler, as an example."""
    return f"/{(name.removesuffix('Handler') or name).lower()}"


def _finding(name: str, file: str, line: int, place: str, row: str) -> Finding:
    return Finding(
        "handler-mistake",
        file,
        line,
        f"No route uses the handler `{plain(name)}`",
        f"Add a row to the routes in `{plain(place)}`, such as `{row}`.",
        consequence=_CONSEQUENCE,
    )
