"""The problems of making a bundle of packages, with their messages."""

from __future__ import annotations

from dataclasses import dataclass

from pa_new_deploy.diagnostic import Diagnostic
from pa_new_deploy.problems import DATA, NOT_READY, UNAVAILABLE, Problem
from pa_new_shared import project_record
from pa_new_shared.bundles import REASONS, WITHOUT_WHEELS
from pa_new_shared.requirements import normalized
from pa_new_shared.text import printable

VIRTUALENV = "install the packages in a virtualenv on PythonAnywhere and pass --packages virtualenv"


@dataclass
class NoUv(Problem):
    """There is no uv, and it cannot be installed."""

    exit_code = UNAVAILABLE
    reason: str
    may_pass = True

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            "the packages cannot be bundled: there is no usable uv",
            self.reason,
            f"install uv (pip install uv), or {VIRTUALENV}",
        )


@dataclass
class NoBundleEntry(Problem):
    """The entry file of the project does not unpack a bundle."""

    exit_code = NOT_READY
    bundles: str
    """"entry" if the entry file does not import ``pa_bundle``; "old" if there is none, but
    a command adds it; "none" if there is no such command."""
    name: str
    """The name of the project's folder."""
    entry: str = project_record.ENTRY
    command: str = ""
    """The command that adds it."""

    def diagnostic(self) -> Diagnostic:
        call = f"pa_bundle.use('{self.name}')"
        reason, hint = {
            "entry": (
                f"{self.entry} does not import pa_bundle",
                f"let {self.entry} call {call} before it imports the project",
            ),
            "old": (
                "the project has no pa_bundle.py",
                f"run '{printable(self.command)}', which adds it",
            ),
            "none": (
                "the project has no pa_bundle.py, and no command of pa-new adds it",
                "restore that file if you deleted it",
            ),
        }[self.bundles]
        return Diagnostic(
            "the app would not find the packages of a bundle",
            reason,
            f"{hint}, or {VIRTUALENV}",
        )


@dataclass
class BadRequirement(Problem):
    """A line of the requirements cannot be part of a bundle."""

    exit_code = DATA
    path: str
    line: int
    text: str
    kind: str
    """A key of REASONS."""

    def diagnostic(self) -> Diagnostic:
        reason, hint = REASONS[self.kind]
        return Diagnostic(
            f"line {self.line} of {printable(self.path)} cannot be bundled: "
            f"{printable(self.text)}",
            reason,
            f"{hint}, or {VIRTUALENV}",
        )


@dataclass
class Unresolved(Problem):
    """No set of packages fulfils the requirements, or it cannot be fetched."""

    exit_code = DATA
    kind: str
    """A key of the table of reasons below."""
    package: str
    python: str
    detail: str
    """uv's own text, cleaned."""

    @property
    def may_pass(self) -> bool:
        """Whether the network is to blame, and not the project."""
        return self.kind in ("network", "offline")

    def diagnostic(self) -> Diagnostic:
        name = printable(self.package)
        message, hint = _RESULTS[self.kind]
        advice = WITHOUT_WHEELS.get(normalized(name))
        if self.kind == "no-wheel" and advice:
            hint = f"{advice}, or {VIRTUALENV}"
        return Diagnostic(
            message.format(name=name or "a package", python=self.python),
            self.detail,
            hint,
        )


_RESULTS = {
    "no-wheel": (
        "{name} has no wheel (built package) for Linux and Python {python}",
        f"choose another version or package, or {VIRTUALENV}",
    ),
    "no-version": (
        "there is no version of {name} as requirements.txt asks for",
        "correct the version in requirements.txt",
    ),
    "unknown": (
        "there is no package {name}",
        "correct its name in requirements.txt",
    ),
    "conflict": (
        "the requirements exclude each other, or Python {python}",
        "change the versions in requirements.txt, or choose another Python",
    ),
    "hash": (
        "{name} does not have the contents that requirements.txt expects",
        "update the hash in requirements.txt if you trust the package",
    ),
    "network": (
        "the package index does not answer",
        "check the network and the address of the index, then run the command again",
    ),
    "offline": (
        "UV_OFFLINE is set, and the packages are not in uv's cache",
        "unset UV_OFFLINE, then run the command again",
    ),
    "full": (
        "the disk is full",
        "free some space, then run the command again",
    ),
    "other": (
        "uv could not fetch the packages",
        f"correct requirements.txt, or {VIRTUALENV}",
    ),
}


@dataclass
class BadPackage(Problem):
    """A package has a file that no bundle may have."""

    exit_code = DATA
    path: str
    kind: str
    """"link", "special", "name", "case" or "large"."""

    def diagnostic(self) -> Diagnostic:
        reason = {
            "link": "it is a link, which could lead out of the bundle",
            "special": "it is not a regular file",
            "name": "its name has characters that not every system can store",
            "case": "another file has the same name in upper or lower case",
            "large": "the packages are too large for an account on PythonAnywhere",
        }[self.kind]
        return Diagnostic(
            f"the packages cannot be bundled because of {printable(self.path)}",
            reason,
            f"remove the package from requirements.txt, or {VIRTUALENV}",
        )
