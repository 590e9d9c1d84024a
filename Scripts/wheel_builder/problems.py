"""Why a build stops, and its exit code: from sysexits(3), as the rest of pa-new."""

from __future__ import annotations

INTERRUPTED = 130


class Problem(Exception):
    """Why the build stops: one line with the cause and what to do about it."""

    exit_code = 1


class BadUsage(Problem):
    """The command line is not valid."""

    exit_code = 64


class BadBinary(Problem):
    """The binary cannot be released."""

    exit_code = 65


class NoBinary(Problem):
    """The binary to pack does not exist."""

    exit_code = 66


class Missing(Problem):
    """This computer does not have what a build needs, or a tool failed on it."""

    exit_code = 69


class BadResult(Problem):
    """What was built is not what it should be: an error in these sources."""

    exit_code = 70


class CannotWrite(Problem):
    """The files cannot be written to the output folder."""

    exit_code = 73


class BadSetting(Problem):
    """An environment variable has a value that is not valid."""

    exit_code = 78
