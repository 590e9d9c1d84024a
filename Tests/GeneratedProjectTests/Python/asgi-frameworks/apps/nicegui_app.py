"""NiceGUI: the page and its scripts; what happens on it needs a WebSocket."""

from __future__ import annotations

from fastapi import FastAPI, Request
from nicegui import ui

app = FastAPI()


@app.post("/post")
async def post(request: Request) -> dict[str, str]:
    return {key: str(value) for key, value in (await request.form()).items()}


@ui.page("/")
def main() -> None:
    ui.label("Hello from NiceGUI")


ui.run_with(app, storage_secret="for a test")
