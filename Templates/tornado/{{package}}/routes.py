"""The route table and the WSGI application."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tornado.web

import pa_env

from .handlers import MainHandler, ReportHandler
from .wsgi_adapter import WSGIAdapter

routes = [
    tornado.web.url(r"/", MainHandler, name="main"),
    tornado.web.url(r"/report", ReportHandler, name="report"),
]

settings: dict[str, Any] = {
    # The key of set_signed_cookie and get_signed_cookie: the same in all workers.
    "cookie_secret": pa_env.secret_key(Path(__file__).resolve().parent.parent),
    # Refuse the forms and scripts of other sites that send more than a GET: a browser
    # would send your visitor's cookies along. Tornado 6.5, the newest one for Python 3.9
    # and 3.10, does not know this setting: add "xsrf_cookies": True there.
    "cross_origin_protection": True,
}

# xheaders=True takes the visitor's address from the header X-Real-IP. On PythonAnywhere
# this is safe, because the load balancer always sets this header itself. Remove it on a
# server without a load balancer or proxy: there, a visitor can send a false address.
application = WSGIAdapter(tornado.web.Application(routes, **settings), xheaders=True)
