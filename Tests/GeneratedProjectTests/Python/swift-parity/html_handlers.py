"""Handlers that are written twice, alike: here, and in ``Swift/parity/HTMLHandlers.swift``.

They make pages of templates.
"""

from __future__ import annotations

from typing import Any

from hello.web import RequestHandler


def values(name: str) -> dict[str, Any]:
    """Return the values of the pages."""
    return {
        "name": name,
        "n": 42,
        "half": 0.5,
        "whole": 2.0,
        "large": 1e20,
        "small": 1e-7,
        "yes": True,
        "no": False,
        "nothing": None,
        "empty": [],
        "blank": "",
        "items": ["a", "<&>", "'\""],
        "numbers": [1, 2, 3],
        "person": {"first": "Ada", "last": "<L>"},
        "rows": [{"a": 1, "b": "x", "c": True}, {"a": 2, "b": "<y>"}],
        "nested": [[1, 2], [], [3]],
    }


class RenderHandler(RequestHandler):
    """A file of the folder ``templates/``."""

    def get(self) -> None:
        page = self.get_query_argument("page")
        self.render(page, **values(self.get_query_argument("name", "World")))

    post = get


class HTMLHandler(RequestHandler):
    """A template in the code."""

    def get(self) -> None:
        text = self.get_query_argument("text")
        self.write_html(text, **values(self.get_query_argument("name", "World")))


class PlainHTMLHandler(RequestHandler):
    """HTML without values."""

    def get(self) -> None:
        self.write_html(self.get_query_argument("text"))


ROUTES = [
    (r"/html/file", RenderHandler),
    (r"/html/text", HTMLHandler),
    (r"/html/plain", PlainHTMLHandler),
]
