"""BlackSheep."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from blacksheep import Application, Request, Response, StreamedContent, get, json, post

app = Application()


@get("/")
async def main() -> dict[str, str]:
    return {"hello": "from BlackSheep"}


@get("/stream")
async def stream() -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        for number in range(3):
            yield b"%d\n" % number

    return Response(200, content=StreamedContent(b"text/plain", pieces))


@post("/post")
async def form(request: Request) -> Any:
    return json(await request.form())
