"""An app whose startup fails, as with a database that is not there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from asgi_adapter import ASGIAdapter
from fastapi import FastAPI


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    raise ConnectionRefusedError("no database here")
    yield


application = ASGIAdapter(FastAPI(lifespan=lifespan))
