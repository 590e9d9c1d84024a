"""How the entry file is found, what the report says, and how a visit prints."""

from __future__ import annotations

import importlib.util
import json
import sys
import unittest
from typing import Any

from apps import PLAIN
from support import CHECKER, check, project, run

sys.path.insert(0, str(CHECKER))

from pa_new_check import versions


class EntryTest(unittest.TestCase):
    """Which file is taken, and which others there are."""

    def test_order(self) -> None:
        host = "alice_pythonanywhere_com_wsgi.py"
        for files, entry, candidates in (
            (["wsgi.py"], "wsgi.py", []),
            (["wsgi.py", host], host, ["wsgi.py"]),
            (["wsgi.py", host, ".pa-new.json"], "wsgi.py", [host]),
            (["zebra.py"], "zebra.py", []),
            (["b.py", "a.py"], "a.py", ["b.py"]),
            (["deep/down/b.py", "z.py"], "z.py", ["deep/down/b.py"]),
            (["x.py", "venv/pyvenv.cfg", "venv/a.py", ".git/a.py"], "x.py", []),
        ):
            with self.subTest(files), project(dict.fromkeys(files, PLAIN)) as folder:
                report = check(folder, "--no-load")
                self.assertEqual(report["entry"], entry)
                self.assertEqual(report["candidates"], candidates)

    def test_asked_for(self) -> None:
        with project({"wsgi.py": PLAIN, "web/other.py": PLAIN}) as folder:
            report = check(folder, "--entry", "web/other.py")
            self.assertEqual(report["entry"], "web/other.py")
            self.assertEqual(report["candidates"], ["wsgi.py"])

    def test_cannot_look(self) -> None:
        with project({"a.py": "x = 1\n", "a.txt": ""}) as folder:
            for arguments, kind in (
                ([folder], "no-entry"),
                ([folder, "--entry", "b.py"], "no-entry"),
                ([folder, "--entry", "../x.py"], "no-entry"),
                ([folder, "--entry", "a.txt"], "no-entry"),
                ([folder / "nowhere"], "no-folder"),
                ([folder / "a.py"], "no-folder"),
                ([folder, "--python", "two"], "usage"),
                ([folder, "--nonsense"], "usage"),
                ([], "usage"),
            ):
                with self.subTest(arguments):
                    done = run("check", *arguments)
                    self.assertEqual((done.returncode, done.stderr), (2, b""))
                    document = json.loads(done.stdout)
                    self.assertEqual(document["version"], 1)
                    self.assertEqual(document["error"]["kind"], kind)
                    self.assertTrue(document["error"]["message"])


class ReportTest(unittest.TestCase):
    """What stands in the document."""

    def test_document(self) -> None:
        with project({"wsgi.py": "import sys\n" + PLAIN + "sys.exit()\n"}) as folder:
            report = check(folder, "--python", "3.11")
        (finding,) = report.pop("findings")
        interpreter = report.pop("interpreter")
        self.assertEqual(interpreter["path"], sys.executable)
        self.assertEqual(
            report,
            {
                "version": 1,
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
            ["file", "fix", "line", "message", "page", "rule", "severity"],
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
        page = "`/` is answered with 500 Oh No"
        for log, message in (
            ("", f"{page}. "),
            (
                "one\n/x/lib.so \x1b[31mis odd\n\n",
                f"{page}, and logs: /x/lib.so is odd. ",
            ),
            ("Traceback\nKeyError: 'x'\nthe end\n", f"{page}, with KeyError: 'x'. "),
        ):
            source = PLAIN.replace("    start", write.format(log) + start + "#", 1)
            with self.subTest(log), project({"wsgi.py": source}) as folder:
                (finding,) = check(folder)["findings"]
                self.assertEqual(finding["rule"], "error-response")
                self.assertTrue(finding["message"].startswith(message), finding)

    def test_missing_module_names_its_requirement(self) -> None:
        for files, severity, word in (
            ({}, "error", "pip install nowhere-to-be-found"),
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
        """What a missing requirement would bring cannot be known, or is well known."""
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
        """Libraries try port 0 out; who waits at it for ever is a server."""
        make = "getattr(socket, 'create_' + 'server')"  # which reading cannot see
        source = f"import socket\ns = {make}(('127.0.0.1', 0))\n"
        for rest, rules, limit in (
            ("s.close()\n", [], "20"),
            ("s.accept()\n", ["server-start"], "4"),
        ):
            files = {"wsgi.py": source + rest + PLAIN}
            with self.subTest(rest), project(files) as folder:
                report = check(folder, "--time-limit", limit)
                self.assertEqual([f["rule"] for f in report["findings"]], rules)
                self.assertEqual(
                    [f["line"] for f in report["findings"]], [2][: len(rules)]
                )

    def test_limits(self) -> None:
        """The import has the host's limit, and a request has its own time."""
        from pa_new_check import project as disk
        from pa_new_check import sandbox

        with project({"wsgi.py": PLAIN}) as folder:
            found = disk.find(folder, None)
            nothing = disk.Requirements()
            for asked, limit in ((300, 20), (20, 20), (3, 3)):
                task = sandbox.Task(found, nothing, (3, 13), asked)
                self.assertEqual(task.import_limit, limit)
            slow = PLAIN.replace("    start", "    time.sleep(3)\n    start")
            (folder / "wsgi.py").write_text("import time\ntime.sleep(3)\n" + slow)
            self.assertIn("sleep(3)\n    start", slow)
            report = check(folder, "--time-limit", "5")
        self.assertEqual(report["findings"], [])

    def test_syntax_of_the_python_asked_for(self) -> None:
        source = PLAIN + "match 1:\n    case 1:\n        pass\n"
        with project({"wsgi.py": source}) as folder:
            report = check(folder, "--no-load", "--python", "3.9")
        self.assertEqual([f["rule"] for f in report["findings"]], ["syntax-error"])

    def test_slow_load(self) -> None:
        """More than half of the host's time is a warning."""
        source = "import time\ntime.sleep(10.2)\n" + PLAIN
        with project({"wsgi.py": source}) as folder:
            (finding,) = check(folder)["findings"]
        self.assertEqual(
            (finding["rule"], finding["severity"]), ("slow-load", "warning")
        )

    def test_what_is_wrong_on_every_python(self) -> None:
        """An older interpreter has doubts only where a newer grammar could be."""
        newer = f"3.{sys.version_info[1] + 1}"
        for line, severity in (
            ("def f(:", "error"),
            ("<<<<<<< yours", "error"),
            ("type X[T] = = list[T]", "warning"),
            ("x = f'{'", "warning"),
        ):
            with self.subTest(line), project({"wsgi.py": f"{line}\n{PLAIN}"}) as folder:
                findings = check(folder, "--no-load", "--python", newer)["findings"]
                found = [f for f in findings if f["rule"] == "syntax-error"]
                self.assertEqual([f["severity"] for f in found], [severity])

    def test_module_of_the_project(self) -> None:
        """Nobody is told to install a stranger's package of the project's name."""
        for line in ("from mods.models import V", "from mods import nothing, models"):
            files = {
                "wsgi.py": "import mods.handlers\n" + PLAIN,
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
            self.assertIn(rule.severity, ("error", "warning"))
            self.assertTrue(rule.consequence.endswith("."), rule.name)
            self.assertTrue(rule.fix.endswith("."), rule.name)


class VersionsTest(unittest.TestCase):
    """Specifiers of Python versions."""

    def test_admits(self) -> None:
        for versions_text, admitted, refused in (
            (">=3.9", (3, 9), (3, 8)),
            (">=3.9.2,<4", (3, 9), (3, 8)),
            ("<3.13", (3, 12), (3, 13)),
            ("<3.12.5", (3, 12), (3, 13)),
            (">3.9", (3, 10), (3, 9)),
            ("<=3.11", (3, 11), (3, 12)),
            ("==3.11.*", (3, 11), (3, 12)),
            ("==3.11.4", (3, 11), (3, 12)),
            ("~=3.10", (3, 13), (3, 9)),
            ("~=3.10.1", (3, 10), (3, 11)),
            ("!=3.10.*", (3, 11), (3, 10)),
            ("^3.10", (3, 12), (3, 9)),
            (">=3", (3, 9), (2, 7)),
            ("", (3, 9), None),
        ):
            with self.subTest(versions_text):
                self.assertTrue(versions.admits(versions_text, admitted))
                if refused is not None:
                    self.assertFalse(versions.admits(versions_text, refused))

    def test_removed_modules_are_what_this_python_lacks(self) -> None:
        running = sys.version_info[:2]
        names = getattr(sys, "stdlib_module_names", None)
        if names is None:  # before Python 3.10: what is found here is not gone
            names = {n for n in versions._REMOVED if importlib.util.find_spec(n)}
            self.assertGreater(len(names), 20)
            names |= {n for n in versions._REMOVED if n in ("nis", "spwd", "crypt")}
        for name in versions._REMOVED:
            if name in ("msilib", "ossaudiodev"):
                continue  # of other systems
            gone = bool(versions.change_of_library(name, running))
            self.assertEqual(name not in names, gone, name)


class VisitTest(unittest.TestCase):
    """What a visit prints."""

    def visit(
        self, source: str, path: str = "/", *options: str
    ) -> tuple[int, bytes, bytes]:
        with project({"wsgi.py": source}) as folder:
            done = run("visit", folder, path, *options)
        return done.returncode, done.stdout, done.stderr

    def test_prints_what_curl_would(self) -> None:
        code, output, errors = self.visit(
            PLAIN + "print('from the app')\n",
        )
        self.assertEqual(
            output, b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhello"
        )
        self.assertEqual((code, errors), (0, b"from the app\n"))

    def test_request(self) -> None:
        source = """
def application(environ, start_response):
    names = ("REQUEST_METHOD PATH_INFO QUERY_STRING CONTENT_TYPE HTTP_X_NAME "
             "HTTP_HOST CONTENT_LENGTH").split()
    body = environ["wsgi.input"].read()
    environ["wsgi.errors"].write("logged\\n")
    start_response("404 Not Found", [])
    return [repr([environ.get(name) for name in names] + [body]).encode()]
"""
        code, output, errors = self.visit(
            source,
            "/caf%C3%A9?a=%20b",
            *(
                "--data",
                "x=\u00e9",
                "--header",
                "X-Name: \u00fc",
                "--header",
                "Host: h",
            ),
        )
        self.assertEqual((code, errors), (1, b"logged\n"))
        head, _, body = output.partition(b"\r\n\r\n")
        self.assertEqual(head, b"HTTP/1.1 404 Not Found")
        facts: list[Any] = eval(body)
        self.assertEqual(facts[0], "POST")
        self.assertEqual(facts[1], "/caf\u00c3\u00a9")
        self.assertEqual(facts[2], "a=%20b")
        self.assertEqual(facts[3], "application/x-www-form-urlencoded")
        self.assertEqual(facts[5:], ["h", "4", b"x=\xc3\xa9"])

    def test_binary_and_large(self) -> None:
        source = (
            "def application(environ, start_response):\n"
            "    start_response('200 OK', [])\n"
            "    return (bytes(range(256)) * 256 for _ in range(200))\n"
        )
        code, output, _ = self.visit(source)
        body = output.partition(b"\r\n\r\n")[2]
        self.assertEqual((code, len(body)), (0, 200 * 65536))
        self.assertEqual(body[:256], bytes(range(256)))

    def test_failures(self) -> None:
        for source, rule in (
            ("x = 1\n", "missing-application"),
            ("1 / 0\n", "import-error"),
            ("import sys\nsys.exit()\n", "exit-at-import"),
            ("def application(e, s):\n    raise KeyError\n", "error-response"),
            ("import socket\nsocket.socket().bind(('', 8731))\n", "server-start"),
        ):
            with self.subTest(rule):
                code, output, errors = self.visit(source)
                self.assertEqual((code, output), (1, b""))
                document = json.loads(errors.splitlines()[-1])
                self.assertEqual([f["rule"] for f in document["findings"]], [rule])

    def test_cannot_look(self) -> None:
        with project({}) as folder:
            done = run("visit", folder, "/")
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertEqual(json.loads(done.stderr)["error"]["kind"], "no-entry")

    def test_time_limit(self) -> None:
        source = "import time\ndef application(e, s):\n    time.sleep(60)\n"
        code, output, errors = self.visit(source, "/", "--time-limit", "5")
        self.assertEqual((code, output), (1, b""))
        document = json.loads(errors.splitlines()[-1])
        self.assertEqual(document["findings"][0]["rule"], "error-response")

    def test_streams(self) -> None:
        """What the app yields is there before it yields the next."""
        import os
        import subprocess

        source = (
            "import time\ndef application(e, start_response):\n"
            "    start_response('200 OK', [])\n"
            "    yield b'first'\n    time.sleep(30)\n    yield b'second'\n"
        )
        with project({"wsgi.py": source}) as folder:
            process = subprocess.Popen(
                [sys.executable, "-m", "pa_new_check", "visit", folder, "/"],
                env={**os.environ, "PYTHONPATH": str(CHECKER)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            assert process.stdout is not None
            begun = process.stdout.read(24)
            process.terminate()
            _, errors = process.communicate(timeout=60)
        self.assertEqual(begun, b"HTTP/1.1 200 OK\r\n\r\nfirst", errors)
        self.assertEqual(errors, b"")


class PackageTest(unittest.TestCase):
    """The app sees nothing of the package."""

    def test_clean_interpreter(self) -> None:
        source = (
            "import os, sys\n"
            "seen = [m for m in sys.modules if 'pa_new' in m]\n"
            "seen += [p for p in sys.path if 'HostPython' in p]\n"
            "assert not seen, seen\n"
            "assert __name__ == 'wsgi', __name__\n"
            "assert sys.path[0] == os.path.dirname(__file__), sys.path\n"
            "assert os.getcwd() == os.path.realpath(os.path.expanduser('~'))\n"
            "assert not os.path.exists(os.path.join(os.path.dirname(__file__),"
            " '__pycache__'))\n" + PLAIN
        )
        with project({"wsgi.py": source}) as folder:
            self.assertEqual(check(folder)["findings"], [])
            self.assertEqual([path.name for path in folder.iterdir()], ["wsgi.py"])

    def test_modules_of_the_library_in_the_project(self) -> None:
        """What the loader needs is the library's, whatever the project calls its own."""
        bad = "raise RuntimeError('the wrong one')\n"
        apps = {
            "a function": PLAIN,
            "an object": (
                "class App:\n"
                "    def __call__(self, environ, start_response):\n"
                "        start_response('200 OK', [('Content-Type', 'text/plain')])\n"
                "        return [b'hello']\n\n\napplication = App()\n"
            ),
        }
        for name, source in apps.items():
            files = {
                "wsgi.py": source,
                "inspect.py": bad,
                "traceback.py": bad,
                "urllib/__init__.py": bad,
                "threading.py": bad,
            }
            with self.subTest(name), project(files) as folder:
                report = check(folder)
                self.assertTrue(report["loaded"])
                rules = {finding["rule"] for finding in report["findings"]}
                self.assertLessEqual(rules, {"shadowed-module"})
                done = run("visit", folder, "/%C3%A9?x=%41")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertTrue(done.stdout.endswith(b"hello"))

    def test_no_load_runs_nothing(self) -> None:
        source = PLAIN + "open(__file__ + '.ran', 'w').close()\n"
        with project({"wsgi.py": source}) as folder:
            report = check(folder, "--no-load")
            self.assertFalse(report["loaded"])
            self.assertEqual([path.name for path in folder.iterdir()], ["wsgi.py"])


if __name__ == "__main__":
    unittest.main()
