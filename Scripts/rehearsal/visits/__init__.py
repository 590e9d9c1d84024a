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
    # A template of somebody's own can have any name.
    if not Path(__file__).with_name(f"{framework}.py").is_file():
        return None
    return importlib.import_module(f"{__name__}.{framework}")
