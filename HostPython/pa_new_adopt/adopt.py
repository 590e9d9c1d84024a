"""The command ``adopt``: reads an app that is there already, and tells what connects it.

``python -m pa_new_check adopt DIR [--app MODULE:OBJECT | --factory MODULE:FUNCTION |
--settings MODULE] [--static URL=DIR]... [--entry FILE] [--python X.Y] [--load]
[--report FILE]`` reads the project in DIR, and prints one JSON document on stdout, or
writes it into the file of ``--report``. It writes nothing else, and runs none of the
project's code, unless there is ``--load``::

    {"version": 2,
     "apps": [{"framework": "Flask", "form": "object", "adapter": "none",
               "what": "src/shop/app.py:3 makes the Flask app `app`",
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
  "root" (a class that CherryPy serves) or "files" (a website without an app).
- ``adapter``: "none" (WSGI), "asgi" (``application`` is an ASGI app: wrap it in
  ``ASGIAdapter`` of the folder ``asgi_adapter``), "tornado" (it is a
  ``tornado.web.Application``: wrap it in ``WSGIAdapter`` of the folder ``tornado_wsgi``)
  or "static" (no app: there are only ``static`` mappings).
- ``what`` is a sentence without its full stop, for people.
- ``root`` is the folder that has to be first on ``sys.path``, "" for the project itself.
- ``import`` is Python that binds the names in ``application``: lines in ruff's order,
  joined by a line feed, "" for a static site. A statement may span several lines.
- ``application`` is an expression, "" for a static site.
- ``settings`` is Django's settings module, for ``DJANGO_SETTINGS_MODULE``, else "". It
  must be in the environment before the imports run.
- ``names`` has one key, ``app``, ``factory`` or ``settings``: the option that chooses
  this app. It is empty for a static site and for what no option can name.
- ``static`` are folders to be mapped: ``url`` begins and ends with ``/``, ``folder`` is
  below DIR ("." for a static site at the top), or will be made by a step; ``file`` and
  ``line`` say where that is from (``--static`` for the option).
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
``reason`` and ``hint`` may be missing. Kinds: "usage" (an option), "no-folder", "no-app" and
"broken" (a file that Python cannot parse, or an app that cannot be connected).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pa_new_check.app_search import find_apps
from pa_new_check.project import CannotCheck
from pa_new_check.report import VERSION, write_document

ENTRY = "pythonanywhere_wsgi.py"


def run(options: argparse.Namespace, arguments: list[str]) -> int:
    """Read the project, print the document, and return the exit code."""
    folder = Path(options.folder).resolve()
    if not folder.is_dir():
        raise CannotCheck("no-folder", f"there is no folder {options.folder}")
    found = find_apps(folder, sys.version_info[:2])
    apps = []
    for app in found.apps[:1]:
        root = app.root.relative_to(folder).as_posix()
        static = app.path.parent / "static"
        name = static.relative_to(folder).as_posix()
        where = {"file": app.file, "line": app.line}
        apps.append(
            {
                "framework": app.kind.framework,
                "form": app.kind.form,
                "adapter": "none",
                "what": f"{app.file}:{app.line} makes the {app.kind.framework} app "
                f"`{app.name}`",
                **where,
                "root": "" if root == "." else root,
                "import": f"from {app.module} import {app.name}",
                "application": app.name,
                "settings": "",
                "names": {"app": f"{app.module}:{app.name}"},
                "static": [{"url": "/static/", "folder": name, **where}]
                if static.is_dir()
                else [],
                "steps": [],
            }
        )
    if not apps:
        raise CannotCheck("no-app", f"no web app was found in {options.folder}")
    exists = (folder / "requirements.txt").is_file()
    document: dict[str, object] = {
        "version": VERSION,
        "apps": apps,
        "refused": None,
        "python": {"version": options.python or "", "file": "", "line": 0, "note": ""},
        "requirements": {
            "file": "requirements.txt",
            "from": "requirements.txt" if exists else "",
            "lines": [],
            "exists": exists,
        },
        "entry": options.entry or ENTRY,
        "notes": [],
    }
    write_document(document, arguments)
    return 0
