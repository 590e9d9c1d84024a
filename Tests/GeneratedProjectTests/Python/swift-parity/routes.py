"""The route table of the handlers that are written twice."""

from __future__ import annotations

import handlers
import html_handlers
import site_handlers
import visitor_handlers
from hello.web import Application

routes = [
    (r"/", handlers.MainHandler),
    (r"/items/(\d+)", handlers.ItemHandler),
    (r"/pairs/([^/]+)/to/([^/]+)", handlers.PairHandler),
    (r"/pages/([^/]+)\.html", handlers.FileHandler),
    (r"/rest/(.*)", handlers.RestHandler),
    (r"/echo", handlers.EchoHandler),
    (r"/query", handlers.QueryHandler),
    (r"/form", handlers.FormHandler),
    (r"/json", handlers.JSONHandler),
    (r"/cookies", handlers.CookieHandler),
    (r"/redirect", handlers.RedirectHandler),
    (r"/headers", handlers.HeadersHandler),
    (r"/status/(\d+)", handlers.StatusHandler),
    (r"/failures/([^/]+)", handlers.FailureHandler),
    (r"/verbs", handlers.VerbHandler),
    (r"/page", handlers.PageHandler),
    (r"/empty", handlers.EmptyHandler),
    (r"/grüße", handlers.MainHandler),
    (r"/slash/", handlers.MainHandler),
    *site_handlers.ROUTES,
    *html_handlers.ROUTES,
    (r"/upload", visitor_handlers.UploadHandler),
    (r"/token", visitor_handlers.TokenHandler),
    (r"/signed", visitor_handlers.SignedHandler),
    (r"/session", visitor_handlers.SessionHandler),
]

application = Application(routes, max_body_size=60 * 1024 * 1024)
small = Application(routes, max_body_size=1000)
