"""The command ``adopt``: reads an app that is there already, and tells what connects it.

``python -m pa_new_check adopt DIR [--app MODULE:OBJECT | --factory MODULE:FUNCTION |
--settings MODULE] [--static URL=DIR]... [--entry FILE] [--python X.Y] [--load]
[--report FILE]`` reads the project in DIR, and prints one JSON document on stdout, or
writes it into the file of ``--report``. It writes nothing else, and runs none of the
project's code, unless there is ``--load``::

    {"version": 2,
     "apps": [{"framework": "Flask", "form": "object", "adapter": "none",
               "what": "src/shop/app.py:3 has the Flask app `app`",
               "file": "src/shop/app.py", "line": 3, "root": "src",
               "import": "from shop.app import app", "application": "app",
               "settings": "", "names": {"app": "shop.app:app"},
               "static": [{"url": "/static/", "folder": "src/shop/static",
                           "file": "src/shop/app.py", "line": 3}],
               "steps": []}],
     "refused": null,
     "python": {"version": "3.11", "file": "runtime.txt", "line": 1, "note": ""},
     "requirements": {"file": "requirements.txt", "from": "pyproject.toml:12",
                      "lines": ["flask==3.0"], "exists": false},
     "entry": "pythonanywhere_wsgi.py",
     "notes": ["..."]}

All keys are always there. All paths are relative to DIR, with ``/``; lines count from 1,
and are 0 if there is none to name.

``apps`` are those to choose from, the likeliest first. One is no choice; there are none
only if there is ``refused``. With ``--app``, ``--factory`` or ``--settings`` it is one.

- ``form``: "object", "factory", "settings" (Django), "routes" (Bottle's default app),
  "root" (a class that CherryPy serves) or "files" (a website without an app, whose
  ``framework`` is "HTML").
- ``adapter``: "none" (WSGI), "asgi" (``application`` is an ASGI app: wrap it in
  ``ASGIAdapter`` of the folder ``asgi_adapter``), "tornado" (it is a
  ``tornado.web.Application``: wrap it in ``WSGIAdapter`` of the folder ``tornado_wsgi``)
  or "static" (no app: there are only ``static`` mappings).
- ``what`` is a sentence without its full stop, for people.
- ``root`` is the folder that has to be first on ``sys.path``, "" for the project itself.
- ``import`` is Python that binds the names in ``application``: groups of imports in
  ruff's order, and sometimes statements after them, all to be pasted as they are; "" for
  a static site. It may use ``__file__``, which must be that of the entry file.
- ``application`` is an expression, "" for a static site.
- ``settings`` is Django's settings module, for ``DJANGO_SETTINGS_MODULE``, else "". It
  must be in the environment before the imports run.
- ``names`` has one key, ``app``, ``factory`` or ``settings``: the option that chooses
  this app. It is empty for a static site and for what no option can name.
- ``static`` are folders to be mapped: ``url`` begins and ends with ``/``, ``folder`` is
  below DIR ("." for a static site at the top); those of Django may not be there yet, as
  a step or the app makes them. ``file`` and ``line`` say where that is from (``--static``
  for the option).
- ``steps`` are those after the first upload: "collectstatic", "migrate".

``refused`` is null, or has ``message``, ``reason``, ``hint`` (texts like those of an
error), ``file`` and ``line``: PythonAnywhere's web apps cannot run this.

``python``: the version to use ("" if the project does not say, and none is asked for),
where that is from, and a sentence if it is not what the project says, else "".

``requirements``: if ``exists``, ``file`` is the project's own list, to use as it is, and
``lines`` is empty. Else ``lines`` are to be written into ``file``; without lines, no file
is needed. ``from`` is the place where they are from, "" if they are guessed.

``entry`` is the entry file to write. ``notes`` are whole sentences for people.

The exit code is 0. It is 2 if the project cannot be read, and the document is then
``{"version": 2, "error": {"kind": ..., "message": ..., "reason": ..., "hint": ...}}``;
``reason`` and ``hint`` may be missing. Kinds: "usage" (an option), "conflict" (the name of
the entry file is taken), "no-folder", "no-app" and "broken" (a file that Python cannot
parse, or an app that cannot be connected).
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pa_new_adopt import broken, refusals, static_folders
from pa_new_adopt.choice import to_choose_from
from pa_new_adopt.entry_file import entry_file, files_of_apps_below, own_files
from pa_new_adopt.facts import facts
from pa_new_adopt.lists import packages
from pa_new_adopt.named_app import named_app
from pa_new_adopt.project_texts import Files
from pa_new_adopt.python_version import python_version
from pa_new_adopt.refusals import Refusal
from pa_new_adopt.static_settings import Reader
from pa_new_adopt.website import website
from pa_new_check.app_search import App, Search, find_apps, is_aside
from pa_new_check.project import CannotCheck
from pa_new_check.report import VERSION, write_document
from pa_new_shared.text import printable, shortened

_MAX_APPS = 20  # to choose from


def run(options: SimpleNamespace, arguments: list[str]) -> int:
    """Read the project, print the document, and return the exit code."""
    sys.setrecursionlimit(5_000)  # a chain of imports is followed by recursion
    folder = _folder(options.folder)
    write_document(_Adoption(options, folder).document(), arguments)
    return 0


def _folder(given: str) -> Path:
    shown = printable(given)
    try:
        folder = Path(given).resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise CannotCheck("no-folder", f"there is no folder {shown}") from error
    if not folder.is_dir():
        raise CannotCheck("no-folder", f"{shown} is not a folder")
    return folder


class _Adoption:
    """One look at a project."""

    def __init__(self, options: SimpleNamespace, folder: Path) -> None:
        self.options = options
        self.folder = folder
        self.files = Files(folder)
        self.notes: list[str] = []
        self.given = static_folders.from_options(folder, options.static)
        self.python = python_version(self.files, options.python)
        version = self.python.version or "{}.{}".format(*sys.version_info)
        self.version = 3, int(version.partition(".")[2])
        left = [*own_files(folder), *files_of_apps_below(folder)]
        self.found = find_apps(folder, self.version, left)
        self.search = Search(folder, self.version)

    def document(self) -> dict[str, object]:
        """Return what is found.

        :raise CannotCheck: if there is nothing to adopt, or an option is wrong.
        """
        apps = self._apps()
        refused = None
        if isinstance(apps, Refusal):
            refused, apps = apps, []
        described = self._described(apps)
        if not apps and refused is None:
            described = [self._website()]
        elif self.options.load:
            from pa_new_adopt.loaded import verified  # it takes a while to import

            described, notes = verified(self.folder, described, self.version)
            if notes and any(app.is_unseen for app in apps):
                raise CannotCheck(
                    "broken",
                    f"--app {printable(shortened(self.options.app, 100))}: loading the file "
                    "does not make that app",
                    notes[0],
                )
            self.notes += notes
        roots = [self.folder / app["root"] for app in described]
        entry = entry_file(self.folder, self.options.entry, roots)
        tops = [app["root"] for app in described if app["root"]]
        lists, notes = packages(self.files, self.found, self.version, tops)
        if not apps:  # pages of HTML need no packages
            lists, notes = {**lists, "lines": []}, []
        self.notes += notes
        names = ("message", "reason", "hint", "file", "line")
        return {
            "version": VERSION,
            "apps": described,
            "refused": refused and {name: getattr(refused, name) for name in names},
            "python": self.python._asdict(),
            "requirements": lists,
            "entry": entry,
            "notes": list(
                dict.fromkeys(map(printable, [*self.notes, *self.files.notes]))
            ),
        }

    def _apps(self) -> list[App] | Refusal:
        """Return the apps to choose from, or why none can be run."""
        named = named_app(self.options, self.folder, self.found, self.search)
        if named is not None:
            self.notes += named[1]
            return [named[0]]
        apps, notes = to_choose_from(self.folder, self.found)
        self.notes += notes
        alone = [refusals.sockets_only(app, self.found) for app in apps]
        kept = [app for app, refusal in zip(apps, alone) if refusal is None]
        other = refusals.refusals(self.folder, self.found)
        if apps and not kept:
            refusal = alone[0]
            assert refusal is not None
            return refusal
        unparsed = broken.unparsed(self.folder, self.found)
        if unparsed is not None and (
            not kept or all(is_aside(self.folder, app.path) for app in kept)
        ):
            raise unparsed
        if not kept:
            guarded = broken.guarded(self.folder, self.found)
            if guarded is not None:
                raise guarded
            return other[0] if other else []
        self.notes += [refusal.note for refusal in other]
        self.notes += [note for note in map(refusals.sockets_note, kept) if note]
        return kept

    def _described(self, apps: list[App]) -> list[dict[str, Any]]:
        """Return what the document says about each app."""
        described: list[dict[str, Any]] = []
        problem: CannotCheck | None = None
        reader = Reader(self.folder, self.found, self.search)
        if len(apps) > _MAX_APPS:
            more = len(apps) - _MAX_APPS
            self.notes.append(
                f"{more} more apps are left out here, since they are so many. To adopt one "
                "of them, run pa-new adopt in its folder, or name it with --app."
            )
        for app in apps[:_MAX_APPS]:
            try:
                own = facts(self.folder, app, self.found.trees)
            except CannotCheck as error:
                problem = problem or error
                continue
            static = reader.static(app)
            urls = {mapping.url for mapping in self.given}
            mappings = [m for m in static.mappings if m.url not in urls]
            own["static"] = [m._asdict() for m in [*self.given, *mappings]]
            own["steps"] = static.steps
            self.notes += static.notes
            if app.server_line:
                self.notes.append(
                    f"{app.file}:{app.server_line} starts a server when the file is "
                    "imported. PythonAnywhere starts the server itself: put this line below "
                    '`if __name__ == "__main__":`.'
                )
            described.append(own)
        if problem is not None and not described:
            raise problem
        return described

    def _website(self) -> dict[str, Any]:
        """Return the website without an app.

        :raise CannotCheck: if there is none.
        """
        found = website(self.folder, self.given)
        if found is None:
            raise CannotCheck(
                "no-app",
                f"there is no web app in {printable(self.options.folder)}",
                "no file makes an app of Flask, Django, FastAPI or another framework that "
                "pa-new knows",
                "if a file has the app, name it: --app MODULE:OBJECT, --factory "
                "MODULE:FUNCTION or, for Django, --settings MODULE",
            )
        return found
