"""Odd apps, and what to ask them: uvicorn and the adapter have to answer the same."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from asgi_asking import App, send_response

START: dict[str, Any] = {"type": "http.response.start", "status": 200, "headers": []}
MORE = {"type": "http.response.body", "body": b"abc", "more_body": True}
END = {"type": "http.response.body"}
WHOLE = {"type": "http.response.body", "body": b"abc"}


@dataclass
class Case:
    app: App
    target: str = "/"
    method: str = "GET"
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    differs: str = ""
    """Why uvicorn answers something else."""


async def tell(scope: Any, receive: Any, send: Any) -> None:
    """Answer with the scope."""
    keys = ["type", "http_version", "method", "scheme", "path", "root_path"]
    told = {key: scope[key] for key in keys}
    told["raw"] = scope["raw_path"].decode(), scope["query_string"].decode("latin-1")
    fields = [(k.decode(), v.decode("latin-1")) for k, v in scope["headers"]]
    told["headers"] = sorted(fields)
    await send_response(send, json.dumps(told).encode())


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answer with the body."""
    pieces = []
    while True:
        message = await receive()
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            break
    length = [(b"content-length", str(len(b"".join(pieces))).encode())]
    await send_response(send, b"".join(pieces), headers=length)


def sends(
    *messages: Any, error: BaseException | None = None, result: Any = None
) -> App:
    """Return an app that sends messages, and then raises or returns something."""

    async def app(scope: Any, receive: Any, send: Any) -> Any:
        for message in messages:
            await send(message)
        if error is not None:
            raise error
        return result

    return app


def header(*fields: tuple[Any, Any], **more: Any) -> dict[str, Any]:
    return {**START, "headers": list(fields), **more}


async def background(scope: Any, receive: Any, send: Any) -> None:
    await send_response(send, b"abc")
    await asyncio.sleep(0.001)


async def listens(scope: Any, receive: Any, send: Any) -> None:
    """Wait for the client's end, as streaming responses do."""
    await receive()
    listener = asyncio.ensure_future(receive())
    await send_response(send, b"abc")
    listener.cancel()


async def cancels(scope: Any, receive: Any, send: Any) -> None:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    await asyncio.sleep(1)


async def catches(scope: Any, receive: Any, send: Any) -> None:
    """Send something wrong first, and then what is right."""
    for wrong in ({"type": "http.response.push"}, END):
        try:
            await send(wrong)
        except RuntimeError:
            continue
    await send_response(send, b"abc")


LENGTH = (b"content-length", b"5")
NO_HEAD = "uvicorn has sent the head when the app fails; WSGI has not, so this is a 500"
NO_ANSWER = "uvicorn drops the connection"
CASES: dict[str, Case] = {
    "root": Case(tell),
    "spaces": Case(tell, "/a%20b+c?d%20e+f"),
    "slashes": Case(tell, "//a///b//"),
    "an escaped slash": Case(tell, "/a%2Fb/%2f"),
    "dots": Case(tell, "/a/../b/./c"),
    "utf-8": Case(tell, "/%C3%BC%E2%82%AC?%C3%BC"),
    "no utf-8": Case(tell, "/%FF%C3"),
    "half an escape": Case(tell, "/%4?%"),
    "parameters": Case(tell, "/x;a=b,c/y?a=1&a=2&=3&?"),
    "an empty query": Case(tell, "/x?"),
    "a method of its own": Case(tell, method="PROPFIND"),
    "options": Case(tell, method="OPTIONS"),
    "an empty field": Case(tell, headers=[("x-empty", "")]),
    "latin-1": Case(tell, headers=[("x-latin", "\xe4\xff")]),
    "spaces around a value": Case(tell, headers=[("x-space", "  a b \t")]),
    "cookies": Case(tell, headers=[("Cookie", "a=1; b=2")]),
    "a type": Case(tell, method="POST", headers=[("Content-Type", "x/y")]),
    "two fields": Case(
        tell, headers=[("x-a", "1"), ("x-a", "2")], differs="WSGI joins them"
    ),
    "no body": Case(echo, method="POST"),
    "a body": Case(echo, method="POST", body=b"abc"),
    "a body of get": Case(echo, body=b"abc"),
    "a large body": Case(echo, method="PUT", body=b"0123456789" * 50_000),
    "a body that is not read": Case(sends(START, WHOLE), method="POST", body=b"x" * 9),
    "no fields": Case(sends({"type": "http.response.start", "status": 200}, WHOLE)),
    "fields as sent": Case(
        sends(header((b"X-B", b"2"), (b"x-a", b"1"), (b"X-B", b"3")), WHOLE)
    ),
    "a length": Case(sends(header((b"content-length", b"3")), WHOLE)),
    "a latin-1 value": Case(sends(header((b"x", b"\xe4")), WHOLE)),
    "an iterator of fields": Case(sends(header((b"a", b"b")), WHOLE)),
    "pieces": Case(sends(START, MORE, MORE, END)),
    "empty pieces": Case(sends(START, {**MORE, "body": b""}, MORE, END)),
    "an empty body": Case(sends(START, END)),
    "a bytearray": Case(sends(START, {**WHOLE, "body": bytearray(b"abc")})),
    "204": Case(sends({**START, "status": 204}, END)),
    "304 with a length": Case(sends(header(LENGTH, status=304), END)),
    "a code without a name": Case(sends({**START, "status": 299}, WHOLE)),
    "head": Case(sends(header((b"content-length", b"3")), WHOLE), method="HEAD"),
    "head in pieces": Case(sends(START, MORE, MORE, END), method="HEAD"),
    "an error of the app": Case(sends({**START, "status": 503}, WHOLE)),
    "background": Case(background),
    "listens": Case(listens),
    "catches": Case(catches),
    "returns something": Case(sends(START, WHOLE, result=5)),
    "raises": Case(sends(error=LookupError())),
    "raises cancelled": Case(sends(error=asyncio.CancelledError())),
    "cancels itself": Case(cancels),
    "sends nothing": Case(sends()),
    "body first": Case(sends(WHOLE)),
    "something else first": Case(sends({"type": "http.response.push"})),
    "raises after the end": Case(sends(START, WHOLE, error=LookupError())),
    "sends after the end": Case(sends(START, WHOLE, WHOLE)),
    "breaks off": Case(sends(START, MORE)),
    "raises in the middle": Case(sends(START, MORE, error=LookupError())),
    "two starts": Case(sends(START, MORE, START)),
    "too short in pieces": Case(sends(header(LENGTH), MORE, END)),
    "too long in pieces": Case(sends(header(LENGTH), MORE, MORE, END)),
    "raises after the start": Case(sends(START, error=LookupError()), differs=NO_HEAD),
    "ends after the start": Case(sends(START), differs=NO_HEAD),
    "too short": Case(sends(header(LENGTH), WHOLE), differs=NO_HEAD),
    "text for a body": Case(sends(START, {**WHOLE, "body": "abc"}), differs=NO_HEAD),
    "204 with a body": Case(sends({**START, "status": 204}, WHOLE), differs=NO_HEAD),
    "a line break in a field": Case(
        sends(header((b"x", b"a\r\nb: c")), WHOLE), differs=NO_ANSWER
    ),
    "a space in a name": Case(sends(header((b"x y", b"a")), WHOLE), differs=NO_ANSWER),
    "a length that is none": Case(
        sends(header((b"content-length", b"x")), WHOLE), differs=NO_ANSWER
    ),
}
