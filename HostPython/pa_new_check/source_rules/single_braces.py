"""Rules about tags of Mustache that a page shows as they are, and tags that are none."""

from __future__ import annotations

from pa_new_check.rules import Finding
from pa_new_check.source_rules.form_tokens import (
    END,
    FORM,
    POST,
    without_comments,
    without_scripts,
)
from pa_new_shared.later import ast
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGN = pattern(r"(?<![{$\\])\{(\w+)\}(?!\})")
_TAG = pattern(r"\{\{\{?\s*([A-Za-z_]\w*)\s*\}?\}\}")
# A script may fill in such tags, and these are attributes of such scripts.
_BY_SCRIPT = pattern(r"<script\b|\s(?:v|x|ng|data|hx)-|\s[@:]\w+\s*=")
_TOKEN = "csrf_field"
_OTHER_TEMPLATE = pattern(r"\{\{\s*[>$<=]")


def judge(
    text: str, name: str, first: int, passed: set[str] | None
) -> Iterator[Finding]:
    """Yield the names in single braces that a template gets a value for.

    :param text: the template, without comments.
    :param name: the name of the file in the report.
    :param first: the number of its first line in the file.
    :param passed: the names that it gets, None if they are not known.
    """
    if not passed or _OTHER_TEMPLATE.search(text):
        return
    html = without_scripts(text, has_code=False)
    for found in _SIGN.finditer(html):
        value = found[1]
        tag = pattern(rf"\{{\{{[^{{}}]*\b{value}\b")
        if value in passed and not tag.search(text):
            line = first + html.count("\n", 0, found.start())
            yield Finding(
                "page-mistake",
                name,
                line,
                f"`{{{plain(value)}}}` shows as it is, and not the value of "
                f"`{plain(value)}`",
                f"Write `{{{{{plain(value)}}}}}`, with two braces.",
            )
            passed = passed - {value}


def judge_call(file: str, call: ast.Call) -> Iterator[Finding]:
    """Yield what is wrong with the names of a ``write_html`` whose text is in the code."""
    first = call.args[0] if call.args else None
    names = {keyword.arg for keyword in call.keywords}
    if not isinstance(first, ast.Constant) or None in names:
        return
    text = str(first.value)
    if not names:
        yield from _unfilled(text, file, first.lineno)
        return
    passed = {str(name) for name in names}
    found = list(judge(text, file, first.lineno, passed))
    yield from found
    if not found and "{{" not in text:
        shown = plain(min(passed))
        what = f"The page gets `{shown}`, and its text has no tag for it"
        fix = f"Write `{{{{{shown}}}}}` where it is to be, or pass it no more."
        yield Finding("page-mistake", file, first.lineno, what, fix, "note")


def _unfilled(text: str, file: str, first: int) -> Iterator[Finding]:
    """Yield the tags in a text that gets no values, which makes it no template.

    :param first: the line of the text.
    """
    html = without_comments(text, is_mustache=True)
    html = without_scripts(html, has_code=False)
    tags = {tag[1]: tag for tag in reversed([*_TAG.finditer(html)])}
    token = tags.pop(_TOKEN, None)
    if token is not None and _is_in_form(html, token.start()):
        yield Finding(
            "page-mistake",
            file,
            first + html.count("\n", 0, token.start()),
            f"`{token[0]}` shows as it is: `write_html` fills in tags only if it gets "
            "values",
            f"Write `self.write_html(..., {_TOKEN}=self.{_TOKEN})`, or move the page into "
            "a file of templates/ and call `self.render(...)`.",
            consequence="The app answers 403 (Forbidden) to the form.",
        )
    if not tags or _BY_SCRIPT.search(text):
        return
    tag = min(tags.values(), key=lambda found: found.start())
    yield Finding(
        "page-mistake",
        file,
        first + html.count("\n", 0, tag.start()),
        f"`{plain(tag[0])}` shows as it is: `write_html` fills in tags only if it gets "
        "values",
        f"Give it the value: `self.write_html(..., {plain(tag[1])}=...)`.",
        "note",  # a page may tell how templates are written
    )


def _is_in_form(html: str, offset: int) -> bool:
    """Tell whether a place is in a form with POST."""
    for form in FORM.finditer(html, 0, offset):
        end = END.search(html, form.end())
        if POST.search(form[0]) and (end is None or end.start() > offset):
            return True
    return False
