"""Why an import fails: each known cause with words of its own."""

from __future__ import annotations

import os
import re
from pathlib import Path

from pa_new_check import versions
from pa_new_check.distributions import provides
from pa_new_check.missing_modules import UNLISTED, advice
from pa_new_shared import host
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

    from pa_new_check.runtime_rules import Judge
    from pa_new_check.sandbox import Task

_READS = pattern(
    r"(^|/)(os|_collections_abc)\.py$|<frozen os>|^<frozen _collections_abc>"
)
_UNREACHABLE = pattern(
    r"can't connect|could not (?:connect|translate)|failed to (?:resolve|establish)"
    r"|name resolution|name or service not known|getaddrinfo|nodename nor servname"
    r"|unknown (?:mysql )?server host|network is unreachable|no route to host"
    r"|max retries exceeded|connection (?:refused|timed out)|connect(?:ion)? timeout",
    re.IGNORECASE,
)
_THIS_COMPUTER = pattern(r"localhost|\b127\.\d+\.\d+\.\d+|::1\b", re.IGNORECASE)
_HOST_MODULES = ("uwsgi", "uwsgidecorators")
# A package without a file of its own, such as `google`, has no such module.
_NO_INNER = pattern(r"cannot import name '(\w+)' from '([\w.]+)' \(unknown location\)")


def judge(judge: Judge, event: dict[str, Any]) -> None:
    """Report an import that raised an exception.

    :param event: the exception, as the process reported it.
    """
    name, text = event["type"], plain(event["text"])
    inner = _NO_INNER.match(event["text"])
    if "ModuleNotFoundError" in event["bases"] and event["name"]:
        _missing_module(judge, event, event["name"])
    elif "ImportError" in event["bases"] and inner:
        _missing_module(judge, event, f"{inner[2]}.{inner[1]}")
    elif "SyntaxError" in event["bases"]:
        judge.add("syntax-error", event, f"{name}: {text}")
    elif missing_variable(judge, event, "The import") or _unreachable(judge, event):
        pass
    elif "FileNotFoundError" in event["bases"] and event["path"]:
        _missing_file(judge, event, event["path"])
    elif "MemoryError" in event["bases"]:
        judge.add(
            "import-error",
            event,
            "The import needs more than 3 GB of memory",
            "Load less at import: PythonAnywhere ends a process of that size.",
        )
    else:
        judge.add("import-error", event, f"The import raises {name}: {text}")


def _unreachable(judge: Judge, event: dict[str, Any]) -> bool:
    """Report an import that needs another computer, and tell whether it does.

    That this computer does not reach it proves nothing about PythonAnywhere; a server on
    the computer itself is on no other.
    """
    name, text = event["type"], plain(event["text"])
    if not _UNREACHABLE.search(text) or _THIS_COMPUTER.search(text):
        return False
    is_database = name.endswith(("OperationalError", "InterfaceError", "DatabaseError"))
    rule = "connection-at-import" if is_database else "network-at-import"
    judge.outcome.unloaded = (
        "its import needs another server, which does not answer here"
    )
    what = (
        f"The import needs another server, which does not answer here: {name}: {text}"
    )
    judge.add(rule, event, what)
    return True


def _missing_module(judge: Judge, event: dict[str, Any], name: str) -> None:
    """Report a module that is missing.

    :param name: its name in full.
    """
    task = judge.task
    module = name.partition(".")[0]
    if module in _HOST_MODULES:
        judge.outcome.unloaded = f"only PythonAnywhere has the module {module}"
        return
    change = versions.change_of_library(module, task.python)
    is_own = (task.project.root / module).is_dir()
    if not is_own and provides(task.requirements, name, task.python):
        judge.outcome.unloaded = (
            f"the module {module} is not installed on this computer"
        )
        judge.add(
            "import-error",
            event,
            f"The module {module} is not installed here, so the app was not loaded",
            "Install what requirements.txt lists, here and on PythonAnywhere: "
            "pip install -r requirements.txt.",
            "warning",
            "The requirements name it: it must be installed on PythonAnywhere too.",
        )
    elif change and not is_own:
        judge.add("python-version", event, f"The module {module} {change}")
    else:
        importer = task.project.folder / judge.place(event["frames"])[0]
        said = advice(task.placement, plain(name), importer)
        if said.distribution and not task.requirements.has_list:
            package = said.distribution
            judge.outcome.unloaded = f"{package} is not installed on this computer"
            judge.add(said.rule, event, said.what, said.fix, "warning", UNLISTED)
        else:
            judge.add(said.rule, event, said.what, said.fix)
        place = task.placement
        if said.folder and place.is_wsgi_file and importer == task.project.entry:
            judge.outcome.wsgi_file = _with_path(importer, said.folder)


def _with_path(entry: Path, folder: str) -> str:
    """Return a WSGI file with a folder on the path, "" if it cannot be read."""
    from pa_new_check import wsgi_text  # few projects need it

    try:
        return wsgi_text.with_path(entry.read_text("utf-8"), folder) or ""
    except (OSError, ValueError):
        return ""


def _missing_file(judge: Judge, event: dict[str, Any], path: str) -> None:
    task = judge.task
    if path == host.PROGRAM:
        judge.add(
            "import-error",
            event,
            "The import starts `sys.executable`, which is not Python on PythonAnywhere",
            "Name the program: `python3.13`, or `bin/python` in your virtualenv.",
            consequence="It is uWSGI there, which ends with an error.",
        )
        return
    here = exists_here(task, path)
    if here and not path.startswith("/"):
        what = f"`{plain(path)}` is not found in the working directory"
        judge.add("relative-path", event, what, severity="error")
        return
    what = f"The import raises {event['type']}: {plain(event['text'])}"
    if here:
        judge.add(
            "import-error",
            event,
            f"The import needs `{plain(here)}`, which does not get to PythonAnywhere",
            "Upload it by hand, or let the code make it: git ignores the file, or it is "
            "one that `pa-new deploy` leaves on this computer.",
        )
    elif path.startswith("/home/") and not path.startswith(task.placement.folder):
        judge.outcome.unloaded = f"there is no {plain(path)} on this computer"
        judge.add(
            "import-error",
            event,
            f"There is no `{plain(path)}` here, so the app was not loaded",
            f"If it is the project's folder, name it `{task.placement.folder}`; "
            "if it is not, see that it is on PythonAnywhere.",
            "warning",
            "The import fails on PythonAnywhere, too, unless that is there.",
        )
    else:
        judge.add("import-error", event, what)


def exists_here(task: Task, path: str) -> str:
    """Return the project's file for a path that the app did not find, "" if none.

    The path is one on PythonAnywhere, or relative to the home folder.
    """
    if not os.path.isabs(path):
        place = task.project.folder / path
        is_below = place.parent != task.project.folder and place.parent.is_dir()
        return path if place.exists() or is_below else ""
    here = task.placement.here(os.path.normpath(path))
    folder = str(task.project.folder) + "/"
    return (
        here[len(folder) :] if here.startswith(folder) and os.path.exists(here) else ""
    )


def missing_variable(judge: Judge, event: dict[str, Any], subject: str) -> bool:
    """Report an exception that comes from an environment variable that is not set.

    :param subject: what raised it, as the beginning of a sentence.
    :returns: whether that is the cause.
    """
    name = _variable(judge, event)
    if not name:
        return False
    task = judge.task
    what = f"{subject} needs the environment variable {plain(name)}, which is not set"
    if name in task.shell:
        what += " there: it is set in your shell alone"
    settings = next((path for path in task.stage.settings if path.endswith(".env")), "")
    place = f"{task.placement.folder}/{settings or '.env'}"
    fix = (
        f"Set it in the WSGI file before the import: "
        f'`import os` and `os.environ["{plain(name)}"] = ...`, or load a file with it: '
        f'`from dotenv import load_dotenv` and `load_dotenv("{place}")`.'
    )
    if settings and name in task.stage.names_in_settings:
        fix = (
            f"{settings} has it, and nothing loads that file there. Load it in the WSGI "
            f"file, before the import, with its whole path: `from dotenv import "
            f'load_dotenv` and `load_dotenv("{place}")`.'
        )
    judge.add("missing-variable", event, what, fix)
    return True


def _variable(judge: Judge, event: dict[str, Any]) -> str:
    """Return the variable whose absence an exception is about, "" if it is none."""
    text = event["text"]
    frames = [(str(file), line) for file, line in event["frames"]]
    if "KeyError" in event["bases"]:
        name = text.strip("'\"")
        return name if name in judge.variables else ""
    for name, readers in judge.variables.items():
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            return str(name)
        # The line that read it also failed: `int(os.environ.get("PORT"))`.
        own = [(str(file), line) for file, line in readers if not _READS.search(file)]
        if own and _is_own(judge, own[0][0]) and own[0] in frames[:3]:
            return str(name)
    return ""


def _is_own(judge: Judge, file: str) -> bool:
    return judge.task.project.folder in Path(str(file)).parents
