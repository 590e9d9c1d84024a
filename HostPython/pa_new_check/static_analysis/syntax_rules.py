"""Rules about code that Python cannot parse."""

from __future__ import annotations

import re
import sys

from pa_new_check.rules import Finding

_NEWER_GRAMMAR = re.compile(
    r"^\s*(match|case|type)\b|\bexcept\s*\*|\b[rt]?[ft]r?[\"']|\b(def|class)\s+\w+\s*\["
    r"|^\s*(async\s+)?with\s*\(|^\s*except\s+\w+\s*,"
)


def syntax_finding(file: str, error: SyntaxError, python: tuple[int, int]) -> Finding:
    """Return the finding for a file that Python cannot parse."""
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
