"""Which of this computer's folders an app sees while it is loaded, and in whose place."""

from __future__ import annotations

import os
import sys

from pa_new_check import sandbox_namespace
from pa_new_check.project_requirements import Requirements
from pa_new_check.stage import REAL_FILES, Stage
from pa_new_shared import host
from pa_new_shared.patterns import pattern
from pa_new_shared.requirements import Requirement

_MAX_LINKS = 40  # as many as Linux follows
_EDITABLE = pattern(r"\./?(\[.*\])?")


def view(stage: Stage, through: list[str]) -> sandbox_namespace.View:
    """Return what the app sees with namespaces.

    :param through: the folders that the interpreter needs.
    """
    home = stage.placement.site.home
    found = sandbox_namespace.View(stage.folder, home, _hidden(stage), through)
    if stage.has_real_files:
        found.shown[REAL_FILES] = str(stage.placement.project.folder)
    return found


def mapping(stage: Stage) -> list[tuple[str, str]]:
    """Return the places on PythonAnywhere and what stands for them here."""
    places = (stage.placement.site.home, "/home", host.WSGI_FOLDER)
    pairs = [(place, stage.folder + place) for place in places]
    if stage.has_real_files:
        pairs.append((REAL_FILES, str(stage.placement.project.folder)))
    return pairs


def masked(stage: Stage) -> list[str]:
    """Return the hidden folders that nothing else stands for."""
    places = tuple(place + "/" for place, _ in mapping(stage))
    return [path for path in _hidden(stage) if not f"{path}/".startswith(places)]


def _hidden(stage: Stage) -> list[str]:
    """Return the folders of this computer that PythonAnywhere does not have."""
    own = os.path.realpath(os.path.expanduser("~"))
    return list(dict.fromkeys((own, str(stage.placement.project.folder))))


def interpreter() -> list[str]:
    """Return the folders that the interpreter needs."""
    folders = [sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix]
    for program in _links(os.path.abspath(sys.executable)):
        place = os.path.dirname(program)
        folders.append(place)
        if _is_environment(program):
            folders.append(os.path.dirname(place))
    folders = list(dict.fromkeys(folders))  # to follow the links of each takes a while
    folders += [os.path.realpath(folder) for folder in folders]
    folders += user_packages()
    return [folder for folder in dict.fromkeys(folders) if folder not in ("", "/")]


def _is_environment(program: str) -> bool:
    """Tell whether an interpreter is that of a virtual environment.

    ``sys.prefix`` does not tell it if Python runs without ``site``, as pa-new runs it.
    """
    folder = os.path.dirname(os.path.dirname(program))
    return os.path.isfile(os.path.join(folder, "pyvenv.cfg"))


def _links(path: str) -> list[str]:
    """Return a path, and those that it leads to, link by link."""
    found = [path]
    while os.path.islink(found[-1]) and len(found) < _MAX_LINKS:
        place = os.path.dirname(found[-1])
        found.append(os.path.normpath(os.path.join(place, os.readlink(found[-1]))))
    return [*found, os.path.realpath(path)]


def user_packages() -> list[str]:
    """Return the folder of packages that ``pip install --user`` fills, if it is used."""
    version = "python{}.{}".format(*sys.version_info)
    folder = os.path.expanduser(f"~/.local/lib/{version}/site-packages")
    program = os.path.abspath(sys.executable)
    is_environment = sys.prefix != sys.base_prefix or _is_environment(program)
    return [folder] if not is_environment and os.path.isdir(folder) else []


def editable_packages(stage: Stage, requirements: Requirements) -> list[str]:
    """Return the project's folders that its requirements put on the path: ``-e .``."""
    urls = [line.url for _, line in requirements.lines if isinstance(line, Requirement)]
    if not any(_EDITABLE.fullmatch(url) for url in urls):
        return []
    from pa_new_check.installed import environment  # most do not name the project

    folder = str(stage.placement.project.folder)
    return [
        stage.placement.folder + path[len(folder) :]
        for path in map(os.path.realpath, environment().folders)
        if path == folder or path.startswith(folder + "/")
    ]
