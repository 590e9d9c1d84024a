"""Files that only development needs: the tests of a project, and its page for agents.

The API allows 40 requests a minute, and takes one file with each: without these files, the
first deployment of a small project needs no pause.
"""

from __future__ import annotations

import os

from pa_new_shared import regular_files
from pa_new_shared.later import re

KIND, REASON = "development", "only development needs it"

_TESTS = "tests/"
_PAGES = ("AGENTS.md",)
_MAX_SOURCE = 1_000_000  # bytes of a file that is searched
# An import of them, or a text such as the name of an app of Django's.
_NEEDS_TESTS = rb"""^\s*(?:from|import)\s+tests\b|["']tests["'./]"""


def found(folder: str, paths: list[str]) -> list[str]:
    """Return those of a project's files that the app does not need.

    Only code in ``tests/`` is one of them, unless other code names that folder: data
    there may be read by the app.

    :param paths: the files, below the folder.
    """
    pages = [path for path in paths if path in _PAGES]
    tests = [p for p in paths if p.startswith(_TESTS) and p.endswith(".py")]
    if not any(os.path.basename(path).startswith("test") for path in tests):
        return pages
    for path in paths:
        if path.endswith(".py") and not path.startswith(_TESTS):
            try:
                code = regular_files.read(os.path.join(folder, path), _MAX_SOURCE)
            except OSError:
                continue  # what cannot be read is told elsewhere
            if re.search(_NEEDS_TESTS, code, re.MULTILINE):
                return pages
    return [*pages, *tests]
