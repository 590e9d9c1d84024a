"""Regular expressions that are compiled when they are first used.

One run needs few of the program's many, and most of them take longer to compile than to use.
"""

from __future__ import annotations

from pa_new_shared.later import re

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """Return what ``re.compile`` returns, but compile it at its first use.

    Use it by its methods: functions such as ``re.sub`` do not take it.
    """
    compiled_later: Any = _Pattern(text, flags)
    result: re.Pattern[str] = compiled_later
    return result


class _Pattern:
    """Stands for a compiled expression, and takes its attributes as they are asked for."""

    def __init__(self, text: str, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, value)  # so that this is called only once for it
        return value
