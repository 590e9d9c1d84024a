"""Static files of installed packages, which PythonAnywhere serves from the packages' folder.

The project's record names the folders. Where the packages are depends on how the app gets
them: from the virtualenv of the web app, or from a bundle, whose folder has another name
for other packages. Nothing is mapped to a folder that is not there.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from pa_new_deploy.api.host import Host
from pa_new_deploy.bundle.hosted import BundlePlan
from pa_new_deploy.package_choice import Packages
from pa_new_shared.static_folders import StaticFolder
from pa_new_shared.text import printable


@dataclass(frozen=True)
class Found:
    """Where the folders are on PythonAnywhere."""

    mappings: dict[str, str]
    """The folders by their URLs, the longest URL first."""
    missing: list[str]
    """Sentences about the folders that are not there, or whose place is not known."""


def find(
    folders: list[StaticFolder],
    packages: Packages,
    python: str,
    there: str,
    host: Host,
    is_account_known: bool,
) -> Found:
    """Return the folders to map.

    :param python: The version of Python of the web app, such as ``3.13``.
    :param there: The virtualenv on the Web tab that a deployment does not change; empty
        if it sets its own.
    :param is_account_known: Whether there is a token to look at the account with.
    """
    found = Found({}, [])
    if not folders:
        return found
    place = ""
    has: Callable[[str], bool] = _always
    if packages.bundle:
        place = f"{packages.bundle.folder}/{packages.bundle.current.sha256}"
        has = _members(packages.bundle)
    elif packages.virtualenv and there in ("", packages.virtualenv):
        place = f"{packages.virtualenv}/lib/python{python}/site-packages"
        if is_account_known:
            has = _listed(place, host)
    # As in the next steps that pa-new prints: right if the longest URL wins, or the first.
    for folder in sorted(folders, key=lambda one: (-len(one.url), one.url)):
        if not place:
            found.missing.append(_unknown_place(folder))
        elif not has(folder.path):
            found.missing.append(_not_there(folder, place))
        else:
            found.mappings[folder.url] = f"{place}/{folder.path}"
    return found


def _always(path: str) -> bool:
    return True


def _members(plan: BundlePlan) -> Callable[[str], bool]:
    """Return what tells whether a bundle of this computer has files in a folder."""
    archive = plan.bundle.archive
    if not archive.files:  # a stand-in for a bundle that could not be made
        return _always
    with zipfile.ZipFile(archive.path) as file:
        names = file.namelist()
    return lambda path: any(name.startswith(path + "/") for name in names)


def _listed(place: str, host: Host) -> Callable[[str], bool]:
    """Return what tells whether there is a folder in a virtualenv on PythonAnywhere."""

    def has(path: str) -> bool:
        purpose = f"look for the static files in {path}"
        return host.names(f"{place}/{path}", purpose) is not None

    return has


def _unknown_place(folder: StaticFolder) -> str:
    return (
        f"{folder.url} is not mapped: pa-new does not know in which folder the web app "
        f"finds the package {folder.package}. Map it on the Web tab (Static files)."
    )


def _not_there(folder: StaticFolder, place: str) -> str:
    return (
        f"{folder.url} is not mapped: the installed packages have no folder "
        f"{printable(folder.path)}, in {printable(place)}. Check the version of "
        f"{folder.package} in requirements.txt."
    )
