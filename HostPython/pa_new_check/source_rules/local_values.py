"""Reads which values the names of a function have, as far as its code tells."""

from __future__ import annotations

import copy

from pa_new_check.syntax import AnyFunction, given_names, items, last_name, own_nodes
from pa_new_shared.later import ast

_CHANGES = frozenset(
    ("append", "extend", "insert", "add", "update", "setdefault", "appendleft")
)
# Functions that return what they get.
_ITERATORS = frozenset(
    ("list", "tuple", "set", "frozenset", "dict", "sorted", "reversed", "enumerate")
    + ("zip", "iter", "map", "filter", "input")
)
_MAX_STEPS = 5_000  # values that are looked at for one function


class Locals:
    """The names that a function gives values to, and these values."""

    def __init__(self, tree: ast.Module, function: AnyFunction) -> None:
        """Read them.

        :param tree: the file of the function.
        """
        self._tree = tree
        # The copies of this have these in common.
        self._file: list[_FileNames] = []
        self._steps = [0]
        self.values: dict[str, list[ast.expr]] = {}
        self.items: dict[str, list[ast.expr]] = {}
        """What has the values of a name as its items: in a loop, or in a list of lists."""
        self.added: dict[str, list[ast.expr]] = {}
        """What is put into a list that has a name."""
        self.looked: frozenset[str] = frozenset()
        """The names whose values are being looked at."""
        self._plain: dict[str, list[bool]] = {}
        """For each value that no `+=` adds, whether it is a number."""
        given = function.args
        every = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        every += [one for one in (given.vararg, given.kwarg) if one]
        self.others = {argument.arg for argument in every}
        """Those of which not all values are in the code."""
        inside: set[int] = set()
        """The names of comprehensions, which only these have."""
        stored: list[ast.Name] = []
        for node in own_nodes(function):
            if isinstance(node, ast.comprehension):
                inside.update(map(id, ast.walk(node.target)))
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                stored.append(node)
            else:
                self._read(node)
        names = [node.id for node in stored if id(node) not in inside]
        for name in set(names):
            known = len(self.values.get(name, [])) + len(self.items.get(name, []))
            if names.count(name) > known:
                self.others.add(name)
        # Nothing but a number can be added to a number.
        self.numbers = {n for n, are in self._plain.items() if all(are)}
        self.numbers -= self.items.keys() | self.others

    def _read(self, node: ast.AST) -> None:
        """Note what a node gives to a name."""
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, node.value)
        elif isinstance(node, ast.AugAssign):
            if isinstance(node.target, ast.Name):
                self.values.setdefault(node.target.id, []).append(node.value)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
            if node.value is not None:
                self._bind(node.target, node.value)
        elif isinstance(node, ast.For):
            self._loop(node.target, node.iter)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if node.func.attr in _CHANGES and isinstance(owner, ast.Name):
                self.added.setdefault(owner.id, []).extend(node.args)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.values.setdefault(target.id, []).append(value)
            content = value.value if isinstance(value, ast.Constant) else None
            is_number = type(content) in (int, float)
            self._plain.setdefault(target.id, []).append(is_number)
        elif isinstance(target, (ast.Tuple, ast.List)):
            parts = items(value)
            is_listed = len(parts) == len(target.elts) > 0 and value is not parts[0]
            if is_listed and not any(isinstance(t, ast.Starred) for t in target.elts):
                for part, one in zip(target.elts, parts):
                    self._bind(part, one)
            elif isinstance(value, (ast.Name, ast.List, ast.Tuple)):
                self._loop(target, value)
            elif _is_plain_call(value):
                for part in target.elts:
                    self._bind(part, value)
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            self.added.setdefault(target.value.id, []).append(value)

    def _loop(self, target: ast.expr, series: ast.expr) -> None:
        """Note that the items of a series get a name, or several."""
        parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else []
        given = series.args if isinstance(series, ast.Call) else []
        kind = last_name(series.func) if isinstance(series, ast.Call) else ""
        if kind == "enumerate" and len(parts) == 2 and given:
            self._loop(parts[0], ast.Constant(0))
            self._loop(parts[1], given[0])
            return
        if kind == "zip" and len(parts) == len(given):
            for part, one in zip(parts, given):
                self._loop(part, one)
            return
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                self.items.setdefault(node.id, []).append(series)

    def without(self, name: str) -> Locals:
        """Return the same without a name, whose values are being looked at."""
        rest = copy.copy(self)
        rest.values = {k: v for k, v in self.values.items() if k != name}
        rest.items = {k: v for k, v in self.items.items() if k != name}
        rest.looked = self.looked | {name}
        return rest

    def inside(self, loops: list[tuple[ast.expr, ast.expr]]) -> Locals:
        """Return the same with the names of a comprehension or a lambda.

        :param loops: what has the names, and the series whose items they get.
        """
        rest = copy.copy(self)
        for target, series in loops:
            names = {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
            rest.values = {k: v for k, v in rest.values.items() if k not in names}
            rest.items = {k: v for k, v in rest.items.items() if k not in names}
            rest.others = rest.others - names
            rest.numbers = rest.numbers - names
            rest.looked = rest.looked - names
            rest._loop(target, series)
        return rest

    @property
    def file(self) -> _FileNames:
        """What the names of the file have."""
        if not self._file:
            self._file.append(_FileNames(self._tree))
        return self._file[0]

    def is_enough(self) -> bool:
        """Tell whether so many values were looked at that the rest does not matter."""
        self._steps[0] += 1
        return self._steps[0] > _MAX_STEPS


def _is_plain_call(value: ast.expr) -> bool:
    """Tell whether a function makes a value, of which its code here tells nothing."""
    func = value.func if isinstance(value, ast.Call) else None
    return isinstance(func, ast.Name) and func.id not in _ITERATORS


class _FileNames:
    """The values of the names of a file, and which of them code changes."""

    def __init__(self, tree: ast.Module) -> None:
        self._values: dict[str, ast.expr | None] = {}
        for node in tree.body:
            if isinstance(node, (ast.Assign, ast.AnnAssign)):
                targets = (
                    node.targets if isinstance(node, ast.Assign) else [node.target]
                )
                self._values.update((last_name(one), node.value) for one in targets)
        self._counts: dict[str, int] = {}
        self._changed: set[str] = set()
        self._of_classes: dict[str, bool] = {}
        """For each name in a class, whether it has a text or a number."""
        self._stored: set[str] = set()
        for part in ast.walk(tree):
            if isinstance(part, ast.ClassDef):
                self._note_class(part)
            for name in given_names(part):
                self._counts[name] = self._counts.get(name, 0) + 1
            if isinstance(part, ast.Attribute):
                is_change, owner = part.attr in _CHANGES, part.value
                if not isinstance(part.ctx, ast.Load):
                    self._stored.add(part.attr)
            elif isinstance(part, ast.Subscript):
                is_change, owner = isinstance(part.ctx, ast.Store), part.value
            else:
                continue
            while isinstance(owner, ast.Subscript):
                owner = owner.value
            if is_change:
                self._changed.add(last_name(owner))

    def is_fixed(self, name: str) -> bool:
        """Tell whether a name has a value that nothing changes."""
        if name in self._changed:
            return False
        count = self._counts.get(name, 0)
        if name not in self._values or "*" in self._counts:
            # It comes from another file, where it is a constant, as its name says.
            return name.isupper() and count <= 1
        value = self._values[name]
        # One that is empty here is filled elsewhere.
        is_filled = isinstance(value, (ast.Constant, ast.JoinedStr, ast.BinOp))
        if isinstance(value, (ast.List, ast.Set, ast.Tuple)):
            is_filled = bool(value.elts)
        elif isinstance(value, ast.Dict):
            is_filled = bool(value.keys)
        elif isinstance(value, ast.Call):
            is_filled = last_name(value.func) == "range"
        return is_filled and count == 1

    def _note_class(self, node: ast.ClassDef) -> None:
        for part in node.body:
            value = getattr(part, "value", None)
            is_text = isinstance(value, ast.Constant)
            names = [getattr(part, "name", "")]
            if isinstance(part, (ast.Assign, ast.AnnAssign)):
                given = part.targets if isinstance(part, ast.Assign) else [part.target]
                names = [last_name(one) for target in given for one in items(target)]
            for name in names:
                self._of_classes[name] = is_text and self._of_classes.get(name, True)

    def is_class_text(self, name: str) -> bool:
        """Tell whether an attribute has a text or a number in each class that has it."""
        return self._of_classes.get(name, False) and name not in self._stored

    def is_unchanged(self, name: str) -> bool:
        """Tell whether nothing is put into what has a name."""
        return name not in self._changed
