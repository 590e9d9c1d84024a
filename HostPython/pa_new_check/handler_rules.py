"""Rules about what the library of a project's handlers tells of their code."""

from __future__ import annotations

from pa_new_check.project import Unreadable, parse
from pa_new_check.source_rules.handler_classes import is_called_by_class
from pa_new_shared.file_path import Path
from pa_new_shared.later import re
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain, sentence

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

    from pa_new_check.runtime_rules import Judge

# What `Trap.swift` of handlers in Swift writes; the file begins with the target.
_TRAP = pattern(
    r"^(Swift trap in \S+) \(the route is in ([\w/. +-]+):(\d+)\), which ends this worker: "
    r"\w+ (\S*)$",
    re.MULTILINE,
)
# What `web/mistakes.py` says of a method that takes other parameters.
_NOT_FITTING = pattern(r"([\w.<>]+) does not fit its route\b")
# Browsers send them only if a script does.
_UNSENT = ("put", "patch", "delete", "head", "options")
_TOLD = pattern(r"^    ([\w./-]+\.py):(\d+): (.+)$", re.MULTILINE)


def judge(judge: Judge, event: dict[str, Any]) -> None:
    """Report a mistake that the library found when the app was loaded."""
    if event["fails"] and _judge_helper(judge, event):
        return
    severity = "error" if event["fails"] else ""
    consequence = "Every request for it is an error." if severity else ""
    what = sentence(plain(event["what"]))
    judge.add("handler-mistake", event, what, "", severity, consequence)


def _judge_helper(judge: Judge, event: dict[str, Any]) -> bool:
    """Report a helper of a handler's own with the name of a method that no page sends.

    :returns: whether a mistake is about one: its class calls it, as ``self.delete(...)``.
    """
    said = _NOT_FITTING.match(event["what"])
    if said is None or not event["frames"]:
        return False
    try:
        tree = parse(Path(event["frames"][0][0]), None)
    except (Unreadable, SyntaxError):
        return False
    owner, _, name = said[1].rpartition(".")
    if name not in _UNSENT or not is_called_by_class(tree, owner, name):
        return False
    verb = name.upper()
    what = f"`{plain(said[1])}` is a helper, but a {verb} request calls it, too"
    fix = f"Choose another name for it, such as `{name}_item`."
    consequence = (
        f"Every {verb} request to its route is an error; only a script sends one."
    )
    judge.add("handler-mistake", event, what, fix, "", consequence)
    return True


def judge_log(judge: Judge, events: list[dict[str, Any]]) -> bool:
    """Report what the library of a project's handlers told of a request in the log.

    :returns: whether it told something.
    """
    is_told = False
    for event in events:
        if event["kind"] != "answered" or not event["errors"]:
            continue
        for file, line, what in _TOLD.findall(str(event["errors"])):
            path = judge.task.project.folder / file
            if path.is_file():
                frames = [[str(path), line]]
                judge.add("handler-mistake", {"frames": frames}, sentence(plain(what)))
                is_told = True
    return is_told


def judge_html(judge: Judge, path: str, event: dict[str, Any]) -> None:
    """Report a response with HTML that browsers show as text."""
    severity, fix = "note", ""  # it may be meant so
    if event["is_written"]:
        from pa_new_check.source_rules import handler_code  # few need it

        if not handler_code.takes_parts(judge.task.project.folder):
            severity, fix = "", handler_code.FIX
    what = f"The response to `{plain(path)}` is HTML, but it is sent as text"
    judge.add("html-as-text", event, what, fix, severity)


def judge_trap(judge: Judge, path: str, consequence: str) -> bool:
    """Report a trap in a handler in Swift that has ended the process in a request.

    :returns: whether there was one.
    """
    for what, file, line, asked in _TRAP.findall(judge.result.output):
        place = judge.task.project.folder / "Sources" / file
        if asked != path.partition("?")[0] or not place.is_file():
            continue
        said = f"A request for `{plain(path)}` ends the process: {plain(what)}"
        fix = (
            "Look in this handler for an index out of range, a number that is too large, "
            "`!` for a value that is nil, or `fatalError()`."
        )
        facts = {"frames": [[str(place), line]]}
        judge.add("error-response", facts, said, fix, consequence=consequence)
        return True
    return False
