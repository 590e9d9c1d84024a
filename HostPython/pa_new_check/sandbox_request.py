"""Makes requests in the sandboxed process as PythonAnywhere does, and reports them.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own.
"""

from __future__ import annotations

import io
import sys
from wsgiref.util import FileWrapper

from pa_new_check.sandbox_inspection import (
    MAX_TEXT,
    described,
    finish,
    library,
    where,
)
from pa_new_check.sandbox_pages import Pages
from pa_new_check.sandbox_reasons import Reasons
from pa_new_check.sandbox_validator import validator
from pa_new_check.sandbox_views import View
from pa_new_check.sandbox_watch import Watch

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_REFUSALS = ("400", "404")  # the answers of an app to a domain that is not its own
_TRACEBACK = "Traceback (most recent call last):"
MAX_LOG = 10_000  # characters of the error log that are reported
MAX_BODY = 1_000_000  # bytes of a response that check reads

_TAG = (
    rb"<(!doctype html|html|head|body|title|h[1-6]|p|div|ul|ol|table|form|a|b|br|img)"
)
_HTML = rb"(?i)\s*" + _TAG + rb"[\s/>]"  # compiled only for plain text


class Watchers:
    """What watches the frameworks of a process that makes one request."""

    def __init__(self, modules: list[tuple[str, Any]] | None) -> None:
        """Begin to watch, in this process and its forks.

        :param modules: the frameworks, see :attr:`Watch.frameworks`.
        """
        self.reasons, self.view = Reasons(modules=modules), View(modules)
        self.pages = Pages(modules)


def check(
    fields: dict[str, Any],
    application: Any,
    watch: Watch,
    watchers: Watchers,
    facts: dict[str, Any],
) -> None:
    """Make one request and report how it was answered.

    :param fields: the texts of the request's environment.
    :param watchers: no other request was made since they were made.
    :param facts: what every report of this request tells.
    """
    errors = io.StringIO()
    environ = environment(fields, io.BytesIO(), errors)
    started: list[Any] = []

    def start_response(
        status: str, headers: list[Any], exc_info: Any = None
    ) -> Callable[[bytes], object]:
        started[:] = [status, headers]
        reasons.note(exc_info)
        return lambda data: None

    reasons, view, pages = watchers.reasons, watchers.view, watchers.pages
    begin = b""
    try:
        chunks: Any = validator(typed(application))(environ, start_response)
        try:
            size = 0
            for chunk in chunks:
                size += len(chunk)
                begin += chunk[: 1000 - len(begin)]
                if size > MAX_BODY:
                    break
        finally:
            chunks.close()
    except AssertionError as error:
        last = where(error)[0][0]
        is_rule = last.replace("\\", "/").endswith("wsgiref/validate.py")
        kind = "violation" if is_rule else "failed"
        watch.send(kind, **view.added_to(described(error)), **facts)
        finish()
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is reported
        watch.send("failed", **view.added_to(described(error)), **facts)
        finish()
    status, headers = started
    caught, reason = reasons.caught, reasons.of(str(status), _type(headers), begin)
    frames = view.frames()  # before another request is made
    is_refused = str(status)[:3] in _REFUSALS and (
        _is_refused_by_django(fields, status) or _answers_locally(fields, application)
    )
    if is_refused:
        watch.send("refused", allowed=_allowed_hosts(), **facts)
    if caught is not None:
        told = view.added_to(described(caught))
        watch.send("caught", importing=False, **told, **facts)
    if (reason["text"] or reason["frames"]) and str(status)[:1] in "45":
        watch.send("reason", importing=False, **view.added_to(reason), **facts)
    for found in pages.findings() if facts["scheme"] == 0 else ():
        watch.send("page", **found, importing=False)
    written = pages.html_place()
    places = [value for name, value in headers if str(name).lower() == "location"]
    watch.report_what_stays()
    watch.send(
        "answered",
        status=status,
        location=str(places[0])[:MAX_TEXT] if places else "",
        has_cookie=any(str(name).lower() == "set-cookie" for name, _ in headers),
        is_html_as_text=_is_text(_type(headers)) and _is_html(begin),
        is_written=bool(written),
        errors=_end_of(errors.getvalue()),
        frames=written or frames,
        **facts,
    )


def _type(headers: list[Any]) -> str:
    """Return the value of the field Content-Type, "" without one."""
    types = [
        str(value) for name, value in headers if str(name).lower() == "content-type"
    ]
    return types[0] if types else ""


def _is_text(kind: str) -> bool:
    """Tell whether browsers show a response as text, tags and all."""
    return kind.partition(";")[0].strip().lower() == "text/plain"


def _is_html(begin: bytes) -> bool:
    """Tell whether a body begins with a tag of HTML."""
    is_tag = begin.lstrip()[:1] == b"<"
    return is_tag and library("re").match(_HTML, begin) is not None


def _is_refused_by_django(fields: dict[str, Any], status: str) -> bool:
    """Tell whether Django's settings do not allow the domain of a request."""
    hosts = _allowed_hosts()
    request = sys.modules.get("django.http.request")
    if hosts is None or request is None or str(status)[:3] != "400":
        return False
    return not request.validate_host(str(fields["HTTP_HOST"]).lower(), hosts)


def _answers_locally(fields: dict[str, Any], application: Any) -> bool:
    """Tell whether the same request succeeds if it is for this computer."""
    local = {"HTTP_HOST": "localhost", "SERVER_NAME": "localhost"}
    environ = environment({**fields, **local}, io.BytesIO(), io.StringIO())
    started: list[str] = []

    def start_response(
        status: str, headers: list[Any], exc_info: Any = None
    ) -> Callable[[bytes], object]:
        started[:] = [str(status)]
        return lambda data: None

    try:
        chunks = application(environ, start_response)
        next(iter(chunks), None)
        getattr(chunks, "close", bool)()
    except Exception:  # noqa: BLE001 - then it does not
        return False
    return bool(started) and started[0][:1] in "23"


def _allowed_hosts() -> list[str] | None:
    """Return the hosts that Django's settings allow, None without Django."""
    django = sys.modules.get("django.conf")
    if django is None:
        return None
    return [str(name) for name in getattr(django.settings, "ALLOWED_HOSTS", [])]


def _end_of(log: str) -> str:
    """Return the end of a log, with the beginning of its last traceback.

    One of calls that do not end is longer than what is reported.
    """
    start = log.rfind("\n", 0, max(0, log.rfind(_TRACEBACK))) + 1
    if len(log) - start <= MAX_LOG or _TRACEBACK not in log:
        return log[-MAX_LOG:]
    half = MAX_LOG // 2
    first = log[start : start + half].rpartition("\n")[0]
    return f"{first}\n{log[-half:].partition(chr(10))[2]}"


def environment(fields: dict[str, Any], body: Any, errors: Any) -> dict[str, Any]:
    """Return the environment of a request as uWSGI gives it (PEP 3333).

    :param fields: its texts, as :mod:`pa_new_shared.host` has them.
    :param body: the stream to read the request's body from.
    :param errors: the stream of the error log.
    """
    return {
        **fields,
        "wsgi.version": (1, 0),
        "wsgi.input": body,
        "wsgi.errors": errors,
        "wsgi.file_wrapper": FileWrapper,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def typed(application: Any) -> Any:
    """Return the application in a form that the validator accepts, as servers do.

    It insists on a Content-Type, which web.py does not send by itself, and on a size for
    ``read()``, which PEP 3333 lets an application leave out.
    """

    def answer(environ: Any, start_response: Any) -> Any:
        def start(status: Any, headers: Any, *more: Any) -> Any:
            if type(headers) is list and str(status)[:3] not in ("204", "304"):
                names = [str(name).lower() for name, *_ in headers]
                if "content-type" not in names:
                    headers = [*headers, ("Content-Type", "text/plain")]
            return start_response(status, headers, *more)

        environ["wsgi.input"] = Input(environ["wsgi.input"])
        return application(environ, start)

    return answer


class Input:
    """The request's body, whose ``read()`` can go without a size."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def read(self, size: int = -1) -> bytes:
        """Return that many bytes, or all."""
        data: bytes = self.stream.read(size)
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def __iter__(self) -> Any:
        return iter(self.stream)
