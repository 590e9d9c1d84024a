"""Recognises what no web app of PythonAnywhere can run, and says what it has for that.

The facts are those of PythonAnywhere's help pages AsyncInWebApps, ASGICommandLine,
Streamlit and FlaskSocketIO, and of "Features of free accounts".
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pa_new_check import app_kinds
from pa_new_check.app_connection import called_name
from pa_new_check.app_kinds import imported
from pa_new_check.app_search import App, Found, is_aside
from pa_new_check.project import (
    MAX_BYTES_IN_ALL,
    Unreadable,
    content_of,
    parse,
    python_files,
)
from pa_new_shared.patterns import pattern
from pa_new_shared.text import printable

_SERVERS = {
    "streamlit": "Streamlit",
    "gradio": "Gradio",
    "nicegui": "NiceGUI",
    "chainlit": "Chainlit",
    "flet": "Flet",
    "reflex": "Reflex",
    "panel": "Panel",
    "aiohttp.web": "aiohttp",
    "aiohttp": "aiohttp",
}
_SOCKETS = ("websockets", "socketio", "websocket_server")
_BOTS = {
    "telegram": "Telegram",
    "telebot": "Telegram",
    "aiogram": "Telegram",
    "pyrogram": "Telegram",
    "telethon": "Telegram",
    "discord": "Discord",
    "disnake": "Discord",
    "nextcord": "Discord",
    "slack_bolt": "Slack",
}
_POLLS = frozenset(
    ("run_polling", "start_polling", "infinity_polling", "polling")
    + ("run_until_disconnected", "SocketModeHandler")
)
_RUNS = frozenset(("run", "start"))
_CLIENTS = pattern(r"\w*(?:Client|Bot)")
_WORDS = pattern("|".join((*_SERVERS, *_SOCKETS, *_BOTS, "celery")))
_HTTP = frozenset(
    ("get", "post", "put", "patch", "delete", "route", "api_route", "mount")
    + ("include_router", "add_api_route", "add_route", "Route", "Mount")
)
_PAID = "on paid accounts, PythonAnywhere has always-on tasks for programs that run all the time"
_SITES = (
    "PythonAnywhere has a second kind of website for it (beta), which you make in a console "
    "there with `pa website create`; pa-new does not make these"
)


class Refusal(NamedTuple):
    """What cannot be run, why, and what to do instead."""

    message: str
    reason: str
    hint: str
    file: str
    line: int
    note: str
    """What to say of it if there is a web app, too."""


def refusals(folder: Path, found: Found) -> list[Refusal]:
    """Return what a project has that a web app of PythonAnywhere cannot run."""
    found_ones: dict[str, Refusal] = {}
    budget = MAX_BYTES_IN_ALL
    own = {
        part
        for path in python_files(folder)
        for part in path.relative_to(folder).with_suffix("").parts
    }
    for path in python_files(folder):
        if is_aside(folder, path):
            continue
        try:
            content = content_of(path)
            budget -= len(content)
            if budget < 0:
                break
            if not _WORDS.search(content.decode("latin-1")):
                continue
            tree = found.trees.get(path) or parse(path, None)
        except (Unreadable, SyntaxError):
            continue
        file = printable(path.relative_to(folder).as_posix())
        refusal = _judged(tree, file, own)
        if refusal is not None:
            found_ones.setdefault(refusal.message.partition(" ")[2], refusal)
    return list(found_ones.values())


def _judged(tree: ast.Module, file: str, own: set[str]) -> Refusal | None:
    """Return the refusal of one file, None if there is no reason for one.

    :param own: names of the project's own modules, which hide those of libraries.
    """
    lines: dict[str, int] = {}
    calls: dict[str, int] = {}
    for node in ast.walk(tree):
        for name in imported(node):
            if name.partition(".")[0] in own:
                continue
            lines.setdefault(name, getattr(node, "lineno", 1))
            lines.setdefault(name.partition(".")[0], getattr(node, "lineno", 1))
            if isinstance(node, ast.ImportFrom):  # from aiohttp import web
                lines.update({f"{name}.{a.name}": node.lineno for a in node.names})
        if isinstance(node, ast.Call):
            calls.setdefault(called_name(node), node.lineno)
    for module, service in _BOTS.items():
        if module in lines:
            polls = [calls[name] for name in _POLLS if name in calls]
            polls = polls or list(_runs(tree))
            if polls:
                return _bot(service, file, min(polls))
    if "websockets" in lines and "serve" in calls:
        return _sockets("A WebSocket server", file, calls["serve"])
    for module in (
        "streamlit",
        "gradio",
        "nicegui",
        "chainlit",
        "flet",
        "reflex",
        "panel",
    ):
        if module in lines:
            return _server(_SERVERS[module], file, lines[module])
    if "aiohttp.web" in lines and ("Application" in calls or "run_app" in calls):
        return _server("aiohttp", file, lines["aiohttp.web"])
    if "celery" in lines and "Celery" in calls:
        return _celery(file, calls["Celery"])
    return None


def _runs(tree: ast.Module) -> Iterator[int]:
    """Yield the lines that run what is made of a class with the name of a client."""
    names: set[str] = set()
    for node in ast.walk(tree):
        made = node.value if isinstance(node, ast.Assign) else None
        if isinstance(made, ast.Call) and _CLIENTS.fullmatch(called_name(made)):
            targets = node.targets if isinstance(node, ast.Assign) else []
            names.update(t.id for t in targets if isinstance(t, ast.Name))
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        if (
            isinstance(called, ast.Attribute)
            and called.attr in _RUNS
            and getattr(called.value, "id", "") in names
        ):
            yield called.lineno


def _bot(service: str, file: str, line: int) -> Refusal:
    where = f"{file}:{line}"
    hint = (
        f"{_PAID}, such as this bot; a free account has none"
        if service != "Telegram"
        else f"{_PAID}, such as this bot; a free account has none. With a webhook, Telegram "
        "calls a web app when there is a message: then the bot can be a web app, also on a "
        "free account"
    )
    return Refusal(
        f"{where} is a {service} bot that waits for messages, and not a website",
        "a web app on PythonAnywhere runs only while it answers a request, and has no "
        "threads",
        hint,
        file,
        line,
        f"{where} starts a {service} bot that waits for messages. It does not run in the "
        "web app: on paid accounts, an always-on task can run it.",
    )


def _sockets(what: str, file: str, line: int) -> Refusal:
    where = f"{file}:{line}"
    return Refusal(
        f"{where} has pages for WebSockets only",
        "web apps on PythonAnywhere answer ordinary requests, and have no WebSockets",
        _SITES,
        file,
        line,
        f"{where} uses WebSockets, which web apps on PythonAnywhere do not have: what needs "
        "them does not work there.",
    )


def _server(name: str, file: str, line: int) -> Refusal:
    where = f"{file}:{line}"
    article = "an" if name[0] in "aeiou" else "a"
    hints = {
        "Streamlit": f"{_SITES}: see the help page Streamlit. They need a paid account",
        "Gradio": f"{_SITES}. For that, mount it in a FastAPI app with "
        "`gradio.mount_gradio_app`: see the help page ASGICommandLine",
        "aiohttp": "write the pages with Flask or FastAPI, which PythonAnywhere can call",
    }
    return Refusal(
        f"{where} is {article} {name} app, which has a server of its own",
        "PythonAnywhere starts the server itself, and calls a web app for each request",
        hints.get(name, f"{_SITES}: see the help page ASGICommandLine"),
        file,
        line,
        f"{where} uses {name}, which has a server of its own. It does not run in the web "
        "app.",
    )


def _celery(file: str, line: int) -> Refusal:
    where = f"{file}:{line}"
    return Refusal(
        f"{where} has tasks of Celery, and no website",
        "a web app on PythonAnywhere runs only while it answers a request: Celery's workers "
        "do not run in it",
        f"{_PAID}, such as workers; a free account has none. Paid accounts also have "
        "scheduled tasks, for what runs at set times",
        file,
        line,
        f"{where} has tasks of Celery. Its workers do not run in the web app: on paid "
        "accounts, an always-on task can run them.",
    )


def sockets_only(app: App, found: Found) -> Refusal | None:
    """Return the refusal of an app that has pages for WebSockets only."""
    tree = found.trees.get(app.path)
    if tree is None or not app.needs_sockets:
        return None
    names: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            names.setdefault(called_name(node), node.lineno)
    if app.kind.form == app_kinds.TORNADO:
        return _tornado_sockets(app, tree)
    if app.kind.form != app_kinds.ASGI:
        return None
    sockets = names.get("websocket") or names.get("WebSocketRoute")
    if sockets and _HTTP.isdisjoint(names):
        return _sockets("", app.file, sockets)
    return None


def _tornado_sockets(app: App, tree: ast.Module) -> Refusal | None:
    """Refuse a Tornado app if each of its handlers is for WebSockets."""
    kinds: list[tuple[str, int]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            bases = [getattr(b, "attr", getattr(b, "id", "")) for b in node.bases]
            kinds += [(base, node.lineno) for base in bases if base.endswith("Handler")]
    if kinds and all(base == "WebSocketHandler" for base, _ in kinds):
        return _sockets("", app.file, kinds[0][1])
    return None


def sockets_note(app: App) -> str:
    """Return a note on an app that also uses WebSockets, "" if it does not."""
    if not app.needs_sockets:
        return ""
    return (
        f"{app.file} uses WebSockets, which web apps on PythonAnywhere do not have: what "
        "needs them does not work there."
    )
