"""Keeps the compiled modules of a command in one file.

A command imports nearly a hundred of our modules. To find and to open a file for each takes longer than to
run most of them. So a run that ends adds those that it has imported to one file, beside Python's own compiled
files, and the next run takes them from there. pa-new uses it again only if it noted it itself
(``DerivedFiles.swift``), and the folder has the digest of the sources in its name.
"""

from __future__ import annotations

import marshal
import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import MAGIC_NUMBER, SourceFileLoader

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

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
        self._modules = self._read()
        self._is_new = False

    def _read(self) -> dict[str, tuple[bool, bytes]]:
        """Return whether each module is a package, and its code."""
        try:
            with open(self._file, "rb") as file:
                magic, modules = marshal.loads(file.read())  # load() reads byte by byte
        except (OSError, EOFError, ValueError, TypeError):
            return {}
        return modules if magic == MAGIC_NUMBER else {}

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: object = None
    ) -> ModuleSpec | None:
        """Return how a module is loaded; none if it is not in the file."""
        if name not in self._modules:
            return None
        is_package = self._modules[name][0]
        place = os.path.join(self._folder, *name.split("."))
        source = os.path.join(place, "__init__.py") if is_package else f"{place}.py"
        spec = ModuleSpec(name, self, origin=source, is_package=is_package)  # type: ignore[arg-type]
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations = [place]
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Let Python make the module."""

    def exec_module(self, module: ModuleType) -> None:
        """Run a module's code."""
        code = marshal.loads(self._modules[module.__name__][1])
        exec(code, vars(module))  # noqa: S102 - as Python's own imports do

    def code(self, name: str) -> bytes:
        """Return the code of one of our modules, which is not imported here, as marshal writes it."""
        if name not in self._modules:
            path = os.path.join(self._folder, *name.split(".")) + ".py"
            self._add(name, SourceFileLoader(name, path))
        return self._modules[name][1]

    def _add(self, name: str, loader: SourceFileLoader) -> None:
        code = loader.get_code(name)
        self._modules[name] = (loader.is_package(name), marshal.dumps(code))
        self._is_new = True

    def keep(self) -> None:
        """Write the file again, if this run has used further modules."""
        for name, module in list(sys.modules.items()):
            loader = getattr(getattr(module, "__spec__", None), "loader", None)
            is_known = name in self._modules or not name.startswith(_OURS)
            if not is_known and isinstance(loader, SourceFileLoader):
                self._add(name, loader)
        if not self._is_new:
            return
        new = f"{self._file}.{os.getpid()}"
        try:
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as file:
                marshal.dump((MAGIC_NUMBER, self._modules), file)
            os.replace(new, self._file)
        except OSError:
            # The next run imports the modules one by one again. What is left here, it removes.
            return


found: Compiled | None = None
"""Where the modules of this run come from; none if nothing is kept."""


def use(folder: str, command: str) -> Compiled:
    """Take our modules from the file of a command."""
    global found
    found = Compiled(folder, command)
    sys.meta_path.insert(0, found)
    return found
