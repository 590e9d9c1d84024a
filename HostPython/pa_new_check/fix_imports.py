"""Says which import the code of an advice needs, if its file does not have it."""

from __future__ import annotations

from pa_new_check.project import Unreadable, parse
from pa_new_check.syntax import FUNCTIONS, binds
from pa_new_shared.file_path import Path
from pa_new_shared.later import ast, functools

# What the code has, the name in it, and the import that gives it.
_NEEDED = (
    ("Path(__file__)", "Path", "from pathlib import Path"),
    ("bottle.TEMPLATE_PATH", "bottle", "import bottle"),
    ("= os.environ.get(", "os", "import os"),
)


def with_imports(fix: str, file: Path) -> str:
    """Return an advice with the imports that its code needs in a file.

    :param file: the file in which the code is to stand.
    """
    wanted = [row for row in _NEEDED if row[0] in fix]
    if not wanted or file.suffix != ".py":
        return fix
    lines = [f"`{line}`" for _, name, line in wanted if _lacks(file, name, line)]
    return f"{fix} At the top of the file, add {' and '.join(lines)}." if lines else fix


@functools.cache
def _lacks(file: Path, name: str, line: str) -> bool:
    """Tell whether a file lacks an import: a file with many findings is read once."""
    try:
        return not _has(parse(file, None), name, line)
    except (Unreadable, SyntaxError):
        return False


def _has(tree: ast.Module, name: str, line: str) -> bool:
    """Tell whether the top level of a file gives a name its value."""
    library = line.split()[1]
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if binds(node, name):
            return True
        if (
            isinstance(node, ast.ImportFrom)
            and node.module == library != name
            and any(alias.name == "*" for alias in node.names)
        ):
            return True
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.expr)):
            waiting += ast.iter_child_nodes(node)
    return False
