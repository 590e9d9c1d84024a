"""The session: what the app knows of a visitor, in a signed cookie.

A visitor can read the cookie, but cannot change it: a signature needs the secret key of
the app. The contents are JSON. Bottle's own signed cookies are pickles, with which the
key would also allow to run code, so this app does not use them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from pathlib import Path

import pa_env
from bottle import abort, request, response

PROJECT = Path(__file__).resolve().parent.parent
COOKIE = "session"
LIFETIME = 14 * 24 * 60 * 60  # seconds


def load() -> dict[str, str]:
    """Return the session of this request: empty if there is none that is valid."""
    return unsign(request.get_cookie(COOKIE, ""))


def save(session: dict[str, str]) -> None:
    """Send the session to the browser, which keeps it for two weeks."""
    response.set_cookie(
        COOKIE,
        sign(session),
        path=request.script_name,
        max_age=LIFETIME,
        httponly=True,
        samesite="lax",
        secure=request["wsgi.url_scheme"] == "https",
    )


def sign(session: dict[str, str]) -> str:
    """Return a session as the text of a cookie, with its end and a signature."""
    contents = json.dumps([time.time() + LIFETIME, session])
    text = base64.urlsafe_b64encode(contents.encode()).decode()
    return f"{text}.{_signature(text)}"


def unsign(cookie: str) -> dict[str, str]:
    """Return the session in a cookie: empty if it is forged or has ended."""
    text, _, signature = cookie.partition(".")
    # This comparison takes the same time for every wrong signature.
    if not hmac.compare_digest(_signature(text).encode(), signature.encode()):
        return {}
    end, session = json.loads(base64.urlsafe_b64decode(text))
    return dict(session) if time.time() < end else {}


def token(session: dict[str, str]) -> str:
    """Return the token of the visitor's forms, and keep it in the session.

    Each form sends it back. Other sites cannot read it, so a form that they make the
    visitor's browser send has none.
    """
    if "token" not in session:
        session["token"] = secrets.token_urlsafe()
        save(session)
    return session["token"]


def check_token(session: dict[str, str]) -> None:
    """Refuse a form that does not come from a page of this app."""
    sent = request.forms.getunicode("token", "")
    expected = session.get("token", "")
    if not expected or not hmac.compare_digest(sent.encode(), expected.encode()):
        abort(403, "This form is too old: go back, reload the page, and send it again.")


def _signature(text: str) -> str:
    """Return the signature of a text; it is for sessions only, like no other."""
    key = pa_env.secret_key(PROJECT).encode()
    return hmac.new(key, b"session:" + text.encode(), hashlib.sha256).hexdigest()
