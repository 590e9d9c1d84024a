"""Abstract values: the values of names, if the code says them plainly.

There is one small class for each kind of thing. An unknown thing is an
:class:`Unknown`; nothing is reported about it.
"""

from __future__ import annotations

from pa_new_check.rules import Finding
from pa_new_check.syntax import AnyFunction
from pa_new_shared.file_path import Path
from pa_new_shared.later import ast


class AbstractValue:
    """The value of a name or an expression."""

    origin = ""
    """The library's name for it, such as ``flask.Flask().run``; "" for other values."""

    def __init__(self, node: ast.AST | None = None) -> None:
        self.node = node
        """The node that defined it, or first gave it a name."""
        self.attributes: dict[str, AbstractValue] = {}
        """The attributes that the code sets."""
        self.started: list[Finding] = []
        """Findings that no longer hold once this has been waited for."""


class Unknown(AbstractValue):
    """An unknown value; nothing is reported about it."""


class Literal(AbstractValue):
    """A text, number, truth value or None."""

    def __init__(self, content: object, node: ast.AST | None = None) -> None:
        super().__init__(node)
        self.content = content


class Items(AbstractValue):
    """A list or tuple whose items are written in the code."""

    def __init__(self, items: list[AbstractValue], node: ast.AST | None = None) -> None:
        super().__init__(node)
        self.items = items
        self.is_known = True
        """Whether no method has changed it since."""


class PathLiteral(Literal):
    """A :class:`pathlib.Path` whose text is known."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class LibraryValue(AbstractValue):
    """Something that a library has or returns."""

    def __init__(
        self,
        origin: str,
        owner: AbstractValue | None = None,
        node: ast.AST | None = None,
    ) -> None:
        super().__init__(node)
        self.origin = origin
        self.owner = owner
        """The value that it is an attribute of."""


class ModuleValue(AbstractValue):
    """A module of the project."""

    def __init__(self, name: str, module: Module) -> None:
        super().__init__()
        self.origin = name
        self.module = module


class Function(AbstractValue):
    """A function of the project, or a method with its instance."""

    def __init__(
        self,
        definition: AnyFunction,
        scope: Scope,
        owner: AbstractValue | None = None,
    ) -> None:
        super().__init__(definition)
        self.definition = definition
        self.scope = scope
        """The scope in which it is defined."""
        self.owner = owner
        """The instance that it is a method of."""

    def of(self, owner: AbstractValue) -> Function:
        """Return the function as a method of an instance."""
        return Function(self.definition, self.scope, owner)


class Coroutine(AbstractValue):
    """An async function of the project that was called, and has not run yet."""

    def __init__(self, function: Function) -> None:
        super().__init__()
        self.function = function


class Class(AbstractValue):
    """A class of the project."""

    def __init__(self, definition: ast.ClassDef, bases: list[AbstractValue]) -> None:
        super().__init__(definition)
        self.bases = bases


class Instance(AbstractValue):
    """An instance of a class of the project."""

    def __init__(self, kind: Class, node: ast.AST) -> None:
        super().__init__(node)
        self.kind = kind


class Scope:
    """The names of a module, a class body or a call."""

    def __init__(
        self,
        names: dict[str, AbstractValue],
        module: Module,
        parent: Scope | None = None,
    ) -> None:
        self.names = names
        self.module = module
        self.parent = parent
        self.returned: list[AbstractValue] = []
        """The values of the ``return`` statements."""


class Module:
    """A file of the project."""

    def __init__(self, name: str, path: Path, file: str, tree: ast.Module) -> None:
        self.name = name
        self.path = path
        self.file = file
        """The file's name in the report."""
        self.tree = tree
        self.scope = Scope(
            {"__name__": Literal(name), "__file__": Literal(str(path))}, self
        )
        self.dead: set[ast.AST] = set()
        """Statements that the import does not run."""
        self.has_unknown_names = False
        """Whether there may be names that are not in the scope."""
        self.library_loads: list[ast.Call] = []
        """Calls that load a native library, as far as their names tell."""


def text_of(value: AbstractValue) -> str | None:
    """Return a value's text, None if it is not known to be a text or a path."""
    if isinstance(value, Literal) and isinstance(value.content, str):
        return value.content
    return None
