"""Quart: a session, a template and a stream."""

from __future__ import annotations

from collections.abc import AsyncIterator

from quart import Quart, render_template_string, request, session

app = Quart(__name__)
app.secret_key = "for a test"


@app.before_serving
async def begin() -> None:
    app.config["BEGUN"] = "yes"


@app.get("/")
async def main() -> str:
    session["visited"] = "yes"
    return await render_template_string("{{ config.BEGUN }}")


@app.get("/stream")
async def stream() -> AsyncIterator[bytes]:
    async def pieces() -> AsyncIterator[bytes]:
        for number in range(3):
            yield b"%d\n" % number

    return pieces()


@app.post("/post")
async def post() -> dict[str, str]:
    return (await request.form).to_dict()
