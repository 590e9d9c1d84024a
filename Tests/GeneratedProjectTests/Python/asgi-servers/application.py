"""A FastAPI app for real servers: ``application`` is loaded once, before the fork."""

from __future__ import annotations

import asyncio
import os
import resource
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from asgi_adapter import ASGIAdapter
from fastapi import BackgroundTasks, FastAPI, Request, WebSocket
from fastapi.responses import StreamingResponse

LOADED = os.getpid()
LIFE = Path(os.environ.get("LIFE", os.devnull))


def note(what: str) -> None:
    with LIFE.open("a") as file:
        file.write(f"{what} {os.getpid()}\n")


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
    """Keep a task that answers, as a pool of connections would."""
    questions: asyncio.Queue[Any] = asyncio.Queue()

    async def serve() -> None:
        while True:
            answer = await questions.get()
            answer.set_result(f"{os.getpid()} {threading.get_ident()}")

    task = asyncio.create_task(serve())
    note("start")
    yield {"questions": questions}
    task.cancel()
    note("stop")


app = FastAPI(lifespan=lifespan)


@app.get("/hello")
async def hello(request: Request) -> dict[str, Any]:
    answer = asyncio.get_running_loop().create_future()
    await request.state.questions.put(answer)
    return {
        "worker": os.getpid(),
        "loaded": LOADED,
        "thread": threading.get_ident(),
        "loop": id(asyncio.get_running_loop()),
        "answer": await answer,
    }


@app.get("/sync")
def sync() -> dict[str, Any]:
    return {"worker": os.getpid(), "thread": threading.current_thread().name}


@app.get("/stream")
async def stream(file: str) -> StreamingResponse:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"first\n"
        while not Path(file).exists():
            await asyncio.sleep(0.01)
        yield b"second\n"

    return StreamingResponse(pieces())


@app.get("/endless")
async def endless(file: str) -> StreamingResponse:
    async def pieces() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x" * 10_000
        finally:
            Path(file).touch()

    return StreamingResponse(pieces())


@app.get("/background")
async def background(file: str, ended: str, tasks: BackgroundTasks) -> str:
    async def wait() -> None:
        while not Path(file).exists():
            await asyncio.sleep(0.01)
        Path(ended).touch()

    tasks.add_task(wait)
    return "answered"


@app.post("/upload")
async def upload(request: Request) -> dict[str, int]:
    lengths = [len(piece) async for piece in request.stream()]
    return {"bytes": sum(lengths), "longest": max(lengths)}


@app.get("/echo/{path:path}")
async def echo(request: Request) -> dict[str, Any]:
    scope = request.scope
    return {
        "path": scope["path"],
        "raw_path": scope["raw_path"].decode(),
        "query": scope["query_string"].decode(),
        "client": request.client and request.client.host,
    }


@app.get("/fail")
async def fail() -> None:
    raise LookupError("oops")


@app.get("/exit")
async def leave() -> None:
    raise SystemExit(3)


@app.get("/stall")
async def stall() -> None:
    await asyncio.sleep(1000)


@app.get("/usage")
async def usage() -> dict[str, int]:
    return {
        "worker": os.getpid(),
        "kilobytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "descriptors": len(os.listdir("/proc/self/fd")),
        "threads": threading.active_count(),
        "tasks": len(asyncio.all_tasks()),
    }


@app.websocket("/socket")
async def socket(connection: WebSocket) -> None:
    await connection.accept()


application = ASGIAdapter(app, time_limit=2)
