"""Text for people: nothing in it can control a terminal, and lists read as English."""

from __future__ import annotations

from pa_new_shared.patterns import pattern

_ESCAPES = pattern(r"\x1b\[[0-?]*[ -/]*[@-~]")


def printable(text: str, replacement: str | None = None) -> str:
    """Return a text from outside without characters that a terminal would obey.

    :param replacement: What takes their place (default: their code, such as ``\\x1b``).
    """
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable()
        else f"\\x{_code(character):02x}"
        if replacement is None
        else replacement
        for character in text
    )


def _code(character: str) -> int:
    """Return a character's code; for a byte that is no text in a file's name, the byte."""
    code = ord(character)
    return code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code


def shortened(text: str, limit: int) -> str:
    """Return a text of at most ``limit`` characters, with ``...`` where it is cut."""
    return text if len(text) <= limit else text[: limit - 3] + "..."


def listed(items: list[str]) -> str:
    """Return items as they are listed in a sentence: ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + " and " + items[-1]


def plain(text: str) -> str:
    """Return a text of an app without control characters, shortened if it is long."""
    text = _ESCAPES.sub("", text)
    return shortened(printable(text, " ").strip(), 300)
