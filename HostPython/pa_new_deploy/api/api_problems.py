"""The problems of answers that the API should not give, and of uploads that it refuses."""

from __future__ import annotations

from dataclasses import dataclass

from pa_new_deploy.diagnostic import Diagnostic
from pa_new_deploy.problems import NOT_READY, UNAVAILABLE, Problem, Unexpected
from pa_new_shared.text import printable

UPLOAD_LIMIT = 100 * 2**20
"""What the Files page takes (help page ``UploadingAndDownloadingFiles``); the limit of the
API is not documented."""
FREE_QUOTA = 512 * 2**20
"""The space of a free account (help page ``DiskQuota``); the API tells no quota."""


@dataclass
class BadAnswer(Problem):
    """The API answered with something that no deployment can be based on."""

    exit_code = UNAVAILABLE
    method: str
    path: str
    reason: str

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            f"PythonAnywhere's response to {self.method} {printable(self.path)} is not "
            "usable",
            printable(self.reason),
            "run the same command again later; if the response stays the same, its API "
            "may have\nchanged: look for a newer pa-new",
        )


@dataclass
class TooLarge(Unexpected):
    """The host refuses a file because of its size."""

    exit_code = NOT_READY
    size: int

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            f"PythonAnywhere does not accept {_place(self.path)}, {megabytes(self.size)}",
            f"it responded with status {self.status}: the file is too large to upload. "
            "The Files page takes files of up to 100 MiB",
            "make the file smaller, or move it out of the project. On PythonAnywhere, a "
            "Bash console\ncan fetch it (wget, git), or join it from parts of less than "
            "100 MiB",
        )


@dataclass
class QuotaFull(Problem):
    """The account has no space left for a file."""

    exit_code = NOT_READY
    path: str
    size: int
    detail: str
    """What the host says."""

    def diagnostic(self) -> Diagnostic:
        return Diagnostic(
            f"there is not enough space on PythonAnywhere for {_place(self.path)}, "
            f"{megabytes(self.size)}",
            f"PythonAnywhere says: {printable(self.detail)}",
            "the Files page shows how much of your space is used (a free account has 512 "
            "MiB).\nFind what is large in a Bash console, delete what you do not need, "
            "then deploy again:\n    du -hs /tmp ~/.[!.]* ~/* | sort -h",
        )


def megabytes(size: int) -> str:
    """Return a size as people read it."""
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size} bytes"


def _place(target: str) -> str:
    """Return the file's path on the host for a path of the API."""
    path = target.partition("files/path")[2]
    return printable(path or target)
