"""Signs the values of cookies, so that visitors can read them, but not change them.

The text of a signed cookie has three parts, with a dot between them: the value as JSON in
base64url, the Unix time at which it expires, and the signature in base64url. It is the
same in an app with handlers in Swift.
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
from typing import Any

import pa_env

from .project import FOLDER

MAX_SIZE = 4000  # characters of a cookie that we make: browsers keep 4096 of each
MAX_READ = 4096  # characters of a cookie that we look at

_COOKIE = re.compile(r"([A-Za-z0-9_-]*)\.([0-9]{1,18})\.([A-Za-z0-9_-]{43})")

_encode_json = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":")
).encode


def keys() -> list[str]:
    """Return the keys of the app: the first one signs, and all are good for reading.

    They are the app's secret key, and those that the setting ``SECRET_KEY_FALLBACKS``
    has, separated by commas: put an old key there, so that its cookies stay valid.
    """
    secret = os.environ.get("SECRET_KEY", "")
    return list(_keys(secret, os.environ.get("SECRET_KEY_FALLBACKS", "")))


@lru_cache(maxsize=1)
def _keys(secret: str, fallbacks: str) -> tuple[str, ...]:
    """Return the keys; without a secret, read it from its file, once a worker."""
    others = (key.strip() for key in fallbacks.split(","))
    return (secret or pa_env.secret_key(FOLDER), *(key for key in others if key))


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
    match = _COOKIE.fullmatch(text) if len(text) <= MAX_READ else None
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
