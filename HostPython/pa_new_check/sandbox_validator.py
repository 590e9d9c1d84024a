"""Has the validator of the standard library, ``wsgiref.validate``, without its patterns.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own. The module
needs ``re`` for two patterns only, and that takes longer to import than all else here.
"""

from __future__ import annotations

import sys

from pa_new_check.sandbox_inspection import library

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _is_name(text: str) -> bool:
    """Tell whether a text is one letter at least, and then letters, digits, - and _."""
    letters = text.replace("-", "").replace("_", "")
    return text[:1].isalpha() and letters.isalnum() and text.isascii()


# What a pattern finds in most texts, known without it: it, or nothing.
_QUICK: dict[str, tuple[bool, Callable[[str], bool]]] = {
    r"^[a-zA-Z][a-zA-Z0-9\-_]*$": (True, _is_name),
    r"[\000-\037]": (False, str.isprintable),
}


class Pattern:
    """Stands for a compiled pattern: it is compiled for a text that is not a usual one."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found, self._is_usual = _QUICK.get(text, (False, lambda text: False))

    def search(self, text: str) -> Any:
        """Return what the pattern finds, or only that it finds something."""
        if self._is_usual(text):
            return self._found
        return library("re").compile(self._text).search(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(library("re").compile(self._text), name)


def _validator() -> Any:
    """Import the module with a stand-in for ``re``."""
    stand_in: Any = type(sys)("re")
    stand_in.compile = Pattern
    own = sys.modules.pop("re", None)
    sys.modules["re"] = stand_in
    try:
        from wsgiref.validate import validator
    finally:
        del sys.modules["re"]
        if own is not None:
            sys.modules["re"] = own
    return validator


validator = _validator()
