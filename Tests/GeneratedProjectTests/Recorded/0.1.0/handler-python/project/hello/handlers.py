"""The request handlers: one class for each kind of page."""

from __future__ import annotations

from .web import RequestHandler


class MainHandler(RequestHandler):
    """The front page."""

    def get(self) -> None:
        """Greet the visitor."""
        self.write("Hello from handler")
