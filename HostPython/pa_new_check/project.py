"""The project on the disk: its files, its entry file."""

from __future__ import annotations

import io
import os
import warnings

from pa_new_check.syntax import binds
from pa_new_shared import project_record, regular_files
from pa_new_shared.file_path import Path
from pa_new_shared.host import site_of_wsgi_file
from pa_new_shared.later import ast, re
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

# Files beyond these limits are not read, and the report says so.
MAX_BYTES = 1_000_000
MAX_BYTES_IN_ALL = 5_000_000
MAX_FILES = 2_000
MAX_DEPTH = 6

NAME_IT = ": name the entry file with --entry"
"""The end of the message that there is no entry file."""

_SKIPPED = {"__pycache__", "node_modules", "site-packages", "dist-packages"}
_ALLOW = pattern(r"#\s*pa-new:\s*allow\s+([a-z-]+(?:[,\s]+[a-z-]+)*)")


class CannotCheck(Exception):
    """The project cannot be checked; ``kind`` is for programs, the text for people."""

    def __init__(
        self, kind: str, message: str, reason: str = "", hint: str = ""
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.reason = reason
        """Why, "" if the message says it."""
        self.hint = hint
        """What to do, "" if the message says it."""


class Unreadable(Exception):
    """A file cannot be read, for a reason that is not a mistake in its code."""


class Project:
    """A folder and its entry file."""

    def __init__(
        self,
        folder: Path,
        entry: Path,
        candidates: list[str],
    ) -> None:
        self.folder = folder
        self.entry = entry
        self.candidates = candidates
        """The other files that could be the entry file."""

    @property
    def root(self) -> Path:
        """The folder that comes first on ``sys.path`` when the entry file is loaded.

        It is the entry file's folder, as on PythonAnywhere, unless that is a package:
        there, a WSGI file imports a file such as Django's ``mysite/wsgi.py`` from
        the folder above.
        """
        root = self.entry.parent
        while (root / "__init__.py").is_file() and root != self.folder:
            root = root.parent
        return root

    @property
    def module(self) -> str:
        """The name by which the entry file is imported."""
        parts = self.entry.relative_to(self.root).with_suffix("").parts
        return ".".join(parts)

    @property
    def account(self) -> str | None:
        """The account in the entry file's name, if it is named as on PythonAnywhere."""
        named = site_of_wsgi_file(self.entry.stem)
        return named.user.lower() or None if named else None

    @property
    def is_generated(self) -> bool:
        """Whether pa-new made the project and its entry file."""
        entry = self.folder / project_record.entry(self.folder)
        return entry == self.entry and (self.folder / project_record.FILE).is_file()

    def name(self, path: Path) -> str:
        """Return the file's name in the report."""
        try:
            return path.relative_to(self.folder).as_posix()
        except ValueError:
            return path.as_posix()


def find(folder: Path, entry: str | None) -> Project:
    """Find the entry file (default: the best of the candidates)."""
    try:
        folder = folder.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise CannotCheck("no-folder", f"there is no folder {folder}") from error
    if not folder.is_dir():
        raise CannotCheck("no-folder", f"{folder} is not a folder")
    found = _candidates(folder)
    if entry is not None:
        path = Path(os.path.normpath(folder / entry))
        if not path.is_file():
            raise CannotCheck("no-entry", f"there is no file {entry} in {folder}")
        if folder not in path.parents:
            raise CannotCheck("no-entry", f"{entry} is not inside {folder}")
        if path.suffix != ".py":
            raise CannotCheck("no-entry", f"{entry} is not a Python file (.py)")
        found = [path, *(other for other in found if other != path)]
    if not found:
        raise CannotCheck(
            "no-entry",
            f"no file in {folder} is named wsgi.py or assigns `application`, "
            f"which PythonAnywhere imports{NAME_IT}",
        )
    others = [path.relative_to(folder).as_posix() for path in found[1:]]
    return Project(folder, found[0], others)


def _candidates(folder: Path) -> list[Path]:
    """Return the files that could be the entry file, the best first."""
    here = sorted(path for path in folder.glob("*.py") if path.is_file())
    found = [path for path in here if path.name.endswith("_wsgi.py")]
    own = folder / project_record.entry(folder)
    if own in here:
        generated = (folder / project_record.FILE).is_file()
        found = [path for path in found if path != own]
        found.insert(0 if generated else len(found), own)
    elif not found:
        bound, guarded = [], []
        budget = MAX_BYTES_IN_ALL
        for path in python_files(folder):
            content = _code_with_application(path)
            budget -= len(content)
            if budget < 0:
                break
            place = _place_of_application(path) if content else ""
            if place == "module":
                bound.append(path)
            elif place == "guard":
                guarded.append(path)
        # Django writes mysite/asgi.py next to mysite/wsgi.py, which is the right file.
        named = {"wsgi.py": 0, "asgi.py": 2}
        found = sorted(bound, key=lambda path: named.get(path.name, 1)) + guarded
    return found


def _code_with_application(path: Path) -> bytes:
    """Return a file's contents if they have the name, else nothing."""
    try:
        content = content_of(path)
    except Unreadable:
        return b""
    return content if b"application" in content else b""


def _place_of_application(path: Path) -> str:
    """Return the place of `application`: "module", "guard" (a condition) or ""."""
    try:
        tree = parse(path, None)
    except (Unreadable, SyntaxError):
        return ""
    if any(binds(statement, "application") for statement in tree.body):
        return "module"
    for statement in tree.body:
        if isinstance(statement, (ast.If, ast.Try)) and any(
            binds(inner, "application") for inner in ast.walk(statement)
        ):
            return "guard"
    return ""


def python_files(folder: Path) -> Iterator[Path]:
    """Yield the project's Python files, the shallow ones first, up to a limit."""
    level, count = [folder], 0
    for _ in range(MAX_DEPTH):
        below: list[Path] = []
        for parent in level:
            try:
                with os.scandir(parent) as scan:
                    items = sorted(scan, key=lambda item: item.name)
            except OSError:
                continue
            for item in items:
                try:
                    if item.is_dir(follow_symlinks=False):
                        if not is_foreign(Path(item.path)):
                            below.append(Path(item.path))
                    elif item.name.endswith(".py") and item.is_file():
                        yield Path(item.path)
                        count += 1
                except OSError:
                    continue
                if count >= MAX_FILES:
                    return
        level = below


def project_files(folder: str) -> Iterator[str]:
    """Yield the project's files, relative to its folder."""
    count = 0
    for place, folders, files in os.walk(folder):
        below = os.path.relpath(place, folder).replace(os.sep, "/")
        start = "" if below == "." else f"{below}/"
        folders[:] = sorted(
            name for name in folders if not is_foreign(os.path.join(place, name))
        )
        if start.count("/") >= MAX_DEPTH:
            folders.clear()
        for name in sorted(files):
            count += 1
            if count > 5 * MAX_FILES:
                return
            yield start + name


def is_foreign(folder: str | Path) -> bool:
    """Tell whether the code in a folder is not the project's own."""
    folder = Path(folder)
    name = folder.name
    return name in _SKIPPED or name.startswith(".") or (folder / "pyvenv.cfg").is_file()


_ADAPTERS = {"asgi_adapter": ("exchange.py",), "tornado_wsgi": ("connection.py",)}
"""The folders of the adapters that pa-new writes, and a file of each."""


def is_own(folder: Path, file: Path) -> bool:
    """Tell whether a file is the project's own: not of a virtualenv in its folder."""
    if folder not in file.parents:
        return False
    inside = [parent for parent in file.parents if folder in parent.parents]
    return not any(is_foreign(parent) for parent in inside)


def is_written_library(file: Path) -> bool:
    """Tell whether a file is of a library that pa-new has written into the project.

    It is seldom the place of a mistake.
    """
    if file.name == "bottle.py" and file.with_name("bottle.LICENSE").is_file():
        return True
    return is_handler_library(file) or any(
        (parent / name).is_file()
        for parent in file.parents
        for name in _ADAPTERS.get(parent.name, ())
    )


def is_handler_library(file: Path) -> bool:
    """Tell whether a file is of `web/`, the library of a project with handlers."""
    return any(
        parent.name == "web" and is_library_folder(parent) for parent in file.parents
    )


def is_library_folder(folder: Path) -> bool:
    """Tell whether a folder is the library that pa-new gives to projects with handlers."""
    names = ("application.py", "features.py", "handler.py", "writing.py")
    return all((folder / name).is_file() for name in names)


def content_of(path: Path) -> bytes:
    """Return the bytes of a file that is small enough to be read."""
    try:
        content = regular_files.read(str(path), MAX_BYTES)
    except (OSError, RuntimeError) as error:
        raise Unreadable(str(error)) from error
    if len(content) > MAX_BYTES:
        raise Unreadable(f"it is larger than {MAX_BYTES // 1_000_000} MB")
    return content


def parse(path: Path, version: tuple[int, int] | None) -> ast.Module:
    """Return the syntax tree of a file, as that version of Python sees it."""
    content = content_of(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(content, str(path), feature_version=version)
    except (RecursionError, MemoryError) as error:
        raise Unreadable("it is nested too deeply") from error
    except ValueError as error:  # null bytes, before Python 3.12
        if isinstance(error, SyntaxError):
            raise
        raise SyntaxError(str(error), (str(path), 1, 0, "")) from error


def source_line(path: Path, number: int) -> str:
    """Return one line of a file, "" if there is none, or if it is no text."""
    try:
        lines = content_of(path).split(b"\n", number)
    except (Unreadable, ValueError):
        return ""
    text = lines[number - 1].decode("utf-8", "replace") if number <= len(lines) else ""
    return "" if "\0" in text else text.rstrip()


def allowed_rules(path: Path) -> dict[int, set[str]]:
    """Return for each line the rules that its comment ``# pa-new: allow`` names."""
    try:
        content = content_of(path)
    except Unreadable:
        return {}
    if b"pa-new:" not in content:
        return {}
    import tokenize  # takes a while, and few files have such a comment

    allowed: dict[int, set[str]] = {}
    try:
        for token in tokenize.tokenize(io.BytesIO(content).readline):
            match = _ALLOW.search(token.string)
            if token.type == tokenize.COMMENT and match:
                allowed[token.start[0]] = set(re.split(r"[,\s]+", match.group(1)))
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass  # the comments before the error still count
    return allowed
