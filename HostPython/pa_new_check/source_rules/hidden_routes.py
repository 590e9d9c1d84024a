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
    served_names,
    tables,
)
from pa_new_check.static_analysis.values import Module
from pa_new_shared.later import functools, re
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
_LENGTH = pattern(r"\d+")
_MAX_LENGTH = 300  # of a sample that fills a repetition
# What samples do not show: looking around, references, repeated groups.
_UNSURE = pattern(r"\(\?(?:[=!(]|<[=!]|P=)|\\[1-9]|\)(?:[*+]|\{)")


def judge(modules: list[Module], *, has_handlers: bool) -> Iterator[Finding]:
    """Yield the routes that another one hides.

    :param has_handlers: whether pairs of a path and a class are rows of a table.
    """
    names = served_names(module.tree for module in modules) if has_handlers else set()
    for module in modules:
        if not is_handler_library(module.path):
            for table in tables(module, names if has_handlers else None):
                yield from _judge_table(table)


def _judge_table(table: Table) -> Iterator[Finding]:
    if table.kind == DJANGO:
        for row in table.rows:
            yield from _judge_django(row)
    compiled = functools.cache(_compiled)
    for place, row in enumerate(table.rows):
        others = [other for other in table.rows[:place] if _may_hide(table, row, other)]
        if not others or row.regex is None:
            continue  # most rows are not compiled
        samples = list(_samples(row, compiled(row)))
        for other in others:
            regex = compiled(other)
            if regex is None or not _is_hidden(
                row, other, samples, compiled(row), regex
            ):
                continue
            if table.kind == BOTTLE and row.shown == other.shown:
                yield _finding(table, other, row)  # the last one counts
            else:
                yield _finding(table, row, other)
            break


def _may_hide(table: Table, row: Row, other: Row) -> bool:
    """Tell whether an earlier row can take requests of a row, whatever their patterns are."""
    is_same = row.target == other.target or not row.methods <= other.methods
    if not row.target or is_same:
        return False
    if row.shown == other.shown:
        return True
    if table.kind == FLASK:
        return False  # it looks at the most exact one first
    # Bottle looks at those without parameters first.
    return table.kind != BOTTLE or "<" in row.shown


def _is_hidden(
    row: Row,
    other: Row,
    samples: list[str],
    own: re.Pattern[str] | None,
    regex: re.Pattern[str],
) -> bool:
    """Tell whether an earlier row takes all requests of a row.

    :param samples: paths that the row matches.
    :param own: the row's pattern.
    :param regex: the pattern of the earlier row.
    """
    if row.shown == other.shown:
        return True
    if not samples or not all(regex.fullmatch(sample) for sample in samples):
        return False
    if own is None or _UNSURE.search(own.pattern) or _UNSURE.search(regex.pattern):
        return False
    return all(regex.fullmatch(sample) for sample in _more_samples(own, regex))


def _more_samples(regex: re.Pattern[str], other: re.Pattern[str]) -> Iterator[str]:
    """Yield paths that a row matches, with each character and each length that may count.

    :param other: the pattern with which it is compared.
    """
    text, words = _template(regex.pattern, list(_TEXTS))
    parts = text.split(_MARK)
    lengths = {int(n) for n in _LENGTH.findall(regex.pattern + other.pattern)}
    counts = {n for count in (*lengths, 5, 10, 20, 50) for n in (count, count + 1)}
    words += [char * n for n in sorted(counts) if n <= _MAX_LENGTH for char in "1a"]
    signs = [chr(code) for code in range(33, 127)]
    words += [one for c in signs for one in (c, f"1{c}", f"{c}1", f"a{c}a")]
    for place in range(1, len(parts)):
        for base in ("1", "a", "en", "2024"):
            before, after = base.join(parts[:place]), base.join(parts[place:])
            paths = (f"{before}{word}{after}" for word in words)
            yield from (path for path in paths if regex.fullmatch(path))


def _compiled(row: Row) -> re.Pattern[str] | None:
    if row.regex is None:
        return None
    regex = row.regex.removeprefix("^").removesuffix("$")
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
    text, words = _template(regex.pattern, list(_TEXTS))
    if _MARK not in text:
        if regex.fullmatch(text):
            yield text
        return
    paths = [text.replace(_MARK, word) for word in dict.fromkeys(words)]
    fitting = [path for path in paths if regex.fullmatch(path)]
    if len(fitting) > 1:
        yield from fitting


def _template(text: str, words: list[str]) -> tuple[str, list[str]]:
    """Return a pattern with a mark for each part that varies, and words for these.

    :param words: those that are known already.
    """
    for _ in range(5):  # groups inside of groups
        for found in _GROUP.finditer(text):
            words += [word for word in found[1].split("|") if _WORD.fullmatch(word)]
        text, count = _GROUP.subn(_MARK, text)
        if not count:
            break
    text = _OPTIONAL.sub("", _ANY.sub(_MARK, text))
    return _ESCAPE.sub(r"\1", text), words


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
