"""Random templates with values, which the engines in Python and in Swift must render alike."""

from __future__ import annotations

import json
import math
import random
from dataclasses import dataclass
from typing import Any

from hello.web.mustache import Template, TemplateError, nodes

# Not "*": only the engine in Swift has dynamic names. No name has a combining mark:
# Swift finds it in another order of the marks, too.
NAMES = ("a", "b", "c", "a.b", "b.a", "a.b.c", ".", "l", "m", "t", "f", "g", "é", "0")
WRONG_NAMES = ("", " ", "a b", "a..b", ".a", "a.", "\t", "a\u00a0b", "a\x1cb", "}", "{")
PARTIALS = ("p", "q", "r", "é", "a.b")
TEXTS = (
    *(
        "\n",
        "\n",
        "\r\n",
        "  ",
        "  ",
        "\t",
        "x",
        "y z",
        "é",
        "日本",
        "\U0001f469",
        "\n  x",
    ),
    *(
        "<&>\"'",
        "\u2028",
        "\x85",
        "\x0b",
        "\x0c",
        "\x00",
        "{",
        "}",
        "\r",
        "\n  \n",
        "  \n",
    ),
    *("\u00a0", "e\u0301", "\ufeff"),
)
DELIMITERS = ("{{ }}", "{{ }}", "<% %>", "| |", "[ ]]", "é} ]é", "{{{ }}}")
PARTS = (
    "{{",
    "}}",
    "{{{",
    "}}}",
    "{{=",
    "=}}",
    "|",
    "<%",
    "%>",
    "{{/",
    "{{#",
    "{{$",
    "{{<",
)
SPACES = ("", "", "", " ", "\n", "\t ")
NUMBERS = (0, 1, -7, 10**15, -(2**62), 1.0, 0.1, -0.0, 1e16, 1e-5, 12345.678, math.inf)


@dataclass
class Case:
    """A template with all that it needs."""

    template: str
    partials: dict[str, str]
    data: list[Any]
    depth: int
    expansions: int

    def line(self) -> str:
        """Return the case as a line for the program in Swift."""
        return json.dumps(vars(self), ensure_ascii=False)


class Maker:
    """Makes cases by chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.delimiters = ["{{", "}}"]
        self.is_wild = False

    def case(self) -> Case:
        """Return the next case."""
        chance = self.chance
        # One template in six can have mistakes; nearly every random text has some.
        self.is_wild = chance.random() < 0.16
        partials = {name: self.source(3) for name in PARTIALS if chance.random() < 0.6}
        return Case(
            self.source(chance.choice((2, 3, 4))),
            partials,
            self.value(3, "dict" if chance.random() < 0.95 else ""),
            chance.choice((3, 6, 12, 12)),
            chance.choice((10, 2000, 2000)),
        )

    def source(self, depth: int) -> str:
        """Return a whole template."""
        self.delimiters = ["{{", "}}"]
        return self.text(depth)

    def text(self, depth: int) -> str:
        """Return a part of a template, with tags inside of tags up to a depth."""
        return "".join(self.piece(depth) for _ in range(self.chance.randint(0, 6)))

    def piece(self, depth: int) -> str:
        """Return text, or a tag with what is inside."""
        chance = self.chance
        if self.is_wild and chance.random() < 0.05:
            if chance.random() < 0.3:
                return self.tag("/", chance.choice(NAMES))
            return chance.choice(PARTS) + chance.choice((*NAMES, *WRONG_NAMES))
        number = chance.random()
        if depth == 0 or number < 0.35:
            return "".join(chance.choices(TEXTS[: 12 if number < 0.3 else None], k=2))
        if number < 0.5:
            return self.variable()
        if number < 0.62:
            return self.tag(">", chance.choice(PARTIALS))
        if number < 0.65:
            return self.tag("!", chance.choice(("", "c", "a\nb", "=", "#a")))
        if number < 0.68:
            words = chance.choice(DELIMITERS).split()
            tag = self.tag("=", " ".join(words) + "=")
            self.delimiters = words
            return tag
        kind = chance.choice("###^$$<<")
        if kind != "<":
            name = chance.choice("abc") if kind == "$" else self.name()
            return self.pair(kind, name, depth)
        name = chance.choice(PARTIALS)
        pieces = [self.tag("<", name)]
        for _ in range(chance.randint(0, 3)):
            pieces.append(self.pair("$", chance.choice("abc"), depth))
            pieces.append(chance.choice(TEXTS[:8]) if chance.random() < 0.5 else "")
        return "".join((*pieces, self.tag("/", name)))

    def variable(self) -> str:
        """Return the tag of a value."""
        opening, closing = self.delimiters
        before, after = self.chance.choice((("", ""), ("{", "}"), ("&", "")))
        return f"{opening}{before}{self.spaced(self.name())}{after}{closing}"

    def pair(self, kind: str, name: str, depth: int) -> str:
        """Return an opening tag, its inside, and its closing tag."""
        pieces = [self.tag(kind, name), self.text(depth - 1), self.tag("/", name)]
        if self.chance.random() < 0.3:
            pieces.insert(2, self.chance.choice(("\n", "\n  ")))
            pieces.insert(1, "\n")
        return "".join(pieces)

    def tag(self, kind: str, content: str) -> str:
        """Return a tag, often on a line of its own."""
        chance = self.chance
        before = chance.choice(("", "", "\n", "  ", "\n  "))
        after = chance.choice(("", "", "\n", " ", "\r\n"))
        content = content if kind in "!=" else self.spaced(content)
        return before + self.delimiters[0] + kind + content + self.delimiters[1] + after

    def spaced(self, name: str) -> str:
        """Return a name with white space around it."""
        spaces = (*SPACES, "\u00a0", "\x1c") if self.is_wild else SPACES
        return self.chance.choice(spaces) + name + self.chance.choice(spaces)

    def name(self) -> str:
        """Return the name of a value."""
        wrong = self.is_wild and self.chance.random() < 0.05
        return self.chance.choice(WRONG_NAMES if wrong else NAMES)

    def value(self, depth: int, kind: str = "") -> list[Any]:
        """Return a value, as an array of its type and its content."""
        chance = self.chance
        kinds = ("null", "bool", "number", "str", "str", "list", "dict", "lambda")
        kind = kind or chance.choice(kinds)
        if kind in ("list", "dict") and depth == 0:
            kind = "str"
        if kind == "bool":
            return [kind, chance.random() < 0.7]
        if kind == "number":
            number = chance.choice(NUMBERS)
            return (
                ["int", number] if isinstance(number, int) else ["float", repr(number)]
            )
        if kind == "str":
            return [kind, "".join(chance.choices(TEXTS, k=chance.randint(0, 3)))]
        if kind == "list":
            return [kind, [self.value(depth - 1) for _ in range(chance.randint(0, 3))]]
        if kind == "dict":
            names = ("a", "b", "c", "l", "t", "f", "é", "0")
            chosen = [name for name in names if chance.random() < 0.6]
            return [kind, {name: self.value(depth - 1) for name in chosen}]
        if kind == "lambda":
            return [kind, self.source(1), self.source(1)]
        return ["null"]


def plain(value: list[Any]) -> Any:
    """Return what an array of a type and a content stands for."""
    kind, *contents = value
    content = contents[0] if contents else None
    if kind == "float":
        return float(content)
    if kind == "list":
        return [plain(item) for item in content]
    if kind == "dict":
        return {name: plain(item) for name, item in content.items()}
    if kind == "lambda":
        before, after = contents
        return lambda text="": before + text + after
    return content


def outcome(case: Case) -> dict[str, str]:
    """Render a case with the engine in Python, and return what the program in Swift prints."""
    nodes.MAX_DEPTH, nodes.MAX_EXPANSIONS = case.depth, case.expansions
    try:
        partials = {
            name: Template(text, name) for name, text in sorted(case.partials.items())
        }
        main = Template(case.template, "main")
        for template in (main, *partials.values()):
            template.partials = partials
        return {"text": main.render(plain(case.data))}
    except TemplateError as error:
        return {"error": str(error)}
