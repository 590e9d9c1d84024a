"""Text for people: nothing in it can control a terminal, and lists read as English."""

from __future__ import annotations

from pa_new_shared.patterns import pattern

# What Unicode calls ignorable by default (variation selectors, fillers), as far as Python
# takes it for printable, and the blank Braille pattern: nothing is seen of it.
_HIDDEN = pattern(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
_ESCAPES = pattern(r"\x1b\[[0-?]*[ -/]*[@-~]")


def printable(text: str, replacement: str | None = None) -> str:
    """Return a text from outside without characters that a terminal would obey.

    :param replacement: What takes their place (default: their code, such as ``\\x1b``).
    """
    if _is_plain(text):
        return text
    shown, before = [], ""
    for character in text:
        if _is_plain(character) or _is_form(character, before):
            shown.append(character)
        elif replacement is None:
            shown.append(f"\\x{_code(character):02x}")
        else:
            shown.append(replacement)
        before = character
    return "".join(shown)


def is_printable(text: str) -> bool:
    """Tell whether each character of a text is seen, and none changes how others are shown."""
    return _is_plain(text) or printable(text, "") == text


def _is_plain(text: str) -> bool:
    """Tell this of a text without forms of symbols.

    ``isInvisible`` in ``Sources/Scaffold/Text/SafeText.swift`` tells the same.
    """
    return text.isprintable() and (text.isascii() or not _HIDDEN.search(text))


def _is_form(character: str, before: str) -> bool:
    """Tell whether a character chooses between the forms of a symbol, as in a heart."""
    if character not in "\ufe0e\ufe0f" or not before:
        return False
    import unicodedata  # takes a while, and is seldom needed

    return unicodedata.category(before) == "So"


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


def sentence(text: str) -> str:
    """Return a text that begins as a sentence, unless its first word is code."""
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first.isalpha() else text


def plain(text: str) -> str:
    """Return a text of an app without control characters, shortened if it is long."""
    text = _ESCAPES.sub("", text)
    return shortened(printable(text, " ").strip(), 300)
