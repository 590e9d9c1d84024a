"""The route table, and the WSGI application made from it."""

from __future__ import annotations

import tornado.web

from .handlers import MainHandler, ReportHandler
from .wsgi_adapter import WSGIAdapter

routes = [
    tornado.web.url(r"/", MainHandler, name="main"),
    tornado.web.url(r"/report", ReportHandler, name="report"),
]

# On the host every request comes through its load balancer, which alone sets X-Real-IP:
# so it can be believed to be the client's address. On a server that anyone can reach
# directly anyone can send that header too: leave xheaders out there.
application = WSGIAdapter(tornado.web.Application(routes), xheaders=True)
