"""URLs of static files that change with the files."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from .errors import log
from .project import FOLDER, find_inside, is_preview

if TYPE_CHECKING:
    from pathlib import Path

    from _typeshed.wsgi import WSGIEnvironment

STATIC = FOLDER / "static"


def static_url(environ: WSGIEnvironment, path: str) -> str:
    """Return the URL of a static file, with the start of its digest.

    A missing file has a URL, too, without a digest; the error log tells it.
    """
    file = find_inside(STATIC, path)
    if file is None:
        raise ValueError(f"not a path below static/: {path!r}")
    url = "/static/" + quote(path)
    try:
        version = 0
        if is_preview():
            version = file.stat().st_mtime_ns
        return f"{url}?v={_digest(file, version)}"
    except OSError as error:
        log(environ, f"static_url: static/{path} cannot be read: {error.strerror}")
        return url


@lru_cache(maxsize=1024)
def _digest(file: Path, version: int) -> str:
    """Return the first 12 digits of the digest of a file, which is read once a worker.

    :param version: the time of the last change if the file can change, else 0.
    """
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(64 * 1024):
            digest.update(chunk)
    return digest.hexdigest()[:12]
