"""What an app in the preview gets, and what the browser gets."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import socket
import unittest

from support import DOMAIN, PLAIN, app, preview


class RequestsTest(unittest.TestCase):
    """What the app gets, and what the browser gets."""

    def test_environment(self) -> None:
        """The app sees the site's domain and https, and that it is a preview."""
        code = """names = ("HTTP_HOST", "wsgi.url_scheme", "SERVER_NAME", "REQUEST_URI", "HTTP_ORIGIN",
         "HTTP_REFERER", "HTTP_X_REAL_IP", "HTTP_COOKIE", "HTTP_SNEAKY_NAME")
facts = {name: environ.get(name) for name in names}
facts.update(variable=os.environ.get("PA_NEW_PREVIEW"), home=os.environ["HOME"], cwd=os.getcwd())
start_response("200 OK", headers)
return [repr(facts).encode()]"""
        with preview({"wsgi.py": app(code)}) as shown:
            address = f"http://localhost:{shown.port}"
            given = {"Origin": address, "Referer": f"{address}/form", "Cookie": "a=1"}
            given |= {"X-Real-IP": "6.6.6.6", "X-Forwarded-For": "6.6.6.6"}
            given["Sneaky_Name"] = "1"
            text = shown.get("//x%2Fy?q=1", headers=given).text
        found = eval(text)  # the app's own repr
        self.assertEqual(found["HTTP_HOST"], DOMAIN)
        self.assertEqual(found["wsgi.url_scheme"], "https")
        self.assertEqual(found["REQUEST_URI"], "//x%2Fy?q=1")
        self.assertEqual(found["HTTP_ORIGIN"], f"https://{DOMAIN}")
        self.assertEqual(found["HTTP_REFERER"], f"https://{DOMAIN}/form")
        self.assertNotEqual(found["HTTP_X_REAL_IP"], "6.6.6.6")
        self.assertIsNone(found["HTTP_SNEAKY_NAME"])
        self.assertEqual(found["HTTP_COOKIE"], "a=1")
        self.assertEqual(found["variable"], "1")
        self.assertEqual((found["home"], found["cwd"]), ("/home/alice",) * 2)

    def test_uncollected(self) -> None:
        """What makes Django's static files is told if their folder is not there."""
        mapped = "--static=/static/=collected"
        advice = "python3 'my site/manage.py' collectstatic"
        files = {"wsgi.py": PLAIN, "my site/manage.py": ""}
        with preview(files, mapped) as shown:
            shown.wait_for("the app is loaded")
            self.assertIn("/static/ has no files yet", shown.output)
            self.assertIn(advice, shown.output)
        for more in ({"collected/a.css": ""}, {"my site/manage.py": None}):
            kept = {k: v for k, v in {**files, **more}.items() if v is not None}
            with preview(kept, mapped) as shown:
                shown.wait_for("the app is loaded")
                self.assertNotIn("has no files yet", shown.output)

    def test_production(self) -> None:
        code = (
            "headers.append(('X-Variable', os.environ.get('PA_NEW_PREVIEW', 'none')))"
        )
        with preview({"wsgi.py": app(code)}, "--production") as shown:
            self.assertEqual(shown.get().headers["x-variable"], "none")

    def test_answers_for_the_site(self) -> None:
        """Redirects stay here, and cookies work without https."""
        code = f"""headers += [
    ("Location", "https://{DOMAIN}/next?x=1"),
    ("Set-Cookie", "sid=1; Path=/; Secure; HttpOnly; Domain={DOMAIN}"),
    ("Strict-Transport-Security", "max-age=1000"),
]"""
        with preview({"wsgi.py": app(code)}) as shown:
            answer = shown.get()
            address = f"http://localhost:{shown.port}"
        self.assertEqual(answer.headers["location"], f"{address}/next?x=1")
        self.assertEqual(answer.headers["set-cookie"], "sid=1; Path=/; HttpOnly")
        self.assertNotIn("strict-transport-security", answer.headers)

    def test_other_sites_cannot_ask(self) -> None:
        """A page elsewhere whose name leads to this computer gets nothing."""
        with preview({"wsgi.py": PLAIN}) as shown:
            for name in ("evil.example", f"evil.example:{shown.port}", "", "[::2]"):
                with self.subTest(name):
                    answer = shown.get(headers={"Host": name})
                    self.assertEqual(
                        (answer.status, b"hello" in answer.body), (421, False)
                    )
            for name in (
                "localhost",
                f"127.0.0.1:{shown.port}",
                f"LOCALHOST:{shown.port}",
            ):
                with self.subTest(name):
                    self.assertEqual(shown.get(headers={"Host": name}).status, 200)

    def test_upload(self) -> None:
        """50 MB arrive whole, also in chunks, and an app need not read them."""
        code = """import hashlib
if path == "/read":
    digest, size = hashlib.sha256(), 0
    while piece := environ["wsgi.input"].read(65536):
        digest.update(piece)
        size += len(piece)
    start_response("200 OK", headers)
    return [f"{size} {environ.get('CONTENT_LENGTH')} {digest.hexdigest()}".encode()]"""
        body = os.urandom(50_000_000)
        expected = f"{len(body)} {len(body)} {hashlib.sha256(body).hexdigest()}"
        with preview({"wsgi.py": app(code)}) as shown:
            self.assertEqual(shown.get("/read", "POST", body).text, expected)
            self.assertEqual(shown.get("/", "POST", body).text, "hello")
            connection = shown.connection()
            with contextlib.closing(connection):
                pieces = (body[i : i + 999_999] for i in range(0, len(body), 999_999))
                connection.request("POST", "/read", pieces, encode_chunked=True)
                self.assertEqual(connection.getresponse().read().decode(), expected)

    def test_broken_requests(self) -> None:
        """What no web server passes on does not reach the app."""
        with preview({"wsgi.py": app("print('asked', file=sys.stderr)")}) as shown:
            for name, text in (
                (
                    "short body",
                    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx",
                ),
                (
                    "no number",
                    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: +1\r\n\r\nx",
                ),
                (
                    "two lengths",
                    (
                        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                    ),
                ),
                (
                    "bad chunk",
                    "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
                ),
                (
                    "cut chunk",
                    "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nab",
                ),
            ):
                with self.subTest(name):
                    with socket.create_connection(("localhost", shown.port)) as link:
                        link.sendall(text.encode())
                        link.shutdown(socket.SHUT_WR)
                        answer = link.makefile("rb").read()
                    self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), answer)
            self.assertEqual(shown.get().status, 200)
            shown.wait_for("asked")
            self.assertEqual(shown.output.count("asked"), 1)

    def test_answers_without_a_body(self) -> None:
        code = """if path == "/none":
    start_response("204 No Content", [])
    return []
if path == "/empty":
    start_response("200 OK", headers)
    return []
headers.append(("Content-Length", "5"))"""
        with preview({"wsgi.py": app(code)}) as shown:
            connection = shown.connection()
            with contextlib.closing(connection):  # one connection for all of them
                for method, path, status, body in (
                    ("HEAD", "/", 200, b""),
                    ("GET", "/none", 204, b""),
                    ("GET", "/empty", 200, b""),
                    ("OPTIONS", "/", 200, b"hello"),
                    ("BREW", "/", 200, b"hello"),
                ):
                    with self.subTest(method + path):
                        connection.request(method, path)
                        answer = connection.getresponse()
                        self.assertEqual((answer.status, answer.read()), (status, body))

    def test_a_length_that_is_not_kept(self) -> None:
        """An answer that is shorter than it says does not look like a whole one."""
        code = "headers.append(('Content-Length', '9'))"
        with preview({"wsgi.py": app(code)}) as shown:
            connection = shown.connection()
            with contextlib.closing(connection):
                connection.request("GET", "/")
                with self.assertRaises(http.client.IncompleteRead):
                    connection.getresponse().read()

    def test_stream(self) -> None:
        """Pieces wait for more, as in nginx, unless the app says that they must not."""
        code = """if path == "/live":
    headers.append(("X-Accel-Buffering", "no"))
start_response("200 OK", headers)
def parts():
    yield b"first\\n"
    while not os.path.exists(os.path.expanduser("~/go")):
        time.sleep(0.01)
    yield b"last\\n"
return parts()"""
        with preview({"wsgi.py": app(code)}) as shown:
            connection = shown.connection()
            with contextlib.closing(connection):
                connection.request("GET", "/live")
                answer = connection.getresponse()
                self.assertEqual(answer.readline(), b"first\n")
            held = shown.connection()
            with contextlib.closing(held):
                held.request("GET", "/")
                assert held.sock is not None
                held.sock.settimeout(1)
                with self.assertRaises((TimeoutError, socket.timeout)):
                    held.sock.recv(1)

    def test_static_files(self) -> None:
        files = {"wsgi.py": PLAIN, "static/a.css": "p {}", "static/b c.txt": "b"}
        with preview(
            {**files, "secret.txt": "x"}, "--static", "/static/=static"
        ) as shown:
            answer = shown.get("/static/a.css")
            self.assertEqual(answer.body, b"p {}")
            self.assertEqual(answer.headers["content-type"], "text/css")
            self.assertEqual(shown.get("/static/b%20c.txt").body, b"b")
            self.assertEqual(shown.get("/static/none").status, 404)
            self.assertEqual(shown.get("/static/a.css", "POST").status, 405)
            self.assertEqual(shown.get("/static/a.css", "HEAD").body, b"")
            for path in ("/static/../secret.txt", "/static/%2e%2e/secret.txt"):
                self.assertEqual(shown.get(path).text, "hello")


if __name__ == "__main__":
    unittest.main()
