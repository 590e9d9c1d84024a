"""The smoke test: requests the page until it answers as it should."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from dataclasses import dataclass

from pa_new_deploy.api.region import Region
from pa_new_deploy.api.throttle import Clock
from pa_new_deploy.api.transport import opener
from pa_new_shared.text import printable

MAX_START = 20.0  # seconds: what the host itself waits for an app after a reload
TIMEOUT = 30.0
MAX_BYTES = 100_000
_REFUSALS = (401, 403, 404, 405)


@dataclass(frozen=True)
class Visit:
    """The response of the page to the last request."""

    address: str
    status: int | None
    """None if there was no response at all."""
    body: bytes = b""
    error: str = ""
    """Why there was no response."""
    location: str = ""

    def greets(self, greeting: str) -> bool:
        return self.status == 200 and greeting.encode() in self.body

    @property
    def is_good(self) -> bool:
        """Whether it is a page, and not an error or the host's default page."""
        return self.status is not None and self.status < 400 and not self.is_default

    @property
    def is_refusal(self) -> bool:
        """Whether the app itself says that it has no page there, or not for everybody.

        PythonAnywhere answers with its own name for a site that it does not know.
        """
        is_own = b"pythonanywhere" not in self.body.lower()
        return self.status in _REFUSALS and is_own

    @property
    def is_default(self) -> bool:
        """Whether it is the page of a web app without code."""
        return b"PythonAnywhere hosted web application" in self.body

    @property
    def first_line(self) -> str:
        """The first line of the text: it cannot control a terminal, but may be long."""
        lines = self.body.decode("utf-8", "replace").strip().splitlines()
        return printable((lines or [""])[0], "?")


def visit(
    region: Region,
    domain: str,
    greeting: str,
    clock: Clock,
    accepts_default: bool = False,
    accepts_refusal: bool = False,
) -> Visit:
    """Request the page until it is good, or the time for the start of the app is over.

    The token is not sent: the page is public.

    :param accepts_default: whether the page of a web app without code is as good.
    :param accepts_refusal: whether it is as good if the app has no page at ``/``, as one
        with an API alone.
    """
    end = clock.now() + MAX_START
    while True:
        visit = request(region, domain)
        if visit.greets(greeting) if greeting else visit.is_good:
            return visit
        if accepts_default and visit.is_default:
            return visit
        if accepts_refusal and visit.is_refusal:
            return visit
        if clock.now() >= end:
            return visit
        clock.sleep(1.0)


def request(region: Region, domain: str) -> Visit:
    """Request the page once, from the first address that responds at all."""
    visits = []
    for address in region.pages(domain):
        visits.append(_request(region, domain, address))
        if visits[-1].status is not None:
            return visits[-1]
    return visits[0]


def _request(region: Region, domain: str, address: str) -> Visit:
    request = urllib.request.Request(address, headers={"User-Agent": "pa-new"})
    if region.is_loopback:
        request.add_header("Host", domain)
        address = f"https://{domain}/"
    try:
        with opener(region.is_loopback).open(request, timeout=TIMEOUT) as response:
            return Visit(address, response.status, response.read(MAX_BYTES))
    except urllib.error.HTTPError as error:
        with error:
            location = str(error.headers.get("Location", ""))
            try:
                body = error.read(MAX_BYTES)
            except (OSError, http.client.HTTPException):
                body = b""
            return Visit(address, error.code, body, location=location)
    except (OSError, http.client.HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        return Visit(address, None, error=str(reason) or type(reason).__name__)
