"""Handlers that are written twice, alike: here, and in ``Swift/parity/SiteHandlers.swift``.

They send files, streams, dates, URLs, and what a client need not get again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import handlers
from hello.web import HTTPError, RequestHandler
from hello.web.conditional import http_date

EPOCH = datetime(1970, 1, 1, tzinfo=timezone(timedelta(0)))


class SendHandler(RequestHandler):
    """A file, whole or a part of it."""

    def get(self) -> None:
        self.send_file(
            self.get_query_argument("path"),
            folder=self.get_query_argument("folder", "") or None,
            download_name=self.get_query_argument("name", ""),
            content_type=self.get_query_argument("type", ""),
        )

    post = get


class StreamHandler(RequestHandler):
    """A body in pieces, which can fail."""

    def get(self) -> None:
        self.stream(self._pieces(int(self.get_query_argument("fails"))))

    def _pieces(self, failing: int) -> Iterator[str]:
        for number in range(1, 5):
            if number == failing:
                raise KeyError(number)
            if number < 4:
                yield f"piece {number}\n"


class VersionHandler(RequestHandler):
    """A page with a version."""

    def get(self) -> None:
        tag = self.get_query_argument("tag", None)
        changed = self.get_query_argument("changed", "")
        if tag is not None:
            self.set_etag(tag)
        if changed:
            self.set_last_modified(EPOCH + timedelta(seconds=float(changed)))
        self.set_status(int(self.get_query_argument("status", "200")))
        self.set_header("X-Same", "yes" if self.is_not_modified() else "no")
        self.set_cookie("seen", "1")
        self.write("the page")

    post = get


class DateHandler(RequestHandler):
    """Dates in JSON."""

    def get(self) -> None:
        date = EPOCH + timedelta(microseconds=int(self.get_query_argument("at")))
        self.write([date])
        self.set_header("X-Date", http_date(date))


class StaticHandler(RequestHandler):
    """The URL of a static file."""

    def get(self) -> None:
        self.write(self.static_url(self.get_query_argument("path")))


class URLHandler(RequestHandler):
    """The path of a route."""

    def get(self) -> None:
        name = self.get_query_argument("name")
        self.write(self.reverse_url(name, *self.get_query_arguments("v")))


class NextHandler(RequestHandler):
    """A redirect whose status depends on the method."""

    def get(self) -> None:
        self.redirect("/next?a=ä")

    post = put = delete = get


class PreparedHandler(RequestHandler):
    """What runs before the methods."""

    def prepare(self) -> None:
        action = self.get_query_argument("do", "")
        if action == "redirect":
            self.redirect("/login")
        elif action == "error":
            raise HTTPError(403, "not you")
        elif action == "fail":
            raise KeyError(action)
        elif action == "finish":
            self.finish("finished early")

    def get(self) -> None:
        self.write("the method ran")

    post = get


ROUTES = [
    (r"/site/file", SendHandler),
    (r"/site/stream", StreamHandler),
    (r"/site/version", VersionHandler),
    (r"/site/date", DateHandler),
    (r"/site/static", StaticHandler),
    (r"/site/url", URLHandler),
    (r"/site/next", NextHandler),
    (r"/site/prepared", PreparedHandler),
    (r"/site/items/(\d+)", handlers.ItemHandler, "item"),
    (r"/site/pairs/([^/]+)/([^/]+)\.html", handlers.PairHandler, "pair"),
    (r"/site/all/(.*)", handlers.RestHandler, "rest"),
    (r"/site/([^/]+)", handlers.RestHandler, "page"),
]
