"""Which distribution provides a module: among those installed here, and those listed."""

from __future__ import annotations

from _frozen_importlib_external import PathFinder

from pa_new_check.installed import environment, installation
from pa_new_check.module_names import (
    NAMESPACES,
    known_distribution,
    other_distributions,
)
from pa_new_check.project_requirements import Requirements
from pa_new_shared.markers import holds
from pa_new_shared.requirements import normalized

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec

# Packages that every virtualenv has, or had until Python 3.12.
_ALWAYS_THERE = ("pip", "setuptools", "wheel")

# Dependencies of well-known distributions, in case they are not installed here.
_BRINGS = {
    "flask": ("werkzeug", "jinja2", "markupsafe", "click", "itsdangerous", "blinker"),
    "django": ("asgiref", "sqlparse"),
    "dash": ("flask", "plotly", "requests", "importlib-metadata", "retrying"),
    "fastapi": ("starlette", "pydantic", "typing-extensions"),
    "starlette": ("anyio",),
    "pydantic": ("pydantic-core", "typing-extensions", "annotated-types"),
    "requests": ("urllib3", "certifi", "idna", "charset-normalizer"),
    "jinja2": ("markupsafe",),
    "werkzeug": ("markupsafe",),
    "pandas": ("numpy", "python-dateutil", "pytz", "tzdata", "six"),
    "flask-sqlalchemy": ("flask", "sqlalchemy"),
    "flask-login": ("flask", "werkzeug"),
    "flask-wtf": ("flask", "wtforms", "itsdangerous"),
    "cherrypy": ("cheroot", "portend"),
}


def distribution_of(module: str) -> str:
    """Return the name by which ``pip`` installs a module, "" if that is not known."""
    found = installation().providers(module)
    return found[0].name if len(found) == 1 else known_distribution(module)


def _likely_names(module: str) -> set[str]:
    """Return the normalized names of distributions that likely have a module.

    Its own name is one of them: a requirement of that name most likely provides it.
    """
    top = module.partition(".")[0]
    names = (module, top, known_distribution(module))
    found = {normalized(name) for name in names if name}
    return found.union(other_distributions(module))


def is_namespace(top: str) -> bool:
    """Tell whether several distributions may share a package, such as ``google``."""
    spec = None if top in NAMESPACES else _spec(top, _folders())
    return top in NAMESPACES or (spec is not None and spec.origin is None)


def is_regular(top: str) -> bool:
    """Tell whether a module is installed that has a file: no mere folder."""
    spec = _spec(top, _folders())
    return spec is not None and spec.origin is not None


def is_installed(module: str) -> bool:
    """Tell whether Python finds a module outside its standard library.

    :param module: may have dots: those in a namespace package are looked for.
    """
    paths = _folders()
    for count, part in enumerate(module.split(".")):
        try:
            spec = PathFinder.find_spec(part, paths)
        except (ImportError, ValueError, OSError):
            return True  # something is there
        if spec is None:
            return not count and environment().has_editable_finder
        if spec.origin is not None or spec.submodule_search_locations is None:
            return True
        paths = list(spec.submodule_search_locations)
    return True


def _folders() -> list[str]:
    """Return the folders into which pip installs."""
    return [path for path in environment().folders if "-packages" in path]


def _spec(top: str, folders: Sequence[str]) -> ModuleSpec | None:
    try:
        return PathFinder.find_spec(top, folders)
    except (ImportError, ValueError, OSError):
        return None


def provides(
    requirements: Requirements, module: str, python: tuple[int, int] | None = None
) -> bool:
    """Tell whether a requirement, or one of its dependencies, provides a module."""
    names = _likely_names(module)
    if not names.isdisjoint(requirements.listed):
        return True
    python = python or environment().python
    brought = _brought(requirements, python)
    if not names.isdisjoint(brought):
        return True
    # The index of modules is made only if it is needed.
    found = installation().providers(module)
    return any(distribution.key in brought for distribution in found)


def _brought(requirements: Requirements, python: tuple[int, int]) -> set[str]:
    """Return the names of all that pip installs for the requirements, as far as known."""
    waiting = [(key, listed.extras) for key, listed in requirements.listed.items()]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        key, extras = waiting.pop()
        if (key, extras) in seen:
            continue
        seen.add((key, extras))
        found = installation().get(key)
        if found is None:
            waiting += [(name, frozenset()) for name in _BRINGS.get(key, ())]
            continue
        for needed in found.requires:
            if holds(needed.marker, python, extras) is not False:
                asked = frozenset(normalized(extra) for extra in needed.extras)
                waiting.append((normalized(needed.name or ""), asked))
    return {key for key, _ in seen}


def unlisted(
    requirements: Requirements, module: str, python: tuple[int, int] | None = None
) -> str:
    """Return the distribution whose module is installed, but not listed; "" if it is.

    If the list is not fully understood or not fully installed, it may provide any
    module: then the result is "".
    """
    files = {requirement.file for requirement in requirements.listed.values()}
    if not requirements.is_complete or not files - {"pyproject.toml"}:
        return ""
    if missing(requirements) or provides(requirements, module, python):
        return ""
    found = installation().providers(module)
    names = [one.name for one in found if one.key not in _ALWAYS_THERE]
    # If several have it, the list may want any of them.
    return names[0] if len(names) == 1 else ""


def missing(requirements: Requirements) -> list[str]:
    """Return the requirements that this interpreter does not have, as far as known.

    A requirement without a name counts as missing.
    """
    named = [name for name in requirements.listed if not version_of(name)]
    return named + requirements.unnamed


def version_of(distribution: str) -> str:
    """Return the installed version of a distribution, "" if there is none."""
    found = installation().get(distribution)
    return found.version if found else ""


def python_of(distribution: str) -> str:
    """Return the Pythons that the installed version of a distribution supports."""
    found = installation().get(distribution)
    return found.requires_python if found else ""
