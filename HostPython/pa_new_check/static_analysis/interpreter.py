"""Follows an import through the project's files, without running it.

The syntax trees are followed as the import would run them: statement by statement, into
the functions that are called, past the main guard. The value of a name is known only if
the code says it plainly; otherwise nothing is reported about it. If a condition cannot
be known, its branches are followed only for the names that they bind.

Two tables have the kinds of nodes: :mod:`.statements` and :mod:`.expressions`.
"""

from __future__ import annotations

from pa_new_check import known_apis
from pa_new_check.placement import Placement
from pa_new_check.project import (
    MAX_BYTES,
    MAX_BYTES_IN_ALL,
    Unreadable,
    parse,
)
from pa_new_check.project_requirements import read_requirements
from pa_new_check.rules import Finding
from pa_new_check.static_analysis import import_rules, setting_rules
from pa_new_check.static_analysis.control_flow import (
    FunctionReturns,
    ImportEnds,
    ImportFails,
)
from pa_new_check.static_analysis.expressions import EXPRESSIONS
from pa_new_check.static_analysis.module_finder import ModuleFinder
from pa_new_check.static_analysis.names import inherited, own_attribute
from pa_new_check.static_analysis.paths import path_attribute
from pa_new_check.static_analysis.statements import STATEMENTS
from pa_new_check.static_analysis.values import (
    AbstractValue,
    Class,
    Coroutine,
    Function,
    Instance,
    Items,
    LibraryValue,
    Module,
    ModuleValue,
    PathLiteral,
    Scope,
    Unknown,
    text_of,
)
from pa_new_check.syntax import is_generator, is_static, items
from pa_new_shared.file_path import Path
from pa_new_shared.later import ast

_MAX_CALLS = 2_000  # functions that are followed, in all
_MAX_NESTING = 30  # of calls within calls
_MAX_MODULES = 1_000

_ALWAYS_LOADED = frozenset(
    ("sys", "os", "io", "abc", "codecs", "site", "builtins", "time", "types", "errno")
)
"""Modules that Python has loaded before the project's code runs."""


class Interpreter:
    """Follows one import, and keeps what it finds."""

    def __init__(self, placement: Placement, python: tuple[int, int]) -> None:
        project = placement.project
        self.placement = placement
        self.project = project
        site = placement.site
        # A path in the code may be what is wrong: it proves no account.
        is_known = site.source not in ("stand-in", "path")
        self.domain = site.domain if is_known else ""
        self.python = python
        self.requirements = read_requirements(project.folder, python)
        self.findings: list[Finding] = []
        self.unread: list[tuple[str, str]] = []  # files, and why they were not read
        self.modules: dict[str, Module | None] = {}
        """The project's files by their paths; None for those that could not be read."""
        self.finder = ModuleFinder(placement)
        self.is_certain = True
        """Whether the import surely comes to the statement that is being followed."""
        self.guards: list[set[str]] = []  # what each ``try`` around catches
        self.changes_folder = False  # of the process
        self.has_unsubscribed_server = False  # CherryPy's
        self.settings = setting_rules.Settings()
        # The imports of packages that come with a server of their own.
        self.own_servers: dict[str, tuple[Scope, ast.AST]] = {}
        self._imports = import_rules.ImportRules(self.requirements, python)
        self._maybe_loaded: set[str] = set()
        self._keys: set[tuple[str, str, int]] = set()
        self._bytes = 0
        self._calls = 0
        self._stack: list[ast.AST] = []

    # Findings.

    def add(self, finding: Finding) -> bool:
        """Keep a finding, once."""
        key = (finding.rule, finding.file, finding.line)
        if key in self._keys:
            return False
        self._keys.add(key)
        self.findings.append(finding)
        return True

    def found(
        self, rule: str, scope: Scope, node: ast.AST, what: str, fix: str = ""
    ) -> Finding | None:
        """Add a finding at a node, if the import surely reaches it."""
        if not self.is_certain:
            return None
        line = getattr(node, "lineno", 1)
        last = getattr(node, "end_lineno", None) or line
        finding = Finding(rule, scope.module.file, line, what, fix, last_line=last)
        return finding if self.add(finding) else None

    def no_longer_runs(self, value: AbstractValue) -> None:
        """Remove the findings about something that has ended since."""
        for finding in value.started:
            if finding in self.findings:
                self.findings.remove(finding)
        value.started.clear()

    def is_guarded(self, *exceptions: str) -> bool:
        """Tell whether the code around catches one of these exceptions."""
        return any(not caught.isdisjoint(exceptions) for caught in self.guards)

    def end_process(self, scope: Scope, node: ast.AST, code: str) -> None:
        """Report code that ends the process, and end the import there."""
        if self.is_certain and not self.is_guarded("SystemExit"):
            self.found("exit-at-import", scope, node, f"`{code}` runs at import")
            raise ImportEnds

    # Modules.

    def load(self, name: str, path: Path) -> Module | None:
        """Follow a module as its import would run it."""
        key = str(path)
        if key in self.modules and not (self.is_certain and key in self._maybe_loaded):
            return self.modules[key]
        if self.is_certain:
            self._maybe_loaded.discard(key)
        else:
            self._maybe_loaded.add(key)
        if len(self.modules) >= _MAX_MODULES:
            return None
        self.modules[key] = None
        file = self.project.name(path)
        tree = self._parsed(path, file)
        if tree is None:
            return None
        module = Module(name, path, file, tree)
        self.modules[key] = module
        try:
            self.execute(tree.body, module.scope)
        except (ImportEnds, FunctionReturns):
            # An import that ends early leaves names undefined: report none of them.
            module.has_unknown_names = True
        except ImportFails:
            module.has_unknown_names = True
            raise
        return module

    def _parsed(self, path: Path, file: str) -> ast.Module | None:
        """Return the syntax tree of a file, None if it cannot be read."""
        try:
            size = path.stat().st_size
            self._bytes += size if size <= MAX_BYTES else 0
            if self._bytes > MAX_BYTES_IN_ALL:
                limit = f"{MAX_BYTES_IN_ALL // 1_000_000} MB"
                raise Unreadable(f"the project's files are larger than {limit} in all")
            return parse(path, self.python)
        except (OSError, Unreadable) as problem:
            self.unread.append((file, str(problem)))
        except SyntaxError as error:
            from pa_new_check.static_analysis import syntax_rules  # few have mistakes

            self.add(syntax_rules.syntax_finding(file, error, self.python))
        return None

    def import_module(self, name: str, scope: Scope, node: ast.AST) -> AbstractValue:
        """Return the module of that name, following it if it is the project's."""
        top = name.partition(".")[0]
        path = self.finder.find(top)
        is_builtin = top in _ALWAYS_LOADED and self._imports.is_in_library(top)
        if path is None or is_builtin:
            if top in known_apis.OWN_SERVERS and self.is_certain:
                self.own_servers.setdefault(top, (scope, node))
            self._imports.judge(self, name, scope, node)
            return LibraryValue(name)
        # Packages run from the outside in.
        value: AbstractValue = LibraryValue(name)
        outer: AbstractValue | None = None
        parts = name.split(".")
        for count, last in enumerate(parts, 1):
            part = ".".join(parts[:count])
            path = self.finder.find(part)
            if path is None:
                if count > 1:
                    import_rules.judge_case(self, part, scope, node)
                if isinstance(outer, ModuleValue):
                    return outer.module.scope.names.get(last, Unknown())
                return Unknown()
            module = self.load(part, path) if path.is_file() else None
            value = LibraryValue(part) if module is None else ModuleValue(part, module)
            if outer is not None:
                outer.attributes[last] = value
            outer = value
        return value

    # Statements and expressions.

    def execute(self, statements: list[ast.stmt], scope: Scope) -> None:
        """Follow statements, one after the other."""
        for statement in statements:
            follow = STATEMENTS.get(statement.__class__.__name__)
            if follow is None:
                continue
            try:
                follow(self, statement, scope)
            except RecursionError:
                continue  # nested too deeply to follow: report nothing about it

    def maybe_execute(self, statements: list[ast.stmt], scope: Scope) -> None:
        """Follow statements that may run or not: their names become unknown."""
        was_certain, self.is_certain = self.is_certain, False
        before = dict(scope.names)
        try:
            self.execute(statements, scope)
        except (ImportEnds, FunctionReturns):
            pass
        finally:
            self.is_certain = was_certain
        for name, value in list(scope.names.items()):
            old = before.get(name)
            if old is not value and (
                old is None or not old.origin or old.origin != value.origin
            ):
                scope.names[name] = Unknown()

    def evaluate(self, node: ast.expr, scope: Scope) -> AbstractValue:
        """Return the value of an expression, following the calls in it."""
        follow = EXPRESSIONS.get(node.__class__.__name__)
        if follow is not None:
            return follow(self, node, scope)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.evaluate(child, scope)
        return Unknown()

    def maybe_evaluate(self, node: ast.expr, scope: Scope) -> None:
        """Follow an expression that may be evaluated or not."""
        was_certain, self.is_certain = self.is_certain, False
        try:
            self.evaluate(node, scope)
        finally:
            self.is_certain = was_certain

    def bind(self, target: ast.expr, value: AbstractValue, scope: Scope) -> None:
        """Give a value to the target of an assignment."""
        if isinstance(target, ast.Name):
            if value.node is None and not isinstance(value, Coroutine):
                value.node = target
            scope.names[target.id] = value
        elif isinstance(target, ast.Attribute):
            owner = self.evaluate(target.value, scope)
            owner.attributes[target.attr] = value
            setting_rules.set_attribute(self, owner, target.attr, value, scope, target)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for item in target.elts:
                self.bind(item, Unknown(), scope)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, Unknown(), scope)
        elif isinstance(target, ast.Subscript):
            owner = self.evaluate(target.value, scope)
            if owner.origin == "sys.path" and not import_rules.is_of_bundle(scope):
                self.finder.has_unknown_roots = True
            key = text_of(self.evaluate(target.slice, scope))
            if key is not None:
                setting_rules.set_item(self, owner, key, value, scope, target)

    def attribute(
        self, owner: AbstractValue, name: str, scope: Scope, node: ast.AST
    ) -> AbstractValue:
        """Return the value of ``owner.name``."""
        own = own_attribute(owner, name)
        if own is not None:
            return own
        if isinstance(owner, ModuleValue):
            below = f"{owner.module.name}.{name}"
            path = self.finder.find(below)
            if path is not None and str(path) in self.modules:
                return self.import_module(below, scope, node)
            return Unknown()
        if isinstance(owner, Class):
            return inherited(owner, owner, name)
        if isinstance(owner, Instance):
            return inherited(owner.kind, owner, name)
        if isinstance(owner, Items):
            owner.is_known = False  # a method may change it
            return Unknown()
        if isinstance(owner, PathLiteral):
            found = path_attribute(owner, name)
            if found is not None:
                return found
        if owner.origin:
            origin = f"{owner.origin}.{name}"
            if origin in known_apis.REMOVED:
                import_rules.judge_removed(self, origin, scope, node)
            return LibraryValue(origin, owner)
        if name in known_apis.SERVES_METHODS:
            return LibraryValue(f"?.{name}", owner)
        return Unknown()

    def extend_path(self, node: ast.expr | None, scope: Scope) -> None:
        """Search the folders that the code puts on ``sys.path``."""
        if import_rules.is_of_bundle(scope):
            return
        if node is None:
            self.finder.add_to_path(None)
            return
        for item in items(node):
            self.finder.add_to_path(text_of(self.evaluate(item, scope)))

    # Functions of the project.

    def call_function(
        self,
        function: Function,
        arguments: list[AbstractValue],
        keywords: dict[str | None, AbstractValue],
    ) -> AbstractValue:
        """Follow a call of a function and return its value."""
        if isinstance(function.definition, ast.AsyncFunctionDef):
            return Coroutine(function)
        if is_generator(function.definition):
            return Unknown()
        return self._enter(function, arguments, keywords)

    def run_coroutine(self, value: AbstractValue) -> AbstractValue:
        """Follow a coroutine, or a function that makes one, to its end."""
        if isinstance(value, Coroutine):
            return self._enter(value.function, [], {})
        if isinstance(value, Function):
            return self._enter(value, [], {})
        return value

    def _enter(
        self,
        function: Function,
        arguments: list[AbstractValue],
        keywords: dict[str | None, AbstractValue],
    ) -> AbstractValue:
        definition = function.definition
        if definition in self._stack or len(self._stack) >= _MAX_NESTING:
            return Unknown()
        if self._calls >= _MAX_CALLS:
            return Unknown()
        self._calls += 1
        inner = Scope({}, function.scope.module, function.scope)
        self._bind_parameters(function, arguments, keywords, inner)
        self._stack.append(definition)
        try:
            self.execute(definition.body, inner)
        except FunctionReturns:
            pass
        finally:
            self._stack.pop()
        if len(inner.returned) == 1:
            return inner.returned[0]
        origins = {value.origin for value in inner.returned}
        if len(origins) == 1 and origins != {""}:
            return inner.returned[0]
        return Unknown()

    def _bind_parameters(
        self,
        function: Function,
        arguments: list[AbstractValue],
        keywords: dict[str | None, AbstractValue],
        inner: Scope,
    ) -> None:
        """Give a function's parameters the values of a call."""
        definition = function.definition
        given = list(arguments)
        if function.owner is not None and not is_static(definition):
            given.insert(0, function.owner)
        parameters = [*definition.args.posonlyargs, *definition.args.args]
        defaults = definition.args.defaults
        for parameter, default in zip(parameters[::-1], defaults[::-1]):
            inner.names[parameter.arg] = self.evaluate(default, inner)
        for parameter in definition.args.kwonlyargs:
            inner.names[parameter.arg] = Unknown()
        for parameter, value in zip(parameters, given):
            inner.names[parameter.arg] = value
        inner.names.update((n, v) for n, v in keywords.items() if n is not None)
        for parameter in parameters:
            inner.names.setdefault(parameter.arg, Unknown())
