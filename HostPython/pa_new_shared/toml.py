"""Reads TOML 1.0, with the line of each value: Python has a reader only since 3.11.

The text may be hostile: it is read in time that grows no faster than its length, and what
is nested too deeply is an error like any other.
"""

from __future__ import annotations

import bisect
from typing import Any

from pa_new_shared.patterns import pattern

MAX_DEPTH = 50  # of tables and arrays in each other

_SPACE = pattern(r"[ \t]*")
_BLANK = pattern(r"(?:[ \t\n]|#[^\n]*)*")
_COMMENT = pattern(r"#[^\n]*")
_CONTROL = pattern(r"[\x00-\x08\x0b-\x1f\x7f]")
_BARE_KEY = pattern(r"[A-Za-z0-9_-]+")
_LITERAL = pattern(r"'([^'\n]*)'")
_PLAIN = pattern(r'[^"\\\n]+')
_LONG_PLAIN = pattern(r'[^"\\]+')
_ESCAPE = pattern(r'\\(?:([btnfr"\\])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))')
_LINE_END = pattern(r"\\[ \t]*\n[ \t\n]*")
_DATE = pattern(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?)?"
    r"|(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
)
_NUMBER = pattern(
    r"0x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|0b[01](?:_?[01])*|0o[0-7](?:_?[0-7])*"
    r"|[+-]?(?:inf|nan)"
    r"|([+-]?(?:0|[1-9](?:_?[0-9])*))((?:\.[0-9](?:_?[0-9])*)?"
    r"(?:[eE][+-]?[0-9](?:_?[0-9])*)?)"
)
_CHARACTERS = dict(zip('btnfr"\\', '\b\t\n\f\r"\\'))
_MAX_DIGITS = 4_000  # of a whole number: Python refuses to read many more


class TomlError(ValueError):
    """A text that is not TOML; ``line`` is the place."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.line = line


class Table(dict[str, Any]):
    """A table, and the line of each key."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}
        self.is_closed = False
        """Whether it has its header, or was made by keys with dots."""
        self.is_value = False
        """Whether it is written as a value, to which nothing can be added."""

    def table(self, *names: str) -> Table:
        """Return the table below some keys, an empty one if there is none."""
        found: object = self
        for name in names:
            found = found.get(name) if isinstance(found, Table) else None
        return found if isinstance(found, Table) else Table()


class Array(list[Any]):
    """An array, and the line of each item."""

    def __init__(self, is_value: bool = True) -> None:
        super().__init__()
        self.lines: list[int] = []
        self.is_value = is_value
        """Whether it is written as a value: else it is one of tables with headers."""


class Date(str):
    """A date or a time, as it is written."""


def read(text: str) -> Table:
    """Return the table that a text describes.

    :raise TomlError: if it is not TOML.
    """
    return _Reader(text).document()


class _Reader:
    """Goes through a text, from one place to the next."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.place = 0
        self._ends: list[int] = []
        place = self.text.find("\n")
        while place >= 0:
            self._ends.append(place)
            place = self.text.find("\n", place + 1)
        self._dotted: list[Table] = []
        """The tables that keys with dots made since the last header."""

    @property
    def line(self) -> int:
        return bisect.bisect_left(self._ends, self.place) + 1

    def fail(self, what: str) -> TomlError:
        return TomlError(what, self.line)

    def starts(self, text: str) -> bool:
        """Tell whether a text comes next, and pass over it if so."""
        if self.text.startswith(text, self.place):
            self.place += len(text)
            return True
        return False

    def skip(self, blanks: bool = False) -> None:
        """Pass over spaces; with ``blanks`` also over comments and line ends."""
        match = (_BLANK if blanks else _SPACE).match(self.text, self.place)
        self.place = match.end() if match else self.place

    # The document.

    def document(self) -> Table:
        control = _CONTROL.search(self.text)
        if control is not None:
            self.place = control.start()
            raise self.fail("there is a control character")
        root = current = Table()
        while True:
            self.skip(blanks=True)
            if self.place >= len(self.text):
                return root
            if self.starts("[["):
                current = self._header(root, is_array=True)
            elif self.starts("["):
                current = self._header(root, is_array=False)
            else:
                self._pair(current, 0)
            self.skip()
            match = _COMMENT.match(self.text, self.place)
            self.place = match.end() if match else self.place
            if self.place < len(self.text) and not self.starts("\n"):
                raise self.fail("there is something after the value or the header")

    def _header(self, root: Table, is_array: bool) -> Table:
        for table in self._dotted:
            table.is_closed = True
        self._dotted.clear()
        self.skip()
        *parents, last = self._key()
        if not self.starts("]]" if is_array else "]"):
            raise self.fail("a `]` is missing")
        outer = root
        for name in parents:
            outer = self._inner(outer, name)
        found = outer.get(last)
        if is_array:
            if found is None:
                found = outer[last] = Array(is_value=False)
                outer.lines[last] = self.line
            if not isinstance(found, Array) or found.is_value:
                raise self.fail(f"`{last}` is there twice")
            table = Table()
            found.append(table)
            found.lines.append(self.line)
        else:
            if found is None:
                found = outer[last] = Table()
            if not isinstance(found, Table) or found.is_value or found.is_closed:
                raise self.fail(f"`{last}` is there twice")
            table = found
            outer.lines[last] = self.line
        table.is_closed = True
        return table

    def _inner(self, outer: Table, name: str) -> Table:
        """Return a table in another one, made if need be."""
        if name not in outer:
            outer[name] = Table()
            outer.lines[name] = self.line
        found = outer[name]
        if isinstance(found, Array) and not found.is_value:
            found = found[-1]
        if not isinstance(found, Table) or found.is_value:
            raise self.fail(f"`{name}` is there twice")
        return found

    def _pair(self, table: Table, depth: int) -> None:
        """Read ``key = value`` into a table."""
        *parents, last = self._key()
        line = self.line
        if not self.starts("="):
            raise self.fail("a `=` is missing")
        self.skip()
        for name in parents:
            is_new = name not in table
            table = self._inner(table, name)
            if table.is_closed and not is_new:
                raise self.fail(f"`{name}` is there twice")
            self._dotted.append(table)
        value = self._value(depth)
        if last in table:
            raise self.fail(f"`{last}` is there twice")
        table[last] = value
        table.lines[last] = line

    def _key(self) -> list[str]:
        names: list[str] = []
        while True:
            match = _BARE_KEY.match(self.text, self.place)
            if match:
                names.append(match[0])
                self.place = match.end()
            elif self.text[self.place : self.place + 1] in ("'", '"'):
                names.append(self._line_string())
            else:
                raise self.fail("a key is missing, or needs quotes")
            if len(names) > MAX_DEPTH:
                raise self.fail("a key has too many dots")
            self.skip()
            if not self.starts("."):
                return names
            self.skip()

    # Values.

    def _value(self, depth: int) -> object:
        if depth > MAX_DEPTH:
            raise self.fail("it is nested too deeply")
        if self.starts("["):
            return self._array(depth)
        if self.starts("{"):
            return self._inline_table(depth)
        for quotes in _LONG_QUOTES:
            if self.starts(quotes):
                return self._long_string(quotes)
        if self.text[self.place : self.place + 1] in ("'", '"'):
            return self._line_string()
        for word, value in (("true", True), ("false", False)):
            if self.starts(word):
                return value
        match = _DATE.match(self.text, self.place)
        if match:
            self.place = match.end()
            return Date(match[0])
        match = _NUMBER.match(self.text, self.place)
        if match is None:
            raise self.fail("a value is missing, or needs quotes")
        if match.end() - match.start() > _MAX_DIGITS:
            raise self.fail("a number is too long")
        self.place = match.end()
        if match[1] and not match[2]:
            return int(match[0])
        return int(match[0], 0) if match[0][:2] in _BASES else float(match[0])

    def _array(self, depth: int) -> Array:
        found = Array()
        while True:
            self.skip(blanks=True)
            if self.starts("]"):
                return found
            line = self.line
            found.append(self._value(depth + 1))
            found.lines.append(line)
            self.skip(blanks=True)
            if self.starts("]"):
                return found
            if not self.starts(","):
                raise self.fail("a `,` or `]` is missing")

    def _inline_table(self, depth: int) -> Table:
        found = Table()
        kept, self._dotted = self._dotted, []
        self.skip()
        if not self.starts("}"):
            while True:
                self._pair(found, depth + 1)
                self.skip()
                if self.starts("}"):
                    break
                if not self.starts(","):
                    raise self.fail("a `,` or `}` is missing")
                self.skip()
        for table in self._dotted:
            table.is_value = True
        self._dotted = kept
        found.is_value = True
        return found

    def _line_string(self) -> str:
        match = _LITERAL.match(self.text, self.place)
        if match:
            self.place = match.end()
            return match[1]
        if not self.starts('"'):
            raise self.fail("a quote is missing at the end of a text")
        return self._escaped('"', _PLAIN)

    def _long_string(self, quotes: str) -> str:
        self.starts("\n")
        if quotes == _LONG_QUOTES[0]:
            return self._escaped(quotes, _LONG_PLAIN)
        end = self.text.find(quotes, self.place)
        if end < 0:
            raise self.fail("a text has no end")
        start, self.place = self.place, end + 3
        return self.text[start:end] + self._more_quotes("'")

    def _more_quotes(self, quote: str) -> str:
        """Return the one or two quotes that a long text may end in."""
        return quote * sum(self.starts(quote) for _ in range(2))

    def _escaped(self, quotes: str, plain: Any) -> str:
        parts: list[str] = []
        while True:
            match = plain.match(self.text, self.place)
            if match:
                parts.append(match[0])
                self.place = match.end()
            if self.starts(quotes):
                if quotes != '"':
                    parts.append(self._more_quotes('"'))
                return "".join(parts)
            if quotes != '"' and self.starts('"'):
                parts.append('"')
                continue
            match = _LINE_END.match(self.text, self.place) if quotes != '"' else None
            if match:
                self.place = match.end()
                continue
            match = _ESCAPE.match(self.text, self.place)
            if match is None:
                raise self.fail("a quote is missing, or `\\` is not followed by a sign")
            self.place = match.end()
            parts.append(self._character(match))

    def _character(self, match: Any) -> str:
        if match[1]:
            return _CHARACTERS[match[1]]
        code = int(match[2] or match[3], 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise self.fail("there is no such character")
        return chr(code)


_BASES = ("0x", "0b", "0o")
_LONG_QUOTES = ('"' * 3, "'" * 3)
