"""Rules about imports: modules that are missing, or not listed in the requirements."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from pa_new_check import versions
from pa_new_check.project import Requirements
from pa_new_check.static_analysis.control_flow import ImportFails
from pa_new_check.static_analysis.values import Scope

if TYPE_CHECKING:
    from pa_new_check.static_analysis.interpreter import Interpreter

_HOST_MODULES = frozenset(("uwsgi", "uwsgidecorators"))


class ImportRules:
    """Checks imports of modules from outside the project; reports each module once."""

    def __init__(self, requirements: Requirements, python: tuple[int, int]) -> None:
        self._requirements = requirements
        self._python = python
        self._library = versions.standard_library()
        self._provided: dict[str, bool] = {}
        self._unlisted: dict[str, str] = {}
        self._reported: set[str] = set()

    def is_in_library(self, top: str) -> bool:
        """Tell whether the standard library of the requested Python has a module."""
        return top in self._library and not versions.change_of_library(
            top, self._python
        )

    def judge(
        self, interpreter: Interpreter, top: str, scope: Scope, node: ast.AST
    ) -> None:
        """Report a module that neither the library nor a requirement provides.

        :raise ImportFails: if the module is missing, and the code catches ImportError.
        """
        if (
            not interpreter.is_certain
            or interpreter.finder.has_unknown_roots
            or not top
        ):
            return
        is_guarded = interpreter.is_guarded("ImportError")
        change = versions.change_of_library(top, self._python)
        if change and top in self._library and not is_guarded:
            if not versions.provides(self._requirements, top):
                version = "{}.{}".format(*self._python)
                what = f"The module {top} {change}, and the app is for Python {version}"
                interpreter.found("python-version", scope, node, what)
            return
        if top in self._library or top in _HOST_MODULES:
            return
        if top not in self._provided:
            self._provided[top] = versions.is_installed(top) or versions.provides(
                self._requirements, top
            )
        if self._provided[top]:
            if not is_guarded:
                self._judge_unlisted(interpreter, top, scope, node)
        elif is_guarded:
            raise ImportFails
        elif top not in self._reported:
            self._report_missing(interpreter, top, scope, node)

    def _report_missing(
        self, interpreter: Interpreter, top: str, scope: Scope, node: ast.AST
    ) -> None:
        self._reported.add(top)
        what = (
            f"There is no module {top} in the project, in requirements.txt or in this "
            "Python"
        )
        unknown = versions.missing(self._requirements)
        if unknown:
            what += f", unless it comes with {unknown[0]}, which is not installed here"
        name = versions.distribution_of(top)
        fix = f"Add {name} to requirements.txt and install it: pip install {name}."
        finding = interpreter.found("import-error", scope, node, what, fix)
        if finding is not None and unknown:
            finding.severity = "warning"

    def _judge_unlisted(
        self, interpreter: Interpreter, top: str, scope: Scope, node: ast.AST
    ) -> None:
        """Report a module that is installed here, but that no requirement provides."""
        if top not in self._unlisted:
            self._unlisted[top] = versions.unlisted(self._requirements, top)
        name = self._unlisted[top]
        if not name or top in self._reported:
            return
        self._reported.add(top)
        what = (
            f"The module {top} belongs to {name}, which requirements.txt does not list"
        )
        fix = f"Add {name} to requirements.txt."
        finding = interpreter.found("import-error", scope, node, what, fix)
        if finding is not None:
            finding.severity = "warning"
            finding.consequence = (
                "It is installed here; on PythonAnywhere, where only that list is "
                "installed, the import fails."
            )


def has_new_tornado(requirements: Requirements) -> bool:
    """Tell whether the project gets a Tornado of version 6 or later."""
    listed = requirements.listed.get("tornado")
    if listed is not None and re.match(
        r"(<\s*6|==\s*[1-5]\.|~=\s*[1-5]\.)", listed.versions.partition(",")[0]
    ):
        return False
    if listed is None or not listed.versions:
        installed = versions.version_of("tornado")
        return not installed or int(installed.partition(".")[0]) >= 6
    return not re.search(r"<\s*6", listed.versions)
