"""The problems that stop a command; their texts: :mod:`pa_new_deploy.messages`."""

from __future__ import annotations

from dataclasses import dataclass

from pa_new_deploy.diagnostic import Diagnostic
from pa_new_shared import project_record
from pa_new_shared.text import printable

# From sysexits(3), as in the rest of pa-new.
PAGE_FAILS = 1
USAGE = 64
DATA = 65
NO_INPUT = 66
UNAVAILABLE = 69
SOFTWARE = 70
NOT_READY = 73
INPUT_OUTPUT = 74
REFUSED = 77
CONFIG = 78
INTERRUPTED = 130


class Problem(Exception):
    """A problem that stops a command."""

    exit_code = SOFTWARE
    deed = "uploaded"
    """What the command does with the project's files; ``pack`` says "packed"."""

    def diagnostic(self) -> Diagnostic | None:
        """Return the message, if it lies beside the facts."""
        return None


@dataclass
class BadUsage(Problem):
    """The command line is not valid."""

    exit_code = USAGE
    message: str


class NoToken(Problem):
    """The environment has no token."""

    exit_code = CONFIG


class BadToken(Problem):
    """The value in the environment cannot be a token. It is not shown: it may be secret."""

    exit_code = CONFIG


@dataclass
class BadSite(Problem):
    """``PYTHONANYWHERE_SITE`` is not an address of PythonAnywhere."""

    exit_code = CONFIG
    site: str


@dataclass
class OtherSite(Problem):
    """``PYTHONANYWHERE_SITE`` is in another region than the domain."""

    exit_code = CONFIG
    site: str
    domain: str


@dataclass
class NoProject(Problem):
    """There is no entry file in the folder, or no folder."""

    exit_code = NO_INPUT
    folder: str
    entry: str = project_record.ENTRY


@dataclass
class NotBuilt(Problem):
    """Files that the host needs are not built yet."""

    exit_code = DATA
    paths: list[str]
    commands: list[str]


@dataclass
class BadFile(Problem):
    """A file of the project cannot be uploaded."""

    exit_code = DATA
    path: str
    kind: str
    """"link", "name", "special", "unreadable", "deep" or "large"."""


@dataclass
class InTheWay(Problem):
    """The host has a folder at the path of a file, or a file at that of a folder."""

    exit_code = NOT_READY
    path: str
    is_folder: bool


@dataclass
class ForeignWSGIFile(Problem):
    """The WSGI file on the host is neither the host's own nor this project's."""

    exit_code = NOT_READY
    path: str


@dataclass
class NotInstalled(Problem):
    """The packages that the project needs are not on the host."""

    exit_code = NOT_READY
    virtualenv: str
    python: str
    source: str
    pythons: list[str] | None
    """The Pythons of the virtualenv, or none if there is no virtualenv."""
    packages: list[str]
    """The packages that are missing from it, or have another version."""
    needs_file: bool = False
    """Whether only ``requirements.txt`` itself says how to install them."""
    bundles: str = "none"
    """Whether the project can have a bundle: as in
    :attr:`pa_new_deploy.package_choice.Project.bundles`; "impossible" if uv cannot make it."""
    entry: str = project_record.ENTRY
    """The entry file of the project."""
    bundle_command: str = ""
    """The command that adds what a bundle needs; empty if there is none."""


@dataclass
class OtherPython(Problem):
    """The web app has another Python; the API does not document how to change it."""

    exit_code = NOT_READY
    domain: str
    there: str
    python: str


@dataclass
class NotCreated(Problem):
    """The host did not create the web app."""

    exit_code = NOT_READY
    domain: str
    message: str


@dataclass
class Refused(Problem):
    """The host rejects the token, or rejects it for this account."""

    exit_code = REFUSED
    status: int
    user: str


@dataclass
class Redirected(Problem):
    """The host responded with a redirect, which is not followed."""

    exit_code = UNAVAILABLE
    path: str
    status: int


@dataclass
class Unexpected(Problem):
    """The host refused a request, and would refuse it again."""

    exit_code = UNAVAILABLE
    method: str
    path: str
    status: int
    detail: str


@dataclass
class Unreachable(Problem):
    """A request failed on every try."""

    exit_code = UNAVAILABLE
    method: str
    path: str
    reason: str
    tries: int


class Interrupted(Problem):
    """The user interrupted it."""

    exit_code = INTERRUPTED


@dataclass
class CheckFailed(Problem):
    """``pa-new check`` found errors in the project, and printed them."""

    exit_code = PAGE_FAILS
    errors: int


@dataclass
class NotWritten(Problem):
    """A file cannot be written on this computer."""

    exit_code = INPUT_OUTPUT
    path: str
    reason: str

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(f"cannot write '{printable(self.path)}'", self.reason)


@dataclass
class NoLog(Problem):
    """The web app has no log of this kind."""

    exit_code = NO_INPUT
    path: str

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            f"there is no {printable(self.path)} on PythonAnywhere",
            "PythonAnywhere makes the log when it has something to write",
            "check the domain, and visit the site once",
        )


@dataclass
class Internal(Problem):
    """A bug in pa-new."""

    exit_code = SOFTWARE
    kind: str
    place: str
