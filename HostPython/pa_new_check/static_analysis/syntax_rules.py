"""Rules about code that Python cannot parse."""

from __future__ import annotations

import sys

from pa_new_check.project import Unreadable, content_of
from pa_new_check.rules import Finding
from pa_new_shared.file_path import Path
from pa_new_shared.later import re
from pa_new_shared.patterns import pattern

_NEWER_GRAMMAR = pattern(
    r"^\s*(match|case|type)\b|\bexcept\s*\*|\b[rt]?[ft]r?[\"']|\b(def|class)\s+\w+\s*\["
    r"|^\s*(async\s+)?with\s*\(|^\s*except\s+\w+\s*,"
)
# What else some Pythons take and others do not, as the line or the message says.
_OTHER_GRAMMAR = pattern(
    r"f-string|t-string|\blazy\b|\ba(?:wait|sync)\b|[\[(,]\s*\*|`|\d[lL]\b|\bur[\"']"
    r"|^\s*def\b[^(]*\([^)]*\("
)
# An import that names nothing.
_NO_NAMES = r"\s*from\s+([\w.]+)\s+import\s*(#.*)?$"

_CONFLICT = ("<<<<<<< ", "=======", ">>>>>>> ")
"""The beginnings of the lines that git writes around two versions."""


def _conflict(path: str | None) -> int:
    """Return the first line of a merge that git left unfinished, 0 if there is none."""
    try:
        text = content_of(Path(path or "")).decode("utf-8", "replace")
    except Unreadable:
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
    said = words(error.msg, _lines(error), python)
    if said is not None:
        what, fix = said
        return Finding("syntax-error", file, error.lineno or 1, what, fix)
    version = "{}.{}".format(*python)
    running = sys.version_info[:2]
    # If the code may be valid in a newer Python, the finding is only a warning.
    is_newer = running < python and bool(_NEWER_GRAMMAR.search(error.text or ""))
    reads = "{}.{}".format(*running) if is_newer else version
    said_of = f"{error.text or ''}\n{error.msg}"
    has_version = _NEWER_GRAMMAR.search(said_of) or _OTHER_GRAMMAR.search(said_of)
    return Finding(
        "syntax-error",
        file,
        error.lineno or 1,
        f"Python {reads} cannot parse this: {error.msg}",
        "" if has_version else "Correct the line.",
        severity="warning" if is_newer else "",
        consequence=(
            f"Python {version} may be able to: this Python is older and cannot tell."
            if is_newer
            else ""
        ),
    )


# Code of Python 2: what the line looks like, what the message says, and what to write.
_PYTHON_2 = (
    (r"\s*print\s+[^=(\s]|\s*print\s*$", "print", "`print(...)`"),
    (r"\s*except\s+[\w.()]+\s*,\s*\w+\s*:", "", "`except ERROR as error:`"),
    (r"\s*raise\s+[\w.]+\s*,", "", "`raise ERROR(...)`"),
    (r"\s*exec\s+[\w\"'(]", "exec", "`exec(...)`"),
    (r".*<>", "", "`!=`"),
    (r".*\b0[0-7]+\b", "leading zeros", "`0o` before an octal number"),
)
# Syntax of newer Pythons: what the line looks like, its name, the first version.
_NEWER = (
    (r"\s*match\s+[^=].*:\s*(#.*)?$", "`match`", (3, 10)),
    (r"\s*except\s*\*", "`except*`", (3, 11)),
    (r"\s*type\s+\w+\s*(\[.*\])?\s*=", "`type NAME = ...`", (3, 12)),
    (r"\s*(async\s+)?(def|class)\s+\w+\s*\[", "A type parameter in `[]`", (3, 12)),
)


def words(
    message: str, lines: list[str], python: tuple[int, int]
) -> tuple[str, str] | None:
    """Return what is wrong with code that cannot be parsed, and the fix, if it is known.

    :param message: what Python says.
    :param lines: the line that it names, and the one above it.
    """
    line = lines[0] if lines else ""
    if "inconsistent use of tabs" in message or "does not match any outer" in message:
        return (
            f"The indentation of this line is not that of the lines around it: {message}",
            (
                "Indent with four spaces everywhere: most editors have a command that "
                "converts tabs to spaces."
            ),
        )
    if "unexpected indent" in message or "expected an indented block" in message:
        return (
            f"The indentation of this line is wrong: {message}",
            (
                "Indent the lines of one block alike, four spaces deeper than the line with "
                "the colon above them."
            ),
        )
    if re.match(_NO_NAMES, line):
        return (
            "This import names nothing",
            "Write the names behind `import`, or delete the line.",
        )
    for form, said, right in _PYTHON_2:
        if re.match(form, line) and said in message:
            return (
                f"This is code of Python 2: {message.partition('. ')[0]}",
                (
                    f"Write {right}, or convert the file: PythonAnywhere's current Pythons "
                    "are all of version 3."
                ),
            )
    for form, name, version in _NEWER:
        if python < version and re.match(form, line):
            number = "{}.{}".format(*version)
            return (
                f"{name} needs Python {number} or newer, and the app is for Python "
                "{}.{}".format(*python),
                f"Choose Python {number} or a newer one for the web app.",
            )
    return None


def _lines(error: SyntaxError) -> list[str]:
    return [error.text] if error.text else []
