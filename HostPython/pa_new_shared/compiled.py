"""Keeps the compiled modules of a command in one file.

A command imports many of our modules. To find and to open a file for each takes longer than to
run most of them, and so does it to read the code of each by itself: names that are in most of them would be read
again and again. So a run that ends adds those that it has imported to one file, beside Python's
own compiled files, and the next run takes them from there. Those of the first run, or of a later
one that has used twice as many, are read together, and made at once, each after those that it
imports: for Python, an import that finds its module there is no work. pa-new uses the file again only if it noted it itself
(``DerivedFiles.swift``), and the folder has the digest of the sources in its name.
"""

from __future__ import annotations

import marshal
import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import (
    MAGIC_NUMBER,
    PathFinder,
    SourceFileLoader,
    cache_from_source,
)

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType, ModuleType

_OURS = "pa_new_"


class Compiled:
    """The modules of a command, as Python's imports find them."""

    def __init__(self, folder: str, command: str) -> None:
        """Read the file, if there is one.

        :param folder: the folder with our packages.
        :param command: a word: the modules differ between commands.
        """
        self._folder = folder
        name = f"{command}.{sys.implementation.cache_tag}.modules"
        self._file = os.path.join(folder, "pa_new_shared", "__pycache__", name)
        self._usual: dict[str, tuple[bool, CodeType]] | None = None
        """The modules that are made at once; none if there was no run."""
        self._modules: dict[str, tuple[bool, bytes]] = {}
        """The others, each as marshal writes its code."""
        self._read()
        self._is_new = False
        self._ended: list[str] = []
        """The modules of this run, each after those that it imports."""

    def _read(self) -> None:
        """Read whether each module is a package, and its code."""
        try:
            with open(self._file, "rb") as file:
                content = marshal.loads(file.read())  # load() reads byte by byte
            magic, usual, modules = content
        except (OSError, EOFError, ValueError, TypeError):
            return
        if magic == MAGIC_NUMBER and type(usual) is type(modules) is dict:
            self._usual, self._modules = usual, modules

    def _known(self, name: str) -> tuple[bool, CodeType | bytes] | None:
        return (self._usual or {}).get(name) or self._modules.get(name)

    def make_usual(self) -> None:
        """Make the modules that the first run has used, each after those that it imports."""
        modules = sys.modules
        for name, (is_package, code) in (self._usual or {}).items():
            parent, _, own = name.rpartition(".")
            if name in modules or (parent and parent not in modules):
                continue  # the package, which follows, imports it
            spec = self._spec(name, is_package)
            modules[name] = module = type(sys)(name)
            known = vars(module)
            known["__spec__"], known["__file__"] = spec, spec.origin
            known["__loader__"], known["__package__"] = self, spec.parent
            if is_package:
                known["__path__"] = spec.submodule_search_locations
            try:
                exec(code, known)  # noqa: S102 - as Python's own imports do
            except Exception:  # noqa: BLE001 - two import each other, say: Python does the rest
                del modules[name]
                return
            self._ended.append(name)
            if parent:
                setattr(modules[parent], own, module)

    def _spec(self, name: str, is_package: bool) -> ModuleSpec:
        place = f"{self._folder}/{name.replace('.', '/')}"
        source = f"{place}/__init__.py" if is_package else f"{place}.py"
        spec = ModuleSpec(name, self, origin=source, is_package=is_package)  # type: ignore[arg-type]
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations = [place]
        return spec

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: object = None
    ) -> ModuleSpec | None:
        """Return how one of our modules is loaded: from the file, or else by itself."""
        known = self._known(name)
        if known is not None:
            return self._spec(name, known[0])
        spec = PathFinder.find_spec(name, path) if name.startswith(_OURS) else None
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = _Noted(spec.loader.name, spec.loader.path, self._ended)
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Let Python make the module."""

    def exec_module(self, module: ModuleType) -> None:
        """Run a module's code."""
        known = self._known(module.__name__)
        assert known is not None  # it was found
        code = known[1]
        if isinstance(code, bytes):
            code = marshal.loads(code)
        exec(code, vars(module))  # noqa: S102 - as Python's own imports do
        self._ended.append(module.__name__)

    def code(self, name: str) -> bytes:
        """Return the code of one of our modules, which is not imported here, as marshal writes it."""
        if self._usual and name in self._usual:
            return marshal.dumps(self._usual[name][1])
        if name not in self._modules:
            path = os.path.join(self._folder, *name.split(".")) + ".py"
            self._add(name, SourceFileLoader(name, path))
        return self._modules[name][1]

    def _add(self, name: str, loader: SourceFileLoader) -> None:
        code = loader.get_code(name)
        self._modules[name] = (loader.is_package(name), marshal.dumps(code))
        self._is_new = True

    def _sort(self) -> None:
        """Put the modules of the first run together; of this one, if it has used many more."""
        usual = self._usual
        if usual is not None and 2 * len(usual) > len(self._ended):
            return  # the first one has not ended early, with a wrong option, say
        for name, (is_package, code) in (usual or {}).items():
            self._modules[name] = is_package, marshal.dumps(code)
        self._usual = {}
        for name in self._ended:
            is_package, text = self._modules.pop(name)
            self._usual[name] = is_package, marshal.loads(text)

    def keep(self) -> None:
        """Write the file again, if this run has used further modules."""
        for name in self._ended:
            loader = getattr(sys.modules[name].__spec__, "loader", None)
            if self._known(name) is None and isinstance(loader, SourceFileLoader):
                self._add(name, loader)
        if not self._is_new:
            return
        self._sort()
        new = f"{self._file}.{os.getpid()}"
        try:
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as file:
                marshal.dump((MAGIC_NUMBER, self._usual, self._modules), file)
            os.replace(new, self._file)
            self._remove_others()
        except OSError:
            # The next run imports the modules one by one again. What is left here, it removes.
            return

    def _remove_others(self) -> None:
        """Remove the compiled files of the modules that are in the one file.

        Each would be looked at before every run. This module is read before the one file is.
        """
        for name in {*(self._usual or {}), *self._modules}:
            place = os.path.join(self._folder, *name.split("."))
            is_package, _ = self._known(name) or (False, b"")
            if name not in (__name__, __package__):
                source = (
                    os.path.join(place, "__init__.py") if is_package else f"{place}.py"
                )
                try:
                    os.unlink(cache_from_source(source))
                except OSError:
                    continue  # another run has removed it


class _Noted(SourceFileLoader):
    """Loads a module from its own file, and notes when its code has ended."""

    def __init__(self, name: str, path: str, ended: list[str]) -> None:
        super().__init__(name, path)
        self._ended = ended

    def exec_module(self, module: ModuleType) -> None:
        """Run a module's code."""
        super().exec_module(module)
        self._ended.append(module.__name__)


found: Compiled | None = None
"""Where the modules of this run come from; none if nothing is kept."""


def use(folder: str, command: str) -> Compiled:
    """Take our modules from the file of a command."""
    global found
    found = Compiled(folder, command)
    sys.meta_path.insert(0, found)
    found.make_usual()
    return found
