"""Rules about imports: modules that are missing, or not listed in the requirements."""

from __future__ import annotations

from pa_new_check import known_apis, versions
from pa_new_check.project import Unreadable, parse
from pa_new_check.project_requirements import Requirements
from pa_new_check.static_analysis.control_flow import ImportFails
from pa_new_check.static_analysis.values import Module, Scope
from pa_new_check.syntax import binds
from pa_new_shared.later import ast, ours, re

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from pa_new_check import distributions, module_names
    from pa_new_check.static_analysis.interpreter import Interpreter
    from pa_new_shared import bundles
else:  # without a list of packages, there is nothing to look up
    bundles = ours("pa_new_shared.bundles")
    distributions = ours("pa_new_check.distributions")
    module_names = ours("pa_new_check.module_names")

_HOST_MODULES = frozenset(("uwsgi", "uwsgidecorators", "__main__"))


_WRONG_CASE = (
    "Python distinguishes capital and small letters in the names of modules: the import "
    "fails, and every page is an error."
)


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
        self, interpreter: Interpreter, name: str, scope: Scope, node: ast.AST
    ) -> None:
        """Report a module that neither the library nor a requirement provides.

        :raise ImportFails: if the module is missing, and the code catches ImportError.
        """
        top = name.partition(".")[0]
        if not interpreter.is_certain or not top:
            return
        is_guarded = interpreter.is_guarded("ImportError")
        if top in self._library and versions.change_of_library(top, self._python):
            if not is_guarded:
                self._judge_removed(interpreter, top, scope, node)
            return
        if interpreter.finder.has_unknown_roots:
            return
        if top in _HOST_MODULES or (
            top in self._library and top not in module_names.WINDOWS
        ):
            return
        for module in _imported(name, node):
            if module not in self._provided:
                self._provided[module] = top not in module_names.WINDOWS and (
                    distributions.is_installed(module)
                    or distributions.provides(self._requirements, module, self._python)
                )
            if self._provided[module]:
                if not is_guarded:
                    self._judge_unlisted(interpreter, module, scope, node)
            elif is_guarded:
                raise ImportFails
            elif not {module, top} & self._reported:
                self._report_missing(interpreter, module, scope, node)

    def _judge_removed(
        self, interpreter: Interpreter, top: str, scope: Scope, node: ast.AST
    ) -> None:
        """Report a module that the requested Python's standard library lacks.

        The folders that are on the path matter less than for other modules: hardly any of
        them has a module of that name.
        """
        if distributions.provides(self._requirements, top, self._python):
            return
        if distributions.is_regular(top):
            self._judge_unlisted(interpreter, top, scope, node)
            return
        finder = interpreter.finder
        if finder.has_unknown_roots and finder.may_have(top):
            return
        change = versions.change_of_library(top, self._python)
        version = "{}.{}".format(*self._python)
        what = f"The module {top} {change}, and the app is for Python {version}"
        name = module_names.known_distribution(top)
        fix = f"Add {name} to requirements.txt, which has the module, or "
        fix += "choose an older Python for the web app, or change the import."
        finding = interpreter.found(
            "python-version", scope, node, what, fix if name else ""
        )
        if finding is not None:
            finding.claim = ("removed", top)
            if finder.has_unknown_roots:
                finding.severity = "warning"
                finding.consequence = (
                    "The import fails, unless a folder that your code puts on `sys.path` "
                    "has a module of that name."
                )

    def _report_missing(
        self, interpreter: Interpreter, module: str, scope: Scope, node: ast.AST
    ) -> None:
        from pa_new_check.missing_modules import UNLISTED, advice, may_come

        self._reported.add(module)
        said = advice(
            interpreter.placement, module, scope.module.path, interpreter.finder.roots
        )
        unknown = distributions.missing(self._requirements)
        may_be_there = (
            unknown and not said.is_near and module not in module_names.WINDOWS
        )
        if may_be_there:
            may_come(said, module, unknown)
        finding = interpreter.found(said.rule, scope, node, said.what, said.fix)
        if finding is not None:
            finding.claim = ("missing", module)
            finding.consequence = said.consequence
            if said.rule == "wrong-case":
                finding.consequence = _WRONG_CASE
                finding.page = "DebuggingImportError"
            if may_be_there:
                finding.severity = "warning"
            if said.distribution and not self._requirements.has_list:
                finding.severity = "warning"
                finding.consequence = UNLISTED

    def _judge_unlisted(
        self, interpreter: Interpreter, module: str, scope: Scope, node: ast.AST
    ) -> None:
        """Report a module that is installed here, but that no requirement provides."""
        if module not in self._unlisted:
            self._unlisted[module] = distributions.unlisted(
                self._requirements, module, self._python
            )
        name = self._unlisted[module]
        if not name or f"{name} is unlisted" in self._reported:
            return
        self._reported.add(f"{name} is unlisted")
        what = f"The module {module} belongs to {name}, which requirements.txt does not list"
        fix = f"Add {name} to requirements.txt."
        finding = interpreter.found("import-error", scope, node, what, fix)
        if finding is not None:
            finding.claim = ("unlisted", module)
            finding.severity = "warning"
            finding.consequence = (
                "It is installed here; on PythonAnywhere, where only that list is "
                "installed, the import fails."
            )


def _imported(name: str, node: ast.AST) -> list[str]:
    """Return the modules that an import of a library's module needs, in full.

    Only those of a namespace package differ from its first part: the names that a
    ``from`` imports may be modules of other distributions.
    """
    top = name.partition(".")[0]
    if not distributions.is_namespace(top):
        return [top]
    if isinstance(node, ast.ImportFrom) and node.module == name and not node.level:
        names = [alias.name for alias in node.names if alias.name != "*"]
        return [f"{name}.{inner}" for inner in names] or [name]
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
        return [inner for inner in names if inner.split(".")[0] == top] or [name]
    return [name]


def judge_relative(
    interpreter: Interpreter, scope: Scope, node: ast.ImportFrom
) -> None:
    """Report an import from the file's own package, in a file that has none.

    :raise ImportFails: if the code catches ImportError.
    """
    if not interpreter.is_certain:
        return
    if interpreter.is_guarded("ImportError"):
        raise ImportFails
    names = ", ".join(map(ast.unparse, node.names))
    wanted = node.module or node.names[0].name
    folder = interpreter.placement.project.folder
    top = wanted.partition(".")[0]
    places = sorted((*folder.glob(f"*/{top}.py"), *folder.glob(f"*/{top}/__init__.py")))
    inner = [place.relative_to(folder).parts[0] for place in places]
    if node.module:
        owner = f"{inner[0]}." if inner else ""
        fixed = f"from {owner}{node.module} import {names}"
    else:
        fixed = f"from {inner[0]} import {names}" if inner else f"import {names}"
    finding = interpreter.found(
        "import-error",
        scope,
        node,
        f"The dot in `{'.' * node.level}{node.module or ''}` means the package of this "
        "file, and the file is in no package",
        f"Write `{fixed}`.",
    )
    if finding is not None:
        finding.consequence = (
            "The import fails on PythonAnywhere, and every page is an error."
        )


def is_of_bundle(scope: Scope) -> bool:
    """Tell whether code puts a bundle on the path: only packages that are listed."""
    return scope.module.file == bundles.ENTRY_MODULE


def judge_case(
    interpreter: Interpreter, name: str, scope: Scope, node: ast.AST
) -> None:
    """Report a module of a package whose file has other capital letters."""
    if not interpreter.is_certain or interpreter.is_guarded("ImportError"):
        return
    from pa_new_check.missing_modules import advice  # most imports are right

    said = advice(
        interpreter.placement, name, scope.module.path, interpreter.finder.roots
    )
    if said.rule == "wrong-case":
        finding = interpreter.found(said.rule, scope, node, said.what, said.fix)
        if finding is not None:
            finding.consequence = _WRONG_CASE
            finding.page = "DebuggingImportError"


def judge_hidden(
    interpreter: Interpreter, module: Module, name: str, scope: Scope, node: ast.AST
) -> None:
    """Report a package that hides a file which defines the name of an import."""
    file = module.path.parent.with_suffix(".py")
    if module.path.name != "__init__.py" or not file.is_file():
        return
    try:
        tree = parse(file, interpreter.python)
    except (Unreadable, SyntaxError):
        return
    if any(binds(statement, name) for statement in tree.body):
        short, package = file.name, f"{module.path.parent.name}/"
        what = f"`{name}` is in `{short}`, but the import finds the folder `{package}`"
        fix = f"Rename `{short}` or the folder, or move the code of `{short}` into it."
        finding = interpreter.found("shadowed-module", scope, node, what, fix)
        if finding is not None:
            finding.severity = "error"
            finding.consequence = (
                "Of a file and a package with one name, Python imports the package: "
                "the import fails, and every page is an error."
            )


def judge_removed(
    interpreter: Interpreter, origin: str, scope: Scope, node: ast.AST
) -> None:
    """Report a name that current versions of a library no longer have."""
    is_guarded = interpreter.is_guarded("AttributeError", "ImportError")
    if not is_guarded and has_new_tornado(interpreter.requirements):
        removed = known_apis.REMOVED[origin]
        interpreter.found("removed-api", scope, node, f"{origin} was {removed}")


def has_new_tornado(requirements: Requirements) -> bool:
    """Tell whether the project gets a Tornado of version 6 or later."""
    listed = requirements.listed.get("tornado")
    if listed is not None and re.match(
        r"(<\s*6|==\s*[1-5]\.|~=\s*[1-5]\.)", listed.versions.partition(",")[0]
    ):
        return False
    if listed is None or not listed.versions:
        installed = distributions.version_of("tornado")
        return not installed or int(installed.partition(".")[0]) >= 6
    return not re.search(r"<\s*6", listed.versions)
