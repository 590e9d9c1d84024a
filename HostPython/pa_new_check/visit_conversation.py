"""Tells the process with the app which requests to make, and hears the responses' heads."""

from __future__ import annotations

import contextlib
import os
import select
import sys
from typing import Any, NamedTuple

from pa_new_check.json_text import from_json, to_json
from pa_new_check.project import CannotCheck
from pa_new_check.visit_body import Body
from pa_new_check.visit_redirects import MAX_REDIRECTS, Elsewhere, Request, following
from pa_new_check.visit_static import StaticFiles
from pa_new_shared import host
from pa_new_shared.host import Site
from pa_new_shared.text import printable

TYPE_CHECKING = False  # it is seldom needed here, and takes a while to import
if TYPE_CHECKING:
    from pa_new_check.visit_cookies import Jar


SILENCE = 10.0
"""Seconds without a response after which it is said how long visit waits."""
_WAITS = (
    "no response after {:g} seconds. PythonAnywhere ends a request after {:g} seconds, "
    "and so does visit; Ctrl-C ends it now"
)


class Message(NamedTuple):
    """What a request has beside its method and target."""

    site: Site
    headers: list[tuple[str, str]]
    body: Body | None

    @property
    def host(self) -> str:
        """The host that the request is for."""
        given = [value for name, value in self.headers if name.lower() == "host"]
        return given[-1] if given else self.site.domain


class Conversation:
    """The requests of one visit: the first, and those that redirects ask for."""

    modules: tuple[str, ...] = ("sandbox_visit",)
    """What the process with the app needs for them."""
    is_endless = False

    def __init__(
        self,
        request: Request,
        message: Message,
        follows: bool,
        jar: Jar | None,
        static: StaticFiles,
    ) -> None:
        self.request = request
        """The current request; at the end, the last one."""
        self.message = message
        self.follows = follows
        self.jar = jar
        self.static = static
        self.file = -1
        """The descriptor for the body of the response, -1 for stdout."""
        self.has_heads = True
        self.has_response = False
        self.limit = 0.0
        """Seconds that a request may take, 0 if that is not known."""
        self.is_lost = False
        """Whether the redirects had no end."""
        self._hops = 0
        self._child_ends: tuple[int, ...] = ()
        self._parent_ends: tuple[int, ...] = ()

    # The pipes: the process with the app has one end of each, this one the other.

    def open(self) -> None:
        """Make the pipes."""
        requests, requests_end = os.pipe()
        answers, answers_end = os.pipe()
        self._child_ends = (requests, answers_end)
        self._parent_ends = (requests_end, answers)

    def ways(self) -> dict[str, Any]:
        """Return the descriptors for the process with the app."""
        body = self.message.body
        return {
            "requests": self._child_ends[0],
            "answers": self._child_ends[1],
            "body": -1 if body is None else body.descriptor,
            "file": self.file,
            "heads": self.has_heads,
        }

    def descriptors(self) -> list[int]:
        """Return the descriptors that the process with the app needs."""
        return [way for way in self.ways().values() if way is not True and way >= 0]

    def close_child_ends(self) -> None:
        """Close the ends that only the process with the app needs."""
        for end in self._child_ends:
            os.close(end)

    def close_parent_ends(self) -> None:
        """Close the ends that only this process needs, in a fork of it."""
        for end in self._parent_ends:
            os.close(end)

    def talk(self) -> None:
        """Tell the requests, until a response is printed or the app has ended."""
        requests_end, answers_end = self._parent_ends
        with (
            open(answers_end, "rb") as answers,
            open(requests_end, "wb", 0) as requests,
            # An app that writes into the pipe gets no further request.
            contextlib.suppress(OSError, ValueError, LookupError, TypeError),
        ):
            while self._make_one(requests, answers):
                pass

    def _make_one(self, requests: Any, answers: Any) -> bool:
        """Make one request; return whether the app gets another one."""
        _tell(requests, {"size": self._size, "texts": self._texts()})
        if self.limit > SILENCE and not select.select([answers], [], [], SILENCE)[0]:
            tell(_WAITS.format(SILENCE, self.limit))
        line = answers.readline()
        if not line:
            return False
        head = from_json(line)
        headers = [(str(name), str(value)) for name, value in head["headers"]]
        self.has_response = True
        if self.jar is not None:
            self.jar.keep(self.request.target, headers)
        after = self._after(str(head["status"]), headers)
        _tell(requests, after is None)
        if not answers.readline() or after is None:
            return False
        self.request = after
        return not self.static.has(after.target)

    def _after(self, status: str, headers: list[tuple[str, str]]) -> Request | None:
        """Return the request after a response, None if that one is to be printed."""
        if not self.follows:
            return None
        after = following(self.request, self.message.host, status, headers)
        if isinstance(after, Elsewhere):
            tell(f"the app redirects to {after.url}: visit does not leave the site")
            return None
        if after is not None and self._hops == MAX_REDIRECTS:
            self.is_lost = True
            tell(f"the app redirects more than {MAX_REDIRECTS} times")
            return None
        self._hops += 1
        return after

    @property
    def _size(self) -> int:
        body = self.message.body
        return body.size if body is not None and self.request.has_body else 0

    def _texts(self) -> dict[str, str]:
        """Return the texts of the WSGI environment of the request."""
        request = self.request
        scheme = host.SECURE if request.is_secure else host.PLAIN
        texts = host.request(self.message.site, request.method, request.target, scheme)
        if request.is_secure:
            # No page says how https arrives: an app that asks for it finds it either way.
            texts["HTTP_X_FORWARDED_PROTO"] = "https"
        if request.has_body:
            texts["CONTENT_LENGTH"] = str(self._size)
        for name, value in self.message.headers:
            key = name.upper().replace("-", "_")
            if key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
                if not self.request.has_body and self.message.body is not None:
                    continue  # a redirect took the body away
            else:
                key = "HTTP_" + key
            if value:
                texts[key] = os.fsencode(value).decode("latin-1")
            else:
                texts.pop(key, None)  # as curl takes 'Name:'
        cookies = "" if self.jar is None else self.jar.header(self.request.target)
        if cookies:
            given = texts.get("HTTP_COOKIE", "")
            texts["HTTP_COOKIE"] = f"{given}; {cookies}" if given else cookies
        return texts

    # The end.

    def finish(self, status: int) -> int:
        """Print what the app is not asked for, and return the last response's status."""
        if not self.static.has(self.request.target):
            return status
        return self.answer_static()

    def answer_static(self) -> int:
        """Print the response of PythonAnywhere's own web server."""
        from pa_new_check.sandbox_visit import CannotPrint, Printer

        printer = Printer(1, self.file, self.has_heads)
        self.has_response = True
        try:
            status, note = self.static.answer(self.request, printer)
        except BrokenPipeError:
            return 200
        except CannotPrint as problem:
            what = f"the response cannot be written: {problem}"
            raise CannotCheck("output", what) from problem
        tell(note)
        return status


def _tell(requests: Any, content: object) -> None:
    """Write a line of JSON through a pipe."""
    view = memoryview(to_json(content).encode("ascii") + b"\n")
    while view:
        view = view[requests.write(view) :]


def tell(text: str) -> None:
    """Tell something that is not part of the response."""
    sys.stderr.write(f"pa-new: {printable(text)}\n")
    sys.stderr.flush()
