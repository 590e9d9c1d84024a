"""Rules about paths: relative to the working directory, or as Windows writes them."""

from __future__ import annotations

import os

from pa_new_check import known_apis
from pa_new_check.rules import Finding
from pa_new_check.source_rules.reading import PathUse, Reading
from pa_new_check.static_analysis.names import library_name
from pa_new_check.static_analysis.values import Literal, Module, PathLiteral, text_of
from pa_new_shared.file_path import Path
from pa_new_shared.later import ast
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_HERE = frozenset(("os.getcwd()", "pathlib.Path.cwd()"))
_JOINS = frozenset(
    ("os.path.join", "pathlib.Path", "pathlib.PurePath", "str", "os.fspath")
    + ("os.path.abspath", "os.path.realpath", "os.path.normpath")
)
_ADDRESS = pattern(r"[A-Za-z][A-Za-z0-9+.-]+:")
_OF_PATHS_ONLY = frozenset(
    ("read_text", "read_bytes", "write_text", "write_bytes", "iterdir")
)
_FILE_NAME = pattern(r"/|\.\w{1,5}$")
_DRIVE = pattern(r"[A-Za-z]:(?:\\{1,2}[\w ~.-]|/(?:Users|Program Files|Windows)\b)")
_PACKAGES = pattern(r"[\w./~-]*/python(3\.\d+)/(?:site|dist)-packages\b")
_BACKSLASHES = pattern(r"(?:\.{1,2}\\|[\w.-]+\\)(?:[\w .-]+\\)*[\w .-]*")


def note(
    module: Module, node: ast.Call, name: str, tail: str, reading: Reading
) -> None:
    """Note the paths that a call uses relative to the working directory."""
    func = node.func
    if tail in known_apis.PATH_METHODS and isinstance(func, ast.Attribute):
        owner = func.value
        is_path = name.startswith("pathlib.Path()")
        if isinstance(owner, ast.BinOp):
            is_path = isinstance(owner.op, ast.Div)  # only paths are divided
        elif not name and tail in _OF_PATHS_ONLY:
            is_path = isinstance(reading.analysis.value(module, owner), PathLiteral)
        if is_path:
            name = f"pathlib.Path().{tail}"
    for path in _given(module, node, name, tail):
        text, is_whole = _beginning(module, path, reading)
        if text is None:
            continue
        if name in known_apis.ENGINES:
            scheme, slashes, text = text.partition(":///")
            if not slashes or not scheme.startswith("sqlite"):
                continue
        is_save = name not in known_apis.OPENS and tail in known_apis.SAVES
        if is_save and not _FILE_NAME.search(text):
            continue  # perhaps not the name of a file
        use = PathUse(module, node, name or tail, text, is_whole)
        if text.startswith("/") and is_whole and not _writes(use):
            reading.whole_paths.append(use)
        if not text or text.startswith(("/", "~", ":")):
            continue
        if _ADDRESS.match(text) or _DRIVE.match(text):
            continue  # the other rule finds the drive where the code names it
        reading.paths.append(use)


def _given(module: Module, node: ast.Call, name: str, tail: str) -> Iterator[ast.expr]:
    """Yield the arguments of a call that are paths."""
    for place, keyword in known_apis.OPENS.get(name, ()):
        if place is not None and place < len(node.args):
            yield node.args[place]
        for given in node.keywords:
            if given.arg == keyword:
                yield given.value
    owner, _, method = name.rpartition(".")
    func = node.func
    if owner == "pathlib.Path()" and method in known_apis.PATH_METHODS:
        if isinstance(func, ast.Attribute):
            yield func.value
    elif name in known_apis.ENGINES and node.args:
        yield node.args[0]
    elif tail in known_apis.SAVES and name not in known_apis.OPENS and node.args:
        # A storage of Django's has a folder of its own, and takes the content too.
        more = node.args[1:2]
        is_storage = isinstance(func, ast.Attribute) and "storage" in ast.dump(func)
        if not is_storage and all(isinstance(part, ast.Constant) for part in more):
            yield node.args[0]


def _beginning(
    module: Module, node: ast.expr, reading: Reading, depth: int = 0
) -> tuple[str | None, bool]:
    """Return the known beginning of a path, and whether that is all of it."""
    if depth > 20:
        return None, False
    if isinstance(node, ast.Constant):
        return (node.value, True) if isinstance(node.value, str) else (None, False)
    value = reading.analysis.value(module, node)
    text = text_of(value)
    if text is not None:
        return text, True
    if isinstance(value, Literal):
        return None, False
    first: ast.expr | None = None
    end = ""
    if isinstance(node, ast.BinOp):
        first = node.left
        end = "/" if isinstance(node.op, ast.Div) else ""
    elif isinstance(node, ast.JoinedStr):
        known = ""
        for part in node.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            text, is_whole = _beginning(module, inner, reading, depth + 1)
            known += text or ""
            if text is None or not is_whole:
                break
        return (known or None), False
    elif isinstance(node, ast.Call):
        name = library_name(node.func, module) or value.origin.removesuffix("()")
        if f"{name}()" in _HERE:
            return "./", False
        if name in _JOINS and node.args:
            first = node.args[0]
            end = "/" if len(node.args) > 1 else ""
    elif isinstance(node, (ast.List, ast.Tuple)) and node.elts:
        first = node.elts[0]
    elif isinstance(node, ast.Attribute) and node.attr == "parent":
        first = node.value
    if value.origin in _HERE:
        return "./", False
    if first is None or isinstance(node, ast.Name):
        return None, False
    text, _ = _beginning(module, first, reading, depth + 1)
    if text is not None and isinstance(node, ast.BinOp) and "%" in text:
        text = text.partition("%")[0]
    if text and end and not text.endswith("/"):
        text += end
    return (text or None), False


def judge(reading: Reading) -> Iterator[Finding]:
    """Yield the findings about all paths of the project."""
    for use in reading.whole_paths:
        yield from _judge_case(use, reading)
    if reading.analysis.changes_folder:
        return
    made = {_tidy(use.text) for use in reading.paths if _makes(use)}
    written = {_tidy(use.text) for use in reading.paths if _writes(use)}
    noted: set[str] = set()
    for use in reading.paths:
        text = _tidy(use.text)
        if _is_windows(use.text):
            yield _windows(use.module, use.node, use.text)
            continue
        if _is_from_home(text, reading):
            continue
        folder = text.rpartition("/")[0]
        is_here = (reading.project.folder / text).exists() if text else True
        has_folder = not folder or any(
            folder == other or folder.startswith(f"{other}/") for other in made
        )
        if _makes(use) or (_writes(use) and not folder and use.is_whole):
            if text not in noted:
                noted.add(text)
                yield _lands(use, text, reading)
        elif use.name in ("sqlite3.connect", "django") and not folder:
            yield _missing(use, reading, "SQLite makes a new, empty database there")
        elif folder in made or text in made or (folder and has_folder):
            if is_here and not _writes(use):
                yield _missing(use, reading)
        elif _writes(use) or is_here or text not in written:
            yield _missing(use, reading)


def _is_from_home(text: str, reading: Reading) -> bool:
    """Tell whether a path leads from the home folder into the project: `mysite/x.txt`."""
    own = reading.place[len(reading.home) + 1 :]
    inner = text[len(own) + 1 :]
    if text == own:  # the rest of the path is not known
        return not (reading.project.folder / own).exists()
    if not inner or not text.startswith(f"{own}/"):
        return False
    place = reading.project.folder / inner
    return place.exists() or ("/" in inner and place.parent.is_dir())


def _judge_case(use: PathUse, reading: Reading) -> Iterator[Finding]:
    """Report a file of the project whose name has other capital letters."""
    folder = reading.project.folder
    for root in (f"{folder}/", f"{reading.place}/"):
        if not use.text.startswith(root):
            continue
        place, shown = folder, []
        for part in os.path.normpath(use.text[len(root) :]).split("/"):
            names = _names_in(place)
            same = [name for name in names if name.lower() == part.lower()]
            if not same:
                return
            shown.append(part if part in same else same[0])
            place = place / shown[-1]
        wanted, real = use.text[len(root) :], "/".join(shown)
        if real != os.path.normpath(wanted):
            yield Finding(
                "wrong-case",
                use.module.file,
                use.node.lineno,
                f"The code opens `{wanted}`, but the file is `{real}`",
                last_line=use.node.end_lineno or use.node.lineno,
            )
        return


def _names_in(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _missing(use: PathUse, reading: Reading, consequence: str = "") -> Finding:
    node = use.node
    shown = use.text if use.is_whole else f"{use.text}..."
    if consequence:
        consequence = (
            "On PythonAnywhere the working directory is your home folder, not the "
            f"project's folder: {consequence}."
        )
    return Finding(
        "relative-path",
        use.module.file,
        node.lineno,
        f"`{shown}` is opened relative to the working directory",
        _whole(use, reading) if use.is_whole else "",
        consequence=consequence,
        last_line=node.end_lineno or node.lineno,
    )


def _lands(use: PathUse, text: str, reading: Reading) -> Finding:
    """Return the note about a file or folder that the code makes itself."""
    node = use.node
    return Finding(
        "relative-path",
        use.module.file,
        node.lineno,
        f"`{use.text}` is made in the working directory",
        _whole(use, reading),
        severity="note",
        consequence=(
            "On PythonAnywhere that is your home folder: it becomes "
            f"{reading.home}/{text}, outside the project's folder."
        ),
        last_line=node.end_lineno or node.lineno,
    )


def _whole(use: PathUse, reading: Reading) -> str:
    """Return the advice to write the whole path, as it is on PythonAnywhere."""
    text = _tidy(use.text)
    if use.name == "django":
        return f'Write `BASE_DIR / "{text}"`.'
    if use.module.path.name.endswith("_wsgi.py"):
        # PythonAnywhere has this file in /var/www, far from the project.
        return f'Write the whole path: `"{reading.place}/{text}"`.'
    depth = use.module.file.count("/")
    parent = f".parents[{depth}]" if depth else ".parent"
    code = f'Path(__file__).resolve(){parent} / "{text}"'
    if use.name in known_apis.ENGINES:
        code = code.replace('"', "'")
        return f'Write the whole path: `f"sqlite:///{{{code}}}"`.'
    return f"Write the whole path: `{code}`."


def _tidy(text: str) -> str:
    while text.startswith("./"):
        text = text[2:]
    return text.rstrip("/")


def _makes(use: PathUse) -> bool:
    return use.name in known_apis.MAKES_FOLDER and use.is_whole


def _writes(use: PathUse) -> bool:
    """Tell whether a call makes the file that it names."""
    if use.name in known_apis.WRITES or use.name in known_apis.SAVES:
        return True
    if use.name.rpartition(".")[2] not in ("open", "SqliteDatabase"):
        return False
    place = 0 if use.name.startswith("pathlib.") else 1
    modes = [*use.node.args[place : place + 1]]
    modes += [given.value for given in use.node.keywords if given.arg == "mode"]
    return any(
        isinstance(mode, ast.Constant) and set(str(mode.value)) & set("wax")
        for mode in modes
    )


def judge_text(
    module: Module, node: ast.Constant, reading: Reading
) -> Iterator[Finding]:
    """Report a path of Windows or of another Python, wherever the code uses it."""
    text = node.value
    if not isinstance(text, str) or len(text) > 300:
        return
    if text[1:2] == ":" and _DRIVE.match(text):
        yield _windows(module, node, text)
    packages = _PACKAGES.search(text) if "-packages" in text else None
    version = "{}.{}".format(*reading.analysis.python)
    if packages and packages[1] != version:
        what = f"`{packages[0]}` has the packages of Python {packages[1]}, and the app "
        yield Finding(
            "python-version",
            module.file,
            node.lineno,
            f"{what}is for Python {version}",
            f"Write the folder of Python {version}, or remove the line: PythonAnywhere "
            "puts the packages of the web app's virtualenv on the path.",
            severity="warning",
            consequence="Packages with compiled code cannot be imported from there.",
        )


def _is_windows(text: str) -> bool:
    return bool(_BACKSLASHES.fullmatch(text))


def _windows(module: Module, node: ast.expr, text: str) -> Finding:
    return Finding(
        "windows-path",
        module.file,
        node.lineno,
        f"`{text}` is a path of Windows",
        last_line=node.end_lineno or node.lineno,
    )
