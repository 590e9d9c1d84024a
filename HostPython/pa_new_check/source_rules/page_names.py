"""Rules about names in templates: those that no handler passes, and HTML of visitors.

For Mustache, a name without a value is no mistake: it shows nothing, and its section is
left out. So only a tag for a value is told that no page can ever show, outside of each
section, where names can be those of an item.
"""

from __future__ import annotations

from pa_new_check.rules import Finding
from pa_new_check.sandbox_names import near
from pa_new_check.source_rules.page_blocks import path_of
from pa_new_check.source_rules.page_templates import Layouts
from pa_new_check.source_rules.passed_values import Passed, PassedValues
from pa_new_shared.later import re
from pa_new_shared.patterns import pattern
from pa_new_shared.text import listed, plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Union

    from pa_new_mustache.nodes import Block, Named, Node, Section

    # A file, and the offset of a name in it.
    Place = tuple[str, int]
    # The contents for a block: its nodes, their file, and whether that is in a section.
    Contents = tuple[Block, str, bool]
    Names = Union[set[str], None]  # noqa: UP007 - for 3.9

_ALWAYS = frozenset(("csrf_field", "csrf_token", "flash", "mount", "static_url"))
_CALLS = frozenset(("reverse_url", "url_for"))
_MAX_NODES = 20_000
_MAX_DEPTH = 50
_MAX_CLASS = 500  # characters of HTML before a tag
# A class that no page fills, as in `<body class="{{page_class}}">`.
_IN_CLASS = pattern(r"\bclass\s*=\s*(?:\"[^\"<>]*|'[^'<>]*)\Z", re.IGNORECASE)
_TEXT = ""  # the name of a template that is a text in the code


class _Walk:
    """All that the pages of a project show."""

    def __init__(self, layouts: Layouts) -> None:
        self.layouts = layouts
        self.absent: dict[Place, tuple[str, str, set[str]]] = {}
        """The names that a page does not get: tag and name, and those that it gets."""
        self.passed_at: dict[str, Place] = {}
        """The files and lines that pass names."""
        self.fine: set[Place] = set()
        self.lost: dict[Place, tuple[str, str, set[str]]] = {}
        """The names that no row of a list has: name, list, and the names that rows have."""
        self.fine_rows: set[Place] = set()
        """The names in lists of which one may have a value."""
        self.calls: dict[Place, str] = {}
        """The sections that are meant to be calls, which templates do not have."""
        self.raw: dict[Place, str] = {}
        """The names of values of visitors that are shown as they are."""
        self._left = _MAX_NODES
        self._passed = Passed()

    def page(self, path: str, passed: Passed) -> bool:
        """Follow a page; tell whether all of it is known."""
        nodes = self.layouts.nodes(path)
        return nodes is not None and self.nodes(nodes, path, passed)

    def nodes(self, nodes: list[Node], path: str, passed: Passed) -> bool:
        """Follow the nodes of a page; tell whether all of it is known."""
        self._left = _MAX_NODES
        self._passed = passed
        self.passed_at.update(passed.places)
        return self._walk(nodes, path, False, {}, 0)

    def _walk(
        self,
        nodes: list[Node],
        path: str,
        is_open: bool,
        blocks: dict[str, Contents],
        depth: int,
    ) -> bool:
        """Follow nodes.

        :param is_open: whether they are in a section, whose items have names of their own.
        :param blocks: the contents for the blocks of layouts.
        """
        from pa_new_mustache.nodes import Block, Named, Partial, Section

        is_known = depth < _MAX_DEPTH
        for node in nodes if is_known else ():
            self._left -= 1
            if self._left < 0:
                return False
            inner, file, inner_open, inner_blocks = node.nodes, path, is_open, blocks
            if isinstance(node, Named):
                self._note(node, path, is_open)
                if isinstance(node, Section) and not node.is_inverted:
                    inner_open = True
                    if not is_open:
                        self._note_rows(node, path)
            elif isinstance(node, Partial):
                end = path[path.rfind(".") :] if "." in path else ".html"
                file = path_of(node.name, end)
                found = self.layouts.nodes(file)
                if found is None:
                    return False
                inner = found
                own = {b.name: (b, path, is_open) for b in node.blocks.values()}
                inner_blocks = {**own, **blocks} if own else blocks
            elif isinstance(node, Block) and node.name in blocks:
                contents, file, was_open = blocks[node.name]
                inner, inner_open = contents.nodes, is_open or was_open
            if inner and not self._walk(
                inner, file, inner_open, inner_blocks, depth + 1
            ):
                return False
        return is_known

    def _note(self, node: Named, path: str, is_open: bool) -> None:
        """Note a name, and whether this page has a value for it."""
        first = node.parts[0]
        place = (path, node.offset)
        is_raw = not getattr(node, "is_escaped", True)
        if is_raw and first in self._passed.visitors:
            self.raw[place] = node.name
        names = self._passed.names
        if is_open or names is None or node.name == "." or first in names | _ALWAYS:
            self.fine.add(place)
        elif first in _CALLS and hasattr(node, "is_inverted"):
            self.calls[place] = first
        elif hasattr(node, "is_escaped"):
            tag = f"{{{{{node.name}}}}}" if not is_raw else f"{{{{{{{node.name}}}}}}}"
            known = self.absent.get(place, ("", "", set()))[2]
            self.absent[place] = (tag, first, known | names)

    def _note_rows(self, section: Section, path: str) -> None:
        """Note the names in a section for rows that show nothing of any row."""
        keys = self._passed.rows.get(section.name)
        names = self._passed.names
        is_known = section.name not in self._passed.others_rows and names is not None
        shown = _names_in(section)
        is_lost = is_known and keys is not None and shown is not None
        for node in section.nodes:
            if not hasattr(node, "is_escaped"):
                continue
            place = (path, node.offset)
            others = (names or set()) | _ALWAYS | (keys or set())
            if not is_lost or (keys or set()) & (shown or set()) or node.name in others:
                self.fine_rows.add(place)
            elif keys:
                self.lost[place] = (node.name, section.name, keys)


def _names_in(section: Section) -> set[str] | None:
    """Return the first parts of the names in a section, None if it has other templates."""
    from pa_new_mustache.nodes import Named, Text

    names: set[str] = set()
    waiting = list(section.nodes)
    while waiting:
        node = waiting.pop()
        waiting += node.nodes
        if isinstance(node, Named):
            if node.name == ".":
                return None
            names.add(node.parts[0])
        elif not isinstance(node, Text):
            return None
    return names


def judge(passed: PassedValues, layouts: Layouts) -> Iterator[Finding]:
    """Yield the findings about the names in the templates that handlers show."""
    walk = _Walk(layouts)
    for path, one in passed.files.items():
        whole = _with_others(one, passed)
        if not walk.page(path, whole):
            return  # what is not known may be passed everywhere
    for text in passed.texts:
        nodes = layouts.parsed(str(text.node.value))
        if nodes is None or not walk.nodes(nodes, _TEXT, _with_others(text, passed)):
            return
    for place, (tag, name, known) in sorted(walk.absent.items()):
        is_shared = place[0] not in passed.files
        if place in walk.fine or place[0] == _TEXT or _is_slot(layouts, place):
            continue
        # A name in a layout can be one for pages that are not there yet.
        if not is_shared or _is_mistyped(name, known):
            yield _absent(walk, place, tag, name, known)
    yield from _calls_and_rows(walk)
    for place, name in sorted(walk.raw.items()):
        if place[0] != _TEXT:
            file, line = _line(layouts, place)
            what = f"`{{{{{{{plain(name)}}}}}}}` shows what a visitor sends as HTML"
            fix = f"Write `{{{{{plain(name)}}}}}`, with two braces."
            yield Finding("html-from-text", file, line, what, fix)


def _calls_and_rows(walk: _Walk) -> Iterator[Finding]:
    """Yield the sections that are no calls, and the names that no row has."""
    for place, name in sorted(walk.calls.items()):
        is_sure = place not in walk.fine and not walk.layouts.is_swift
        if is_sure and place[0] != _TEXT:
            file, line = _line(walk.layouts, place)
            what = f"`{{{{#{name}}}}}` shows nothing: templates have no such call"
            fix = (
                "Make the URL in the handler with `self.reverse_url(...)`, and pass it."
            )
            yield Finding("page-mistake", file, line, what, fix)
    for place, (name, section, keys) in sorted(walk.lost.items()):
        if place not in walk.fine_rows and place[0] != _TEXT:
            file, line = _line(walk.layouts, place)
            tag = f"`{{{{{plain(name)}}}}}`"
            what = f"{tag} shows nothing: no item of `{plain(section)}` has this name"
            shown = [f"`{plain(key)}`" for key in sorted(keys)]
            fix = f"Write the name that the items have: {listed(shown)}."
            yield Finding("page-mistake", file, line, what, fix)


def _with_others(one: Passed, passed: PassedValues) -> Passed:
    """Return what a template gets, with what the code passes to any template."""
    whole = Passed()
    whole.add(passed.others)
    whole.add(one)
    return whole


def _is_slot(layouts: Layouts, place: Place) -> bool:
    """Tell whether a tag is in a class of HTML, which may be empty."""
    path, offset = place
    start = max(0, offset - _MAX_CLASS)
    return _IN_CLASS.search(layouts.text(path)[start:offset]) is not None


def _is_mistyped(name: str, known: set[str]) -> bool:
    """Tell whether a name is near to one with a value; its plural is another name."""
    return bool(near(name, sorted(known - {f"{name}s", f"{name}es"})))


def _absent(walk: _Walk, place: Place, tag: str, name: str, known: set[str]) -> Finding:
    file, line = _line(walk.layouts, place)
    meant = near(name, sorted(known | _ALWAYS))
    what = f"`{plain(tag)}` shows nothing: no handler passes `{plain(name)}`"
    fix = f"Pass it to the page, as in `self.render(..., {plain(name)}=...)`."
    if walk.layouts.is_swift:
        fix = (
            f'Pass it to the page, as in `request.render(..., ["{plain(name)}": ...])`.'
        )
    if meant:
        fix = f"Did you mean `{plain(tag.replace(name, meant, 1))}`?"
        where = walk.passed_at.get(meant)
        if where is not None:
            fix += f" {plain(where[0])}:{where[1]} passes `{plain(meant)}`."
    return Finding("page-mistake", file, line, what, fix)


def _line(layouts: Layouts, place: Place) -> tuple[str, int]:
    path, offset = place
    text = layouts.text(path)
    return f"templates/{path}", text.count("\n", 0, offset) + 1
