"""Routes for each row of the guide's table of what FastAPI can do on PythonAnywhere."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import (
    APIRouter,
    BackgroundTasks,
    Depends,
    FastAPI,
    Form,
    Request,
    Response,
    UploadFile,
    WebSocket,
)
from fastapi.responses import FileResponse, PlainTextResponse, StreamingResponse

router = APIRouter(prefix="/rows")
done: list[Any] = []
may_end = threading.Event()
busy = 0
held: set[Any] = set()


class OutOfStockError(Exception):
    """What a route raises, and a handler makes a response of."""


async def count(name: str) -> int:
    return len(name)


@router.get("/dependency")
async def dependency(length: Annotated[int, Depends(count)]) -> int:
    return length


@router.get("/error")
async def error() -> None:
    raise OutOfStockError("pears")


@router.get("/thread")
def in_a_thread() -> str:
    return threading.current_thread().name


@router.get("/stream")
async def stream() -> StreamingResponse:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"first\n"
        while not may_end.is_set():
            await asyncio.sleep(0.01)
        yield b"second\n"

    return StreamingResponse(pieces(), media_type="text/event-stream")


@router.get("/file")
async def file() -> FileResponse:
    return FileResponse(Path(__file__))


@router.post("/upload")
async def upload(request: Request) -> list[int]:
    return [len(piece) async for piece in request.stream()]


@router.post("/form")
async def form(name: Annotated[str, Form()], file: UploadFile) -> str:
    return f"{name}: {len(await file.read())}"


@router.get("/background")
async def background(tasks: BackgroundTasks) -> str:
    async def work() -> None:
        while not may_end.is_set():
            await asyncio.sleep(0.01)
        done.append("background")

    tasks.add_task(work)
    return "answered"


@router.get("/task")
async def task() -> None:
    async def work() -> None:
        done.append("begun")
        await asyncio.sleep(0.01)
        done.append("ended")

    held.add(asyncio.create_task(work()))


@router.get("/wait")
async def wait(seconds: float = 0.0) -> int:
    """Wait, and tell how many requests the worker had at the same time."""
    global busy
    busy += 1
    most = busy
    await asyncio.sleep(seconds)
    most = max(most, busy)
    busy -= 1
    return most


@router.get("/connected")
async def connected(request: Request) -> StreamingResponse:
    """Wait until the client has gone, and note when the app learns of it."""
    while not may_end.is_set():
        await asyncio.sleep(0.01)
    done.append(await request.is_disconnected())

    async def watch() -> None:
        while not await request.is_disconnected():
            await asyncio.sleep(0.01)
        done.append(True)

    async def pieces() -> AsyncIterator[bytes]:
        while True:
            yield bytes(100_000)
            await asyncio.sleep(0.01)

    held.add(asyncio.create_task(watch()))
    return StreamingResponse(pieces())


@router.get("/never")
async def never() -> None:
    await asyncio.Event().wait()


@router.get("/pool")
async def pool(request: Request, port: int) -> str:
    """Ask another server through a connection that the worker keeps."""
    connections = request.app.state.connections
    if "to" not in connections:
        connections["to"] = await asyncio.open_connection("127.0.0.1", port)
        connections["lock"] = asyncio.Lock()
    reader, writer = connections["to"]
    async with connections["lock"]:
        writer.write(b"line\n")
        line: bytes = await reader.readline()
    return line.decode()


@router.get("/pool/close")
async def close_pool(request: Request) -> None:
    """Do what ``lifespan`` does at the end of a worker."""
    _, writer = request.app.state.connections.pop("to")
    writer.close()
    await writer.wait_closed()


@router.websocket("/socket")
async def socket(connection: WebSocket) -> None:
    await connection.accept()


def add_to(app: FastAPI) -> None:
    """Add the routes to an app, as a user would."""
    app.include_router(router)
    app.state.connections = {}

    async def explain(_: Request, error: Exception) -> Response:
        return PlainTextResponse(f"no {error}", 409)

    app.add_exception_handler(OutOfStockError, explain)
    inner = FastAPI()

    async def root(request: Request) -> str:
        return str(request.url_for("root").path)

    inner.get("/", name="root")(root)

    async def header(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        response = await call_next(request)
        response.headers["X-Middleware"] = request.url.path
        return response

    inner.middleware("http")(header)
    app.mount("/inner", inner)


def begin_again() -> None:
    """Forget what earlier tests have left."""
    done.clear()
    may_end.clear()
    held.clear()
