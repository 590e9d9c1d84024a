"""What the rules know of the project, and what they note for its end.

Some rules need all files before they can judge one line: a folder that one file makes is
not missing in another.
"""

from __future__ import annotations

from pa_new_check.project import Project
from pa_new_check.static_analysis.analysis import Analysis
from pa_new_check.static_analysis.values import Module
from pa_new_shared.later import ast


class PathUse:
    """A path that the code uses relative to the working directory."""

    def __init__(
        self, module: Module, node: ast.Call, name: str, text: str, is_whole: bool
    ) -> None:
        self.module = module
        self.node = node
        self.name = name
        """The library's name for the call that uses it."""
        self.text = text
        self.is_whole = is_whole
        """Whether this is all of the path: else only its beginning is known."""


class TemplateUse:
    """A template or static file that the code names."""

    def __init__(self, file: str, line: int, kind: str, name: str) -> None:
        self.file = file
        self.line = line
        self.kind = kind
        """``flask``, ``django``, ``bottle``, ``jinja`` or ``static``."""
        self.name = name


class Reading:
    """The project, and what its files say together."""

    def __init__(
        self, project: Project, analysis: Analysis, account: str | None
    ) -> None:
        self.project = project
        self.analysis = analysis
        self.account = account
        self.paths: list[PathUse] = []
        self.whole_paths: list[PathUse] = []
        self.templates: list[TemplateUse] = []
        self.folders: set[str] = set()
        """Folders of templates and static files that texts name, as they spell them."""
        self.started: list[tuple[Module, ast.Call, str]] = []
        """Calls in functions that start a thread or a process, with their names."""
        self.adapters: list[tuple[Module, ast.Call]] = []
        """Calls in functions that make an adapter from ASGI which has a thread."""
        self.engines: list[tuple[Module, ast.AST, str]] = []
        """Addresses of MySQL databases of PythonAnywhere, with the kind of engine."""
        self.words: set[str] = set()
        """Some words of the code that switch a rule off."""

    @property
    def home(self) -> str:
        """The home folder on PythonAnywhere."""
        site = self.analysis.placement.site
        return "/home/USERNAME" if site.is_stand_in else site.home

    @property
    def place(self) -> str:
        """The project's folder on PythonAnywhere."""
        placement = self.analysis.placement
        return self.home + placement.folder[len(placement.site.home) :]
