"""Request handlers: one class per page."""

from __future__ import annotations

import asyncio
from typing import Any

from tornado.web import RequestHandler


class BaseHandler(RequestHandler):
    """What the handlers of this application share."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Send the error page; 405 also tells which methods are allowed."""
        if status_code == 405:
            allowed = [
                name
                for name in self.SUPPORTED_METHODS
                if getattr(type(self), name.lower())
                is not getattr(RequestHandler, name.lower())
            ]
            self.set_header("Allow", ", ".join(allowed))
        super().write_error(status_code, **kwargs)


class MainHandler(BaseHandler):
    """The front page."""

    def get(self) -> None:
        """Answer with a greeting."""
        self.write("Hello from Tornado")

    head = get


class ReportHandler(BaseHandler):
    """A page that waits for several slow things at the same time."""

    async def get(self) -> None:
        """Answer when both parts are there: the two waits overlap."""
        news, weather = await asyncio.gather(look_up("news"), look_up("weather"))
        self.write({"news": news, "weather": weather})

    head = get


async def look_up(topic: str) -> str:
    """Stand in for something slow, such as a request to another site."""
    await asyncio.sleep(0.05)
    return f"nothing new about {topic}"
