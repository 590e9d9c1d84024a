"""Reads the text of a template, and makes nodes of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from .nodes import Block, Node, Partial, Section, Text, Variable

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

_BLANKS = " \t"  # A tag that has a line of its own can have these around it.
_SPACES = " \t\n\v\f\r"
_WORD = re.compile(r"[^ \t-\r]+")
_KINDS = tuple("{&#^/><$!=")  # the characters that say what a tag is
_LINE_END = re.compile(r"[ \t]*(?:\r?\n|\Z)")


def _instead(name: str) -> str:
    """Return what to write in place of what other languages of templates have, or ""."""
    word, *more = _WORD.findall(name)
    if not more or word not in ("if", "each", "for", "with", "unless", "else"):
        return ""
    shown = {"for": more[-1], "else": "name"}.get(word, more[0])
    yes, no = (f"{{{{{kind}{shown}}}}}...{{{{/{shown}}}}}" for kind in "#^")
    if word in ("unless", "else"):
        return f"write {no}"
    return f"write {yes}, for else {no}"


class _Tag(NamedTuple):
    """A tag in the text."""

    kind: str  # "#" for a section, "" for a variable
    start: int
    end: int
    content: str
    content_start: int


class _OpenTag(NamedTuple):
    """A tag that has to be closed, and what waits for that."""

    node: Node
    tag: _Tag
    outer_nodes: list[Node]
    parent: Partial | None  # whose block the node has contents for
    dedentation: str  # around this tag


class Parser:
    """Makes the nodes of a template in one pass over its text.

    :param text: the text.
    :param fail: raises an error, given a message and the offset of the mistake.
    :param delimiters: what encloses a tag.
    :param starts_line: whether the text is at the start of a line.
    """

    def __init__(
        self,
        text: str,
        fail: Callable[[str, int], NoReturn],
        delimiters: tuple[str, str],
        starts_line: bool,
    ) -> None:
        self.references: list[tuple[str, int]] = []
        self._text = text
        self._fail = fail
        self._delimiters = delimiters
        self._starts_line = starts_line
        self._position = 0  # What is before it is in the nodes.
        self._nodes: list[Node] = []
        self._open: list[_OpenTag] = []
        self._dedentation = ""  # what each line of contents for a block loses

    def parse(self) -> list[Node]:
        """Parse the whole text."""
        actions: dict[str, Callable[[_Tag], object]] = {
            "#": self._open_section,
            "^": self._open_section,
            ">": self._add_partial,
            "<": self._open_parent,
            "$": self._open_block,
            "/": self._close,
            "!": self._add_text_before_line,
            "=": self._set_delimiters,
        }
        while tag := self._find_tag():
            actions.get(tag.kind, self._add_variable)(tag)
        if self._open:
            opened = self._open[-1]
            self._fail(f"'{opened.node.name}' is not closed", opened.tag.start)
        self._add_text(len(self._text), is_before_tag=False)
        return self._nodes

    # Tags

    def _find_tag(self) -> _Tag | None:
        """Return the next tag, or None."""
        opening, closing = self._delimiters
        start = self._text.find(opening, self._position)
        if start < 0:
            return None
        content_start = start + len(opening)
        kind = self._text[content_start : content_start + 1]
        if kind in _KINDS:
            content_start += 1
        else:
            kind = ""
        closing = {"{": "}", "=": "="}.get(kind, "") + closing
        content_end = self._text.find(closing, content_start)
        if content_end < 0:
            if kind == "=":
                self._refuse_delimiters(start, self._text[content_start:])
            self._fail("the tag is not closed", start)
        content = self._text[content_start:content_end]
        return _Tag(kind, start, content_end + len(closing), content, content_start)

    def _name(self, tag: _Tag) -> tuple[str, int]:
        """Return the name in a tag, and its offset."""
        name = tag.content.strip(_SPACES)
        start = tag.content_start + tag.content.find(name)
        for delimiter in self._delimiters:
            # It can end behind the name, but not begin there.
            end = start + len(name) + len(delimiter) - 1
            if self._text.find(delimiter, start, end) >= 0:
                self._fail("the tag is not closed", tag.start)
        if not name:
            self._fail("the tag has no name", tag.start)
        if tag.kind in ("<", ">") and name[0] == "*":
            name = name[1:].lstrip(_SPACES)
            start = self._text.find(name, start + 1)
            message = f"a page cannot have the dynamic name '*{name}'"
            self._fail(f"{message}: write the name of the template", start)
        is_value = tag.kind in ("", "{", "&", "#", "^")
        is_wrong = is_value and name != "." and "" in name.split(".")
        if is_wrong or (tag.kind != "/" and not _WORD.fullmatch(name)):
            reason = "it has white space or an empty part between dots"
            reason = _instead(name) or reason
            self._fail(f"'{name}' is not a valid name: {reason}", start)
        return name, start

    def _add_variable(self, tag: _Tag) -> None:
        self._add_text(tag.start)
        self._position = tag.end
        node = Variable(*self._name(tag))
        node.is_escaped = tag.kind not in ("{", "&")
        self._nodes.append(node)

    def _open_section(self, tag: _Tag) -> None:
        self._add_text_before_line(tag)
        node = Section(*self._name(tag))
        node.is_inverted = tag.kind == "^"
        node.delimiters = self._delimiters
        node.start = self._position
        self._push(node, tag)

    def _add_partial(self, tag: _Tag) -> None:
        indentation = self._add_text_before_line(tag)
        node = Partial(*self._name(tag))
        node.indentation = indentation
        self.references.append((node.name, node.offset))
        self._nodes.append(node)

    def _open_parent(self, tag: _Tag) -> None:
        """Open a parent, which has lines of its own if its closing tag ends a line."""
        indentation = None
        line = self._blank_line_start(tag.start)
        if line is not None:
            self._add_text(line, is_before_tag=False)
            indentation = self._text[self._dedented(line) : tag.start]
        self._add_text(tag.start)
        self._position = tag.end
        node = Partial(*self._name(tag))
        node.indentation = indentation
        self.references.append((node.name, node.offset))
        self._push(node, tag)

    def _open_block(self, tag: _Tag) -> None:
        parent = self._open[-1].node if self._open else None
        if isinstance(parent, Partial):
            self._open_contents(tag, parent)
            return
        line = self._blank_line_start(tag.start)
        has_line = self._add_text_before_line(tag) is not None
        node = Block(*self._name(tag))
        node.has_line = node.begins_line = has_line
        if line is not None:
            node.indentation = self._text[self._dedented(line) : tag.start]
        self._push(node, tag)

    def _open_contents(self, tag: _Tag, parent: Partial) -> None:
        """Open contents for a block of a parent, in which other text means nothing."""
        outer = self._dedentation
        line_end = self._blank_line_end(tag.end)
        if line_end == len(self._text):
            line_end = None
        self._position = tag.end if line_end is None else line_end
        if line_end is not None:
            start, end = self._first_indentation(line_end)
            self._dedentation = self._text[start:end]
        node = Block(*self._name(tag))
        node.begins_line = line_end is not None
        parent.blocks[node.name] = node
        self._push(node, tag, parent, outer)

    def _push(
        self, node: Node, tag: _Tag, parent: Partial | None = None, outer: str = ""
    ) -> None:
        self._nodes.append(node)
        self._open.append(_OpenTag(node, tag, self._nodes, parent, outer))
        self._nodes = node.nodes

    def _close(self, tag: _Tag) -> None:
        name, offset = self._name(tag)
        if not self._open:
            self._fail(f"'{name}' cannot be closed here: nothing is open", offset)
        opened = self._open.pop()
        node = opened.node
        if name != node.name:
            message = f"'{name}' cannot be closed here: close '{node.name}' first"
            self._fail(message, offset)
        if opened.parent:
            line = self._blank_line_start(tag.start)
            end = tag.start if line is None else line
            self._add_text(max(end, self._position), is_before_tag=False)
            self._position = tag.end
            self._dedentation = opened.dedentation
        elif isinstance(node, Section):
            blanks = self._add_text_before_line(tag)
            node.end = max(tag.start - len(blanks or ""), node.start)
        elif isinstance(node, Block):
            self._add_text_before_line(tag)
            if node.has_line and node.nodes:
                first_line = self._blank_line_end(opened.tag.end) or opened.tag.end
                start, end = self._first_indentation(first_line)
                node.indentation = self._text[self._dedented(start) : end]
        elif isinstance(node, Partial):
            self._position = tag.end
            line_end = self._blank_line_end(tag.end)
            if node.indentation is None or line_end is None:
                node.indentation = None
            else:
                self._position = line_end
                # The blanks before the opening tag are the indentation of the lines.
                opened.outer_nodes[-2] = Text("", 0)
        self._nodes = opened.outer_nodes

    def _set_delimiters(self, tag: _Tag) -> None:
        words = _WORD.findall(tag.content)
        if len(words) != 2:
            self._refuse_delimiters(tag.start, tag.content)
        self._add_text_before_line(tag)
        self._delimiters = words[0], words[1]

    def _refuse_delimiters(self, start: int, content: str) -> NoReturn:
        """Raise the error for a tag with "=", and show it up to its likely end."""
        closing = self._delimiters[1]
        content_start = start + len(self._delimiters[0]) + 1
        end = self._text.find(closing, content_start)
        if end < 0:
            self._fail("the tag is not closed", start)
        shown = content[: end - content_start]
        advice = "write them between two equals signs, as {{=<% %>=}}"
        self._fail(f"'{shown}' does not set delimiters: {advice}", start)

    # The text between tags

    def _add_text_before_line(self, tag: _Tag) -> str | None:
        """Add the text before a tag, without the line that the tag has for itself.

        Return the blanks before the tag on that line, or None if there is more on it.
        """
        line = self._blank_line_start(tag.start)
        line_end = self._blank_line_end(tag.end)
        if line is None or line_end is None:
            self._add_text(tag.start)
            self._position = tag.end
            return None
        self._add_text(line, is_before_tag=False)
        self._position = line_end
        return self._text[self._dedented(line) : tag.start]

    def _add_text(self, end: int, is_before_tag: bool = True) -> None:
        """Add the text up to an offset.

        :param is_before_tag: whether a tag follows on the same line.
        """
        start, self._position = self._position, end
        leads_to_line = is_before_tag and self._is_line_start(end)
        if not self._dedentation:
            if start < end or leads_to_line:
                begins_line = self._is_line_start(start)
                self._add_node(start, end, begins_line, leads_to_line and start < end)
            return
        while start < end:
            line_end = self._text.find("\n", start, end) + 1 or end
            begins_line = self._is_line_start(start)
            if begins_line:
                start = min(self._dedented(start), line_end)
            self._add_node(start, line_end, begins_line)
            start = line_end
        if leads_to_line:
            self._add_node(end, end, True)

    def _add_node(
        self, start: int, end: int, begins_line: bool, leads_to_line: bool = False
    ) -> None:
        node = Text(self._text[start:end], start)
        node.begins_line = begins_line
        node.leads_to_line = leads_to_line
        self._nodes.append(node)

    def _is_line_start(self, offset: int) -> bool:
        return self._text[offset - 1] == "\n" if offset else self._starts_line

    def _blank_line_start(self, offset: int) -> int | None:
        """Return the start of the line, if there are only blanks from there on."""
        start = self._text.rfind("\n", self._position, offset) + 1 or self._position
        is_blank = not self._text[start:offset].strip(_BLANKS)
        return start if is_blank and self._is_line_start(start) else None

    def _blank_line_end(self, offset: int) -> int | None:
        """Return the end of the line, if there are only blanks up to it."""
        match = _LINE_END.match(self._text, offset)
        return match.end() if match else None

    def _dedented(self, line: int) -> int:
        """Return the offset in a line behind what the line loses."""
        for blank in self._dedentation:
            if not self._text.startswith(blank, line):
                break
            line += 1
        return line

    def _first_indentation(self, line: int) -> tuple[int, int]:
        """Return where the blanks of the first line start and end that has more."""
        while line < len(self._text):
            line_end = self._blank_line_end(line)
            if line_end is None:
                break
            line = line_end
        end = line
        while self._text.startswith((" ", "\t"), end):
            end += 1
        return line, end
