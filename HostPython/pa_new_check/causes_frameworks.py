"""Failures that frameworks raise: their settings, their order, the application itself."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from pa_new_check import known_apis
from pa_new_check.causes_application import bound_class
from pa_new_check.django_settings import django_settings
from pa_new_check.failure import Cause, Failure, tree_of
from pa_new_check.project import source_line
from pa_new_shared.text import plain

_SETTINGS = "DJANGO_SETTINGS_MODULE"
_HELD = re.compile(
    r"(?:partially initialized module '([\w.]+)'"
    r"|from '([\w.]+)' \(consider renaming)"
)
_FROM = re.compile(r"cannot import name '(\w+)' from '([\w.]+)' \((.+)\)$")
_NOT_TWO = re.compile(
    r"(\w+)\(\) takes (?:from )?\d+(?: to \d+)? positional arguments? but 2 were given"
)
_NOT_RESPONSE = re.compile(
    r"'(Flask|Bottle|Dash|FastAPI|Starlette|WSGIHandler|App|API|Quart|Sanic|"
    r"CustomFlask|Application)' object is not iterable"
)
_RELATIVE = re.compile(r"from\s+\.+([\w.]*)\s+import\s+(\w.*)")
_ASGI = re.compile(r"missing 1 required positional argument: 'send'")
_MANIFEST = re.compile(r"Missing staticfiles manifest entry for '([^'\n]*)'")


# Django.


def django(failure: Failure) -> Cause | None:
    """Recognise what Django says of its own state."""
    text = failure.text
    if failure.is_a("AppRegistryNotReady"):
        return Cause(
            _general(failure),
            f"{failure.subject} uses Django's models before Django is set up: "
            f"{failure.raised}",
            "Import models only below `application = get_wsgi_application()`, and never "
            "in settings or in an `__init__.py`.",
            consequence=failure.all_fail,
            place=_first_import(failure),
        )
    if "populate() isn't reentrant" in text:
        return Cause(
            _general(failure),
            f"{failure.subject} sets Django up while it is being set up: {failure.raised}",
            "Remove `django.setup()`: `get_wsgi_application()` does all that is needed. "
            "If there is none, an app in INSTALLED_APPS failed before this: see the "
            "first traceback in the error log.",
            consequence=failure.all_fail,
        )
    if failure.is_a("ImproperlyConfigured") and "SECRET_KEY" in text:
        return Cause(
            _general(failure),
            f"{failure.subject} finds no SECRET_KEY in Django's settings",
            "Give it a value in the settings. Read it from a variable that you set in "
            'the WSGI file: `SECRET_KEY = os.environ["SECRET_KEY"]`.',
            consequence=failure.all_fail,
        )
    entry = _MANIFEST.search(text)
    if entry:
        folder = failure.task.placement.folder
        return Cause(
            "error-response" if not failure.is_import else "import-error",
            f"{failure.subject} needs the static file `{plain(entry[1])}`, which Django "
            "has not collected",
            f"Run once in a Bash console on PythonAnywhere, in `{folder}` with the web "
            "app's virtualenv: `python manage.py collectstatic`.",
            "warning",
            "On PythonAnywhere the page is an error until you have run that there.",
        )
    return None


def _first_import(failure: Failure) -> tuple[Path, int] | None:
    """Return the line of the project's whose import led to a failure, the outermost."""
    for file, line in failure.all_own_frames[::-1]:
        text = source_line(file, line)
        if "import" in text and "get_wsgi_application" not in text:
            return file, line
    return None


def _general(failure: Failure) -> str:
    return "import-error" if failure.is_import else "error-response"


def _known_settings(failure: Failure) -> str:
    """Return the name of the project's settings module, "" if it has none."""
    trees = dict(failure.trees(b"settings", b"INSTALLED_APPS", b"ROOT_URLCONF"))
    found = django_settings(failure.task.project.folder, trees)
    return found[0][2] if found else ""


def settings_unset(failure: Failure) -> Cause | None:
    """Recognise Django without its settings."""
    if not failure.is_a("ImproperlyConfigured"):
        return None
    if "settings are not configured" not in failure.text:
        return None
    name = _known_settings(failure) or "mysite.settings"
    return Cause(
        _general(failure),
        f"{failure.subject} uses Django before it knows the settings",
        "Write these lines above the imports of Django and of the project, in the WSGI "
        f'file: `import os` and `os.environ["{_SETTINGS}"] = "{name}"`.',
        consequence=failure.all_fail,
        place=_first_import(failure),
    )


def missing_settings(failure: Failure, module: str) -> Cause | None:
    """Recognise Django's settings under a name that leads nowhere.

    :param module: the module that is missing.
    """
    if not failure.is_in("django") or "settings" not in "".join(_named(failure)):
        return None
    named = next(
        (
            n
            for n in _named(failure)
            if n.split(".")[0] == module or n == module or n.startswith(module + ".")
        ),
        "",
    )
    known = _known_settings(failure)
    if not named or not known or known == named:
        return None
    place = next(
        (
            (file, node.lineno)
            for file, tree in failure.trees(named.encode())
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and node.value == named
        ),
        None,
    )
    return Cause(
        "import-error",
        f"There is no module {plain(module)}: Django's settings are `{known}`, and the "
        f"code says `{plain(named)}`",
        f'Write `os.environ["{_SETTINGS}"] = "{known}"`.',
        place=place,
    )


def own_server(failure: Failure, module: str) -> Cause | None:
    """Recognise a missing package for web apps that come with a server of their own.

    :param module: the module that is missing.
    """
    name = known_apis.OWN_SERVERS.get(module.partition(".")[0], "")
    if not name or not failure.is_import:
        return None
    return Cause(
        "not-wsgi",
        f"This is an app of {name}, which comes with its own server",
        f"Deploy it as a site that runs {name} itself: `pa website create`.",
        consequence="PythonAnywhere's web apps use WSGI, which "
        f"{name} does not support: every page is an error.",
    )


def _named(failure: Failure) -> list[str]:
    """Return the settings modules that the code names."""
    return [
        node.value
        for _, tree in failure.trees(_SETTINGS.encode())
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"\w+(\.\w+)*\.settings(\.\w+)*|settings", node.value)
    ]


# Circular imports, and modules that hide each other.


def circular(failure: Failure) -> Cause | None:
    """Recognise a file that imports itself, and two that import each other."""
    if not failure.is_a("ImportError", "AttributeError"):
        return None
    own = failure.own_frames
    said = _HELD.search(failure.text)
    if said is None or not own:
        return _hidden_by_package(failure)
    module = said[1] or said[2]
    top = module.partition(".")[0]
    file, importer = _file_of(failure, module), own[0][0]
    if file is None:
        return None
    name = failure.name(file)
    if file == importer:
        library = "" if said[1] and not _is_library(failure, top) else top
        if library:
            return Cause(
                "shadowed-module",
                f"`{name}` has the name of a library, and imports itself instead of it",
                f"Rename the file: no file of yours may be named `{top}.py`.",
                "error",
                failure.all_fail,
                (file, own[0][1]),
            )
        return Cause(
            _general(failure),
            f"`{name}` imports itself: {plain(failure.text)}",
            "Remove this import: the file has these names already. If you mean a "
            f"library {top}, rename the file.",
            consequence=failure.all_fail,
        )
    other = failure.name(importer)
    return Cause(
        _general(failure),
        f"`{name}` and `{other}` import each other, and `{name}` is not ready when this "
        "line runs",
        "Move this import into the function that uses it, or move what both files need "
        "into a third file.",
        consequence=failure.all_fail,
    )


def _is_library(failure: Failure, top: str) -> bool:
    """Tell whether a module is of the standard library, or of a listed package."""
    from pa_new_check import distributions, versions

    task = failure.task
    if top in versions.standard_library():
        return True
    return bool(distributions.provides(task.requirements, top, task.python))


def _file_of(failure: Failure, module: str) -> Path | None:
    """Return the project's file of a module."""
    below = module.replace(".", "/")
    for root in (failure.task.project.root, failure.task.project.folder):
        for name in (f"{below}.py", f"{below}/__init__.py"):
            if (root / name).is_file():
                return root / name
    return None


def _hidden_by_package(failure: Failure) -> Cause | None:
    """Recognise a module that a package of the same name hides."""
    said = _FROM.match(failure.text)
    if said is None:
        return None
    below = said[2].replace(".", "/")
    for root in (failure.task.project.root, failure.task.project.folder):
        file, package = root / f"{below}.py", root / below / "__init__.py"
        if file.is_file() and package.is_file() and said[3].endswith("/__init__.py"):
            if not any(said[1] in ast.dump(node) for node in tree_of(file).body):
                return None
            name = failure.name(file)
            return Cause(
                "shadowed-module",
                f"The folder `{name[: -len('.py')]}` hides `{name}`, which has the name "
                f"{said[1]}: both are the module {said[2]}",
                "Rename one of the two.",
                "error",
                failure.all_fail,
            )
    return None


def relative_import(failure: Failure) -> Cause | None:
    """Recognise an import from the file's own package, in a file that has none."""
    if not failure.is_a("ImportError") or "no known parent package" not in failure.text:
        return None
    line = failure.own_lines[0].partition("#")[0].strip() if failure.own_lines else ""
    parts = _RELATIVE.fullmatch(line)
    if parts is None:
        return None
    fixed = f"from {parts[1]} import {parts[2]}" if parts[1] else f"import {parts[2]}"
    return Cause(
        _general(failure),
        "The dot means the package of this file, and the file is in no package: "
        f"{failure.raised}",
        f"Write `{fixed}`.",
        consequence=failure.all_fail,
    )


# The application.


def wrong_application(failure: Failure) -> Cause | None:
    """Recognise an `application` that cannot answer a request as WSGI asks."""
    if failure.is_import or not failure.is_a("TypeError"):
        return None
    if _ASGI.search(failure.text):
        return Cause(
            "asgi-application", "`application` is an ASGI app", place=_binding(failure)
        )
    takes = _NOT_TWO.search(failure.text)
    returned = _NOT_RESPONSE.search(failure.text)
    is_called = len(failure.own_frames) == 0 or takes is not None
    if not (takes and _is_bound_to(failure, takes[1])) and not (returned and is_called):
        return None
    name = takes[1] if takes else _bound_name(failure)
    return factory(failure, name)


def factory(failure: Failure, name: str, home: str = "") -> Cause:
    """Return what to say of a function that makes the app, in the app's place.

    :param home: the module of the function, "" if it is not known.
    """
    lines = f"`application = {name}()`"
    if home not in ("", failure.task.placement.module):
        lines = f"`from {home} import {name}` and {lines}"
    entry = tree_of(failure.task.project.entry)
    for node in entry.body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) in ("application", name):
                    module = "." * node.level + (node.module or "")
                    lines = f"`from {module} import {alias.name}` and "
                    lines += f"`application = {alias.name}()`"
                    name = alias.name
    return Cause(
        "application-factory",
        f"`application` is the function `{plain(name)}` itself, not what it returns",
        f"Write two lines: {lines}." if " and " in lines else f"Write {lines}.",
        place=_binding(failure),
    )


def _bound_name(failure: Failure) -> str:
    """Return the name that the entry file gives to the application."""
    for node in tree_of(failure.task.project.entry).body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.asname == "application":
                    return alias.name
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            if any(
                isinstance(t, ast.Name) and t.id == "application" for t in node.targets
            ):
                return node.value.id
        elif isinstance(node, ast.FunctionDef) and node.name == "application":
            return "application"
    return "create_app"


def _is_bound_to(failure: Failure, name: str) -> bool:
    return name in (_bound_name(failure), "application", "create_app", "make_app")


def _binding(failure: Failure) -> tuple[Path, int]:
    """Return the line of the entry file that gives `application` its value."""
    entry = failure.task.project.entry
    for node in tree_of(entry).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        names = {target.id for target in targets if isinstance(target, ast.Name)}
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname or alias.name for alias in node.names}
        if "application" in names:
            return entry, node.lineno
    return entry, 1


def uncallable(failure: Failure, kind: str) -> Cause:
    """Say what an `application` is that cannot be called.

    :param kind: the name of its type.
    """
    if kind == "type":
        found = bound_class(failure)
        place, code = found or (_binding(failure), "")
        return Cause(
            "missing-application",
            "`application` is a class, and not an app made of it",
            f"Call it: `{plain(code)}`." if found else "Call it.",
            place=place,
        )
    kinds = {
        "module": (
            "a module",
            "Import the app from it: `from MODULE import app as application`.",
        ),
        "NoneType": ("None", "See that the function which makes the app returns it."),
        "Dash": ("a Dash app", "Use its server: `application = app.server`."),
        "str": ("a text", "Import the app itself, not its name."),
    }
    what, fix = kinds.get(kind, (f"of the type {plain(kind)}", ""))
    return Cause(
        "missing-application",
        f"`application` is {what}, which is not a WSGI application",
        fix,
        place=_binding(failure),
    )
