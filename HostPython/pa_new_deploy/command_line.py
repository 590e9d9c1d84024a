"""What the commands share: a parser whose errors are problems, and how a run ends."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import NoReturn

from pa_new_deploy import problems
from pa_new_deploy.api import cleaning, region
from pa_new_deploy.diagnostic import Diagnostic
from pa_new_deploy.messages import diagnose


class Arguments(argparse.ArgumentParser):
    """A parser that raises its errors as problems."""

    def __init__(self) -> None:
        super().__init__(prog="pa_new_deploy", add_help=False, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        raise problems.BadUsage(message)


def domain(arguments: list[str]) -> str:
    """Return the domain in arguments that may have a mistake, for the report of it."""
    at = arguments.index("--domain") + 1 if "--domain" in arguments else 0
    return arguments[at] if 0 < at < len(arguments) else "unknown"


def guarded(run: Callable[[], int], finish: Callable[[Diagnostic], None]) -> int:
    """Return the exit code of a run, and print its problem if it has one.

    :param run: runs the command.
    :param finish: prints the end of the report, with what went wrong.
    """
    try:
        return run()
    except problems.Problem as problem:
        finish(diagnose(problem))
        return problem.exit_code
    except KeyboardInterrupt:
        finish(diagnose(problems.Interrupted()))
        return problems.INTERRUPTED
    except BrokenPipeError:
        # The reader closed stdout. Without this, Python prints another error at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return problems.INPUT_OUTPUT
    except Exception as error:  # noqa: BLE001
        # No traceback: its lines can show secret values.
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        finish(diagnose(problems.Internal(type(error).__name__, place)))
        return problems.SOFTWARE


def fail(diagnostic: Diagnostic, environment: Mapping[str, str]) -> None:
    """Print an error to stderr, without the token, even if the error quotes it."""
    sys.stderr.write(
        cleaning.diagnostic(diagnostic, region.token_or_empty(environment)).text
    )


class Interruptible:
    """Lets SIGTERM and SIGHUP end a run as Ctrl-C does, with a message."""

    def __enter__(self) -> None:
        self._before = {
            number: signal.signal(number, self._stop)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> NoReturn:
        for other in self._before:
            signal.signal(other, signal.SIG_IGN)
        raise KeyboardInterrupt
