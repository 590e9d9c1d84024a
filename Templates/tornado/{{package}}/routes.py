"""The route table and the WSGI application."""

from __future__ import annotations

import tornado.web

from .handlers import MainHandler, ReportHandler
from .wsgi_adapter import WSGIAdapter

routes = [
    tornado.web.url(r"/", MainHandler, name="main"),
    tornado.web.url(r"/report", ReportHandler, name="report"),
]

# xheaders=True takes the visitor's address from the header X-Real-IP. On PythonAnywhere
# this is safe, because the load balancer always sets this header itself. Remove it on a
# server without a load balancer or proxy: there, a visitor can send a false address.
application = WSGIAdapter(tornado.web.Application(routes), xheaders=True)
