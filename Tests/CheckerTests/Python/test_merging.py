"""One mistake that reading and loading both find is told once, by its cause."""

from __future__ import annotations

import sys
import unittest

from support import CHECKER, check, project

sys.path.insert(0, str(CHECKER))

from pa_new_check.merging import merged
from pa_new_check.rules import Finding


def read(rule: str, severity: str = "") -> Finding:
    return Finding(rule, "shop.py", 3, "The code says it", "Write it", severity)


def loaded(rule: str, line: int = 3) -> Finding:
    return Finding(rule, "shop.py", line, "The import raises an error")


class MergingTest(unittest.TestCase):
    """What is kept of two findings at one line."""

    def test_the_cause_is_told_with_its_effect(self) -> None:
        for rule in ("relative-path", "windows-path", "wrong-case", "missing-template"):
            for effect in ("import-error", "error-response"):
                with self.subTest(rule, effect=effect):
                    (found,) = merged([read(rule)], [loaded(effect)])
                    self.assertEqual((found.rule, found.level), (rule, "error"))
                    self.assertEqual(found.fix, "Write it")
                    message = str(found.document()["message"])
                    self.assertTrue(message.endswith("The import raises an error."))

    def test_a_note_explains_no_error(self) -> None:
        (found,) = merged([read("relative-path", "note")], [loaded("import-error")])
        self.assertEqual((found.rule, found.level), ("import-error", "error"))

    def test_django_does_not_say_why_it_refuses_a_domain(self) -> None:
        hosts = Finding("allowed-hosts", "settings.py", 5, "It is empty", "", "warning")
        answer = Finding(
            "error-response", "wsgi.py", 1, "The response to `/` is 400 Bad"
        )
        other = Finding("error-response", "wsgi.py", 1, "The response to `/` is 500")
        (found,) = merged([hosts], [answer])
        self.assertEqual((found.rule, found.level), ("allowed-hosts", "error"))
        self.assertEqual(len(merged([hosts], [other])), 2)
        self.assertEqual(merged([], [answer]), [answer])

    def test_a_call_and_a_path_in_it_are_two_mistakes(self) -> None:
        call, path = read("network-at-import"), read("relative-path")
        self.assertEqual(merged([call, path], []), [call, path])

    def test_a_thread_is_told_once(self) -> None:
        thread = Finding("thread-in-request", "a.py", 6, "It starts", last_line=8)
        again = Finding("thread-in-request", "a.py", 8, "It still runs")
        elsewhere = Finding("thread-in-request", "a.py", 9, "It still runs")
        self.assertEqual(merged([thread], [again]), [thread])
        self.assertEqual(len(merged([thread], [elsewhere])), 2)

    def test_another_line_is_another_mistake(self) -> None:
        found = merged([read("relative-path")], [loaded("import-error", 4)])
        self.assertEqual(
            [(f.rule, f.level) for f in found],
            [("relative-path", "warning"), ("import-error", "error")],
        )


class UnreachableTest(unittest.TestCase):
    """An import that needs a server which this computer does not reach."""

    def test_what_it_proves(self) -> None:
        source = "class {0}(Exception):\n    pass\n\n\nraise {0}({1!r})\n"
        mysql = "Can't connect to MySQL server on '{}'"
        for name, text, rule, outcome in (
            (
                "OperationalError",
                mysql.format("alice.mysql.pythonanywhere-services.com"),
                "connection-at-import",
                "not-loaded",
            ),
            (
                "ConnectionError",
                "Max retries exceeded with url: /rates",
                "network-at-import",
                "not-loaded",
            ),
            # No server of this computer is on PythonAnywhere.
            ("OperationalError", mysql.format("localhost"), "import-error", "broken"),
            ("OperationalError", "no such column: x", "import-error", "broken"),
        ):
            app = "def application(environ, start_response):\n    return []\n\n\n"
            files = {"app.py": app + source.format(name, text)}
            with self.subTest(text), project(files) as folder:
                report = check(folder)
                found = [f["rule"] for f in report["findings"]]
                self.assertEqual((found, report["outcome"]), ([rule], outcome), report)


if __name__ == "__main__":
    unittest.main()
