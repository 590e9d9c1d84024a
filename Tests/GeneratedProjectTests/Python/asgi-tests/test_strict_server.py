"""The strict server itself: what it hands over, what it sends, what it finds fault with."""

from __future__ import annotations

import itertools
import json
import socket
import threading
import unittest
from collections.abc import Callable, Iterator
from typing import Any

from strict_server import StrictServer

OK = [("Content-Type", "text/plain")]


def exchange(port: int, *pieces: bytes) -> bytes:
    """Send raw bytes, and return all that comes back until the connection's end."""
    with socket.create_connection(("127.0.0.1", port), 10) as client:
        for piece in pieces:
            client.sendall(piece)
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(65536), b""))


def get(target: str = "/", *fields: str, version: str = "HTTP/1.1") -> bytes:
    lines = [f"GET {target} {version}", "Host: x", *fields, "", ""]
    return "\r\n".join(lines).encode("latin-1")


def post(body: bytes, *fields: str) -> bytes:
    lines = ["POST / HTTP/1.1", "Host: x", *fields, "", ""]
    return "\r\n".join(lines).encode() + body


def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer with what the server told."""
    start_response("200 OK", OK)
    told = {k: v for k, v in environ.items() if type(v) in (str, bool)}
    return [json.dumps(told).encode()]


def length(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer with what came of the body."""
    try:
        body = b"".join(iter(lambda: environ["wsgi.input"].read(1000), b""))
    except OSError as error:
        body = type(error).__name__.encode()
    start_response("200 OK", OK)
    return [body]


class Asked(unittest.TestCase):
    """What an application gets."""

    def told(self, request: bytes, **options: Any) -> dict[str, Any]:
        with StrictServer(echo, **options) as server:
            answer = exchange(server.port, request)
        self.assertEqual(([], ""), (server.faults, server.errors.getvalue()))
        self.assertEqual(b"HTTP/1.1 200 OK", answer.split(b"\r\n")[0])
        return dict(json.loads(answer.split(b"\r\n")[5]))

    def test_the_path_is_as_it_was_sent(self) -> None:
        told = self.told(get("//a%2Fb//%c3%BC;x/../%00?q=%20//?\xfc"))
        self.assertEqual("//a%2Fb//%c3%BC;x/../%00?q=%20//?\xfc", told["REQUEST_URI"])
        self.assertEqual("//a/b//\xc3\xbc;x/../\0", told["PATH_INFO"])
        self.assertEqual("q=%20//?\xfc", told["QUERY_STRING"])

    def test_a_whole_address(self) -> None:
        told = self.told(get("https://example.com:1/a?b"))
        self.assertEqual("https", told["wsgi.url_scheme"])
        self.assertEqual("example.com:1", told["HTTP_HOST"])
        self.assertEqual("/a", told["PATH_INFO"])
        self.assertEqual(
            ("example.com", "1"), (told["SERVER_NAME"], told["SERVER_PORT"])
        )
        for host in ("[::1]", "[::1]:443"):
            told = self.told(get(f"https://{host}/"))
            self.assertEqual(("::1", "443"), (told["SERVER_NAME"], told["SERVER_PORT"]))

    def test_a_mount_point(self) -> None:
        told = self.told(get("/m%61/b"), script_name="/ma")
        self.assertEqual(("/ma", "/b"), (told["SCRIPT_NAME"], told["PATH_INFO"]))
        with StrictServer(echo, script_name="/m") as server:
            self.assertIn(b" 404 ", exchange(server.port, get("/ma")))

    def test_fields(self) -> None:
        told = self.told(
            get("/", "A-b:  1 \t", "a-B: 2", "Cookie: a=1", "Cookie: b=2", "X: \xe4")
        )
        self.assertEqual("1,2", told["HTTP_A_B"])
        self.assertEqual("a=1; b=2", told["HTTP_COOKIE"])
        self.assertEqual("\xe4", told["HTTP_X"])
        self.assertNotIn("CONTENT_LENGTH", told)
        told = self.told(get("/", "Content_Type: fake"))
        self.assertNotIn("CONTENT_TYPE", told)

    def test_what_is_no_request(self) -> None:
        wrong = [
            b"GET / HTTP/1.1\r\n\r\n",
            b"GET / HTTP/2.0\r\nHost: x\r\n\r\n",
            b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
            b"G\xc4T / HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
            get("/", "no colon"),
            get("/", "a b: c"),
            get("/", "a: b\r\n folded"),
            get("/", "a: \0"),
            get("/", "Content-Length: 1, 2"),
            get("/", "Content-Length: -1"),
            get("/", "Content-Length: 1", "Transfer-Encoding: chunked"),
            get("/", "Transfer-Encoding: gzip"),
        ]
        with StrictServer(echo) as server:
            for request in wrong:
                answer = exchange(server.port, request)
                self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), (request, answer))
            for request in (get("/", "a: " + "b" * 70000), get("/", *["a: b"] * 300)):
                self.assertIn(b"HTTP/1.1 431 ", exchange(server.port, request))
            self.assertIn(b" 417 ", exchange(server.port, get("/", "Expect: x")))
            self.assertEqual(b"", exchange(server.port, b""))
            self.assertEqual(b"", exchange(server.port, b"GET / HT"))
        self.assertEqual([], server.faults)

    def test_bodies(self) -> None:
        chunked = "Transfer-Encoding: Chunked"
        whole = b"3;x=y\r\nabc\r\nA \r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n"
        broken = b"ConnectionResetError"
        table = [
            (post(b"abc", "Content-Length: 3, 3"), b"abc"),
            (post(b"ab", "Content-Length: 3"), broken),
            (post(whole, chunked), b"abc0123456789"),
            (post(b"0\r\n\r\n", chunked), b""),
            (post(b"", "Content-Length: 0"), b""),
            (post(b""), b""),
            *((post(whole[:end], chunked), broken) for end in range(len(whole))),
            (post(b"3\r\nabcd\r\n0\r\n\r\n", chunked), broken),
            (post(b"-1\r\nabcd\r\n0\r\n\r\n", chunked), broken),
        ]
        with StrictServer(length) as server:
            for request, expected in table:
                answer = exchange(server.port, request)
                head, _, body = answer.partition(b"\r\n\r\n")
                self.assertIn(b"HTTP/1.1 200 OK", head, request)
                expected = b"%x\r\n%s\r\n" % (len(expected), expected)
                want = b"0\r\n\r\n" if expected[:1] == b"0" else expected + b"0\r\n\r\n"
                self.assertEqual(want, body, request)
        self.assertEqual([], server.faults)

    def test_lines_of_a_body(self) -> None:
        lines: list[Any] = []

        def reads(environ: dict[str, Any], start_response: Any) -> list[bytes]:
            source = environ["wsgi.input"]
            lines.extend([source.readline(), source.readline(2), source.read(3)])
            lines.extend([source.readlines(), source.read(), source.readline()])
            start_response("200 OK", OK)
            return []

        body = b"a\nbcd\nefgh\n\ni"
        with StrictServer(reads) as server:
            exchange(server.port, post(body, "Content-Length: 13"))
        self.assertEqual("", server.errors.getvalue())
        rest = [b"fgh\n", b"\n", b"i"]
        self.assertEqual([b"a\n", b"bc", b"d\ne", rest, b"", b""], lines)

    def test_a_client_that_waits_for_100_continue(self) -> None:
        reads: list[int] = []

        def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
            if environ["QUERY_STRING"]:
                return length(environ, start_response)
            reads.append(1)
            start_response("403 Forbidden", [])
            return []

        fields = ["Content-Length: 3", "Expect: 100-continue"]
        with StrictServer(application) as server:
            answer = exchange(server.port, post(b"", *fields))
            self.assertEqual(b"HTTP/1.1 403 Forbidden", answer.split(b"\r\n")[0])
            address = "127.0.0.1", server.port
            with socket.create_connection(address, 10) as client:
                client.sendall(post(b"", *fields).replace(b"/ ", b"/?x ", 1))
                self.assertEqual(
                    b"HTTP/1.1 100 Continue\r\n\r\n",
                    client.recv(25, socket.MSG_WAITALL),
                )
                client.sendall(b"abc")
                self.assertIn(b"HTTP/1.1 200 OK", client.recv(1000))

    def test_a_piece_is_read_before_the_next_one_comes(self) -> None:
        def application(
            environ: dict[str, Any], start_response: Any
        ) -> Iterator[bytes]:
            start_response("200 OK", OK)
            yield from iter(lambda: environ["wsgi.input"].read(1000), b"")

        chunked = "Transfer-Encoding: chunked"
        with StrictServer(application) as server:
            address = "127.0.0.1", server.port
            with socket.create_connection(address, 10) as client:
                client.sendall(post(b"", chunked))
                for _ in range(3):
                    client.sendall(b"3\r\nabc\r\n")
                    answer = b""
                    while not answer.endswith(b"3\r\nabc\r\n"):
                        answer += client.recv(1000)


class Answered(unittest.TestCase):
    """What an application may answer."""

    def faults(self, application: Any, request: bytes = get()) -> list[str]:
        with StrictServer(application) as server:
            exchange(server.port, request)
        self.assertEqual("", server.errors.getvalue())
        return server.faults

    def test_faults(self) -> None:
        def answering(
            status: Any = "200 OK", headers: Any = (), body: Any = (), calls: int = 1
        ) -> Callable[..., Any]:
            def application(_: Any, start_response: Any) -> Any:
                for _ in range(calls):
                    start_response(status, list(headers) if headers == () else headers)
                return body

            return application

        wrong = {
            "was not called before": answering(calls=0, body=[b"x"]),
            "start_response was not called": answering(calls=0),
            "called twice": answering(calls=2),
            "is str, not bytes": answering(body=["x"]),
            "is bytearray, not": answering(body=[bytearray(b"x")]),
            "is bytes, not an iterable": answering(body=b"x"),
            "the status is int": answering(200),
            "the status is '200'": answering("200"),
            "the status is '101 X'": answering("101 X"),
            r"the status is '200 O\nK'": answering("200 O\nK"),
            "not latin-1: '200 \u20ac": answering("200 \u20ac"),
            "headers are tuple": answering(headers=(("a", "b"),)),
            "not a tuple": answering(headers=[["a", "b"]]),
            "not a tuple of two": answering(headers=[("a", 1)]),
            "name of a header is 'a b'": answering(headers=[("a b", "c")]),
            "name of a header is ''": answering(headers=[("", "c")]),
            "control character": answering(headers=[("a", "b\r\nc: d")]),
            "not latin-1": answering(headers=[("a", "\u20ac")]),
            "Connection is the server's": answering(headers=[("Connection", "x")]),
            "Content-Length is": answering(headers=[("Content-Length", "x")]),
            "Content-Length is ['0', '0']": answering(
                headers=[("Content-Length", "0")] * 2
            ),
            "shorter": answering(headers=[("Content-Length", "2")], body=[b"x"]),
            "longer": answering(headers=[("Content-Length", "2")], body=[b"xx", b"x"]),
            "has no body": answering("204 No Content", body=[b"x"]),
        }
        for text, application in wrong.items():
            [fault] = self.faults(application)
            self.assertIn(text, fault)

    def test_what_is_no_fault(self) -> None:
        def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
            try:
                start_response("200 ", [("a", "\xe4"), ("Content-Length", "0")])
                raise ValueError
            except ValueError:
                exc_info = __import__("sys").exc_info()
                write = start_response("404 Not  Found", [], exc_info)
            write(b"")
            write(b"a")
            return [b"", b"b"]

        with StrictServer(application) as server:
            answer = exchange(server.port, get())
            head = exchange(server.port, get().replace(b"GET", b"HEAD"))
            old = exchange(server.port, get(version="HTTP/1.0"))
        self.assertEqual([], server.faults)
        status = b"HTTP/1.1 404 Not  Found\r\n"
        chunks = b"Transfer-Encoding: chunked\r\n\r\n"
        self.assertEqual(status + chunks + b"1\r\na\r\n1\r\nb\r\n0\r\n\r\n", answer)
        self.assertEqual(status + b"\r\n", head)
        self.assertEqual(status + b"Connection: close\r\n\r\nab", old)

    def test_an_exception(self) -> None:
        def application(
            environ: dict[str, Any], start_response: Any
        ) -> Iterator[bytes]:
            start_response("200 OK", [])
            if environ["QUERY_STRING"]:
                yield b"abc"
            raise LookupError

        with StrictServer(application) as server:
            self.assertIn(b" 500 ", exchange(server.port, get()))
            answer = exchange(server.port, get("/?x"))
        self.assertTrue(answer.endswith(b"3\r\nabc\r\n"), answer)
        self.assertEqual([], server.faults)
        self.assertEqual(2, server.errors.getvalue().count("\nLookupError\n"))

    def test_the_client_goes(self) -> None:
        closed = threading.Event()

        class Endless:
            def __iter__(self) -> Iterator[bytes]:
                return itertools.repeat(b"x" * 65536)

            def close(self) -> None:
                closed.set()

        def application(environ: dict[str, Any], start_response: Any) -> Endless:
            start_response("200 OK", [])
            return Endless()

        with StrictServer(application) as server:
            with socket.create_connection(("127.0.0.1", server.port)) as client:
                client.sendall(get())
                client.recv(1000)
            self.assertTrue(closed.wait(10))
        self.assertEqual([], server.faults)

    def test_connections_are_kept_if_the_body_was_read(self) -> None:
        requests = post(b"abc", "Content-Length: 3") * 3
        with StrictServer(length) as server:
            self.assertEqual(3, exchange(server.port, requests).count(b"200 OK"))
        with StrictServer(echo) as server:
            answer = exchange(server.port, requests)
            self.assertEqual(1, answer.count(b"200 OK"))
            self.assertIn(b"Connection: close", answer)
            large = post(b"x" * 10**7, "Content-Length: 10000000")
            self.assertIn(b"200 OK", exchange(server.port, large))

    def test_threads(self) -> None:
        seen: list[int] = []

        def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
            seen.append(threading.get_ident())
            start_response("204 No Content", [("x", str(environ["wsgi.multithread"]))])
            return []

        for threads, count in ((1, 1), (None, 3)):
            seen.clear()
            with StrictServer(application, threads=threads) as server:
                clients = [
                    socket.create_connection(("127.0.0.1", server.port))
                    for _ in range(3)
                ]
                for client in clients:
                    client.sendall(get())
                    self.assertIn(str(count > 1).encode(), client.recv(1000))
                for client in clients:
                    client.close()
            self.assertEqual(count, len(set(seen)))


if __name__ == "__main__":
    unittest.main()
