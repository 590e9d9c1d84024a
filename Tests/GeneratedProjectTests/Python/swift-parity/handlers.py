"""Handlers that are written twice, alike: here, and in ``Swift/parity/Handlers.swift``."""

from __future__ import annotations

import html

from hello.web import HTTPError
from hello.web import RequestHandler as CheckedHandler

OCTETS = "application/octet-stream"


class RequestHandler(CheckedHandler):
    """The base of all of these: their forms need no token."""

    check_csrf = False


class MainHandler(RequestHandler):
    """Text."""

    def get(self) -> None:
        self.write("Hello from handler")


class ItemHandler(RequestHandler):
    """What the path captures, as a number."""

    def get(self, id: str) -> None:
        self.write(f"item {int(id)}")

    def put(self, id: str) -> None:
        self.write(f"put {int(id)}")

    def delete(self, id: str) -> None:
        self.set_status(204)


class PairHandler(RequestHandler):
    """Two captures, as texts."""

    def get(self, first: str, second: str) -> None:
        self.write(f"{first}|{second}")


class FileHandler(RequestHandler):
    """A part of a segment."""

    def get(self, name: str) -> None:
        self.write(f"[{name}]")


class RestHandler(RequestHandler):
    """The rest of the path."""

    def get(self, path: str) -> None:
        self.write(f"<{path}>")


class EchoHandler(RequestHandler):
    """The body, byte for byte."""

    def post(self) -> None:
        self.set_header("Content-Type", OCTETS)
        self.write(self.body)

    def put(self) -> None:
        self.write(f"{len(self.body)}")


class QueryHandler(RequestHandler):
    """The fields of the query string."""

    def get(self) -> None:
        for value in self.get_query_arguments("a"):
            self.write(f"a={value}\n")
        self.write(f"last={self.get_query_argument('a', 'none')}\n")
        self.write(f"b={self.get_query_argument('b')}\n")


class FormHandler(RequestHandler):
    """The fields of a form, which a request of any method can have."""

    def post(self) -> None:
        self.write(f"{self.get_body_argument('name')}\n")
        for value in self.get_body_arguments("colour"):
            self.write(f"{value}\n")
        self.write(f"{self.get_query_argument('q', '-')}")

    get = put = patch = delete = post

    def options(self) -> None:
        self.post()


class JSONHandler(RequestHandler):
    """JSON, in and out."""

    def get(self) -> None:
        self.write(
            {"flag": True, "list": [1, 2], "nothing": None, "text": "ä/\U0001f600"}
        )

    def post(self) -> None:
        data = self.get_json_body()
        self.write({"name": data["name"], "twice": 2 * data["n"]})


class CookieHandler(RequestHandler):
    """Cookies, in and out."""

    def get(self) -> None:
        self.write(f"{self.get_cookie('a', 'none')},{self.get_cookie('b', 'none')}")

    def post(self) -> None:
        self.set_cookie("first", "1")
        self.set_cookie("second", "2", max_age=3600, path="/sub", domain="example.com")
        self.set_cookie("third", "3", secure=True, httponly=False, samesite="None")
        self.set_cookie("fourth", "4", secure=False, samesite="Strict")
        self.set_cookie("first", "one")
        self.set_cookie("first", "other", path="/other")

    def delete(self) -> None:
        self.clear_cookie("first")
        self.clear_cookie("second", path="/sub", domain="example.com")

    def put(self) -> None:
        self.set_cookie(self.get_query_argument("n"), self.get_query_argument("v"))


class RedirectHandler(RequestHandler):
    """Redirects."""

    def get(self) -> None:
        self.redirect(self.get_query_argument("to"))

    def post(self) -> None:
        self.redirect("/after", status=303)

    def put(self) -> None:
        self.redirect("/moved", permanent=True)


class HeadersHandler(RequestHandler):
    """Header fields: order, duplicates, and what is refused."""

    def get(self) -> None:
        self.add_header("X-One", "1")
        self.add_header("X-Two", "2")
        self.add_header("x-one", "again")
        self.set_header("X-Two", "second")
        self.set_header("Content-Type", "text/css")
        self.set_header("X-Latin", "caf\xe9")
        self.write("headers")

    def post(self) -> None:
        name, _, value = self.body.decode("utf-8", "replace").partition(":")
        self.set_header(name, value)
        self.write("set")

    def put(self) -> None:
        self.write(
            f"{self._sent('HTTP_ACCEPT')}|{self._sent('CONTENT_TYPE')}|{self.remote_ip}"
        )

    def _sent(self, name: str) -> str:
        """Return a variable, whose characters are bytes, as text."""
        value: str = self.environ.get(name, "none")
        return value.encode("latin-1").decode("utf-8", "replace")


class StatusHandler(RequestHandler):
    """Every status."""

    def get(self, status: str) -> None:
        self.set_status(int(status))
        self.write("body")


class FailureHandler(RequestHandler):
    """Everything that goes wrong."""

    def get(self, kind: str) -> None:
        self.write("this is discarded")
        self.set_cookie("this", "too")
        if kind == "http":
            raise HTTPError(409)
        if kind == "message":
            raise HTTPError(403, "not for you", {"X-Why": "because"})
        if kind == "unknown":
            raise HTTPError(599)
        if kind == "header":
            raise HTTPError(503, headers={"Retry-After": "a\r\nb"})
        if kind == "error":
            raise KeyError(kind)
        raise HTTPError(404)


class VerbHandler(RequestHandler):
    """Every method."""

    def get(self) -> None:
        self.write("get")

    def head(self) -> None:
        self.set_header("X-Head", "head")

    def post(self) -> None:
        self.write("post")

    def put(self) -> None:
        self.write("put")

    def patch(self) -> None:
        self.write("patch")

    def delete(self) -> None:
        self.write("delete")

    def options(self) -> None:
        self.write("options")


class PageHandler(RequestHandler):
    """HTML."""

    def get(self) -> None:
        name = html.escape(self.get_query_argument("name", ""))
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.write(f"<p title='{name}'>{name} at {html.escape(self.mount)}</p>")


class EmptyHandler(RequestHandler):
    """Nothing at all."""

    def get(self) -> None:
        self.set_status(200)
