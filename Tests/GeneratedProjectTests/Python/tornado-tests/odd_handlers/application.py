"""The application with all odd handlers, which both are asked for."""

from __future__ import annotations

import atexit
import os
import tempfile

import tornado.routing
import tornado.web
import tornado.wsgi
from tornado.web import RequestHandler

from . import (
    after_the_end,
    answer_bodies,
    coroutines,
    left_behind,
    methods,
    request_data,
    status_and_headers,
    uploads,
)
from .delegates import EarlyDelegate, FailingDelegate, HandedOver, wsgi_application
from .methods import OnlyGet, WantsArguments
from .request_data import Arguments, Entry
from .status_and_headers import RaiseOther
from .uploads import Upload

MODULES = (
    after_the_end,
    methods,
    coroutines,
    left_behind,
    status_and_headers,
    answer_bodies,
    request_data,
    uploads,
)

# Every handler that one of the modules defines; what it imports is the base of others.
ODD: list[type[RequestHandler]] = [
    value
    for module in MODULES
    for value in vars(module).values()
    if isinstance(value, type)
    and issubclass(value, RequestHandler)
    and value.__module__ == module.__name__
]

TEMPLATES = tempfile.TemporaryDirectory()
atexit.register(TEMPLATES.cleanup)
for _name, _text in (
    (
        "page.html",
        """<html><head></head><body>{% for n in names %}{% module Entry(n) %}{% end %}
        {{ 1 / 0 if fail else '' }}{{ handler.request.path }}</body></html>""",
    ),
    ("entry.js", ""),
    ("part.html", "{{ word }} {% raw '<' %} {{ extra }}"),
):
    with open(os.path.join(TEMPLATES.name, _name), "w") as _file:
        _file.write(_text)


def make_odd_application():
    routes = [(f"/{h.__name__}", h) for h in ODD]
    application = tornado.web.Application(
        [
            *routes,
            (r"/WantsArguments/(.*)/(.*)", WantsArguments),
            (r"/named/(?P<needed>[^/]*)", WantsArguments),
            (r"/module", "odd_handlers.methods.OnlyGet"),
            (r"/wsgi.*", tornado.web.FallbackHandler, {
                "fallback": tornado.wsgi.WSGIContainer(wsgi_application)}),
            (r"/redirect/(.*)", tornado.web.RedirectHandler,
             {"url": "/x/{0}", "permanent": False}),
            (r"/wrong", OnlyGet, {"unexpected": 1}),
        ],
        cookie_secret="a secret for signing cookies",
        template_path=TEMPLATES.name,
        ui_modules={"Entry": Entry},
        static_path=TEMPLATES.name,
        login_url="/login",
        default_host="default.example",
        default_handler_class=tornado.web.ErrorHandler,
        default_handler_args={"status_code": 410},
        serve_traceback=False,
    )  # fmt: skip
    application.add_handlers(r"default\.example", [("/host", OnlyGet)])
    zipped = tornado.web.Application(
        [(f"/zip/{h.__name__}", h) for h in ODD], compress_response=True
    )
    shown = tornado.web.Application(
        [("/shown/RaiseOther", RaiseOther)], serve_traceback=True
    )
    strict = tornado.web.Application(
        [("/strict/Arguments", Arguments), ("/strict/Upload", Upload)],
        xsrf_cookies=True,
        xsrf_cookie_version=1,
        xsrf_cookie_kwargs={"httponly": True},
    )
    return tornado.routing.RuleRouter(
        [
            (r"/zip/.*", zipped),
            (r"/shown/.*", shown),
            (r"/strict/.*", strict),
            (r"/over/.*", HandedOver(tornado.web.Application(
                [(f"/over/{h.__name__}", h) for h in ODD]))),
            (r"/early", EarlyDelegate()),
            (r"/failing", FailingDelegate()),
            (r".*", application),
        ]
    )  # fmt: skip
