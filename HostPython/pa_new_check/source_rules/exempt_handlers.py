"""The handlers that ask for no token, ``check_csrf = False``, and the forms that they take."""

from __future__ import annotations

from pa_new_check.sandbox_names import without_dots
from pa_new_check.source_rules.handler_routes import Routes, compiled, templates_of
from pa_new_check.syntax import last_name
from pa_new_shared.later import ast, re
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ACTION = pattern(
    r"\baction\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))", re.IGNORECASE
)
_MOUNT = pattern(r"\A\{\{\{?\s*&?\s*mount\s*\}?\}\}")


class Exempt:
    """What handlers without the token show and take."""

    def __init__(self, trees: Iterable[ast.Module]) -> None:
        """Read them.

        :param trees: the project's own files.
        """
        trees = list(trees)
        self.classes = {
            node.name: node
            for tree in trees
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef)
        }
        names = {name for name in self.classes if self._is_exempt(name)}
        shown = {name: templates_of(self.classes[name]) for name in self.classes}
        others = (shown[name] for name in shown.keys() - names)
        self._templates = set().union(*(shown[name] for name in names))
        self._templates -= set().union(*others)
        self._calls = {id(n) for name in names for n in ast.walk(self.classes[name])}
        self._is_unknown = any(_sets(n) for tree in trees for n in ast.walk(tree))
        """Whether code outside of the bodies of classes says which ones they are."""
        self._routes = [p for tree in trees for p in _routes(tree, names)]

    def _is_exempt(self, name: str) -> bool:
        """Tell whether a class sets ``check_csrf`` to False, or one that it extends does."""
        seen: set[str] = set()
        while name in self.classes and name not in seen:
            seen.add(name)
            node = self.classes[name]
            for part in node.body:
                if isinstance(part, (ast.Assign, ast.AnnAssign)):
                    targets = (
                        part.targets if isinstance(part, ast.Assign) else [part.target]
                    )
                    if "check_csrf" in {getattr(t, "id", "") for t in targets}:
                        value = part.value
                        return isinstance(value, ast.Constant) and value.value is False
            name = next(
                (n for n in map(last_name, node.bases) if n in self.classes), ""
            )
        return False

    def writes(self, call: ast.Call) -> bool:
        """Tell whether a call is in such a handler."""
        return id(call) in self._calls

    def takes(self, form: str, is_own: bool) -> bool:
        """Tell whether such a handler takes what a form sends.

        :param form: its tag.
        :param is_own: whether only such handlers show it.
        """
        path = action_of(form)
        if self._is_unknown:
            return True
        if not path or "{{" in path:
            return is_own  # its own address, or an unknown one
        return any(route.fullmatch(path) for route in self._routes)

    def shows(self, template: str) -> bool:
        """Tell whether a template is shown by such handlers, and by no others.

        :param template: its path below ``templates/``.
        """
        return template in self._templates


def _sets(node: ast.AST) -> bool:
    """Tell whether code sets ``check_csrf`` of some object, or names it for that."""
    if isinstance(node, ast.Constant):
        return node.value == "check_csrf"
    is_attribute = isinstance(node, ast.Attribute) and node.attr == "check_csrf"
    return is_attribute and isinstance(node.ctx, ast.Store)  # type: ignore[attr-defined]


class SwiftExempt:
    """What the rows with ``checksCSRF: false`` of a route table in Swift show and take."""

    def __init__(self, routes: Routes) -> None:
        """Read them."""
        self._routes = routes

    def takes(self, form: str, is_own: bool) -> bool:
        """Tell whether such a row takes what a form sends, as :meth:`Exempt.takes`."""
        path = action_of(form)
        if not path or "{{" in path:
            return is_own
        route = self._routes.answering(path)
        return route is not None and not route.checks_csrf

    def shows(self, template: str) -> bool:
        """Tell whether a template is shown by such rows, and by no others."""
        handlers = self._routes.shown.get(template, set())
        rows = [row for row in self._routes.rows if row.handler in handlers]
        rows = [row for row in rows if row.methods is None or "post" in row.methods]
        return bool(rows) and not any(row.checks_csrf for row in rows)


def action_of(form: str) -> str:
    """Return the path that a form is sent to, "" for that of its own page.

    :param form: its tag.
    """
    said = _ACTION.search(form)
    action = next((text for text in said.groups() if text), "") if said else ""
    path = _MOUNT.sub("", action).partition("?")[0].partition("#")[0]
    return without_dots(path) if path.startswith("/") else path


def _routes(tree: ast.Module, names: set[str]) -> Iterator[re.Pattern[str]]:
    """Yield the patterns of the rows of the route table that lead to some handlers."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Tuple) or len(node.elts) < 2:
            continue
        first = node.elts[0]
        if (
            isinstance(first, ast.Constant)
            and isinstance(first.value, str)
            and last_name(node.elts[1]) in names
        ):
            regex = compiled(first.value)
            if regex is not None:
                yield regex
