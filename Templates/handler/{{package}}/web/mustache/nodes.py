"""The nodes of a template, and the run that renders them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import NoReturn

    from . import Template

    # What is left to do: it does a part of it, and yields what has to be done before the
    # next part. So a function need not call itself.
    Rest = Iterator[Any]

MAX_DEPTH = 256  # of sections, partials, blocks and functions inside each other
MAX_OUTPUT = 64 * 1024 * 1024  # bytes of UTF-8
MAX_EXPANSIONS = 10_000_000  # of sections, partials, blocks and functions, in all

_LISTS = (list, tuple, range)
_MISSING: Any = object()


def escape(text: str) -> str:
    """Return a text as HTML, which an attribute in quotes can have, too."""
    # Most texts have none of these, and to look is faster than to replace.
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    if '"' in text:
        text = text.replace('"', "&quot;")
    if "'" in text:
        text = text.replace("'", "&#39;")
    return text


def _has_text(value: Any) -> bool:
    """Return whether a value has a text, as a number or a date has, but not any object."""
    if value is None or isinstance(value, (str, int, float)):
        return True
    kind: Any = type(value)
    return kind.__str__ is not object.__str__ and kind not in (bytes, bytearray)


class Run:
    """One rendering of a template: where it is, and the text so far.

    :param template: the template.
    :param values: what it is rendered with; the last one that has a name is used.
    """

    scope: _Scope | None = None
    indentation = ""  # of each line of a partial
    indented = 0  # how much of that is on this line already
    _expansions = _size = _measured = 0

    def __init__(self, template: Template, values: Iterable[Any]) -> None:
        self.template = template
        self.output: list[str] = []
        #: What names stand for; the innermost value is the last one.
        self.contexts: list[Mapping[str, Any]] = []
        self.item: Any = None  # the value of {{.}}
        for self.item in values:
            self.contexts.append(self.item if isinstance(self.item, Mapping) else {})
        self.names = self.contexts[-1]
        self._entered: list[str] = []  # the names of partials and functions; else ""

    def render(self, nodes: list[Node]) -> str:
        """Return the text of nodes and everything inside."""
        rests = [self.each(nodes)]
        while rests:
            rest = next(rests[-1], None)
            if rest is None:
                rests.pop()
            else:
                rests.append(rest)
        text = "".join(self.output)
        if len(text) > MAX_OUTPUT // 4:  # A character has at most 4 bytes.
            self.measure(0)
        return text

    def each(self, nodes: list[Node]) -> Rest:
        """Render nodes; yield what one of them leaves to do before the next one."""
        for node in nodes:
            rest = node.render(self)
            if rest is not None:
                yield rest

    def enter(self, node: Node, name: str = "") -> None:
        """Note that a node is entered, and check the depth."""
        self._entered.append(name)
        if len(self._entered) > MAX_DEPTH:
            chain = [name for name in self._entered if name]
            if chain and chain[-1] in chain[:-1]:
                # One round of the cycle is enough.
                del chain[: -2 - chain[-2::-1].index(chain[-1])]
            if len(chain) > 6:
                chain[3:-2] = ["..."]
            names = ": " + " > ".join(chain) if chain else ""
            self.fail(f"nested more than {MAX_DEPTH} levels deep{names}", node)
        self.count(node)

    def leave(self, node: Node) -> None:
        """Note that a node is left."""
        self._entered.pop()
        self.check_size(node)

    def count(self, node: Node) -> None:
        """Count that the inside of a node is rendered, and check the limit of that."""
        self._expansions += 1
        if self._expansions > MAX_EXPANSIONS:
            message = f"it expands more than {MAX_EXPANSIONS} sections and partials"
            self.fail(message, node)

    def check_size(self, node: Node) -> None:
        """Check the size of the output, if there is enough new output for it."""
        if len(self.output) - self._measured > 100:
            self.measure(node.offset)

    def measure(self, offset: int) -> None:
        """Check the size of the output."""
        text = "".join(self.output[self._measured :])
        self._measured = len(self.output)
        self._size += len(text.encode("utf-8", "replace"))
        if self._size > MAX_OUTPUT:
            self.template.fail(f"the result has more than {MAX_OUTPUT} bytes", offset)

    def visit(
        self,
        node: Node,
        template: Template,
        nodes: list[Node],
        indentation: str,
        scope: _Scope | None,
    ) -> Rest:
        """Render nodes of another template for a node, and come back."""
        here = self.template, self.indentation, self.scope
        self.template, self.indentation, self.scope = template, indentation, scope
        yield from self.each(nodes)
        self.template, self.indentation, self.scope = here
        self.indented = 0
        self.leave(node)

    def call(
        self,
        node: Named,
        text: str,
        indentation: str = "",
        delimiters: tuple[str, str] = ("{{", "}}"),
        starts_line: bool = False,
    ) -> Rest:
        """Render a text that a function made."""
        here = self.template
        template = type(here)(
            text,
            here.path,
            caller=here.caller or (here, node),
            delimiters=delimiters,
            starts_line=starts_line,
        )
        template.partials = here.partials
        self.enter(node, node.name)
        return self.visit(node, template, template.nodes, indentation, self.scope)

    def capture(self, rest: Rest, use: Callable[[str], str]) -> Rest:
        """Add what a function makes of the text of some nodes."""
        outer = self.output, self._measured, self._size
        self.output, self._measured = [], 0
        yield from rest
        text = use("".join(self.output))
        self.output, self._measured, self._size = outer
        self.output.append(text)

    def begin_line(self, indentation: str) -> None:
        """Add what is missing of the indentation."""
        self.output.append(indentation[self.indented :])
        self.indented = 0

    def find(self, node: Named) -> Any:
        """Return the value of a name, or None."""
        if node.name == ".":
            return self.item
        first, *others = node.parts
        for names in reversed(self.contexts):
            value = names.get(first, _MISSING)
            if value is not _MISSING:
                break
        else:
            return None
        for count, part in enumerate(others, 1):
            value = self.members(node, value, count).get(part)
        return value

    def members(self, node: Named, value: Any, count: int = 0) -> Mapping[str, Any]:
        """Return what the names in a value stand for; ``count`` parts of the node name it."""
        if isinstance(value, dict):
            return value
        if hasattr(value, "keys"):  # another mapping, or a row of sqlite3
            return dict(value)
        if not (isinstance(value, _LISTS) or callable(value) or _has_text(value)):
            self.refuse(node, value, count)
        return {}

    def text(self, node: Named, value: Any) -> str:
        """Return the text of a value."""
        if value is None:
            return ""
        if value is True or value is False:
            return "true" if value else "false"
        # The subclasses of these types can have other texts.
        if isinstance(value, int):
            return int.__repr__(value)
        if isinstance(value, float):
            return float.__repr__(value)
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, (Mapping, *_LISTS)):
            return ""
        if _has_text(value):
            return str(value)
        if not hasattr(value, "keys"):
            self.refuse(node, value)
        return ""

    def refuse(self, node: Named, value: Any, count: int = 0) -> NoReturn:
        """Raise the error for a value that a template cannot use."""
        name = ".".join(node.parts[: count or None]) or node.name
        message = f"'{name}' has the type {type(value).__name__}"
        if isinstance(node, Section) and isinstance(self.find(node), _LISTS):
            message = f"an item of {message}"
        self.fail(f"{message}: pass text, numbers, lists and dicts", node)

    def fail(self, message: str, node: Node) -> NoReturn:
        """Raise an error for a node."""
        self.template.fail(message, node.offset)


class _Scope(NamedTuple):
    """The contents that a parent has for blocks, and the template that it is in."""

    template: Template
    blocks: dict[str, Block]
    outer: _Scope | None


class Node:
    """A part of a template: a tag with what is inside, or the text between tags."""

    def __init__(self, name: str, offset: int) -> None:
        self.name = name
        self.offset = offset  # of the name in the text of the template
        self.nodes: list[Node] = []

    def render(self, run: Run) -> Rest | None:
        """Add the text of the node, and return what is left to do if there is more."""
        raise NotImplementedError


class Text(Node):
    """Text between tags; its name is the text."""

    begins_line = False
    leads_to_line = False  # whether a tag after it begins a line

    def render(self, run: Run) -> None:
        if not run.indentation:
            run.output.append(self.name)
            return
        if self.begins_line:
            run.begin_line(run.indentation)
        first, *lines = self.name.split("\n")
        run.output.append(first)
        for number, line in enumerate(lines, 1):
            run.output.append("\n")
            if line or number < len(lines) or self.leads_to_line:
                run.begin_line(run.indentation)
            run.output.append(line)


class Named(Node):
    """A tag with a name in the values."""

    def __init__(self, name: str, offset: int) -> None:
        super().__init__(name, offset)
        self.parts = name.split(".")
        # What the innermost value can have; a name with a dot takes more than that.
        self.key: Any = _MISSING if "." in name else name


class Variable(Named):
    """``{{name}}``, ``{{{name}}}`` or ``{{&name}}``."""

    is_escaped = True

    def render(self, run: Run) -> Rest | None:
        value = run.names.get(self.key, _MISSING)
        if type(value) is not str:
            if value is _MISSING:
                value = run.find(self)
            if callable(value):
                made = run.call(self, run.template.made(self, value))
                return run.capture(made, escape if self.is_escaped else str)
            value = run.text(self, value)
        run.output.append(escape(value) if self.is_escaped else value)
        return None


class Section(Named):
    """``{{#name}}`` or ``{{^name}}``."""

    is_inverted = False
    delimiters = ("{{", "}}")
    start = end = 0  # of the text inside

    def render(self, run: Run) -> Rest | None:
        value = run.find(self)
        is_list = isinstance(value, _LISTS)
        if value is None or value is False or (is_list and not value):
            return run.each(self.nodes) if self.is_inverted else None
        if self.is_inverted:
            return None
        if callable(value):
            text, start = run.template.text, self.start
            starts_line = start == 0 or text[start - 1] == "\n"
            made = run.template.made(self, value, text[start : self.end])
            return run.call(self, made, run.indentation, self.delimiters, starts_line)
        run.enter(self)
        return self._repeat(run, value if is_list else [value])

    def _repeat(self, run: Run, items: Iterable[Any]) -> Rest:
        """Render the nodes inside for each item."""
        outer = run.item, run.names
        run.contexts.append({})
        for number, item in enumerate(items):
            if number:
                run.count(self)
            run.item = item
            run.names = run.contexts[-1] = run.members(self, item)
            # As each() does, but faster.
            for node in self.nodes:
                rest = node.render(run)
                if rest is not None:
                    yield rest
            run.check_size(self)
        run.contexts.pop()
        run.item, run.names = outer
        run.leave(self)


class Partial(Node):
    """``{{>name}}``, or ``{{<name}}`` with contents for blocks."""

    indentation: str | None = None  # None: something else is on its line

    def __init__(self, name: str, offset: int) -> None:
        super().__init__(name, offset)
        self.blocks: dict[str, Block] = {}

    def render(self, run: Run) -> Rest | None:
        template = run.template.partials.get(self.name)
        if template is None:
            return None
        indentation = ""
        if self.indentation is not None:
            indentation = run.indentation + self.indentation
        scope = run.scope
        if self.blocks:
            scope = _Scope(run.template, self.blocks, scope)
        run.enter(self, self.name)
        return run.visit(self, template, template.nodes, indentation, scope)


class Block(Node):
    """``{{$name}}``: contents for a block of a parent; elsewhere a block."""

    has_line = False  # whether the tag has a line of its own
    begins_line = False  # whether what is inside begins a line
    indentation = ""  # of the contents that a parent has for it

    def render(self, run: Run) -> Rest | None:
        found, scope = None, run.scope
        while scope:  # The outermost parent wins.
            found = scope if self.name in scope.blocks else found
            scope = scope.outer
        if not found:
            return run.each(self.nodes)
        run.enter(self)
        block = found.blocks[self.name]
        indentation = run.indentation + self.indentation
        if not self.has_line:
            run.indented = len(indentation)
        elif not block.begins_line:
            run.begin_line(indentation)
        return run.visit(self, found.template, block.nodes, indentation, found.outer)
