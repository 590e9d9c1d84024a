"""Rules about routes that no request reaches, because another one takes all of theirs."""

from __future__ import annotations

from pa_new_check.project import is_handler_library
from pa_new_check.rules import Finding
from pa_new_check.source_rules.route_rows import (
    BOTTLE,
    DJANGO,
    FLASK,
    Row,
    Table,
    tables,
)
from pa_new_check.static_analysis.values import Module
from pa_new_shared.later import re
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

# What stands in the place of a group, if its pattern takes it.
_TEXTS = (
    *("1", "42", "07", "1999", "2024", "a", "abc", "new", "Ab_9", "a-b", "en", "x.y"),
    *("zq", "Ab", "QX", "q7x"),
    *("a/b", "a b", "é", "deadbeef", "1.5", "01234567-89ab-cdef-0123-456789abcdef"),
)
_GROUP = pattern(
    r"\((?:\?P<\w+>|\?:)?((?:\\.|\[[^\]]*\]|[^()\\])*)\)(?:[*+?]|\{[\d,]+\})?"
)
_ANY = pattern(
    r"(?:\\[dwDWS]|\[(?:\\.|[^\]\\])*\]|(?<!\\)\.(?=[*+?{]))(?:[*+?]\??|\{[\d,]+\})?"
)
_OPTIONAL = pattern(r"(?:\\.|[^\\])\?")
_ESCAPE = pattern(r"\\([^A-Za-z0-9])")
_WORD = pattern(r"[\w-]+")
_MARK = "\0"
_MAX_PATTERN = 500


def judge(modules: list[Module], *, has_handlers: bool) -> Iterator[Finding]:
    """Yield the routes that another one hides.

    :param has_handlers: whether pairs of a path and a class are rows of a table.
    """
    for module in modules:
        if not is_handler_library(module.path):
            for table in tables(module, has_handlers=has_handlers):
                yield from _judge_table(table)


def _judge_table(table: Table) -> Iterator[Finding]:
    if table.kind == DJANGO:
        for row in table.rows:
            yield from _judge_django(row)
    rows = [row for row in table.rows if row.regex is not None]
    compiled = [_compiled(table, row) for row in rows]
    for place, row in enumerate(rows):
        samples = list(_samples(row, compiled[place]))
        for other, regex in zip(rows[:place], compiled):
            if row.target == other.target or not row.methods <= other.methods:
                continue
            if (
                not row.target
                or regex is None
                or not _is_hidden(table, row, other, samples, regex)
            ):
                continue
            if table.kind == BOTTLE and row.shown == other.shown:
                yield _finding(table, other, row)  # the last one counts
            else:
                yield _finding(table, row, other)
            break


def _is_hidden(
    table: Table, row: Row, other: Row, samples: list[str], regex: re.Pattern[str]
) -> bool:
    """Tell whether an earlier row takes all requests of a row."""
    if row.shown == other.shown:
        return True
    if table.kind == FLASK:
        return False  # it looks at the most exact one first
    if table.kind == BOTTLE and "<" not in row.shown:
        return False  # it looks at those without parameters first
    return bool(samples) and all(regex.fullmatch(sample) for sample in samples)


def _compiled(table: Table, row: Row) -> re.Pattern[str] | None:
    regex = (row.regex or "").removeprefix("^").removesuffix("$")
    if len(regex) > _MAX_PATTERN:
        return None
    try:
        return re.compile(regex)
    except (re.error, RecursionError, OverflowError):
        return None


def _samples(row: Row, regex: re.Pattern[str] | None) -> Iterator[str]:
    """Yield paths that a row matches; none if there may be very different ones."""
    if regex is None:
        return
    text, words = regex.pattern, list(_TEXTS)
    for _ in range(5):  # groups inside of groups
        for found in _GROUP.finditer(text):
            words += [word for word in found[1].split("|") if _WORD.fullmatch(word)]
        text, count = _GROUP.subn(_MARK, text)
        if not count:
            break
    text = _OPTIONAL.sub("", _ANY.sub(_MARK, text))
    text = _ESCAPE.sub(r"\1", text)
    if _MARK not in text:
        if regex.fullmatch(text):
            yield text
        return
    paths = [text.replace(_MARK, word) for word in dict.fromkeys(words)]
    fitting = [path for path in paths if regex.fullmatch(path)]
    if len(fitting) > 1:
        yield from fitting


def _judge_django(row: Row) -> Iterator[Finding]:
    """Yield the finding for a route of Django's that no address fits."""
    text = row.shown.removeprefix("^") if row.is_regex else row.shown
    call = "re_path" if row.is_regex else "path"
    if text.startswith("/"):
        what = f"The route `{plain(row.shown)}` begins with a slash, which Django adds itself"
        right = plain(row.shown.replace("/", "", 1))
        fix = f'Write `{call}("{right}", ...)`.'
        yield Finding("hidden-route", row.file, row.line, what, fix)
    elif not row.is_regex and (
        text.startswith("^") or text.endswith("$") or "(?P<" in text
    ):
        what = f"The route `{plain(row.shown)}` is a regular expression, which `path` does not read"
        fix = "Write `re_path`, or a path such as `items/<int:number>/`."
        yield Finding("hidden-route", row.file, row.line, what, fix)


def _finding(table: Table, row: Row, other: Row) -> Finding:
    what = (
        f"No request reaches the route `{plain(row.shown)}`: `{plain(other.shown)}` in "
        f"line {other.line} answers it"
    )
    fix = f"Move it above line {other.line}."
    if row.shown == other.shown:
        fix = "Give it another path or another method, or remove one of both."
    return Finding("hidden-route", row.file, row.line, what, fix)
