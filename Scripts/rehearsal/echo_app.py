"""A WSGI file that responds with how it is run: the rehearsed host is tested with it."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

LOADED_BY = os.getpid()
ticks = 0


def _tick() -> None:
    global ticks
    while True:
        ticks += 1
        # It sleeps most of the time: a fork while it takes one of Python's locks would
        # leave a worker that waits for that lock for ever.
        time.sleep(0.02)


threading.Thread(target=_tick, daemon=True).start()
while not ticks:  # it runs here, whatever becomes of it
    time.sleep(0.001)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    kind = environ["PATH_INFO"].strip("/")
    if kind in ("streamed", "held"):
        headers = [("Content-Type", "text/plain")]
        if kind == "streamed":
            headers.append(("X-Accel-Buffering", "no"))
        start_response("200 OK", headers)
        return _chunks(Path.home() / kind)
    before = ticks
    time.sleep(0.05)  # long enough for another worker to have its turn as well
    shown = {
        "name": __name__,
        "file": __file__,
        "path": sys.path[0],
        "folder": os.getcwd(),
        "loaded by": LOADED_BY,
        "worker": os.getpid(),
        "thread runs": ticks != before,
        "token": os.environ.get("API_TOKEN"),
        "environ": {k: v for k, v in environ.items() if isinstance(v, (str, bool))},
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(shown).encode()]


def _chunks(gates: Path) -> Iterable[bytes]:
    """Yield each chunk only after the visitor has received the one before it."""
    yield b"0\n"
    end = time.monotonic() + 60
    for number in range(3):
        while not (gates / str(number)).exists() and time.monotonic() < end:
            time.sleep(0.01)
        yield f"{number + 1}\n".encode()
