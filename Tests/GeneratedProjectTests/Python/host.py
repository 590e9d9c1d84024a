"""Load an entry file as the host does, make requests, and print what came back.

Usage: ``python host.py ENTRY [METHOD TARGET]...``. The entry file's folder comes first
on ``sys.path`` and the file is imported as a module by its name, so that ``__name__``
is not ``__main__``. Every request goes through :mod:`wsgiref.validate`, without a
socket. Prints one JSON document.
"""

from __future__ import annotations

import importlib
import io
import json
import sys
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator


def request(application: Any, method: str, target: str) -> dict[str, Any]:
    """Make one request and return what the application answered."""
    path, _, query = target.partition("?")
    errors = io.StringIO()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": "0",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": errors,
    }
    setup_testing_defaults(environ)
    started: list[Any] = []

    def start_response(status: str, headers: list[Any], exc_info: Any = None) -> Any:
        started[:] = [status, headers]
        return lambda data: None

    chunks = validator(application)(environ, start_response)
    try:
        body = b"".join(chunks)
    finally:
        chunks.close()
    return {
        "status": int(started[0].split()[0]),
        "headers": [f"{name}: {value}" for name, value in started[1]],
        "body": body.decode("utf-8"),
        "errors": errors.getvalue(),
    }


def main() -> None:
    """Load the entry file and make the requests named on the command line."""
    entry = Path(sys.argv[1])
    # Not this file's own folder: the host's interpreter does not start in one.
    sys.path[0] = str(entry.parent)
    module = importlib.import_module(entry.stem)
    application = module.application
    words = sys.argv[2:]
    answers = [
        request(application, method, target)
        for method, target in zip(words[::2], words[1::2])
    ]
    # Where the application comes from: the project's route table, and not another's.
    files = {
        name: loaded.__file__
        for name, loaded in sorted(sys.modules.items())
        if loaded is not module and vars(loaded).get("application") is application
    }
    json.dump({"answers": answers, "files": files}, sys.stdout)


if __name__ == "__main__":
    main()
