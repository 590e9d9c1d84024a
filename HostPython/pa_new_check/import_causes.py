"""Why an import fails: each known cause with words of its own."""

from __future__ import annotations

import re
from pathlib import Path

from pa_new_check import bundle_rules, versions
from pa_new_check.distributions import (
    distribution_of,
    is_regular,
    missing,
    provides,
    version_of,
)
from pa_new_check.missing_modules import UNLISTED, advice, may_come
from pa_new_check.module_names import WINDOWS
from pa_new_check.project import Unreadable, content_of, source_line
from pa_new_check.static_analysis import syntax_rules
from pa_new_shared import host
from pa_new_shared.patterns import pattern
from pa_new_shared.requirements import normalized
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

    from pa_new_check.runtime_rules import Judge

_UNREACHABLE = pattern(
    r"can't connect|could not (?:connect|translate)|failed to (?:resolve|establish)"
    r"|name resolution|name or service not known|getaddrinfo|nodename nor servname"
    r"|unknown (?:mysql )?server host|network is unreachable|no route to host"
    r"|max retries exceeded|connection (?:refused|timed out)|connect(?:ion)? timeout",
    re.IGNORECASE,
)
_THIS_COMPUTER = pattern(r"localhost|\b127\.\d+\.\d+\.\d+|::1\b", re.IGNORECASE)
_PLACE = pattern(r" \([^()]*, line \d+\)$")  # in the text of a SyntaxError
# Modules that packages have no longer. Sources: the changelogs of Flask 1.0, Werkzeug 1.0,
# WTForms 3.0 and Django 2.0, and the packages' files on PyPI.
_MOVED = {
    "flask.ext": "Write `flask_{last}` for `{name}`.",
    "werkzeug.contrib.cache": "Write `from cachelib import ...`, and add cachelib to "
    "requirements.txt.",
    "werkzeug.contrib.fixers": "Write `from werkzeug.middleware.proxy_fix import "
    "ProxyFix`.",
    "wtforms.fields.html5": "Write `wtforms.fields` for `{name}`.",
    "django.core.urlresolvers": "Write `django.urls` for `{name}`.",
}
_HOST_MODULES = ("uwsgi", "uwsgidecorators")
# What Django says of a database's driver that is missing.
_DRIVER = pattern(r"Error loading (\w+(?: or \w+)*) module")
# A package without a file of its own, such as `google`, has no such module.
_NO_INNER = pattern(r"cannot import name '(\w+)' from '([\w.]+)' \(unknown location\)")


def judge(judge: Judge, event: dict[str, Any]) -> None:
    """Report an import that raised an exception.

    :param event: the exception, as the process reported it.
    """
    if known(judge, event, None) or _unreachable(judge, event):
        return
    if "FileNotFoundError" in event["bases"] and event["path"]:
        _missing_file(judge, event, event["path"])
    elif "MemoryError" in event["bases"]:
        judge.add(
            "import-error",
            event,
            "The import needs more than 3 GB of memory",
            "Load less at import: PythonAnywhere ends a process of that size.",
        )
    else:
        what = f"The import raises {event['type']}: {plain(event['text'])}"
        judge.add("import-error", event, what.rstrip(".: "))


def known(judge: Judge, event: dict[str, Any], path: str | None) -> bool:
    """Report an exception whose cause is known.

    :param event: the exception, as the process reported it.
    :param path: the path that was asked for, None at import.
    :returns: whether the cause is known.
    """
    from pa_new_check import causes  # most apps do not fail

    inner = _NO_INNER.match(event["text"])
    bases = event["bases"]
    # Metadata has an error of that base, too, which names a package and no module.
    is_module = "ModuleNotFoundError" in bases and "PackageNotFoundError" not in bases
    name = event["name"] if is_module else ""
    if not name and "ImportError" in bases and inner:
        name = f"{inner[2]}.{inner[1]}"
    driver = _DRIVER.match(event["text"])
    if driver and "ImproperlyConfigured" in bases:
        name = _wanted_driver(judge, driver[1].split(" or "))
    if name:
        if not causes.explain_module(judge, event, path, name):
            frames = causes.frames_of_module(judge, event, path, name)
            event = {**event, "frames": frames}
            _missing_module(judge, event, path, name)
        return True
    if "SyntaxError" in bases:
        _unreadable(judge, event, _consequence(path))
        return True
    if causes.explain(judge, event, path):
        return True
    cause = event.get("cause")
    if not cause:
        return False
    # What was raised first tells more: the file that a handler of the log misses, say.
    frames = cause["frames"] + event["frames"]
    return known(judge, {**cause, "frames": frames}, path)


def _consequence(path: str | None) -> str:
    """Return what follows from a failure, "" for what follows at import."""
    return "" if path is None else f"Every visitor of `{plain(path)}` gets this."


def _unreadable(judge: Judge, event: dict[str, Any], consequence: str) -> None:
    """Report code that Python cannot parse, in the words of reading."""
    file, line = event["frames"][0]
    text = _PLACE.sub("", event["text"])
    code = source_line(Path(file), line)
    error = SyntaxError(text, (str(file), line, 0, code))
    said = syntax_rules.syntax_finding(str(file), error, judge.task.python)
    frames = [[file, said.line], *event["frames"][1:]]
    what, fix = said.what, said.fix
    judge.add("syntax-error", {"frames": frames}, what, fix, "", consequence)


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


def _wanted_driver(judge: Judge, modules: list[str]) -> str:
    """Return the one of a few modules that the requirements name, or the last one."""
    task = judge.task
    wanted = (
        name for name in modules if provides(task.requirements, name, task.python)
    )
    return next(wanted, modules[-1])


def _missing_module(
    judge: Judge, event: dict[str, Any], path: str | None, name: str
) -> None:
    """Report a module that is missing.

    :param path: the path that was asked for, None at import.
    :param name: its name in full.
    """
    task = judge.task
    consequence = _consequence(path)
    module = name.partition(".")[0]
    if module in _HOST_MODULES:
        judge.outcome.unloaded = f"only PythonAnywhere has the module {module}"
        return
    change = versions.change_of_library(module, task.python)
    is_own = (task.project.root / module).is_dir()
    if "." in name and not is_own and is_regular(module):
        _missing_part(judge, event, path, name)
        return
    if not is_own and provides(task.requirements, name, task.python):
        judge.outcome.unloaded = f"the module {module} is not installed"
        left = "the app was not loaded" if path is None else "the page was not made"
        file = plain(task.requirements.file)
        where = "here and on PythonAnywhere"
        consequence = "it must be installed on PythonAnywhere too"
        if bundle_rules.uses_bundles(task.project):
            where, consequence = "here", "pa-new deploy can bring it to PythonAnywhere"
        judge.add(
            "import-error",
            event,
            f"The module {module} is not installed here, so {left}",
            f"Install what {file} lists, {where}: pip install -r {file}.",
            "warning",
            f"The requirements name it: {consequence}.",
        )
    elif change and not is_own:
        judge.add(
            "python-version",
            event,
            f"The module {module} {change}",
            consequence=consequence,
        )
    else:
        importer = task.project.folder / judge.place(event["frames"])[0]
        said = advice(task.placement, plain(name), importer)
        absent = missing(task.requirements)
        if said.distribution and not task.requirements.has_list:
            package = said.distribution
            judge.outcome.unloaded = f"{package} is not installed"
            judge.add(said.rule, event, said.what, said.fix, "warning", UNLISTED)
        elif absent and not (said.is_near or is_own or module in WINDOWS):
            judge.outcome.unloaded = f"the module {module} is not installed"
            may_come(said, name, absent)
            judge.add(
                said.rule, event, said.what, said.fix, "warning", said.consequence
            )
        else:
            follows = consequence or said.consequence
            judge.add(said.rule, event, said.what, said.fix, consequence=follows)
        place = task.placement
        if said.folder and place.is_wsgi_file and importer == task.project.entry:
            judge.outcome.wsgi_file = _with_path(importer, said.folder)


def _missing_part(
    judge: Judge, event: dict[str, Any], path: str | None, name: str
) -> None:
    """Report a module that an installed package does not have.

    :param name: its name in full.
    """
    package = distribution_of(name.partition(".")[0]) or name.partition(".")[0]
    here = version_of(package)
    what = f"{package} {here}".strip() + f" has no module {plain(name)}"
    file, line = judge.place(event["frames"])
    code = source_line(judge.task.project.folder / file, line)
    whole = re.search(rf"\b{re.escape(name)}(?:\.\w+)*", code)
    asked = whole[0] if whole else name  # Python names the first part that is missing
    moved = next((k for k in _MOVED if f"{asked}.".startswith(f"{k}.")), "")
    last = asked.rpartition(".")[2]
    fix = _MOVED[moved].format(name=asked, last=last) if moved else ""
    listed = judge.task.requirements.listed.get(normalized(package))
    pin = listed.versions[2:].strip() if listed is not None else ""
    if listed is None or not listed.versions.startswith("==") or pin in ("", here):
        judge.add("import-error", event, what, fix, consequence=_consequence(path))
        return
    judge.outcome.unloaded = (
        f"{package} {here} is installed on this computer, and {plain(listed.file)} names "
        f"{plain(pin)}"
    )
    judge.add(
        "import-error",
        event,
        f"{what}, and {plain(listed.file)} names {package} {plain(pin)}",
        f"Install that version here, too: pip install -r {plain(listed.file)}.",
        "warning",
        "Whether the import works with that version is not known.",
    )


def _with_path(entry: Path, folder: str) -> str:
    """Return a WSGI file with a folder on the path, "" if it cannot be read."""
    from pa_new_check import wsgi_text  # few projects need it

    try:
        return wsgi_text.with_path(content_of(entry).decode("utf-8"), folder) or ""
    except (Unreadable, ValueError):
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
    what = f"The import raises {event['type']}: {plain(event['text'])}"
    if path.startswith("/home/") and not path.startswith(task.placement.folder):
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
