"""Asks a server what a visitor asks, and compares the answers of two servers."""

from __future__ import annotations

import difflib
import http.client
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from public_apps.model import Ask

TYPES = ("text/css", "text/html", "text/javascript", "image/png", "image/svg+xml")
HEADERS = ("content-type", "location", "allow", "www-authenticate")
# Values that frameworks make anew for each visitor.
_TOKEN = re.compile(
    r'(name="(?:csrf\w*|_csrf\w*|_xsrf|__RequestToken)"[^>]*value=")[^"]*'
)
_TOKEN_FIRST = re.compile(r'(value=")[^"]*("[^>]*name="(?:csrf\w*|_xsrf)")')


@dataclass(frozen=True)
class Answer:
    """What a visitor gets, without what has to differ between two servers."""

    title: str
    kind: str
    status: int
    headers: dict[str, str]
    body: str

    def as_data(self) -> dict[str, object]:
        return dict(vars(self))


class Visitor:
    """A visitor with cookies, of one server."""

    def __init__(self, address: tuple[str, int], host: str) -> None:
        self._address = address
        self._host = host
        self._cookies: dict[str, str] = {}

    def ask(self, ask: Ask) -> Answer:
        """Send a request, after the page with its form if that has a token."""
        fields = dict(ask.form) if ask.form is not None else None
        if ask.token:
            assert fields is not None
            _, _, page = self._send("GET", ask.page or ask.path, None, "")
            fields[ask.token] = _field(page.decode("utf-8", "replace"), ask.token)
        if ask.json:
            sent: bytes | None = ask.json.encode()
            kind = "application/json"
        else:
            sent = None if fields is None else urlencode(fields).encode()
            kind = "application/x-www-form-urlencoded"
        method = "GET" if sent is None else "POST"
        status, headers, body = self._send(method, ask.path, sent, kind)
        return Answer(
            ask.title,
            ask.kind,
            status,
            self._comparable(headers, ask),
            self._normal(body.decode("utf-8", "surrogateescape"), ask),
        )

    def _send(
        self, method: str, path: str, body: bytes | None, kind: str
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        headers = {"Host": self._host, "User-Agent": "pa-new", "Accept": "*/*"}
        if self._cookies:
            pairs = (f"{name}={value}" for name, value in self._cookies.items())
            headers["Cookie"] = "; ".join(pairs)
        if body is not None:
            headers["Content-Type"] = kind
            headers["Referer"] = f"http://{self._host}{path}"
        connection = http.client.HTTPConnection(*self._address, timeout=60)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        fields = response.getheaders()
        for name, value in fields:
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key.strip()] = rest.partition(";")[0]
        return response.status, fields, content

    def _comparable(self, fields: list[tuple[str, str]], ask: Ask) -> dict[str, str]:
        found = {name.lower(): value for name, value in fields}
        kept = {name: found[name] for name in HEADERS if name in found}
        if "location" in kept:
            kept["location"] = self._normal(_path(kept["location"], self._host), ask)
        if ask.is_file:
            # A web server tells no charset of what it serves, an app often does; and of
            # icons and sources, each has another type.
            kind = kept.get("content-type", "").partition(";")[0]
            return {"content-type": kind if kind in TYPES else "another"}
        if "content-type" in kept:
            kept["content-type"] = kept["content-type"].replace("; ", ";").lower()
        if "allow" in kept:
            kept["allow"] = " ".join(sorted(kept["allow"].replace(",", " ").split()))
        cookies = {v.partition("=")[0] for n, v in fields if n.lower() == "set-cookie"}
        return {**kept, "cookies": " ".join(sorted(cookies))}

    def _normal(self, text: str, ask: Ask) -> str:
        if ask.is_file:
            return text
        text = text.replace(self._host, "HOST")
        text = _TOKEN.sub(r"\1TOKEN", _TOKEN_FIRST.sub(r"\1TOKEN\2", text))
        for pattern in ask.varying:
            text = re.sub(pattern, "", text, flags=re.DOTALL)
        return text


def _path(location: str, host: str) -> str:
    """Return a redirect without the server, which may or may not be in it."""
    parts = urlsplit(location)
    if parts.netloc and parts.netloc != host:
        return location
    return parts._replace(scheme="", netloc="").geturl()


def _field(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    for tag in re.findall(r"<input[^>]*>", page):
        if re.search(rf'name=["\']{re.escape(name)}["\']', tag):
            value = re.search(r'value=["\']([^"\']*)["\']', tag)
            return value[1] if value else ""
    raise LookupError(f"there is no field {name} in the page:\n{page[:2000]}")


def differences(expected: Sequence[Answer], found: Sequence[Answer]) -> list[str]:
    """Return how answers differ from those of the development server."""
    lines = []
    for one, other in zip(expected, found, strict=True):
        if one.status != other.status:
            lines.append(f"{one.title}: status {one.status}, here {other.status}")
        for name in sorted({*one.headers, *other.headers}):
            before, after = one.headers.get(name), other.headers.get(name)
            if before != after:
                lines.append(f"{one.title}: {name} {before!r}, here {after!r}")
        if one.body != other.body:
            rows = difflib.unified_diff(
                one.body.splitlines(), other.body.splitlines(), lineterm="", n=0
            )
            shown = "\n    ".join(row[:300] for row in list(rows)[2:14])
            lines.append(f"{one.title}: another body\n    {shown}")
    return lines
