"""Rules about forms without the token that Flask's and Django's protection asks for."""

from __future__ import annotations

from pa_new_check.project import (
    Unreadable,
    content_of,
    is_handler_library,
    parse,
    project_files,
    python_files,
)
from pa_new_check.rules import Finding
from pa_new_check.source_rules.reading import Reading
from pa_new_check.syntax import FUNCTIONS, last_name
from pa_new_shared.file_path import Path
from pa_new_shared.later import ast, re
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

POST = pattern(r"\bmethod\s*=\s*[\"']?post\b", re.IGNORECASE)
ELSEWHERE = pattern(r"\baction\s*=\s*[\"']?\s*(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
# A script sends the form: its tag says so, or a script of the page.
BY_SCRIPT = pattern(r"[\s\"'](?:on|hx-|x-|v-|@|data-)[\w:.-]+\s*=", re.IGNORECASE)
SENDS = pattern(r"\bpreventDefault\b|\bFormData\b|\bonsubmit\b")
END = pattern(r"</?form\b", re.IGNORECASE)
# The tag of a form, with tags of templates in it; no pattern here reads a text twice.
FORM = pattern(
    r"<form\b(?:[^<>{]|\{(?![{%])|\{\{\{[^{}<]{0,300}\}\}\}|\{\{[^{}<]{0,300}\}\}"
    r"|\{%[^{}]{0,300}%\})*>",
    re.IGNORECASE,
)

NO_TOKEN = "This form has no token"
NEEDS_TOKEN = "a form with POST needs a token, so that no other site can send it."

# What protects forms, and what to write into them.
_KINDS = {
    b'"csrf_field"': "Write `{{ csrf_field() }}` into the form.",
    b"CsrfViewMiddleware": "Write `{% csrf_token %}` into the form.",
    b"CSRFProtect": "Write `{{ form.hidden_tag() }}` into the form, or a hidden field with "
    "the name `csrf_token` and the value `{{ csrf_token() }}`.",
}
_EXEMPT = ("csrf_exempt", "exempt")
# The address may be one of another site.
_UNKNOWN = pattern(r"\baction\s*=\s*[\"']?\{\{(?!-?\s*url_for\b)", re.IGNORECASE)
# It has a token, or a part of another template may have it.
_HAS_TOKEN = pattern(
    r"csrf|token|hidden_tag|\{%-?\s*(?:include|block|call|crispy)\b|\{\{-?\s*(?:caller|super)\b"
    # A call of a macro or function of the project.
    r"|\{\{-?\s*(?!url_for\b|n?gettext\b|_\()\w+\s*\(",
    re.IGNORECASE,
)
_BY_SCRIPT = pattern(r"x-csrf|x-xsrf", re.IGNORECASE)
_SEEN = pattern(r"[^\n]")
_FILES = (".html", ".htm", ".jinja", ".jinja2", ".j2")
_MAX_TEMPLATES = 300


# Each comment goes to the end of the text, if nothing ends it.
_OF_HTML = pattern(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_OF_MUSTACHE = pattern(r"\{\{!.*?(?:\}\}|\Z)", re.DOTALL)
_OF_OTHERS = pattern(
    r"\{#.*?(?:#\}|\Z)|\{%-?\s*comment\b.*?(?:\{%-?\s*endcomment\b|\Z)", re.DOTALL
)


def without_comments(text: str, *, is_mustache: bool) -> str:
    """Return a template with white space for its comments; the lines stay."""
    for comment in (_OF_MUSTACHE if is_mustache else _OF_OTHERS, _OF_HTML):
        text = comment.sub(lambda found: _SEEN.sub(" ", found[0]), text)
    return text


# What browsers do not take for tags of the page, and what shows code.
_OF_SCRIPTS = pattern(
    r"(<(script|style|textarea|template)\b[^<>]*>)(.*?)(?=</\2\b|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_OF_CODE = pattern(
    r"(<(code|pre|samp|kbd)\b[^<>]*>)(.*?)(?=</\2\b|\Z)", re.DOTALL | re.IGNORECASE
)


def without_scripts(text: str, *, has_code: bool = True) -> str:
    """Return HTML with white space for scripts and texts to edit; the lines stay.

    :param has_code: whether what shows code stays, too.
    """
    for inside in (_OF_SCRIPTS,) if has_code else (_OF_SCRIPTS, _OF_CODE):
        text = inside.sub(lambda found: found[1] + _SEEN.sub(" ", found[3]), text)
    return text


def judge(reading: Reading) -> Iterator[Finding]:
    """Yield the forms in the templates of a Flask or Django project without a token."""
    paths = [
        path
        for path in project_files(str(reading.project.folder))
        if path.endswith(_FILES) and "templates/" in path.lower()
    ][:_MAX_TEMPLATES]
    fix, exempt = _asked(reading) if paths else ("", None)
    if not fix or exempt is None:
        return
    for path in paths:
        text = _content(reading.project.folder / path).decode("utf-8", "replace")
        is_exempt = any(f"/{path}".endswith(f"/{name}") for name in exempt)
        if not is_exempt and not _BY_SCRIPT.search(text):
            text = without_comments(text, is_mustache=False)
            yield from _judge_text(text, path, fix)


def _asked(reading: Reading) -> tuple[str, set[str] | None]:
    """Return what to write into a form, and the templates whose views need no token.

    :returns: "" if forms need nothing, and None if it is not known which ones do.
    """
    fix, exempt = "", set[str]()
    for path in python_files(reading.project.folder):  # Django names its settings
        if is_handler_library(path):
            continue  # it has rules of its own
        code = _content(path)
        fix = fix or next((fix for word, fix in _KINDS.items() if word in code), "")
        if b"exempt" not in code:
            continue
        try:
            tree = parse(path, None)
        except (Unreadable, SyntaxError):
            return fix, None
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and last_name(node.func) in _EXEMPT:
                return fix, None  # perhaps a whole part of the app
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and any(
                last_name(decorator) in _EXEMPT for decorator in node.decorator_list
            ):
                exempt.update(
                    part.value
                    for part in ast.walk(node)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                )
    return fix, exempt


def _judge_text(text: str, file: str, fix: str) -> Iterator[Finding]:
    html = without_scripts(text)
    for form in FORM.finditer(html) if not SENDS.search(text) else ():
        end = END.search(html, form.end())
        inside = text[form.end() : end.start() if end else len(text)]
        is_elsewhere = ELSEWHERE.search(form[0]) or _UNKNOWN.search(form[0])
        is_elsewhere = is_elsewhere or BY_SCRIPT.search(form[0])
        if not POST.search(form[0]) or is_elsewhere or _HAS_TOKEN.search(inside):
            continue
        line = text.count("\n", 0, form.start()) + 1
        consequence = f"The app refuses what it sends: {NEEDS_TOKEN}"
        yield Finding(
            "page-mistake", file, line, NO_TOKEN, fix, consequence=consequence
        )


def _content(path: Path) -> bytes:
    try:
        return content_of(path)
    except Unreadable:
        return b""
