"""``deploy --env-file``: texts from outside can quote the settings; nothing is shown."""

from __future__ import annotations

import json
import unittest
from typing import Any
from unittest import mock

from env_support import HOME, SECRET, SETTINGS, UPLOAD, EnvFileTest
from support import DOMAIN, write

# isort: split
from pa_new_deploy import env_file, main


class OutsideTest(EnvFileTest):
    """Texts from PythonAnywhere and of the app: they can quote the settings."""

    def test_a_refusal_that_quotes_the_file(self) -> None:
        answer = self.host.answer
        for end in ("", "..."):
            text = f"Bad file: SHOP_PASSWORD2={SECRET}{end}"
            long = "x" * (500 - 3 - 6) + SECRET  # it is cut within the value
            for detail in (text, json.dumps(SETTINGS), long):
                reply = (
                    400,
                    "application/json",
                    json.dumps({"detail": detail}).encode(),
                )

                def refused(
                    method: str, path: str, query: Any, form: Any, reply: Any = reply
                ) -> Any:
                    if (method, path) == UPLOAD:
                        return reply
                    return answer(method, path, query, form)

                for options in ((), ("--json",)):
                    with mock.patch.object(self.host, "answer", refused):
                        run = self.deploy(
                            self.here, f"--env-file={self.file}", *options, code=69
                        )
                    said = run.out + run.err
                    self.assertNotIn(SECRET[:6], said)
                    self.assertIn("[.env]", said)
                    self.assertFalse(self.there.exists())

    def test_an_app_that_shows_it(self) -> None:
        app = """\
from pathlib import Path
TEXT = (Path(__file__).parents[1] / ".env").read_text()


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [TEXT.splitlines()[1].encode()]
"""
        write(self.here, {"hello/routes.py": app})
        for options in ((), ("--json",)):
            run = self.deploy(
                self.here, f"--env-file={self.file}", *options, greeting=""
            )
            self.assertNotIn(SECRET, run.out + run.err)
            self.assertIn("[.env]", run.out)

    def test_an_exception_in_the_log_that_shows_it(self) -> None:
        app = """\
from pathlib import Path
int((Path(__file__).parents[1] / ".env").read_text().splitlines()[1])
"""
        write(self.here, {"hello/routes.py": app})
        for options in ((), ("--json",)):
            run = self.deploy(
                self.here, f"--env-file={self.file}", *options, greeting="", code=1
            )
            self.assertNotIn(SECRET, run.out + run.err)
            self.assertIn("invalid literal for int()", run.out + run.err)

    def test_a_value_that_is_no_secret_hides_nothing(self) -> None:
        self.file.write_text(f"DOMAIN={DOMAIN}\nPLACE={HOME}\nMODE=on\nA=\n")
        run = self.deploy(self.here, f"--env-file={self.file}", "--json")
        self.assertEqual(run.document["page"]["url"], f"https://{DOMAIN}/")
        self.assertEqual(run.document["page"]["firstLine"], "Hello from handler")

    def test_a_bug_shows_nothing(self) -> None:
        with (
            mock.patch.object(env_file, "put", side_effect=ValueError(SETTINGS)),
            mock.patch("sys.stderr.write") as written,
            mock.patch("sys.stdout.write"),
        ):
            arguments = ["deploy", str(self.here), "--name=hello", "--user=alice"]
            arguments += [f"--domain={DOMAIN}", "--python=3.13"]
            arguments += [f"--env-file={self.file}"]
            environment = {
                "PYTHONANYWHERE_SITE": self.host.url,
                "API_TOKEN": self.host.token,
            }
            code = main.main(arguments, environment, self.clock)
        said = "".join(str(call.args[0]) for call in written.call_args_list)
        self.assertEqual(code, 70)
        self.assertIn("internal error: ValueError", said)
        self.assertNotIn(SECRET, said)


if __name__ == "__main__":
    unittest.main()
