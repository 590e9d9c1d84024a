"""The session of a visitor, in a signed cookie, and the messages for the next page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from . import signing

if TYPE_CHECKING:
    from .writing import ResponseWriter

COOKIE = "session"
LIFETIME = 14 * 24 * 60 * 60  # seconds

_FLASH = "_flash"
_COVERS_COOKIES = re.compile(r"\*|\bcookie\b", re.IGNORECASE)


def open_session(handler: ResponseWriter) -> dict[str, Any]:
    """Return the session of the visitor. At the end it is kept, if it has changed."""
    if handler._session is None:
        value = signing.unsign(COOKIE, handler.get_cookie(COOKIE) or "", {})
        session: dict[str, Any] = value if isinstance(value, dict) else {}
        before = signing.to_json(session, "the session")
        handler._session = session
        handler._before_sending = (
            *handler._before_sending,
            lambda: _keep(handler, session, before),
        )
    return handler._session


def _keep(handler: ResponseWriter, session: dict[str, Any], before: str) -> None:
    """Send the session to the browser, if it is not as before."""
    vary_by_cookie(handler)
    text = signing.to_json(session, "the session")
    if text == before:
        return
    if session:
        text = signing.sign(COOKIE, text, LIFETIME, "the session")
        handler.set_cookie(COOKIE, text, max_age=LIFETIME)
    else:
        handler.clear_cookie(COOKIE)


def flash(handler: ResponseWriter, message: str) -> None:
    """Keep a message for the next page that shows messages."""
    open_session(handler).setdefault(_FLASH, []).append(message)


def take_flash(handler: ResponseWriter) -> list[str]:
    """Return the messages for the visitor, and forget them."""
    messages: list[str] = open_session(handler).pop(_FLASH, [])
    return messages


def vary_by_cookie(handler: ResponseWriter) -> None:
    """Tell caches that the page is not the same for each visitor."""
    fields = (value for name, value in handler._all_headers() if name.lower() == "vary")
    if not any(_COVERS_COOKIES.search(value) for value in fields):
        handler.add_header("Vary", "Cookie")
