"""What several modules of odd handlers use."""

from __future__ import annotations

import logging

from tornado.web import RequestHandler

log = logging.getLogger("tornado.test")


class NoAutoFinish(RequestHandler):
    """A handler that has to finish by itself."""

    _auto_finish = property(lambda self: False, lambda self, value: None)
