"""Tests of the pages: a model for your own."""

from __future__ import annotations

import json
import unittest

from hello import routes

from .client import request


class MainHandlerTest(unittest.TestCase):
    """The front page."""

    def test_get(self) -> None:
        response = request(routes.application)
        self.assertEqual(response.status, 200)
        self.assertEqual(response.text, "Hello from Tornado")

    def test_head(self) -> None:
        response = request(routes.application, "HEAD")
        self.assertEqual(response.status, 200)
        self.assertEqual(response.header("Content-Length"), "18")
        self.assertEqual(response.body, b"")

    def test_wrong_method(self) -> None:
        response = request(routes.application, "POST")
        self.assertEqual(response.status, 405)
        self.assertEqual(response.header("Allow"), "GET, HEAD")


class ReportHandlerTest(unittest.TestCase):
    """The asynchronous page."""

    def test_get(self) -> None:
        response = request(routes.application, target="/report")
        self.assertEqual(response.status, 200)
        self.assertEqual(set(json.loads(response.text)), {"news", "weather"})


class RoutesTest(unittest.TestCase):
    """The route table."""

    def test_unknown_path(self) -> None:
        self.assertEqual(
            request(routes.application, target="/no/such/page").status, 404
        )


if __name__ == "__main__":
    unittest.main()
