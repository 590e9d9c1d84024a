"""Rules about forms that lead to a handler which does not take them."""

from __future__ import annotations

from pa_new_check.rules import Finding
from pa_new_check.source_rules.exempt_handlers import action_of
from pa_new_check.source_rules.form_tokens import BY_SCRIPT, ELSEWHERE, FORM
from pa_new_check.source_rules.handler_routes import Route, Routes
from pa_new_shared.later import re
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

# A button says where it leads.
BY_BUTTON = pattern(r"\bformaction\b", re.IGNORECASE)
_TAG = pattern(r"\{\{\s*([#^<$/])")
_METHOD = pattern(r"\bmethod\s*=\s*[\"']?\s*(\w*)", re.IGNORECASE)


def judge(
    text: str, name: str, first: int, template: str, routes: Routes
) -> Iterator[Finding]:
    """Yield the forms whose handler answers with 405.

    :param first: the number of the text's first line in the file.
    :param template: the path of the template below ``templates/``, "" if it is none.
    """
    for form, is_conditional in _forms(text) if not BY_BUTTON.search(text) else ():
        if ELSEWHERE.search(form[0]) or BY_SCRIPT.search(form[0]):
            continue
        said = _METHOD.search(form[0])
        method = said[1].lower() if said else "get"
        if method not in ("get", "post"):
            continue
        for route, path in _targets(form[0], template, routes):
            if is_conditional and not path:
                break  # perhaps other handlers show it
            if route.methods is not None and method not in route.methods:
                line = first + text.count("\n", 0, form.start())
                yield _finding(name, line, method, path, route, routes)
                break


def _forms(text: str) -> Iterator[tuple[re.Match[str], bool]]:
    """Yield the forms of a template, and whether each one is in a section."""
    tags: list[str] = []
    count = end = 0
    for form in FORM.finditer(text):
        for tag in _TAG.finditer(text, end, form.start()):
            if tag[1] != "/":
                tags.append(tag[1])
                count += tag[1] in "#^"
            elif tags:
                count -= tags.pop() in "#^"
        end = form.start()
        yield form, count > 0


def _targets(form: str, template: str, routes: Routes) -> Iterator[tuple[Route, str]]:
    """Yield the rows of the table to which a form leads, each with its path."""
    path = action_of(form)
    if "{{" in path:
        return
    if path:
        route = routes.answering(path) if path.startswith("/") else None
        if route is not None:
            yield route, path
        return
    for handler in sorted(routes.shown.get(template, ())):
        for route in routes.rows:
            if route.handler == handler:
                yield route, ""


def _finding(
    name: str, line: int, method: str, path: str, route: Route, routes: Routes
) -> Finding:
    handler = plain(route.handler)
    what = f"This form sends {method.upper()} to `{plain(path)}`, "
    if not path:
        what = f"This form sends {method.upper()} to the address of its own page, "
    what += f"and `{handler}` has no method `{method}`"
    fix = f"Write `def {method}(self)` into `{handler}`."
    if routes.is_swift:
        fix = f"Write `{method}: {handler}.{method}` into its route, and the method."
    if method == "get":
        fix = 'Write `method="post"` into the form.'
    consequence = "The app answers 405 (Method Not Allowed) to it."
    return Finding("page-mistake", name, line, what, fix, consequence=consequence)
