"""Variables that the app reads, and that only the user's shell has.

The app goes on without them on PythonAnywhere, but not as it does here.
"""

from __future__ import annotations

import re

from pa_new_check.causes_variables import OF_READING, how_to_set
from pa_new_check.project import source_line
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from pa_new_check.runtime_rules import Judge

# What a shell or a terminal sets on its own account.
_OF_SHELLS = pattern(
    r"SHELL|TERM|COLORTERM|PWD|OLDPWD|SHLVL|HOSTNAME|MAIL|EDITOR|VISUAL|PAGER|DISPLAY"
    r"|VIRTUAL_ENV|NO_COLOR|FORCE_COLOR|COLUMNS|LINES|TMPDIR|TMP|TEMP|CI|_"
    r"|(?:PYTHON|PYENV_|CONDA_|XDG_|TERM_|DBUS_|WSL_|VSCODE_)\w+"
    r"|SSH_(?:AUTH_SOCK|AGENT_PID|CLIENT|CONNECTION|TTY)"
)


def judge(judge: Judge) -> None:
    """Report these variables, but not those that only libraries ask for."""
    task = judge.task
    later = {e["name"] for e in judge.result.events if e["kind"] == "variable-set"}
    for name, readers in judge.variables.items():
        if name not in task.shell or name in later or _OF_SHELLS.fullmatch(name):
            continue
        frames = [f for f in readers if not OF_READING.search(str(f[0]))]
        own = next((i for i, f in enumerate(frames) if judge.has_own_line([f])), None)
        if own is None:
            continue
        file, line = judge.place(frames)
        text = source_line(task.project.folder / file, line)
        if own == 0 or re.search(rf"['\"]{re.escape(name)}['\"]", text):
            place = f"{task.placement.folder}/{_settings_file(judge)}"
            judge.add(
                "missing-variable",
                {"frames": frames},
                f"{plain(name)} is set in your shell and not there",
                f"{how_to_set(name, place)} To lend it to this check: `--env "
                f"{plain(name)}`.",
                "warning",
                "On PythonAnywhere the app goes on without it, unless you set it there.",
            )


def _settings_file(judge: Judge) -> str:
    """Return the ``.env`` file to name: one that is there, if any."""
    files = judge.task.stage.settings
    return next((path for path in files if path.endswith(".env")), ".env")
