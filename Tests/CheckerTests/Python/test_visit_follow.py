"""Redirects, cookies and static files of a visit."""

from __future__ import annotations

import os
import stat
import unittest

from pa_new_check.visit_redirects import Elsewhere, Request, following

from visit_support import desk

# Redirects as the query says: to=URL, status=N, set=COOKIE; other paths show the request.
SITE = """
import urllib.parse
asked = []
def application(environ, start_response):
    query = dict(urllib.parse.parse_qsl(environ["QUERY_STRING"]))
    asked.append(environ["PATH_INFO"])
    headers = [("Set-Cookie", query["set"])] if "set" in query else []
    body = environ["wsgi.input"].read().decode()
    if environ["PATH_INFO"] == "/go":
        headers.append(("Location", query["to"]))
        start_response(query.get("status", "302") + " Go", headers)
        return [b"moved"]
    if environ["PATH_INFO"] == "/loop":
        start_response("302 Found", [("Location", "/loop")])
        return []
    if environ["PATH_INFO"] == "/secure" and environ["wsgi.url_scheme"] == "http":
        host = environ["HTTP_HOST"]
        start_response("301 Go", [("Location", f"https://{host}/secure")])
        return []
    if (environ["PATH_INFO"] == "/forwarded"
            and environ.get("HTTP_X_FORWARDED_PROTO") != "https"):
        host = environ["HTTP_HOST"]
        start_response("301 Go", [("Location", f"https://{host}/forwarded")])
        return []
    if environ["PATH_INFO"] == "/login":
        start_response("303 See Other", headers + [
            ("Location", "/home"), ("Set-Cookie", "session=abc; HttpOnly; Secure; Path=/"),
            ("Set-Cookie", "kept=1; Max-Age=3600"), ("Set-Cookie", "gone=1; Max-Age=0"),
            ("Set-Cookie", "all=1; Domain=pythonanywhere.com"),
            ("Set-Cookie", "away=1; Domain=example.com"),
            ("Set-Cookie", "bad=a\\tb"), ("Set-Cookie", "text=\\xc3\\xa0 b")])
        return []
    start_response("200 OK", headers)
    facts = [environ["REQUEST_METHOD"], environ["REQUEST_URI"], body,
             environ.get("CONTENT_TYPE", "-"), environ.get("HTTP_COOKIE", "-"),
             environ.get("HTTP_X_A", "-"), str(len(asked))]
    return ["|".join(facts).encode("latin-1")]
"""


class RedirectTest(unittest.TestCase):
    """``--follow``: the last response is printed, below the heads of all."""

    def test_methods_and_bodies(self) -> None:
        form = "application/x-www-form-urlencoded"
        with desk(SITE) as at:
            for status, options, expected in (
                ("301", [], "GET|/x||-|-|-|2"),
                ("302", [], "GET|/x||-|-|-|2"),
                ("301", ["--data=b"], "GET|/x||-|-|-|2"),
                ("302", ["--data=b"], "GET|/x||-|-|-|2"),
                ("303", ["--data=b"], "GET|/x||-|-|-|2"),
                ("303", ["--data=b", "--method=PUT"], "GET|/x||-|-|-|2"),
                ("302", ["--data=b", "--method=PUT"], f"PUT|/x|b|{form}|-|-|2"),
                ("307", ["--data=b"], f"POST|/x|b|{form}|-|-|2"),
                ("308", ["--data=b"], f"POST|/x|b|{form}|-|-|2"),
                ("308", ["--json=1"], "POST|/x|1|application/json|-|-|2"),
                ("302", ["--header=X-A: 1"], "GET|/x||-|-|1|2"),
            ):
                with self.subTest(status=status, options=options):
                    done = at.visit(f"/go?to=/x&status={status}", "--follow", *options)
                    self.assertEqual((done.code, done.errors), (0, b""))
                    heads = [f"{status} Go".encode(), b"200 OK"]
                    self.assertEqual(done.heads, heads)
                    self.assertEqual(done.body.decode(), expected)
                    self.assertNotIn(b"moved", done.output)

    def test_without_follow(self) -> None:
        with desk(SITE) as at:
            done = at.visit("/go?to=/x")
            self.assertEqual((done.code, done.heads), (0, [b"302 Go"]))
            self.assertEqual((done.body, done.errors), (b"moved", b""))

    def test_ends(self) -> None:
        """Code, number of heads, and what is told."""
        with desk(SITE) as at:
            for target, options, code, heads, note in (
                ("/loop", [], 1, 21, b"pa-new: the app redirects more than 20 times\n"),
                ("/secure", [], 0, 2, b""),
                ("/forwarded", [], 0, 2, b""),
                (
                    "/go?to=//example.com/x",
                    [],
                    0,
                    1,
                    b"redirects to http://exam",
                ),
                ("/go?to=ftp://localhost/", [], 0, 1, b"redirects to ftp://"),
                ("/go?to=http://a:b/", [], 0, 1, b"redirects to http://a:b/"),
                ("/go?to=http://h/x", ["--header=Host: h"], 0, 2, b""),
                ("/go?to=http://h:80/x", ["--header=Host: h"], 0, 2, b""),
                ("/go?to=http://h:81/x", ["--header=Host: h"], 0, 1, b"h:81"),
                ("/go?to=/x&status=304", [], 0, 1, b""),
                ("/go?to=/x&status=404", [], 1, 1, b""),
                ("/go?to=/go%3Fto%3D/x%26status%3D307", [], 0, 3, b""),
            ):
                with self.subTest(target, options=options):
                    done = at.visit(target, "--follow", *options)
                    self.assertEqual((done.code, len(done.heads)), (code, heads))
                    self.assertIn(note, done.errors)
                    self.assertEqual(bool(note), bool(done.errors), done.errors)

    def test_places(self) -> None:
        """Only heads go to stdout with --output, and no heads with --body."""
        with desk(SITE) as at:
            done = at.visit("/go?to=/x", "--follow", "--body")
            self.assertEqual(done.output, b"GET|/x||-|-|-|2")
            done = at.visit("/go?to=/x", "--follow", "--output=f")
            self.assertEqual((len(done.heads), done.body), (2, b""))
            self.assertEqual((at.place / "f").read_bytes(), b"GET|/x||-|-|-|2")

    def test_failure_on_the_way(self) -> None:
        """The second request fails: what it did is told, not what the first did."""
        source = (
            "import sys\n"
            "def application(environ, start_response):\n"
            "    if environ['PATH_INFO'] == '/bad':\n        1 / 0\n"
            "    if environ['PATH_INFO'] == '/end':\n        sys.exit(3)\n"
            "    start_response('302 Go', [('Location', '/' + environ['QUERY_STRING'])])\n"
            "    return []\n"
        )
        with desk(source) as at:
            for way in ("bad", "end"):
                with self.subTest(way):
                    done = at.visit(f"/?{way}", "--follow")
                    self.assertEqual((done.code, done.heads), (1, [b"302 Go"]))
                    self.assertEqual(done.rules, ["error-response"])
                    self.assertIn(f"`/{way}`".encode(), done.errors)

    def test_time(self) -> None:
        """Each request has the time of one, as on PythonAnywhere."""
        source = (
            "import time\ndef application(environ, start_response):\n"
            "    time.sleep(2)\n    last = environ['PATH_INFO'] == '/aaa'\n"
            "    place = environ['PATH_INFO'] + 'a'\n"
            "    start_response('200' if last else '302', [('Location', place)])\n"
            "    return []\n"
        )
        with desk(source) as at:
            done = at.visit("/", "--follow", "--time-limit=5")
            self.assertEqual((done.code, len(done.heads)), (0, 4), done.errors)

    def test_following(self) -> None:
        """The targets of Location, beside the address of the request."""
        for target, location, expected in (
            ("/a/b?c", "d", "/a/d"),
            ("/a/b", "../d?e=1#f", "/d?e=1"),
            ("/a/b", "?q", "/a/b?q"),
            ("/a", "//h", "/"),
            ("/a", "HTTP://H/x", "/x"),
            ("/a", "https://h:443/x", "/x"),
            ("/a", "/caf\u00c3\u00a9 b", "/caf%C3%A9%20b"),
            ("/a", "/%41%zz", "/%41%zz"),
            ("/a", " /x ", "/x"),
            ("/a", "/x\ny", "/x%0Ay"),
            ("/a", "http://other/x", Elsewhere("http://other/x")),
            ("/a", "mailto:x", Elsewhere("mailto:x")),
            ("/a", "http://[::1", Elsewhere("http://[::1")),
            ("/a", "", None),
        ):
            with self.subTest(location):
                headers = [("location", location)]
                got = following(Request("GET", target), "h", "302 Found", headers)
                found = got.target if isinstance(got, Request) else got
                self.assertEqual(found, expected)


class CookieTest(unittest.TestCase):
    """Cookies between requests, and between visits."""

    def test_between_requests(self) -> None:
        with desk(SITE) as at:
            done = at.visit("/login", "--follow", "--header=Cookie: own=1")
            cookies = done.body.decode().split("|")[4].split("; ")
            expected = ["kept=1", "own=1", "session=abc", "text=\u00e0 b"]
            self.assertEqual(sorted(cookies), expected)
            self.assertEqual(os.listdir(at.place), [])
            done = at.visit("/login")
            self.assertEqual(done.heads, [b"303 See Other"])

    def test_jar(self) -> None:
        with desk(SITE) as at:
            jar = at.place / "jar"
            self.assertEqual(at.visit("/login", "--cookie-jar=jar").code, 0)
            self.assertEqual(stat.S_IMODE(jar.stat().st_mode), 0o600)
            text = jar.read_text("latin-1")
            self.assertTrue(text.startswith("# Netscape HTTP Cookie File\n"))
            self.assertIn("\tFALSE\t/\tTRUE\t0\tsession\tabc\n", text)
            self.assertIn("#HttpOnly_", text)
            for name in ("gone", "all", "away", "bad"):
                self.assertNotIn(f"\t{name}\t", text)
            for _ in range(2):
                done = at.visit("/x", "--cookie-jar=jar")
                self.assertIn("session=abc", done.body.decode().split("|")[4])
                self.assertIn("kept=1", done.body.decode().split("|")[4])
            done = at.visit("/x?set=session%3D; Max-Age%3D0", "--cookie-jar=jar")
            self.assertEqual(done.code, 0)
            self.assertNotIn("session", jar.read_text("latin-1"))

    def test_jar_of_curl(self) -> None:
        """Session cookies, empty values and cookies of other sites are kept."""
        lines = (
            "# Netscape HTTP Cookie File\n\n"
            "#HttpOnly_standin.pythonanywhere.com\tFALSE\t/\tFALSE\t0\ta\t1\r\n"
            "standin.pythonanywhere.com\tFALSE\t/\tTRUE\t32503680000\tempty\n"
            "standin.pythonanywhere.com\tFALSE\t/\tFALSE\t100\told\t1\n"
            "standin.pythonanywhere.com\tFALSE\t/other\tFALSE\t0\tb\t1\n"
            ".example.com\tTRUE\t/\tFALSE\t0\tc\t1\n"
        )
        with desk(SITE) as at:
            jar = at.write("jar", lines.encode())
            done = at.visit("/x", "--cookie-jar=jar")
            self.assertEqual(
                sorted(done.body.decode().split("|")[4].split("; ")), ["a=1", "empty="]
            )
            text = jar.read_text("latin-1")
            self.assertIn(".example.com\tTRUE\t/\tFALSE\t0\tc\t1\n", text)
            self.assertIn("/other", text)
            self.assertNotIn("old", text)

    def test_refusals(self) -> None:
        """No jar, or none that can be written: no request is made, no file changes."""
        row = b"h\tFALSE\t/\tFALSE\t0\ta\t1\n"
        with desk("raise SystemError('the app is loaded')\n") as at:
            (at.place / "folder").mkdir()
            for name, content, part in (
                (
                    "page",
                    b"<html>\n",
                    "'page' is not a cookie jar: line 1 does not have 7",
                ),
                ("short", row + b"a\tb\n", "is not a cookie jar: line 2"),
                ("binary", b"\x89PNG\r\n\x1a\n\0", "is not a cookie jar"),
                ("null", row.replace(b"a\t1", b"a\0\t1"), "is not a cookie jar"),
                ("word", row.replace(b"\t0\t", b"\tx\t"), "number as its fifth field"),
                ("json", b'[{"name": "a"}]', "is not a cookie jar"),
                ("folder", None, "--cookie-jar cannot read 'folder': Is a directory"),
                ("no/jar", None, "--cookie-jar cannot write 'no/jar': No such file"),
                ("/dev/zero", None, "is not a cookie jar: it is larger than 10 MB"),
                ("/proc/version/jar", None, "Not a directory"),
            ):
                with self.subTest(name):
                    if content is not None:
                        at.write(name, content)
                    done = at.visit("/", f"--cookie-jar={name}")
                    self.assertEqual((done.code, done.output), (2, b""), done.errors)
                    self.assertIn(part, done.problem)
                    if content is not None:
                        self.assertEqual((at.place / name).read_bytes(), content)

    def test_no_response(self) -> None:
        """An old jar stays as it is, a new one does not stay."""
        with desk("def application(e, s):\n    1 / 0\n") as at:
            old = at.write("old", b"# mine\n")
            kept = at.write("kept", b"content")
            for options in (
                ["--cookie-jar=old"],
                ["--cookie-jar=new"],
                ["--output=kept"],
                ["--output=none"],
            ):
                self.assertEqual(at.visit("/", *options).code, 1)
            self.assertEqual(old.read_bytes(), b"# mine\n")
            self.assertEqual(kept.read_bytes(), b"content")
            self.assertEqual(sorted(os.listdir(at.place)), ["kept", "old"])


class StaticTest(unittest.TestCase):
    """PythonAnywhere serves static files, and does not ask the app."""

    def test_mapping(self) -> None:
        files: dict[str, str | bytes] = {
            "static/a b.css": "p {}",
            "static/sub/x.png": b"\x89\0",
            "secret.txt": "no",
        }
        served = b"pa-new: PythonAnywhere serves /static/ from the folder static/"
        with desk(SITE, files) as at:
            for target, options, code, status, body in (
                ("/static/a%20b.css?v=1", [], 0, b"200 OK", b"p {}"),
                ("/static/sub/../a b.css", [], 0, b"200 OK", b"p {}"),
                ("/static/sub/x.png", [], 0, b"200 OK", b"\x89\0"),
                ("/static/sub/x.png", ["--method=HEAD"], 0, b"200 OK", b""),
                ("/static/none.css", [], 1, b"404 Not Found", b""),
                ("/static/sub", [], 1, b"404 Not Found", b""),
                ("/static/", [], 1, b"404 Not Found", b""),
                ("/static/A%20b.css", [], 1, b"404 Not Found", b""),
                ("/static/a%20b.css", ["--data=x"], 1, b"405 Not Allowed", b""),
            ):
                with self.subTest(target, options=options):
                    done = at.visit(target, "--static=/static/=static", *options)
                    self.assertEqual((done.code, done.heads), (code, [status]))
                    self.assertEqual(done.body, body)
                    self.assertTrue(done.errors.startswith(served), done.errors)
            for target in (
                "/static",
                "/statics/a",
                "/static/../secret.txt",
                "/Static/a",
                "/%00",
            ):
                with self.subTest(target):
                    done = at.visit(target, "--static=/static/=static")
                    self.assertIn(b"GET|", done.body)
                    self.assertEqual(done.errors, b"")
            done = at.visit(
                "/go?to=/static/a b.css",
                "--static=/static/=static",
                "--follow",
                "--output=f",
            )
            self.assertEqual((done.code, done.heads), (0, [b"302 Go", b"200 OK"]))
            self.assertEqual((at.place / "f").read_bytes(), b"p {}")

    def test_without_files(self) -> None:
        """A folder without files is not mapped: the app is asked."""
        with desk(SITE) as at:
            (at.folder / "static").mkdir()
            done = at.visit("/static/a", "--static=/static/=static")
            self.assertEqual((done.code, done.errors), (0, b""))

    def test_broken_app(self) -> None:
        with desk("1 / 0\n", {"static/a.txt": "a"}) as at:
            done = at.visit("/static/a.txt", "--static=/static/=static")
            self.assertEqual((done.code, done.body), (0, b"a"))


if __name__ == "__main__":
    unittest.main()
