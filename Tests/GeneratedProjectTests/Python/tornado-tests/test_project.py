"""The application of a new project protects its visitors from other sites."""

from __future__ import annotations

import unittest

import tornado
from asking import Case, ask_adapter, make_environ
from hello.routes import application


class Project(unittest.TestCase):
    def test_other_sites(self) -> None:
        allowed = "405 Method Not Allowed"
        refused = "403 Forbidden" if tornado.version_info >= (6, 6) else allowed
        own, other = "http://testserver", "https://evil.example"
        for headers, status in (
            ([], allowed),
            ([("Sec-Fetch-Site", "same-origin")], allowed),
            ([("Origin", own)], allowed),
            ([("Sec-Fetch-Site", "cross-site")], refused),
            ([("Sec-Fetch-Site", "same-site"), ("Origin", other)], refused),
            ([("Origin", other)], refused),
        ):
            with self.subTest(headers=headers):
                environ = make_environ(Case("", "/", "POST", headers, b"a=1"))
                self.assertEqual(status, ask_adapter(application, environ).status)
        environ = make_environ(
            Case("", "/", headers=[("Sec-Fetch-Site", "cross-site")])
        )
        self.assertEqual("200 OK", ask_adapter(application, environ).status)


if __name__ == "__main__":
    unittest.main()
