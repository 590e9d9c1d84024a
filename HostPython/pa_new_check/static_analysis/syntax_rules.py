"""Rules about code that Python cannot parse."""

from __future__ import annotations

import sys
from pathlib import Path

from pa_new_check.rules import Finding
from pa_new_shared.patterns import pattern

_NEWER_GRAMMAR = pattern(
    r"^\s*(match|case|type)\b|\bexcept\s*\*|\b[rt]?[ft]r?[\"']|\b(def|class)\s+\w+\s*\["
    r"|^\s*(async\s+)?with\s*\(|^\s*except\s+\w+\s*,"
)

_CONFLICT = ("<<<<<<< ", "=======", ">>>>>>> ")
"""The beginnings of the lines that git writes around two versions."""


def _conflict(path: str | None) -> int:
    """Return the first line of a merge that git left unfinished, 0 if there is none."""
    try:
        text = Path(path or "").read_text("utf-8", "replace")
    except OSError:
        return 0
    first, awaited = 0, list(_CONFLICT)
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(awaited[0]):
            first = first or number
            awaited.pop(0)
            if not awaited:
                return first
    return 0


def syntax_finding(file: str, error: SyntaxError, python: tuple[int, int]) -> Finding:
    """Return the finding for a file that Python cannot parse."""
    conflict = _conflict(error.filename)
    if conflict:
        return Finding(
            "syntax-error",
            file,
            conflict,
            "This file has conflict markers of git: a merge is not finished",
            "Choose one of the two versions, and delete the lines that begin with "
            "`<<<<<<<`, `=======` and `>>>>>>>`.",
        )
    version = "{}.{}".format(*python)
    running = sys.version_info[:2]
    # If the code may be valid in a newer Python, the finding is only a warning.
    is_newer = running < python and bool(_NEWER_GRAMMAR.search(error.text or ""))
    reads = "{}.{}".format(*running) if is_newer else version
    return Finding(
        "syntax-error",
        file,
        error.lineno or 1,
        f"Python {reads} cannot parse this: {error.msg}",
        severity="warning" if is_newer else "",
        consequence=(
            f"Python {version} may be able to: this Python is older and cannot tell."
            if is_newer
            else ""
        ),
    )
