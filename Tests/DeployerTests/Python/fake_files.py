"""The files of the fake account, as its API has them.

Where it is from (``API``, ``core`` and ``dsd`` as in ``fake_api.py``):

- ``files/path/ABSOLUTE``: GET of a file gives its bytes, of a folder a JSON object of
  names with ``type`` and ``url``, else 404 with ``detail``; POST of the multipart field
  ``content`` gives 201 for a new file and 200 for a replaced one, makes folders and
  never asks, or 400 with ``detail`` (core ``files.py``, ``test_files.py``)
- DELETE 204 of a file or of a folder with all in it (core ``files.py``: "if file is a
  directory it will be deleted as well"); 404 with ``message`` "File does not exist" and
  ``code``; 403 with ``message`` for the home folder itself (core ``test_files.py``). A
  ``/`` at the end does no harm (core ``webapp.py`` deletes logs so)
- ``files/tree/?path=``: at most 1000 absolute paths, folders with ``/`` at the end (API);
  400 with ``detail`` where there is no such folder (core ``test_files.py``). Names of
  ``/var/log`` come from it (core ``webapp.py``)
- an account of 512 MiB (help page ``DiskQuota``), of which nothing says that it counts
  more than the home folder, ``/tmp`` and what a program writes ("Disk quota exceeded")
- an upload in the browser of 100 MiB at most (help page ``UploadingAndDownloadingFiles``)

Guesses, and so nothing may rest on them: that the limit of an upload is the API's as well,
answered with 413 by the server in front; that an upload over the quota is answered with 400
and ``detail``, and leaves the file as it was; that a path outside of ``/home/USER``,
``/var/www`` and ``/var/log`` is answered 403. ``Range`` is not documented and not heeded.
"""

from __future__ import annotations

import contextlib
import json
import posixpath
import shutil
from pathlib import Path
from typing import Any

Answer = tuple[int, str, bytes]

TREE_LIMIT = 1000
QUOTA = 512 * 2**20
UPLOAD_LIMIT = 100 * 2**20


def json_answer(status: int, value: object) -> Answer:
    return status, "application/json", json.dumps(value).encode()


class AccountFiles:
    """The folders of one account, below a folder of this computer."""

    def __init__(self, root: Path, user: str) -> None:
        self.root = root
        self.user = user
        self.quota = QUOTA
        self.upload_limit = UPLOAD_LIMIT
        for folder in (f"home/{user}", "var/www", "var/log"):
            (root / folder).mkdir(parents=True, exist_ok=True)

    def place(self, path: str) -> Path:
        return self.root / path.strip("/")

    def served(self, mappings: dict[str, str], target: str) -> tuple[int, bytes] | None:
        """What a visitor gets of static files, as from nginx; None if the app is asked."""
        path = posixpath.normpath("/" + target.lstrip("/"))
        urls = [url for url in mappings if path.startswith(url)]
        if not urls:
            return None
        url = max(urls, key=len)
        place = self.place(mappings[url]) / path[len(url) :]
        if not place.is_file():
            return 404, b"404 Not Found"
        return 200, place.read_bytes()

    def all(self) -> dict[str, bytes]:
        """Every file on the host that is not a log."""
        return {
            "/" + path.relative_to(self.root).as_posix(): path.read_bytes()
            for top in ("home", "var/www")
            for path in sorted((self.root / top).rglob("*"))
            if path.is_file()
        }

    def used(self) -> int:
        """The bytes of the quota that are taken."""
        home = self.root / "home" / self.user
        count = 0
        for path in home.rglob("*"):
            # An app may remove files meanwhile.
            with contextlib.suppress(FileNotFoundError):
                count += 0 if path.is_dir() else path.lstat().st_size
        return count

    def _may(self, path: str) -> bool:
        allowed = (f"/home/{self.user}/", "/var/www/", "/var/log/")
        return ".." not in path.split("/") and f"{path.rstrip('/')}/".startswith(
            allowed
        )

    def answer(self, method: str, path: str, form: dict[str, Any]) -> Answer:
        """Do what is asked for with a path."""
        if not self._may(path):
            return json_answer(403, {"detail": "You do not have permission."})
        place = self.place(path)
        if method == "GET":
            return self._get(path, place)
        if method == "DELETE":
            return self._delete(place)
        content = form.get("content")
        if not isinstance(content, bytes):
            detail = "You must provide a file with the name 'content'."
            return json_answer(400, {"detail": detail})
        return self._post(path, place, content)

    def _get(self, path: str, place: Path) -> Answer:
        if place.is_file():
            return 200, "application/octet-stream", place.read_bytes()
        if place.is_dir():
            kinds = {True: "directory", False: "file"}
            names = {
                child.name: {"type": kinds[child.is_dir()], "url": child.name}
                for child in sorted(place.iterdir())
            }
            return json_answer(200, names)
        return json_answer(404, {"detail": f"No such file or directory: {path}"})

    def _delete(self, place: Path) -> Answer:
        if place in {
            self.root / "home" / self.user,
            self.root / "var/www",
            self.root / "var/log",
        }:
            text = "You do not have permission to delete this"
            return json_answer(403, {"message": text, "code": "forbidden"})
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        elif place.exists() or place.is_symlink():
            place.unlink()
        else:
            text = "File does not exist"
            return json_answer(404, {"message": text, "code": "not_found"})
        return 204, "", b""

    def _post(self, path: str, place: Path, content: bytes) -> Answer:
        if len(content) > self.upload_limit:
            return 413, "text/html", b"<h1>413 Request Entity Too Large</h1>"
        if place.is_dir():
            return json_answer(400, {"detail": f"{path} is a directory"})
        old = place.stat().st_size if place.exists() else 0
        is_home = path.startswith("/home/")
        if is_home and self.used() - old + len(content) > self.quota:
            return json_answer(400, {"detail": "Disk quota exceeded"})
        is_new = not place.exists()
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        return (201 if is_new else 200), "", b""

    def tree(self, path: str) -> Answer:
        """List a folder and all in it."""
        if not self._may(path):
            return json_answer(403, {"detail": "You do not have permission."})
        place = self.place(path)
        if not place.exists():
            return json_answer(400, {"detail": f"{path} does not exist"})
        if not place.is_dir():
            return json_answer(400, {"detail": f"{path} is not a directory"})
        found = [
            "/" + child.relative_to(self.root).as_posix() + "/" * child.is_dir()
            for child in sorted(place.rglob("*"))
        ]
        return json_answer(200, found[:TREE_LIMIT])
