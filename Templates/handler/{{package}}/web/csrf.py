"""Protects your visitors from forms on other sites, which act in their name (CSRF).

A visitor's browser keeps a secret in a cookie, and each form of yours sends it, too, as a
token. Another site can make the browser send a form, and the cookie with it, but it
cannot read the cookie, so it does not know the token.
"""

from __future__ import annotations

import hmac
import re
import secrets
from typing import TYPE_CHECKING

from .errors import HTTPError, log
from .reading import FORM, FORM_WITH_FILES, media_type
from .sessions import vary_by_cookie

if TYPE_CHECKING:
    from .writing import ResponseWriter

# The types of body that a page of another site can send without asking this one first.
# Without a body, there need not be a type.
_CHECKED_TYPES = (FORM, FORM_WITH_FILES, "text/plain", "")
_NAME = "_csrf"  # of the cookie, and of the field

_REFUSED = "the form's token is missing or wrong"
_FOR_VISITORS = "allow cookies, open the page again, and send the form again"
_FOR_YOU = "put {{{csrf_field}}} into the form, and allow cookies"
_SECRET = re.compile(r"[0-9a-f]{32}")
_TOKEN = re.compile(r"[0-9a-f]{64}")


def new_token(handler: ResponseWriter) -> str:
    """Return a token for a form on the page that a handler writes.

    It is the secret, in another form each time. If it were the same text on each page,
    the length of a compressed response could betray it (BREACH).
    """
    if not handler._csrf_secret:
        cookie = handler.get_cookie(_NAME) or ""
        handler._csrf_secret = secret = (
            cookie if _SECRET.fullmatch(cookie) else secrets.token_hex(16)
        )
        handler._before_sending = (
            lambda: _keep(handler, secret, cookie),
            *handler._before_sending,
        )
    mask = secrets.token_hex(16)
    return mask + _combined(mask, handler._csrf_secret)


def _keep(handler: ResponseWriter, secret: str, cookie: str) -> None:
    """Send a new secret to the browser, which keeps it until it is closed."""
    vary_by_cookie(handler)
    if secret != cookie:
        handler.set_cookie(_NAME, secret)


def check(handler: ResponseWriter) -> None:
    """Refuse a form whose token does not fit the visitor's cookie."""
    if media_type(handler.environ) not in _CHECKED_TYPES:
        return
    header = str(handler.environ.get("HTTP_X_CSRF_TOKEN", ""))
    token = header or handler.get_body_argument(_NAME, "")
    cookie = handler.get_cookie(_NAME) or ""
    is_right = (
        _SECRET.fullmatch(cookie)
        and _TOKEN.fullmatch(token)
        # This comparison takes the same time for every wrong token.
        and hmac.compare_digest(_combined(token[:32], token[32:]), cookie)
    )
    if not is_right:
        from .project import is_preview

        if is_preview():
            log(handler.environ, f"{_REFUSED}: {_FOR_YOU}")
            raise HTTPError(403, f"{_REFUSED}: {_FOR_YOU}")
        error = HTTPError(403, f"{_REFUSED}: {_FOR_VISITORS}")
        error.details = lambda: _FOR_YOU
        raise error


def _combined(first: str, second: str) -> str:
    """Return the exclusive or of two texts of 32 hexadecimal digits."""
    return f"{int(first, 16) ^ int(second, 16):032x}"
