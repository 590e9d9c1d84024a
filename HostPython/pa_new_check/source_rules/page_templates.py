"""Rules about the templates of a project with handlers: each is parsed as a page would.

The parser is the one that such a project has: ``pa_new_mustache`` leads to its files.
"""

from __future__ import annotations

from pa_new_check.project import Unreadable, content_of
from pa_new_check.rules import Finding
from pa_new_check.source_rules import page_blocks
from pa_new_check.source_rules.page_files import Folders, missing_template
from pa_new_shared.file_path import Path
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

    from pa_new_mustache.nodes import Named, Node

_BOM = b"\xef\xbb\xbf"  # some editors put it at the start of a file
_CODE = frozenset("|()[]'\"")  # what other languages of templates have in tags
_FIX = "Correct the template: `pa-new preview` shows the page as you change it."
_EFFECT = "Each page that shows this template is an error."


class _Mistake(Exception):
    """What is wrong with a template, and at which character of it."""

    def __init__(self, what: str, offset: int) -> None:
        super().__init__(what)
        self.what = what
        self.offset = offset


def _fail(what: str, offset: int) -> NoReturn:
    raise _Mistake(what, offset)


def text_of(path: Path, name: str) -> tuple[str, list[Finding]]:
    """Return the text of a template, and the finding if it is none.

    :param name: the file's name in the report.
    """
    try:
        data = content_of(path)
    except Unreadable:
        return "", []
    if b"\0" in data or path.name.startswith(".") or path.name.endswith("~"):
        return "", []  # no template: a picture, or what an editor has left
    data = data.removeprefix(_BOM)
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        what = "the file is not UTF-8: save it with the encoding UTF-8"
        return data.decode("utf-8", "replace"), [
            _finding(name, before, len(before), what)
        ]


class Layouts:
    """The templates that others name: each is parsed once, when asked for."""

    def __init__(self, folder: Path, *, is_swift: bool = False) -> None:
        self._folder = folder
        self._nodes: dict[str, list[Node] | None] = {}
        self.is_swift = is_swift
        """Whether handlers in Swift show them."""

    def nodes(self, path: str) -> list[Node] | None:
        """Return the nodes of a template, None if it is none or has a mistake."""
        if path not in self._nodes:
            text, findings = text_of(self._folder / path, path)
            is_one = not findings and (self._folder / path).is_file()
            self._nodes[path] = self.parsed(text) if is_one else None
        return self._nodes[path]

    def text(self, path: str) -> str:
        """Return the text of a template."""
        return text_of(self._folder / path, path)[0]

    def parsed(self, text: str) -> list[Node] | None:
        """Return the nodes of a text, None if it has a mistake."""
        from pa_new_mustache.parser import Parser  # few projects have templates

        try:
            return Parser(text, _fail, ("{{", "}}"), True).parse()
        except _Mistake:
            return None


def judge(
    text: str, name: str, folders: Folders, layouts: Layouts
) -> Iterator[Finding]:
    """Yield the first mistake in a template, or else the templates that it misses.

    :param name: the file's name in the report, which begins with ``templates/``.
    """
    if "{{" not in text:
        return
    from pa_new_mustache.parser import Parser  # few projects have templates

    parser = Parser(text, _fail, ("{{", "}}"), True)
    try:
        nodes = parser.parse()
        _check_names(nodes, text)
    except _Mistake as mistake:
        yield _finding(name, text, mistake.offset, mistake.what)
        return
    end = _extension(name) or ".html"
    for other, offset in parser.references:
        path = page_blocks.path_of(other, end)
        line = text.count("\n", 0, offset) + 1
        for finding in missing_template(path, name, line, folders):
            finding.severity, finding.consequence = "error", _EFFECT
            yield finding
    yield from page_blocks.judge(nodes, text, name, end, layouts.nodes)


def _check_static_url(named: Named, text: str) -> None:
    """Refuse a tag whose URL would be wrong: the path is a text in the template."""
    from pa_new_mustache.nodes import Section

    if not isinstance(named, Section) or named.is_inverted:
        advice = "write {{#static_url}}site.css{{/static_url}}"
        _fail(f"'static_url' needs a path: {advice}", named.offset)
    if named.delimiters[0] in text[named.start : named.end]:
        advice = "make the URL in the handler with static_url, and pass it"
        _fail(f"'static_url' cannot have tags inside: {advice}", named.offset)


def _check_names(nodes: list[Node], text: str) -> None:
    """Refuse what the project's ``web/pages.py`` refuses: names that are none of values."""
    from pa_new_mustache.nodes import Named

    waiting, found = list(nodes), []
    while waiting:
        node = waiting.pop()
        waiting += node.nodes
        if isinstance(node, Named):
            found.append(node)
    for named in sorted(found, key=lambda node: node.offset):
        if _CODE.intersection(named.name):
            advice = (
                "templates have no filters and no code: make the value in the handler"
            )
            _fail(f"'{named.name}' is not the name of a value: {advice}", named.offset)
        if named.name == "else":
            _fail("for else, write {{^name}}...{{/name}}", named.offset)
        if named.name == "static_url":
            _check_static_url(named, text)
        if named.name == "csrf_field" and getattr(named, "is_escaped", False):
            advice = "write {{{csrf_field}}}, with three braces"
            _fail(f"'csrf_field' is HTML: {advice}", named.offset)


def _finding(name: str, text: str, offset: int, what: str) -> Finding:
    """Return the finding for a character of a template; columns count from 1."""
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    what = f"This template has a mistake in column {column}: {plain(what)}"
    return Finding("page-mistake", name, line, what, _FIX, "error", _EFFECT)


def _extension(path: str) -> str:
    """Return the extension of a path, such as ".html", or ""."""
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    return name[dot:] if dot > 0 else ""
