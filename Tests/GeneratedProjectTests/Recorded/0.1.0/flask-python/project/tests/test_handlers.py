"""What the app answers, asked through WSGI as the host asks."""

import unittest

from my_site import routes

from .client import request


class MainTest(unittest.TestCase):
    """``GET /`` and its neighbours."""

    def test_get(self) -> None:
        """The page answers with its line."""
        response = request(routes.application)
        self.assertEqual((response.status, response.text), (200, "Hello from Flask"))

    def test_head(self) -> None:
        """HEAD answers as GET does, without the body."""
        response = request(routes.application, "HEAD")
        self.assertEqual((response.status, response.body), (200, b""))

    def test_unknown_path(self) -> None:
        """A path that no route knows is not found."""
        self.assertEqual(request(routes.application, "GET", "/nowhere").status, 404)

    def test_wrong_method(self) -> None:
        """A method that no handler has is refused, and the answer names the others."""
        response = request(routes.application, "POST")
        self.assertEqual(response.status, 405)
        allowed = (response.header("Allow") or "").split(", ")
        self.assertEqual(sorted(allowed), ["GET", "HEAD", "OPTIONS"])


if __name__ == "__main__":
    unittest.main()
