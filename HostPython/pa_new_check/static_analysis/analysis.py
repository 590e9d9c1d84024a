"""The analysis of one project: the result of following its import, and more queries."""

from __future__ import annotations

from pa_new_check import known_apis
from pa_new_check.placement import Placement
from pa_new_check.static_analysis.application_rules import judge_application
from pa_new_check.static_analysis.control_flow import (
    FunctionReturns,
    ImportEnds,
    ImportFails,
)
from pa_new_check.static_analysis.interpreter import Interpreter
from pa_new_check.static_analysis.names import library_name
from pa_new_check.static_analysis.values import (
    AbstractValue,
    Module,
    Scope,
    Unknown,
    text_of,
)
from pa_new_check.syntax import FUNCTIONS, AnyFunction
from pa_new_shared.later import ast


class Analysis:
    """The result of following a project's import."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self._functions: dict[Module, list[AnyFunction]] = {}
        self._inner: dict[AnyFunction, Scope] = {}
        self.findings = interpreter.findings
        self.modules = [m for m in interpreter.modules.values() if m is not None]
        """The project's files that were read."""
        self.unread = interpreter.unread
        """The files that could not be read, and why."""
        self.roots = interpreter.finder.roots
        """The folders in which the project's modules are looked for."""
        self.requirements = interpreter.requirements
        self.python = interpreter.python
        self.domain = interpreter.domain
        self.placement = interpreter.placement
        self.changes_folder = interpreter.changes_folder
        """Whether the project changes the working directory."""

    def first_argument(self, module: Module, call: ast.Call) -> str:
        """Return the text or path that a call is given first, "" if it is not known.

        The call may be in a function that only a request runs.
        """
        given = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "name")]
        return text_of(self.value(module, given[0])) or "" if given else ""

    def value(self, module: Module, node: ast.expr) -> AbstractValue:
        """Return the value of an expression, which only a request may evaluate."""
        self._interpreter.is_certain = False  # it may never run: report nothing
        try:
            scope = module.scope
            for function in self.functions_around(module, node):
                if function not in self._inner:
                    self._inner[function] = self._inside(function, scope)
                scope = self._inner[function]
            return self._interpreter.evaluate(node, scope)
        except (ImportEnds, FunctionReturns, ImportFails, RecursionError):
            return Unknown()
        finally:
            self._interpreter.is_certain = True

    def origin(self, module: Module, call: ast.Call) -> str:
        """Return the library's name for what is called, "" if it is not known.

        The names of a function count for the calls of :data:`known_apis.LAST_NAMES` only:
        to follow each function would take too long.
        """
        name = library_name(call.func, module)
        if name or not isinstance(call.func, (ast.Attribute, ast.Name)):
            return name
        func = call.func
        last = func.attr if isinstance(func, ast.Attribute) else func.id
        if last in known_apis.LAST_NAMES and self.functions_around(module, call):
            return self.value(module, func).origin
        return ""

    def functions_around(self, module: Module, node: ast.AST) -> list[AnyFunction]:
        """Return the functions that a node is in, from the outside in."""
        if module not in self._functions:
            self._functions[module] = [
                inner for inner in ast.walk(module.tree) if isinstance(inner, FUNCTIONS)
            ]
        line = getattr(node, "lineno", 0)
        return [
            function
            for function in self._functions[module]
            if function.lineno <= line <= (function.end_lineno or 0)
        ]

    def _inside(self, function: AnyFunction, scope: Scope) -> Scope:
        """Return the names in a function, without the arguments of a call."""
        inner = Scope({}, scope.module, scope)
        for argument in ast.walk(function.args):
            if isinstance(argument, ast.arg):
                inner.names[argument.arg] = Unknown()
        nodes = list(ast.walk(function))
        stored = [
            node.id
            for node in nodes
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        ]
        inner.names.update((name, Unknown()) for name in stored)
        for node in nodes:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self._interpreter.execute([node], inner)
        assigned = [n for n in nodes if isinstance(n, (ast.Assign, ast.AnnAssign))]
        for node in sorted(assigned, key=lambda node: node.lineno):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            # If a name gets several values, its value is not known.
            if (
                len(targets) == 1
                and isinstance(targets[0], ast.Name)
                and stored.count(targets[0].id) == 1
                and node.value is not None
            ):
                value = self._interpreter.evaluate(node.value, inner)
                inner.names[targets[0].id] = value
        return inner


def analyze(placement: Placement, python: tuple[int, int]) -> Analysis:
    """Follow the import of the entry file and of its modules in the project."""
    interpreter = Interpreter(placement, python)
    entry = interpreter.load(placement.module, placement.project.entry)
    if entry is not None:
        judge_application(interpreter, entry)
    return Analysis(interpreter)
