"""Makes requests to the API: one at a time, within its limits, with retries."""

from __future__ import annotations

import functools
import http.client
import json
import secrets
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.message import Message
from typing import Any, Protocol

from pa_new_deploy.problems import Redirected, Refused, Unexpected, Unreachable
from pa_new_deploy.region import Region
from pa_new_deploy.throttle import Clock, Throttle

TRIES = 5
TIMEOUT = 60.0  # seconds; a reload waits up to 20 for the app
# Bytes in a second: a slow line needs more time for a large file.
SLOWEST_UPLOAD = 25_000
MAX_WAIT = 90.0
MAX_JSON = 4_000_000


@dataclass(frozen=True)
class Response:
    """A response of the host."""

    status: int
    body: bytes = b""
    value: Any = None
    """The value of the JSON body, if the request wants JSON."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """The headers by name, in lower case."""


@dataclass(frozen=True)
class Request:
    """A request to the host."""

    method: str
    path: str
    """The path below the account's part of the API, not encoded."""
    purpose: str
    """The purpose of the request, as messages show it."""
    query: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] | None = None
    content: bytes | None = None
    """A file to upload."""
    wants_json: bool = False
    accepted: tuple[int, ...] = (200, 201)
    """The statuses that are not failures."""
    byte_range: str = ""
    """The part of a file to get, as ``Range`` has it; the host may send all of it."""
    max_bytes: int = MAX_JSON
    """The size of the longest body; of a longer one, one more byte is read."""
    was_done: Callable[[], bool] | None = None
    """For a change that must not be made twice: whether a failed try has made it."""
    tries: int = TRIES
    """How often it is made, if it fails for a reason that may pass."""

    @property
    def endpoint(self) -> str:
        """The endpoint for which the limit counts requests, in its broadest meaning."""
        parts = self.path.split("/")
        return "/".join(parts[:2]) if parts[0] == "files" else parts[0]

    @property
    def target(self) -> str:
        """The path and query, encoded."""
        path = urllib.parse.quote(self.path)
        if not self.query:
            return path
        return path + "?" + urllib.parse.urlencode(self.query, safe="/")


class Caller(Protocol):
    """Makes requests, or lists them in a dry run."""

    def call(self, request: Request) -> Response: ...


class _Failed(Exception):
    """A try failed, but the next one may succeed."""

    def __init__(
        self, reason: str, wait: float | None = None, may_have_worked: bool = True
    ) -> None:
        super().__init__(reason)
        self.wait = wait
        self.may_have_worked = may_have_worked


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirects: only the host may get the token."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: Any,
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        return None


@functools.cache
def opener(is_loopback: bool) -> urllib.request.OpenerDirector:
    """Return an opener for URLs: it uses the user's proxy, except for this computer.

    Call it once: it reads all the certificates that the computer trusts.
    """
    proxies: dict[str, str] | None = {} if is_loopback else None
    return urllib.request.build_opener(
        urllib.request.ProxyHandler(proxies), _NoRedirect()
    )


class Client:
    """Makes requests."""

    def __init__(
        self,
        region: Region,
        user: str,
        token: str,
        clock: Clock,
        waits: Callable[[str, float], None],
        timeout: float = TIMEOUT,
    ) -> None:
        self._base = f"{region.address}/api/v0/user/{user}/"
        self._user = user
        self._token = token
        self._clock = clock
        self._waits = waits
        self._timeout = timeout
        self._opener = opener(region.is_loopback)
        self._throttle = Throttle(
            clock,
            lambda rest: waits("PythonAnywhere allows 40 requests per minute", rest),
        )

    def call(self, request: Request) -> Response:
        """Make a request, and retry if it fails for a reason that may pass."""
        tries = 0
        while True:
            tries += 1
            try:
                self._throttle.wait(request.endpoint)
                return self._try(request)
            except _Failed as failure:
                if tries >= request.tries:
                    raise Unreachable(
                        request.method, request.target, str(failure), tries
                    ) from None
                wait = failure.wait
                if wait is None:
                    wait = float(2 ** (tries - 1))
                self._waits(str(failure), wait)
                self._clock.sleep(wait)
                is_asked = failure.may_have_worked or request.content is not None
                if is_asked and request.was_done and request.was_done():
                    return Response(200, value={})

    def _try(self, request: Request) -> Response:
        sent = self._request(request)
        try:
            size = len(request.content or b"")
            timeout = self._timeout + size / SLOWEST_UPLOAD
            with self._opener.open(sent, timeout=timeout) as response:
                status, headers = response.status, response.headers
                body = response.read(request.max_bytes + 1)
                # Python reports a response that is cut off only if it is read to the end.
                whole = str(response.headers.get("Content-Length", ""))
                if whole.isdecimal() and len(body) < min(
                    int(whole), request.max_bytes + 1
                ):
                    raise _Failed("the response was cut off")
        except urllib.error.HTTPError as error:
            with error:
                status, headers = error.code, error.headers
                try:
                    body = error.read(10_000)
                except (OSError, http.client.HTTPException):
                    body = b""
            if status == 429:
                raise _Failed("too many requests", _wait(headers), False) from None
        except (OSError, http.client.HTTPException) as error:
            raise _Failed(_reason(error)) from None
        answer = self._checked(request, status, body)
        return replace(answer, headers={k.lower(): str(v) for k, v in headers.items()})

    def _checked(self, request: Request, status: int, body: bytes) -> Response:
        """Return the response if its status is accepted, else raise the problem."""
        if status >= 500:
            raise _Failed(f"PythonAnywhere responded with status {status}")
        if status in request.accepted:
            if request.wants_json and status < 300:
                try:
                    return Response(status, body, json.loads(body))
                except ValueError:
                    raise _Failed("the response is not valid JSON") from None
            return Response(status, body, _json(body))
        if status in (401, 403):
            raise Refused(status, self._user)
        if 300 <= status < 400:
            raise Redirected(request.target, status)
        raise Unexpected(request.method, request.target, status, _detail(_json(body)))

    def _request(self, request: Request) -> urllib.request.Request:
        data, kind = None, ""
        if request.content is not None:
            data, kind = multipart(request.content)
        elif request.form is not None:
            data = urllib.parse.urlencode(request.form).encode()
            kind = "application/x-www-form-urlencoded"
        elif request.method == "POST":
            data, kind = b"", "application/x-www-form-urlencoded"
        sent = urllib.request.Request(
            self._base + request.target, data=data, method=request.method
        )
        sent.add_unredirected_header("Authorization", f"Token {self._token}")
        sent.add_header("User-Agent", "pa-new")
        if kind:
            sent.add_header("Content-Type", kind)
        if request.byte_range:
            sent.add_header("Range", f"bytes={request.byte_range}")
        return sent


class DryClient:
    """Lists each request, and makes only those that change nothing, if there is a client."""

    def __init__(
        self, client: Client | None, lists: Callable[[str, str, str], None]
    ) -> None:
        self._client = client
        self._lists = lists

    def call(self, request: Request) -> Response:
        """Pretend that changes succeed; without a client, that the account is empty."""
        self._lists(request.method, request.target, request.purpose)
        if request.method != "GET":
            return Response(200, value={})
        if self._client is None:
            return Response(404)
        return self._client.call(request)


def multipart(content: bytes) -> tuple[bytes, str]:
    """Return the form for an upload: the host expects the file in its only field."""
    while True:
        boundary = secrets.token_hex(16)
        if boundary.encode() not in content:
            break
    head = (
        f"--{boundary}\r\n"
        'Content-Disposition: form-data; name="content"; filename="content"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


def _wait(headers: Message) -> float | None:
    """Return how long the host asks to wait."""
    text = str(headers.get("Retry-After", "")).strip()
    if not (text.isascii() and text.isdecimal()):
        return None
    return min(float(text), MAX_WAIT)


def _reason(error: Exception) -> str:
    """Return why there is no response."""
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception):
        error = error.reason
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "the request timed out"
    return str(error) or type(error).__name__


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _detail(value: Any) -> str:
    """Return the host's own message about what is wrong."""
    if isinstance(value, dict):
        for key in ("detail", "error_message", "message", "error"):
            if value.get(key):
                return str(value[key])[:500]
    return ""
