"""Failures for want of an environment variable, in the words of many libraries.

A variable is blamed only if the failure comes from it: its name is in the message of a
library that asks for it, or its value, None, is used by the line that failed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from pa_new_check import causes_settings, own_settings
from pa_new_check.failure import (
    Cause,
    Failure,
    called_name,
    guarded_lines,
    identifiers,
    tree_of,
)
from pa_new_check.project import content_of
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

# What libraries say, with the variable's name.
_SAYS = (
    r"^(\w+) not found\. Declare it as envvar",  # python-decouple
    r"Set the (\w+) environment variable",  # django-environ
    r"Environment variable \"(\w+)\" not set",  # environs
    r"Config \\?'(\w+)\\?' is missing, and has no default",  # starlette
    r"Environment variable '(\w+)' not set",  # envparse
)
_MENTIONS = (
    r"environment variable:? [`'\"]?([A-Z][A-Z0-9_]{2,})\b",
    r"\b([A-Z][A-Z0-9_]{2,})[`'\"]? environment variable",
)
_FIELD = pattern(r"^(\w+)\n  [Ff]ield required", re.MULTILINE)  # pydantic-settings
_PREFIX = pattern(r"env_prefix\s*=\s*[\"'](\w+)[\"']")
_IS_ABSENT = pattern(
    r"not set|unset|missing|required|must|not found|undefined|not defined|provide|empty"
    r"|was set|environment|configured|need|specify|no value|(?:^|[.:;!] |please )set ",
    re.IGNORECASE,
)
_IS_NONE = pattern(r"\bNone(Type)?\b")
_IS_REFUSED = pattern(
    r"\b(token|key|secret|password|credentials?|url|dsn|address|api)\b", re.IGNORECASE
)
_READERS = ("get", "getenv")
OF_READING = pattern(r"(^|/)(os|_collections_abc)\.py$|^<frozen ")
_LOADS_FILE = ("load_dotenv", "dotenv_values")


def missing_variable(failure: Failure) -> Cause | None:
    """Recognise a variable that is not set."""
    name = _named(failure) or _used_as_none(failure)
    return _cause(failure, name) if name else None


def _named(failure: Failure) -> str:
    """Return the variable that the exception itself names, "" if it names none."""
    text, variables = failure.text, failure.judge.variables
    if failure.is_in("pydantic_settings", "pydantic/env_settings"):
        field = _FIELD.search(text)
        return (_prefix(failure) + field[1]).upper() if field else ""
    if failure.type == "KeyError" and failure.frames:
        name = text.strip("'\"")
        if name in variables and OF_READING.search(failure.frames[0][0]):
            return str(name)
    found = _said(failure, _SAYS)
    if found or not _IS_ABSENT.search(text):
        return found
    places = {
        said.start(): name
        for name in variables
        if (said := re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", text))
        and not _has_other_value(failure, name)
    }
    return places[min(places)] if places else _said(failure, _MENTIONS)


def _said(failure: Failure, patterns: tuple[str, ...]) -> str:
    for form in patterns:
        said = re.search(form, failure.text)
        if said and said[1] not in failure.task.environment:
            return said[1]
    return ""


def _prefix(failure: Failure) -> str:
    for file, _ in failure.trees(b"env_prefix"):
        found = _PREFIX.search(content_of(file).decode("utf-8", "replace"))
        if found:
            return found[1]
    return ""


def _has_other_value(failure: Failure, name: str) -> bool:
    """Tell whether the code has a value for a variable that is not set."""
    trees = list(failure.trees(name.encode()))
    reads = [read for _, tree in trees for read in _reads(tree, name)]
    bare = [read for _, tree in trees for read in _bare_reads(tree, name)]
    return len(reads) > len(bare)


def _reads(tree: ast.AST, name: str) -> Iterator[ast.expr]:
    """Yield the expressions that read a variable."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            key = node.args[0] if node.args else None
        elif isinstance(node, ast.Subscript):
            key = node.slice
        else:
            continue
        if isinstance(key, ast.Constant) and key.value == name:
            yield node


def _bare_reads(tree: ast.AST, name: str) -> Iterator[ast.expr]:
    """Yield those that have no other value for a variable that is not set."""
    replaced = {
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or)
        for value in node.values[:-1]
        for part in ast.walk(value)
    }
    for node in _reads(tree, name):
        if node in replaced:
            continue
        if isinstance(node, ast.Subscript):
            yield node
        elif isinstance(node, ast.Call) and called_name(node) in _READERS:
            others = [*node.args[1:], *(keyword.value for keyword in node.keywords)]
            if all(isinstance(o, ast.Constant) and not o.value for o in others):
                yield node


def holders(tree: ast.AST, name: str) -> set[str]:
    """Return the names to which code assigns the value of a variable."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
            continue
        if any(True for _ in _bare_reads(node.value, name)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                found |= identifiers(target) - identifiers_of_owner(target)
    return found


def identifiers_of_owner(target: ast.expr) -> set[str]:
    """Return the names of the object in ``app.secret_key`` and ``app.config[...]``."""
    if isinstance(target, (ast.Attribute, ast.Subscript)):
        return identifiers(target.value)
    return set()


def _used_as_none(failure: Failure) -> str:
    """Return the variable whose value, None, the line that failed uses."""
    statements = failure.own_statements()
    used = {name for statement in statements[:2] for name in identifiers(statement)}
    flat = re.sub(r"\W+", "_", failure.text).lower()
    is_absent = bool(_IS_ABSENT.search(failure.text))
    is_none = bool(_IS_NONE.search(failure.text))
    is_refused = bool(_IS_REFUSED.search(failure.text))
    for name in failure.judge.variables:
        for _, tree in failure.trees(name.encode()):
            held = holders(tree, name)
            if (
                is_none
                and name in used
                and any(True for s in statements[:2] for _ in _bare_reads(s, name))
            ):
                return str(name)
            if held & used and (is_none or is_refused):
                return str(name)
            if is_absent and any("_" in h and h.lower() in flat for h in held):
                return str(name)  # "The SECRET_KEY setting must not be empty"
    return ""


def how_to_set(name: str, file: str) -> str:
    """Return how to set a variable on PythonAnywhere.

    :param file: the place there of a file that can have it.
    """
    return (
        "Set it in the WSGI file before the import: `import os` and "
        f'`os.environ["{plain(name)}"] = ...`, or load a file with it: {_load(file)}.'
    )


def _load(file: str) -> str:
    return f'`from dotenv import load_dotenv` and `load_dotenv("{file}")`'


def _cause(failure: Failure, name: str) -> Cause:
    task = failure.task
    subject = failure.subject
    what = f"{subject} needs the environment variable {plain(name)}, which is not set"
    if name in task.shell:
        what += " there: it is set in your shell alone"
    settings = next((path for path in task.stage.settings if path.endswith(".env")), "")
    place = failure.on_host(settings or ".env")
    load = _load(place)
    consequence = "" if failure.is_import else failure.all_fail
    if own_settings.reads_own(task.project) and name not in task.stage.names_in(
        own_settings.FILE
    ):
        fix = causes_settings.how_to_write(failure, name)
        return Cause("missing-variable", what, fix, "", consequence)
    if not settings or name not in task.stage.names_in_settings:
        fix = how_to_set(name, place)
        return Cause("missing-variable", what, fix, "", consequence)
    calls = _calls_that_look_elsewhere(failure, settings)
    # Several files may load it: the one that reads the variable does so in time.
    readers = [str(file) for file, _ in failure.judge.variables.get(name, [])]
    calls.sort(key=lambda call: [*readers, str(call[0])].index(str(call[0])))
    if not calls:
        fix = (
            f"{settings} has it, and nothing loads that file there. Load it in the WSGI "
            f"file, before the import, with its whole path: {load}."
        )
        return Cause("missing-variable", what, fix, "", consequence)
    file, line, code, is_guarded = calls[0]
    if is_guarded:
        fix = f"Move the line above `if __name__ ==`, and write it as {code}."
        what += (
            f": `{settings}` is loaded only if you run {failure.name(file)} yourself"
        )
    else:
        what += (
            f": `{settings}` has it, but this line looks for that file in the working "
            "directory, which is your home folder there"
        )
        fix = f"Give it the path: {code}."
    return Cause("missing-variable", what, fix, "", consequence, (file, line))


def _calls_that_look_elsewhere(
    failure: Failure, settings: str
) -> list[tuple[Path, int, str, bool]]:
    """Return the lines that load a ``.env`` file from the working directory.

    Each comes with the code to write, and whether it is below the main guard.
    """
    found: list[tuple[Path, int, str, bool]] = []
    for file, _ in failure.trees(b"dotenv", b"env_file", b"Config("):
        tree = tree_of(file)
        guarded = guarded_lines(tree)
        path = failure.beside(file, settings)
        lead = "" if path.startswith('"') else "`from pathlib import Path` and "
        for node in ast.walk(tree):
            code = ""
            if isinstance(node, ast.Call) and called_name(node) in _LOADS_FILE:
                code = _call_code(node, called_name(node), path)
            elif isinstance(node, ast.Call) and called_name(node) == "Config":
                if node.args and _is_relative(node.args[0]):
                    code = f"Config({path})"
            elif isinstance(node, ast.keyword) and node.arg == "env_file":
                code = f"env_file={path}" if _is_relative(node.value) else ""
                node = node.value
            elif isinstance(node, ast.Assign) and "env_file" in identifiers(
                node.targets[0]
            ):
                code = f"env_file = {path}" if _is_relative(node.value) else ""
            if code and isinstance(node, (ast.expr, ast.stmt)):
                is_guarded = node.lineno in guarded
                found.append((file, node.lineno, f"{lead}`{code}`", is_guarded))
    return found


def _call_code(node: ast.Call, name: str, path: str) -> str:
    """Return the call with the path, "" if it has one that is not relative."""
    given = node.args[:1] + [k.value for k in node.keywords if k.arg == "dotenv_path"]
    if not given:
        return f"{name}({path})"
    first = given[0]
    if _is_relative(first) or (
        isinstance(first, ast.Call) and called_name(first) == "find_dotenv"
    ):
        return f"{name}({path})"
    return ""


def _is_relative(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and not node.value.startswith("/")
    )


# Values that were made up for a variable.


def stand_in(failure: Failure) -> Cause | None:
    """Recognise a failure that comes from a made-up value of a variable."""
    stage = failure.task.stage
    lent = failure.task.environment
    made_up = {n: v for n, v in stage.examples().items() if lent.get(n) == v}
    used = {n for s in failure.own_statements()[:2] for n in identifiers(s)}
    for name, value in made_up.items():
        is_shown = len(value) > 3 and value in failure.text
        if not is_shown and value != "stand-in":
            continue
        if not is_shown and name not in used:
            held: set[str] = set()
            for _, tree in failure.trees(name.encode()):
                held |= holders(tree, name)
            if not held & used:
                continue
        elif value == "stand-in" and name not in used and len(made_up) > 1:
            held = {
                h
                for _, tree in failure.trees(name.encode())
                for h in holders(tree, name)
            }
            if not held & used:
                continue  # another variable has this value, too
        return Cause(
            "missing-variable",
            f"{failure.subject} fails with the value of {plain(name)} that was made up "
            f"here: {failure.raised}",
            f"Check again with the real value: set it in your shell, and add `--env "
            f"{plain(name)}`, or name a file that has it: `--env-file FILE`.",
            "warning",
            f"{stage.example} lists the variable without its value, so this proves "
            "nothing about PythonAnywhere.",
            unloaded=f"the value of {plain(name)} was made up on this computer",
        )
    return None
