"""Why a rehearsal stops, and its exit code: from sysexits(3), as the rest of pa-new."""

from __future__ import annotations

INTERRUPTED = 130


class Problem(Exception):
    """Why the rehearsal stops: its text says what to do."""

    exit_code = 1


class BadUsage(Problem):
    """The command line is not valid."""

    exit_code = 64


class Missing(Problem):
    """This computer does not have what a rehearsal needs."""

    exit_code = 69


class Failed(Problem):
    """What was rehearsed does not work."""


def expect(what: str, found: object, expected: object) -> None:
    """Fail if something is not as it has to be.

    :param what: what it is, for the message.
    """
    if found != expected:
        raise Failed(f"{what}: expected {expected!r}, got {found!r}")
