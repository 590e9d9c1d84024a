"""Why a rehearsal stops, and its exit code: from sysexits(3), as the rest of pa-new."""

from __future__ import annotations

INTERRUPTED = 130


class Problem(Exception):
    """What happened, why, and what to do."""

    exit_code = 1


class BadUsage(Problem):
    """The command line has to change."""

    exit_code = 64


class Missing(Problem):
    """This computer lacks something."""

    exit_code = 69


class Failed(Problem):
    """What was rehearsed does not work."""
