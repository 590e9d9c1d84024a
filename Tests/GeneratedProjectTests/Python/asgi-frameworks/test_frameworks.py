"""Public ASGI frameworks on prefork uWSGI answer as they do on uvicorn.

Run with servers.py and asgi_adapter on PYTHONPATH, by a Python that has the
frameworks of ``apps/``, pyuwsgi and uvicorn.
"""

from __future__ import annotations

import contextlib
import re
import unittest
from pathlib import Path
from typing import Any

import servers

HERE = Path(__file__).resolve().parent
APPS = sorted(path.stem for path in (HERE / "apps").glob("*_app.py"))
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Encoding": "gzip"}
# The headers of a server, and what is new in each response.
OWN = ("connection", "date", "keep-alive", "server", "transfer-encoding")
CHANGING = re.compile(rb"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]{10}|127\.0\.0\.1:[0-9]+")


def answer(server: servers.Server, path: str, method: str, **options: Any) -> Any:
    connection, response = server.open(path, method, **options)
    with contextlib.closing(connection):
        body = CHANGING.sub(b"", response.read())
        names = sorted(name.lower() for name, _ in response.getheaders())
        fields = {k.lower(): v for k, v in response.getheaders()}
        length = fields.get("content-length") if response.status != 200 else None
        kind = fields.get("content-type")
        return (
            response.status,
            [name for name in names if name not in OWN],
            (kind, length),
            body,
        )


class Frameworks(unittest.TestCase):
    """Each app, on both servers."""

    def answers(self, *command: str, app: str) -> list[Any]:
        server = servers.Server(*command, folder=HERE, path="/", APP=app)
        try:
            server.patience = 20
            requests = [
                answer(server, "/?a=b", "GET"),
                answer(server, "/", "HEAD"),
                answer(server, "/stream", "GET"),
                answer(server, "/post", "POST", body=b"a=b%20c", headers=FORM),
                answer(server, "/post", "GET"),
                answer(server, "/openapi.json", "GET"),
                answer(server, "/not/there", "GET"),
            ]
            again = [answer(server, "/?a=b", "GET") for _ in range(10)]
            self.assertEqual([requests[0]] * 10, again)
            server.terminate()
            self.log = server.log()
            return requests
        finally:
            server.kill()
            server.folder.cleanup()

    def test_all(self) -> None:
        self.assertGreaterEqual(len(APPS), 10)
        for app in APPS:
            with self.subTest(app):
                ours = self.answers(
                    *servers.uwsgi("entry.py", "--processes=2"), app=app
                )
                self.assertNotIn("Traceback", self.log)
                uvicorn = ["uvicorn", "--app-dir=apps", "--port=PORT", f"{app}:app"]
                theirs = self.answers(*uvicorn, app=app)
                self.assertEqual(200, ours[0][0])
                self.assertEqual(theirs, ours)


if __name__ == "__main__":
    unittest.main()
