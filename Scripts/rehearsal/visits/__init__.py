"""What somebody does with the project of one framework, beyond its first page.

A framework has a module of its name here if there is more than that page. Such a module has

- ``OPTIONS``: the options with which pa-new makes the project;
- ``first``: what to do after the first deployment;
- ``again``: what to do after a deployment of something else, and the reload.

Both functions get a :class:`Desk`, and return what they proved: the end of a sentence about
the project.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # only there where its driver is installed
    from rehearsal.browser import Browser


@dataclass(frozen=True)
class Desk:
    """What is at hand."""

    browser: Browser
    console: Callable[[list[str]], str]
    """Type commands into a Bash console on the host, and return what they print."""
    folder: Path
    """A folder of the visitor, for files to upload."""


def of(framework: str) -> ModuleType | None:
    """Return the module of a framework, if it has one."""
    name = f"{__name__}.{framework}"
    return importlib.import_module(name) if importlib.util.find_spec(name) else None
