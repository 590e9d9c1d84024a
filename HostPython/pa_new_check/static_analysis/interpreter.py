"""Reads the syntax trees of the entry file and of what it imports from the project.

The trees are followed as the import would run them: statement by statement, into the
functions that are called, past the main guard. What a name stands for is known as far
as the code tells it plainly; where it does not, nothing is claimed. A branch whose
condition cannot be known is read for the names that it binds, and for nothing else.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import cast

from pa_new_check import known_apis, versions
from pa_new_check.project import (
    MAX_BYTES,
    MAX_BYTES_IN_ALL,
    Project,
    Requirements,
    Unreadable,
    parse,
    read_requirements,
)
from pa_new_check.rules import Finding

_MAX_CALLS = 2_000  # functions that are followed, in all
_MAX_NESTING = 30  # of calls within calls
_MAX_MODULES = 1_000

_UNSET = object()


_NEWER_GRAMMAR = re.compile(
    r"^\s*(match|case|type)\b|\bexcept\s*\*|\b[rt]?[ft]r?[\"']|\b(def|class)\s+\w+\s*\["
    r"|^\s*(async\s+)?with\s*\(|^\s*except\s+\w+\s*,"
)


class Value:
    """What a name stands for, as far as it is known."""

    def __init__(
        self,
        origin: str = "",
        literal: object = _UNSET,
        is_path: bool = False,
        function: ast.FunctionDef | ast.AsyncFunctionDef | None = None,
        class_: ast.ClassDef | None = None,
        instance: Value | None = None,
        coroutine: bool = False,
        module: Module | None = None,
        scope: Scope | None = None,
        owner: Value | None = None,
        bases: list[Value] | None = None,
        names: dict[str, Value] | None = None,
        started: list[Finding] | None = None,
        node: ast.AST | None = None,
    ) -> None:
        self.origin = origin
        """The library's name for it, such as ``flask.Flask().run``."""
        self.literal = literal
        """A text, number, truth value or None; a path is known by its text."""
        self.is_path = is_path
        self.function = function
        self.class_ = class_
        self.instance = instance
        """The class of the project of which this is an instance."""
        self.coroutine = coroutine
        """Whether it is ``function`` called, but not run yet."""
        self.module = module
        """The module itself, or the one that the function or class is in."""
        self.scope = scope
        """Where the function or class was defined."""
        self.owner = owner
        """The instance that the function is a method of."""
        self.bases: list[Value] = [] if bases is None else bases
        self.names: dict[str, Value] = {} if names is None else names
        """The attributes that were seen to be set."""
        self.started: list[Finding] = [] if started is None else started
        """Findings that no longer hold once this has been waited for."""
        self.node = node


class Scope:
    """The names of a module, a class body or a call."""

    def __init__(
        self,
        names: dict[str, Value],
        module: Module,
        parent: Scope | None = None,
        returned: list[Value] | None = None,
    ) -> None:
        self.names = names
        self.module = module
        self.parent = parent
        self.returned: list[Value] = [] if returned is None else returned


class Module:
    """A file of the project."""

    def __init__(
        self,
        name: str,
        path: Path,
        file: str,
        tree: ast.Module,
        scope: Scope | None = None,
        dead: set[ast.AST] | None = None,
        has_unknown_names: bool = False,
    ) -> None:
        self.name = name
        self.path = path
        self.file = file
        self.tree = tree
        self.scope = scope
        self.dead: set[ast.AST] = set() if dead is None else dead
        """Statements that the import does not run."""
        self.has_unknown_names = has_unknown_names
        """Whether a star import brought names that cannot be known."""
        self.loads: list[ast.Call] = []
        """Calls that load a native library, as far as their names tell."""


class _Ends(Exception):
    """The import ends at this statement."""


class _ImportFails(Exception):
    """A module is missing, and the code is prepared for it."""


class _Returns(Exception):
    """The function ends at this statement."""


class Result:
    """What reading a project found."""

    def __init__(
        self,
        findings: list[Finding],
        modules: list[Module],
        unread: list[tuple[str, str]],
        roots: list[Path],
        requirements: Requirements,
        changes_folder: bool,
        reader: _Reader,
    ) -> None:
        self._reader = reader
        self.findings = findings
        self.modules = modules
        """The project's files that were read."""
        self.unread = unread
        """The files that could not be read, and why."""
        self.roots = roots
        """The project's folders in which modules are looked for."""
        self.requirements = requirements
        self.changes_folder = changes_folder
        """Whether the project changes the working directory."""

    def argument(self, module: Module, call: ast.Call) -> str:
        """Return the text or path that a call is given first, "" if it is not known."""
        return self._reader.argument(module, call)


def read(project: Project, python: tuple[int, int]) -> Result:
    """Read the entry file and what it imports from the project."""
    reader = _Reader(project, python)
    entry = reader.load(project.module, project.entry)
    if entry is not None:
        reader.judge_application(entry)
    modules = [module for module in reader.modules.values() if module is not None]
    return Result(
        reader.findings,
        modules,
        reader.unread,
        reader.roots,
        reader.requirements,
        reader.changes_folder,
        reader,
    )


class _Reader:
    """Follows an import through the project's files."""

    def __init__(self, project: Project, python: tuple[int, int]) -> None:
        self.project = project
        self.python = python
        self.requirements: Requirements = read_requirements(project.folder)
        self.findings: list[Finding] = []
        self.unread: list[tuple[str, str]] = []
        self.modules: dict[str, Module | None] = {}
        self.roots = [project.root]
        self.changes_folder = False
        self._maybe_loaded: set[str] = set()
        self._provided: dict[str, bool] = {}
        self._unlisted: dict[str, str] = {}
        self._missing: set[str] = set()
        self._places: dict[str, Path | None] = {}
        self._has_unknown_roots = False
        self._certain = True
        self._guards: list[set[str]] = []
        self._calls = 0
        self._bytes = 0
        self._stack: list[object] = []
        self._seen: set[tuple[str, str, int]] = set()
        self._library = versions.standard_library()
        self._unsubscribed = False

    # Findings.

    def add(self, finding: Finding) -> bool:
        """Keep a finding, once."""
        key = (finding.rule, finding.file, finding.line)
        if key in self._seen:
            return False
        self._seen.add(key)
        self.findings.append(finding)
        return True

    def _found(
        self, rule: str, scope: Scope, node: ast.AST, what: str, fix: str = ""
    ) -> Finding | None:
        """Add a finding at a node, if the import surely comes there."""
        if not self._certain:
            return None
        line = getattr(node, "lineno", 1)
        last = getattr(node, "end_lineno", None) or line
        finding = Finding(rule, scope.module.file, line, what, fix, last_line=last)
        return finding if self.add(finding) else None

    # Modules.

    def load(self, name: str, path: Path) -> Module | None:
        """Read a module as its import would run it."""
        key = str(path)
        if key in self.modules and not (self._certain and key in self._maybe_loaded):
            return self.modules[key]
        if self._certain:
            self._maybe_loaded.discard(key)
        else:
            self._maybe_loaded.add(key)
        if len(self.modules) >= _MAX_MODULES:
            return None
        self.modules[key] = None
        file = self.project.name(path)
        try:
            size = path.stat().st_size
            self._bytes += size if size <= MAX_BYTES else 0
            if self._bytes > MAX_BYTES_IN_ALL:
                limit = f"{MAX_BYTES_IN_ALL // 1_000_000} MB"
                raise Unreadable(f"the project's files are longer than {limit} in all")
            tree = parse(path, self.python)
        except (OSError, Unreadable) as problem:
            self.unread.append((file, str(problem)))
            return None
        except SyntaxError as error:
            self._add_syntax_error(file, error)
            return None
        module = Module(name, path, file, tree)
        module.scope = Scope(
            {"__name__": Value(literal=name), "__file__": Value(literal=str(path))},
            module,
        )
        self.modules[key] = module
        try:
            self._run(tree.body, module.scope)
        except (_Ends, _Returns):
            # An import that ends early has left names undefined: claim none of them.
            module.has_unknown_names = True
        except _ImportFails:
            module.has_unknown_names = True
            raise
        return module

    def _add_syntax_error(self, file: str, error: SyntaxError) -> None:
        version = "{}.{}".format(*self.python)
        # Only what could be a newer Python's grammar is given the benefit of the doubt.
        older = versions_running() < self.python and bool(
            _NEWER_GRAMMAR.search(error.text or "")
        )
        reads = "{}.{}".format(*versions_running())
        self.add(
            Finding(
                "syntax-error",
                file,
                error.lineno or 1,
                f"Python {reads if older else version} cannot read this: {error.msg}",
                severity="warning" if older else "",
                consequence=(
                    f"Python {version} may; this interpreter is older and cannot tell."
                    if older
                    else ""
                ),
            )
        )

    def _find(self, name: str) -> Path | None:
        """Return the project's file for a module, or its package's folder."""
        if name not in self._places:
            self._places[name] = self._look_for(name)
        return self._places[name]

    def _look_for(self, name: str) -> Path | None:
        parts = name.split(".")
        for root in self.roots:
            place = root.joinpath(*parts)
            try:
                if (place / "__init__.py").is_file():
                    return place / "__init__.py"
                if place.with_name(parts[-1] + ".py").is_file():
                    return place.with_name(parts[-1] + ".py")
                if place.is_dir() and any(place.glob("*.py")):
                    return place
            except (OSError, ValueError):
                continue
        return None

    def _import(self, name: str, scope: Scope, node: ast.AST) -> Value:
        """Return the module of that name, reading it if it is the project's."""
        top = name.partition(".")[0]
        builtin = top in self._library and not versions.change_of_library(
            top, self.python
        )
        path = self._find(top)
        if path is None or (builtin and top in _ALWAYS_LOADED):
            self._judge_import(top, scope, node)
            return Value(origin=name)
        # Packages run from the outside in.
        value = Value(origin=name)
        parts = name.split(".")
        outer: Value | None = None
        for count in range(1, len(parts) + 1):
            part = ".".join(parts[:count])
            path = self._find(part)
            if path is None:
                if outer is not None and outer.module is not None:
                    known = outer.module.scope
                    if known is not None and parts[count - 1] in known.names:
                        return known.names[parts[count - 1]]
                return Value()
            module = self.load(part, path) if path.is_file() else None
            value = Value(origin=part, module=module, literal=_UNSET)
            if outer is not None:
                outer.names[parts[count - 1]] = value
            outer = value
        return value

    def _judge_import(self, top: str, scope: Scope, node: ast.AST) -> None:
        """Report a module that neither the library nor a requirement provides."""
        if not self._certain or self._has_unknown_roots or not top:
            return
        guarded = any("ImportError" in caught for caught in self._guards)
        change = versions.change_of_library(top, self.python)
        if change and top in self._library and not guarded:
            if not versions.provides(self.requirements, top):
                self._found(
                    "python-version",
                    scope,
                    node,
                    f"The module {top} {change}, and Python "
                    "{}.{} is asked for".format(*self.python),
                )
            return
        if top in self._library or top in _HOST_MODULES:
            return
        if top not in self._provided:
            self._provided[top] = versions.is_installed(top) or versions.provides(
                self.requirements, top
            )
        if self._provided[top]:
            if not guarded:
                self._judge_unlisted(top, scope, node)
            return
        if guarded:
            raise _ImportFails
        if top in self._missing:
            return
        self._missing.add(top)
        what = (
            f"There is no module {top}: not in the project, not in requirements.txt, "
            "not in this interpreter"
        )
        unknown = versions.missing(self.requirements)
        if unknown:
            what += f", unless {unknown[0]} brings it, which is not installed here"
        finding = self._found("import-error", scope, node, what, _requirement_fix(top))
        if finding is not None and unknown:
            finding.severity = "warning"

    def _judge_unlisted(self, top: str, scope: Scope, node: ast.AST) -> None:
        """Report a module that is installed here, and that no requirement brings."""
        if top not in self._unlisted:
            self._unlisted[top] = versions.unlisted(self.requirements, top)
        name = self._unlisted[top]
        if not name or top in self._missing:
            return
        self._missing.add(top)
        what = f"The module {top} is {name}'s, which requirements.txt does not bring"
        fix = f"Add {name} to requirements.txt."
        finding = self._found("import-error", scope, node, what, fix)
        if finding is not None:
            finding.severity = "warning"
            finding.consequence = (
                "It is installed here; on the host, where that list is all that is "
                "installed, the import fails."
            )

    # Statements.

    def _run(self, statements: Iterable[ast.stmt], scope: Scope) -> None:
        for statement in statements:
            try:
                self._statement(statement, scope)
            except RecursionError:
                continue  # nested too deeply to be followed: claim nothing about it

    def _maybe(self, statements: Iterable[ast.stmt], scope: Scope) -> None:
        """Read statements that may run or not: their names become unknown."""
        certain, self._certain = self._certain, False
        before = dict(scope.names)
        try:
            self._run(statements, scope)
        except (_Ends, _Returns):
            pass
        finally:
            self._certain = certain
        for name, value in list(scope.names.items()):
            if before.get(name) is not value:
                old = before.get(name)
                if old is None or not old.origin or old.origin != value.origin:
                    scope.names[name] = Value()

    def _statement(self, node: ast.stmt, scope: Scope) -> None:
        if isinstance(node, ast.Expr):
            self._value(node.value, scope)
        elif isinstance(node, ast.Assign):
            value = self._value(node.value, scope)
            for target in node.targets:
                self._bind(target, value, scope)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self._bind(node.target, self._value(node.value, scope), scope)
        elif isinstance(node, ast.AugAssign):
            self._augment(node, scope)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._define(node, scope)
        elif isinstance(node, ast.ClassDef):
            self._define_class(node, scope)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                value = self._import(alias.name, scope, node)
                if alias.asname:
                    scope.names[alias.asname] = value
                else:
                    top = alias.name.partition(".")[0]
                    scope.names[top] = (
                        self._import(top, scope, node) if "." in alias.name else value
                    )
        elif isinstance(node, ast.ImportFrom):
            self._import_from(node, scope)
        elif isinstance(node, ast.If):
            self._if(node, scope)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._value(node.iter, scope)
            self._bind(node.target, Value(), scope)
            self._run(node.body, scope)
            self._run(node.orelse, scope)
        elif isinstance(node, ast.While):
            truth = self._truth(node.test, scope)
            if truth is None:
                self._value(node.test, scope)
                self._maybe(node.body, scope)
            elif truth:
                self._run(node.body, scope)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            self._with(node, scope)
        elif isinstance(node, ast.Return):
            if node.value is not None:
                scope.returned.append(self._value(node.value, scope))
            if self._certain:
                raise _Returns
        elif isinstance(node, ast.Raise):
            self._raise(node, scope)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    scope.names.pop(target.id, None)
        elif isinstance(node, ast.Assert):
            self._value(node.test, scope)
        elif isinstance(node, ast.Global):
            module = scope.module.scope
            if module is not None and module is not scope:
                for name in node.names:
                    scope.names[name] = module.names.setdefault(name, Value())
        elif hasattr(node, "handlers"):  # try, and try with except*
            self._try(cast("ast.Try", node), scope)
        elif hasattr(node, "cases"):  # match
            for case in node.cases:
                self._maybe(case.body, scope)

    def _define(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope
    ) -> None:
        value = Value(function=node, module=scope.module, scope=scope, node=node)
        scope.names[node.name] = value
        for decorator in reversed(node.decorator_list):
            wrapper = self._value(decorator, scope)
            # A decorator that is a function of the project may return another one.
            if wrapper.function is not None and not wrapper.coroutine:
                scope.names[node.name] = Value()

    def _define_class(self, node: ast.ClassDef, scope: Scope) -> None:
        bases = [self._value(base, scope) for base in node.bases]
        body = Scope({}, scope.module, scope)
        value = Value(
            class_=node, module=scope.module, scope=scope, bases=bases, names=body.names
        )
        value.node = node
        for base in bases:
            if base.origin in known_apis.WEBSOCKETS:
                self._found(
                    "websocket",
                    scope,
                    node,
                    f"{node.name} handles WebSockets ({base.origin})",
                )
        scope.names[node.name] = value
        self._run(node.body, body)

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        name = node.module or ""
        if node.level:
            package = scope.module.name
            if scope.module.path.name != "__init__.py":
                package = package.rpartition(".")[0]
            for _ in range(node.level - 1):
                package = package.rpartition(".")[0]
            name = f"{package}.{name}".strip(".")
            if not name:
                for alias in node.names:
                    scope.names[alias.asname or alias.name] = Value()
                return
        if name == "__future__":
            return
        source = self._import(name, scope, node)
        for alias in node.names:
            bound = alias.asname or alias.name
            if alias.name == "*":
                if source.module is not None and source.module.scope is not None:
                    for known, value in source.module.scope.names.items():
                        if not known.startswith("_"):
                            scope.names[known] = value
                    if not source.module.has_unknown_names:
                        continue
                scope.module.has_unknown_names = True
                continue
            value = self._attribute(source, alias.name, scope, node)
            below = f"{name}.{alias.name}"
            if not value.origin and value.node is None and value.literal is _UNSET:
                path = self._find(below) if self._is_project(name) else None
                if path is not None:
                    value = self._import(below, scope, node)
            elif (
                source.module is None
                and self._is_project(name)
                and self._find(below) is not None
            ):
                value = self._import(below, scope, node)
            scope.names[bound] = value

    def _is_project(self, name: str) -> bool:
        return self._find(name.partition(".")[0]) is not None

    def _if(self, node: ast.If, scope: Scope) -> None:
        truth = self._truth(node.test, scope)
        if truth is None:
            self._value(node.test, scope)
            before = dict(scope.names)
            self._maybe(node.body, scope)
            after = dict(scope.names)
            scope.names.update(before)
            self._maybe(node.orelse, scope)
            for name, value in after.items():
                if before.get(name) is not value:
                    scope.names[name] = Value()
        elif truth:
            self._run(node.body, scope)
            scope.module.dead.update(node.orelse)
        else:
            scope.module.dead.update(node.body)
            self._run(node.orelse, scope)

    def _try(self, node: ast.Try, scope: Scope) -> None:
        handlers = node.handlers
        caught: set[str] = set()
        for handler in handlers:
            caught |= _caught_by(handler)
        ended: Exception | None = None
        failed = False
        self._guards.append(caught)
        try:
            self._run(node.body, scope)
            self._run(node.orelse, scope)
        except (_Ends, _Returns) as end:
            ended = end
        except _ImportFails:
            if "ImportError" not in caught:
                raise
            failed = True
        finally:
            self._guards.pop()
        if failed:
            prepared = [h for h in handlers if "ImportError" in _caught_by(h)]
            self._run(prepared[0].body, scope)
            handlers = []
        for handler in handlers:
            before = dict(scope.names)
            self._maybe(handler.body, scope)
            # What the body bound is what holds where it succeeds.
            scope.names.update(before)
        self._run(node.finalbody, scope)
        if ended is not None:
            raise ended

    def _with(self, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
        suppressed: set[str] = set()
        entered: list[Value] = []
        for item in node.items:
            value = self._value(item.context_expr, scope)
            entered.append(value)
            if value.origin == "contextlib.suppress()":
                suppressed |= {"ImportError", "SystemExit"}
            if item.optional_vars is not None:
                self._bind(item.optional_vars, value, scope)
        self._guards.append(suppressed)
        try:
            self._run(node.body, scope)
        except _ImportFails:
            if "ImportError" not in suppressed:
                raise
        finally:
            self._guards.pop()
            for value in entered:
                self._no_longer_runs(value)

    def _raise(self, node: ast.Raise, scope: Scope) -> None:
        if node.exc is None:
            return
        value = self._value(node.exc, scope)
        if value.origin in ("SystemExit", "SystemExit()"):
            self._exit(scope, node, "raise SystemExit")
        if self._certain and not any(self._guards):
            raise _Ends

    def _exit(self, scope: Scope, node: ast.AST, what: str) -> None:
        if self._certain and not any("SystemExit" in c for c in self._guards):
            self._found("exit-at-import", scope, node, f"`{what}` runs at import")
            raise _Ends

    # What a request runs.

    def argument(self, module: Module, call: ast.Call) -> str:
        """Return the text or path that a call is given first, "" if it is not known."""
        given = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "name")]
        scope = module.scope
        if not given or scope is None:
            return ""
        self._certain = False  # nobody knows when it runs: nothing is found here
        try:
            for node in ast.walk(module.tree):
                if isinstance(
                    node, (ast.FunctionDef, ast.AsyncFunctionDef)
                ) and node.lineno <= call.lineno <= (node.end_lineno or 0):
                    scope = self._inside(node, scope)
            text = self._value(given[0], scope).literal
        except (_Ends, _Returns, _ImportFails, RecursionError):
            return ""
        finally:
            self._certain = True
        return text if isinstance(text, str) else ""

    def _inside(
        self, function: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope
    ) -> Scope:
        """Return the names in a function, without what it is given when called."""
        inner = Scope({}, scope.module, scope)
        for argument in ast.walk(function.args):
            if isinstance(argument, ast.arg):
                inner.names[argument.arg] = Value()
        nodes = list(ast.walk(function))
        stored = [
            node.id
            for node in nodes
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        ]
        inner.names.update((name, Value()) for name in stored)
        for node in nodes:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self._statement(node, inner)
        assigned = [n for n in nodes if isinstance(n, (ast.Assign, ast.AnnAssign))]
        for node in sorted(assigned, key=lambda node: node.lineno):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            # A name that gets several values has none that can be told.
            if (
                len(targets) == 1
                and isinstance(targets[0], ast.Name)
                and stored.count(targets[0].id) == 1
                and node.value is not None
            ):
                inner.names[targets[0].id] = self._value(node.value, inner)
        return inner

    # Names.

    def _bind(self, target: ast.expr, value: Value, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            if value.node is None and value.function is None:
                value.node = target
            scope.names[target.id] = value
        elif isinstance(target, ast.Attribute):
            owner = self._value(target.value, scope)
            owner.names[target.attr] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            for item in target.elts:
                self._bind(item, Value(), scope)
        elif isinstance(target, ast.Starred):
            self._bind(target.value, Value(), scope)
        elif isinstance(target, ast.Subscript):
            owner = self._value(target.value, scope)
            if owner.origin == "sys.path":
                self._has_unknown_roots = True

    def _augment(self, node: ast.AugAssign, scope: Scope) -> None:
        value = self._value(node.value, scope)
        target = node.target
        if isinstance(target, ast.Attribute):
            if self._value(target, scope).origin == "sys.path":
                self._extend_path(node.value, scope)
        elif isinstance(target, ast.Name):
            old = scope.names.get(target.id)
            known = Value()
            if old is not None and isinstance(old.literal, str):
                added = value.literal
                if isinstance(added, str):
                    known = Value(literal=old.literal + added)
            scope.names[target.id] = known

    def _lookup(self, name: str, scope: Scope | None) -> Value:
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            if scope.parent is None and scope.module.has_unknown_names:
                return Value()
            scope = scope.parent
        return Value(origin=name) if name in _BUILTINS else Value()

    def _attribute(self, owner: Value, name: str, scope: Scope, node: ast.AST) -> Value:
        """Return what ``owner.name`` stands for."""
        if name in owner.names:
            found = owner.names[name]
            if owner.instance is not None and found.function is not None:
                return _method(found, owner)
            return found
        if owner.module is not None and not (
            owner.function or owner.class_ or owner.instance
        ):
            known = owner.module.scope
            if known is not None and name in known.names:
                return known.names[name]
            path = self._find(f"{owner.module.name}.{name}")
            if path is not None and str(path) in self.modules:
                return self._import(f"{owner.module.name}.{name}", scope, node)
            return Value()
        kind = owner.instance or (owner if owner.class_ is not None else None)
        if kind is not None:
            return self._inherited(kind, owner, name, set())
        if owner.is_path and isinstance(owner.literal, str):
            if name == "parent":
                parent = os.path.dirname(owner.literal)
                return Value(literal=parent, is_path=True)
            if name == "name":
                return Value(literal=os.path.basename(owner.literal))
            if name in known_apis.PATH_METHODS or name in _PATH_STEPS:
                return Value(origin=f"pathlib.Path().{name}", owner=owner)
        if owner.origin:
            origin = f"{owner.origin}.{name}"
            removed = known_apis.REMOVED.get(origin)
            guarded = any({"AttributeError", "ImportError"} & c for c in self._guards)
            if removed and not guarded and self._has_new_tornado():
                self._found("removed-api", scope, node, f"{origin} was {removed}")
            return Value(origin=origin, owner=owner)
        return Value(owner=owner, origin=f"?.{name}" if name in _KNOWN_METHODS else "")

    def _inherited(self, kind: Value, owner: Value, name: str, seen: set[int]) -> Value:
        """Return an attribute of a class of the project, or of what it is made from."""
        if id(kind) in seen:
            return Value()
        seen.add(id(kind))
        if name in kind.names:
            found = kind.names[name]
            if found.function is not None and owner.instance is not None:
                return _method(found, owner)
            return found
        for base in kind.bases:
            if base.class_ is not None:
                found = self._inherited(base, owner, name, seen)
                if found.origin or found.function or found.literal is not _UNSET:
                    return found
            elif base.origin:
                call = "()" if owner.instance is not None else ""
                return Value(origin=f"{base.origin}{call}.{name}", owner=owner)
        return Value()

    def _has_new_tornado(self) -> bool:
        """Tell whether the project gets a Tornado of version 6 or later."""
        listed = self.requirements.listed.get("tornado")
        if listed is not None and re.match(
            r"(<\s*6|==\s*[1-5]\.|~=\s*[1-5]\.)", (listed.versions.partition(",")[0])
        ):
            return False
        if listed is None or not listed.versions:
            installed = versions.version_of("tornado")
            return not installed or int(installed.partition(".")[0]) >= 6
        return not re.search(r"<\s*6", listed.versions)

    # Expressions.

    def _truth(self, node: ast.expr, scope: Scope) -> bool | None:
        """Tell whether a condition holds at import, None where that is not known."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            truth = self._truth(node.operand, scope)
            return None if truth is None else not truth
        if isinstance(node, ast.BoolOp):
            truths = [self._truth(value, scope) for value in node.values]
            decisive = isinstance(node.op, ast.Or)
            if decisive in truths:
                return decisive
            return None if None in truths else not decisive
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self._comparison(node, scope)
        if isinstance(node, (ast.Constant, ast.Name, ast.Attribute)):
            value = self._value(node, scope)
            if value.origin in (
                "typing.TYPE_CHECKING",
                "typing_extensions.TYPE_CHECKING",
            ):
                return False
            if value.literal is not _UNSET and not isinstance(node, ast.Attribute):
                return bool(value.literal)
        return None

    def _comparison(self, node: ast.Compare, scope: Scope) -> bool | None:
        left = self._value(node.left, scope)
        right = self._value(node.comparators[0], scope)
        sign = node.ops[0]
        if left.origin == "sys.version_info" or left.origin == "sys.version_info[]":
            return self._version_test(node.comparators[0], sign)
        if left.literal is _UNSET or right.literal is _UNSET:
            return None
        if isinstance(sign, (ast.Eq, ast.Is)):
            return left.literal == right.literal
        if isinstance(sign, (ast.NotEq, ast.IsNot)):
            return left.literal != right.literal
        if isinstance(left.literal, str) and isinstance(right.literal, str):
            if isinstance(sign, ast.In):
                return left.literal in right.literal
            if isinstance(sign, ast.NotIn):
                return left.literal not in right.literal
        return None

    def _version_test(self, node: ast.expr, sign: ast.cmpop) -> bool | None:
        try:
            wanted = ast.literal_eval(node)
        except ValueError:
            return None
        if isinstance(wanted, int):
            wanted = (wanted,)
        if not isinstance(wanted, tuple) or len(wanted) > 2:
            return None
        if isinstance(sign, ast.GtE):
            return bool(self.python >= wanted)
        if isinstance(sign, ast.Lt):
            return bool(self.python < wanted)
        if isinstance(sign, ast.Eq) and len(wanted) == 1:
            return bool(self.python[:1] == wanted)
        return None

    def _value(self, node: ast.expr, scope: Scope) -> Value:
        """Return what an expression stands for, and follow the calls in it."""
        if isinstance(node, ast.Name):
            return self._lookup(node.id, scope)
        if isinstance(node, ast.Constant):
            return Value(literal=node.value, node=node)
        if isinstance(node, ast.Attribute):
            owner = self._value(node.value, scope)
            return self._attribute(owner, node.attr, scope, node)
        if isinstance(node, ast.Call):
            return self._call(node, scope)
        if isinstance(node, ast.Await):
            value = self._value(node.value, scope)
            return self._run_coroutine(value)
        if isinstance(node, ast.NamedExpr):
            value = self._value(node.value, scope)
            self._bind(node.target, value, scope)
            return value
        if isinstance(node, ast.BinOp):
            return self._operation(node, scope)
        if isinstance(node, ast.BoolOp):
            self._value(node.values[0], scope)
            for value_node in node.values[1:]:
                self._uncertainly(value_node, scope)
            return Value()
        if isinstance(node, ast.IfExp):
            truth = self._truth(node.test, scope)
            if truth is not None:
                return self._value(node.body if truth else node.orelse, scope)
            self._uncertainly(node.body, scope)
            self._uncertainly(node.orelse, scope)
            return Value()
        if isinstance(node, ast.Lambda):
            return Value(node=node)
        if isinstance(node, ast.JoinedStr):
            return self._formatted(node, scope)
        if isinstance(node, ast.Subscript):
            owner = self._value(node.value, scope)
            self._value(node.slice, scope)
            known = owner.origin in ("sys.version_info", "sys.argv")
            return Value(origin=owner.origin + "[]" if known else "")
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp)):
            return self._comprehension(node, scope)
        if isinstance(node, ast.GeneratorExp):
            self._value(node.generators[0].iter, scope)
            return Value()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._value(child, scope)
        return Value()

    def _uncertainly(self, node: ast.expr, scope: Scope) -> Value:
        certain, self._certain = self._certain, False
        try:
            return self._value(node, scope)
        finally:
            self._certain = certain

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp, scope: Scope
    ) -> Value:
        inner = Scope({}, scope.module, scope)
        for generator in node.generators:
            self._value(generator.iter, inner)
            self._bind(generator.target, Value(), inner)
        if isinstance(node, ast.DictComp):
            self._value(node.key, inner)
            self._value(node.value, inner)
        else:
            self._value(node.elt, inner)
        return Value()

    def _operation(self, node: ast.BinOp, scope: Scope) -> Value:
        left = self._value(node.left, scope)
        right = self._value(node.right, scope)
        if isinstance(left.literal, str) and isinstance(right.literal, str):
            if isinstance(node.op, ast.Add):
                return Value(literal=left.literal + right.literal)
            if isinstance(node.op, ast.Div) and left.is_path:
                joined = os.path.join(left.literal, right.literal)
                return Value(literal=joined, is_path=True)
        return Value()

    def _formatted(self, node: ast.JoinedStr, scope: Scope) -> Value:
        text = ""
        is_known = True
        for part in node.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            value = self._value(inner, scope)
            if isinstance(value.literal, str) and is_known:
                text += value.literal
            else:
                is_known = False
        return Value(literal=text) if is_known else Value()

    # Calls.

    def _call(self, node: ast.Call, scope: Scope) -> Value:
        called = self._value(node.func, scope)
        arguments = [self._value(argument, scope) for argument in node.args]
        keywords = {
            keyword.arg: self._value(keyword.value, scope) for keyword in node.keywords
        }
        if called.coroutine:
            return Value()
        if called.function is not None:
            return self._call_function(called, arguments, keywords)
        if called.class_ is not None:
            return self._instance(called, arguments, keywords, scope, node)
        origin = called.origin
        if not origin:
            return Value()
        name = origin.rpartition(".")[2]
        made = self._judge_call(called, origin, name, node, arguments, keywords, scope)
        if made is not None:
            return made
        if name in known_apis.WAITS and called.owner is not None:
            self._no_longer_runs(called.owner)
        return Value(origin=f"{origin}()", node=node)

    def _judge_call(
        self,
        called: Value,
        origin: str,
        name: str,
        node: ast.Call,
        arguments: list[Value],
        keywords: dict[str | None, Value],
        scope: Scope,
    ) -> Value | None:
        """Report what a call into a library does; return its value where known."""
        text = _source(node.func)
        if origin == "cherrypy.server.unsubscribe":
            self._unsubscribed = True
        if self._serves(origin, name, node, arguments, keywords):
            self._found("server-start", scope, node, f"`{text}(...)` runs at import")
        elif origin in known_apis.ENDS:
            self._exit(scope, node, f"{text}()")
        elif origin in known_apis.STARTS_THREAD:
            self._start("thread-at-import", called, node, text, scope)
        elif origin in known_apis.STARTS_PROCESS:
            return self._start("process-at-import", called, node, text, scope)
        elif origin in known_apis.MAKES_LOOP:
            value = Value(origin=f"{origin}()", node=node)
            found = self._found(
                "loop-at-import", scope, node, f"`{text}()` makes an event loop"
            )
            value.started = [found] if found is not None else []
            return value
        elif origin in known_apis.WEBSOCKETS:
            self._found("websocket", scope, node, f"`{text}(...)` handles WebSockets")
        if known_apis.RUNS_COROUTINE.fullmatch(origin):
            for argument in arguments:
                if argument.coroutine or argument.function is not None:
                    self._run_coroutine(argument)
            return Value()
        if origin == "os.chdir":
            self.changes_folder = True
        if origin in ("sys.path.insert", "sys.path.append", "site.addsitedir"):
            self._extend_path(node.args[-1] if node.args else None, scope)
        elif origin == "sys.path.extend":
            self._extend_path(node.args[0] if node.args else None, scope)
        if origin in ("importlib.import_module", "__import__") and arguments:
            target = arguments[0].literal
            if isinstance(target, str) and not target.startswith("."):
                return self._import(target, scope, node)
        if origin == "getattr" and len(arguments) > 1:
            attribute = arguments[1].literal
            if isinstance(attribute, str):
                return self._attribute(arguments[0], attribute, scope, node)
        return _path_call(called, origin, arguments)

    def _serves(
        self,
        origin: str,
        name: str,
        node: ast.Call,
        arguments: list[Value],
        keywords: dict[str | None, Value],
    ) -> bool:
        """Tell whether a call binds an address or serves."""
        if origin in ("cherrypy.engine.start", "cherrypy.engine.block"):
            return not (self._unsubscribed and origin.endswith("start"))
        if name in known_apis.SERVES_METHODS:
            return True
        if origin in (
            "django.core.management.execute_from_command_line",
            "django.core.management.call_command",
        ):
            return any(
                isinstance(part, ast.Constant) and part.value == "runserver"
                for part in ast.walk(node)
            )
        if origin.startswith(("socketserver.", "http.server.")):
            activate = keywords.get("bind_and_activate")
            if activate is not None and activate.literal is False:
                return False
        if origin in ("socket.socket().bind", "socket.create_server") and node.args:
            address = node.args[0]
            if isinstance(address, ast.Tuple) and len(address.elts) > 1:
                port = address.elts[1]
                return not (isinstance(port, ast.Constant) and port.value == 0)
        return origin in known_apis.SERVES

    def _start(
        self, rule: str, called: Value, node: ast.Call, text: str, scope: Scope
    ) -> Value:
        """Report something that is started, until it is waited for."""
        kind = "a thread" if rule.startswith("thread") else "a process"
        found = self._found(rule, scope, node, f"`{text}(...)` starts {kind} at import")
        value = Value(origin=f"{called.origin}()", node=node)
        if found is not None:
            value.started.append(found)
            if called.owner is not None:
                called.owner.started.append(found)
        return value

    def _no_longer_runs(self, value: Value) -> None:
        """Take back what was said about something that has ended since."""
        for finding in value.started:
            if finding in self.findings:
                self.findings.remove(finding)
        value.started.clear()

    def _instance(
        self,
        kind: Value,
        arguments: list[Value],
        keywords: dict[str | None, Value],
        scope: Scope,
        node: ast.Call,
    ) -> Value:
        """Make an instance of a class of the project, running its ``__init__``."""
        for base in origins(kind):
            if base in known_apis.SERVES:
                self._found(
                    "server-start", scope, node, f"`{_source(node.func)}(...)` binds"
                )
        value = Value(instance=kind, module=kind.module, scope=kind.scope, node=node)
        initialiser = self._inherited(kind, value, "__init__", set())
        if initialiser.function is not None:
            self._call_function(initialiser, arguments, keywords)
        return value

    def _call_function(
        self,
        called: Value,
        arguments: list[Value],
        keywords: dict[str | None, Value],
    ) -> Value:
        """Follow a call of a function of the project and return its value."""
        function = called.function
        assert function is not None
        if isinstance(function, ast.AsyncFunctionDef):
            return Value(
                function=function,
                module=called.module,
                scope=called.scope,
                owner=called.owner,
                coroutine=True,
            )
        if _yields(function):
            return Value()
        return self._enter(called, arguments, keywords)

    def _run_coroutine(self, value: Value) -> Value:
        if value.function is None:
            return value
        return self._enter(value, [], {})

    def _enter(
        self,
        called: Value,
        arguments: list[Value],
        keywords: dict[str | None, Value],
    ) -> Value:
        function, module = called.function, called.module
        if function is None or module is None or function in self._stack:
            return Value()
        if self._calls >= _MAX_CALLS or len(self._stack) >= _MAX_NESTING:
            return Value()
        self._calls += 1
        inner = Scope({}, module, called.scope)
        given = list(arguments)
        if called.owner is not None and not _is_static(function):
            given.insert(0, called.owner)
        parameters = [*function.args.posonlyargs, *function.args.args]
        defaults = function.args.defaults
        for parameter, default in zip(parameters[::-1], defaults[::-1]):
            inner.names[parameter.arg] = self._value(default, inner)
        for parameter in function.args.kwonlyargs:
            inner.names[parameter.arg] = Value()
        for parameter, value in zip(parameters, given):
            inner.names[parameter.arg] = value
        for name, value in keywords.items():
            if name is not None:
                inner.names[name] = value
        for parameter in parameters:
            inner.names.setdefault(parameter.arg, Value())
        self._stack.append(function)
        try:
            self._run(function.body, inner)
        except _Returns:
            pass
        finally:
            self._stack.pop()
        if len(inner.returned) == 1:
            return inner.returned[0]
        origins = {value.origin for value in inner.returned}
        if len(origins) == 1 and origins != {""}:
            return inner.returned[0]
        return Value()

    def _extend_path(self, node: ast.expr | None, scope: Scope) -> None:
        """Take a folder that the code puts on ``sys.path``."""
        nodes: list[ast.expr | None] = [node]
        if isinstance(node, (ast.List, ast.Tuple)):
            nodes = list(node.elts)
        for item in nodes:
            value = self._value(item, scope) if item is not None else Value()
            if not isinstance(value.literal, str):
                self._has_unknown_roots = True
                self._add_root(self.project.folder)
                continue
            place = Path(os.path.normpath(value.literal))
            if place.is_dir():
                self._add_root(place)
            else:
                mapped = on_this_computer(value.literal, self.project.folder)
                if mapped is None:
                    self._has_unknown_roots = True
                else:
                    self._add_root(mapped)

    def _add_root(self, folder: Path) -> None:
        if folder not in self.roots:
            self.roots.append(folder)
            self._places.clear()

    # The application.

    def judge_application(self, module: Module) -> None:
        """Report an entry file whose ``application`` the host cannot use."""
        scope = module.scope
        if scope is None:
            return
        value = scope.names.get("application")
        if value is None:
            if not module.has_unknown_names:
                self._judge_missing(module, scope)
            return
        node = value.node
        line = _line_of_application(module.tree) or getattr(node, "lineno", 1)
        name = ast.Name("application", ast.Load())
        name.lineno = name.end_lineno = line
        kind = _callable_kind(value)
        if kind == "asgi":
            what = "`application` is an ASGI app"
            self._found("asgi-application", scope, name, what)
        elif value.origin in known_apis.NOT_WSGI:
            what, fix = known_apis.NOT_WSGI[value.origin]
            self._found(
                "missing-application", scope, name, f"`application` is {what}", fix
            )
        elif value.module is not None and not (
            value.function or value.class_ or value.instance
        ):
            self._found(
                "missing-application",
                scope,
                name,
                f"`application` is the module {value.module.name}, which is no "
                "callable",
            )
        elif value.literal is not _UNSET:
            self._found(
                "missing-application",
                scope,
                name,
                f"`application` is {type(value.literal).__name__} and no callable",
            )

    def _judge_missing(self, module: Module, scope: Scope) -> None:
        for statement in module.dead:
            for node in ast.walk(statement):
                if _binds(node, "application"):
                    self._found(
                        "application-under-main",
                        scope,
                        node,
                        "`application` is only bound where the import does not come",
                    )
                    return
        apps = [
            name
            for name, value in scope.names.items()
            if re.fullmatch(r"(app|api|server|wsgi_?app)", name)
        ]
        fix = f"Add a line: `application = {apps[0]}`." if apps else ""
        for name in apps:
            value = scope.names[name]
            if value.origin in known_apis.NOT_WSGI:
                fix = known_apis.NOT_WSGI[value.origin][1]
            elif value.origin in known_apis.ASGI:
                self._found(
                    "asgi-application",
                    scope,
                    value.node or module.tree,
                    f"`{name}` is an ASGI app, and there is no `application`",
                )
                return
        self._found(
            "missing-application",
            scope,
            module.tree,
            "There is no `application` in this file",
            fix,
        )


_ALWAYS_LOADED = frozenset(
    ("sys", "os", "io", "abc", "codecs", "site", "builtins", "time", "types", "errno")
)
"""Modules that the interpreter has loaded before the project's code runs."""

_HOST_MODULES = frozenset(("uwsgi", "uwsgidecorators"))
_KNOWN_METHODS = known_apis.SERVES_METHODS
_PATH_STEPS = frozenset(
    ("resolve", "absolute", "expanduser", "joinpath", "with_name", "exists")
)
_BUILTINS = frozenset(
    ("open", "exit", "quit", "SystemExit", "getattr", "__import__", "str", "print")
)


def versions_running() -> tuple[int, int]:
    """Return the version of the interpreter that reads."""
    return sys.version_info[0], sys.version_info[1]


def on_this_computer(path: str, folder: Path) -> Path | None:
    """Return the folder here for one in a home folder of the host, None if none."""
    match = re.match(r"/home/[^/]+/*(.*)", path)
    if match is None or os.path.exists(path):
        return None
    parts = [part for part in match[1].split("/") if part not in ("", ".")]
    for start in range(len(parts)):
        place = folder.joinpath(*parts[start:])
        if place.is_dir():
            return place
    return folder


def _requirement_fix(module: str) -> str:
    name = versions.distribution_of(module)
    return f"Add {name} to requirements.txt, and install it: pip install {name}."


def _method(function: Value, owner: Value) -> Value:
    """Return a function as a method of an instance."""
    return Value(
        function=function.function,
        module=function.module,
        scope=function.scope,
        owner=owner,
        node=function.node,
    )


def _is_static(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(d, ast.Name) and d.id == "staticmethod"
        for d in function.decorator_list
    )


def _yields(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tell whether a function is a generator, which does not run when called."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(
            node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
        ):
            waiting.extend(ast.iter_child_nodes(node))
    return False


def origins(kind: Value, seen: set[int] | None = None) -> list[str]:
    """Return the library's classes that a class of the project is made from."""
    seen = set() if seen is None else seen
    if id(kind) in seen:
        return []
    seen.add(id(kind))
    found: list[str] = []
    for base in kind.bases:
        if base.class_ is not None:
            found += origins(base, seen)
        elif base.origin:
            found.append(base.origin)
    return found


def _caught_by(handler: ast.ExceptHandler) -> set[str]:
    """Return the kinds of exceptions that matter here and that a handler catches."""
    everything = {"ImportError", "AttributeError", "SystemExit"}
    if handler.type is None:
        return everything
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    caught: set[str] = set()
    for kind in kinds:
        name = _source(kind).rpartition(".")[2]
        if name == "BaseException":
            return everything
        if name == "Exception":
            caught |= {"ImportError", "AttributeError"}
        elif name in ("ModuleNotFoundError", "ImportError"):
            caught.add("ImportError")
        else:
            caught.add(name)
    return caught


def _path_call(called: Value, origin: str, arguments: list[Value]) -> Value | None:
    """Return the path that a call makes, None if it is not known or none."""
    texts = [argument.literal for argument in arguments]
    known = [text for text in texts if isinstance(text, str)]
    owner = called.owner
    if origin in ("pathlib.Path", "pathlib.PurePath") and len(known) == len(texts):
        return Value(literal=os.path.join(*known) if known else ".", is_path=True)
    if origin.startswith("pathlib.Path().") and owner is not None:
        if isinstance(owner.literal, str):
            step = origin.rpartition(".")[2]
            if step in ("resolve", "absolute"):
                return Value(literal=owner.literal, is_path=True)
            if step == "joinpath" and len(known) == len(texts):
                joined = os.path.join(owner.literal, *known)
                return Value(literal=joined, is_path=True)
            if step == "with_name" and len(known) == len(texts) == 1:
                folder = os.path.dirname(owner.literal)
                return Value(literal=os.path.join(folder, known[0]), is_path=True)
        return None
    if len(known) != len(texts) or not known:
        return None
    if origin == "os.path.join":
        return Value(literal=os.path.join(*known))
    if origin in ("os.path.abspath", "os.path.realpath", "os.path.normpath"):
        return Value(literal=os.path.normpath(known[0])) if known[0] else None
    if origin == "os.path.dirname":
        return Value(literal=os.path.dirname(known[0]))
    if origin == "os.path.expanduser":
        return Value(literal=os.path.expanduser(known[0]))
    if origin in ("str", "os.fspath"):
        return Value(literal=known[0])
    return None


def _binds(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.Assign):
        return any(isinstance(t, ast.Name) and t.id == name for t in node.targets)
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.target, ast.Name) and node.target.id == name
    if isinstance(node, ast.ImportFrom):
        return any((alias.asname or alias.name) == name for alias in node.names)
    return False


def _line_of_application(tree: ast.Module) -> int:
    """Return the line of the last statement that binds the name, 0 if there is none."""
    line = 0
    for node in tree.body:
        named = (
            isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            and node.name == "application"
        )
        if named or _binds(node, "application"):
            line = node.lineno
    return line


def _callable_kind(value: Value) -> str:
    """Tell which interface a callable has, as far as its definition tells."""
    if value.origin in known_apis.ASGI:
        return "asgi"
    function = value.function
    if value.instance is not None:
        for base in origins(value.instance):
            if f"{base}()" in known_apis.ASGI:
                return "asgi"
        method = value.instance.names.get("__call__")
        function = method.function if method is not None else None
    if function is None:
        return ""
    if isinstance(function, ast.AsyncFunctionDef) and not value.coroutine:
        return "asgi"
    return ""


def _source(node: ast.AST) -> str:
    """Return the code of a node on one line, cut where it is long."""
    try:
        text = " ".join(ast.unparse(node).split())
    except (RecursionError, ValueError):
        return "..."
    return text if len(text) <= 60 else text[:57] + "..."
