"""Mustache: text with tags for values, and without code.

========================  =====================================================
``{{name}}``              the value, escaped for HTML
``{{{name}}}``            the value as it is: only for HTML that you made
``{{#name}}..{{/name}}``  once for each item of a list; once for a true value
``{{^name}}..{{/name}}``  only if ``{{#name}}`` would show nothing
``{{>name}}``             another template
``{{<name}}..{{/name}}``  another template, with contents for its blocks
``{{$name}}..{{/name}}``  a block: the contents for it, or else its own
``{{! text }}``           a comment
``{{=<% %>=}}``           other delimiters from here on
========================  =====================================================

An escaped value is safe between tags, and in attributes in quotes. It is not safe in a
script, and not as the whole address of a link, which can begin with ``javascript:``.

The rules are those of https://mustache.github.io. ``parser.py`` reads a template once,
from front to back, and makes nodes of it. ``nodes.py`` renders them. No function calls
itself, so a template can reach the limits there, but not the end of Python's stack.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from .nodes import Named, Node, Run, Section, escape
from .parser import Parser

__all__ = ["Named", "Section", "Template", "TemplateError", "escape"]


class TemplateError(Exception):
    """What is wrong with a template, and where: ``PATH:LINE:COLUMN: message``."""

    #: What a visitor may see of it.
    page_message = ""

    @classmethod
    def at(cls, offset: int, text: str, path: str, message: str) -> TemplateError:
        """Return the error for a place in a text; columns count characters, from 1."""
        line = text.count("\n", 0, offset) + 1
        column = offset - text.rfind("\n", 0, offset)
        return cls(f"{path}:{line}:{column}: {message}")


class Template:
    """A parsed template.

    :param text: the text with the tags.
    :param path: the name of the template in errors.
    :param caller: the template and the node that called the function which made the
        text; they have the place of its errors.
    :param delimiters: what encloses a tag.
    :param starts_line: whether the text is at the start of a line.
    """

    def __init__(
        self,
        text: str,
        path: str = "template",
        *,
        caller: tuple[Template, Node] | None = None,
        delimiters: tuple[str, str] = ("{{", "}}"),
        starts_line: bool = True,
    ) -> None:
        self.text = text
        self.path = path
        self.caller = caller
        #: What ``{{>name}}`` and ``{{<name}}`` show; a name that is not here: nothing.
        self.partials: Mapping[str, Template] = {}
        parser = Parser(text, self.fail, delimiters, starts_line)
        self.nodes = parser.parse()
        #: The name and the offset of each partial, also of those that are not shown.
        self.references = parser.references

    def render(self, *values: Any) -> str:
        """Return the text with these values; the last one that has a name is used."""
        return Run(self, values or ({},)).render(self.nodes)

    def made(self, node: Node, function: Callable[..., object], *text: str) -> str:
        """Return the text that a function makes for a tag.

        :param text: the text inside a section; a variable has none.
        """
        try:
            return str(function(*text))
        except TypeError as error:
            # If the call itself fails, no line of the function has run.
            if error.__traceback__ and error.__traceback__.tb_next:
                raise
        needs = "takes no text" if text else "needs a text"
        tag = "{{%s}}" if text else "{{#%s}}text{{/%s}}"
        advice = f"write {tag.replace('%s', node.name)}, or pass what it returns"
        self.fail(f"'{node.name}' is a function that {needs}: {advice}", node.offset)

    def fail(self, message: str, offset: int) -> NoReturn:
        """Raise an error for a place in the text."""
        if self.caller:
            template, node = self.caller
            message = f"in the result of the lambda '{node.name}': {message}"
            template.fail(message, node.offset)
        raise TemplateError.at(offset, self.text, self.path, message)
