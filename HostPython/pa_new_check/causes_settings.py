"""Failures of ``pa_env.py``, which reads ``.env`` in a project that pa-new has written."""

from __future__ import annotations

from pathlib import Path

from pa_new_check import own_settings
from pa_new_check.failure import Cause, Failure
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

# What pa_env.py of a generated project says.
_BAD_FILE = pattern(
    r"^(/[^\n]+/\.env)(?:, line (\d{1,9}): this is not NAME=value$| is not UTF-8\b)"
)
_REQUIRED = pattern(r"^([^\s=]+) is not set: (?:.*, )?add a line \1=\.\.\. to ")


def bad_settings(failure: Failure) -> Cause | None:
    """Recognise a file of settings that ``pa_env.load`` cannot read."""
    said = _BAD_FILE.search(failure.text) if failure.is_in("pa_env") else None
    if said is None:
        return None
    file, line = Path(failure.task.placement.here(said[1])), int(said[2] or 1)
    if failure.task.project.folder not in file.parents:
        return None
    name = plain(failure.name(file))
    what, fix = f"`{name}` is not UTF-8 text", "Save it as UTF-8."
    if said[2]:
        what = f"Line {line} of `{name}` is not a setting"
        fix = "Write it as NAME=value."
    return Cause(
        "import-error" if failure.is_import else "error-response",
        what,
        fix,
        consequence=f"{failure.subject} fails as long as the file is so, here and on "
        "PythonAnywhere.",
        place=(file, line),
    )


def required(failure: Failure) -> Cause | None:
    """Recognise a setting that ``pa_env.required`` does not find.

    ``.env`` may be on PythonAnywhere alone: then nothing is wrong.
    """
    said = _REQUIRED.search(failure.text) if failure.is_in("pa_env") else None
    if said is None:
        return None
    name = said[1]
    place = failure.on_host(own_settings.FILE)
    callers = [one for one in failure.all_own_frames if one[0].name != "pa_env.py"]
    else_ = "every page is an error" if failure.is_import else "this page is an error"
    return Cause(
        "missing-variable",
        f"{failure.subject} needs the setting {plain(name)}, which is not set on this "
        "computer",
        how_to_write(failure, name),
        "warning",
        f"If it is not in {place} either, {else_}.",
        callers[0] if callers else None,
        unloaded=f"the setting {plain(name)} is not set on this computer",
    )


def how_to_write(failure: Failure, name: str) -> str:
    """Return how to set a variable in the file that ``pa_env.load`` reads."""
    entry = failure.task.project.entry.name
    settings = failure.task.stage.settings
    for path in own_settings.misplaced(failure.task.project, settings):
        if name in failure.task.stage.names_in(path):
            advice = own_settings.how_to_place(path, settings, entry)
            return (
                f"{plain(path)} has it, and the app does not read that file: {advice}."
            )
    here = f"Add a line `{plain(name)}=...` to {own_settings.FILE} beside {entry}"
    if failure.task.conversation is not None:
        return f"{here}, on this computer."
    return (
        f"{here} on this computer, and to {failure.on_host(own_settings.FILE)} on "
        "PythonAnywhere: on the Files tab, or with `pa-new deploy --env-file FILE`. For a "
        f"check without that file, as in a pipeline, add a line `{plain(name)}=` to "
        ".env.example: then the app is given a value."
    )
