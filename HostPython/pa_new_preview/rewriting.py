"""Makes a browser's request one to the site on PythonAnywhere, and the answer one for it.

Only the address differs: ``localhost`` and http here, the site's domain and https there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pa_new_shared import host

_HOP_BY_HOP = {
    *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te"),
    *("trailer", "transfer-encoding", "upgrade", "proxy-connection"),
}
"""Fields that are for one connection: RFC 9110, section 7.6.1."""
_OWN = {"host", "content-length", "x-real-ip", "x-forwarded-for", "x-forwarded-proto"}
"""Fields that the load balancer sets itself."""
_LOCAL = {"origin", "referer"}
_SECURE = re.compile(r";\s*(secure|domain=[^;]*)\s*(?=;|$)", re.IGNORECASE)


def texts(
    place: host.Site,
    method: str,
    target: str,
    fields: Iterable[tuple[str, str]],
    address: str,
) -> dict[str, str]:
    """Return the texts of the WSGI environment (PEP 3333).

    :param fields: the header fields of the browser.
    :param address: the host to which it sent them.
    """
    found = host.request(place, method, target, host.SECURE)
    # No page says how https arrives: an app that asks for it finds it either way.
    found["HTTP_X_FORWARDED_PROTO"] = "https"
    given: dict[str, str] = {}
    for name, value in fields:
        low = name.lower()
        # nginx leaves out names with an underscore: they would look like other names.
        if low in _HOP_BY_HOP or low in _OWN or "_" in name:
            continue
        if low in _LOCAL:
            value = _elsewhere(value, f"http://{address}", f"https://{place.domain}")
        key = low.upper().replace("-", "_")
        key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
        joint = "; " if low == "cookie" else ", "
        given[key] = f"{given[key]}{joint}{value}" if key in given else value
    return {**found, **given}


def headers(
    fields: list[tuple[str, str]], domain: str, address: str
) -> list[tuple[str, str]]:
    """Return the header fields of the app's response for the browser."""
    found = []
    for name, value in fields:
        low = name.lower()
        if low in _HOP_BY_HOP or low == "strict-transport-security":
            continue
        if low == "location":
            for scheme in ("https", "http"):
                value = _elsewhere(value, f"{scheme}://{domain}", f"http://{address}")
        elif low == "set-cookie" and not value.startswith("__"):
            # Some browsers keep a secure cookie of localhost, and some do not.
            value = _SECURE.sub("", value)
        found.append((name, value))
    return found


def _elsewhere(url: str, before: str, after: str) -> str:
    """Return a URL with another beginning, if it begins like that."""
    if url == before or url.startswith((before + "/", before + "?")):
        return after + url[len(before) :]
    return url
