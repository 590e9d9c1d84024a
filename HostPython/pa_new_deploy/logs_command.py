"""The command ``logs``: prints the last lines of a web app's logs on PythonAnywhere.

``--user USER --domain D [--kind error|server|access]... [--lines N]``. The token and the
region come from the environment (:mod:`pa_new_deploy.region`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

from pa_new_deploy import command_line, region
from pa_new_deploy.api import Host
from pa_new_deploy.client import Client
from pa_new_deploy.problems import NoLog
from pa_new_deploy.throttle import Clock
from pa_new_shared.text import printable

KINDS = ["error", "server", "access"]
MAX_LOG = 20_000_000


def run(
    arguments: list[str],
    environment: Mapping[str, str],
    clock: Clock,
    timeout: float,
) -> int:
    """Print the lines and return the exit code."""
    return command_line.guarded(
        lambda: _run(_parse(arguments), environment, clock, timeout),
        lambda diagnostic: command_line.fail(diagnostic, environment),
    )


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = command_line.Arguments()
    parser.add_argument("--user", required=True)
    parser.add_argument("--domain", required=True)
    parser.add_argument("--kind", action="append", default=[], choices=KINDS)
    parser.add_argument("--lines", type=int, default=50)
    return parser.parse_args(arguments)


def _run(
    options: argparse.Namespace,
    environment: Mapping[str, str],
    clock: Clock,
    timeout: float,
) -> int:
    found = region.find(options.domain, environment)
    token = region.token(environment)
    client = Client(found, options.user, token, clock, _wait, timeout)
    for kind in options.kind or ["error"]:
        path = f"/var/log/{options.domain}.{kind}.log"
        content = Host(client).read(path, f"read the {kind} log", MAX_LOG)
        if content is None:
            raise NoLog(path)
        lines = content.decode("utf-8", "replace").splitlines()
        for line in lines[-options.lines :]:
            print(printable(line))
    return 0


def _wait(reason: str, seconds: float) -> None:
    sys.stderr.write(f"waiting {seconds:.0f} s: {printable(reason)}\n")
