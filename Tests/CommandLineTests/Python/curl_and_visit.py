"""Gives curl and ``pa-new visit`` the same options, and prints what differs.

``curl_and_visit.py TOOL`` runs in an empty folder. A body must be the same byte by byte,
but for the text that parts the fields of a form.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

APP = """
import json
def application(environ, start_response):
    body = environ["wsgi.input"].read().decode("latin-1")
    facts = [environ.get(n) for n in ("REQUEST_METHOD", "CONTENT_TYPE", "HTTP_ACCEPT")]
    start_response("200 OK", [("Set-Cookie", "session=1; HttpOnly; Secure; Path=/"),
                              ("Set-Cookie", "kept=2; Max-Age=3600; Path=/"),
                              ("Set-Cookie", "all=3; Domain=pythonanywhere.com")])
    return [json.dumps([*facts, body]).encode()]
"""
OPTIONS = [
    ["-F", "a=b"],
    ["-F", "a="],
    ["-F", "a=b;type=text/html"],
    ["-F", 'a="x; type=y"'],
    ["-F", "a=b;filename=f.txt"],
    ["-F", "p=@cat.png"],
    ["-F", "p=@./cat.png;type=a/b"],
    ["-F", "p=@cat.png;filename=d.gif"],
    ["-F", 'p=@cat.png;filename="e;f g.txt";type=a/b'],
    ["-F", "p=@cat.png;type=text/x;charset=utf-8"],
    ["-F", 'p=@"a;b.txt"'],
    ["-F", "p=@notes"],
    ["-F", "p=<notes"],
    ["-F", 'x"y=1'],
    ["-F", "a=1", "-F", "b=@cat.png"],
    ["-F", "a=1", "-H", "Content-Type: multipart/form-data"],
    ["-d", "a=b"],
    ["-d", "a", "-d", "b"],
    ["-d", ""],
    ["-d", "@notes", "-X", "PUT"],
    ["-d", "x", "-H", "Content-Type: text/csv"],
    ["--json", "{}"],
    ["--json", "[", "--json", "]"],
    ["--json", "1", "-XPATCH", "-HAccept: text/html"],
]
requests: list[list[str | None]] = []


class Server(BaseHTTPRequestHandler):
    """Keeps what curl sends."""

    def do_POST(self) -> None:
        """Keep the request."""
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        fields = (self.headers["Content-Type"], self.headers["Accept"])
        requests.append([self.command, *fields, body.decode("latin-1")])
        self.send_response(204)
        self.end_headers()

    do_PUT = do_PATCH = do_POST

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def plain(request: list[str | None]) -> list[str | None]:
    """Return a request in which the text between fields is always the same."""
    parted = re.search("boundary=(.*)", request[1] or "")
    if parted is None:
        return request
    return [text and text.replace(parted[1], "BOUNDARY") for text in request]


def names(jar: str) -> set[tuple[str, ...]]:
    """Return the cookies of a jar."""
    lines = Path(jar).read_text(encoding="utf-8").splitlines()
    return {tuple(line.split("\t")) for line in lines if "\t" in line}


def main(tool: str) -> None:
    """Compare all bodies, then let curl copy the jar."""
    Path("wsgi.py").write_text(APP, encoding="utf-8")
    Path("cat.png").write_bytes(bytes(range(256)))
    for name in ("notes", "a;b.txt"):
        Path(name).write_text("content", encoding="utf-8")
    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for options in OPTIONS:
        address = f"http://127.0.0.1:{server.server_port}/"
        subprocess.run(["curl", "-s", *options, address], check=True)
        visit = [tool, "visit", ".", "/", "--body", "--cookie-jar", "jar", *options]
        answer = subprocess.run(visit, check=True, stdout=subprocess.PIPE).stdout
        ours, curls = plain(json.loads(answer)), plain(requests.pop())
        if ours != curls:
            print(f"{options}\n  curl:  {curls}\n  visit: {ours}")
    copy = ["curl", "-s", "-b", "jar", "-c", "copy", "file:///dev/null"]
    subprocess.run(copy, check=True)
    if names("jar") != names("copy") or len(names("jar")) != 2:
        print(f"visit: {names('jar')}\n  curl:  {names('copy')}")


main(sys.argv[1])
