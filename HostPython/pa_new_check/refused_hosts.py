"""The finding about an app that does not answer requests for its own domain."""

from __future__ import annotations

import contextlib
import re

from pa_new_check.project import Unreadable, content_of, python_files
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

    from pa_new_check.runtime_rules import Judge

_LOCAL = ("localhost", "127.0.0.1", "[::1]", "0.0.0.0", "testserver", ".localhost")


def judge_refusal(
    judge: Judge, path: str, allowed: list[str] | None, status: int
) -> None:
    """Report an app that answers other domains, but not its own.

    :param allowed: the domains in Django's settings, None without Django.
    """
    site = judge.task.placement.site
    setting = "SERVER_NAME" if status == 404 else "ALLOWED_HOSTS"
    if allowed is None and status == 400:
        setting = "TRUSTED_HOSTS"
    severity = ""
    consequence = "" if allowed is not None else "Every visitor gets this response."
    others = [name for name in allowed or [] if name not in _LOCAL]
    fix = f'Add the domain: `{setting} = ["{site.domain}"]`.'
    if setting == "SERVER_NAME":
        fix = f"Remove SERVER_NAME, or set it to `{site.domain}`."
    elif others:
        names = ", ".join(f'"{plain(name)}"' for name in [*others, site.domain])
        fix = f"Add the domain: `{setting} = [{names}]`."
    listed = [
        name for name in judge.task.stage.examples() if _is_for_hosts(judge, name)
    ]
    if listed and setting == "ALLOWED_HOSTS":
        severity = "warning"  # the value is only that of the example
        fix = f"Set the variable on PythonAnywhere: `{listed[0]}={site.domain}`."
    if site.is_stand_in and (others or setting == "SERVER_NAME"):
        severity = "warning"  # the web app's own domain may be the one that is allowed
        fix = "Name the domain of the web app with --domain, and check again."
        consequence = "Every visitor gets this response if it does not allow yours."
    judge.add(
        "allowed-hosts",
        {"frames": _places_of(judge, setting, others)},
        f"The response to `{plain(path)}` is {status} for the domain {site.domain}: "
        f"{setting} does not allow it",
        fix,
        severity,
        consequence,
    )


def _is_for_hosts(judge: Judge, name: str) -> bool:
    """Tell whether the code takes the hosts from a variable."""
    if "HOST" not in name:
        return False
    texts = (f'"{name}"'.encode(), f"'{name}'".encode())
    for path in python_files(judge.task.project.folder):
        with contextlib.suppress(Unreadable):
            code = content_of(path)
            if any(text in code for text in texts):
                return True
    return False


def _places_of(judge: Judge, setting: str, values: list[str]) -> list[list[Any]]:
    """Return the line of the project that sets a setting, as a frame.

    Of several lines, it is the first that has one of the values, or else the first.
    """
    places: list[list[Any]] = []
    found = re.compile(rf"^\s*(?:\w+\.)*(?:config\[)?[\"']?{setting}[\"']?\]?\s*[:=]")
    for path in python_files(judge.task.project.folder):
        try:
            lines = content_of(path).decode("utf-8", "replace").splitlines()
        except Unreadable:
            continue
        for number, line in enumerate(lines, 1):
            if found.match(line):
                if any(value in line for value in values):
                    return [[str(path), number]]
                places.append([str(path), number])
    return places[:1]
