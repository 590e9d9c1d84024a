"""The expressions of GitHub's workflows, as far as our files use them.

See GitHub's page "Evaluate expressions in workflows and actions". What is not known
here is an error, so that no condition is taken for something that it is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from runner import Unsupported

Functions = Mapping[str, Callable[..., Any]]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>\d+)|(?P<name>[A-Za-z_][\w-]*)"
    r"|(?P<mark>==|!=|&&|\|\||[().,!]))"
)


class _Parser:
    def __init__(self, text: str, names: Mapping[str, Any], functions: Functions):
        self.names = names
        self.functions = functions
        self.tokens: list[tuple[str, str]] = []
        at = 0
        text = text.strip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if not found or not found.lastgroup:
                raise Unsupported(f"{text[at:]!r} in the expression {text!r}")
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()

    def take(self, *marks: str) -> str | None:
        if self.tokens and self.tokens[0][1] in marks and self.tokens[0][0] == "mark":
            return self.tokens.pop(0)[1]
        return None

    def either(self) -> Any:
        value = self.both()
        while self.take("||"):
            other = self.both()
            value = value or other
        return value

    def both(self) -> Any:
        value = self.equal()
        while self.take("&&"):
            other = self.equal()
            value = value and other
        return value

    def equal(self) -> Any:
        value = self.single()
        while mark := self.take("==", "!="):
            is_same = _comparable(value) == _comparable(self.single())
            value = is_same == (mark == "==")
        return value

    def single(self) -> Any:
        if self.take("!"):
            return not self.single()
        if self.take("("):
            value = self.either()
            self.expect(")")
            return value
        if not self.tokens:
            raise Unsupported("an expression that ends early")
        kind, text = self.tokens.pop(0)
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return int(text)
        if kind == "name":
            return self.named(text)
        raise Unsupported(f"{text!r} in an expression")

    def named(self, name: str) -> Any:
        if name in ("true", "false"):
            return name == "true"
        if self.take("("):
            arguments = []
            while not self.take(")"):
                arguments.append(self.either())
                self.take(",")
            if name not in self.functions:
                raise Unsupported(f"the function {name}()")
            return self.functions[name](*arguments)
        if name not in self.names:
            raise Unsupported(f"the context {name!r}")
        value = self.names[name]
        while self.take("."):
            member = self.tokens.pop(0)[1]
            # What is not there is empty, in every context.
            value = value.get(member, "") if isinstance(value, Mapping) else ""
        return value

    def expect(self, mark: str) -> None:
        if not self.take(mark):
            raise Unsupported(f"an expression without {mark!r}")


def _comparable(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def value(text: str, names: Mapping[str, Any], functions: Functions) -> Any:
    """Evaluate an expression, without ``${{ }}`` or with it around all of it."""
    whole = re.fullmatch(r"\s*\$\{\{(.*)\}\}\s*", text, re.DOTALL)
    parser = _Parser(whole[1] if whole else text, names, functions)
    result = parser.either()
    if parser.tokens:
        raise Unsupported(f"what follows in the expression {text!r}")
    return result


def filled(text: str, names: Mapping[str, Any], functions: Functions) -> str:
    """Return a text with the value of each ``${{ expression }}`` in its place."""

    def shown(found: re.Match[str]) -> str:
        result = value(found[1], names, functions)
        return str(result).lower() if isinstance(result, bool) else str(result)

    return re.sub(r"\$\{\{(.*?)\}\}", shown, text, flags=re.DOTALL)
