"""A client that says what it does: what a failed request was for, and how far the run is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pa_new_deploy import problems
from pa_new_deploy.api.client import Client, Request, Response
from pa_new_deploy.api.throttle import Clock
from pa_new_deploy.comparison import COMPARE
from pa_new_deploy.files import Local
from pa_new_deploy.progress import size
from pa_new_deploy.report import Report
from pa_new_deploy.target import Target

MIN_SIZE = 100_000
"""The smallest upload for which it matters how far it is."""


class WatchedClient:
    """Remembers which change was in progress when a request failed, and shows progress."""

    def __init__(
        self, client: Client, report: Report, clock: Clock, target: Target, local: Local
    ) -> None:
        self._client = client
        self._report = report
        self._clock = clock
        self._project = f"files/path{target.source}/"
        self._bundles = f"files/path{target.home}/.pa-new/bundles/{target.name}/"
        self._numbers = {path: n for n, path in enumerate(local.paths, 1)}
        self._sent = 0

    def call(self, request: Request) -> Response:
        with self._shown(request):
            if request.method == "GET":
                return self._client.call(request)
            return self._change(request)

    def _change(self, request: Request) -> Response:
        self._report.under_way = request.purpose
        if request.path.endswith("/reload/"):
            self._report.loading_since = self._clock.now()
        try:
            response = self._client.call(request)
        except (problems.Refused, problems.Unexpected, problems.Redirected):
            self._report.under_way = None  # the host refused the change
            raise
        self._report.under_way = None
        if self._counts(request):
            self._sent += request.size
        return response

    @contextmanager
    def _shown(self, request: Request) -> Iterator[None]:
        progress = self._report.progress
        if not progress.is_shown:
            yield
            return
        self._client.moved = lambda sent: progress.say(self._text(request, sent), True)
        progress.say(self._text(request, 0))
        try:
            yield
        finally:
            progress.say("")

    def _counts(self, request: Request) -> bool:
        """Tell whether a request uploads one of the files that the report counts."""
        if request.content is None:
            return False
        path = request.path
        is_bundle = path.startswith(self._bundles) and path.endswith(".zip")
        return path.startswith(self._project) or is_bundle

    def _text(self, request: Request, sent: int) -> str:
        """Return what the deployment does meanwhile."""
        report = self._report
        path = request.path[len(self._project) :]
        if self._counts(request) and report.to_upload:
            done = min(
                self._sent + min(sent, request.size), max(report.bytes_to_upload, 1)
            )
            name = path if request.path.startswith(self._project) else "the packages"
            return (
                f"uploading {name} ({len(report.uploaded) + 1} of {report.to_upload} files, "
                f"{size(done, report.bytes_to_upload)})"
            )
        if request.purpose == COMPARE and path in self._numbers:
            return f"comparing {path} ({self._numbers[path]} of {len(self._numbers)} files)"
        text = f"waiting for PythonAnywhere: {request.purpose}"
        if request.size >= MIN_SIZE:
            text += f" ({size(min(sent, request.size), request.size)})"
        return text
