"""What an app gets: the scope and the body of a request."""

from __future__ import annotations

import asyncio
import io
import unittest
from typing import Any

from asgi_adapter import ASGIAdapter

from asgi_asking import Site, ask, call, http_only, make_environ, read, send_response


class Scopes(unittest.TestCase):
    """The scope of a request."""

    def setUp(self) -> None:
        self.scopes: list[dict[str, Any]] = []

        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            self.scopes.append(scope)
            await send_response(send)

        self.app = app

    def scope(self, environ: dict[str, Any], **options: Any) -> dict[str, Any]:
        _, body = call(ASGIAdapter(self.app, **options), environ)
        body.close()
        return self.scopes.pop()

    def test_all_of_it(self) -> None:
        with Site(self.app) as site:
            fields = [
                ("X-Two", "1"),
                ("x-two", "2"),
                ("Cookie", "a=1"),
                ("X", "\xe4 b"),
            ]
            site.ask("//a%2Fb/%C3%BC%FF?x=%20&y", "PATCH", fields, b"{}")
            port = site.server.port
        [scope] = self.scopes
        client = scope.pop("client")
        self.assertEqual("127.0.0.1", client[0])
        self.assertGreater(client[1], 0)
        self.assertEqual(
            {
                "type": "http",
                "asgi": {"version": "3.0", "spec_version": "2.4"},
                "http_version": "1.1",
                "method": "PATCH",
                "scheme": "http",
                "path": "//a/b/\xfc\ufffd",
                "raw_path": b"//a%2Fb/%C3%BC%FF",
                "query_string": b"x=%20&y",
                "root_path": "",
                "headers": [
                    (b"host", b"site"),
                    (b"connection", b"close"),
                    (b"content-length", b"2"),
                    (b"x-two", b"1,2"),
                    (b"cookie", b"a=1"),
                    (b"x", b"\xe4 b"),
                ],
                "server": ("127.0.0.1", port),
                "state": {},
                "extensions": {},
            },
            scope,
        )

    def test_a_mount_point(self) -> None:
        with Site(self.app, mount="/\xe4pp".encode().decode("latin-1")) as site:
            site.ask("/%C3%A4pp/x%20y")
        [scope] = self.scopes
        self.assertEqual("/\xe4pp", scope["root_path"])
        self.assertEqual("/\xe4pp/x y", scope["path"])
        self.assertEqual(b"/%C3%A4pp/x%20y", scope["raw_path"])

    def test_a_whole_address(self) -> None:
        with Site(self.app) as site:
            site.ask("https://site/a%2Fb?c")
        [scope] = self.scopes
        self.assertEqual("https", scope["scheme"])
        self.assertEqual(("/a/b", b"/a%2Fb"), (scope["path"], scope["raw_path"]))

    def test_paths_of_servers_that_tell_less(self) -> None:
        table: list[tuple[dict[str, str], str, bytes]] = [
            ({"PATH_INFO": "/a b/\xc3\xbc"}, "/a b/\xfc", b"/a%20b/%C3%BC"),
            ({"PATH_INFO": ""}, "", b""),
            ({"PATH_INFO": "/a b", "RAW_URI": "/a%20b?c"}, "/a b", b"/a%20b"),
            ({"PATH_INFO": "/a/b", "REQUEST_URI": "//a//b"}, "//a//b", b"//a//b"),
            ({"PATH_INFO": "/b", "REQUEST_URI": "/a/../b"}, "/b", b"/b"),
            ({"PATH_INFO": "/new", "REQUEST_URI": "/old"}, "/new", b"/new"),
            ({"PATH_INFO": "/a", "REQUEST_URI": "http://x?y"}, "/a", b"/a"),
            ({"SCRIPT_NAME": "/m", "PATH_INFO": "/a"}, "/m/a", b"/m/a"),
        ]
        for keys, path, raw_path in table:
            scope = self.scope({**make_environ(), **keys})
            self.assertEqual((path, raw_path), (scope["path"], scope["raw_path"]), keys)

    def test_no_client_fakes_what_the_server_says(self) -> None:
        scope = self.scope(
            make_environ(HTTP_CONTENT_LENGTH="5", HTTP_CONTENT_TYPE="x", HTTP_A="b")
        )
        self.assertEqual([(b"a", b"b")], scope["headers"])

    def test_the_client(self) -> None:
        real = {"HTTP_X_REAL_IP": " 203.0.113.7 ", "HTTP_X_FORWARDED_PROTO": "https"}
        scope = self.scope({**make_environ(), **real})
        # PythonAnywhere documents no header for the scheme.
        self.assertEqual(
            (("203.0.113.7", 0), "http"), (scope["client"], scope["scheme"])
        )
        scope = self.scope({**make_environ(), **real}, real_ip=False)
        self.assertEqual(("127.0.0.1", 0), scope["client"])
        for fake in ("", "x", "1.2.3.4, 5.6.7.8", "1.2.3.4\n5", "999.1.1.1"):
            keys = {"HTTP_X_REAL_IP": fake, "REMOTE_PORT": "5"}
            scope = self.scope({**make_environ(), **keys})
            self.assertEqual(("127.0.0.1", 5), scope["client"], fake)
        self.assertIsNone(self.scope(make_environ(REMOTE_ADDR=""))["client"])
        scope = self.scope(make_environ(HTTP_X_REAL_IP="2001:db8::1"))
        self.assertEqual("2001:db8::1", scope["client"][0])
        scope = self.scope({**make_environ(), "wsgi.url_scheme": "https"})
        self.assertEqual("https", scope["scheme"])

    def test_the_version(self) -> None:
        for protocol, version in (("HTTP/1.0", "1.0"), ("HTTP/2.0", "2.0")):
            scope = self.scope(make_environ(SERVER_PROTOCOL=protocol))
            self.assertEqual(version, scope["http_version"])


class Bodies(unittest.TestCase):
    """The body of a request."""

    def setUp(self) -> None:
        self.messages: list[dict[str, Any]] = []

        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            while True:
                self.messages.append(await receive())
                if not self.messages[-1].get("more_body"):
                    break
            await send_response(send, b"read")

        self.app = app

    def body(self) -> bytes:
        body = b"".join(m["body"] for m in self.messages)
        self.assertEqual({"http.request"}, {m["type"] for m in self.messages})
        self.messages.clear()
        return body

    def test_none(self) -> None:
        for method in ("GET", "POST"):
            ask(self.app, method=method)
            self.assertEqual(
                [{"type": "http.request", "body": b"", "more_body": False}],
                self.messages,
            )
            self.messages.clear()

    def test_a_large_one_comes_in_pieces(self) -> None:
        body = bytes(range(256)) * 4000
        ask(self.app, method="POST", body=body)
        self.assertGreater(len(self.messages), 10)
        self.assertLessEqual(max(len(m["body"]) for m in self.messages), 65536)
        self.assertEqual(body, self.body())

    def test_other_tasks_work_between_the_pieces(self) -> None:
        ticks: list[int] = []

        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            async def tick() -> None:
                while True:
                    ticks.append(1)
                    await asyncio.sleep(0)

            ticker = asyncio.ensure_future(tick())
            while (await receive())["more_body"]:
                pass
            ticker.cancel()
            await send_response(send)

        _, body = call(ASGIAdapter(app), make_environ(body=b"x" * 65536 * 5))
        self.assertGreater(len(ticks), 3)
        body.close()

    def test_one_in_chunks(self) -> None:
        chunks = b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        with Site(self.app) as site, site.connect() as client:
            client.sendall(head + chunks)
            self.assertIn(b"200 OK", client.recv(1000))
        self.assertEqual(b"abcde", self.body())

    def test_one_that_breaks_off_is_a_lost_connection(self) -> None:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            message = await receive()
            while message.get("more_body"):
                message = await receive()
            self.messages.append(message)
            self.messages.append(await receive())
            await send_response(send, b"never")

        heads = (
            b"Content-Length: 5\r\n\r\nabc",
            b"Content-Length: 5\r\n\r\n",
            b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            b"Transfer-Encoding: chunked\r\n\r\n3\r\nab",
        )
        for head in heads:
            with Site(http_only(app)) as site:
                with site.connect() as client:
                    client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n" + head)
                    client.shutdown(1)
                    self.assertIn(b" 400 ", client.recv(1000))
                self.assertEqual("", site.logged(), head)
            self.assertEqual([{"type": "http.disconnect"}] * 2, self.messages, head)
            self.messages.clear()

    def test_servers_that_return_nothing_for_a_body_that_breaks_off(self) -> None:
        environ = make_environ(body=b"abc", CONTENT_LENGTH="5")
        started, body = call(ASGIAdapter(self.app), environ)
        self.assertEqual("400 Bad Request", started[0])
        self.assertEqual([b"abc", None], [m.get("body") for m in self.messages])
        body.close()

    def test_one_in_chunks_that_a_proxy_has_read(self) -> None:
        environ = make_environ(body=b"abc", HTTP_TRANSFER_ENCODING="chunked")
        environ["wsgi.input"] = io.BytesIO(b"abcGET / HTTP/1.1")
        started, body = call(ASGIAdapter(self.app), environ)
        self.assertEqual("200 OK", started[0])
        self.assertEqual([b"abc"], [m.get("body") for m in self.messages])
        body.close()

    def test_a_body_that_nobody_reads_is_not_read(self) -> None:
        class Unread:
            def read(self, size: int = -1) -> bytes:
                raise AssertionError("it was read")

        async def app(scope: Any, receive: Any, send: Any) -> None:
            await send_response(send)
            assert (await receive())["type"] == "http.disconnect"

        environ = {**make_environ(body=b"abc"), "wsgi.input": Unread()}
        started, body = call(ASGIAdapter(http_only(app)), environ)
        self.assertEqual("200 OK", started[0])
        body.close()
        wait = [("Expect", "100-continue"), ("Content-Length", "3")]
        self.assertEqual(200, ask(http_only(app), "/", "POST", headers=wait).status)

    def test_after_the_body_receive_waits_for_the_end(self) -> None:
        seen: list[str] = []

        @http_only
        async def app(scope: Any, receive: Any, send: Any) -> None:
            await receive()

            async def listen() -> None:
                seen.append((await receive())["type"])

            task = asyncio.ensure_future(listen())
            await asyncio.sleep(0.01)
            seen.append("sends")
            await send_response(send)
            await task

        ask(app, method="POST", body=b"abc")
        self.assertEqual(["sends", "http.disconnect"], seen)

    def test_both_directions_at_the_same_time(self) -> None:
        @http_only
        async def echo(scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 200})
            more = True
            while more:
                message = await receive()
                more = message["more_body"]
                await send({**message, "type": "http.response.body"})

        head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        with Site(echo) as site, site.connect() as client:
            client.sendall(head)
            for number in range(3):
                piece = b"4\r\nabc%d\r\n" % number
                client.sendall(piece)
                answer = b""
                while not answer.endswith(piece):
                    answer += client.recv(1000)
            client.sendall(b"0\r\n\r\n")
            self.assertEqual(b"0\r\n\r\n", client.recv(1000))

    def test_one_that_is_too_large(self) -> None:
        sizes: list[int] = []

        async def app(scope: Any, receive: Any, send: Any) -> None:
            more = True
            while more:
                message = await receive()
                more = message.get("more_body", False)
                sizes.append(len(message.get("body", b"")))
            await send_response(send)

        head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        chunked = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n"
        known = b"Content-Length: %d\r\n\r\n%b"
        with Site(http_only(app), max_body_size=100_000) as site:
            for framing in (known, chunked):
                for size, status in (
                    (100_000, 200), (100_001, 413), (1, 200), (10**6, 413)
                ):  # fmt: skip
                    with self.subTest(framing, size=size), site.connect() as client:
                        client.sendall(head + framing % (size, bytes(size)))
                        answer = read(client)
                        self.assertEqual(status, answer.status)
                        if status == 413:
                            self.assertIn(b"too large", answer.body)
                    told = "POST '/': 413. The body" in site.logged()
                    self.assertEqual(told, status == 413)
        # Not a byte of one whose length is known is read.
        self.assertLess(sum(sizes), 4 * 100_001 + 2 * 65536)

    def test_bodies_that_cannot_be_read(self) -> None:
        environ = make_environ(HTTP_TRANSFER_ENCODING="chunked")
        for keys, status in (
            (environ, "411"),
            (make_environ(CONTENT_LENGTH="x"), "400"),
            (make_environ(CONTENT_LENGTH="9" * 5000), "400"),
        ):
            with self.assertLogs("asgi_adapter"):
                started, body = call(ASGIAdapter(self.app), keys)
            self.assertEqual(status, started[0][:3])
            body.close()
        self.assertEqual([], self.messages)


if __name__ == "__main__":
    unittest.main()
