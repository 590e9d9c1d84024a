"""A stand-in for the parts of GitHub and GitLab that a job with a token uses.

It serves a git repository over HTTP, refuses what the service refuses, and keeps the
requests to merge in a file, where a test can read and change them. What is known of the
services: GitHub's pages "REST API endpoints for pull requests" and "Automatic token
authentication"; GitLab's pages "Merge requests API" and "Push options".
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import threading
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

BRANCHES = """#!/bin/sh
while read old new ref; do
  base=$(git merge-base "$new" refs/heads/main)
  path=$(git diff --name-only "$base" "$new" -- .github/workflows | head -n 1)
  if [ "$FORGE_SERVICE" = github ] && [ -n "$path" ]; then
    echo "refusing to allow a GitHub App to create or update workflow \\`$path\\`" \
      "without \\`workflows\\` permission" >&2
    exit 1
  fi
done
"""
"""What GitHub does with each push of a workflow's token."""

OPTIONS = """#!/bin/sh
read old new ref
number=0
{
  echo "$ref"
  while [ "$number" -lt "${GIT_PUSH_OPTION_COUNT:-0}" ]; do
    eval "printf '%s\\n' \\"\\$GIT_PUSH_OPTION_$number\\""
    number=$((number + 1))
  done
} >"$FORGE_OPTIONS"
"""
"""Hands the options of a push to the stand-in."""


@dataclass
class Forge:
    """A service with one repository, ``alice/hello``."""

    service: str
    repository: Path
    """The project, which is under git."""
    state: Path
    """The file with the requests to merge."""
    tokens: dict[str, set[str]] = field(default_factory=dict)
    """What each token may do, as ``contents:write``."""
    allows_requests: bool = True
    """Whether a workflow may open a pull request, which is a setting of GitHub's."""

    def __enter__(self) -> Self:
        hooks = self.repository / ".git" / "hooks"
        hooks.mkdir(exist_ok=True)
        for name, text in (("pre-receive", BRANCHES), ("post-receive", OPTIONS)):
            (hooks / name).write_text(text)
            (hooks / name).chmod(0o755)
        for setting in (
            "http.receivepack",
            "receive.advertisePushOptions",
            "uploadpack.allowAnySHA1InWant",
        ):
            git = ["git", "-C", str(self.repository), "config", setting, "true"]
            subprocess.run(git, check=True)
        if not self.state.exists():
            self.requests = []
        forge = self

        class Handler(_Handler):
            service = forge

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The requests to merge, oldest first, in GitHub's words."""
        found: list[dict[str, Any]] = json.loads(self.state.read_text())
        return found

    @requests.setter
    def requests(self, requests: list[dict[str, Any]]) -> None:
        self.state.write_text(json.dumps(requests, indent=1))

    def may(self, token: str, right: str) -> bool:
        return right in self.tokens.get(token, set())

    def open_or_change(self, **values: Any) -> None:
        """Do what GitLab does with the options of a push."""
        requests = self.requests
        for request in requests:
            if request["state"] == "open" and request["head"] == values["head"]:
                request.update(values)
                break
        else:
            number = len(requests) + 1
            more = {"number": number, "state": "open", "merged_at": None, "fork": False}
            requests.append({**more, **values})
        self.requests = requests


class _Handler(BaseHTTPRequestHandler):
    service: Forge
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def answer(self, status: int, document: object, **headers: str) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_request(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size)
        if url.path.startswith("/alice/hello.git/"):
            self.git(url, body)
        elif self.service.service == "github":
            self.github(url, body)
        else:
            self.gitlab(url)

    do_GET = do_POST = do_PATCH = handle_request

    def git(self, url: urllib.parse.SplitResult, body: bytes) -> None:
        """Let git serve the repository, to a token that may."""
        kind, _, text = self.headers.get("Authorization", "").partition(" ")
        password = base64.b64decode(text).decode().partition(":")[2] if text else ""
        writes = "receive-pack" in self.path
        right = "contents:write" if writes else "contents:read"
        if kind != "Basic" or not self.service.may(password, right):
            status = 403 if kind else 401
            self.answer(status, {}, WWW_Authenticate='Basic realm="git"')
            return
        options = self.service.state.with_suffix(".options")
        options.unlink(missing_ok=True)
        done = subprocess.run(
            ["git", "http-backend"],
            env={
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(self.service.repository),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "PATH_INFO": url.path.replace("/alice/hello.git", "/.git"),
                "REQUEST_METHOD": self.command,
                "QUERY_STRING": url.query,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "CONTENT_LENGTH": str(len(body)),
                "REMOTE_USER": "token",
                "REMOTE_ADDR": "127.0.0.1",
                "FORGE_SERVICE": self.service.service,
                "FORGE_OPTIONS": str(options),
            },
            input=body,
            capture_output=True,
            check=True,
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        lines = [line.split(": ", 1) for line in head.decode().split("\r\n")]
        headers = dict(lines)
        self.send_response(int(headers.pop("Status", "200 OK").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        if options.exists() and self.service.service == "gitlab":
            self.obey(options.read_text().splitlines())
        self.end_headers()
        self.wfile.write(content)

    def obey(self, lines: list[str]) -> None:
        """Open or change a merge request, as the options of a push say."""
        given = dict((line + "=").split("=", 1) for line in lines[1:])
        if "merge_request.create" not in given:
            return
        values = {key: text[:-1].replace("\\n", "\n") for key, text in given.items()}
        self.service.open_or_change(
            head=lines[0].removeprefix("refs/heads/"),
            base=values["merge_request.target"],
            title=values["merge_request.title"],
            body=values["merge_request.description"],
        )

    def github(self, url: urllib.parse.SplitResult, body: bytes) -> None:
        """Do what GitHub's API does with pull requests."""
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        right = "read" if self.command == "GET" else "write"
        rights = {f"pull-requests:{right}", "pull-requests:write"}
        if not any(self.service.may(token, each) for each in rights):
            self.answer(403, {"message": "Resource not accessible by integration"})
            return
        place, _, number = url.path.partition("/pulls")
        if place != "/repos/alice/hello":
            self.answer(404, {"message": "Not Found"})
            return
        requests = self.service.requests
        if self.command == "GET":
            query = dict(urllib.parse.parse_qsl(url.query))
            found = [
                {key: text for key, text in request.items() if key != "fork"}
                for request in reversed(requests)
                if request["state"] == query["state"]
                and query["head"] == self.head(request)
            ]
            self.answer(200, found[: int(query.get("per_page", 30))])
            return
        given = json.loads(body)
        if self.command == "PATCH":
            request = requests[int(number.strip("/")) - 1]
            request.update(given)
            self.service.requests = requests
            self.answer(200, request)
            return
        is_taken = any(
            request["state"] == "open"
            and self.head(request) == "alice:" + given["head"]
            for request in requests
        )
        if not self.service.allows_requests:
            problem = (
                "GitHub Actions is not permitted to create or approve pull requests."
            )
            self.answer(403, {"message": problem})
        elif is_taken:
            self.answer(422, {"message": "A pull request already exists"})
        else:
            self.service.open_or_change(**given)
            self.answer(201, self.service.requests[-1])

    @staticmethod
    def head(request: dict[str, Any]) -> str:
        owner = "mallory" if request["fork"] else "alice"
        return f"{owner}:{request['head']}"

    def gitlab(self, url: urllib.parse.SplitResult) -> None:
        """Do what GitLab's API does when it lists merge requests."""
        token = self.headers.get("PRIVATE-TOKEN", "")
        if not self.service.may(token, "read_api"):
            self.answer(401, {"message": "401 Unauthorized"})
            return
        if url.path != "/api/v4/projects/7/merge_requests" or self.command != "GET":
            self.answer(404, {"message": "404 Not Found"})
            return
        query = dict(urllib.parse.parse_qsl(url.query))
        states = {"open": "opened", "closed": "closed", "merged": "merged"}
        found = [
            {
                "iid": request["number"],
                "description": request["body"],
                "source_project_id": 8 if request["fork"] else 7,
            }
            for request in reversed(self.service.requests)
            if request["head"] == query["source_branch"]
            and states[request["state"]] == query["state"]
        ]
        self.answer(200, found)


GH = """#!{python}
import json, os, subprocess, sys, urllib.error, urllib.request

words = sys.argv[1:]
if not words or words.pop(0) != "api":
    sys.exit("gh: only 'api' is here")
method, fields, query, place, is_silent = "GET", {{}}, None, None, False
while words:
    word = words.pop(0)
    if word == "--method":
        method = words.pop(0)
    elif word in ("-f", "-F"):
        name, _, text = words.pop(0).partition("=")
        if word == "-F" and text.startswith("@"):
            text = open(text[1:], encoding="utf-8").read()
        fields[name] = text
    elif word == "--jq":
        query = words.pop(0)
    elif word == "--silent":
        is_silent = True
    elif place is None and not word.startswith("-"):
        place = word
    else:
        sys.exit("gh: unknown " + word)
url, body = "{url}/" + place, None
if method == "GET":
    url += "?" + urllib.parse.urlencode(fields)
else:
    body = json.dumps(fields).encode()
headers = {{"Authorization": "Bearer " + os.environ["GH_TOKEN"]}}
try:
    request = urllib.request.Request(url, body, headers, method=method)
    answer = urllib.request.urlopen(request).read()
except urllib.error.HTTPError as error:
    sys.exit(f"gh: {{json.load(error)['message']}} (HTTP {{error.code}})")
if query:
    subprocess.run(["jq", "--raw-output", query], input=answer, check=True)
elif not is_silent:
    sys.stdout.buffer.write(answer)
"""
"""What a workflow uses of the program that GitHub's runners have."""


def write_gh(folder: Path, url: str, python: str) -> None:
    """Write a stand-in for the program ``gh`` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "gh").write_text(GH.format(url=url, python=python))
    (folder / "gh").chmod(0o755)
