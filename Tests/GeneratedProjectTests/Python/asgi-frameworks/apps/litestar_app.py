"""Litestar."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from litestar import Litestar, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Stream


@get("/", sync_to_thread=True)
def main() -> dict[str, str]:
    return {"hello": "from Litestar"}


@get("/stream")
async def stream() -> Stream:
    async def pieces() -> AsyncIterator[bytes]:
        for number in range(3):
            yield b"%d\n" % number

    return Stream(pieces())


@post("/post")
async def form(
    data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> dict[str, str]:
    return data


# Its logging makes a thread at import, which hangs the end of a forked worker, without our
# adapter too.
app = Litestar([main, stream, form], logging_config=None)
