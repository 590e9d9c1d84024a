"""Finds the paths below a home folder on PythonAnywhere that code names.

They tell the account, and where the project lies: before anything is loaded, and without
the analysis, which needs to know that.
"""

from __future__ import annotations

from pa_new_shared.later import ast

_MAX_DEPTH = 30  # of expressions inside each other
_MAX_LENGTH = 500  # of a text that is taken for paths
_JOINS = ("join", "joinpath")
_SAME = (
    "Path",
    "PurePath",
    "str",
    "fspath",
    "abspath",
    "realpath",
    "normpath",
    "resolve",
)


def paths(tree: ast.Module) -> list[str]:
    """Return the paths below a home folder, in the code's order.

    They begin with ``/home/``, or with ``~/`` for the home folder of whose app it is.
    """
    found: list[str] = []
    known = _texts(tree)
    documentation = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)
    }
    for node in ast.walk(tree):
        if id(node) in documentation and isinstance(node, ast.Constant):
            continue
        text = _built(node, known) if isinstance(node, ast.expr) else None
        if text is None or len(text) > _MAX_LENGTH or isinstance(node, ast.Name):
            continue
        for word in text.split(":"):  # a list of folders, or a URL of a database
            word = word.strip()
            start = word.find("/home/")
            if start >= 0 and word[:start].strip("/") == "" and parts(word[start:]):
                found.append(word[start:])
            elif word.startswith("~/") and parts(word):
                found.append(word)
    return found


def parts(path: str) -> list[str]:
    """Return the parts of a path below ``/home``, or below ``~`` after an empty one."""
    names = [part for part in path.split("/") if part not in ("", ".")]
    return names[1:] if path.startswith("/home/") else ["", *names[1:]]


def owners(found: list[str]) -> list[str]:
    """Return the accounts whose home folders are in paths."""
    return [parts(path)[0] for path in found if path.startswith("/home/")]


def _texts(tree: ast.Module) -> dict[str, str]:
    """Return the texts of the module's own names."""
    known: dict[str, str] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            text = _built(statement.value, known)
            if isinstance(target, ast.Name) and text is not None:
                known[target.id] = text
    return known


def _built(node: ast.expr, known: dict[str, str], depth: int = 0) -> str | None:
    """Return the text or path that an expression builds, None if it is another.

    :param depth: how deep in an expression the node lies.
    """
    if depth > _MAX_DEPTH:
        return None
    depth += 1
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.JoinedStr):
        return _joined(list(node.values), "", known, depth)
    if isinstance(node, ast.FormattedValue):
        return _built(node.value, known, depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Div)):
        sign = "/" if isinstance(node.op, ast.Div) else ""
        return _joined([node.left, node.right], sign, known, depth)
    if isinstance(node, ast.Subscript) and _is_home(node.slice):
        return "~"
    return _called(node, known, depth) if isinstance(node, ast.Call) else None


def _is_home(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == "HOME"


def _called(node: ast.Call, known: dict[str, str], depth: int) -> str | None:
    """Return the path that a call makes: ``Path.home()``, ``os.path.join(...)``."""
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else ""
    name = function.id if isinstance(function, ast.Name) else name
    if name == "home" and not node.args:
        return "~"
    if name in ("get", "getenv") and node.args and _is_home(node.args[0]):
        return "~"
    if name == "expanduser":
        name = "str"
    owner = function.value if isinstance(function, ast.Attribute) else None
    if name in _JOINS:
        inner = None if owner is None else _built(owner, known, depth)
        first = [] if owner is None or inner is None else [owner]
        arguments = [*first, *node.args]
        return _joined(arguments, "/", known, depth) if node.args else None
    if name in _SAME and node.args:
        return _joined(node.args, "/", known, depth)
    if owner is None or name not in _SAME:
        return None
    return _built(owner, known, depth)


def _joined(
    nodes: list[ast.expr], sign: str, known: dict[str, str], depth: int
) -> str | None:
    """Return the texts of nodes, joined, None if one is not known."""
    texts: list[str] = []
    for node in nodes:
        text = _built(node, known, depth)
        if text is None:
            return None
        texts.append(text)
    joined = sign.join(texts)
    return joined.replace("//", "/") if sign else joined
