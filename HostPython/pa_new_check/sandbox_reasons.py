"""Finds out why an app refuses a request: what it logs, and what its framework raises.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own. An app
tells the visitor little of it: Django answers "Bad Request (400)", whatever is wrong.
"""

from __future__ import annotations

import sys

from pa_new_check.json_text import from_json
from pa_new_check.sandbox_inspection import (
    MAX_FRAMES,
    MAX_TEXT,
    Noting,
    described,
    library,
    without_frames,
)

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

CLASSES = {
    "werkzeug.exceptions": "HTTPException",
    "bottle": "HTTPError",
    "starlette.exceptions": "HTTPException",
    "fastapi.exceptions": "RequestValidationError",
    "tornado.web": "HTTPError",
    "falcon.errors": "HTTPError",
    "pyramid.httpexceptions": "HTTPException",
    "django.http.response": "Http404",
}
"""The exceptions by which frameworks answer with an error."""
OWN_MODULE, _OWN_CLASS = "web.errors", "HTTPError"
"""Those of projects with handlers, below their package."""
_OWN_LOG = "log_exception"
_OWN_CALLERS = ("web.application", "web.streaming")
"""The function with which handlers log exceptions, and the modules that call it."""
_LIMITS = {
    "max_content_length": "the body has more than the {} bytes of MAX_CONTENT_LENGTH",
    "max_form_memory_size": (
        "the texts of the form have more than the {} bytes of MAX_FORM_MEMORY_SIZE"
    ),
}
"""What Werkzeug's error 413 does not say, by the name of the limit in its code."""
_STATUSES = ("code", "status_code", "status")
_TEXTS = ("description", "detail", "message", "log_message", "body", "title")
_FIXED = {"Http404": "404", "RequestValidationError": "422"}
_MAX_RAISED = 20
_LIBRARY = "/site-packages/"
_WATCHERS = sys._getframe().f_code.co_filename.rpartition("/")[0] + "/"
"""The folder of these modules, which watch the frameworks from the inside."""
_WARNING = 30  # of the module logging
# Texts, which are compiled when a request fails.
_GENERIC = r"^[A-Z][\w' -]*: /"  # Django's "Bad Request: /path"
_BLOCKS = r"(?is)<(p|pre|h1|h2|title)\b[^>]*>(.*?)</\1\s*>"
_TAG = r"<[^>]*>"


class Reasons:
    """What one request showed; it is watched for in the whole process."""

    def __init__(
        self,
        is_told: bool = False,
        has_details: bool = False,
        modules: list[tuple[str, Any]] | None = None,
    ) -> None:
        """Begin to watch the log and the exceptions of the frameworks that are there.

        :param is_told: whether a page tells what handlers have logged.
        :param has_details: whether what is not for visitors belongs to a reason.
        :param modules: the frameworks, if they are known; else all modules are looked at.
        """
        self._has_details = has_details
        self._logged: BaseException | None = None
        self.warning = ""
        """The last warning in the log without an exception."""
        self._raised: list[tuple[BaseException, list[Any]]] = []
        """What the framework may have answered, with the lines that made it."""
        logger: Any = getattr(sys.modules.get("logging"), "Logger", None)
        if logger is not None:
            self._watch_log(logger)
        for name, module in list(sys.modules.items()) if modules is None else modules:
            wanted = CLASSES.get(name)
            if name == OWN_MODULE or name.endswith("." + OWN_MODULE):
                wanted = _OWN_CLASS
            if is_told and name.endswith(_OWN_CALLERS) and hasattr(module, _OWN_LOG):
                self._watch_own(module)
            kind = getattr(module, wanted, None) if wanted else None
            if isinstance(kind, type) and issubclass(kind, BaseException):
                self._watch_class(kind)

    @property
    def caught(self) -> BaseException | None:
        """The last exception in the log, or in an error page."""
        inner = (_inner(error) for error, _ in reversed(self._raised))
        return next((one for one in inner if one is not None), self._logged)

    def clear(self) -> None:
        """Forget the request before."""
        self._logged, self.warning = None, ""
        self._raised.clear()

    def note(self, exc_info: Any) -> None:
        """Take the exception that an app passes on to ``start_response``, if any."""
        if isinstance(exc_info, tuple) and isinstance(exc_info[1], BaseException):
            self._logged = exc_info[1]

    def of(self, status: str, kind: str = "", begin: bytes = b"") -> dict[str, Any]:
        """Return why the answer has its status: a text, and frames if they are known.

        :param status: the status of the answer.
        :param kind: the type of the answer.
        :param begin: the beginning of its body.
        """
        for error, made in reversed(self._raised):
            if self.caught is not None and _inner(error) is self.caught:
                break
            frames = described(error)["frames"] or made
            details = _details_of(error) if self._has_details else ""
            is_told = details != "" or _is_told(error, frames)
            if _status_of(error) == status[:3] and is_told:
                text = _text_of(error)
                text = "" if text.lower() in status.lower() else text
                text = "; ".join(part for part in (text, details) if part)
                text = f"{type(error).__name__}: {text}" if text else ""
                return {"text": text, "frames": frames}
        if self.caught is not None:
            facts = described(self.caught)
            text = f"{facts['type']}: {facts['text']}".rstrip(": ")
            return {"text": text, "frames": facts["frames"]}
        if self.warning and not library("re").match(_GENERIC, self.warning):
            return {"text": self.warning[:MAX_TEXT], "frames": []}
        # What a page says of a 5xx is for visitors: the log says more.
        is_refusal = status[:1] == "4" and status[:3] != "404"
        text = _said(kind, begin) if is_refusal else ""
        is_more = text.lower() not in status.lower()
        return {"text": text if is_more else "", "frames": []}

    def _watch_log(self, logger: Any) -> None:
        handle = logger.handle

        def watched(own: Any, record: Any) -> Any:
            facts = record.exc_info
            if isinstance(facts, tuple) and isinstance(facts[1], BaseException):
                self._logged = facts[1]
                without_frames(facts[1], _WATCHERS)
            elif record.levelno >= _WARNING:
                try:
                    self.warning = str(record.getMessage())
                except Exception:  # noqa: BLE001 - the app's own arguments do not fit
                    self.warning = str(record.msg)
            return handle(own, record)

        logger.handle = watched

    def _watch_own(self, module: Any) -> None:
        take = getattr(module, _OWN_LOG)

        def watched(*arguments: Any, **named: Any) -> Any:
            said = take(*arguments, **named)
            self._logged = sys.exc_info()[1]
            return said

        setattr(module, _OWN_LOG, watched)

    def _watch_class(self, kind: Any) -> None:
        raised = self._raised

        def note(own: Any) -> None:
            if not raised or raised[-1][0] is not own:
                raised[:] = [*raised[1 - _MAX_RAISED :], (own, _made_at(own))]

        kind.__init__ = Noting(kind.__init__, note)


def _inner(error: BaseException) -> BaseException | None:
    """Return the exception for which Bottle has made an error page."""
    inner = getattr(error, "exception", None)
    return inner if isinstance(inner, BaseException) else None


def _status_of(error: BaseException) -> str:
    for name in _STATUSES:
        value = str(getattr(error, name, None) or "")[:3]
        if value.isdigit():
            return value
    return _FIXED.get(type(error).__name__, "")


def _is_told(error: BaseException, frames: list[Any]) -> bool:
    """Tell whether it left the framework's own code: a framework raises many for itself."""
    return any(not _is_of(error, file) for file, _ in frames)


def _is_of(error: BaseException, file: str) -> bool:
    """Tell whether a file is in the package of an exception, or only watches it."""
    if file.startswith(_WATCHERS):
        return True
    module = type(error).__module__
    package = module.partition(".")[0]
    if module.endswith(OWN_MODULE):
        package = module.rpartition(".")[0].replace(".", "/")
    return f"/{package}/" in file or file.endswith(f"/{package}.py")


def _made_at(error: BaseException) -> list[Any]:
    """Return the lines that make an exception, up to the framework that called them."""
    found: list[Any] = []
    frame = sys._getframe(3)
    while frame is not None:
        file = frame.f_code.co_filename
        is_own = _is_of(error, file)
        if (is_own and found) or (_LIBRARY in file and not is_own):
            break
        if not is_own:
            found.append([file, frame.f_lineno])
        frame = frame.f_back  # type: ignore[assignment]
    return found[:MAX_FRAMES]


def _text_of(error: BaseException) -> str:
    """Return what an exception of a framework says."""
    try:
        if isinstance(error, KeyError) and error.args:
            return f"{error.args[0]!r} is missing in the request"
        if callable(getattr(error, "errors", None)):
            return _of_json(error.errors())  # type: ignore[attr-defined]
        for name in _TEXTS:
            value = getattr(error, name, None)
            if isinstance(value, bytes):
                value = value.decode("utf-8", "replace")
            if value == getattr(type(error), name, None):
                continue  # the standard text for the status
            if value and isinstance(value, (str, dict, list)):
                return _of_json(value)[:MAX_TEXT]
        return "" if hasattr(error, "get_response") else str(error)[:MAX_TEXT]
    except Exception:  # noqa: BLE001 - an exception of the app's own making
        return ""


def _details_of(error: BaseException) -> str:
    """Return what an exception does not tell visitors."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    try:
        details = getattr(error, "details", None)
        if type(error).__name__ == _OWN_CLASS and callable(details):
            return str(details())[:MAX_TEXT]
        if type(error).__name__ != "RequestEntityTooLarge" or trace is None:
            return ""
        names = trace.tb_frame.f_locals
        for name, text in _LIMITS.items():
            limit = names.get(name) or getattr(names.get("self"), name, None)
            size = names.get("content_length") or names.get("field_size")
            if limit is not None and (size is None or size > limit):
                return text.format(limit)
    except Exception:  # noqa: BLE001, S110 - of another version
        pass
    return ""


def _said(kind: str, begin: bytes) -> str:
    """Return the sentence in the body of an error."""
    text = begin.decode("utf-8", "replace").strip()
    kind = kind.partition(";")[0].strip().lower()
    if kind.endswith("json"):
        try:
            return _of_json(from_json(text))[:MAX_TEXT]
        except ValueError:
            return ""
    if kind == "text/html" and "<" in text:
        # The last block says more than the title and the heading.
        re = library("re")
        blocks = [re.sub(_TAG, "", found[2]) for found in re.finditer(_BLOCKS, text)]
        texts = [" ".join(library("html").unescape(block).split()) for block in blocks]
        text = next((one for one in reversed(texts) if one), "")
    return " ".join(text.split())[:300]


def _of_json(value: Any) -> str:
    """Return the message in a document about an error."""
    if isinstance(value, dict):
        for name in ("detail", "message", "error", "msg", "description", "title"):
            if value.get(name):
                place = value.get("loc")
                where = " in " + ".".join(map(str, place)) if place else ""
                return _of_json(value[name]) + where
    if isinstance(value, (list, tuple)) and value:
        return "; ".join(_of_json(one) for one in list(value)[:3])
    return "" if value is None else str(value)
