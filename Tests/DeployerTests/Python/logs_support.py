"""Logs on the stand-in, and runs of ``pa-new logs``, which some tests follow."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable

from support import DOMAIN, DeployTest

# isort: split
from pa_new_deploy import logs_command
from pa_new_deploy.main import main


class LogsTest(DeployTest):
    """Logs on the stand-in, and runs of ``pa-new logs``."""

    err = ""

    def logs(self, *options: str, code: int = 0) -> tuple[str, str]:
        """Print logs, expect an exit code, and return stdout and stderr."""
        out, err = io.StringIO(), io.StringIO()
        environment = {
            "PYTHONANYWHERE_SITE": self.host.url,
            "API_TOKEN": self.host.token,
        }
        arguments = ["logs", "--user", "alice", "--domain", DOMAIN, *options]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            found = main(arguments, environment, self.clock, 20.0)
        self.assertEqual(found, code, out.getvalue() + err.getvalue())
        return out.getvalue(), err.getvalue()

    def write(self, kind: str, text: str | bytes, end: str = "") -> None:
        data = text.encode() if isinstance(text, str) else text
        self.host.place(f"/var/log/{DOMAIN}.{kind}.log{end}").write_bytes(data)

    def append(self, kind: str, data: bytes) -> None:
        with self.host.log(DOMAIN, kind).open("ab") as file:
            file.write(data)

    def follow(self, *steps: Callable[[], None], options: tuple[str, ...] = ()) -> str:
        """Follow logs; before each request do a step, and after the last interrupt it."""
        left = list(steps)
        sleep = self.clock.sleep

        def pause(seconds: float) -> None:
            sleep(seconds)
            if seconds < logs_command.PAUSE:
                return
            if not left:
                raise KeyboardInterrupt
            left.pop(0)()

        self.clock.sleep = pause  # type: ignore[method-assign]
        out, self.err = self.logs("--follow", *options, code=130)
        self.clock.sleep = sleep  # type: ignore[method-assign]
        return out
