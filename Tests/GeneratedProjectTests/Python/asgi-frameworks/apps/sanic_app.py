"""Sanic, by its ASGI side."""

from __future__ import annotations

from sanic import HTTPResponse, Request, Sanic, json

app = Sanic("site")


@app.get("/")
async def main(_: Request) -> HTTPResponse:
    return json({"hello": "from Sanic"})


@app.get("/stream")
async def stream(request: Request) -> None:
    response = await request.respond(content_type="text/plain")
    for number in range(3):
        await response.send(b"%d\n" % number)
    await response.eof()


@app.post("/post")
async def post(request: Request) -> HTTPResponse:
    return json({key: values[0] for key, values in request.form.items()})
