"""FastHTML: a page and a form."""

from __future__ import annotations

from typing import Any

from fasthtml.common import H1, Titled, fast_app
from starlette.responses import StreamingResponse

app, rt = fast_app(secret_key="for a test", live=False)


@rt("/")
def get() -> Any:
    return Titled("Hello", H1("from FastHTML"))


@rt("/stream")
def stream() -> Any:
    return StreamingResponse(f"{number}\n" for number in range(3))


@rt("/post", methods=["POST"])
def post(a: str) -> Any:
    return H1(a)
