"""Rules about links, forms and redirects to addresses that no handler answers."""

from __future__ import annotations

from pa_new_check.rules import Finding
from pa_new_check.sandbox_names import near_path, without_dots
from pa_new_check.source_rules.certain_routes import CertainRoutes
from pa_new_check.source_rules.exempt_handlers import action_of
from pa_new_check.source_rules.form_targets import BY_BUTTON
from pa_new_check.source_rules.form_tokens import BY_SCRIPT, ELSEWHERE, FORM, POST
from pa_new_check.source_rules.handler_classes import is_own
from pa_new_check.static_analysis.values import Module
from pa_new_check.syntax import last_name
from pa_new_shared.later import ast, re
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_LINK = pattern(r"<a\b((?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)>", re.IGNORECASE)
_HREF = pattern(
    r"(?<![\w:@.-])href\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE
)
_MOUNT = pattern(r"\A\{\{\{?\s*&?\s*mount\s*\}?\}\}")
_PATH = pattern(r"/[\w/~@.-]*")
_RELATIVE = pattern(r"[\w~@.-][\w/~@.-]*")
_BASE = pattern(r"<base\b", re.IGNORECASE)
_NOT_FOUND = "The app answers 404 (Not Found)"


def judge_html(
    html: str, name: str, first: int, routes: CertainRoutes, handler: str = ""
) -> Iterator[Finding]:
    """Yield the links and forms of HTML to addresses that nobody answers.

    :param html: it has no scripts and no comments.
    :param name: the name of the file in the report.
    :param first: the number of its first line in the file.
    :param handler: the only one that shows it, "" if that is not known.
    """
    page = "" if _BASE.search(html) else _only_page(handler, routes)
    for form in FORM.finditer(html) if not BY_BUTTON.search(html) else ():
        path = action_of(form[0])
        is_elsewhere = ELSEWHERE.search(form[0]) or BY_SCRIPT.search(form[0])
        if _PATH.fullmatch(path) and not is_elsewhere:
            line = first + html.count("\n", 0, form.start())
            is_post = POST.search(form[0]) is not None
            yield from _finding(name, line, "form", path, routes, is_sure=is_post)
    for link in _LINK.finditer(html):
        said = _HREF.search(link[1])
        if said is None or BY_SCRIPT.search(link[1]):
            continue
        address = next((part for part in said.groups() if part), "").strip()
        path = _MOUNT.sub("", address).partition("#")[0].partition("?")[0]
        line = first + html.count("\n", 0, link.start())
        if _PATH.fullmatch(path) and path[:2] != "//":
            yield from _finding(name, line, "link", path, routes)
        elif page and _RELATIVE.fullmatch(path):
            yield from _relative(name, line, "link", path, page, routes)


def judge_redirects(
    module: Module, node: ast.ClassDef, routes: CertainRoutes
) -> Iterator[Finding]:
    """Yield the redirects of a handler to addresses that nobody answers.

    :param node: the handler's class.
    """
    for part in ast.walk(node):
        first = part.args[0] if isinstance(part, ast.Call) and part.args else None
        if (
            isinstance(part, ast.Call)
            and is_own(part.func)
            and last_name(part.func) == "redirect"
            and isinstance(first, ast.Constant)
            and isinstance(first.value, str)
        ):
            path = first.value.partition("#")[0].partition("?")[0]
            if _PATH.fullmatch(path) and path[:2] != "//":
                yield from _finding(module.file, first.lineno, "redirect", path, routes)
            elif _RELATIVE.fullmatch(path):
                page = _only_page(node.name, routes)
                if page:
                    line = first.lineno
                    yield from _relative(
                        module.file, line, "redirect", path, page, routes
                    )


def _only_page(handler: str, routes: CertainRoutes) -> str:
    """Return the path of the only page of a handler, "" if it may have others."""
    from pa_new_check.sandbox_frameworks import literal  # few need it

    rows = [row for row in routes.rows if row.handler == handler]
    if len(rows) != 1 or "?" in rows[0].regex.pattern:
        return ""  # a slash at the end, which is optional, makes another address
    return literal(rows[0].regex.pattern) or ""


def _relative(
    file: str, line: int, what: str, path: str, page: str, routes: CertainRoutes
) -> Iterator[Finding]:
    """Yield the finding for an address without a slash in front.

    :param page: the path of the page that it is on.
    """
    reached = without_dots(f"{page.rpartition('/')[0]}/{path}")
    meant = without_dots(f"/{path}")
    if not routes.is_lost(reached):
        return
    if routes.is_lost(meant):
        meant = near_path(meant, routes.paths)
    if meant or what == "redirect":
        yield from _finding(file, line, what, reached, routes, meant=meant)


def _finding(
    file: str,
    line: int,
    what: str,
    path: str,
    routes: CertainRoutes,
    *,
    is_sure: bool = False,
    meant: str = "",
) -> Iterator[Finding]:
    """Yield the finding for an address, if nobody answers it.

    :param is_sure: whether only the app can answer it, and no folder of static files.
    :param meant: the address that it would be with a slash in front, if that is known.
    """
    path = without_dots(path)
    if not routes.is_lost(path):
        return
    is_slash = bool(meant)
    meant = meant or near_path(path, routes.paths)
    said = f"This {what} leads to `{plain(path)}`, which no route answers"
    fix = f"Add a route for `{plain(path)}`, or correct the address."
    if meant:
        fix = f"Did you mean `{plain(meant)}`?"
    if is_slash:
        fix = f"Write `{plain(meant)}`, with a slash in front."
    severity = "" if meant or is_sure else "note"
    consequence = _NOT_FOUND
    if severity:
        consequence += ", unless a folder of static files has it on PythonAnywhere"
    rule = "handler-mistake" if what == "redirect" else "page-mistake"
    yield Finding(rule, file, line, said, fix, severity, f"{consequence}.")
