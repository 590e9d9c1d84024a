"""Turns command line arguments into one report.

``check DIR [--entry FILE] [--python X.Y] [--account USER] [--no-load]
[--time-limit S] [--upload PATH]... [--build COMMAND]...`` prints one JSON document on
stdout::

    {"version": 2, "outcome": "works", "summary": "The app works on PythonAnywhere: ...",
     "unloaded": null, "wsgi_file": null, "notes": ["domain: ..."], "entry": "wsgi.py", "candidates": [],
     "domain": {"name": "alice.pythonanywhere.com", "source": "record"},
     "requests": [{"path": "/", "status": 200}], "python": "3.13",
     "interpreter": {"path": "/usr/bin/python3", "version": "3.13.0"},
     "loaded": true, "allowed": 0, "unread": [], "findings": [...]}

``outcome`` is "works", "broken" (there are errors), "not-loaded" (``unloaded`` says why
the app could not be loaded on this computer) or "only-read" (``--no-load``); ``summary``
says it in one sentence. ``wsgi_file`` is the WSGI file to write, if its folder is not on
the path. ``notes`` are sentences about the conditions of the check.

A finding has ``rule``, ``severity`` ("error", "warning" or "note"), ``file``, ``line``,
``source`` (the text of the line), ``message``, ``fix`` and ``page`` (a help page's name,
or null); findings are sorted by file, line and rule. ``unread`` lists files that were too
large or too deeply nested to be read, each with ``file`` and ``why``. The exit code is 0
when the project could be checked, with or without findings. It is 2 when it could not,
and the document is then ``{"version": 2, "error": {"kind": ..., "message": ...}}``; the
kinds are "usage", "no-folder", "no-entry" and "internal". If there is no entry file, but
an app was found, ``found`` says where, ``others`` lists further apps, and ``wsgi_file`` is
the text of a WSGI file for it, unless no WSGI file can serve it. A signal that ends the
check makes the exit code 128 and its number, and there is no document.

``--environment`` names the folder of a virtual environment: its packages count, and its
version of Python is the default, but its Python is not run.

With ``--same-python``, an app for another version of Python is only read: "not-loaded".

``--upload`` names a file that must be in the project's folder, and ``--build`` a
command that makes it. If such a file is missing, ``visit`` makes no request.
``--include`` names a file or folder that ``pa-new deploy`` takes along, although git
ignores it, or it looks like a secret or data.

``adopt DIR`` is described in :mod:`pa_new_adopt.adopt`.

``visit DIR PATH [--entry FILE] [--method M] [--data BODY]... [--json BODY]...
[--form FIELD]... [--header 'K: V']... [--output FILE] [--body] [--follow]
[--cookie-jar FILE] [--static URL=FOLDER]... [--package-static URL=PATH]...
[--time-limit S] [--upload PATH]... [--build COMMAND]...`` prints the answer on stdout as
``curl -i`` would: status line, header fields, an empty line, and the body as it comes.
``--output`` names a file for the body, ``--body`` leaves out what is above it, and
``--follow`` makes the requests that redirects ask for. For paths below the URL of
``--static``, the app is not asked, nor below that of ``--package-static``, if a package
of this Python has the folder.
The output and the log of the app go to stderr. The exit code is 0 for a status under
400, else 1. If there is no answer, stdout has only the part that was sent, the last
line of stderr is the document that ``check`` would have printed, on one line, and the
exit code is 1; or it is 2 with the document of an error, as for ``check``. ``--report
FILE`` puts that document into a file instead.
"""

from __future__ import annotations

import gc
import sys

from pa_new_check.arguments import Arguments
from pa_new_check.project import CannotCheck
from pa_new_check.report import VERSION, write_document
from pa_new_check.rules import RELOAD_LIMIT
from pa_new_shared import host
from pa_new_shared.later import re, signal
from pa_new_shared.text import shortened

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from types import SimpleNamespace

    from pa_new_check.environments import Environment

VISIT_LIMIT = 300.0  # seconds after which PythonAnywhere ends a request


def main(arguments: list[str]) -> int:
    """Run the command, print its result, and return the exit code."""
    gc.disable()  # syntax trees are many objects, and all of them are kept
    options = None
    try:
        options = _parse(arguments)
        read = None
        if options.environment is not None:
            from pa_new_check import installed  # most checks load the app

            read = installed.read_instead(options.environment)
        python = _python(options.python, read)
        exit_code: int = options.run(options, python, arguments)
        return exit_code
    except CannotCheck as problem:
        error = {"kind": problem.kind, "message": str(problem)}
        for name in ("reason", "hint"):
            if getattr(problem, name):
                error[name] = getattr(problem, name)
        content: dict[str, object] = {"version": VERSION, "error": error}
        if problem.kind == "no-entry" and options and options.entry is None:
            from pa_new_check import wsgi_suggestion  # most projects have an entry file

            content.update(wsgi_suggestion.facts(options, error))
        write_document(content, arguments)
        return 2
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except (RecursionError, MemoryError) as problem:
        error = {"kind": "internal", "message": f"{type(problem).__name__}: {problem}"}
        write_document({"version": VERSION, "error": error}, arguments)
        return 2


def _parse(arguments: list[str]) -> SimpleNamespace:
    wanted = Arguments()
    wanted.add("command", choices=("check", "visit", "preview", "adopt"))
    wanted.add("folder")
    wanted.add("--entry", "--python", "--account", "--domain", "--record-domain")
    wanted.add("--project-name", "--env-file")
    wanted.add("--env", "--upload", "--build", action="append")
    wanted.add("--no-namespaces", action="store_true")
    is_visit = arguments[:1] == ["visit"]
    is_preview = arguments[:1] == ["preview"]
    limit = VISIT_LIMIT if is_visit or is_preview else RELOAD_LIMIT
    wanted.add("--time-limit", type=float, default=limit)
    if is_visit:
        _add_visit(wanted)
    elif is_preview:
        _add_preview(wanted)
    elif arguments[:1] == ["adopt"]:
        _add_adopt(wanted)
    else:
        wanted.set_defaults(run=_check)
        wanted.add("--path", "--include", action="append")
        wanted.add("--environment")
        wanted.add("--bundle-command", default="")
        wanted.add(
            *("--no-load", "--same-python", "--all-routes", "--progress"),
            action="store_true",
        )
    options = wanted.parse(arguments)
    if not 0 < options.time_limit <= 86_400:
        raise CannotCheck(
            "usage", "--time-limit takes a number of seconds above 0, at most 86400"
        )
    if options.domain is not None:
        _judge_domain(options.domain)
        options.domain = options.domain.lower()
    return options


def _add_visit(wanted: Arguments) -> None:
    wanted.set_defaults(run=_visit, environment=None)
    wanted.add("path")
    wanted.add("--method", "--output", "--cookie-jar", "--report")
    wanted.add(
        *("--data", "--json", "--form", "--header", "--static", "--package-static"),
        action="append",
    )
    wanted.add("--body", "--follow", action="store_true")


def _add_preview(wanted: Arguments) -> None:
    wanted.set_defaults(run=_preview, environment=None)
    wanted.add("--port", type=int, default=0)
    wanted.add("--workers", type=int, default=2)
    wanted.add("--static", "--package-static", action="append")
    wanted.add("--report")
    wanted.add(
        *("--no-reload", "--live", "--open", "--production"), action="store_true"
    )


def _add_adopt(wanted: Arguments) -> None:
    wanted.set_defaults(run=_adopt)
    wanted.add("--app", "--factory", "--settings", "--environment", "--report")
    wanted.add("--static", action="append")
    wanted.add("--load", action="store_true")


def _judge_domain(domain: str) -> None:
    """Refuse a text that is no domain."""
    if host.is_domain(domain):
        return
    example = "alice.pythonanywhere.com"
    inner = re.sub(r"^(?:https?:)?//", "", domain.strip(), flags=re.IGNORECASE)
    inner = re.split(r"[/:?#]", inner)[0]
    said = f"did you mean {inner}?" if host.is_domain(inner) else f"such as {example}"
    text = repr(shortened(domain, 100))
    raise CannotCheck("usage", f"--domain takes a domain, not {text}: {said}")


def _python(asked: str | None, read: Environment | None) -> tuple[int, int]:
    """Return the version of Python to check for.

    The default is that of the environment that is read, or else the one that runs this.
    """
    if asked is None and read is not None:
        return read.python
    if asked is None:
        return sys.version_info[0], sys.version_info[1]
    major, _, minor = asked.partition(".")
    is_number = minor.isdecimal() and minor.isascii() and len(minor) <= 3
    if major != "3" or not is_number:
        raise CannotCheck(
            "usage",
            f"--python takes a version such as 3.13, not {shortened(asked, 100)!r}",
        )
    return 3, int(minor)


def _check(
    options: SimpleNamespace, python: tuple[int, int], arguments: list[str]
) -> int:
    from pa_new_check import check  # what a mistake in the arguments does not need

    return check.run(options, python, arguments)


def _visit(
    options: SimpleNamespace, python: tuple[int, int], arguments: list[str]
) -> int:
    from pa_new_check import visit  # what a mistake in the arguments does not need

    return visit.run(options, python, arguments)


def _preview(
    options: SimpleNamespace, python: tuple[int, int], arguments: list[str]
) -> int:
    from pa_new_preview import preview  # what a mistake in the arguments does not need

    return preview.run(options, python)


def _adopt(
    options: SimpleNamespace, python: tuple[int, int], arguments: list[str]
) -> int:
    from pa_new_adopt import adopt  # what a mistake in the arguments does not need

    return adopt.run(options, arguments)
