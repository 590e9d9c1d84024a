"""Which request follows a redirect: browsers and curl agree on these rules."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

MAX_REDIRECTS = 20

_STATUSES = (301, 302, 303, 307, 308)
# What a part of a URL may have, and "%": it is encoded already.
_SAFE = "!#$%&'()*+,/:;=?@[]~"


class Request(NamedTuple):
    """A request of a visit, without its header fields."""

    method: str
    target: str
    is_secure: bool = False
    has_body: bool = False


class Elsewhere(NamedTuple):
    """A redirect to another host."""

    url: str


def following(
    request: Request, host: str, status: str, headers: list[tuple[str, str]]
) -> Request | Elsewhere | None:
    """Return the request that follows a response, None if it is not a redirect.

    :param host: the host of the request, as its field ``Host`` has it.
    :param status: the text of the status, with its number.
    """
    number = int(status[:3])
    location = next((v for n, v in headers if n.lower() == "location"), "")
    if number not in _STATUSES or not location:
        return None
    base = f"{'https' if request.is_secure else 'http'}://{host}{request.target}"
    text = quote(location.strip().encode("latin-1"), safe=_SAFE)
    try:
        url = urljoin(base, text)
        parts = urlsplit(url)
        is_own = parts.scheme in ("http", "https") and _place(url) == _place(base)
    except ValueError:  # such as a port that is no number
        return Elsewhere(text)
    if not is_own:
        return Elsewhere(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    method, has_body = request.method, request.has_body
    is_replaced = method not in ("GET", "HEAD") if number == 303 else method == "POST"
    if number < 307 and is_replaced:
        method, has_body = "GET", False
    return Request(method, target, parts.scheme == "https", has_body)


def _place(url: str) -> tuple[str, int | None]:
    """Return host and port; the usual ones of http and https count as the same."""
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    port = None if parts.port == usual else parts.port
    return (parts.hostname or "").rstrip("."), port
