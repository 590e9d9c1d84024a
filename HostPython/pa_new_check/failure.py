"""An exception that the app raised, at import or in a request, and what is said of it.

The modules ``causes_*`` recognise failures; :mod:`.causes` has the table of them.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from pathlib import Path

from pa_new_check.project import (
    Unreadable,
    content_of,
    is_own,
    is_written_library,
    parse,
    python_files,
    source_line,
)
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

    from pa_new_check.runtime_rules import Judge

_MAX_FILES = 300  # that are searched for what led to a failure
_MAX_OWN = 3  # own frames that are looked at


class Cause:
    """What is said of a failure whose cause is known: the parts of a finding."""

    def __init__(
        self,
        rule: str,
        what: str,
        fix: str = "",
        severity: str = "",
        consequence: str = "",
        place: tuple[Path, int] | None = None,
        unloaded: str = "",
        page: str = "",
    ) -> None:
        self.rule = rule
        self.what = what
        self.fix = fix
        self.severity = severity
        self.consequence = consequence
        self.place = place
        """The file and line of the mistake, None for the line that failed."""
        self.unloaded = unloaded
        """Why an import that fails here may work on PythonAnywhere, "" if it may not."""
        self.page = page
        """The name of a help page that says more than that of the rule."""


class Failure:
    """An exception that the app raised, at import or in a request."""

    def __init__(self, judge: Judge, event: dict[str, Any], path: str | None) -> None:
        self.judge = judge
        self.task = judge.task
        self.event = event
        self.path = path
        """The path that was asked for, None at import."""
        self.type = str(event["type"])
        self.bases: list[str] = event["bases"]
        self.text = str(event["text"])
        self.frames = [(str(file), int(line)) for file, line in event["frames"]]

    @property
    def is_import(self) -> bool:
        """Whether it was raised while the app was loaded."""
        return self.path is None

    @property
    def subject(self) -> str:
        """What failed, as the beginning of a sentence."""
        if self.path is None:
            return "The import"
        return f"A request for `{plain(self.path)}`"

    @property
    def all_fail(self) -> str:
        """The consequence of an error that PythonAnywhere has, too."""
        if self.path is None:
            return "The import fails on PythonAnywhere, and every page is an error."
        return f"Every visitor of `{plain(self.path)}` gets an error."

    @property
    def raised(self) -> str:
        """The exception as Python prints it."""
        return f"{self.type}: {plain(self.text)}".rstrip(".: ")

    def is_a(self, *names: str) -> bool:
        """Tell whether the exception has one of these types."""
        return not set(names).isdisjoint(self.bases)

    def is_in(self, *packages: str) -> bool:
        """Tell whether a frame is in one of these packages or modules."""
        return any(
            f"/{package}/" in file or file.endswith(f"/{package}.py")
            for file, _ in self.frames
            for package in packages
        )

    @property
    def all_own_frames(self) -> list[tuple[Path, int]]:
        """The frames that are the project's own, the innermost first."""
        folder = self.task.project.folder
        places = [(Path(file), line) for file, line in self.frames]
        own = [place for place in places if is_own(folder, place[0])]
        return [place for place in own if not is_written_library(place[0])] or own

    @property
    def own_frames(self) -> list[tuple[Path, int]]:
        """The innermost frames that are the project's own."""
        return self.all_own_frames[:_MAX_OWN]

    @property
    def own_lines(self) -> list[str]:
        """The text of the innermost lines that are the project's own."""
        return [source_line(file, line).strip() for file, line in self.own_frames]

    def own_statements(self) -> list[ast.stmt]:
        """Return the statements of the innermost lines that are the project's own."""
        found = (statement_at(tree_of(file), line) for file, line in self.own_frames)
        return [statement for statement in found if statement is not None]

    # The project.

    def name(self, file: Path) -> str:
        """Return the name of one of the project's files in messages."""
        return self.task.project.name(file)

    def on_host(self, path: str) -> str:
        """Return the place on PythonAnywhere of a path in the project's folder."""
        return f"{self.task.placement.folder}/{path}"

    def is_sent(self, path: str) -> bool:
        """Tell whether a file of the project gets to PythonAnywhere."""
        return (Path(self.task.stage.project) / path).exists()

    def trees(self, *words: bytes) -> Iterator[tuple[Path, ast.Module]]:
        """Yield the project's Python files that have one of some words, as trees."""
        for count, file in enumerate(python_files(self.task.project.folder)):
            if count >= _MAX_FILES:
                return
            try:
                content = content_of(file)
            except Unreadable:
                continue
            if any(word in content for word in words):
                yield file, tree_of(file)

    def beside(self, file: Path, path: str) -> str:
        """Return the code that makes the path of one of the project's files.

        :param file: the file in which the code is to stand.
        :param path: relative to the project's folder.
        """
        placement = self.task.placement
        if placement.is_wsgi_file and file == placement.project.entry:
            # PythonAnywhere has that file in /var/www.
            return f'"{placement.folder}/{path}"'
        depth = self.name(file).count("/")
        above = "/".join(self.name(file).split("/")[:-1])
        if depth and path.startswith(above + "/"):
            depth, path = 0, path[len(above) + 1 :]
        parent = f".parents[{depth}]" if depth else ".parent"
        return f'Path(__file__).resolve(){parent} / "{path}"'


def tree_of(file: Path) -> ast.Module:
    """Return the syntax tree of a file, an empty one if it cannot be parsed."""
    try:
        return parse(file, None)
    except (Unreadable, SyntaxError):
        return ast.Module(body=[], type_ignores=[])


def statement_at(tree: ast.Module, line: int) -> ast.stmt | None:
    """Return the innermost statement that has a line."""
    found: ast.stmt | None = None
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.stmt)
            and node.lineno <= line <= (node.end_lineno or node.lineno)
            and (found is None or node.lineno >= found.lineno)
        ):
            found = node
    return found


def guarded_lines(tree: ast.Module) -> set[int]:
    """Return the lines below ``if __name__ == "__main__":``."""
    lines: set[int] = set()
    for node in tree.body:
        if isinstance(node, ast.If) and "__name__" in {
            part.id for part in ast.walk(node.test) if isinstance(part, ast.Name)
        }:
            for statement in node.body:
                lines.update(range(statement.lineno, (statement.end_lineno or 0) + 1))
    return lines


def called_name(call: ast.Call) -> str:
    """Return the last part of the name that a call calls."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def source_of_literal(
    failure: Failure, name: str
) -> tuple[str, tuple[Path, int]] | None:
    """Return the first call of a function with a relative path, and its line."""
    for file, tree in failure.trees(name.encode()):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or called_name(node) != name:
                continue
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            for value in given:
                parts = value.elts if isinstance(value, ast.List) else [value]
                for part in parts:
                    text = part.value if isinstance(part, ast.Constant) else None
                    if isinstance(text, str) and not text.startswith("/"):
                        return ast.unparse(node.func), (file, node.lineno)
    return None


def identifiers(node: ast.AST) -> set[str]:
    """Return the names in code: of variables, of attributes, and texts that are names."""
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            found.add(part.id)
        elif isinstance(part, ast.Attribute):
            found.add(part.attr)
        elif isinstance(part, ast.Constant) and str(part.value).isidentifier():
            found.add(str(part.value))
    return found


# Failures that an app wrote into its log.

_TRACEBACK = "Traceback (most recent call last):"
_FRAME = pattern(r'^\s*File "([^"\n]+)", line (\d+)', re.MULTILINE)
_LAST = pattern(r"^([A-Za-z_][\w.]*)(?:: (.*))?$", re.DOTALL)


def logged(log: str) -> dict[str, Any] | None:
    """Return the last exception in a log as the sandbox reports one, None without it.

    The traceback may be indented, as an entry of the log below the request.
    """
    start = log.rfind(_TRACEBACK)
    if start < 0:
        return None
    margin = log[log.rfind("\n", 0, start) + 1 : start]
    block = log[start + len(_TRACEBACK) :]
    if margin and not margin.strip(" "):
        block = block.replace("\n" + margin, "\n")
    frames: list[list[Any]] = []
    ended: list[str] = []
    for line in block.splitlines():
        frame = _FRAME.match(line)
        if ended:
            if not line.strip() or len(ended) > 20:
                break
            ended.append(line)
        elif frame:
            frames.append([frame[1], int(frame[2])])
        elif line and not line[0].isspace() and _LAST.match(line):
            ended.append(line)
    last = _LAST.match("\n".join(ended))
    if last is None or not frames:
        return None
    name = last[1].rpartition(".")[2]
    builtin = getattr(builtins, name, None)
    bases = [name]
    if isinstance(builtin, type):
        bases = [kind.__name__ for kind in builtin.__mro__]
    text = last[2] or ""
    file = re.search(r"No such file or directory: '([^'\n]+)'", text)
    return {
        "kind": "failed",
        "type": name,
        "bases": bases,
        "text": text,
        "name": "",
        "path": file[1] if file else "",
        "frames": frames[::-1],
    }
