"""Rules about the fields of a form that a handler in Python reads, and the form lacks.

Only what every form to the handler has to send is looked at: a field that its ``post``
reads before any condition, without a default.
"""

from __future__ import annotations

from pa_new_check.rules import Finding
from pa_new_check.sandbox_names import near
from pa_new_check.source_rules.certain_routes import CertainRoutes
from pa_new_check.source_rules.exempt_handlers import action_of
from pa_new_check.source_rules.form_targets import BY_BUTTON
from pa_new_check.source_rules.form_tokens import BY_SCRIPT, ELSEWHERE, END, FORM, POST
from pa_new_check.source_rules.handler_classes import is_own, own_names
from pa_new_check.syntax import FUNCTIONS, AnyFunction, last_name
from pa_new_shared.later import ast, re
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = "_csrf"  # `{{{csrf_field}}}` makes this field
_READS = "get_body_argument"
_FILES = ("get_file", "get_files")
# A handler with one of these of its own may read something else.
_OWN = frozenset(("prepare", "__init__", "get_body_arguments", _READS, "body"))
# The methods of the library that raise nothing which ends a request.
_HARMLESS = frozenset(
    (_READS, "get_body_arguments", "get_query_argument", "get_query_arguments")
    + ("get_cookie", "get_signed_cookie", "get_file", "get_files", "set_header")
    + ("set_cookie", "set_signed_cookie", "flash", "take_flash", "reverse_url")
)
_LATER = (ast.Lambda, ast.IfExp, ast.BoolOp, ast.comprehension, *FUNCTIONS)
_ENDS = (ast.Return, ast.Raise, ast.Break, ast.Continue, ast.Yield, ast.YieldFrom)
# A tag of the form that may send something.
_CONTROL = pattern(
    r"<([a-z][\w-]*)\b((?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)>", re.IGNORECASE
)
_FIELD = pattern(r"<(?:input|select|textarea|button)\b", re.IGNORECASE)
_ATTRIBUTE = pattern(
    r"(?<![\w:@.-])([\w:@.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"
)
_UNKNOWN = pattern(r"\{\{\s*[>$<&=]|\{\{\{\s*(?!csrf_field\b)")
_ID = pattern(r"\sid\s*=", re.IGNORECASE)
_MULTIPART = pattern(r"\benctype\s*=\s*[\"']?multipart/form-data", re.IGNORECASE)
_TYPES = ("input", "select", "textarea", "button")


class _Read:
    """A field that a method always reads."""

    def __init__(self, name: str, line: int) -> None:
        self.name = name
        self.line = line


class Fields:
    """Which fields the forms to the project's handlers have to send."""

    def __init__(
        self,
        trees: dict[str, ast.Module],
        classes: dict[str, ast.ClassDef],
        routes: CertainRoutes | None,
        shown: dict[str, str],
        *,
        has_scripts: bool,
    ) -> None:
        """Note what is known of the project.

        :param trees: its own files, by name.
        :param classes: its own classes.
        :param shown: the only handler that shows a template, by the template's path.
        :param has_scripts: whether scripts may add fields to forms.
        """
        self._classes = classes
        self._routes = None if has_scripts else routes
        self._shown = shown
        self._files = {
            id(node): file
            for file, tree in trees.items()
            for node in ast.walk(tree)
            if isinstance(node, FUNCTIONS)
        }

    def judge(
        self, html: str, text: str, name: str, first: int, template: str
    ) -> Iterator[Finding]:
        """Yield the forms that lack a field, or send a file in its place.

        :param html: the text without its scripts.
        :param name: the name of the file in the report.
        :param first: the number of the text's first line in it.
        :param template: the path of the template, "" if it is none.
        """
        if self._routes is None or BY_BUTTON.search(text):
            return
        for form in FORM.finditer(html):
            end = END.search(html, form.end())
            inside = html[form.end() : end.start() if end else len(html)]
            if not POST.search(form[0]) or _is_open(form[0], inside) or end is None:
                continue
            handler = self._target(form[0], template)
            method = self._method(handler) if handler else None
            if method is None:
                continue
            controls = _Controls(inside, first + text.count("\n", 0, form.end()))
            is_multipart = _MULTIPART.search(form[0]) is not None
            line = first + text.count("\n", 0, form.start())
            others = _all_reads(method)
            reads = _sure_reads(method) if controls.is_known else []
            for read in [read for read in reads if read.name != _TOKEN]:
                place = f"{self._files.get(id(method), '')}:{read.line}"
                said = controls.judge(read, others, is_multipart)
                if said is not None:
                    at, what, fix = said
                    reader = f"`{plain(handler)}.post` reads `{plain(read.name)}`"
                    what = f"{reader} in {plain(place)}, {what}"
                    yield Finding(
                        "page-mistake",
                        name,
                        at or line,
                        what,
                        fix,
                        consequence="The app answers 400 (Bad Request) to the form.",
                    )
            if controls.is_known and is_multipart:
                yield from self._judge_files(handler, method, controls, name)

    def _judge_files(
        self, handler: str, method: AnyFunction, controls: _Controls, name: str
    ) -> Iterator[Finding]:
        """Yield the fields for files that the handler asks for by another name."""
        texts = self._texts(handler)
        for read in _sure_reads(method, _FILES) if texts is not None else ():
            meant = controls.meant_file(read.name, texts or set())
            if meant:
                place = f"{self._files.get(id(method), '')}:{read.line}"
                own, other = plain(read.name), plain(meant)
                yield Finding(
                    "page-mistake",
                    name,
                    controls.names[meant],
                    f"`{plain(handler)}.post` reads the file `{own}` in {plain(place)}, "
                    f"and this field has the name `{other}`",
                    f'Write `name="{own}"`, or read `{other}` in the handler.',
                    consequence="The handler gets no file from the form.",
                )

    def _texts(self, handler: str) -> set[str] | None:
        """Return all texts in the code of a handler, None if it makes names of files."""
        texts: set[str] = set()
        waiting, seen = [handler], {handler}
        for one in waiting:
            node = self._classes[one]
            for part in ast.walk(node):
                is_read = isinstance(part, ast.Call) and last_name(part.func) in _FILES
                names = getattr(part, "args", []) if is_read else []
                if not all(isinstance(name, ast.Constant) for name in names):
                    return None
            texts |= _all_reads(node)
            bases = {last_name(b) for b in node.bases} & set(self._classes) - seen
            seen |= bases
            waiting += bases
        return texts

    def _target(self, form: str, template: str) -> str:
        """Return the handler that a form leads to, "" if that is not certain."""
        path = action_of(form)
        assert self._routes is not None
        if not path:
            return self._shown.get(template, "")
        route = None if "{{" in path else self._routes.answering(path)
        return route.handler if route is not None else ""

    def _method(self, handler: str) -> AnyFunction | None:
        """Return the ``post`` of a handler, None if it is not certain."""
        node = self._classes.get(handler)
        names = own_names(node, self._classes) if node is not None else None
        if node is None or names is None or names & _OWN or node.decorator_list:
            return None
        waiting, seen = [node], {handler}
        for one in waiting:
            for part in one.body:
                if isinstance(part, FUNCTIONS) and part.name == "post":
                    return None if part.decorator_list else part
            if len(one.bases) != 1:
                return None  # the order of several is not followed
            base = last_name(one.bases[0])
            if base in self._classes and base not in seen:
                seen.add(base)
                waiting.append(self._classes[base])
        return None


def _is_open(form: str, inside: str) -> bool:
    """Tell whether a form may send more than its own tags."""
    return bool(
        ELSEWHERE.search(form)
        or BY_SCRIPT.search(form)
        or BY_SCRIPT.search(inside)
        or _ID.search(form)  # fields elsewhere can belong to it
        or _UNKNOWN.search(inside)
    )


class _Controls:
    """The fields of a form."""

    def __init__(self, inside: str, first: int) -> None:
        self.is_known = True
        self.names: dict[str, int] = {}
        """Each name, and the line of its field."""
        self._files: set[str] = set()
        self._texts: set[str] = set()
        self._ids: dict[str, int] = {}
        """The identifiers of fields without a name."""
        count = 0
        for tag in _CONTROL.finditer(inside):
            count += tag[1].lower() in _TYPES
            line = first + inside.count("\n", 0, tag.start())
            self._add(tag[1].lower(), tag[2], line)
        if count != len(_FIELD.findall(inside)):
            self.is_known = False  # one of them has no end

    def _add(self, tag: str, attributes: str, line: int) -> None:
        said = {
            found[1].lower(): next((part for part in found.groups()[1:] if part), "")
            for found in _ATTRIBUTE.finditer(attributes)
        }
        if "{{" in said.get("name", ""):
            self.is_known = False
        if "name" in said:
            self.names.setdefault(said["name"], line)
            is_file = tag == "input" and said.get("type", "").lower() == "file"
            (self._files if is_file else self._texts).add(said["name"])
        elif tag in _TYPES and "id" in said:
            self._ids[said["id"]] = line

    def judge(
        self, read: _Read, others: set[str], is_multipart: bool
    ) -> tuple[int, str, str] | None:
        """Return the line, what is wrong and what to do, if a field is not there.

        :param others: all that the handler reads.
        """
        name = plain(read.name)
        if read.name in self._files and read.name not in self._texts:
            fix = f'Write `self.get_file("{name}")` in the handler.'
            what = "and this field sends a file, which is no text"
            return (self.names[read.name], what, fix) if is_multipart else None
        if read.name in self.names:
            return None
        write = f'`name="{name}"`'
        if read.name in self._ids:
            what = "and this field has no name"
            return self._ids[read.name], what, f"Write {write} into its tag."
        free = sorted(set(self.names) - others - self._files)
        meant = near(read.name, free) or (free[0] if len(free) == 1 else "")
        if meant:
            what = f"and this field has the name `{plain(meant)}`"
            fix = f"Write {write}, or read `{plain(meant)}` in the handler."
            return self.names[meant], what, fix
        return 0, "and this form has no such field", f"Add a field with {write}."

    def meant_file(self, name: str, others: set[str]) -> str:
        """Return the field for a file that a name means, "" if none is certain.

        :param others: all texts in the code of the handler.
        """
        free = sorted(self._files - self._texts - others)
        if name in self.names or not free:
            return ""
        return near(name, free) or (free[0] if len(free) == 1 else "")


def _all_reads(code: ast.AST) -> set[str]:
    """Return all texts in code that may be names of fields."""
    return {
        part.value
        for part in ast.walk(code)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def _sure_reads(method: AnyFunction, names: tuple[str, ...] = (_READS,)) -> list[_Read]:
    """Return the fields that a method reads in each request, without a default.

    :param names: the methods that read them.
    """
    found: dict[str, _Read] = {}
    waiting = list(method.body)
    while waiting:
        statement = waiting.pop(0)
        parts = _first_parts(statement)
        if parts is None:
            break
        for part in parts:
            for read in _reads_in(part, names):
                found.setdefault(read.name, read)
        if any(_may_end(part) for part in parts) or _leaves(statement):
            break
        if isinstance(statement, ast.With):
            waiting[:0] = statement.body
    return list(found.values())


def _first_parts(statement: ast.stmt) -> list[ast.AST] | None:
    """Return the parts of a statement that always run, None if they are not known."""
    if isinstance(statement, ast.If):
        return [statement.test]
    if isinstance(statement, ast.For):
        return [statement.iter]
    if isinstance(statement, ast.With):
        return [item.context_expr for item in statement.items]
    if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
        return []
    simple = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Return, ast.Pass)
    imports = (ast.Import, ast.ImportFrom, ast.Global, ast.Delete)
    return [statement] if isinstance(statement, (*simple, *imports)) else None


def _reads_in(node: ast.AST, names: tuple[str, ...]) -> Iterator[_Read]:
    """Yield what code reads whenever it runs."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, _LATER):
            continue
        if (
            isinstance(part, ast.Call)
            and is_own(part.func)
            and last_name(part.func) in names
            and len(part.args) == 1
            and not part.keywords
            and isinstance(part.args[0], ast.Constant)
            and isinstance(part.args[0].value, str)
        ):
            yield _Read(part.args[0].value, part.lineno)
        waiting += reversed(list(ast.iter_child_nodes(part)))


def _may_end(node: ast.AST) -> bool:
    """Tell whether code calls something that may end the request."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            if is_own(part.func) and last_name(part.func) not in _HARMLESS:
                return True
            if any(isinstance(a, ast.Name) and a.id == "self" for a in part.args):
                return True
            if last_name(part.func) == "super":
                return True
    return False


def _leaves(statement: ast.stmt) -> bool:
    """Tell whether nothing may follow a statement."""
    if isinstance(statement, (*FUNCTIONS, ast.ClassDef, ast.With)):
        return isinstance(statement, ast.With) and any(
            isinstance(part, _ENDS) for part in ast.walk(statement)
        )
    return any(isinstance(part, _ENDS) for part in ast.walk(statement))
