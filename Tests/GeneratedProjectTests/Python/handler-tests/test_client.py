"""A test of a project that fails shows why: the client has the error log beside the status."""

from __future__ import annotations

import unittest
from pathlib import Path
from typing import Any

import pa_env
from asking import application
from hello.web import Application, RequestHandler
from tests.client import post_form, request

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PROJECT = Path(pa_env.__file__).resolve().parent


class ClientTest(unittest.TestCase):
    def test_a_failure_shows_the_log(self) -> None:
        def fails(handler: Any) -> None:
            raise ValueError("no tea today")

        response = request(application(fails))
        words = r"^500 \(ValueError: no tea today\) != 200$"
        with self.assertRaisesRegex(AssertionError, words):
            self.assertEqual(response.status, 200)
        self.assertEqual(response.status, 500)

    def test_a_long_log_is_not_cut_by_unittest(self) -> None:
        def fails(handler: Any) -> None:
            raise ValueError("no tea today, " * 50 + "nor cake")

        response = request(application(fails))
        words = r"^500 \(ValueError: no tea today, no tea .*…\) != 200$"
        with self.assertRaisesRegex(AssertionError, words):
            self.assertEqual(response.status, 200)

    def test_the_line_of_the_project_is_shown(self) -> None:
        names: dict[str, Any] = {"pa_env": pa_env}
        for code, said in (
            ("nam", "NameError: name 'nam' is not defined"),
            ("pa_env.required('KEY')", "pa_env.MissingSetting: KEY is not set: .*…"),
        ):
            file = PROJECT / "hello/handlers.py"
            source = f"\n\ndef fails(handler): {code}"
            exec(compile(source, file, "exec"), names)  # noqa: S102
            response = request(application(names["fails"]))
            words = rf"^500 \(hello/handlers\.py:3: {said}\) != 200$"
            with self.assertRaisesRegex(AssertionError, words):
                self.assertEqual(response.status, 200)
            words = r"'hi' not found in '500 .*' \(hello/handlers\.py:3: "
            with self.assertRaisesRegex(AssertionError, words):
                self.assertIn("hi", response.text)

    def test_a_form_without_its_token_names_post_form(self) -> None:
        class Form(RequestHandler):
            def post(self) -> None:
                self.redirect("/")

        app = Application([("/", Form)])
        response = request(app, "POST", headers=FORM, body=b"a=1")
        words = (
            r"^403 \(a form needs a token: send it with post_form\(\.\.\.\)\) != 303$"
        )
        with self.assertRaisesRegex(AssertionError, words):
            self.assertEqual(response.status, 303)
        sent = post_form(app, "/", {"a": "1"})
        self.assertEqual((sent.status, repr(sent.status)), (303, "303"))
        self.assertIs(type(sent.text), str)

    def test_without_a_log_it_is_a_number(self) -> None:
        response = request(application(lambda handler: handler.write("tea")))
        with self.assertRaisesRegex(AssertionError, r"^200 != 404$"):
            self.assertEqual(response.status, 404)
        self.assertEqual(f"{response.status}", "200")


if __name__ == "__main__":
    unittest.main()
