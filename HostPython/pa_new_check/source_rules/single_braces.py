"""Rules about values that a page gets and shows under another sign than Mustache's tags."""

from __future__ import annotations

from pa_new_check.rules import Finding
from pa_new_check.source_rules.form_tokens import without_scripts
from pa_new_shared.later import ast
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGN = pattern(r"(?<![{$\\])\{(\w+)\}(?!\})")
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
    if not isinstance(first, ast.Constant) or None in names or not names:
        return
    text = str(first.value)
    passed = {str(name) for name in names}
    found = list(judge(text, file, first.lineno, passed))
    yield from found
    if not found and "{{" not in text:
        shown = plain(min(passed))
        what = f"The page gets `{shown}`, and its text has no tag for it"
        fix = f"Write `{{{{{shown}}}}}` where it is to be, or pass it no more."
        yield Finding("page-mistake", file, first.lineno, what, fix, "note")
