"""Failures for want of tables, of values for SQL, or of the database's file."""

from __future__ import annotations

import ast
import contextlib
import os
import re
import sqlite3
from pathlib import Path

from pa_new_check.failure import (
    Cause,
    Failure,
    called_name,
    guarded_lines,
    tree_of,
)
from pa_new_check.project import Unreadable, content_of
from pa_new_check.syntax import source
from pa_new_shared import project_record
from pa_new_shared.text import listed, plain

_NO_TABLE = (
    re.compile(r"no such table: ([\w.]+)"),  # SQLite
    re.compile(r"relation \"([\w.]+)\" does not exist"),  # PostgreSQL
    re.compile(r"Table '([\w.$]+)' doesn't exist"),  # MySQL
)
_OF_DATABASES = ("OperationalError", "ProgrammingError", "DatabaseError", "Error")
_MAKERS = ("create_all", "create_tables", "create_table", "executescript")
_CREATES = re.compile(r"\bcreate\s+table\b", re.IGNORECASE)
_CANNOT_OPEN = "unable to open database file"
# What SQLite says of the values for the signs in SQL.
_NUMBER = re.compile(
    r"Incorrect number of bindings supplied\. The current statement uses (\d+), and "
    r"there are (\d+) supplied"
)
_NO_TUPLE = "parameters are of unsupported type"
_RUNNER = "pa_run.py"  # of an adopted app
_FLASK = "flask --app "
_HERE_ONLY = "`pa-new deploy` leaves databases on this computer"


class _Maker:
    """Code of the project that makes tables."""

    def __init__(
        self, file: Path, node: ast.expr, function: str, guarded: bool
    ) -> None:
        self.file = file
        self.line = node.lineno
        self.function = function
        """The function in which it is, "" at the top level."""
        self.is_guarded = guarded
        """Whether it is below ``if __name__ == "__main__":``."""
        self.code = ast.unparse(node) if isinstance(node, ast.Call) else ""


def missing_table(failure: Failure) -> Cause | None:
    """Recognise a table that the database does not have."""
    if not failure.is_a(*_OF_DATABASES, "TableDoesNotExist"):
        return None
    said = next((m for m in (p.search(failure.text) for p in _NO_TABLE) if m), None)
    if said is None:
        return None
    table = plain(said[1])
    what = f"{failure.subject} needs the table `{table}`, and the database has none"
    owners = [
        path for path in failure.task.stage.databases if _has(failure, path, said[1])
    ]
    place = "on this computer" if _uses_data_here(failure) else "on PythonAnywhere"
    consequence = f"The database {place} has no tables until you make them: "
    consequence += (
        "the import fails, and every page is an error."
        if failure.is_import
        else "pages that use the table are errors."
    )
    if owners:
        consequence = f"{listed(owners)} here has it, but {_HERE_ONLY}. " + consequence
    reason = f"it needs the table `{table}` at import, and the database has none"
    is_certain = failure.is_import or _uses_data_here(failure)
    if failure.is_in("django"):
        fix, has_migrations = _migrate(failure, table)
        level = "note" if (owners or has_migrations) and not is_certain else ""
        page = "DeployExistingDjangoProject"
        return Cause("missing-table", what, fix, level, consequence, None, reason, page)
    makers = _makers(failure)
    guarded = [maker for maker in makers if maker.is_guarded]
    if guarded and all(maker.is_guarded or maker.function for maker in makers):
        maker = guarded[0]
        consequence = (
            f"{failure.name(maker.file)} makes the tables in line {maker.line}, below "
            '`if __name__ == "__main__":`, and PythonAnywhere does not run that. '
            + consequence
        )
    fix, has_command = _make(failure, makers)
    level = "note" if (owners or has_command) and not is_certain else ""
    return Cause("missing-table", what, fix, level, consequence, None, reason)


def _has(failure: Failure, path: str, table: str) -> bool:
    """Tell whether one of the project's databases has a table."""
    file = failure.task.project.folder / path
    try:
        with contextlib.closing(
            sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)
        ) as database:
            query = "select 1 from sqlite_master where type = 'table' and name = ?"
            return database.execute(query, (table,)).fetchone() is not None
    except (sqlite3.Error, OSError):
        return False


def _uses_data_here(failure: Failure) -> bool:
    """Tell whether ``visit`` or ``preview`` shows the app, with the data that is here."""
    return failure.task.conversation is not None


def _python(failure: Failure) -> str:
    """Return the program that runs the commands, with or without a virtualenv."""
    if _uses_data_here(failure):
        return "python3"
    return "python{}.{}".format(*failure.task.python)


def _console(failure: Failure, folder: str) -> str:
    if _uses_data_here(failure):
        here = f"the folder {plain(folder)}" if folder else "the project's folder"
        return f"In a terminal on this computer, go to {here}, and write "
    where = failure.on_host(folder) if folder else failure.task.placement.folder
    return (
        "Open a Bash console on PythonAnywhere, activate the web app's virtualenv if it "
        f"has one, and write `cd {where}`, then "
    )


def _migrate(failure: Failure, table: str) -> tuple[str, bool]:
    """Return the commands that make Django's tables, and whether migrations are there."""
    project = failure.task.project.folder
    found = sorted(project.rglob("manage.py"), key=lambda path: len(path.parts))
    folder = found[0].parent if found else project
    below = failure.name(folder)
    app = table.partition("_")[0]
    python = _python(failure)
    start, inside = f"{python} manage.py", "" if below == "." else below
    if _has_runner(failure):  # it is in the project's own folder
        start = f"{python} {_RUNNER} {f'{inside}/' if inside else ''}manage.py"
        inside = ""
    commands = f"`{start} migrate`."
    is_own = (folder / app).is_dir()
    has_migrations = not is_own or bool(list((folder / app).glob("migrations/0*.py")))
    if not has_migrations:
        commands = f"`{start} makemigrations {app}` and {commands}"
    return _console(failure, inside) + commands, has_migrations and bool(found)


def _has_runner(failure: Failure) -> bool:
    """Tell whether ``pa-new adopt`` wrote what runs a command with the app's settings."""
    return _RUNNER in project_record.written(failure.task.project.folder)


def _make(failure: Failure, makers: list[_Maker]) -> tuple[str, bool]:
    """Return how to make the tables of a project without Django.

    :returns: the advice, and whether the project has a command for it.
    """
    console, python = _console(failure, ""), _python(failure)
    functions = [m for m in makers if m.function and not m.is_guarded]
    command = _command(failure, {maker.function for maker in functions})
    if command:
        runner = f"{_RUNNER} " if _has_runner(failure) else ""
        return f"Make it once. {console}`{python} {runner}-m {command}`.", True
    if functions and not any(m.code.endswith(".create_all()") for m in makers):
        maker = functions[0]
        module = _module(failure, maker.file)
        code = f"from {module} import {maker.function}; {maker.function}()"
        return f'Make it once. {console}`{python} -c "{code}"`.', False
    return _make_by_hand(failure, makers), False


def _make_by_hand(failure: Failure, makers: list[_Maker]) -> str:
    """Return how to make the tables of a project that has no function for it."""
    for maker in makers:
        if maker.code.endswith(".create_all()"):
            owner = maker.code.partition(".")[0]
            module = _module(failure, maker.file)
            app = _app_name(maker.file)
            return (
                f"Make them at import: write `with {app}.app_context():` and, indented "
                f"below it, `{maker.code}`, under the models and outside the guard. Or "
                f"make them once. {_console(failure, '')}`{_python(failure)}`, and there "
                f"`from {module} import {app}, {owner}` and `with {app}.app_context(): "
                f"{maker.code}`."
            )
    scripts = sorted(failure.task.project.folder.glob("*.sql"))
    if scripts:
        name = failure.name(scripts[0])
        return f"Make it once: run the statements of `{name}` on the database there."
    return (
        "Make it once on PythonAnywhere with the statement that made it here, or let "
        "the app make it at import: `CREATE TABLE IF NOT EXISTS ...`."
    )


def _command(failure: Failure, functions: set[str]) -> str:
    """Return the module and command of Flask that calls some functions, "" if none."""
    for file, tree in failure.trees(b".command("):
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef):
                continue
            called = {called_name(c) for c in ast.walk(node) if isinstance(c, ast.Call)}
            for mark in node.decorator_list:
                if (
                    isinstance(mark, ast.Call)
                    and called_name(mark) == "command"
                    and functions & {*called, node.name}
                ):
                    name = node.name.replace("_", "-")
                    if mark.args and isinstance(mark.args[0], ast.Constant):
                        name = str(mark.args[0].value)
                    module = _app_module(failure, file)
                    return f"{module if _runs(failure, module) else _FLASK + module} {name}"
    return ""


def _runs(failure: Failure, module: str) -> bool:
    """Tell whether ``python -m MODULE`` runs the commands of Flask."""
    main = failure.task.project.folder / module / "__main__.py"
    try:
        return b"FlaskGroup" in content_of(main)
    except Unreadable:
        return False


def _app_module(failure: Failure, file: Path) -> str:
    """Return the module that makes the Flask app: a package, if the file is in one."""
    module = _module(failure, file)
    return module.partition(".")[0]


def _module(failure: Failure, file: Path) -> str:
    return failure.name(file)[: -len(".py")].removesuffix("/__init__").replace("/", ".")


def _app_name(file: Path) -> str:
    """Return the name of the Flask app in a file."""
    for node in tree_of(file).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            target = node.targets[0]
            if called_name(node.value) == "Flask" and isinstance(target, ast.Name):
                return target.id
    return "app"


def _makers(failure: Failure) -> list[_Maker]:
    """Return the project's code that makes tables."""
    found: list[_Maker] = []
    words = (b"create", b"CREATE", b"executescript")
    for file, tree in failure.trees(*words):
        guarded = guarded_lines(tree)
        functions = {
            part: node.name
            for node in ast.walk(tree)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            for part in ast.walk(node)
        }
        for node in ast.walk(tree):
            is_call = isinstance(node, ast.Call) and called_name(node) in _MAKERS
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if is_call or (is_text and _CREATES.search(node.value)):  # type: ignore[attr-defined]
                assert isinstance(node, ast.expr)
                function = functions.get(node, "")
                found.append(_Maker(file, node, function, node.lineno in guarded))
    return found


# The values.


def wrong_values(failure: Failure) -> Cause | None:
    """Recognise SQL that gets another number of values than it needs, or no tuple."""
    said = _NUMBER.match(failure.text)
    if (said is None and failure.text != _NO_TUPLE) or not failure.own_frames:
        return None
    line = failure.own_frames[0][1]
    calls = [
        node
        for statement in failure.own_statements()[:1]
        for node in ast.walk(statement)
        if isinstance(node, ast.Call)
        and called_name(node) == "execute"
        and node.lineno <= line <= (node.end_lineno or 0)
    ]
    if len(calls) != 1 or len(calls[0].args) != 2:
        return None
    value = calls[0].args[1]
    code = source(value)
    needed = "a tuple" if said is None else _counted(int(said[1]), "value")
    given = "one value alone" if said is None else _counted(int(said[2]), "value")
    what = f"{failure.subject} gives this SQL {given}, and it needs {needed}"
    fix = "Pass as many values as the SQL has signs for them."
    is_alone = not isinstance(value, (ast.Tuple, ast.List, ast.Dict, ast.Starred))
    if is_alone and (said is None or said[1] == "1"):
        fix = f"Write `({plain(code)},)`, with a comma: a tuple with one value."
        if said is not None:
            kind = "letters" if isinstance(value, ast.Constant) else "letters or items"
            what += f": the {kind} of `{plain(code)}` count"
    rule = "import-error" if failure.is_import else "error-response"
    return Cause(rule, what, fix, "error", failure.all_fail)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


# The file.


def unopened_database(failure: Failure) -> Cause | None:
    """Recognise a SQLite database whose folder is missing."""
    if _CANNOT_OPEN not in failure.text or not failure.is_a(*_OF_DATABASES):
        return None
    events = failure.judge.result.events
    opened = [str(e["path"]) for e in events if e["kind"] == "database"]
    path = failure.task.stage.here(opened[-1]) if opened else ""
    if not path:
        return None
    relative = _relative(failure, path)
    if relative:
        file = failure.own_frames[0][0] if failure.own_frames else Path("x.py")
        code = failure.beside(file, relative)
        if failure.is_in("sqlalchemy"):
            code = f'f"sqlite:///{{{code}}}"'.replace(f'"{relative}"', f"'{relative}'")
        return Cause(
            "relative-path",
            f"The database `{plain(relative)}` is looked for in the working directory, "
            "which has no such folder",
            f"Write the whole path: `{code}`.",
            "error",
            "On PythonAnywhere the working directory is your home folder, not the "
            "project's folder. " + failure.all_fail,
        )
    folder = os.path.dirname(path)
    own = failure.task.placement.folder
    if not folder.startswith(own + "/"):
        return None
    return Cause(
        "error-response" if not failure.is_import else "import-error",
        f"There is no folder `{plain(folder)}` for the database `{plain(path)}`",
        f'Make it before the app opens the database: `os.makedirs("{plain(folder)}", '
        "exist_ok=True)`.",
        "",
        "Folders without files do not get to PythonAnywhere. " + failure.all_fail,
    )


def _relative(failure: Failure, path: str) -> str:
    """Return a database's path relative to the working directory, "" if it is not.

    SQLAlchemy makes such a path a whole one before it opens the file.
    """
    if not os.path.isabs(path):
        return os.path.normpath(path)
    placement = failure.task.placement
    home = placement.site.home + "/"
    if not path.startswith(home) or path.startswith(placement.folder + "/"):
        return ""
    relative = path[len(home) :]
    folder = failure.task.project.folder / os.path.dirname(relative)
    return relative if os.path.dirname(relative) and folder.is_dir() else ""
