"""Rules about the pages of a project with handlers: its templates, and HTML in the code."""

from __future__ import annotations

from pa_new_check.project import is_handler_library, source_line
from pa_new_check.rules import Finding
from pa_new_check.source_rules import (
    certain_routes,
    form_targets,
    handler_classes,
    handler_code,
    handler_routes,
    hidden_routes,
    html_values,
    method_names,
    page_files,
    page_links,
    page_names,
    page_routes,
    page_templates,
    passed_values,
    shown_pages,
    single_braces,
    swift_hidden,
    template_use,
    unanswered,
)
from pa_new_check.source_rules.exempt_handlers import Exempt, SwiftExempt
from pa_new_check.source_rules.form_fields import Fields
from pa_new_check.source_rules.form_tokens import (
    BY_SCRIPT,
    ELSEWHERE,
    END,
    FORM,
    NEEDS_TOKEN,
    NO_TOKEN,
    POST,
    SENDS,
    without_comments,
    without_scripts,
)
from pa_new_check.source_rules.handler_routes import Routes
from pa_new_check.source_rules.page_files import Folders
from pa_new_check.source_rules.page_templates import Layouts
from pa_new_check.source_rules.passed_values import PassedValues
from pa_new_check.source_rules.reading import Reading
from pa_new_check.static_analysis.values import Module
from pa_new_check.syntax import FUNCTIONS, last_name
from pa_new_shared.later import ast, re
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from pa_new_check.source_rules.certain_routes import CertainRoutes

_MAX_TEMPLATES = 300
# A part of another template may have the token.
# So may a value that is HTML.
_HTML_VALUE = r"\{\{(?:\{\s*&?|\s*&)\s*(?!csrf_token\b)[\w.]"
_HAS_TOKEN = pattern(r"csrf_field|csrf_token|_csrf|\{\{\s*[>$<]|" + _HTML_VALUE)
_BARE_TOKEN = pattern(r"(?:^|>)\s*\{(?:\{\{?\s*&?|%-?)\s*csrf_token\b")
_HAS_FIELD = pattern(r"csrf_field|_csrf\b|\{\{\s*[>$<]|" + _HTML_VALUE)
# The address may be one of another site.
_TO_VALUE = pattern(
    r"\baction\s*=\s*[\"']?\s*\{\{(?!\{?\s*&?\s*mount\b)", re.IGNORECASE
)
_DELIMITERS = "{{="  # tags look different from here
_FILE_FIELD = pattern(r"<input\b[^<>]*\btype\s*=\s*[\"']?file\b", re.IGNORECASE)
_ENCTYPE = pattern(r"multipart/form-data", re.IGNORECASE)
_CODE = pattern(r"\{%-?\s*(\w+)")
_NEEDS_RAW = pattern(r"(?<!\\)(?:\\\\)*\\[dwsDWSbB.+*?()\[\]{}|^$/-]")


def judge(reading: Reading, texts: dict[str, str]) -> Iterator[Finding]:
    """Yield the findings about the handlers of a project, and about their templates.

    :param texts: the project's own files in Swift, without comments.
    """
    folders = Folders(reading.project)
    trees = {} if texts else page_routes.own_trees(reading)
    folders.note_code(trees.values())
    own = Exempt(trees.values())
    if texts:
        rows, code = page_routes.swift_rows(texts), page_routes.swift_handlers(texts)
        routes = handler_routes.of_swift(rows, code)
        known = _Known(folders, SwiftExempt(routes), routes)
        yield from swift_hidden.judge(rows, code)
        yield from page_routes.judge_swift(texts)
        passed = passed_values.of_swift(texts.values())
    else:
        routes = handler_routes.of_python(trees, own.classes)
        known = _Known(folders, own, routes)
        yield from page_routes.judge(reading)
        yield from hidden_routes.judge(reading.analysis.modules, has_handlers=True)
        passed = passed_values.of_python(trees)
    folder = reading.project.folder / "templates"
    layouts = page_templates.Layouts(folder, is_swift=bool(texts))
    if not texts:
        known.note_certain(reading, trees, own, passed, layouts)
    for module in reading.analysis.modules:
        if not is_handler_library(module.path):
            yield from _judge_module(module, known, own)
    for file, swift in texts.items():
        yield from page_files.judge_swift(swift, file, folders)
    if template_use.has_other_engine(trees.values(), texts.values()):
        return
    files = sorted(folder.rglob("*"))[:_MAX_TEMPLATES]
    below_folder = [path.relative_to(folder).as_posix() for path in files]
    judged = template_use.templates(
        below_folder, trees.values(), texts.values(), passed, layouts
    )
    for path, below in zip(files, below_folder):
        if below not in judged:
            continue
        name = reading.project.name(path)
        text, findings = page_templates.text_of(path, name)
        yield from findings
        yield from page_templates.judge(text, name, folders, layouts)
        text = without_comments(text, is_mustache=True)
        yield from _judge_html(text, name, 1, known, below)
        if below in passed.files:
            own_names = passed.files[below].names
            yield from single_braces.judge(text, name, 1, own_names)
        yield from _judge_language(text, name)
    yield from page_names.judge(passed, layouts)


def _judge_language(text: str, name: str) -> Iterator[Finding]:
    """Yield a finding for a tag of Jinja's or Django's."""
    code = _CODE.search(without_scripts(text, has_code=False))
    if code is None:
        return
    fix = (
        "Write `{{#items}}...{{/items}}` for a list or a condition, and "
        "`{{^items}}...{{/items}}` for the opposite."
    )
    if code[1] == "csrf_token":
        fix = "Write `{{{csrf_field}}}`."
    yield Finding(
        "page-mistake",
        name,
        text.count("\n", 0, code.start()) + 1,
        f"`{code[0]} ...` is of another language of templates",
        fix,
        consequence="Templates of handlers have no `{% %}`: it shows as text.",
    )


class _Known:
    """What the rules about HTML need to know of the project."""

    def __init__(
        self, folders: Folders, exempt: Exempt | SwiftExempt, routes: Routes
    ) -> None:
        self.folders = folders
        self.exempt = exempt
        self.routes = routes
        self.certain: CertainRoutes | None = None
        """The route table, if all of it is certain."""
        self.fields: Fields | None = None
        self.counts: Counter[str] | None = None
        self.reached: set[str] = set()
        self.shown: dict[str, str] = {}
        """The handler that alone shows a template, by the template's path."""

    def note_certain(
        self,
        reading: Reading,
        trees: dict[str, ast.Module],
        own: Exempt,
        passed: PassedValues,
        layouts: Layouts,
    ) -> None:
        """Note what the code in Python leaves no doubt about."""
        self.counts = method_names.used(trees.values())
        self.certain = certain_routes.of_python(trees.values(), own.classes)
        if self.certain is None:
            return
        self.reached = shown_pages.reached(passed, layouts)
        self.shown = shown_pages.only_handlers(
            trees.values(), own.classes, passed, layouts
        )
        has_scripts = shown_pages.have_scripts(reading.project.folder)
        self.fields = Fields(
            trees, own.classes, self.certain, self.shown, has_scripts=has_scripts
        )


def _judge_html(
    text: str, name: str, first: int, known: _Known, template: str, is_own: bool = False
) -> Iterator[Finding]:
    """Yield the findings about HTML, which has no comments.

    :param first: the number of its first line in the file.
    :param template: the path of the template below ``templates/``, "" if it is none.
    :param is_own: whether only handlers without the token show it.
    """
    if _DELIMITERS in text:
        return
    is_own = is_own or known.exempt.shows(template)
    html = without_scripts(text)
    if not SENDS.search(text):
        yield from _judge_forms(html, text, name, first, known.exempt, is_own)
        yield from form_targets.judge(html, name, first, template, known.routes)
    yield from page_files.judge_text(text, name, first, known.folders)
    answers = known.routes.regexes
    yield from page_links.judge(html, name, first, known.folders, answers)
    yield from page_links.judge_styles(text, html, name, first, known.folders)
    if known.certain is None or (template and template not in known.reached):
        return
    if not SENDS.search(text):
        handler = known.shown.get(template, "")
        yield from unanswered.judge_html(html, name, first, known.certain, handler)
        assert known.fields is not None
        yield from known.fields.judge(html, text, name, first, template)


def _judge_forms(
    html: str,
    text: str,
    name: str,
    first: int,
    exempt: Exempt | SwiftExempt,
    is_own: bool,
) -> Iterator[Finding]:
    """Yield the forms without a token, or without the type that sends files.

    :param html: the text without its scripts.
    """
    for form in FORM.finditer(html):
        if BY_SCRIPT.search(form[0]):
            continue
        end = END.search(html, form.end())
        inside = text[form.end() : end.start() if end else len(text)]
        line = first + text.count("\n", 0, form.start())
        is_elsewhere = ELSEWHERE.search(form[0]) or _TO_VALUE.search(form[0])
        is_post = POST.search(form[0]) and not is_elsewhere
        is_asked = is_post and not exempt.takes(form[0], is_own)
        is_bare = _BARE_TOKEN.search(inside) and not _HAS_FIELD.search(inside)
        if is_asked and (is_bare or not _HAS_TOKEN.search(inside)):
            yield Finding(
                "page-mistake",
                name,
                line,
                NO_TOKEN,
                "Write `{{{csrf_field}}}` into the form, with three braces.",
                consequence=f"The app answers 403 to it: {NEEDS_TOKEN}",
            )
        elif _FILE_FIELD.search(inside) and not _ENCTYPE.search(form[0] + inside):
            yield Finding(
                "page-mistake",
                name,
                line,
                "This form has a field for a file, but not the type that sends files",
                'Write `<form method="post" enctype="multipart/form-data">`.',
                consequence="The browser sends only the name of the file.",
            )


def _judge_module(module: Module, known: _Known, exempt: Exempt) -> Iterator[Finding]:
    """Yield the findings about the handlers and the route table in a file."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.List):
            yield from _judge_routes(module, node)
        elif isinstance(node, ast.ClassDef):
            names = handler_classes.own_names(node, exempt.classes)
            if names is not None:
                yield from _judge_handler(module, node, names, known, exempt)


def _judge_handler(
    module: Module, node: ast.ClassDef, names: set[str], known: _Known, exempt: Exempt
) -> Iterator[Finding]:
    """Yield the findings about a handler.

    :param names: what the project's own classes give to it.
    """
    for part in handler_classes.nodes_of(node):
        if isinstance(part, ast.Call):
            if _calls(part, names):
                yield from _judge_call(module, part, known, exempt)
                yield from page_files.judge_call(module, part, known.folders)
        elif isinstance(part, FUNCTIONS):
            yield from handler_code.judge(module, part)
            yield from html_values.judge(module, part)
    if known.counts is not None:
        yield from method_names.judge(module, node, names, known.counts)
    if known.certain is not None and "redirect" not in names:
        yield from unanswered.judge_redirects(module, node, known.certain)
    if not names & {"write", "finish"}:
        found = list(handler_code.judge_class(module, node, exempt.classes))
        yield from found if found and not known.folders.takes_parts else ()


def _calls(call: ast.Call, names: set[str]) -> bool:
    """Tell whether a call is of a method of the library: it is not the project's own."""
    return handler_classes.is_own(call.func) and last_name(call.func) not in names


def _judge_call(
    module: Module, node: ast.Call, known: _Known, exempt: Exempt
) -> Iterator[Finding]:
    """Yield the findings about HTML that a handler writes."""
    if last_name(node.func) != "write_html" or not node.args:
        return
    html = node.args[0]
    if isinstance(html, ast.Constant) and isinstance(html.value, str):
        text = without_comments(html.value, is_mustache=True)
        is_own = exempt.writes(node)
        found = [
            *_judge_html(text, module.file, html.lineno, known, "", is_own),
            *single_braces.judge_call(module.file, node),
        ]
        for finding in found:
            # A text in one line of the code can have several of its own.
            finding.line = min(finding.line, html.end_lineno or html.lineno)
            yield finding


def _judge_routes(module: Module, node: ast.List) -> Iterator[Finding]:
    """Yield a finding for each pattern of a route table that needs an ``r``."""
    for row in node.elts:
        first = row.elts[0] if isinstance(row, ast.Tuple) and row.elts else None
        if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
            continue
        if first.lineno != first.end_lineno or "\\" not in repr(first.value):
            continue
        line = source_line(module.path, first.lineno).encode()
        text = line[first.col_offset : first.end_col_offset].decode("utf-8", "replace")
        is_raw = "r" in text.partition('"')[0].partition("'")[0].lower()
        if (
            text.lstrip("uU\"'").startswith("/")
            and not is_raw
            and _NEEDS_RAW.search(text)
        ):
            yield Finding(
                "handler-mistake",
                module.file,
                first.lineno,
                f"The pattern {text} has a backslash, and no r before it",
                f"Write r{text}.",
                consequence="Python takes some pairs such as `\\b` for other characters, "
                "and warns of the others: a later version refuses them.",
            )
