"""The pages: Bottle's templates in the folder ``views``."""

from __future__ import annotations

from pathlib import Path

from bottle import HTTPError, request, template

# An absolute path: on the host, the working directory is another one.
VIEWS = [str(Path(__file__).resolve().parent / "views")]


def page(view: str, /, **values: object) -> str:
    """Return the HTML of a page.

    A template writes a value with two braces around its name, and Bottle escapes it. So
    no text of a visitor can become HTML.

    :param view: the name of the template, without ``.tpl``.
    :param values: what the template can use. ``root`` is the path of the app.
    """
    return template(view, template_lookup=VIEWS, root=request.script_name, **values)


def error(problem: HTTPError) -> str:
    """Return the page for an error; the traceback goes to the error log alone."""
    return page("error", status=problem.status_line, reason=problem.body)
