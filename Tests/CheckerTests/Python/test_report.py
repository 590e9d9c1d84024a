"""The contents of the report."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
import unittest

from apps import PATH, PLAIN
from support import CHECKER, check, project

sys.path.insert(0, str(CHECKER))

STAND_IN = "domain: standin.pythonanywhere.com (a stand-in: name yours with --domain)"


class ReportTest(unittest.TestCase):
    """The document, and the findings in it."""

    def test_same_python(self) -> None:
        """An app for another Python is only read if this Python has to be the same."""
        own = "{}.{}".format(*sys.version_info)
        other = "3.9" if own != "3.9" else "3.10"
        with project({"wsgi.py": PLAIN + "import nowhere_at_all\n"}) as folder:
            for python, is_loaded in ((own, True), (other, False)):
                report = check(folder, "--python", python, "--same-python")
                self.assertEqual(report["unloaded"] is None, is_loaded, report)
        with project({"wsgi.py": PLAIN}) as folder:
            report = check(folder, "--python", other, "--same-python")
            self.assertEqual(report["outcome"], "not-loaded")
            self.assertIn(f"the web app has Python {other}", report["unloaded"])
            self.assertIn(f"on this computer is {own}", report["unloaded"])
            self.assertEqual(check(folder, "--python", other)["outcome"], "works")

    def test_errors_in_code_that_is_not_loaded(self) -> None:
        """The verdict names the errors first, as the exit code does."""
        reason = "could not be loaded on this computer: the module no_such_lib is not "
        for code, summary in (
            ("", f"The app {reason}"),
            (
                "import sys\nsys.exit()\n",
                f"The app will fail on PythonAnywhere: 1 error and 1 warning; it {reason}",
            ),
        ):
            files = {
                "wsgi.py": "import no_such_lib\n" + code + PLAIN,
                "requirements.txt": "no-such-lib\n",
            }
            with self.subTest(code), project(files) as folder:
                found = check(folder)
                self.assertTrue(found["summary"].startswith(summary), found["summary"])

    def test_no_line_of_a_file_elsewhere(self) -> None:
        """A link in the project can lead to any file of the user, such as a key."""
        source = "import nowhere_at_all"
        with project({"wsgi.py": PATH + "import own\n" + PLAIN}) as folder:
            own, key = folder / "own.py", folder.parent / "key"
            for place in (own, key):
                place.write_text(source)
                if place == key:
                    own.unlink()
                    own.symlink_to(key)
                found = check(folder, "--no-load")["findings"]
                sources = [one["source"] for one in found if one["file"] == "own.py"]
                self.assertEqual(sources, [source if place == own else ""])
            key.unlink()

    def test_wsgi_file(self) -> None:
        """The WSGI file to write has the app's folder on the path, and nothing else new."""
        files = {
            "alice_pythonanywhere_com_wsgi.py": "from app import app as application\n",
            "app.py": PLAIN.replace("application", "app"),
        }
        with project(files) as folder:
            report = check(folder)
            wsgi_file = report["wsgi_file"]
            self.assertEqual(
                wsgi_file,
                'import sys\n\nsys.path.insert(0, "/home/alice/mysite")\n\n'
                "from app import app as application\n",
            )
            (folder / "alice_pythonanywhere_com_wsgi.py").write_text(wsgi_file)
            better = check(folder)
            self.assertEqual(better["outcome"], "works", better)
            self.assertIsNone(better["wsgi_file"])
            # With the folder on the path, a missing module needs another remedy.
            (folder / "app.py").unlink()
            self.assertIsNone(check(folder)["wsgi_file"])

    def test_document(self) -> None:
        with project({"wsgi.py": "import sys\n" + PLAIN + "sys.exit()\n"}) as folder:
            report = check(folder, "--python", "3.11")
        (finding,) = report.pop("findings")
        interpreter = report.pop("interpreter")
        self.assertEqual(interpreter["path"], sys.executable)
        self.assertEqual(
            report,
            {
                "version": 2,
                "outcome": "broken",
                "summary": "The app will not load on PythonAnywhere: 1 error",
                "unloaded": None,
                "wsgi_file": None,
                "notes": [STAND_IN],
                "domain": {
                    "name": "standin.pythonanywhere.com",
                    "source": "stand-in",
                },
                "requests": [],
                "entry": "wsgi.py",
                "candidates": [],
                "python": "3.11",
                "loaded": False,
                "allowed": 0,
                "unread": [],
            },
        )
        self.assertEqual(
            sorted(finding),
            [
                "file",
                "fix",
                "line",
                "message",
                "page",
                "rule",
                "severity",
                "source",
            ],
        )
        self.assertEqual(finding["page"], "502BadGateway")

    def test_order(self) -> None:
        source = PLAIN + "open('b')\nopen('a')\n"
        with project({"wsgi.py": source}) as folder:
            report = check(folder, "--no-load")
        self.assertEqual([f["line"] for f in report["findings"]], [5, 6])

    def test_allowed(self) -> None:
        source = (
            PLAIN
            + "def f():\n"
            + "    open('a')  # pa-new: allow relative-path\n"
            + "    open('b')  # pa-new: allow push, relative-path\n"
            + "    open('c')  # pa-new: allow push\n"
            + "    open('# pa-new: allow relative-path')\n"
        )
        with project({"wsgi.py": source}) as folder:
            report = check(folder, "--no-load")
        self.assertEqual(report["allowed"], 2)
        self.assertEqual([f["line"] for f in report["findings"]], [8, 9])

    def test_account(self) -> None:
        source = PLAIN + "LOGO = '/home/bob/logo.png'\n"
        with project({"wsgi.py": source}) as folder:
            for account, rules in (("bob", []), ("alice", ["placeholder"])):
                report = check(folder, "--account", account, "--no-load")
                self.assertEqual([f["rule"] for f in report["findings"]], rules)

    def test_secret_is_not_repeated(self) -> None:
        secret = "9f3a1c5e7b2d4068af1c3e5b7d902468ace13579"
        with project({"wsgi.py": PLAIN + f"API_TOKEN = '{secret}'\n"}) as folder:
            report = check(folder)
        self.assertEqual(len(report["findings"]), 1)
        self.assertNotIn(secret, json.dumps(report))

    def test_error_page_is_told_with_its_reason(self) -> None:
        """An exception's last line, or else the last line of the log."""
        start = "    start_response('500 Oh No', [('Content-Type', 'text/plain')])\n"
        write = "    environ['wsgi.errors'].write({!r})\n"
        page = "The response to `/` is 500 Oh No"
        for log, message in (
            ("", f"{page}. "),
            (
                "one\n/x/lib.so \x1b[31mis odd\n\n",
                f"{page}, and the app logs: /x/lib.so is odd. ",
            ),
            (
                "Traceback\nKeyError: 'x'\nthe end\n",
                f"{page}, because of KeyError: 'x'. ",
            ),
        ):
            source = PLAIN.replace("    start", write.format(log) + start + "#", 1)
            with self.subTest(log), project({"wsgi.py": source}) as folder:
                (finding,) = check(folder)["findings"]
                self.assertEqual(finding["rule"], "error-response")
                self.assertTrue(finding["message"].startswith(message), finding)

    def test_missing_module_names_its_requirement(self) -> None:
        for files, severity, word in (
            ({}, "error", "its page names the package"),
            (
                {"requirements.txt": "nowhere_to.be-found==1\n"},
                "warning",
                "pip install -r requirements.txt",
            ),
        ):
            source = "import nowhere_to_be_found\n" + PLAIN
            with (
                self.subTest(severity),
                project({"wsgi.py": source, **files}) as folder,
            ):
                (finding,) = check(folder)["findings"]
                self.assertEqual(finding["rule"], "import-error")
                self.assertEqual(finding["severity"], severity)
                self.assertIn(word, finding["fix"])

    def test_module_of_a_requirement_that_is_not_installed(self) -> None:
        """The modules of a missing requirement are unknown, or well known."""
        for requirement, module, severities in (
            ("nowhere-to-be-found", "another_nowhere", ["warning"]),
            ("Flask-WTF", "wtforms", []),
            ("", "another_nowhere", ["error"]),
        ):
            files = {
                "wsgi.py": f"import {module}\n" + PLAIN,
                "requirements.txt": requirement,
            }
            with self.subTest(requirement), project(files) as folder:
                findings = check(folder, "--no-load")["findings"]
                self.assertEqual([f["severity"] for f in findings], severities)

    def test_port_zero_that_serves(self) -> None:
        """Libraries try port 0; an import that waits at it forever is a server."""
        make = "getattr(socket, 'create_' + 'server')"  # which reading cannot see
        source = f"import socket\ns = {make}(('127.0.0.1', 0))\n"
        for rest, rules, limit in (
            ("s.close()\n", [], "20"),
            ("s.accept()\n", ["server-start"], "4"),
            ("while True: pass\n", ["slow-load"], "4"),
        ):
            files = {"wsgi.py": source + rest + PLAIN}
            with self.subTest(rest), project(files) as folder:
                report = check(folder, "--time-limit", limit)
                self.assertEqual([f["rule"] for f in report["findings"]], rules)
                self.assertEqual(
                    [f["line"] for f in report["findings"]],
                    [3][: len(rules)],
                )

    def test_limits(self) -> None:
        """The import has PythonAnywhere's limit, and a request has its own."""
        from pa_new_check import placement, sandbox, stage
        from pa_new_check import project as disk
        from pa_new_check.project_requirements import Requirements

        with project({"wsgi.py": PLAIN}) as folder:
            place = placement.place(disk.find(folder, None), placement.Known())
            nothing = Requirements()
            with stage.staged(place, [], stage.EMPTY) as made:
                for asked, limit in ((300, 20), (20, 20), (3, 3)):
                    task = sandbox.Task(made, nothing, (3, 13), asked, ["/"])
                    self.assertEqual(task.import_limit, limit)
            slow = PLAIN.replace("    start", "    time.sleep(2)\n    start")
            (folder / "wsgi.py").write_text("import time\ntime.sleep(2)\n" + slow)
            self.assertIn("sleep(2)\n    start", slow)
            report = check(folder, "--time-limit", "3")
        self.assertEqual(report["findings"], [])

    def test_syntax_of_the_python_asked_for(self) -> None:
        source = PLAIN + "match 1:\n    case 1:\n        pass\n"
        with project({"wsgi.py": source}) as folder:
            report = check(folder, "--no-load", "--python", "3.9")
        self.assertEqual([f["rule"] for f in report["findings"]], ["syntax-error"])

    def test_slow_load(self) -> None:
        """More than half of PythonAnywhere's limit is a warning."""
        source = "import time\ntime.sleep(10.2)\n" + PLAIN
        with project({"wsgi.py": source}) as folder:
            (finding,) = check(folder)["findings"]
        self.assertEqual(
            (finding["rule"], finding["severity"]), ("slow-load", "warning")
        )

    def test_busy_computer(self) -> None:
        """What an import waits for the processor is not its own time."""
        work = "import time\nwhile time.process_time() < 0.8:\n    pass\n"
        busy = [sys.executable, "-S", "-c", "while True: pass"]
        allowed = os.sched_getaffinity(0)
        with (
            project({"wsgi.py": work + PLAIN}) as folder,
            contextlib.ExitStack() as stack,
        ):
            stack.callback(os.sched_setaffinity, 0, allowed)
            os.sched_setaffinity(0, {min(allowed)})
            for _ in range(5):
                # The system may share the processor among sessions.
                other = subprocess.Popen(busy, start_new_session=True)
                stack.callback(other.wait)
                stack.callback(other.kill)
            start = time.monotonic()
            report = check(folder, "--time-limit", "1")
            seconds = time.monotonic() - start
        self.assertEqual(report["findings"], [])
        self.assertGreater(seconds, 2.5, "the computer was not busy")

    def test_what_is_wrong_on_every_python(self) -> None:
        """An older interpreter only doubts code that could be of a newer grammar."""
        newer = f"3.{sys.version_info[1] + 1}"
        for line, severity in (
            ("def f(:", "error"),
            ("<<<<<<< yours", "error"),
            # With 3.9 it is asked for 3.10, which certainly has no such statement.
            ("type X[T] = = list[T]", "warning" if newer >= "3.12" else "error"),
            ("x = f'{'", "warning"),
        ):
            with self.subTest(line), project({"wsgi.py": f"{line}\n{PLAIN}"}) as folder:
                findings = check(folder, "--no-load", "--python", newer)["findings"]
                found = [f for f in findings if f["rule"] == "syntax-error"]
                self.assertEqual([f["severity"] for f in found], [severity])

    def test_module_of_the_project(self) -> None:
        """No finding says to install another package that has the project's name."""
        for line in ("from mods.models import V", "from mods import nothing, models"):
            files = {
                "wsgi.py": PATH + "import mods.handlers\n" + PLAIN,
                "mods/__init__.py": "",
                "mods/handlers.py": line + "\n",
            }
            with self.subTest(line), project(files) as folder:
                findings = check(folder)["findings"]
                self.assertEqual([f["rule"] for f in findings], ["import-error"])
                self.assertNotIn("pip install", findings[0]["fix"])

    def test_application_that_reading_cannot_see(self) -> None:
        for line in (
            "globals()['application'] = app",
            "exec('application = app')",
            "import sys; setattr(sys.modules[__name__], 'application', app)",
            "def __getattr__(name): return app",
        ):
            source = PLAIN.replace("def application", "def app") + line + "\n"
            with self.subTest(line), project({"wsgi.py": source}) as folder:
                report = check(folder, "--entry", "wsgi.py")
                self.assertEqual(report["findings"], [])

    def test_body_read_without_a_size(self) -> None:
        source = PLAIN.replace(
            "    start", "    environ['wsgi.input'].read()\n    start"
        )
        with project({"wsgi.py": source}) as folder:
            self.assertEqual(check(folder)["findings"], [])

    def test_page_names_and_texts(self) -> None:
        from pa_new_check.rules import RULES

        for rule in RULES.values():
            self.assertIn(rule.severity, ("error", "warning", "note"))
            self.assertTrue(rule.consequence.endswith("."), rule.name)
            self.assertTrue(rule.fix.endswith("."), rule.name)


if __name__ == "__main__":
    unittest.main()
