"""What the host's server loads in the place of an app, and what loads the app.

It does what the host's own wrapper is known to do: the folder of the WSGI file comes
first on the path, the file is imported as a module by its name, every exception is an
error page and anything else the end of the process. The app's answer goes through a
generator, which calls ``close`` only where nothing went wrong. The checker's tests of
truth use it too; they look into the log for its two lines.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

file = Path(os.environ.pop("REHEARSED_WSGI_FILE"))
sys.path.insert(0, str(file.parent))
print("wrapper: importing", flush=True)
try:
    loaded = importlib.import_module(file.stem).application
except Exception:  # noqa: BLE001
    traceback.print_exc()
    loaded = None
print("wrapper: imported", flush=True)


def application(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
    environ["wsgi.errors"] = sys.stderr
    try:
        answer = loaded(environ, start_response)
        yield from answer
        if hasattr(answer, "close"):
            answer.close()
    except Exception:  # noqa: BLE001
        traceback.print_exc()
        start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
        yield b"Something went wrong\n"
