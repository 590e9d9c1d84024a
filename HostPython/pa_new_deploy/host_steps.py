"""The steps of a project that the API cannot do, as the last words of a deployment.

The project's template has them, such as the command that makes the tables of a database.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import Any

from pa_new_deploy.package_choice import Packages


@dataclass(frozen=True)
class Step:
    """What to do on PythonAnywhere: a sentence, or the purpose of commands."""

    action: str
    commands: list[str]

    @property
    def document(self) -> dict[str, Any]:
        return {"action": self.action, "commands": self.commands}


def parse(documents: list[str], source: str, packages: Packages) -> list[Step]:
    """Read steps, and complete their commands so that a new console can run them.

    :param documents: The steps, as JSON.
    :param source: The project's folder on PythonAnywhere.
    :param packages: How the app gets its packages.
    """
    return [
        _completed(json.loads(document), source, packages.virtualenv)
        for document in documents
    ]


def _completed(step: dict[str, Any], source: str, virtualenv: str | None) -> Step:
    commands = [str(command) for command in step["commands"]]
    if commands:
        commands.insert(0, f"cd {shlex.quote(source)}")
        if virtualenv:
            activate = shlex.quote(f"{virtualenv}/bin/activate")
            commands.insert(0, f"source {activate}")
    return Step(str(step["action"]), commands)


def sentences(steps: list[Step]) -> list[str]:
    """Return the lines that tell the steps."""
    if not steps:
        return []
    lines = ["Do this on PythonAnywhere, if you have not done it yet:"]
    for number, step in enumerate(steps, 1):
        if step.commands:
            lines.append(f"  {number}. In a Bash console, {step.action}:")
            lines += [f"         {command}" for command in step.commands]
        else:
            lines.append(f"  {number}. {step.action}")
    return lines
