"""Runs the command that the first argument names: deploy, undo, pack or logs."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping

from pa_new_deploy import deploy_command, logs_command, pack_command, undo_command
from pa_new_deploy.api.client import TIMEOUT
from pa_new_deploy.api.region import TOKEN_VARIABLE
from pa_new_deploy.api.throttle import Clock

_COMMANDS = {
    "deploy": deploy_command.run,
    "undo": undo_command.run,
    "pack": pack_command.run,
    "logs": logs_command.run,
}


def main(
    arguments: list[str],
    environment: Mapping[str, str] | None = None,
    clock: Clock | None = None,
    timeout: float = TIMEOUT,
) -> int:
    """Run a command and return its exit code.

    :param arguments: the name of the command, and its arguments. With ``--token-stdin``
        before them, the token is on stdin: then it is in no environment, and no program
        that is started here can see it.
    :param environment: the variables, among them the token.
    :param timeout: the longest time, in seconds, that the API may be silent.
    """
    environment = os.environ if environment is None else environment
    if arguments[0] == "--token-stdin":
        arguments = arguments[1:]
        environment = {**environment, TOKEN_VARIABLE: sys.stdin.read()}
    for stream in (sys.stdout, sys.stderr):
        # A log can have characters that the terminal's encoding has not.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    command = _COMMANDS[arguments[0]]
    return command(arguments[1:], environment, clock or Clock(), timeout)
