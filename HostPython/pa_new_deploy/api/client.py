"""Makes requests to the API: one at a time, within its limits, with retries."""

from __future__ import annotations

import contextlib
import http.client
import mimetypes
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.message import Message
from pathlib import Path
from typing import Any, Protocol

from pa_new_deploy.api import answers, transport
from pa_new_deploy.api.api_problems import BadAnswer, QuotaFull, TooLarge
from pa_new_deploy.api.cleaning import LIMIT, cleaned
from pa_new_deploy.api.region import Region
from pa_new_deploy.api.throttle import Clock, Throttle
from pa_new_deploy.problems import (
    BadFile,
    Problem,
    Redirected,
    Refused,
    Unexpected,
    Unreachable,
)

TRIES = 5
TIMEOUT = 60.0  # seconds; a reload waits up to 20 for the app
MAX_WAIT = 90.0
MAX_JSON = 4_000_000
MAX_ERROR = 10_000


@dataclass(frozen=True)
class Response:
    """A response of the host."""

    status: int
    body: bytes = b""
    value: Any = None
    """The value of the JSON body, if the request wants JSON or is refused."""
    detail: str = ""
    """What the host says about a refusal, as it can be shown."""
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
    content: bytes | Path | None = None
    """A file to upload: its contents, or the place to read it from."""
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
        path = urllib.parse.quote(self.path, errors="surrogatepass")
        if not self.query:
            return path
        query = urllib.parse.urlencode(self.query, safe="/", errors="surrogatepass")
        return path + "?" + query

    @property
    def size(self) -> int:
        """The bytes of the file to upload."""
        if isinstance(self.content, Path):
            return self.content.stat().st_size
        return len(self.content or b"")


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
        self.moved: Callable[[int], None] = lambda sent: None
        """Is told how many bytes of an upload are sent."""
        self._opener = transport.opener(region.is_loopback)
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
        try:
            with contextlib.ExitStack() as stack:
                sent, timeout = self._request(request, stack)
                response = stack.enter_context(self._opener.open(sent, timeout=timeout))
                status, headers = response.status, response.headers
                body = transport.read(response, request.max_bytes)
        except urllib.error.HTTPError as error:
            with error:
                status, headers = error.code, error.headers
                try:
                    body = error.read(MAX_ERROR)
                except (OSError, http.client.HTTPException):
                    body = b""
            if status == 429:
                raise _Failed("too many requests", _wait(headers), False) from None
        except transport.TooLong as error:
            raise BadAnswer(request.method, request.target, str(error)) from None
        except (OSError, http.client.HTTPException) as error:
            raise _Failed(self._cleaned(_reason(error))) from None
        if status in request.accepted and status < 300:
            self._check_body(request, headers, body)
        answer = self._checked(request, status, body)
        return replace(answer, headers={k.lower(): str(v) for k, v in headers.items()})

    def _check_body(self, request: Request, headers: Message, body: bytes) -> None:
        """Check that a body is what the request asks for, and all of it."""
        # Python reports a response that is cut off only if it is read to the end.
        whole = str(headers.get("Content-Length", ""))
        length = int(whole) if whole.isdecimal() and len(whole) < 19 else 0
        if len(body) < min(length, request.max_bytes + 1):
            raise _Failed("the response was cut off")
        encoding = str(headers.get("Content-Encoding", "")).strip()
        is_packed = mimetypes.guess_type(request.path)[1] is not None
        if encoding.lower() not in ("", "identity") and not is_packed:
            raise _Failed(
                f"the response is compressed ({self._cleaned(encoding, 40)}), which "
                "pa-new did not ask for"
            )

    def _checked(self, request: Request, status: int, body: bytes) -> Response:
        """Return the response if its status is accepted, else raise the problem."""
        if status in request.accepted and status < 300:
            value = self._value(request, body)
            return Response(status, body, value, self._cleaned(_detail(value)))
        value = _error(body)
        detail = self._cleaned(_detail(value))
        if request.content is not None:
            problem = _refusal(request, status, detail)
            if problem:
                raise problem
        if status >= 500:
            raise _Failed(f"PythonAnywhere responded with status {status}")
        if status in request.accepted:
            return Response(status, body, value, detail)
        if status in (401, 403):
            raise Refused(status, self._user)
        if 300 <= status < 400:
            raise Redirected(request.target, status)
        raise Unexpected(request.method, request.target, status, detail)

    def _value(self, request: Request, body: bytes) -> Any:
        if not request.wants_json:
            return None
        if len(body) > request.max_bytes:
            size = f"{request.max_bytes / 1e6:.0f} MB"
            raise BadAnswer(request.method, request.target, f"it is longer than {size}")
        try:
            return answers.parse(body)
        except answers.Malformed as error:
            raise _Failed(f"the response is not usable: {error}") from None

    def _cleaned(self, text: str, limit: int = LIMIT) -> str:
        return cleaned(text, self._token, limit)

    def _request(
        self, request: Request, stack: contextlib.ExitStack
    ) -> tuple[urllib.request.Request, float]:
        """Return the request to send, and for how long the host may be silent."""
        data: Any = None
        kind, timeout, length = "", self._timeout, None
        if request.content is not None:
            try:
                upload = transport.Upload(request.content, self._timeout, self.moved)
            except OSError:
                raise BadFile(str(request.content), "unreadable") from None
            data = stack.enter_context(contextlib.closing(upload))
            kind, timeout, length = upload.kind, upload.timeout, upload.length
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
        if length is not None:
            sent.add_header("Content-Length", str(length))
        return sent, timeout


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


def _refusal(request: Request, status: int, detail: str) -> Problem | None:
    """Return the problem if the host refuses a file for its size or for its quota."""
    if status == 413:
        return TooLarge(request.method, request.target, status, detail, request.size)
    if status == 507 or (status >= 400 and "quota" in detail.lower()):
        said = detail or f"status {status}, no space left"
        return QuotaFull(request.target, request.size, said)
    return None


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


def _error(body: bytes) -> Any:
    """Return the value of the body of a refusal; None if it is not JSON."""
    try:
        return answers.parse(body)
    except answers.Malformed:
        return None


def _detail(value: Any) -> str:
    """Return the host's own message about what is wrong."""
    if isinstance(value, dict):
        for key in ("detail", "error_message", "message", "error", "error_type"):
            if value.get(key):
                return str(value[key])
    return ""
