"""Rules about the project around its code: names of files, and required versions."""

from __future__ import annotations

from pa_new_check import versions
from pa_new_check.project import Project, is_own
from pa_new_check.project_requirements import Requirements
from pa_new_check.rules import Finding
from pa_new_check.static_analysis.values import Module
from pa_new_shared.file_path import Path
from pa_new_shared.later import ast, ours
from pa_new_shared.requirements import normalized

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pa_new_check import distributions, module_names
else:  # without a list of packages, there is nothing to look up
    distributions = ours("pa_new_check.distributions")
    module_names = ours("pa_new_check.module_names")

# Modules of the standard library that other code does not import.
_HARMLESS = frozenset(
    ("test", "tests", "this", "antigravity", "__main__", "turtledemo")
)


def shadowed(
    project: Project,
    roots: Iterable[Path],
    modules: Iterable[Module],
    requirements: Requirements,
) -> list[Finding]:
    """Report the project's files that hide a module of a library."""
    found: list[Finding] = []
    library = versions.standard_library() - _HARMLESS
    for root in roots:
        if not is_own(project.folder, root / "any.py"):
            continue  # a virtualenv, say, hides nothing: it has the libraries
        vendored = {
            normalized(path.name.partition("-")[0]) for path in root.glob("*.dist-info")
        }
        for name, path in _modules_in(root):
            file = project.name(path)
            required = _required(name, modules, requirements, path == project.entry)
            if required is not None and normalized(required) in vendored:
                continue  # the library itself, put there by `pip install -t`
            if required is not None:
                found.append(
                    Finding(
                        "shadowed-module",
                        file,
                        1,
                        f"This hides the module {name} of {required}",
                        severity="error",
                        claim=("hidden", name),
                    )
                )
            elif name in library:
                found.append(
                    Finding(
                        "shadowed-module",
                        file,
                        1,
                        f"This has the name of the standard library module {name}",
                    )
                )
    return found


def _modules_in(root: Path) -> list[tuple[str, Path]]:
    """Return the modules and packages in a folder."""
    found: list[tuple[str, Path]] = []
    try:
        for path in sorted(root.iterdir()):
            is_file = path.suffix == ".py" and path.is_file()
            name = path.stem if is_file else path.name
            if not name.isidentifier():
                continue  # no import finds a file such as `gunicorn.conf.py`
            if is_file:
                found.append((name, path))
            elif (path / "__init__.py").is_file():
                found.append((name, path / "__init__.py"))
    except OSError:
        pass
    return found


def _required(
    name: str, modules: Iterable[Module], requirements: Requirements, is_entry: bool
) -> str | None:
    """Return the requirement whose module a name is, None if there is none."""
    if requirements.listed and not is_entry:
        for key in (name, module_names.known_distribution(name)):
            if normalized(key) in requirements.listed:
                return requirements.listed[normalized(key)].name
    # A file that imports its own name wants the module that it hides.
    for module in modules:
        if module.name == name and module.path.parent.name != name:
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Import):
                    names = [alias.name.partition(".")[0] for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    names = [(node.module or "").partition(".")[0]]
                else:
                    continue
                if name in names and name not in versions.standard_library():
                    is_installed = distributions.is_installed(name)
                    known = distributions.distribution_of(name)
                    return known or (name if is_installed else None)
    return None


def python_versions(
    requirements: Requirements, python: tuple[int, int]
) -> list[Finding]:
    """Report requirements that exclude the version of Python."""
    found: list[Finding] = []
    asked = "{}.{}".format(*python)
    wanted = requirements.python
    if wanted is not None and not versions.admits(wanted.versions, python):
        found.append(
            Finding(
                "python-version",
                wanted.file,
                wanted.line,
                f"The project requires Python {wanted.versions}, and the app is for "
                f"Python {asked}",
            )
        )
    for requirement in requirements.listed.values():
        pin = requirement.versions.lstrip("= ")
        if not requirement.versions.startswith("==") or "*" in pin:
            continue
        if distributions.version_of(requirement.name) != pin:
            continue  # the requirements of that version are not known here
        pythons = distributions.python_of(requirement.name)
        if pythons and not versions.admits(pythons, python):
            found.append(
                Finding(
                    "python-version",
                    requirement.file,
                    requirement.line,
                    f"{requirement.name} {pin} requires Python {pythons}, and the app "
                    f"is for Python {asked}",
                )
            )
    return found
