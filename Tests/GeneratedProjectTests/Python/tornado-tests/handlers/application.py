"""The application with all sane handlers, which both are asked for."""

from __future__ import annotations

import atexit
import logging
import os
import tempfile

import tornado.routing
import tornado.web
from tornado.web import RequestHandler

from .answers import (
    Async,
    Callback,
    Coroutine,
    Echo,
    Executor,
    Flushes,
    FlushSync,
    Gather,
    Hello,
    HelloHead,
    Json,
    LateCallback,
    Length,
    Nothing,
    Prepared,
    Rendered,
)
from .delegates import AsyncDelegate, BrokenDelegate, PlainDelegate, plain_callable
from .errors import (
    AsyncUncaught,
    Cancelled,
    FinishException,
    FinishTwice,
    FlushThenFail,
    Initialize,
    OnFinishFails,
    SendError,
    Uncaught,
    WorkAfterFinish,
    WriteError,
    WriteErrorFails,
)
from .requests import Argument, Authenticated, Reverse, Slashes, Socket, Streamed, Xsrf
from .status_and_headers import (
    SECRET,
    BadLength,
    Cookies,
    FlushedWhole,
    FlushLength,
    HeaderForced,
    HeaderValue,
    HopByHop,
    Redirect,
    Signed,
    Status,
    StatusBody,
)


class Default(RequestHandler):
    def prepare(self):
        self.set_status(404)
        self.finish("default handler")


def log_function(handler):
    logging.getLogger("tornado.test").info(
        "log_function %s %s", handler.get_status(), handler.request.uri
    )


STATIC = tempfile.TemporaryDirectory()
for _name, _data in (("a.txt", b"0123456789"), ("big.bin", bytes(range(256)) * 1024)):
    with open(os.path.join(STATIC.name, _name), "wb") as _file:
        _file.write(_data)
os.mkdir(os.path.join(STATIC.name, "folder"))
with open(os.path.join(STATIC.name, "folder", "index.html"), "wb") as _file:
    _file.write(b"<p>index")
atexit.register(STATIC.cleanup)

SIMPLE = (
    [Hello, HelloHead, Nothing, Json, Async, Coroutine, Gather, Callback, Executor]
    + [LateCallback, Prepared, Length, Cookies, Signed, Status, StatusBody, Redirect]
    + [SendError, WriteError, WriteErrorFails, Uncaught, AsyncUncaught, Cancelled]
    + [FinishException, FinishTwice, WorkAfterFinish, Initialize, OnFinishFails]
    + [
        Flushes,
        FlushSync,
        FlushLength,
        FlushedWhole,
        BadLength,
        FlushThenFail,
        HeaderValue,
    ]
    + [HeaderForced, HopByHop, Argument, Rendered, Authenticated, Slashes, Reverse]
    + [Streamed, Socket]
)
if tornado.version_info < (6, 6):
    SIMPLE.remove(Cancelled)  # never answered by the old version


def make_application() -> tornado.routing.Router:
    application = tornado.web.Application(
        [(f"/{h.__name__}", h) for h in SIMPLE]
        + [
            (r"/echo", Echo),
            tornado.web.url(r"/echo/([^/]+)/(.*)", Echo, name="echo"),
            (r"/named/(?P<first>[^/]+)", Echo),
            (r"/files/(.*)", tornado.web.StaticFileHandler, {"path": STATIC.name}),
            (
                r"/site/(.*)",
                tornado.web.StaticFileHandler,
                {"path": STATIC.name, "default_filename": "index.html"},
            ),
            (r"/redirected/(.*)", tornado.web.RedirectHandler, {"url": "/echo/{0}"}),
            (r"/error", tornado.web.ErrorHandler, {"status_code": 409}),
            (r"/fallback.*", tornado.web.FallbackHandler, {"fallback": plain_callable}),
        ],
        cookie_secret=SECRET,
        static_path=STATIC.name,
    )
    application.add_handlers(r"special\.example", [(r"/", Echo)])
    strict = tornado.web.Application([("/strict/x", Xsrf)], xsrf_cookies=True)
    zipped = tornado.web.Application(
        [("/zip/json", Json), ("/zip/hello", Hello), ("/zip/flushes", Flushes)]
        + [("/zip/files/(.*)", tornado.web.StaticFileHandler, {"path": STATIC.name})],
        compress_response=True,
    )
    logged = tornado.web.Application(
        [("/logged/a", Hello)],
        log_function=log_function,
        default_handler_class=Default,
    )
    shown = tornado.web.Application([("/shown/a", Uncaught)], serve_traceback=False)
    nested = tornado.routing.RuleRouter(
        [("/nested/deep/callable", plain_callable), ("/nested/deep/app", logged)]
    )
    return tornado.routing.RuleRouter(
        [
            (r"/strict/.*", strict),
            (r"/zip/.*", zipped),
            (r"/logged/.*", logged),
            (r"/shown/.*", shown),
            (r"/delegate/plain", PlainDelegate()),
            (r"/delegate/async", AsyncDelegate()),
            (r"/delegate/broken", BrokenDelegate()),
            (r"/nested/.*", nested),
            (tornado.routing.PathMatches(r"/hole.*"), tornado.routing.RuleRouter([])),
            (tornado.routing.HostMatches(r"norules\.example"), nested),
            (r".*", application),
        ]
    )
