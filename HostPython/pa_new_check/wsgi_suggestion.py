"""Writes the WSGI file for the app that is found in a project's folder.

It is what you put into the WSGI file on PythonAnywhere's Web tab: the folder on the path,
the settings, the import of the app. The app is found by reading its files; nothing is run.
"""

from __future__ import annotations

import ast
import shlex
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

from pa_new_check import app_connection, app_kinds
from pa_new_check.app_connection import connect, described
from pa_new_check.app_search import App, Found, find_apps
from pa_new_check.project import NAME_IT
from pa_new_check.project_requirements import read_requirements
from pa_new_check.wsgi_text import Parts, wsgi_text
from pa_new_shared.host import DOMAIN, user_of_domain

_MAX_OTHERS = 5
_PLACEHOLDER = "yourusername"
_SERVER = "PythonAnywhere starts the server for you."
_ENV_READERS = frozenset(
    ("django-environ", "environs", "python-decouple", "pydantic-settings", "dynaconf")
)


class Suggestion(NamedTuple):
    """The WSGI file for the app in a folder."""

    what: str
    """What was found, in one sentence without its full stop."""
    text: str
    """The WSGI file; "" for an app that no WSGI file can serve."""
    others: list[str]
    """What else was found, as sentences like ``what``."""
    advice: str = ""
    """What else there is to do, in whole sentences; "" if there is nothing."""
    page: str | None = None
    """PythonAnywhere's help page about it."""


def suggest(folder: Path, home: str, domain: str) -> Suggestion | None:
    """Return the WSGI file for the app in a folder, None if there is no app.

    :param folder: the project's folder on this computer.
    :param home: its folder on PythonAnywhere, such as ``/home/alice/shop``.
    :param domain: the website, such as ``alice.pythonanywhere.com``.
    """
    found = _find(folder)
    if found is None or not found.apps:
        return None
    app = found.apps[0]
    others = [described(other) for other in found.apps[1:]]
    others = list(dict.fromkeys(others))[:_MAX_OTHERS]
    place = _Place(folder, home, domain, found)
    text, advice, page = place.written(app)
    return Suggestion(described(app), text, others, advice, page)


def _find(folder: Path) -> Found | None:
    try:
        return find_apps(folder, sys.version_info[:2])
    except (RecursionError, MemoryError, OSError):
        return None


def facts(options: SimpleNamespace, error: dict[str, str]) -> dict[str, object]:
    """Return what a report without an entry file says more; complete its message.

    :param options: the options of the run.
    :param error: the error, whose message is completed.
    """
    folder = Path(options.folder).resolve()
    domain = options.domain or options.record_domain or ""
    account = options.account or user_of_domain(domain)
    user = account or _PLACEHOLDER
    domain = domain or f"{user.lower()}.{DOMAIN}"
    name = options.project_name or folder.name
    found = suggest(folder, f"/home/{user}/{name}", domain)
    if found is None:
        files = _find(folder)
        for path, line in list(files.broken.items())[:1] if files else []:
            file = path.relative_to(folder).as_posix()
            error["message"] = (
                f"{error['message'].removesuffix(NAME_IT)}; Python "
                f"{sys.version_info[0]}.{sys.version_info[1]} cannot parse line {line} of "
                f"{file}, which may have the app. To see why, add --entry "
                f"{shlex.quote(file)}"
            )
        return {}
    message = error["message"].removesuffix(NAME_IT) + f"; {found.what}"
    if found.text and not account:
        message += f". In the WSGI file, replace {_PLACEHOLDER} with your username"
    if found.advice:
        message += f". {found.advice.rstrip('.')}"
    error["message"] = message
    facts: dict[str, object] = {"found": found.what, "others": found.others}
    if found.text:
        facts["wsgi_file"] = found.text
    return facts


class _Place:
    """A project, its folder on PythonAnywhere, and its website."""

    def __init__(self, folder: Path, home: str, domain: str, found: Found) -> None:
        self.folder = folder
        self.home = home.rstrip("/")
        self.domain = domain
        self._found = found

    def on_host(self, path: Path) -> str:
        """Return the path on PythonAnywhere of a path in the project, or of its parent."""
        if path == self.folder.parent:
            return self.home.rpartition("/")[0]
        below = path.relative_to(self.folder).as_posix()
        return self.home if below == "." else f"{self.home}/{below}"

    def written(self, app: App) -> tuple[str, str, str | None]:
        """Return the WSGI file, the advice, and the help page for an app."""
        form = app.kind.form
        if app.root == self.folder.parent:
            # The project's folder is the package, and may have another name there.
            _, dot, below = app.module.partition(".")
            top = self.home.rpartition("/")[2]
            app = app._replace(module=f"{top}{dot}{below}")
        if form == app_kinds.PAGE:
            return ("", *self._page(app))
        if app.is_hidden:
            top = app.module.partition(".")[0]
            return (
                "",
                f"Rename {app.file}: Python imports the package {top} first.",
                None,
            )
        parts = Parts(self.domain, self.on_host(app.root))
        advice: list[str] = []
        self._load_env(parts, advice)
        if form == app_kinds.ASGI:
            text = self._asgi(app, parts, advice)
            return text, " ".join(advice), None if text else "ASGICommandLine"
        self._connect(app, parts, advice)
        if app.server_line:
            advice.append(
                f"Put line {app.server_line} of {app.file}, which starts a server, below "
                f'`if __name__ == "__main__":`. {_SERVER}'
            )
        return wsgi_text(parts), " ".join(advice), _PAGES.get(app.kind.framework)

    def _connect(self, app: App, parts: Parts, advice: list[str]) -> None:
        """Add the imports of an app, and the expression for it."""
        found = connect(app, self._found.trees)
        parts.settings = found.settings
        parts.imports += found.imports
        parts.own += found.own
        parts.before += found.before
        parts.result = found.expression
        for parameter, _ in found.unknown:
            parts.comments.append(f"Write what {app.name} takes as {parameter}.")
            advice.append(
                f"In the WSGI file, write what `{app.name}` takes as `{parameter}`."
            )
        if found.adapter == app_connection.TORNADO:
            parts.result = self._adapted(parts.result, parts, advice)

    def _adapted(self, called: str, parts: Parts, advice: list[str]) -> str:
        """Wrap a Tornado application in the adapter that pa-new's projects have."""
        module = "tornado_wsgi"
        for path in self._found.trees:
            if path.parts[-2:] == ("tornado_wsgi", "__init__.py"):
                path = path.parent
            if path.name in ("tornado_wsgi", "wsgi_adapter.py"):
                root = path.parent
                while (root / "__init__.py").is_file() and root != self.folder:
                    root = root.parent
                module = ".".join(path.relative_to(root).with_suffix("").parts)
                break
        else:
            advice.append(
                "Tornado needs an adapter on PythonAnywhere: `pa-new NAME --framework "
                "tornado` writes one into NAME/, the folder tornado_wsgi in its package. Copy "
                "it beside your app."
            )
        parts.own.append(f"from {module} import WSGIAdapter")
        return f"WSGIAdapter({called})"

    def _load_env(self, parts: Parts, advice: list[str]) -> None:
        """Load ``.env`` before the app, if python-dotenv is there or nothing else is."""
        has_env = (self.folder / ".env").is_file()
        if not has_env and not (self.folder / ".env.example").is_file():
            return
        listed = read_requirements(self.folder).listed
        is_listed = "python-dotenv" in listed or any(
            name.partition(".")[0] == "dotenv"
            for tree in self._found.trees.values()
            for node in ast.walk(tree)
            for name in app_kinds.imported(node)
        )
        if not is_listed:
            if not has_env or not _ENV_READERS.isdisjoint(listed):
                return
            advice.append(
                "Add python-dotenv to requirements.txt: the WSGI file loads .env with it."
            )
        parts.env = f"{self.home}/.env"

    def _virtualenv(self, program: str) -> str:
        """Return a program of the virtualenv that is named like the project."""
        home, _, name = self.home.rpartition("/")
        return f"{home}/.virtualenvs/{name}/bin/{program}"

    def _create(self, command: str) -> str:
        return (
            "Run this in a Bash console on PythonAnywhere: `pa website create --domain "
            f"{self.domain} --command '{command}'`."
        )

    def _asgi(self, app: App, parts: Parts, advice: list[str]) -> str:
        """Return the WSGI file for an ASGI app, "" if it needs what WSGI has not."""
        factory = " --factory" if app.function is not None else ""
        command = (
            f"{self._virtualenv('uvicorn')} --app-dir {self.on_host(app.root)} "
            f"--uds ${{DOMAIN_SOCKET}}{factory} {app.module}:{app.name}"
        )
        site = self._create(command)
        if app.needs_sockets:
            advice.insert(
                0,
                f"{app.kind.framework} is for ASGI, and WSGI has no WebSockets. "
                f"PythonAnywhere has ASGI sites (beta) for them. {site}",
            )
            return ""
        self._connect(app, parts, advice)
        parts.own.append("from asgi_adapter import ASGIAdapter")
        parts.result = f"ASGIAdapter({parts.result})"
        if not (app.root / "asgi_adapter/__init__.py").is_file():
            advice.insert(
                0,
                f"{app.kind.framework} needs an adapter on PythonAnywhere: `pa-new NAME "
                "--framework fastapi` writes one into NAME/. Copy the folder asgi_adapter "
                "from there into your project: on PythonAnywhere, it belongs "
                f"into {self.on_host(app.root)}.",
            )
        return wsgi_text(parts)

    def _page(self, app: App) -> tuple[str, str]:
        path = self.on_host(app.path)
        if app.kind.framework == "Streamlit":
            command = (
                f"{self._virtualenv('streamlit')} run {path} --server.address "
                '"unix://${DOMAIN_SOCKET}" --server.enableCORS false '
                "--server.enableXsrfProtection false "
                "--server.enableWebsocketCompression false"
            )
            return (
                "Streamlit has a server of its own, and no WSGI file can run it. "
                "PythonAnywhere has sites for it (beta), on paid accounts. "
                + self._create(command)
            ), "Streamlit"
        return (
            "Gradio has a server of its own, and no WSGI file can run it. Mount it in a "
            "FastAPI app with `gradio.mount_gradio_app`: PythonAnywhere has ASGI sites "
            "(beta)."
        ), "ASGICommandLine"


_PAGES = {
    "Flask": "Flask",
    "Django": "DeployExistingDjangoProject",
    "CherryPy": "UsingCherryPy",
    "Tornado": "UsingTornado",
    "Dash": "DashWSGIConfig",
    "web.py": "WebDotPyWSGIConfig",
}
