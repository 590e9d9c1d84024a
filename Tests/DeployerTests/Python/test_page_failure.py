"""A page that fails: the last exception of the error log, with its places here."""

from __future__ import annotations

import contextlib
import os
import time
import unittest
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from fake_files import json_answer
from support import DOMAIN, HANDLER, DeployTest, Run, project, write

# isort: split
from pa_new_deploy.api.client import Request, Response
from pa_new_deploy.logs import log_files, page_failure
from pa_new_deploy.logs.error_log import Frame, LoggedError, last_error, read_lines
from pa_new_deploy.logs.log_problems import LogTooLarge
from pa_new_deploy.smoke_test import Visit

PAGE = "/user/alice/files/var/log/alice.pythonanywhere.com.error.log"
BROKEN = "import no_such\n\n\ndef application(environ, start):\n    pass\n"
SILENT = """\
def application(environ, start_response):
    start_response("500 Oh", [("Content-Type", "text/plain")])
    return [b"oh"]
"""


def utc(seconds: float) -> datetime:
    """Return a time as the host's logs have it."""
    return datetime(*time.gmtime(seconds)[:6])


def logged(text: str, at: datetime, path: str = "/home/alice/hello/wsgi.py") -> str:
    """Return a record of the error log that has an exception."""
    head = at.strftime("%Y-%m-%d %H:%M:%S,146: ")
    lines = ["Error running WSGI application", text, f'  File "{path}", line 1, in f']
    return "".join(f"{head}{line}\n" for line in [*lines, "    go()"])


class PageTest(DeployTest):
    """Deployments whose page fails."""

    def fails(self, files: dict[str, str], *options: str) -> Run:
        return self.deploy(self.folder({**HANDLER, **files}), *options, code=1)

    def log(self, text: str | bytes) -> None:
        data = text.encode() if isinstance(text, str) else text
        self.host.log(DOMAIN, "error").write_bytes(data)

    def calls_of_log(self) -> int:
        return sum(
            call.path.endswith(PAGE.rpartition("/")[2]) for call in self.host.calls
        )

    def now(self) -> datetime:
        return utc(self.host.wall())

    def test_its_places_are_named_as_the_user_would_type_them(self) -> None:
        for heeds in (False, True):
            self.host.heeds_range = heeds
            folder = self.folder({**HANDLER, "hello/routes.py": BROKEN})
            before = os.getcwd()
            self.addCleanup(os.chdir, before)
            for start, typed, shown in (
                (folder.parent, "hello", "hello/hello/routes.py:1, in <module>"),
                (folder, ".", "hello/routes.py:1, in <module>"),
            ):
                os.chdir(start)
                run = self.deploy(Path(typed), code=1)
                self.assertIn(
                    "   why: the last exception in the error log since the reload:\n"
                    "        ModuleNotFoundError: No module named 'no_such'\n"
                    f"          at {shown}\n"
                    "               import no_such\n",
                    run.err,
                )
                self.assertTrue(run.err.endswith(f"{self.host.url}{PAGE}\n"), run.err)

    def test_the_document(self) -> None:
        run = self.fails({"hello/routes.py": BROKEN}, "--json")
        self.assertIsNone(run.document["error"])
        log = run.document["log"]
        self.assertEqual(log["url"], self.host.url + PAGE)
        self.assertEqual(
            log["exception"]["text"], "ModuleNotFoundError: No module named 'no_such'"
        )
        last = log["exception"]["places"][-1]
        self.assertEqual(
            (last["path"], last["line"]), ("/home/alice/hello/hello/routes.py", 1)
        )
        self.assertTrue(last["file"].endswith("/hello/hello/routes.py"))
        good = self.deploy(self.folder(dict(HANDLER)), "--json")
        self.assertIsNone(good.document["log"])

    def test_a_page_that_fails_without_an_exception(self) -> None:
        run = self.fails({"hello/routes.py": SILENT})
        self.assertIn("it answers with status 500, and the error log has no", run.err)
        self.assertIn("pa-new logs --server", run.err)

    def test_an_old_exception_is_not_told(self) -> None:
        """Not even if the app's clock is ahead of the host's."""
        for hours in (-24, 0, 2):
            at = utc(self.host.wall() - 600 + hours * 3600)
            self.log(logged("ValueError: old", at))
            run = self.fails({"hello/routes.py": SILENT})
            self.assertIn("has no exception since the reload", run.err)

    def test_an_app_in_another_time_zone(self) -> None:
        for zone in ("America/New_York", "Asia/Tokyo"):
            source = (
                "import os, time\n"
                f"os.environ['TZ'] = '{zone}'\ntime.tzset()\n"
                "def application(environ, start):\n    raise ValueError('mine')\n"
            )
            self.log(logged("ValueError: old", utc(self.host.wall() - 60)))
            run = self.fails({"hello/routes.py": source})
            last = last_error(read_lines(self.host.log(DOMAIN, "error").read_text()))
            assert last is not None and last.time is not None
            self.assertGreater(abs(self.now() - last.time), timedelta(hours=3))
            self.assertIn("ValueError: mine", run.err)
            self.assertNotIn("old", run.err)

    def test_an_exception_that_does_not_come_again_is_found_by_its_time(self) -> None:
        real = self.host.page

        def page(domain: str, path: str = "/") -> tuple[int, bytes]:
            if not done:
                done.append(True)
                with self.host.log(domain, "error").open("a") as file:
                    file.write(logged("OSError: once", self.now()))
            return real(domain, path)

        done: list[bool] = []
        self.host.page = page  # type: ignore[method-assign]
        run = self.fails({"hello/routes.py": SILENT})
        self.assertIn("OSError: once", run.err)

    def test_an_undo_shows_it_where_it_is_on_the_host(self) -> None:
        folder = self.folder({**HANDLER, "hello/routes.py": BROKEN})
        self.deploy(folder, code=1)
        write(folder, {"hello/routes.py": HANDLER["hello/routes.py"]})
        self.deploy(folder)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder.parent)  # the file is here, but it is not the one that failed
        run = self.undo(code=1)
        self.assertIn("No module named 'no_such'\n", run.err)
        self.assertIn("at /home/alice/hello/hello/routes.py:1, in <module>\n", run.err)
        self.assertIn(PAGE, run.err)

    def test_a_chain_and_a_syntax_error(self) -> None:
        source = """\
            def application(environ, start):
                try:
                    {}["tea"]
                except KeyError as error:
                    raise ValueError("no tea") from error
            """
        run = self.fails(
            {"hello/routes.py": source.replace("\n            ", "\n")[12:]}
        )
        self.assertIn("ValueError: no tea", run.err)
        run = self.fails({"hello/routes.py": "def application(:\n"})
        self.assertIn("SyntaxError: ", run.err)
        self.assertIn("hello/hello/routes.py:1", run.err)

    def test_a_log_that_is_replaced_meanwhile(self) -> None:
        for heeds in (False, True):
            self.host.heeds_range = heeds
            self.host.calls.clear()
            self.log("x" * 5000 + "\n")
            real, count = self.host.page, [0]

            def page(domain: str, path: str = "/") -> tuple[int, bytes]:
                if self.calls_of_log():  # the log was read
                    self.host.log(domain, "error").unlink(missing_ok=True)
                    count[0] += 1  # noqa: B023
                return real(domain, path)  # noqa: B023

            self.host.page = page  # type: ignore[method-assign]
            run = self.fails({"hello/routes.py": BROKEN})
            self.assertEqual(count[0], 1)
            self.assertIn("No module named 'no_such'", run.err)
            self.host.page = real  # type: ignore[method-assign]

    def test_a_log_that_cannot_be_read(self) -> None:
        real = self.host.answer
        for status, text in (
            (403, "does not accept the token"),
            (500, "failed 5 times"),
            (400, "responded with status 400"),
            (404, "the error log has no exception"),
        ):

            def answer(*request: Any) -> Any:
                if "var/log" in request[1]:
                    return json_answer(status, {"detail": f"no {self.host.token}"})  # noqa: B023
                return real(*request)

            self.host.answer = answer  # type: ignore[method-assign,assignment]
            run = self.fails({"hello/routes.py": BROKEN})
            self.assertIn(text, run.err)
            self.assertIn(PAGE, run.err)
            run = self.fails({"hello/routes.py": BROKEN}, "--json")
            self.assertIsNone(run.document["log"]["exception"])

    def test_hostile_logs(self) -> None:
        secret = self.host.token
        for noise in (
            b"\x00\xff\xfe" * 1000,
            b"\x1b]0;title\x07\x1b[2J" * 100,
            b"x" * 30_000_000,
            b"y\n" * 15_000_000,
            f"ValueError: {secret}\n".encode() * 100_000,
        ):
            for heeds in (False, True):
                self.host.heeds_range = heeds
                self.log(noise)
                source = (
                    "def application(environ, start):\n"
                    f"    raise ValueError('\\x1b[2J{secret}' + 'z' * 100000)\n"
                )
                run = self.fails({"hello/routes.py": source})
                self.assertIn("ValueError: \\x1b[2J[token]zzz", run.err)
                self.assertTrue(run.err.replace("\n", "").isprintable())
                self.assertLess(len(run.err), 3000)
        self.assertNotIn(secret[:8], run.err)


class FailureTest(unittest.TestCase):
    """What is printed of an exception."""

    def failure(self, folder: Path, error: LoggedError) -> page_failure.Failure:
        deployed = page_failure.Deployed(folder, "/home/alice/hello", DOMAIN)
        visit = Visit(f"https://{DOMAIN}/", 500)
        return page_failure.Failure(visit, "/var/log/x", "https://x/", deployed, error)

    def test_only_files_of_the_project_are_mapped(self) -> None:
        with project({"wsgi.py": "", "a/b.py": "", "../outside.py": ""}) as folder:
            deployed = page_failure.Deployed(folder, "/home/alice/hello", DOMAIN)
            for path, here in (
                ("/home/alice/hello/a/b.py", folder / "a/b.py"),
                ("/var/www/alice_pythonanywhere_com_wsgi.py", folder / "wsgi.py"),
                ("/var/www/other_pythonanywhere_com_wsgi.py", None),
                ("/home/alice/hello/../outside.py", None),
                ("/home/alice/hello/", None),
                ("/home/alice/hello", None),
                ("/home/alice/hello/a//b.py", None),
                ("/home/alice/hello/a", None),
                ("/home/alice/hello/gone.py", None),
                ("/home/alice/hello2/a/b.py", None),
                ("/home/alice/hello/" + "x" * 4000, None),
                ("/home/alice/hello/a\0b", None),
                ("<frozen importlib>", None),
            ):
                self.assertEqual(deployed.here(path), here, path)

    def test_many_places(self) -> None:
        base = "/home/alice/.pa-new/bundles/hello/" + "0" * 64
        frames = [Frame("/home/alice/hello/a.py", 1, "own")]
        frames += [Frame(f"{base}/lib/x.py", n, "f") for n in range(100)]
        with project({"a.py": ""}) as folder:
            error = LoggedError("ValueError", tuple(frames), earlier=("KeyError: 'a'",))
            text = self.failure(folder, error).diagnostic().text
        self.assertIn("at lib/x.py:99, in f\n", text)
        self.assertIn("/a.py:1, in own\n", text)
        self.assertIn("  ...\n", text)
        self.assertIn("together with: KeyError: 'a'\n", text)
        self.assertLess(text.count("\n"), 20)


class LogFileTest(unittest.TestCase):
    """The part of a log that is read, whatever the API answers to ``Range``."""

    def reader(self, *answers: Response | None) -> log_files.LogFile:
        self.asked: list[str] = []
        given = iter(answers)

        class Caller:
            def call(_, request: Request) -> Response:
                self.asked.append(request.byte_range)
                return next(given) or Response(404)

        return log_files.LogFile(Caller(), "/var/log/x.error.log")

    def part(self, span: str, body: bytes, status: int = 206) -> Response:
        return Response(status, body, headers={"content-range": span})

    def test_the_end(self) -> None:
        for answers, content, is_cut in (
            ([Response(200, b"abcdef")], b"def", True),
            ([Response(200, b"abc")], b"abc", False),
            ([self.part("bytes 3-5/6", b"def")], b"def", True),
            ([self.part("bytes 0-2/3", b"abc")], b"abc", False),
            ([self.part("bytes */0", b"", 416)], b"", False),
            ([self.part("", b"abc"), Response(200, b"abcdef")], b"def", True),
            ([self.part("bytes 3-9/6", b"abc"), Response(200, b"abc")], b"abc", False),
            ([self.part("", b"", 416), Response(200, b"abc")], b"abc", False),
        ):
            part = self.reader(*answers).end(3)
            assert part is not None
            self.assertEqual((part.content, part.is_cut), (content, is_cut), answers)
        self.assertIsNone(self.reader(None).end(3))
        with self.assertRaises(LogTooLarge):
            self.reader(Response(200, b"x" * (log_files.MAX_READ + 1))).end(3)

    def test_what_is_added(self) -> None:
        for answer, content, restarted in (
            (Response(200, b"abcdef"), b"def", False),
            (Response(200, b"abc"), b"", False),
            (self.part("bytes 0-5/6", b"abcdef"), b"def", False),
            (None, None, False),
        ):
            log = self.reader(Response(200, b"abc"), answer)
            log.end(100)
            part = log.added(100)
            self.assertEqual(part and part.content, content)
            self.assertEqual(bool(part and part.has_restarted), restarted)
        for answer in (
            Response(200, b"ab"),
            Response(200, b"xyzdef"),
            self.part("bytes */2", b"", 416),
            self.part("bytes 0-5/6", b"xyzdef"),
        ):
            log = self.reader(Response(200, b"abc"), answer, Response(200, b"new"))
            log.end(100)
            part = log.added(100)
            assert part is not None
            self.assertEqual((part.content, part.has_restarted), (b"new", True))
        log = self.reader(None, None, Response(200, b"first"))
        self.assertIsNone(log.end(9))
        self.assertIsNone(log.added(9))
        part = log.added(9)
        self.assertEqual(part and part.content, b"first")

    def test_only_the_overlap_is_asked_for_again(self) -> None:
        log = self.reader(Response(200, b"a" * 5000), Response(200, b"a" * 5000 + b"b"))
        log.end(10)
        part = log.added(10)
        self.assertEqual(part and part.content, b"b")
        self.assertEqual(self.asked, ["-10", f"{5000 - log_files.OVERLAP}-"])

    def test_text(self) -> None:
        for content, is_cut, text in (
            (b"a secret\nb", False, "a [token]\nb"),
            (b"cret\nb secret", True, "b [token]"),
            (b"cret" + b"x" * 2000, True, "x" * (2004 - log_files.OVERLAP)),
            (b"\xff\n", False, "\ufffd\n"),
        ):
            self.assertEqual(log_files.Part(content, is_cut).text("secret"), text)
        self.assertEqual(log_files.Part(b"a").text(""), "a")

    def test_the_date(self) -> None:
        for text, date in (
            ("Sun, 29 Nov 2026 03:10:00 GMT", datetime(2026, 11, 29, 3, 10)),
            ("Sun, 29 Nov 2026 03:10:00 +0200", datetime(2026, 11, 29, 1, 10)),
            ("yesterday", None),
            ("", None),
            ("Sun, 29 Nov 99999999 03:10:00 GMT", None),
            ("Sun, 99 Nov 2026 99:10:00 GMT", mock.ANY),
        ):
            log = self.reader(Response(200, b"", headers={"date": text}))
            with contextlib.suppress(AttributeError):
                part = log.end(1)
                assert part is not None
                self.assertEqual(part.date, date, text)

    def test_names(self) -> None:
        path = log_files.path_of("Alice.PythonAnywhere.com", "server")
        self.assertEqual(path, "/var/log/alice.pythonanywhere.com.server.log")
        self.assertEqual(
            log_files.page_of("https://eu.pythonanywhere.com", "Alice", path),
            "https://eu.pythonanywhere.com/user/Alice/files" + path,
        )


if __name__ == "__main__":
    unittest.main()
