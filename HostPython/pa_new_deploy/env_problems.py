"""The problems of ``--env-file``, and their messages: none shows what is in the file."""

from __future__ import annotations

from dataclasses import dataclass

from pa_new_deploy.diagnostic import Diagnostic
from pa_new_deploy.problems import DATA, NO_INPUT, NOT_READY, USAGE, Problem
from pa_new_shared.dotenv import PREVIEW
from pa_new_shared.text import printable, shortened

MAX_BYTES = 100_000
"""The most that a file of settings may have; Linux takes 128 KiB for one variable."""

_KINDS = {
    "stdin": (USAGE, "takes no '-'", "pa-new does not read settings from stdin"),
    "missing": (NO_INPUT, "names no file", ""),
    "folder": (USAGE, "is a folder", ""),
    "special": (USAGE, "is not a regular file", "pa-new reads it more than once"),
    "unreadable": (NO_INPUT, "cannot be read", ""),
    "large": (DATA, "is larger than 100 kB", "that is no file of settings"),
    "encoding": (DATA, "is not UTF-8 text", "the app could not read it"),
    "empty": (DATA, "has no settings", "the app would get none"),
    "preview": (DATA, f"sets {PREVIEW}", "your site would show its errors to visitors"),
}
_HINTS = {
    "stdin": "write the settings into a file, and pass its path",
    "special": "write the settings into a regular file, and pass its path",
    "encoding": "save it as UTF-8",
    "empty": "write a line NAME=value for each setting; in a pipeline, see whether the "
    "secret is set",
    "preview": f"remove {PREVIEW} from the file: 'pa-new preview' sets it by itself",
}


def _shown(path: str) -> str:
    return shortened(printable(path), 200)


@dataclass
class BadEnvFile(Problem):
    """The file with the settings cannot be used."""

    path: str
    kind: str
    """A key of the table of kinds."""

    def __post_init__(self) -> None:
        self.exit_code = _KINDS[self.kind][0]

    def diagnostic(self) -> Diagnostic:
        _, what, why = _KINDS[self.kind]
        name = "" if self.kind == "stdin" else f" '{_shown(self.path)}'"
        hint = _HINTS.get(self.kind, "pass the path of a file of lines NAME=value")
        return Diagnostic(f"--env-file{name} {what}", why, hint)


@dataclass
class BadEnvLine(Problem):
    """A line of the file is not a setting. It is not shown: it may be a secret."""

    exit_code = DATA
    path: str
    number: int

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            f"line {self.number} of '{_shown(self.path)}' is not NAME=value",
            "the app would not start with this line",
            "correct the line; put a value of several lines into double quotes",
        )


@dataclass
class EnvFileTwice(Problem):
    """The deployment would also upload the file, or ``.env``, as a file of the project."""

    exit_code = USAGE
    path: str
    is_included: bool
    """Whether it does so because of ``--include``."""

    def diagnostic(self) -> Diagnostic:
        path = _shown(self.path)
        return Diagnostic(
            f"'{path}' would be uploaded as a file of the project, too",
            "--env-file is for settings that go to PythonAnywhere only as .env",
            f"leave out --include for '{path}'"
            if self.is_included
            else f"move '{path}' out of the project's folder, or name it .env",
        )


@dataclass
class EnvThere(Problem):
    """PythonAnywhere has other settings."""

    exit_code = NOT_READY
    place: str
    path: str
    """The file here."""

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            f"PythonAnywhere already has another {printable(self.place)}",
            f"it may have settings that '{_shown(self.path)}' does not have",
            "compare the two on the Files page of PythonAnywhere. To replace that one, pass\n"
            "--replace-env: a copy of it is kept on PythonAnywhere. To keep it, leave out\n"
            "--env-file",
        )


@dataclass
class EnvChanged(Problem):
    """The settings on PythonAnywhere were changed during the deployment."""

    exit_code = NOT_READY
    place: str

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            f"{printable(self.place)} was changed on PythonAnywhere during the deployment",
            "this deployment would replace what was written there",
            "look at it on the Files page of PythonAnywhere, then run the command again",
        )


@dataclass
class HugeEnv(Problem):
    """The settings on PythonAnywhere are too large to keep a copy of them."""

    exit_code = NOT_READY
    place: str

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            f"{printable(self.place)} on PythonAnywhere is larger than 1 MB",
            "pa-new keeps a copy of each .env that it replaces, but not of such a large one",
            "move it away in a Bash console on PythonAnywhere, then deploy again",
        )
