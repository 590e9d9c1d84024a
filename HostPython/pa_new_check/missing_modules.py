"""Words for a module that is missing: what it may be, and the line that brings it."""

from __future__ import annotations

from pa_new_check.distributions import distribution_of, is_regular
from pa_new_check.module_names import PYTHON_2, WINDOWS, meant_module
from pa_new_check.near_names import Near, near
from pa_new_check.placement import Placement
from pa_new_shared.file_path import Path
from pa_new_shared.host import STAND_IN_USER
from pa_new_shared.requirements import normalized
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

UNLISTED = (
    "No list of packages tells whether PythonAnywhere has it: some are installed there "
    "already; without it, the import fails."
)
"""The consequence for a package that is missing here, and that no list names."""
NOT_BESIDE = (
    "PythonAnywhere loads the WSGI file from /var/www, and none of your files is beside "
    "it: the import fails, and every page is an error."
)
"""The consequence for a folder that a WSGI file does not put on the path."""


class Advice:
    """The parts of a finding about a missing module."""

    def __init__(self, what: str, fix: str, rule: str = "import-error") -> None:
        self.rule = rule
        self.what = what
        self.fix = fix
        self.consequence = ""
        """What follows from it, "" for what follows from every import that fails."""
        self.is_near = False
        """Whether the project has a module that the import most likely means."""
        self.distribution = ""
        """The package that has the module, "" if it is not known."""
        self.folder = ""
        """The folder on PythonAnywhere that has to be on ``sys.path`` for it, if any."""


def advice(
    placement: Placement,
    module: str,
    importer: Path,
    roots: Iterable[Path] = (),
) -> Advice:
    """Return what to say of a module that no import finds.

    :param module: as the import names it: in full, if it has dots.
    :param importer: the file with the import.
    :param roots: the folders on ``sys.path`` that are known.
    """
    project = placement.project
    top = module.partition(".")[0]
    what = f"There is no module {module}"
    if top in WINDOWS:
        return Advice(
            f"The module {top} exists only on Windows, and PythonAnywhere runs Linux",
            "Do without it, or import it only on Windows: put the import below "
            '`if sys.platform == "win32":`.',
        )
    found = near(project, module, importer, roots)
    if found is None and top in PYTHON_2:
        said = Advice(
            f"The module {top} is one of Python 2, and PythonAnywhere's current Pythons "
            "are all of version 3",
            f"Its name in Python 3 is {PYTHON_2[top]}: write that in the import.",
        )
        said.is_near = True
        return said
    name = distribution_of(module)
    own = project.root / top
    inner = project.root.joinpath(*module.split("."))
    has_file = inner.with_suffix(".py").is_file() or inner.is_dir()
    if "." in module and has_file and is_regular(top):
        said = Advice(
            f"The installed package {top} hides your folder `{top}/`, which has no "
            "`__init__.py`",
            "Rename the folder, and write its new name in the imports.",
        )
        said.is_near = True
        return said
    if found is None and (own.is_dir() or own.with_suffix(".py").is_file()):
        return Advice(
            f"{what} in the project",
            "Add the file, or correct the name.",
        )
    if found is not None and (found.difference == "package" or not name):
        said = _said(placement, module, importer, found)
        said.is_near = True
        return said
    if name:
        said = Advice(
            what,
            f"Add {name} to requirements.txt and install it: pip install {name}.",
        )
        said.distribution = name
        return said
    meant = meant_module(top)
    if meant:
        return Advice(f"{what}: its name is {meant}", f"Write `import {meant}`.")
    return Advice(
        what,
        f"If {top} is a library, its page names the package to install: add that name "
        "to requirements.txt. Do not guess it: a package of a similar name can be "
        "somebody else's. If it is a file of yours, add it to the project.",
    )


def may_come(said: Advice, module: str, absent: Sequence[str]) -> None:
    """Say that a requirement may have the module, because some are not installed here.

    :param absent: the requirements that are not installed here, at least one.
    """
    top = normalized(module.partition(".")[0])
    likely = min(absent, key=lambda package: top not in package)
    said.what += (
        " here. The requirements name packages that are not installed here, such as "
        + plain(likely)
    )
    said.consequence = (
        "Unless one of them has the module, the import fails on PythonAnywhere, too."
    )
    said.fix = (
        "Install them here and on PythonAnywhere, and check again: "
        "pip install -r requirements.txt."
    )
    if said.distribution:
        said.fix += (
            f" If it is still missing, add {said.distribution} to requirements.txt."
        )


def _said(placement: Placement, module: str, importer: Path, found: Near) -> Advice:
    """Return what to say of a module that is in the project in another form."""
    what = f"There is no module {module} in the project, but there is `{found.path}`"
    if found.difference == "package":
        package, _, last = found.name.rpartition(".")
        return Advice(
            what,
            f"Name its package, too: write `from {package} import {last}` for `import "
            f"{last}`, and `from {found.name} import ...` for `from {last} import ...`.",
        )
    if found.difference == "folder":
        place = f"the folder `{found.name}`" if found.name else "the project's folder"
        folder = _on_host(placement, found.name)
        said = Advice(
            f"The module {module} is not found: `{found.path}` is in {place}, which is "
            "not on `sys.path`",
            f"Write above the import: {_path_lines(folder)}.",
        )
        said.folder = folder
        if placement.is_wsgi_file:
            said.consequence = NOT_BESIDE
        return said
    last = found.name.rpartition(".")[2]
    wanted = module.split(".")[found.name.count(".")]
    target = wanted + (".py" if found.path.endswith(".py") else "/")
    fix = f"Rename `{found.path}` to `{target}`."
    if last.isidentifier():
        fix = f"Write `{found.name}` in the import, or r{fix[1:]}"
    if found.difference == "case":
        what = f"The import says `{module}`, and the project has `{found.path}`"
        return Advice(what, fix, "wrong-case")
    return Advice(what, fix)


def _on_host(placement: Placement, folder: str) -> str:
    """Return a folder of the project on PythonAnywhere, with USER for no account."""
    place = f"{placement.folder}/{folder}".rstrip("/")
    if place.startswith(f"/home/{STAND_IN_USER}/"):
        place = place.replace(STAND_IN_USER, "USER", 1)
    return place


def _path_lines(place: str) -> str:
    """Return the lines that put a folder on ``sys.path``."""
    is_named = not place.startswith("/home/USER/")
    note = "" if is_named else ", with the name of your account for USER"
    return f'`import sys` and `sys.path.insert(0, "{place}")`{note}'
