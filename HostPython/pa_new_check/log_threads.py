"""The words for a thread that writes the log: no worker has it, so the log stays empty."""

from __future__ import annotations

from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterable

CONSEQUENCE = (
    "PythonAnywhere loads the app once and then forks its workers. The thread is in none "
    "of them: what they log is never written, and fills their memory."
)
FIX = (
    "Log without a queue: replace the `QueueHandler` by the handlers that its listener "
    "has. What a `StreamHandler` writes is in PythonAnywhere's error log."
)
_LITESTAR_FIX = (
    "Give Litestar a log without a queue: `Litestar(..., logging_config=LoggingConfig("
    'handlers={"queue_listener": {"class": "logging.StreamHandler"}}))`, with `from '
    "litestar.logging import LoggingConfig`. It is in PythonAnywhere's error log."
)
_LISTENER = pattern(r"[/\\]logging[/\\]handlers\.py$")
_LITESTAR = pattern(r"[/\\]litestar[/\\]logging[/\\]")


def fix(files: Iterable[str]) -> str:
    """Return how to do without the thread, "" if it is another one.

    :param files: the files of the calls that have started it.
    """
    names = list(files)
    if not any(map(_LISTENER.search, names)):
        return ""
    return _LITESTAR_FIX if any(map(_LITESTAR.search, names)) else FIX
