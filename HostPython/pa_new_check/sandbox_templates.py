"""Parses the templates of a Flask or Django project that was loaded, without showing one.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own, in a worker:
Django imports the libraries that a template loads. A page that no request has shown can
have a mistake, too.
"""

from __future__ import annotations

import os
import sys

from pa_new_check.sandbox_inspection import MAX_TEXT
from pa_new_check.sandbox_links import DjangoLinks, FlaskLinks, Links

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from pa_new_check.sandbox_links import Problem

    # Parses a text that is in a file.
    Parse = Callable[[str, str], object]

_FILES = (".html", ".htm", ".xhtml", ".xml", ".txt", ".jinja", ".jinja2", ".j2")
_HTML = (".html", ".htm", ".jinja", ".jinja2", ".j2")
_MAX_FILES = 300
_MAX_SIZE = 200_000  # bytes
_MAX_TOLD = 20
_FLASK, _DJANGO = "flask.app", "django.template"


def has_templates() -> bool:
    """Tell whether a framework is loaded whose templates can be parsed."""
    return _FLASK in sys.modules or _DJANGO in sys.modules


def report_templates(
    found: list[Any], folder: str, send: Callable[..., object]
) -> None:
    """Report the templates with a mistake.

    :param found: the applications and what wraps them.
    :param folder: the project's folder: what is elsewhere is of others.
    :param send: reports one fact.
    """
    told = 0
    for place, parse, links in (*_of_flask(found), *_of_django()):
        for file in _files(place, folder):
            text = _text(file)
            problem = None if text is None else _problem(file, text, parse)
            if problem and told < _MAX_TOLD:
                told += 1
                line, what = problem
                send("template", what=what[:MAX_TEXT], frames=[[file, line]])
            elif text and links is not None and file.endswith(_HTML):
                for other in _problems(links, text, file[len(place) + 1 :]):
                    if told < _MAX_TOLD:
                        told += 1
                        _send_page(send, file, other)


def _send_page(send: Callable[..., object], file: str, problem: Problem) -> None:
    line, what, fix, consequence = problem
    send(
        "page",
        rule="page-mistake",
        what=what[:MAX_TEXT],
        fix=fix[:MAX_TEXT],
        consequence=consequence,
        frames=[[file, line]],
    )


def _problems(links: Links, text: str, template: str) -> list[Problem]:
    """Return the files and forms that lead nowhere."""
    try:
        return list(links.problems(text, template))
    except Exception:  # noqa: BLE001 - another version of the framework, say
        return []


def _of_flask(found: list[Any]) -> Iterator[tuple[str, Parse, Links | None]]:
    """Yield the folders of templates of Flask's apps, their parsers, and their addresses."""
    kind = getattr(sys.modules.get(_FLASK), "Flask", None)
    apps = [one for one in found if isinstance(kind, type) and isinstance(one, kind)]
    for found_app in apps:
        app: Any = found_app
        try:
            loaders = [app.jinja_loader]
            loaders += [blueprint.jinja_loader for blueprint in app.iter_blueprints()]
            places = [
                path for loader in loaders if loader for path in loader.searchpath
            ]
            links = FlaskLinks(app)
        except Exception:  # noqa: BLE001, S112 - the app's own loader, say
            continue
        for place in dict.fromkeys(map(str, places)):
            yield place, _in_flask(app), links


def _in_flask(app: Any) -> Parse:
    # The environment is made for the first template: it takes as long as some requests.
    return lambda text, file: app.jinja_env.parse(text, None, file)


def _jinja(environment: Any) -> Parse:
    return lambda text, file: environment.parse(text, None, file)


def _of_django() -> Iterator[tuple[str, Parse, Links | None]]:
    """Yield the folders of templates that Django's settings name, and their parsers."""
    module = sys.modules.get(_DJANGO)
    try:
        backends = list(module.engines.all()) if module is not None else []
        links = DjangoLinks() if backends else None
    except Exception:  # noqa: BLE001 - the settings are wrong, which a request tells
        return
    for backend in backends:
        engine = getattr(backend, "engine", None)
        for place in map(str, getattr(backend, "template_dirs", ())):
            if engine is not None:
                yield place, _django(sys.modules["django.template.base"], engine), links
            elif hasattr(backend, "env"):
                yield place, _jinja(backend.env), None


def _django(module: Any, engine: Any) -> Parse:
    return lambda text, file: module.Template(text, name=file, engine=engine)


def _files(place: str, folder: str) -> Iterator[str]:
    """Yield the project's own files below a folder of templates."""
    if not f"{place}/".startswith(f"{folder}/") or "/site-packages/" in place:
        return
    count = 0
    for parent, folders, names in os.walk(place):
        folders.sort()
        for name in sorted(names):
            count += 1
            if count > _MAX_FILES:
                return
            if name.endswith(_FILES) and name[:1] != ".":
                yield os.path.join(parent, name)


def _text(file: str) -> str | None:
    """Return the text of a template, None if it is too long or none."""
    try:
        if os.path.getsize(file) > _MAX_SIZE:
            return None
        with open(file, encoding="utf-8") as opened:
            return opened.read()
    except (OSError, ValueError):
        return None


def _problem(file: str, text: str, parse: Parse) -> tuple[int, str] | None:
    """Return the line of a mistake in a template and what it is, None without one."""
    try:
        parse(text, file)
    except Exception as error:  # noqa: BLE001 - those of the parser are told
        if type(error).__name__ != "TemplateSyntaxError":
            return None
        line = getattr(error, "lineno", 0)
        line = line or getattr(getattr(error, "token", None), "lineno", 0)
        return int(line or 1), str(error).partition("\n")[0]
    return None
