"""The folders of installed packages that PythonAnywhere serves, as arguments name them.

``--package-static=/static/admin/=django/contrib/admin/static/admin`` has a URL, and a path
below the folder with the installed packages.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_NAME = r"(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._@+-]+"
_URL = re.compile(rf"/(?:{_NAME}/)+")
_PATH = re.compile(rf"{_NAME}(?:/{_NAME})+")


class StaticFolder(NamedTuple):
    """A folder of an installed package, and its URL."""

    url: str
    path: str

    @property
    def package(self) -> str:
        """The name of the package at the top."""
        return self.path.partition("/")[0]


def parse(text: str) -> StaticFolder:
    """Read an argument.

    :raises ValueError: If it has another form, or a way out of the folder.
    """
    url, _, path = text.partition("=")
    if not (_URL.fullmatch(url) and _PATH.fullmatch(path)):
        raise ValueError(f"not a static folder of a package: {text!r}")
    return StaticFolder(url, path)
