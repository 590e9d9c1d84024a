"""The adapter does with odd handlers and odd requests what Tornado's own server does."""

from __future__ import annotations

import gzip
import unittest
import zlib

import tornado.web
from asking import FORM, Case, ComparingApplications, Server, ask_adapter, make_environ
from hello.tornado_wsgi import WSGIAdapter
from odd_cases import CASES
from odd_handlers.application import make_odd_application


class SameAnswers(ComparingApplications):
    """Every case has the same answer from Tornado's server and from the adapter."""

    make = staticmethod(make_odd_application)

    def test_same(self) -> None:
        names = [case.name for case in CASES]
        self.assertEqual(len(names), len(set(names)), "names are not unique")
        broken = 0
        for case in CASES:
            with self.subTest(case.name):
                theirs = self.server.ask(case)
                case.breaks = not theirs.complete
                broken += case.breaks
                ours = ask_adapter(self.adapter, make_environ(case))
                self.compare(case, theirs, ours)
        self.assertLess(broken, len(CASES) / 20, "too few of the answers were whole")

    def test_decompressed_requests(self) -> None:
        text = b"a=" + b"x" * 200_000
        packed = gzip.compress(text)
        bodies = {
            "plain": packed,
            "small": gzip.compress(b"a=1"),
            "empty": gzip.compress(b""),
            "two members": gzip.compress(b"a=1&") + gzip.compress(b"b=2"),
            "truncated": packed[:-20],
            "rubbish": b"rubbish",
            "rubbish after": packed + b"rubbish",
            "bomb": gzip.compress(b"x" * 2_000_000),
            "deflate": zlib.compress(text),
            "nothing": b"",
        }
        options = {"decompress_request": True, "max_body_size": 1_000_000}
        server = Server(make_odd_application(), **options)
        self.addCleanup(server.stop)
        adapter = WSGIAdapter(make_odd_application(), **options)
        for name, body in bodies.items():
            if tornado.version_info < (6, 6) and name in (
                "truncated",
                "rubbish",
                "deflate",
            ):
                continue  # Tornado drops the connection
            for path in ("/Arguments", "/Upload", "/UploadSlowly"):
                for encoding in ("gzip", "GZIP", "deflate"):
                    headers = [*FORM, ("Content-Encoding", encoding)]
                    case = Case("", path, "POST", headers, body)
                    with self.subTest(name, path=path, encoding=encoding):
                        theirs = server.ask(case)
                        ours = ask_adapter(adapter, make_environ(case))
                        for answer in theirs, ours:
                            # Tornado closes a truncated upload twice, and logs later.
                            answer.log = sorted(set(answer.log))
                        self.compare(case, theirs, ours)

    def test_the_proxies_of_ones_own(self) -> None:
        options = {"xheaders": True, "trusted_downstream": ["10.0.0.1", "10.0.0.2"]}
        for more in ({}, {"protocol": "https"}):
            server = Server(make_odd_application(), **options, **more)
            self.addCleanup(server.stop)
            adapter = WSGIAdapter(make_odd_application(), **options, **more)
            for forwarded in (
                "1.2.3.4", "1.2.3.4, 10.0.0.1", "1.2.3.4,10.0.0.2 , 10.0.0.1", "10.0.0.1",
                "1.2.3.4, x, 10.0.0.1", "", ",", "10.0.0.3, 1.2.3.4", "1.2.3.4:80",
            ):  # fmt: skip
                for also in ([], [("X-Scheme", "http")], [("X-Real-Ip", "10.0.0.1")]):
                    headers = [("X-Forwarded-For", forwarded), *also]
                    case = Case("", "/RequestAttributes", headers=headers)
                    with self.subTest(forwarded, also=also, more=more):
                        theirs = server.ask(case)
                        ours = ask_adapter(adapter, make_environ(case))
                        self.compare(case, theirs, ours)


if __name__ == "__main__":
    unittest.main()
