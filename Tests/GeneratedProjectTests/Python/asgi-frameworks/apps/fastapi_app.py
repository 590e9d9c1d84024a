"""FastAPI: models, dependencies with an end, threads, and the documentation's pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Form, Request
from fastapi.responses import StreamingResponse

ended: list[int] = []


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, str]]:
    yield {"started": "yes"}


app = FastAPI(lifespan=lifespan)


def resource() -> Iterator[str]:
    yield "resource"
    ended.append(1)


@app.get("/")
def main(request: Request, value: Annotated[str, Depends(resource)]) -> dict[str, Any]:
    return {"value": value, "started": request.state.started}


@app.get("/stream")
def stream() -> StreamingResponse:
    return StreamingResponse(f"{number}\n" for number in range(3))


@app.post("/post")
async def post(a: Annotated[str, Form()]) -> dict[str, str]:
    return {"a": a}
