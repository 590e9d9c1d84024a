"""Start the application of this folder on a real server."""

from __future__ import annotations

from pathlib import Path

import servers

HERE = Path(__file__).resolve().parent


class Server(servers.Server):
    def __init__(self, *command: str, **environment: str) -> None:
        super().__init__(*command, folder=HERE, path="/Hello", **environment)


def uwsgi(*options: str, file: str = "application.py") -> list[str]:
    return servers.uwsgi(file, *options)


def gunicorn(*options: str) -> list[str]:
    return servers.gunicorn("application", *options)
