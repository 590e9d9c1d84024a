"""A pytest plugin: Starlette's ``TestClient`` asks over a socket, and through WSGI.

The client of this module takes the place of ``starlette.testclient.TestClient``. Each of
its requests goes over the loopback interface to the strict server, which calls
``ASGIAdapter(app)``. Like the original one, it raises what the app has raised, and runs
``lifespan`` inside a ``with`` statement only.
"""

from __future__ import annotations

import json
import os
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import starlette.testclient
from asgi_adapter import ASGIAdapter
from asgi_adapter.one_loop import this_worker

from strict_server import StrictServer

httpx: Any = starlette.testclient.httpx
Original: Any = starlette.testclient.TestClient

START = "/-strict-client-starts-"
PATIENCE = 15.0  # seconds for the app to come to its end after the response

_running: list[Served] = []
faults: list[str] = []
"""What the adapter did against PEP 3333, in all tests."""


class Beyond(Exception):
    """The test asks for something that WSGI cannot carry."""


class Watched:
    """The app, with a note of what it raises, and when it is done."""

    def __init__(self, app: Any, *, with_lifespan: bool) -> None:
        self.app = app
        self.with_lifespan = with_lifespan
        self.errors: list[BaseException] = []
        self.life_errors: list[BaseException] = []
        self.state: dict[str, Any] = {}
        self.open = 0
        self.idle = threading.Event()
        self.idle.set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan" and not self.with_lifespan:
            raise NotImplementedError
        if scope["type"] == "lifespan":
            self.state = scope["state"]
        if scope["type"] == "http" and scope["path"].endswith(START):
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body"})
            return
        if scope["type"] == "http":
            self.open += 1
            self.idle.clear()
        try:
            await self.app(scope, receive, send)
        except BaseException as error:
            of_request = scope["type"] == "http"
            (self.errors if of_request else self.life_errors).append(error)
            raise
        finally:
            if scope["type"] == "http":
                self.open -= 1
                if not self.open:
                    self.idle.set()

    def raise_first(self) -> None:
        """Raise what the app has raised in a request, once it is done."""
        self.idle.wait(PATIENCE)
        if self.errors:
            error = self.errors[0]
            self.errors.clear()
            raise error

    def raise_life(self) -> None:
        """Raise what the app has raised in its lifespan."""
        if self.life_errors:
            raise self.life_errors[0]


class Served:
    """A server for one app."""

    def __init__(self, client: Any, *, with_lifespan: bool) -> None:
        self.app = Watched(client.app, with_lifespan=with_lifespan)
        name, port = client.strict_client
        self.server = StrictServer(
            ASGIAdapter(self.app, real_ip=False, time_limit=PATIENCE),
            script_name=client.strict_root,
            environ={"REMOTE_ADDR": name, "REMOTE_PORT": str(port)},
            leave=lambda: this_worker().close(),
        )
        self.transport = httpx.HTTPTransport()
        _running.append(self)

    def stop(self) -> None:
        """Stop the server, so that its worker ends."""
        _running.remove(self)
        self.transport.close()
        self.server.stop()
        faults.extend(self.server.faults)


class Stream(httpx.SyncByteStream):  # type: ignore[misc]
    """The body of a response; at its end, the client raises what the app has raised."""

    def __init__(self, stream: Any, served: Served, *, raises: bool) -> None:
        self.stream, self.served, self.raises = stream, served, raises

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self.stream
        except httpx.RemoteProtocolError:
            if not self.raises:
                raise

    def close(self) -> None:
        self.stream.close()
        self.served.app.idle.wait(PATIENCE)
        if self.raises:
            self.served.app.raise_first()


class Transport(httpx.BaseTransport):  # type: ignore[misc]
    """Sends requests to the client's server."""

    def __init__(self, client: Any, *, raises: bool) -> None:
        self.client = weakref.proxy(client)
        self.raises = raises

    def handle_request(self, request: Any) -> Any:
        """Send a request over the loopback interface."""
        if request.url.scheme in ("ws", "wss"):
            raise Beyond("WebSocket")
        served = self.client.strict_serve()
        root = self.client.strict_root
        path = request.url.raw_path
        if not path.decode().startswith(root):
            path = root.encode() + path
        host = request.headers["host"].encode()
        if host == request.url.netloc or request.url.scheme == "https":
            path = request.url.scheme.encode() + b"://" + host + path
        over = httpx.Request(
            request.method,
            f"http://127.0.0.1:{served.server.port}/",
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "target": path},
        )
        response = served.transport.handle_request(over)
        if self.raises and response.status_code == 500:
            response.read()
            served.app.raise_first()
        response.stream = Stream(response.stream, served, raises=self.raises)
        response.request = request
        return response


class TestClient(Original):  # type: ignore[misc]
    """Starlette's client, with another way to the app."""

    __test__ = False

    def __init__(
        self,
        app: Any,
        *arguments: Any,
        raise_server_exceptions: bool = True,
        root_path: str = "",
        client: tuple[str, int] = ("testclient", 50000),
        **options: Any,
    ) -> None:
        if options.get("backend", "asyncio") != "asyncio":
            raise Beyond("another event loop")
        super().__init__(app, *arguments, **options)
        self.strict_root = root_path.rstrip("/")
        self.strict_client = client
        self.strict_served: Served | None = None
        self._transport = Transport(self, raises=raise_server_exceptions)

    def strict_serve(self, *, with_lifespan: bool = False) -> Served:
        """Return the server of this client; the first call starts it."""
        if self.strict_served is None or self.strict_served not in _running:
            self.strict_served = Served(self, with_lifespan=with_lifespan)
        return self.strict_served

    def strict_stop(self) -> None:
        """Stop the server, and raise what the app has raised at its end."""
        served, self.strict_served = self.strict_served, None
        if served in _running:
            served.stop()
            served.app.raise_life()

    def __enter__(self) -> Any:
        self.strict_stop()
        served = self.strict_serve(with_lifespan=True)
        request = httpx.Request("GET", f"http://127.0.0.1:{served.server.port}/")
        request.extensions["target"] = (self.strict_root + START).encode()
        response = served.transport.handle_request(request)
        response.read()
        if served.app.life_errors:
            self.strict_stop()
        assert response.status_code == 204
        self.app_state = served.app.state
        return self

    def __exit__(self, *_: object) -> None:
        self.strict_stop()


starlette.testclient.TestClient = TestClient  # type: ignore[misc]


@pytest.fixture(autouse=True)
def _stop_servers() -> Iterator[None]:
    """Stop the servers that a test has started."""
    yield
    for served in _running:
        if not served.app.with_lifespan:
            served.stop()


outcomes: dict[str, str] = {}
"""How each test ended, and why, if it failed."""


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the worst outcome of a test's three phases."""
    if report.failed:
        crash = getattr(report.longrepr, "reprcrash", None)
        text = (crash.message if crash else str(report.longrepr)).split("\n")[0]
        outcomes[report.nodeid] = f"failed: {text}"
    elif not outcomes.get(report.nodeid, "").startswith("failed"):
        # What is expected to fail counts as passed, if it fails.
        xfailed = report.skipped and hasattr(report, "wasxfail")
        if report.skipped and not xfailed:
            outcomes[report.nodeid] = "skipped"
        elif report.when == "call" or xfailed:
            outcomes[report.nodeid] = "passed"


def pytest_sessionfinish() -> None:
    """Write the outcomes to the file that run_suites.py asks for."""
    report = {"outcomes": outcomes, "faults": faults}
    Path(os.environ["SUITE_REPORT"]).write_text(json.dumps(report))
