#!/usr/bin/env python3
"""The code that `asgi_adapter.py` measures, in an environment with FastAPI and a2wsgi.

    python3 Benchmarks/asgi_rounds.py

It prints a line of JSON for each kind of request: its name, the microseconds of a request
through our adapter and through a2wsgi's, one pair for each round. uWSGI and uvicorn load
`application` and `app` from this file.
"""

from __future__ import annotations

import asyncio
import gc
import io
import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Templates" / "_shared"))

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from asgi_adapter import ASGIAdapter

SECONDS = 0.05  # of the processor, about, for a round

app = FastAPI()


@app.get("/")
async def main() -> dict[str, str]:
    return {"message": "Hello from FastAPI"}


@app.get("/def")
def threaded() -> dict[str, str]:
    return {"message": "Hello from a thread"}


@app.post("/items")
async def items(item: dict[str, int]) -> dict[str, int]:
    return item


@app.get("/pieces")
async def pieces() -> StreamingResponse:
    async def make() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"x" * 1000

    return StreamingResponse(make())


@app.get("/wait")
async def wait() -> dict[str, str]:
    await asyncio.sleep(0)
    return {"message": "waited"}


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """Answer without a framework."""
    if scope["type"] == "http":
        headers = [(b"content-type", b"text/plain"), (b"content-length", b"5")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"hello"})


application = ASGIAdapter(app)

Request = tuple[str, Any, str, bytes]
REQUESTS: list[Request] = [
    ("no framework", bare, "/", b""),
    ("FastAPI, async def", app, "/", b""),
    ("FastAPI, async def that waits", app, "/wait", b""),
    ("FastAPI, def, in a thread", app, "/def", b""),
    ("FastAPI, JSON body", app, "/items", b'{"id": 5}'),
    ("FastAPI, /openapi.json", app, "/openapi.json", b""),
    ("FastAPI, ten pieces", app, "/pieces", b""),
]


def make_environ(path: str, body: bytes) -> dict[str, Any]:
    """Return the environment of a request, as uWSGI behind nginx makes it."""
    return {
        "REQUEST_METHOD": "POST" if body else "GET",
        "REQUEST_URI": path,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/json" if body else "",
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "SERVER_NAME": "user.pythonanywhere.com",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "10.0.0.1",
        "REMOTE_PORT": "5000",
        "HTTP_HOST": "user.pythonanywhere.com",
        "HTTP_X_REAL_IP": "203.0.113.7",
        "HTTP_USER_AGENT": "Mozilla/5.0",
        "HTTP_ACCEPT": "text/html,*/*;q=0.8",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def call(wsgi: Callable[..., Any], environ: dict[str, Any]) -> None:
    """Make a request as a server does."""
    started: list[str] = []
    chunks = wsgi(
        environ, lambda status, headers, exc_info=None: started.append(status)
    )
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    if started != ["200 OK"] or not body:
        sys.exit(f"{environ['PATH_INFO']}: {started} {body!r}")


def time_round(wsgi: Callable[..., Any], path: str, body: bytes, count: int) -> float:
    """Return the CPU time of a request, all threads together, in microseconds."""
    environs = [make_environ(path, body) for _ in range(count)]
    gc.collect()
    start = time.process_time()
    for environ in environs:
        call(wsgi, environ)
    return (time.process_time() - start) / count * 1e6


def measure() -> None:
    """Measure each kind of request; the two adapters take turns."""
    from a2wsgi import ASGIMiddleware

    for name, asgi, path, body in REQUESTS:
        both = ASGIAdapter(asgi), ASGIMiddleware(asgi)
        warm = [time_round(wsgi, path, body, 50) for wsgi in both]
        count = max(10, int(SECONDS * 1e6 / warm[0]))
        pairs = []
        for number in range(int(sys.argv[1])):
            turn = both if number % 2 else both[::-1]
            times = [time_round(wsgi, path, body, count) for wsgi in turn]
            pairs.append(times if number % 2 else times[::-1])
        print(json.dumps([name, pairs]), flush=True)


if __name__ == "__main__":
    measure()
