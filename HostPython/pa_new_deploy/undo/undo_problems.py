"""The problems that stop an undo before anything is touched, and their messages."""

from __future__ import annotations

from dataclasses import dataclass

from pa_new_deploy.diagnostic import Diagnostic
from pa_new_deploy.problems import CONFIG, DATA, NOT_READY, Problem
from pa_new_shared.text import listed, printable

_AGAIN = "deploy the files that you want, from version control, for example"


@dataclass
class NothingToUndo(Problem):
    """There is no deployment of this project that can be undone."""

    exit_code = NOT_READY
    domain: str
    kind: str
    """"never", "undone" or "old"."""

    def diagnostic(self) -> Diagnostic:
        reason, hint = {
            "never": (
                "pa-new has not deployed to it yet",
                "check the domain; pass another one with --domain",
            ),
            "undone": (
                "every deployment to it is undone already",
                "to deploy the project again, run 'pa-new deploy' without --undo",
            ),
            "old": (
                "pa-new did not keep what was there before the last deployment",
                _AGAIN,
            ),
        }[self.kind]
        return Diagnostic(f"there is nothing to undo on {self.domain}", reason, hint)


@dataclass
class OtherProjectsSite(Problem):
    """The domain belongs to another project now."""

    exit_code = NOT_READY
    domain: str
    project: str
    """What is there: the source folder of another project."""
    source: str

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            f"{self.domain} shows another project: {printable(self.project)}",
            f"this project belongs in {self.source}, and an undo would replace the other",
            "pass the domain of this project with --domain, or run pa-new deploy --undo "
            "in the other\nproject",
        )


@dataclass
class ArchiveGone(Problem):
    """PythonAnywhere does not have the archive of the deployment any more."""

    exit_code = NOT_READY
    path: str

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            "the old files of this deployment are gone",
            f"{self.path} does not exist, or is that of a later deployment; pa-new keeps "
            "the old files\nof the last five deployments",
            _AGAIN,
        )


@dataclass
class ArchiveDamaged(Problem):
    """The archive is damaged, or somebody wrote another one."""

    exit_code = DATA
    path: str
    reason: str

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            f"{self.path} cannot be used for an undo", printable(self.reason), _AGAIN
        )


@dataclass
class NoNote(Problem):
    """The note of the last deployment is missing or damaged, and no archive fits."""

    exit_code = DATA
    path: str
    is_damaged: bool

    def diagnostic(self) -> Diagnostic:
        state = "is damaged" if self.is_damaged else "is missing"
        return Diagnostic(
            f"{printable(self.path)} on PythonAnywhere {state}",
            "it says which deployment was the last one, and the files there are not as the "
            "newest one\nthat is kept for an undo left them",
            f"{_AGAIN}.\nThis writes a new one, which the next undo can use",
        )


@dataclass
class PackagesGone(Problem):
    """The packages that the old code needs are not on PythonAnywhere any more."""

    exit_code = NOT_READY
    path: str

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            "the packages of the earlier deployment are gone",
            f"{self.path} does not exist; PythonAnywhere keeps the packages in use and "
            "those before",
            _AGAIN,
        )


@dataclass
class ShownElsewhere(Problem):
    """Another domain shows the files that an undo would change or remove."""

    exit_code = NOT_READY
    domain: str
    """The domain of the undo."""
    other: str
    note: str
    """The note of the other domain."""
    files: list[str]
    """What it would not show any more, as it is now."""

    def diagnostic(self) -> Diagnostic:
        files, other = [printable(path) for path in self.files], printable(self.other)
        some = files[:3] + ([f"{len(files) - 3} more"] if len(files) > 3 else [])
        return Diagnostic(
            f"{other} shows the files that this undo would change or remove",
            f"both domains run the same folder; {other} needs {listed(some)}",
            f"undo the deployment to {other} first: pa-new deploy --undo --domain {other}\n"
            f"If that domain shows something else now, delete {printable(self.note)}\n"
            f"on the Files page of PythonAnywhere. To change both domains, deploy the\n"
            "files that you want, from version control, for example",
        )


@dataclass
class WouldEmpty(Problem):
    """The site would be empty after the undo, and the user has not agreed to that."""

    exit_code = NOT_READY
    domain: str
    number: int

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            f"{self.domain} would be empty after this undo",
            f"deployment {self.number} is the first one: nothing of this project was there "
            "before it",
            "to undo it all the same, pass --allow-empty",
        )


class NoTokenForUndo(Problem):
    """A dry run of an undo has to read what is on PythonAnywhere."""

    exit_code = CONFIG

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            "a dry run of --undo needs the API token",
            "the old files are on PythonAnywhere, and so is the list of what an undo does",
            "set API_TOKEN, as for a deployment",
        )
