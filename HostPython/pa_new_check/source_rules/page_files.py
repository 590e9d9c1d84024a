"""Rules about the files that handlers and their templates name: templates and static files."""

from __future__ import annotations

from pa_new_check.project import Project
from pa_new_check.rules import Finding
from pa_new_check.source_rules import handler_code
from pa_new_check.static_analysis.values import Module
from pa_new_check.syntax import last_name
from pa_new_shared.later import ast, functools
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MAX_FILES = 2000  # of a folder, beyond which nothing is said
_MAX_SHOWN = 5
_IS_MEANT = 0.8  # likeness of the names of two folders
_SWIFT = pattern(
    r'\brequest[ \t\n]*\.[ \t]*(render|staticURL)\([ \t\n]*"((?:\\.|[^"\\\n])*)"'
)
_STATIC = pattern(r"\{\{\s*#\s*static_url\s*\}\}([^{}]*)\{\{\s*/\s*static_url\s*\}\}")


class Folders:
    """The names of the files that handlers find by name: read once, when asked for."""

    def __init__(self, project: Project) -> None:
        self._project = project.folder
        self._entry = project.name(project.entry)
        self._names: dict[str, list[str] | None] = {}
        self._in_code: set[str] = set()

    def names(self, folder: str) -> list[str] | None:
        """Return the paths of the files below a folder; None if there are too many."""
        if folder not in self._names:
            place = self._project / folder
            found: list[str] | None = []
            for count, path in enumerate(place.rglob("*")):
                if count >= _MAX_FILES:
                    found = None
                    break
                assert found is not None
                if path.is_file():
                    found.append(path.relative_to(place).as_posix())
            self._names[folder] = found
        return self._names[folder]

    def note_code(self, trees: Iterable[ast.Module]) -> None:
        """Note the names in the code, which may be those of files that it makes."""
        for tree in trees:
            named = {
                id(node.args[0])
                for node in ast.walk(tree)
                if isinstance(node, ast.Call)
                and node.args
                and last_name(node.func) in ("static_url", "render")
            }
            self._in_code.update(
                node.value.rpartition("/")[2]
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in named
            )

    def is_made(self, name: str) -> bool:
        """Tell whether the code may make a file."""
        return name.rpartition("/")[2] in self._in_code

    @functools.cached_property
    def takes_parts(self) -> bool:
        """Whether a script of the project makes a response a part of a page."""
        return handler_code.takes_parts(self._project)

    @property
    def beside(self) -> str:
        """Where the folders have to be."""
        return f"beside {plain(self._entry)}"

    def how_to_move(self, folder: str, name: str) -> str:
        """Return how to bring a file to its folder, "" if no other folder has it.

        :param folder: ``templates`` or ``static``.
        :param name: the file's path below it.
        """
        inside = [
            place
            for place in sorted(self._project.glob("*/*"))[:_MAX_FILES]
            if place.name.lower() == folder and (place / name).is_file()
        ]
        is_there = (self._project / folder).is_dir()
        for place in inside:
            path = plain(place.relative_to(self._project).as_posix())
            if is_there:
                return f"Move the file {path}/{plain(name)} to {folder}/ {self.beside}."
            return f"Move the folder {path}/ {self.beside}, as {folder}/."
        if is_there:
            return ""
        from difflib import SequenceMatcher  # takes a while to import

        for place in sorted(self._project.glob("*"))[:_MAX_FILES]:
            likeness = SequenceMatcher(None, place.name.lower(), folder).ratio()
            if likeness > _IS_MEANT and (place / name).is_file():
                return f"Rename the folder {plain(place.name)}/ to {folder}/."
        return ""


def judge_text(text: str, file: str, first: int, folders: Folders) -> Iterator[Finding]:
    """Yield the static files that a template names, and that are not there.

    :param first: the number of its first line in the file.
    """
    for found in _STATIC.finditer(text):
        line = first + text.count("\n", 0, found.start(1))
        yield from static_file(found[1].strip(), file, line, folders)


def judge_swift(text: str, file: str, folders: Folders) -> Iterator[Finding]:
    """Yield what a file in Swift names, and what is not there.

    :param text: the file without its comments.
    """
    for found in _SWIFT.finditer(text):
        call, name = found[1], found[2]
        line = text.count("\n", 0, found.start()) + 1
        if "\\" in name:  # a value is put into it
            continue
        if call == "staticURL":
            yield from static_file(name, file, line, folders)
        else:
            yield from missing_template(with_extension(name), file, line, folders)


def judge_call(module: Module, node: ast.Call, folders: Folders) -> Iterator[Finding]:
    """Yield what a call of a handler's method names, and what is not there."""
    func = node.func
    if not (
        isinstance(func, ast.Attribute)
        and isinstance(func.value, ast.Name)
        and func.value.id == "self"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ):
        return
    name, line = node.args[0].value, node.args[0].lineno
    if func.attr == "static_url":
        yield from static_file(name, module.file, line, folders)
    elif func.attr == "render":
        yield from missing_template(with_extension(name), module.file, line, folders)


def with_extension(name: str) -> str:
    """Return the path of a template; by default, its extension is ``.html``."""
    return name if "." in name.rpartition("/")[2] else f"{name}.html"


def missing_template(
    name: str, file: str, line: int, folders: Folders
) -> Iterator[Finding]:
    """Yield a finding for a template that is not there, in the words of the library.

    :param name: its path below ``templates/``, with its extension.
    :param file: the file that names it.
    """
    names = folders.names("templates")
    if names is None or not name or name in names:
        return
    what = f"The page needs the template `{plain(name)}`, which is not found"
    there = ", ".join(plain(other) for other in sorted(names)[:_MAX_SHOWN])
    there = f" (templates/ has {there})" if there else ""
    near = _near(name.lstrip("/").removeprefix("templates/"), names)
    moved = folders.how_to_move("templates", name.lstrip("/"))
    fix = f"Make the file, or correct the name{there}."
    if moved:
        fix = moved
    elif near:
        fix = f"Did you mean '{plain(near)}'?{there}."
    elif not there:
        fix = f"Make the folder templates/ {folders.beside}, and the file in it."
    consequence = "The page is an error."
    yield Finding("missing-template", file, line, what, fix, consequence=consequence)


def static_file(name: str, file: str, line: int, folders: Folders) -> Iterator[Finding]:
    """Yield a finding for a static file that is missing.

    :param name: its path below ``static/``.
    :param file: the file that names it.
    """
    names = folders.names("static")
    if names is None or not name or name in names or folders.is_made(name):
        return
    what = f"There is no static file `static/{plain(name)}`"
    if name.startswith("/"):
        what = f"The path of a static file must not begin with a slash: `{plain(name)}`"
    near = _near(name.lstrip("/").removeprefix("static/"), names)
    moved = folders.how_to_move("static", name.lstrip("/"))
    fix = moved or "Add the file to static/, or correct the name."
    if near and not moved:
        fix = f"Write `{plain(near)}`."
        if near.lower() == name.lower():
            fix = f"Write `{plain(near)}`: capital letters count."
    consequence = "The browser asks for it, and gets an error."
    yield Finding("page-mistake", file, line, what, fix, consequence=consequence)


def _near(name: str, names: list[str]) -> str:
    """Return the name that is meant, "" if none is near."""
    twin = next((other for other in names if other.lower() == name.lower()), "")
    if twin:
        return twin
    from difflib import get_close_matches  # takes a while to import

    return next(iter(get_close_matches(name, names, 1, 0.7)), "")
