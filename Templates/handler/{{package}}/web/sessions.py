"""The session of a visitor, and the signed cookies that keep it and other values.

Visitors can read a signed cookie, but not change it. Its text has three parts, with a dot
between them: the value as JSON in base64url, the Unix time at which it expires, and the
signature in base64url. It is the same in an app with handlers in Swift.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pa_env

from .project import FOLDER

if TYPE_CHECKING:
    from .writing import ResponseWriter

COOKIE = "session"
LIFETIME = 14 * 24 * 60 * 60  # seconds
MAX_SIZE = 4000  # characters of a cookie that we make: browsers keep 4096 of each
MAX_READ = 4096  # characters of a cookie that we look at

_FLASH = "_flash"
_MIN_MESSAGE = 200  # Longer messages are shortened if the session is too large.
_COVERS_COOKIES = re.compile(r"\*|\bcookie\b", re.IGNORECASE)
_SIGNED = re.compile(r"([A-Za-z0-9_-]*)\.([0-9]{1,18})\.([A-Za-z0-9_-]{43})")


def _refuse(value: object) -> None:
    """Refuse a value that JSON does not have."""
    raise TypeError(
        f"it cannot have a value of the type {type(value).__name__}, but text, numbers,"
        " True, False, None, lists and dicts"
    )


_encode_json = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_refuse
).encode


def open_session(handler: ResponseWriter) -> dict[str, Any]:
    """Return the session of the visitor. At the end it is kept, if it has changed."""
    if handler._session is None:
        value = unsign(COOKIE, handler.get_cookie(COOKIE) or "", {})
        session: dict[str, Any] = value if isinstance(value, dict) else {}
        before = to_json(session, "the session")
        handler._session = session
        handler._before_sending = (
            *handler._before_sending,
            lambda: _keep(handler, session, before),
        )
    return handler._session


def _keep(handler: ResponseWriter, session: dict[str, Any], before: str) -> None:
    """Send the session to the browser, if it is not as before."""
    vary_by_cookie(handler)
    try:
        text = to_json(session, "the session")
    except (TypeError, ValueError) as error:
        raise _at_its_line(error, handler, session) from None
    if text == before:
        return
    if not session:
        handler.clear_cookie(COOKIE)
        return
    try:
        cookie = _signed(session)
    except ValueError as error:
        raise _at_its_largest(error, handler, session) from None
    handler.set_cookie(COOKIE, cookie, max_age=LIFETIME)


def _signed(session: dict[str, Any]) -> str:
    """Return the text of the session's cookie.

    Messages can have text from visitors. If they are too large, they are shortened.
    """
    while True:
        text = to_json(session, "the session")
        try:
            return sign(COOKIE, text, LIFETIME, "the session")
        except ValueError:
            messages = session.get(_FLASH)
            if not messages:
                raise
            longest = max(messages, key=len)
            if len(longest) > _MIN_MESSAGE:
                half = longest[: len(longest) // 2] + "…"
                messages[messages.index(longest)] = half
            else:
                del messages[0]


def _at_its_line(error: Exception, handler: Any, session: dict[str, Any]) -> Exception:
    """Return an error with the line that put the value into the session, if it is known."""
    from .mistakes import place_of_session

    for key, value in session.items():
        try:
            to_json({key: value}, f"self.session[{key!r}]")
        except (TypeError, ValueError) as wrong:
            return place_of_session(wrong, handler._action(handler.method), key)
    return error


def _at_its_largest(
    error: Exception, handler: Any, session: dict[str, Any]
) -> Exception:
    """Return the error of a session that is too large, with the line of the most in it."""
    from .mistakes import place_of_session

    sizes = {key: len(to_json(value, key)) for key, value in session.items()}
    key = max(sizes, key=lambda name: sizes[name])
    wrong = ValueError(f"{error} (the largest value is self.session[{key!r}])")
    return place_of_session(wrong, handler._action(handler.method), key)


def flash(handler: ResponseWriter, message: str) -> None:
    """Keep a message for the next page that shows messages."""
    if not isinstance(message, str):
        from .hints import wrong_type

        raise wrong_type("self.flash", "text", message)
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


def keys() -> list[str]:
    """Return the keys of the app: the first one signs, and all are good for reading.

    They are the app's secret key, and those that the setting ``SECRET_KEY_FALLBACKS``
    has, separated by commas: put an old key there, so that its cookies stay valid.
    """
    secret = os.environ.get("SECRET_KEY", "")
    return list(_keys(secret, os.environ.get("SECRET_KEY_FALLBACKS", "")))


@lru_cache(maxsize=1)
def _keys(secret: str, fallbacks: str) -> tuple[str, ...]:
    """Return the keys, which are checked or read once a worker.

    :param secret: the setting that :func:`pa_env.secret_key` uses.
    :param fallbacks: the setting with other keys.
    """
    others = [key.strip() for key in fallbacks.split(",") if key.strip()]
    for key in others:
        pa_env.expect_long_key("SECRET_KEY_FALLBACKS", key)
    return (pa_env.secret_key(FOLDER), *others)


def to_json(value: Any, place: str) -> str:
    """Return a value as compact JSON.

    :param place: where the value is to be kept, for the message of an error.
    :raises TypeError: if JSON has no such value.
    :raises ValueError: if it contains itself, or a number that JSON does not have.
    """
    try:
        text = _encode_json(value)
        _check_keys(value)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{place} is kept as JSON: {error}") from None
    return text


def _check_keys(value: Any) -> None:
    """Refuse keys that JSON would change: 5 would become "5"."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"its keys are texts, so use {str(key)!r}, not {key!r}")
            _check_keys(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check_keys(item)


def sign(name: str, json_text: str, max_age: int, place: str) -> str:
    """Return the text of a cookie.

    :param name: the name of the cookie: under another name, the text is not valid.
    :param json_text: the value, as JSON.
    :param max_age: how many seconds it is valid.
    :param place: what it is, for the message of an error.
    :raises ValueError: if browsers would not keep such a large cookie.
    """
    payload = _encode(json_text.encode("utf-8", "replace"))
    expires = str(int(time.time()) + max_age)
    text = f"{payload}.{expires}.{_signature(name, payload, expires, keys()[0])}"
    size = len(f"{name}={text}")
    if size > MAX_SIZE:
        raise ValueError(
            f"{place} has {size} characters, and browsers keep {MAX_SIZE}: keep the data"
            " in a database, and only its key in the cookie"
        )
    return text


def unsign(name: str, text: str, default: Any) -> Any:
    """Return the value in the text of a cookie, or a default if the text is not valid."""
    match = _SIGNED.fullmatch(text) if len(text) <= MAX_READ else None
    if not match or int(time.time()) >= int(match[2]):
        return default
    payload, expires, signature = match.groups()
    expected = (_signature(name, payload, expires, key) for key in keys())
    # This comparison takes the same time for every wrong signature.
    if not any(hmac.compare_digest(signature, right) for right in expected):
        return default
    try:
        return json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, RecursionError):
        return default


def _signature(name: str, payload: str, expires: str, key: str) -> str:
    message = f"pa-new signed cookie\0{name}\0{expires}\0{payload}"
    secret = key.encode("utf-8", "surrogateescape")
    return _encode(hmac.new(secret, message.encode(), hashlib.sha256).digest())


def _encode(data: bytes) -> str:
    """Return bytes in base64url, without the padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")
