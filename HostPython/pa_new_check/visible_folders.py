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
    program = os.path.abspath(sys.executable)
    folders = [sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix]
    folders += [os.path.dirname(program), os.path.dirname(os.path.realpath(program))]
    folders += [os.path.realpath(folder) for folder in folders]
    folders += user_packages()
    return [folder for folder in dict.fromkeys(folders) if folder not in ("", "/")]


def user_packages() -> list[str]:
    """Return the folder of packages that ``pip install --user`` fills, if it is used."""
    version = "python{}.{}".format(*sys.version_info)
    folder = os.path.expanduser(f"~/.local/lib/{version}/site-packages")
    is_environment = sys.prefix != sys.base_prefix
    return [folder] if not is_environment and os.path.isdir(folder) else []


def editable_packages(stage: Stage, requirements: Requirements) -> list[str]:
    """Return the project's folders that its requirements put on the path: ``-e .``."""
    urls = [line.url for _, line in requirements.lines if isinstance(line, Requirement)]
    if not any(_EDITABLE.fullmatch(url) for url in urls):
        return []
    folder = str(stage.placement.project.folder)
    return [
        stage.placement.folder + path[len(folder) :]
        for path in map(os.path.realpath, sys.path)
        if path == folder or path.startswith(folder + "/")
    ]
