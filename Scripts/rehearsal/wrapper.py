"""What the host's server loads in the place of an app, and what loads the app.

It does what the host's own wrapper is known to do: the folder of the WSGI file comes
first on the path, the file is imported as a module by its name, every exception is an
error page and anything else the end of the process. The app's answer goes through a
generator, which calls ``close`` only where nothing went wrong. The rehearsed host has an
error log, as PythonAnywhere has; the checker's tests of truth use this too, and have none:
they look into the log of the server, for two lines of this as well.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LOGS = Path(__file__).parents[2] / "Tests/DeployerTests/Python/fake_worker.py"

file = Path(os.environ.pop("REHEARSED_WSGI_FILE"))
log: Any = None
if "REHEARSED_ERROR_LOG" in os.environ:
    spec = importlib.util.spec_from_file_location("fake_worker", LOGS)
    assert spec is not None and spec.loader is not None
    worker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(worker)
    place = Path(os.environ.pop("REHEARSED_ERROR_LOG"))
    log = worker.ErrorLog(place, wrapper=__file__)

sys.path.insert(0, str(file.parent))
print("wrapper: importing", flush=True)
failure: Exception | None = None
loaded: Any = None
try:
    loaded = importlib.import_module(file.stem).application
except Exception as problem:  # noqa: BLE001
    failure = problem
    if log is None:
        traceback.print_exc()
print("wrapper: imported", flush=True)


def application(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
    environ["wsgi.errors"] = log or sys.stderr
    try:
        with contextlib.redirect_stderr(log or sys.stderr):
            answer = loaded(environ, start_response)
            yield from answer
            if hasattr(answer, "close"):
                answer.close()
    except Exception as problem:  # noqa: BLE001
        if log is None:
            traceback.print_exc()
        elif failure:
            log.add_failed_import(failure)
        else:
            log.add_exception(problem)
        start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
        yield b"Something went wrong\n"
