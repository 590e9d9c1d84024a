"""The adapter makes Tornado's request of the environ of a WSGI server."""

from __future__ import annotations

import unittest
from typing import Any

import tornado.escape
import tornado.web
from asking import Case, adapt, ask_adapter, make_environ
from handlers.answers import Echo, Hello
from hello.tornado_wsgi import WSGIAdapter


class Environ(unittest.TestCase):
    def echo(self, case: Case, **extra: Any) -> dict[str, Any]:
        raw = extra.pop("raw", True)
        options = extra.pop("options", {})
        adapter = WSGIAdapter(
            tornado.web.Application([("/echo.*|/mounted/.*", Echo)]), **options
        )
        answer = ask_adapter(adapter, make_environ(case, raw=raw, **extra))
        self.assertEqual("200 OK", answer.status)
        return tornado.escape.json_decode(answer.body)

    def test_script_name(self) -> None:
        extra = {"SCRIPT_NAME": "/mounted", "PATH_INFO": "/a b/\xc3\xbc"}
        got = self.echo(Case("", "/unused?x=1"), raw=False, **extra)
        self.assertEqual("/mounted/a%20b/%C3%BC?x=1", got["uri"])
        self.assertEqual("http://testserver/mounted/a%20b/%C3%BC?x=1", got["full_url"])

    def test_request_uri(self) -> None:
        for name in ("REQUEST_URI", "RAW_URI"):
            extra = {name: "/echo/a%2Fb?q", "PATH_INFO": "/echo/a/b"}
            got = self.echo(Case("", "/unused"), raw=False, **extra)
            self.assertEqual("/echo/a%2Fb?q", got["uri"])

    def test_empty_path(self) -> None:
        environ = make_environ(Case("", ""), raw=False)
        del environ["PATH_INFO"], environ["SCRIPT_NAME"]
        answer = ask_adapter(
            WSGIAdapter(tornado.web.Application([("/", Hello)])), environ
        )
        self.assertEqual("200 OK", answer.status)

    def test_protocol_versions(self) -> None:
        for given, seen in (
            ("HTTP/1.0", "HTTP/1.0"),
            ("HTTP/1.1", "HTTP/1.1"),
            ("HTTP/2.0", "HTTP/1.1"),
            ("INCLUDED", "HTTP/1.1"),
            ("", "HTTP/1.1"),
        ):
            with self.subTest(given):
                got = self.echo(Case("", "/echo", version=given))
                self.assertEqual(seen, got["version"])

    def test_remote_address(self) -> None:
        for address in ("", "203.0.113.9", "2001:db8::1"):
            got = self.echo(Case("", "/echo"), REMOTE_ADDR=address)
            self.assertEqual(address or "0.0.0.0", got["remote_ip"])

    def test_scheme(self) -> None:
        got = self.echo(Case("", "/echo"), **{"wsgi.url_scheme": "https"})
        self.assertEqual("https", got["protocol"])

    def test_xheaders_are_ignored_by_default(self) -> None:
        headers = [("X-Real-IP", "203.0.113.9"), ("X-Scheme", "https")]
        got = self.echo(Case("", "/echo", headers=headers))
        self.assertEqual(("127.0.0.1", "http"), (got["remote_ip"], got["protocol"]))
        got = self.echo(Case("", "/echo", headers=headers), options={"xheaders": True})
        self.assertEqual(("203.0.113.9", "https"), (got["remote_ip"], got["protocol"]))

    def test_a_header_cannot_pass_for_the_length(self) -> None:
        extra = {"HTTP_CONTENT_LENGTH": "3", "HTTP_CONTENT_TYPE": "x/y"}
        case = Case("", "/echo", "POST", body=b"ab")
        got = self.echo(case, **extra)
        self.assertEqual("ab", got["body"])
        self.assertNotIn("Content-Type", dict(got["headers"]))

    def test_odd_requests_are_400(self) -> None:
        for name, extra in (
            ("method", {"REQUEST_METHOD": "G ET"}),
            ("uri", {"REQUEST_URI": "/a b"}),
            ("header name", {"HTTP_X A": "1"}),
            ("header value", {"HTTP_X": "a\nb"}),
        ):
            with self.subTest(name):
                answer = ask_adapter(
                    adapt(Hello), make_environ(Case("", "/Hello"), **extra)
                )
                self.assertEqual("400 Bad Request", answer.status)
                self.assertIn("Malformed HTTP message from 127.0.0.1", answer.log[0])


if __name__ == "__main__":
    unittest.main()
