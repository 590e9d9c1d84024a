"""The route table and the application."""

from __future__ import annotations

from .handlers import MainHandler
from .web import Application

routes = [(r"/", MainHandler)]

application = Application(routes)
