"""Finds the app that an option names: ``--app``, ``--factory`` or ``--settings``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

from pa_new_adopt.facts import names
from pa_new_check import app_kinds
from pa_new_check.app_connection import required
from pa_new_check.app_kinds import Kind
from pa_new_check.app_root import root_of
from pa_new_check.app_search import App, Found, Search
from pa_new_check.project import (
    CannotCheck,
    Unreadable,
    content_of,
    parse,
    python_files,
)
from pa_new_check.static_analysis.names import inherited, library_bases
from pa_new_check.static_analysis.values import (
    AbstractValue,
    Class,
    Function,
    Instance,
    Literal,
    Module,
    ModuleValue,
)
from pa_new_check.syntax import binds
from pa_new_shared.patterns import pattern
from pa_new_shared.text import listed, printable, shortened

_MAX_LENGTH = 200
_MODULE = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_OBJECT = pattern(rf"({_MODULE}):({_MODULE})")
_NAME = pattern(_MODULE)
_FORMS = {
    "app": "MODULE:OBJECT, such as shop.app:app",
    "factory": "MODULE:FUNCTION, such as shop:create_app",
    "settings": "a module, such as mysite.settings",
}
_SETTINGS = re.compile(rb"INSTALLED_APPS|ROOT_URLCONF|import \*")


def named_app(
    options: SimpleNamespace, folder: Path, found: Found, search: Search
) -> tuple[App, list[str]] | None:
    """Return the app that the options name, with notes; None if they name none.

    :raise CannotCheck: if there is no such app.
    """
    given = [name for name in _FORMS if getattr(options, name) is not None]
    if not given:
        return None
    if len(given) > 1:
        these = listed([f"--{name}" for name in given])
        raise CannotCheck("usage", f"{these} exclude each other: give one of them")
    option = given[0]
    text: str = getattr(options, option)
    return _Named(option, text, folder, found, search, options.load).app()


class _Named:
    """What an option names, and where."""

    def __init__(
        self,
        option: str,
        text: str,
        folder: Path,
        found: Found,
        search: Search,
        loads: bool,
    ) -> None:
        self.option = option
        self.text = text
        self.folder = folder
        self.found = found
        self.search = search
        self.loads = loads
        """Whether the app is loaded afterwards."""
        self.notes: list[str] = []

    def refusal(self, why: str, reason: str = "", hint: str = "") -> CannotCheck:
        shown = printable(shortened(self.text, 100))
        return CannotCheck("usage", f"--{self.option} {shown}: {why}", reason, hint)

    def app(self) -> tuple[App, list[str]]:
        """Return the app, and notes on it."""
        for app in self.found.apps:
            if names(app).get(self.option) == self.text:
                return app, []
        if not self.text:
            raise CannotCheck("usage", f"--{self.option} takes {_FORMS[self.option]}")
        if self.option == "settings":
            return self._settings()
        match = _OBJECT.fullmatch(self.text)
        if len(self.text) > _MAX_LENGTH or match is None:
            raise CannotCheck(
                "usage",
                f"--{self.option} takes {_FORMS[self.option]}, not "
                f"{printable(shortened(self.text, 100))!r}",
                hint=self._meant_form(),
            )
        path, root = self._file(match[1])
        if self.option == "factory":
            return self._factory(path, root, match[1], match[2]), self.notes
        return self._object(path, root, match[1], match[2]), self.notes

    def _meant_form(self) -> str:
        """Return what is meant by a text that is nearly right, as a hint."""
        text = self.text.strip()
        text = re.sub(r"\.py(?=:|$)", "", text).replace("/", ".").replace("\\", ".")
        text = re.sub(r"\(\)$", "", text)
        if len(text) > _MAX_LENGTH:
            return ""
        if ":" not in text and _NAME.fullmatch(text):
            module, dot, name = text.rpartition(".")
            if not dot:
                own = [names(app).get(self.option, "") for app in self.found.apps]
                named = [n for n in own if text in (*n.split(":"), n)]
                return f"did you mean {named[0]}?" if named else ""
            text = f"{module}:{name}"
        if _OBJECT.fullmatch(text):
            return f"did you mean {text}?"
        return ""

    def _file(self, module: str) -> tuple[Path, Path]:
        """Return the file of a module, and the folder to put on the path for it."""
        known: dict[str, tuple[Path, Path]] = {}
        below = "/".join(module.split("."))
        for path in python_files(self.folder):
            place = path.relative_to(self.folder).with_suffix("")
            place = place.parent if place.name == "__init__" else place
            text = place.as_posix()
            if text == below or text.endswith(f"/{below}"):
                root = self.folder / text[: len(text) - len(below)]
                known.setdefault(module, (path, root))
                if root == self._root(path):
                    return path, root
            else:
                known.setdefault(self._module(path), (path, self.folder))
        if module in known:
            return known[module]
        near = _near(module, known)
        hint = f"did you mean {self.text.replace(module, near, 1)}?" if near else ""
        if module.endswith(".py"):  # that is the name of the file
            hint = self._meant_form()
        raise self.refusal(
            f"there is no module {shortened(module, 100)} in the project", hint=hint
        )

    def _root(self, path: Path) -> Path:
        try:
            return root_of(self.folder, path, self._tree(path))
        except CannotCheck:
            return self.folder

    def _module(self, path: Path) -> str:
        """Return the name by which a file is most likely imported."""
        root = path.parent
        while (root / "__init__.py").is_file() and root != self.folder:
            root = root.parent
        parts = path.relative_to(root).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" and parts[1:] else parts)

    def _tree(self, path: Path) -> ast.Module:
        file = path.relative_to(self.folder).as_posix()
        try:
            return parse(path, None)
        except Unreadable as problem:
            raise self.refusal(f"{file} cannot be read: {problem}") from problem
        except SyntaxError as error:
            line = error.lineno or 1
            raise self.refusal(f"Python cannot read line {line} of {file}") from error

    def _blank(self, path: Path, root: Path, module: str, name: str) -> App:
        self.found.trees.setdefault(path, self._tree(path))
        file = path.relative_to(self.folder).as_posix()
        return App(Kind(""), path, file, 1, name, root, module)

    # The three options.

    def _object(self, path: Path, root: Path, module: str, name: str) -> App:
        blank = self._blank(path, root, module, name)
        interpreter, _, followed = self.search.follow(path, root)
        first, *more = name.split(".")
        nodes = ast.walk(self.found.trees[path])
        lines = [n.lineno for n in nodes if isinstance(n, ast.stmt) and binds(n, first)]
        if not lines and not (followed and first in followed.scope.names):
            bound = followed.scope.names if followed else {}
            near = _near(first, [n for n in bound if not n.startswith("_")])
            if first == "default_app" and followed and self._adds_routes(followed):
                return blank._replace(kind=Kind("Bottle", app_kinds.ROUTES))
            if self.loads and not near:
                return blank._replace(kind=Kind("WSGI"), is_unseen=True)
            raise self.refusal(
                f"{blank.file} does not make {shortened(first, 100)}",
                hint=f"did you mean {module}:{near}?"
                if near
                else "if another file makes it there at import, add --load: that runs the code",
            )
        app = blank._replace(line=lines[-1] if lines else 1)
        value = followed.scope.names.get(first) if followed else None
        for attribute in more:
            if value is not None and followed is not None:
                value = interpreter.attribute(
                    value, attribute, followed.scope, ast.Name(attribute)
                )
        return self._judged(app, value)

    def _adds_routes(self, module: Module) -> bool:
        return app_kinds.default_routes(module) is not None

    def _judged(self, app: App, value: AbstractValue | None) -> App:
        """Return an app with the kind that its value has."""
        kind = app_kinds.kind_of(value) if value is not None else None
        if kind is not None:
            return app._replace(kind=kind, value=value)
        if isinstance(value, Function):
            hint = f"for a function that makes the app: --factory {self.text}"
            raise self.refusal(f"`{app.name}` is a function, and not an app", hint=hint)
        if isinstance(value, (Literal, ModuleValue)) or (
            isinstance(value, Class) and not library_bases(value)
        ):
            what = (
                "a module" if isinstance(value, ModuleValue) else "a value or a class"
            )
            raise self.refusal(f"`{app.name}` is {what}, and not an app")
        if isinstance(value, Instance) and not library_bases(value.kind):
            raise self.refusal(
                f"`{app.name}` is no app: its class takes no request",
                "a WSGI app is called with `environ` and `start_response`",
            )
        self.notes.append(
            f"The code does not say plainly what `{app.name}` is: it is taken for a WSGI "
            "app, as Flask and Django make them. To load it now, add --load."
        )
        return app._replace(kind=Kind("WSGI"), value=value)

    def _factory(self, path: Path, root: Path, module: str, name: str) -> App:
        blank = self._blank(path, root, module, name)
        interpreter, _, followed = self.search.follow(path, root)
        value = followed.scope.names.get(name) if followed else None
        if isinstance(value, Class):
            return self._class(blank, value)
        if not isinstance(value, Function):
            functions = [
                n
                for n, v in (followed.scope.names if followed else {}).items()
                if isinstance(v, Function)
            ]
            near = _near(name, functions)
            why = (
                f"`{name}` is not a function"
                if value is not None
                else f"{blank.file} has no function {shortened(name, 100)}"
            )
            is_app = value is not None and app_kinds.kind_of(value)
            hint = f"did you mean {module}:{near}?" if near else ""
            raise self.refusal(why, hint=f"use --app {self.text}" if is_app else hint)
        definition = value.definition
        if not isinstance(definition, ast.FunctionDef):
            raise self.refusal(
                f"`{name}` is an async function, which PythonAnywhere cannot call",
                hint="name a function without `async`",
            )
        kind = app_kinds.result_of(interpreter, value, value.scope.module)
        if kind is None:
            if not any(
                isinstance(n, ast.Return) and n.value for n in ast.walk(definition)
            ):
                raise self.refusal(f"`{name}` returns nothing")
            kind = Kind("WSGI")
            self.notes.append(
                f"The code does not say plainly what `{name}` returns: it is taken for a "
                "WSGI app, as Flask and Django make them. To load it now, add --load."
            )
        if kind.form == app_kinds.OBJECT:
            kind = kind._replace(form=app_kinds.FACTORY)
        return blank._replace(kind=kind, line=definition.lineno, function=definition)

    def _class(self, blank: App, value: Class) -> App:
        """Return the app that a class makes when it is called without arguments."""
        node = value.node or ast.Pass()
        instance = Instance(value, node)
        kind = app_kinds.kind_of(instance)
        if kind is None:
            raise self.refusal(
                f"`{blank.name}` is a class, and it takes no request",
                "a WSGI app is called with `environ` and `start_response`",
            )
        start = inherited(value, instance, "__init__")
        if isinstance(start, Function) and isinstance(
            start.definition, ast.FunctionDef
        ):
            taken = [name for name, _ in required(start.definition)][1:]
            if taken:
                raise self.refusal(
                    f"the class `{blank.name}` takes {listed(taken)}",
                    "PythonAnywhere needs the app without a question",
                    f"write a function that calls it, and name that: --factory "
                    f"{blank.module}:create_app",
                )
        nodes = ast.walk(self.found.trees[blank.path])
        binding = [
            n
            for n in nodes
            if n is node or (isinstance(n, ast.stmt) and binds(n, blank.name))
        ]
        kind = kind._replace(suffix=f"(){kind.suffix}")
        line = getattr(binding[-1], "lineno", 1) if binding else 1
        return blank._replace(kind=kind, line=line, value=instance)

    def _settings(self) -> tuple[App, list[str]]:
        text = self.text
        if len(text) > _MAX_LENGTH or not _NAME.fullmatch(text):
            meant = re.sub(r"\.py$", "", text.strip()).replace("/", ".")
            is_name = len(meant) <= _MAX_LENGTH and _NAME.fullmatch(meant)
            raise CannotCheck(
                "usage",
                f"--settings takes {_FORMS['settings']}, not "
                f"{printable(shortened(text, 100))!r}",
                hint=f"did you mean {meant}?" if is_name else "",
            )
        path, root = self._file(text)
        app = self._blank(path, root, text, text)
        try:
            is_settings = _SETTINGS.search(content_of(path))
        except Unreadable as problem:
            raise self.refusal(f"{app.file} cannot be read: {problem}") from problem
        if not is_settings:
            own = [a.name for a in self.found.apps if a.kind.form == app_kinds.SETTINGS]
            raise self.refusal(
                f"{app.file} has no settings of Django, such as INSTALLED_APPS",
                hint=f"did you mean {own[0]}?" if own else "",
            )
        return app._replace(kind=Kind("Django", app_kinds.SETTINGS)), []


def _near(name: str, others: Iterable[str]) -> str:
    """Return the name that is nearest to one, "" if none is near."""
    import difflib  # takes a while, and is seldom needed

    some = [other for other in others if other and len(other) <= _MAX_LENGTH][:2_000]
    folded = [other for other in some if other.lower() == name.lower()]
    close = folded or difflib.get_close_matches(name[:_MAX_LENGTH], some, 1, 0.7)
    return close[0] if close else ""
