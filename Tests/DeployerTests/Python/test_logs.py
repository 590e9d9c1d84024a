"""The logs of a web app, as ``pa-new logs`` prints them."""

from __future__ import annotations

import contextlib
import io
import unittest

import fake_files
from support import DOMAIN, DeployTest

# isort: split
from pa_new_deploy.main import main


class LogsTest(DeployTest):
    """``pa-new logs``."""

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

    def write(self, kind: str, text: str) -> None:
        place = self.host.place(f"/var/log/{DOMAIN}.{kind}.log")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def test_the_last_lines(self) -> None:
        self.write("error", "one\ntwo\x1b[2J\nthree\n")
        self.write("server", "started\n")
        out, err = self.logs("--lines", "2")
        self.assertEqual((out, err), ("two\\x1b[2J\nthree\n", ""))
        out, err = self.logs("--kind", "server", "--kind", "error", "--lines", "1")
        self.assertEqual((out, err), ("started\nthree\n", ""))

    def test_no_log(self) -> None:
        out, err = self.logs(code=66)
        self.assertEqual(out, "")
        self.assertIn(f"there is no /var/log/{DOMAIN}.error.log", err)

    def test_an_error_that_quotes_the_token(self) -> None:
        def answer(*_: object) -> fake_files.Answer:
            return fake_files.json_answer(400, {"detail": f"bad {self.host.token}"})

        self.host.answer = answer  # type: ignore[method-assign,assignment]
        _, err = self.logs(code=69)
        self.assertIn("bad [token]", err)
        self.assertNotIn(self.host.token, err)


if __name__ == "__main__":
    unittest.main()
