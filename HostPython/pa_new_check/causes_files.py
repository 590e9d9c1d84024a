"""Failures for want of a file: relative, of Windows, misspelled, or left behind."""

from __future__ import annotations

import ast
import os
import re
import shlex
from pathlib import Path

from pa_new_check.failure import Cause, Failure, source_of_literal
from pa_new_check.project import project_files
from pa_new_shared.text import plain, sentence

_NOT_FOUND = re.compile(r"^(?:\[Errno 2\] [^:]*: )?'?([^'\n]+?)'? not found\.?$")
_NO_FOLDER = re.compile(r"Directory '([^'\n]+)' does not exist")  # Starlette's
# What the entry file of an adopted app says.
_NO_APP = re.compile(r"/\S+ finds no (\S+) in (/\S+)")
_NO_FILE = "No such file or directory"
_QUOTED = re.compile(r"['\"](/[^'\"\n]+)['\"]")
_IS_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\.{0,2}[\w. -]*\\")
_WORKING = (
    "On PythonAnywhere the working directory is your home folder, not the project's "
    "folder. "
)


def missing_file(failure: Failure) -> Cause | None:
    """Recognise a file that is not found, of which the project tells why."""
    is_other = failure.is_a("OSError") and _NO_FILE in failure.text  # as lxml's
    is_folder = failure.is_a("RuntimeError") and failure.is_in("starlette")
    folder_said = _NO_FOLDER.match(failure.text) if is_folder else None
    if not (
        is_other
        or folder_said
        or failure.is_a("FileNotFoundError", "NotADirectoryError")
    ):
        return None
    path = folder_said[1] if folder_said else _path(failure)
    if not path:
        return None
    shown = plain(path)
    if _IS_WINDOWS.match(path):
        fixed = path.replace("\\", "/").rpartition(":")[2].lstrip("/")
        fix = ""
        if not re.match(r"[A-Za-z]:", path):
            fix = f"Write it with `/`, from this file's folder: `{_code(failure, fixed)}`."
        what = f"`{shown}` is a path of Windows, and is not found"
        return Cause("windows-path", what, fix, "error", _windows(failure))
    inner = _inner(failure, path)
    if inner is None:
        return _elsewhere(failure, path)
    folder = failure.task.project.folder
    if not (folder / inner).exists():
        spelled = same_but_capitals(folder, inner)
        if spelled:
            return Cause(
                "wrong-case",
                f"The code says `{plain(inner)}`, but the file is `{plain(spelled)}`",
                f"Rename the file, or write its name as it is: `{plain(spelled)}`.",
            )
    is_relative = not os.path.isabs(path)
    parent = os.path.dirname(inner)
    if (folder / inner).exists() or (parent and (folder / parent).is_dir()):
        if is_relative:
            return Cause(
                "relative-path",
                f"`{shown}` is looked for in the working directory, and is not there",
                f"Write the whole path: `{_code(failure, inner)}`.",
                "error",
                _WORKING + failure.all_fail,
            )
        if (folder / inner).exists() and not failure.is_sent(inner):
            return _left_behind(failure, inner)
    if parent and not failure.is_sent(parent) and not is_relative:
        return Cause(
            _general(failure),
            f"{failure.subject} needs the folder `{plain(os.path.dirname(path))}`, which "
            "is not there",
            f'Make it first: `os.makedirs("{plain(os.path.dirname(path))}", '
            "exist_ok=True)`.",
            consequence="Folders without files do not get to PythonAnywhere. "
            + failure.all_fail,
        )
    if (folder / inner).exists():
        return None
    if _NO_APP.fullmatch(failure.text):
        return Cause(
            _general(failure),
            f"The entry file imports the app of `{plain(inner)}`, and there is no such file",
            "If the app is in another file now, run `pa-new adopt` again.",
        )
    kind = "folder" if folder_said else "file"
    note = ", nor has your home folder, which is the working directory there"
    return Cause(
        _general(failure),
        f"{failure.subject} needs the {kind} `{shown}`, which the project does not have"
        + (note if is_relative else ""),
        f"Add the {kind} to the project, and write its whole path: "
        f"`{_code(failure, inner)}`.",
        consequence=failure.all_fail,
    )


def _windows(failure: Failure) -> str:
    return (
        "PythonAnywhere runs Linux, where `\\` does not separate folders and there is "
        "no drive `C:`. " + failure.all_fail
    )


def _general(failure: Failure) -> str:
    return "import-error" if failure.is_import else "error-response"


def _path(failure: Failure) -> str:
    path = str(failure.event["path"])
    if path:
        return path
    no_app = _NO_APP.fullmatch(failure.text)
    if no_app:
        return os.path.join(no_app[2], no_app[1])
    said = re.search(r"No such file or directory: '([^'\n]+)'", failure.text)
    said = said or _NOT_FOUND.match(failure.text) or _QUOTED.search(failure.text)
    return said[1] if said else ""


def _inner(failure: Failure, path: str) -> str | None:
    """Return a path relative to the project's folder, None if it is not below it.

    A relative path may be meant from the project's folder, or be that of a file whose
    folder is the working directory here.
    """
    place = os.path.normpath(path)
    if not os.path.isabs(place):
        return None if place.startswith("..") else place
    own = failure.task.placement.folder + "/"
    return place[len(own) :] if place.startswith(own) else None


def _code(failure: Failure, path: str) -> str:
    file = failure.own_frames[0][0] if failure.own_frames else None
    return failure.beside(file or failure.task.project.entry, path)


def _left_behind(failure: Failure, inner: str) -> Cause:
    folder = inner
    while os.path.dirname(folder) and not failure.is_sent(os.path.dirname(folder)):
        folder = os.path.dirname(folder)
    taken = plain(inner if folder == inner else f"{folder}/")
    return Cause(
        _general(failure),
        f"{failure.subject} needs `{plain(inner)}`, which does not get to PythonAnywhere",
        f"Take it along with `--include {shlex.quote(taken)}`, which `pa-new check` and "
        "`pa-new deploy` both have, or let the code make it: git ignores the file, or it is "
        "one that `pa-new deploy` leaves on this computer.",
        consequence=failure.all_fail,
    )


def _elsewhere(failure: Failure, path: str) -> Cause | None:
    """Recognise a file beside the WSGI file, which is in ``/var/www`` there."""
    placement = failure.task.placement
    name = os.path.basename(path)
    if not path.startswith("/var/www/") or not placement.is_wsgi_file:
        return None
    below = os.path.normpath(path)[len("/var/www/") :]
    if not (placement.project.entry.parent / below).exists():
        return None
    beside = placement.project.entry.parent / below
    return Cause(
        _general(failure),
        f"`{plain(name)}` is looked for beside the WSGI file, which is in /var/www there",
        f'Write the whole path: `"{placement.on_host(beside)}"`.',
        consequence=failure.all_fail,
    )


def same_but_capitals(folder: Path, path: str) -> str:
    """Return the project's file whose name differs only in its capital letters."""
    wanted = os.path.normpath(path).lower()
    for file in project_files(str(folder)):
        if file.lower() == wanted and file != path:
            return file
    return ""


def not_permitted(failure: Failure) -> Cause | None:
    """Recognise a file or folder outside of the account's own."""
    if not failure.is_a("PermissionError"):
        return None
    path = str(failure.event["path"])
    home = failure.task.placement.site.home
    if not os.path.isabs(path) or path.startswith((home + "/", "/tmp/")):
        return None
    return Cause(
        _general(failure),
        f"{failure.subject} may not use `{plain(path)}`: it is outside your home folder",
        f"Use a folder of the project: `{_code(failure, os.path.basename(path))}`.",
        "",
        "Your account can write in your home folder. " + failure.all_fail,
    )


# Templates.

_BOTTLE = re.compile(r"Template '([^'\n]+)' not found")
_HANDLER = re.compile(r"there is no (templates/[^;\n]+); ([^\n]+)")
_MAKO = re.compile(r"Can't locate template for uri '/?([^'\n]+)'")
_JINJA = re.compile(
    r"^'?([^'\n]+?)'?(?: not found in search paths?: (.*))?$", re.DOTALL
)
_WEB_PY = re.compile(r"No template named (\S+)")
# The functions that are given a folder of templates, and how it is written as a path.
_LOADERS = {
    "jinja": ("FileSystemLoader", "{}"),
    "mako": ("TemplateLookup", "directories=[str({})]"),
    "web": ("render", "str({})"),
}
_ENDS = ("", ".tpl", ".html", ".thtml", ".stpl", ".htm", ".jinja", ".jinja2")


def missing_template(failure: Failure) -> Cause | None:
    """Recognise a template that is not found."""
    name, engine = _template(failure)
    if not name:
        return None
    files = list(project_files(str(failure.task.project.folder)))
    asked = [name + end for end in (_ENDS if engine in ("bottle", "web") else ("",))]
    exact = [f for f in files if any(f"/{f}".endswith(f"/{a}") for a in asked)]
    lowered = [a.lower() for a in asked]
    similar = [
        f for f in files if any(f"/{f}".lower().endswith(f"/{a}") for a in lowered)
    ]
    what = f"{failure.subject} needs the template `{plain(name)}`, which is not found"
    if not exact and similar:
        right = similar[0][len(similar[0]) - len(name) :]
        if engine in ("bottle", "web"):
            right = re.sub(r"\.\w+$", "", similar[0])[-len(name) :]
        fix = f"Rename the file, or write its name as it is: `{plain(right)}`."
        if engine == "handler":
            fix = _rename(name, similar[0], failure.task.project.entry.name)
        return Cause(
            "wrong-case",
            f"The code says `{plain(name)}`, but the file is `{similar[0]}`",
            fix,
        )
    if engine == "handler":
        said = _HANDLER.search(failure.text)
        fix = sentence(plain(said[2] if said else "")) + "."
        return Cause("missing-template", what, fix, "error", failure.all_fail)
    if not exact:
        fix = "Add the template to the project, or correct the name."
        return Cause("missing-template", what, fix, "error", failure.all_fail)
    there = [file for file in exact if failure.is_sent(file)]
    if not there:
        return _left_behind(failure, exact[0])
    folder = there[0][: -len(name)].rpartition("/")[0] if engine != "bottle" else ""
    folder = folder or os.path.dirname(there[0])
    what += f" although the project has `{plain(there[0])}`"
    return _looked_elsewhere(failure, what, engine, folder)


def _rename(name: str, file: str, entry: str) -> str:
    """Return how to make a file the template that a handler asks for.

    :param name: what it asks for, which begins with ``templates/``.
    :param file: the file whose path has other capital letters.
    :param entry: the name of the entry file.
    """
    asked, there = name.partition("/"), file[len(file) - len(name) :].partition("/")
    folder = file[: len(file) - len(there[2]) - 1]
    fixes = []
    if "/" in folder:
        fixes.append(f"move the folder {plain(folder)}/ beside {entry}, as {asked[0]}/")
    elif there[0] != asked[0]:
        fixes.append(f"rename the folder {plain(folder)}/ to {asked[0]}/")
    if there[2] != asked[2]:
        fixes.append(
            f"rename the file to `{plain(asked[2])}`, or write its name as it is: "
            f"`{plain(there[2])}`"
        )
    return sentence("; ".join(fixes)) + "."


def _template(failure: Failure) -> tuple[str, str]:
    """Return the name of the template that is not found, and the engine."""
    text = failure.text
    if failure.type in ("TemplateNotFound", "TemplatesNotFound"):
        said = _JINJA.match(text)
        return str(failure.event["name"]) or (said[1] if said else ""), "jinja"
    if failure.type == "TemplateDoesNotExist":
        return text.partition(",")[0].strip(), "django"
    for pattern, engine, kind in (
        (_BOTTLE, "bottle", "TemplateError"),
        (_HANDLER, "handler", "TemplateError"),
        (_MAKO, "mako", "TopLevelLookupException"),
        (_WEB_PY, "web", "AttributeError"),
    ):
        said = pattern.search(text)
        if said and failure.type == kind:
            return said[1], engine
    return "", ""


def _looked_elsewhere(failure: Failure, what: str, engine: str, folder: str) -> Cause:
    """Say how to find a template that is in the project."""
    file = failure.own_frames[0][0] if failure.own_frames else None
    entry = failure.task.project.entry
    place = failure.beside(file or entry, folder) if folder else "..."
    literal = None
    if engine in _LOADERS and not (
        engine == "jinja" and failure.is_in("flask/templating")
    ):
        literal = source_of_literal(failure, _LOADERS[engine][0])
    if engine == "bottle":
        return Cause(
            "relative-path",
            what,
            "Tell Bottle the folder, before the first template: "
            f"`bottle.TEMPLATE_PATH.insert(0, str({place}))`.",
            "error",
            "Bottle looks in the working directory, and in `views` there: "
            + _WORKING
            + failure.all_fail,
        )
    if literal is not None:
        loader, where = literal
        code = _LOADERS[engine][1].format(failure.beside(where[0], folder))
        return Cause(
            "relative-path",
            what + ": its folder is looked for in the working directory",
            f"Write the folder's whole path: `{loader}({code})`.",
            "error",
            _WORKING + failure.all_fail,
            where,
        )
    if engine == "django" and _relative_dirs(failure) is not None:
        return Cause(
            "relative-path",
            what + ": its folder is looked for in the working directory",
            f'Write `"DIRS": [BASE_DIR / "{folder}"]`.',
            "error",
            _WORKING + failure.all_fail,
            _relative_dirs(failure),
        )
    fixes = {
        "django": 'Write the folder into TEMPLATES in the settings: `"DIRS": [BASE_DIR / '
        f'"{folder}"]`, or add its app to INSTALLED_APPS.',
        "jinja": "Flask looks in the folder `templates` beside the file that makes the "
        f"app: move it there, or name the folder: `Flask(__name__, template_folder="
        f'"{folder}")`.',
    }
    fix = fixes.get(engine, "Give the engine the folder of the templates.")
    return Cause("missing-template", what, fix, "error", failure.all_fail)


def _relative_dirs(failure: Failure) -> tuple[Path, int] | None:
    """Return the line of Django's settings that names a relative folder of templates."""
    for file, tree in failure.trees(b"DIRS"):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Dict):
                continue
            for key, value in zip(node.keys, node.values):
                if isinstance(key, ast.Constant) and key.value == "DIRS":
                    for part in getattr(value, "elts", ()):
                        text = part.value if isinstance(part, ast.Constant) else "/"
                        if isinstance(text, str) and not text.startswith("/"):
                            return file, part.lineno
    return None
