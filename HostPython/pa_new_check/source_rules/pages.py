"""Rules about the pages of a project with handlers: its templates, and HTML in the code."""

from __future__ import annotations

from pa_new_check.project import is_handler_library, is_library_folder, source_line
from pa_new_check.rules import Finding
from pa_new_check.source_rules import page_files, page_routes, page_templates
from pa_new_check.source_rules.exempt_handlers import Exempt
from pa_new_check.source_rules.form_tokens import (
    ELSEWHERE,
    END,
    FORM,
    NEEDS_TOKEN,
    NO_TOKEN,
    POST,
    without_comments,
)
from pa_new_check.source_rules.page_files import Folders
from pa_new_check.source_rules.reading import Reading
from pa_new_check.static_analysis.values import Module
from pa_new_check.syntax import source
from pa_new_shared.file_path import Path
from pa_new_shared.later import ast, re
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_TEMPLATES = 300
# A part of another template may have the token.
_HAS_TOKEN = pattern(r"csrf_field|csrf_token|_csrf|\{\{\s*[>$<]")
_BARE_TOKEN = pattern(r"(?:^|>)\s*\{(?:\{\{?\s*&?|%-?)\s*csrf_token\b")
_HAS_FIELD = pattern(r"csrf_field|_csrf\b|\{\{\s*[>$<]")
_FILE_FIELD = pattern(r"<input\b[^>]*\btype\s*=\s*[\"']?file\b", re.IGNORECASE)
_ENCTYPE = pattern(r"multipart/form-data", re.IGNORECASE)
_CODE = pattern(r"\{%-?\s*(\w+)")
_SAFE_CALLS = frozenset(("escape", "reverse_url", "static_url", "int", "len", "quote"))
_SAFE_NAMES = frozenset(("csrf_field", "csrf_token", "mount"))
_NEEDS_RAW = pattern(r"(?<!\\)(?:\\\\)*\\[dwsDWSbB.+*?()\[\]{}|^$/-]")


def judge(reading: Reading) -> Iterator[Finding]:
    """Yield the findings about the templates, if the project has handlers of pa-new."""
    folder = reading.project.folder
    texts = page_routes.swift_texts(reading.project)
    if not texts and not _has_library(folder):
        return
    folders = Folders(folder)
    exempt = Exempt(page_routes.own_trees(reading).values())
    for module in reading.analysis.modules:
        if not is_handler_library(module.path):
            yield from _judge_module(module, folders, exempt)
    for file, text in texts.items():
        yield from page_files.judge_swift(text, file, folders)
    yield from page_routes.judge_swift(texts) if texts else page_routes.judge(reading)
    layouts = page_templates.Layouts(folder / "templates")
    for path in sorted((folder / "templates").rglob("*"))[:_MAX_TEMPLATES]:
        name = reading.project.name(path)
        text, findings = page_templates.text_of(path, name)
        yield from findings
        is_own = exempt.shows(path.relative_to(folder / "templates").as_posix())
        yield from page_templates.judge(text, name, folders, layouts)
        text = without_comments(text, is_mustache=True)
        yield from _judge_html(text, name, 1, exempt, is_own)
        yield from page_files.judge_text(text, name, 1, folders)
        code = _CODE.search(text)
        if code:
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


def _has_library(folder: Path) -> bool:
    """Tell whether a project has the library of handlers in Python."""
    places = (folder / "web", *folder.glob("*/web"))
    return any(is_library_folder(place) for place in places)


def _judge_html(
    text: str, name: str, first: int, exempt: Exempt, is_own: bool
) -> Iterator[Finding]:
    """Yield the findings about the forms in HTML, which has no comments.

    :param first: the number of its first line in the file.
    :param is_own: whether only handlers without the token show it.
    """
    for form in FORM.finditer(text):
        end = END.search(text, form.end())
        inside = text[form.end() : end.start() if end else len(text)]
        line = first + text.count("\n", 0, form.start())
        is_post = POST.search(form[0]) and not ELSEWHERE.search(form[0])
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
        elif _FILE_FIELD.search(inside) and not _ENCTYPE.search(form[0]):
            yield Finding(
                "page-mistake",
                name,
                line,
                "This form has a field for a file, but not the type that sends files",
                'Write `<form method="post" enctype="multipart/form-data">`.',
                consequence="The browser sends only the name of the file.",
            )


def _judge_module(
    module: Module, folders: Folders, exempt: Exempt
) -> Iterator[Finding]:
    """Yield the findings about the HTML and the route table in a file."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield from _judge_call(module, node, folders, exempt)
            yield from page_files.judge_call(module, node, folders)
        elif isinstance(node, ast.List):
            yield from _judge_routes(module, node)


def _judge_call(
    module: Module, node: ast.Call, folders: Folders, exempt: Exempt
) -> Iterator[Finding]:
    """Yield the findings about HTML that a handler writes."""
    func = node.func
    if not (
        isinstance(func, ast.Attribute) and func.attr == "write_html" and node.args
    ):
        return
    html = node.args[0]
    if isinstance(html, ast.Constant) and isinstance(html.value, str):
        text = without_comments(html.value, is_mustache=True)
        is_own = exempt.writes(node)
        yield from _judge_html(text, module.file, html.lineno, exempt, is_own)
        yield from page_files.judge_text(text, module.file, html.lineno, folders)
    unsafe = _unsafe(html)
    if unsafe is not None:
        yield Finding(
            "html-from-text",
            module.file,
            unsafe.lineno,
            f"`{source(unsafe)}` is put into the HTML as it is",
        )


def _unsafe(html: ast.expr) -> ast.expr | None:
    """Return the first value that is put into HTML without being escaped, or None."""
    if isinstance(html, ast.JoinedStr):
        parts = [p.value for p in html.values if isinstance(p, ast.FormattedValue)]
    elif isinstance(html, ast.BinOp) and isinstance(html.op, ast.Add):
        return _unsafe(html.left) or _unsafe_part(html.left) or _unsafe_part(html.right)
    elif isinstance(html, ast.BinOp) and isinstance(html.op, ast.Mod):
        right = html.right
        parts = right.elts if isinstance(right, ast.Tuple) else [right]
    elif (
        isinstance(html, ast.Call)
        and isinstance(html.func, ast.Attribute)
        and html.func.attr == "format"
        and isinstance(html.func.value, ast.Constant)
    ):
        parts = [*html.args, *(keyword.value for keyword in html.keywords)]
    else:
        return None
    return next((part for part in parts if not _is_safe(part)), None)


def _unsafe_part(part: ast.expr) -> ast.expr | None:
    """Return a part of a sum of texts if it is a value that is not escaped."""
    if isinstance(part, (ast.BinOp, ast.JoinedStr)):
        return _unsafe(part)
    return None if _is_safe(part) else part


def _is_safe(value: ast.expr) -> bool:
    """Tell whether a value cannot have tags, as far as its code tells."""
    if isinstance(value, ast.Constant):
        return True
    if isinstance(value, ast.Call):
        func = value.func
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        return name in _SAFE_CALLS
    if isinstance(value, ast.Name):
        return value.id.isupper()  # a constant of the code
    return isinstance(value, ast.Attribute) and value.attr in _SAFE_NAMES


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
