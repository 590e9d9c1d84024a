"""Falcon, by its ASGI side."""

from __future__ import annotations

from collections.abc import AsyncIterator

import falcon.asgi


class Main:
    async def on_get(self, _: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        resp.media = {"hello": "from Falcon"}


class Stream:
    async def on_get(self, _: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            for number in range(3):
                yield b"%d\n" % number

        resp.stream = pieces()


class Post:
    async def on_post(
        self, req: falcon.asgi.Request, resp: falcon.asgi.Response
    ) -> None:
        resp.media = await req.get_media()


app = falcon.asgi.App()
app.add_route("/", Main())
app.add_route("/stream", Stream())
app.add_route("/post", Post())
