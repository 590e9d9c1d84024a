"""Starlette: sessions, middleware, a stream, a form and a file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route


async def add_field(request: Request, call_next: Any) -> Response:
    response: Response = await call_next(request)
    response.headers["x-middleware"] = "seen"
    return response


async def main(request: Request) -> Response:
    return JSONResponse({"query": dict(request.query_params)})


async def stream(_: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        for number in range(3):
            await asyncio.sleep(0.001)
            yield b"%d\n" % number

    return StreamingResponse(pieces())


async def post(request: Request) -> Response:
    form = await request.form()
    return JSONResponse({key: str(form[key]) for key in form})


async def file(_: Request) -> Response:
    return FileResponse(__file__)


app = Starlette(
    routes=[
        Route("/", main),
        Route("/stream", stream),
        Route("/post", post, methods=["POST"]),
        Route("/file", file),
    ],
    middleware=[
        Middleware(BaseHTTPMiddleware, dispatch=add_field),
        Middleware(GZipMiddleware),
    ],
)
