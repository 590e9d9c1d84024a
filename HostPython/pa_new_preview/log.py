"""What the preview prints: a line for each request, and what happens to the app."""

from __future__ import annotations

import os
import re
import sys

from pa_new_shared.text import printable, shortened

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

_RED, _YELLOW, _GREEN, _DIM, _PLAIN = (
    f"\x1b[{code}m" for code in ("31", "33", "32", "2", "0")
)
_MAX_TARGET = 200


def _is_coloured() -> bool:
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")


def _write(text: str) -> None:
    # One write: the app's workers print to the same terminal.
    data = (text + "\n").encode("utf-8", "backslashreplace")
    try:
        os.write(2, data)
    except OSError:
        pass  # nobody reads it


def say(text: str, is_bad: bool = False) -> None:
    """Tell what happens to the app."""
    text = printable(text)
    _write(f"{_RED}{text}{_PLAIN}" if is_bad and _is_coloured() else text)


def request(method: str, target: str, status: int, seconds: float, size: int) -> None:
    """Tell of a request that was answered.

    :param size: the bytes of the body that were sent.
    """
    shown = shortened(printable(_with_letters(target)), _MAX_TARGET)
    line = f"{printable(method)} {shown} {status} {_time(seconds)} {_size(size)}"
    colour = "" if status < 300 else _GREEN if status < 400 else _YELLOW
    colour = _RED if status >= 500 else colour
    _write(f"{colour}{line}{_PLAIN}" if colour and _is_coloured() else line)


def _with_letters(target: str) -> str:
    """Return a target with letters such as "é", as the browser shows it."""
    raw = "".join(c if c < "\x80" else f"%{ord(c):02X}" for c in target)  # is Latin-1
    return re.sub(r"(%[89A-Fa-f][0-9A-Fa-f])+", _decoded, raw)


def _decoded(match: re.Match[str]) -> str:
    try:
        text = bytes.fromhex(match[0].replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return match[0]
    return text if text.isprintable() else match[0]


def findings(document: dict[str, Any]) -> None:
    """Tell what is wrong with an app that does not load, as ``check`` does."""
    for finding in document.get("findings", []):
        if finding["severity"] == "note":
            continue
        rule = f"{finding['severity']}[{finding['rule']}]"
        say(f"{finding['file']}:{finding['line']}: {rule}: {finding['message']}", True)
        if finding["source"]:
            say(f"    {finding['source'].strip()}")
        say(f"  fix: {finding['fix']}")


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _size(size: int) -> str:
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1e6:.1f} MB"
