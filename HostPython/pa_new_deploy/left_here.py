"""Tells what is left on this computer: what the app reads of it, and what to do.

The code and the templates are searched for the names of these files and folders. A name
that the code puts together is not found; then the file is told among the others.
"""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pa_new_deploy.files import Local
from pa_new_shared.file_names import (
    COPY,
    DATABASE,
    DUMP,
    SECRET,
    SIDE_FILE,
    is_settings,
)
from pa_new_shared.upload_files import HIDDEN, IGNORED, Left

_ALWAYS_TOLD = (SECRET, DATABASE, DUMP, SIDE_FILE, COPY)
_MAX_SOURCE = 1_000_000  # bytes of a file that is searched
_MAX_TOLD = 20
_ENV_FILE = "--env-file"
_TEXTS = (
    ".html",
    ".htm",
    ".jinja",
    ".jinja2",
    ".toml",
    ".ini",
    ".cfg",
    ".yaml",
    ".yml",
)
# The functions of python-dotenv, django-environ, environs, python-decouple, Starlette and
# pydantic-settings that read a file of variables.
_READS_VARIABLES = re.compile(
    r"\b(load_dotenv|dotenv_values|find_dotenv|read_env|decouple|env_file|starlette\.config)\b"
)
_OPENERS = {
    *("open", "connect", "Path", "PurePath", "join", "joinpath", "exists", "is_file"),
    *("listdir", "scandir", "walk", "makedirs", "mkdir", "read_text", "read_bytes"),
    *("from_file", "from_pyfile", "send_from_directory", "read_csv", "SqliteDatabase"),
    *("from_service_account_file", "load_cert_chain", "shelve", "send_file"),
}


@dataclass(frozen=True)
class Told:
    """A file or folder that is left here, as the report shows it."""

    path: str
    kind: str
    reason: str
    is_read: bool
    """Whether the code names it."""
    is_there: bool
    """Whether the host has a file or folder of that name."""
    advice: str
    """What to do if the app needs it; empty if there is nothing to do."""

    @property
    def document(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "kind": self.kind,
            "reason": self.reason,
            "read": self.is_read,
            "there": self.is_there,
            "advice": self.advice,
        }


def told(
    local: Local, source: str, there: list[str], has_env_file: bool = True
) -> list[Told]:
    """Return what the user has to know about: secrets and data, and what the app reads.

    :param source: The project's folder on the host.
    :param there: What the host has of its own.
    :param has_env_file: Whether the command has ``--env-file``.
    """
    env = shown(str(local.folder / ".env")) if has_env_file else ""
    read = read_by_app(local)
    return [
        Told(
            left.path,
            left.kind,
            left.reason,
            left.path in read,
            left.path in there,
            "" if left.path in there else _advice(left, source, env),
        )
        for left in local.left
        if left.kind in _ALWAYS_TOLD or left.path in read
    ]


def sentences(found: list[Told], limit: int = _MAX_TOLD) -> list[str]:
    """Return the lines to print: first what the app needs and the host lacks.

    :param limit: How many files of a kind are printed; ``--json`` lists them all.
    """
    # A file beside a database is a matter of the database, which is told.
    databases = {one.path for one in found if one.kind == DATABASE}
    found = [
        one
        for one in found
        if one.kind != SIDE_FILE
        or not any(one.path.startswith(path + "-") for path in databases)
    ]
    missing = [one for one in found if one.is_read and not one.is_there]
    others = [one for one in found if not one.is_read and not one.is_there]
    own = [one.path for one in found if one.is_there]
    lines = []
    if missing:
        lines.append("Left on this computer, but the app reads it:")
        lines += [
            f"  {shown(one.path)} ({one.reason}): {one.advice}"
            for one in missing[:limit]
        ]
        lines += _more(missing, limit)
    if others:
        lines.append("Left on this computer (--include PATH takes a file along):")
        lines += [
            f"  {shown(one.path)} ({one.reason}){_other_way(one)}"
            for one in others[:limit]
        ]
        lines += _more(others, limit)
    if own:
        some = ", ".join(map(shown, own[:limit])) + (", …" if len(own) > limit else "")
        lines.append(f"Not uploaded, PythonAnywhere has its own: {some}")
    return lines


def shown(path: str) -> str:
    """Return a path as a shell takes it: in quotes if it has a blank, for example."""
    is_plain = all(one.isalnum() or one in "_@%+=:,./-" for one in path)
    return path if is_plain else shlex.quote(path)


def _other_way(one: Told) -> str:
    """Return what to do with settings: they are not taken along as other files are."""
    _, option, path = one.advice.partition(_ENV_FILE)
    return f": {option}{path} puts it there" if option else ""


def _more(found: list[Told], limit: int) -> list[str]:
    rest = len(found) - limit
    return [f"  and {rest} more; --json lists them all"] if rest > 0 else []


def _advice(left: Left, source: str, env: str) -> str:
    place = f"{source}/{left.path}"
    take = f"--include {shown(left.path)}"
    if left.path == ".env" and env:
        take = f"{_ENV_FILE} {env}"
    if left.kind == DATABASE:
        return f"create it on PythonAnywhere, or take this one along once with {take}"
    if left.kind == SECRET and is_settings(left.path.rpartition("/")[2]):
        return f"set the variables in {place} on PythonAnywhere, or pass {take}"
    if left.kind == COPY:
        return "delete it if you do not need it"
    if left.kind == SIDE_FILE:
        return "nothing to do: SQLite makes it where it is needed"
    if left.kind in (IGNORED, HIDDEN) and left.path.endswith("/"):
        return f"make the folder {place} on PythonAnywhere, or pass {take}"
    return f"upload it to {place} on PythonAnywhere, or pass {take}"


def read_by_app(local: Local) -> set[str]:
    """Return the paths of what is left here and the uploaded files name."""
    wanted = {left.path: left for left in local.left}
    found: set[str] = set()
    for path in local.paths:
        is_code = path.endswith(".py")
        if path.startswith("tests/") or not (is_code or path.endswith(_TEXTS)):
            continue
        if not wanted or local.sizes.get(path, 0) > _MAX_SOURCE:
            continue
        text = local.read(path).decode("utf-8", "replace")
        named = [left for left in wanted.values() if _name(left) in text]
        if is_code:
            if _READS_VARIABLES.search(text):
                found |= {left.path for left in wanted.values() if _is_variables(left)}
            constants = list(_constants(text)) if named else []
            found |= {left.path for left in named if _is_named(left, constants)}
        else:
            found |= {left.path for left in named if _is_in(left, text)}
        for seen in found & wanted.keys():
            del wanted[seen]
    return found


def _name(left: Left) -> str:
    return left.path.rstrip("/").rpartition("/")[2]


def _is_variables(left: Left) -> bool:
    name = _name(left)
    return left.kind == SECRET and name == ".env"


def _is_named(left: Left, constants: list[tuple[str, bool]]) -> bool:
    """Tell whether a constant of the code is a path of a file or folder.

    A word without a dot or slash, such as ``data``, counts only if it is used as a path.
    """
    name = _name(left)
    ending = re.compile(rf"(?:^|[/\\:]){re.escape(name)}(?:$|[/?#])")
    for text, is_path in constants:
        if "\n" in text or len(text) > 1000 or not ending.search(text):
            continue
        if is_path or "/" in text or Path(name).suffix or name.startswith("."):
            return True
    return False


def _is_in(left: Left, text: str) -> bool:
    """Tell whether a template or a settings file names a file or folder."""
    name = re.escape(_name(left))
    if left.path.endswith("/"):
        return re.search(rf"(?:^|[\"'/=]){name}/", text, re.MULTILINE) is not None
    return re.search(rf"(?<![\w.-]){name}(?![\w.-])", text) is not None


def _constants(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the texts in code, and whether each is used as a path."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    paths: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            name = getattr(function, "attr", getattr(function, "id", ""))
            if name in _OPENERS:
                paths |= {id(argument) for argument in node.args}
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            paths |= {id(node.left), id(node.right)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, id(node) in paths
