"""Names and versions that differ between Pythons and between distributions."""

from __future__ import annotations

import importlib.machinery
import pkgutil
import re
import sys
import sysconfig

from pa_new_check.project import Requirements
from pa_new_shared.requirements import Requirement, normalized, requirement

# Modules of the standard library that not every Python on PythonAnywhere has.
_ADDED = {"tomllib": (3, 11), "zoneinfo": (3, 9), "graphlib": (3, 9)}
_REMOVED = {
    **dict.fromkeys(("formatter", "parser", "symbol"), (3, 10)),
    "binhex": (3, 11),
    **dict.fromkeys(("asynchat", "asyncore", "distutils", "imp", "smtpd"), (3, 12)),
    **dict.fromkeys(
        (
            *("aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr"),
            *("lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev"),
            *("pipes", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib"),
        ),
        (3, 13),
    ),
}

# Import names whose distribution has another name.
DISTRIBUTIONS = {
    "web": "web.py",
    "bs4": "beautifulsoup4",
    "PIL": "Pillow",
    "yaml": "PyYAML",
    "dotenv": "python-dotenv",
    "MySQLdb": "mysqlclient",
    "cv2": "opencv-python",
    "sklearn": "scikit-learn",
    "dateutil": "python-dateutil",
    "jwt": "PyJWT",
    "telegram": "python-telegram-bot",
    "telebot": "pyTelegramBotAPI",
    "flask": "Flask",
    "django": "Django",
    "cherrypy": "CherryPy",
    "flask_sqlalchemy": "Flask-SQLAlchemy",
    "sqlalchemy": "SQLAlchemy",
    "rest_framework": "djangorestframework",
    "environ": "django-environ",
    "corsheaders": "django-cors-headers",
    "psycopg2": "psycopg2-binary",
    "serial": "pyserial",
    "git": "GitPython",
    "Crypto": "pycryptodome",
    "attr": "attrs",
    "markdown": "Markdown",
    "jinja2": "Jinja2",
    "werkzeug": "Werkzeug",
}

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
    """Return the name by which ``pip`` installs a module."""
    return DISTRIBUTIONS.get(module, module.replace("_", "-"))


def change_of_library(module: str, python: tuple[int, int]) -> str:
    """Return why a Python's standard library lacks a module, "" if it has it."""
    if module in _ADDED and python < _ADDED[module]:
        return "was added in Python {}.{}".format(*_ADDED[module])
    if module in _REMOVED and python >= _REMOVED[module]:
        return "was removed in Python {}.{}".format(*_REMOVED[module])
    return ""


def standard_library() -> frozenset[str]:
    """Return the names of the standard library's modules in this interpreter."""
    names = getattr(sys, "stdlib_module_names", None)
    if names is None:  # before Python 3.10
        paths = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")]
        paths += [f"{path}/lib-dynload" for path in paths]
        names = {module.name for module in pkgutil.iter_modules(paths)}
        names |= set(sys.builtin_module_names)
    return frozenset(names) | frozenset(_ADDED) | frozenset(_REMOVED)


def _admit_installed() -> None:
    """Add installed packages to the path, which ``-S`` left out to save time."""
    if sys.flags.no_site and "site" not in sys.modules:
        import site

        site.main()


def is_installed(module: str) -> bool:
    """Tell whether this interpreter finds a module outside its standard library."""
    _admit_installed()
    paths = [path for path in sys.path if "-packages" in path]
    try:
        if importlib.machinery.PathFinder.find_spec(module, paths) is not None:
            return True
    except (ImportError, ValueError, OSError):
        return True  # something is there
    # Editable installations have finders of their own.
    for finder in sys.meta_path:
        if "editable" in getattr(finder, "__module__", "").lower():
            return True
    return False


def provides(requirements: Requirements, module: str) -> bool:
    """Tell whether a requirement, or one of its dependencies, provides a module."""
    from importlib import metadata  # takes a while, and is seldom needed

    _admit_installed()
    wanted = {normalized(module), normalized(distribution_of(module))}
    if wanted & requirements.listed.keys():
        return True
    if is_installed(module):
        wanted |= {normalized(name) for name in _distributions_of(module)}
    seen: set[str] = set()
    waiting = list(requirements.listed)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in wanted:
            return True
        try:
            required = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            required = list(_BRINGS.get(name, ()))
        for line in required:
            needed = requirement(line)
            if isinstance(needed, Requirement) and needed.name:
                waiting.append(normalized(needed.name))
    return False


def _distributions_of(module: str) -> list[str]:
    """Return the installed distributions that have a module."""
    from importlib import metadata  # takes a while, and is seldom needed

    found: set[str] = set()
    for distribution in metadata.distributions():
        for file in distribution.files or ():
            if file.parts[0] in (module, f"{module}.py") and file.suffix != ".pth":
                found.add(distribution.metadata["Name"])
                break
    return sorted(found)


def unlisted(requirements: Requirements, module: str) -> str:
    """Return the distribution whose module is installed, but not listed; "" if it is.

    If the list is not fully understood or not fully installed, it may provide any
    module: then the result is "".
    """
    files = {requirement.file for requirement in requirements.listed.values()}
    if not requirements.is_complete or not files - {"pyproject.toml"}:
        return ""
    if {
        normalized(module),
        normalized(distribution_of(module)),
    } & requirements.listed.keys():
        return ""
    if missing(requirements) or provides(requirements, module):
        return ""
    found = [name for name in _distributions_of(module) if name not in _ALWAYS_THERE]
    return found[0] if found else ""


def missing(requirements: Requirements) -> list[str]:
    """Return the requirements that this interpreter does not have, as far as known.

    A requirement without a name counts as missing.
    """
    named = [name for name in requirements.listed if not version_of(name)]
    return named + requirements.unnamed


def version_of(distribution: str) -> str:
    """Return the installed version of a distribution, "" if there is none."""
    from importlib import metadata  # takes a while, and is seldom needed

    _admit_installed()
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def python_of(distribution: str) -> str:
    """Return the Pythons that the installed version of a distribution supports."""
    from importlib import metadata  # takes a while, and is seldom needed

    _admit_installed()
    try:
        fields = metadata.metadata(distribution)
    except metadata.PackageNotFoundError:
        return ""
    return str(fields["Requires-Python"]) if "Requires-Python" in fields else ""


def admits(versions: str, python: tuple[int, int]) -> bool:
    """Tell whether a specifier such as ``>=3.9,<4`` admits any release of a Python."""
    for clause in versions.split(","):
        match = re.fullmatch(r"\s*(~=|===?|!=|<=?|>=?|\^)\s*([\d.]+)(\.\*)?\s*", clause)
        if not match:
            continue  # not understood: ignore it
        sign, numbers, star = match[1], match[2].strip("."), match[3]
        parts = [int(number) for number in numbers.split(".") if number]
        wanted = (parts[0], parts[1] if len(parts) > 1 else 0)
        exact = len(parts) > 2
        if sign == ">=" and python < wanted:
            return False
        if sign == ">" and (python < wanted or (python == wanted and not exact)):
            return False
        if sign == "<" and (python > wanted or (python == wanted and not exact)):
            return False
        if sign == "<=" and python > wanted:
            return False
        if sign in ("==", "==="):
            same = python[: len(parts)] == tuple(parts)[:2]
            if not (same if star or exact or len(parts) > 1 else python == wanted):
                return False
        if sign == "!=" and star and python[: len(parts)] == tuple(parts)[:2]:
            return False
        if sign == "~=":
            if python < wanted or python[0] != wanted[0]:
                return False
            if exact and python != wanted:
                return False
        if sign == "^" and (python < wanted or python[0] != wanted[0]):
            return False
    return True
