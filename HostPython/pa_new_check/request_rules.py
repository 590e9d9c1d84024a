"""Rules about how an app answers requests.

Each path is asked in every way in which https may reach the app. What differs between
them is a warning, since no page says which one PythonAnywhere uses.
"""

from __future__ import annotations

import contextlib
import re

from pa_new_check import import_causes
from pa_new_check.project import python_files
from pa_new_shared import host
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

    from pa_new_check.runtime_rules import Judge

_FINE, _NOTED, _BAD = "fine", "noted", "bad"
_ENDS = ("answered", "violation", "failed", "hung", "died", "exit")
_TOLD = (*_ENDS, "refused")
_LOCAL = ("localhost", "127.0.0.1", "[::1]", "0.0.0.0", "testserver", ".localhost")


class Answer:
    """How a path was answered."""

    def __init__(self, path: str, status: int) -> None:
        self.path = path
        self.status = status
        """The status code, 0 if there was no answer."""


def judge(judge: Judge) -> list[Answer]:
    """Report bad answers, and return how each path was answered."""
    if judge.task.conversation is not None:
        return _judge_visit(judge)
    answers: list[Answer] = []
    asked: dict[str, dict[int, list[dict[str, Any]]]] = {}
    current: list[dict[str, Any]] = []
    for event in judge.result.events:
        kind = event["kind"]
        if kind == "requesting":
            current = []
            asked.setdefault(event["target"], {})[event["scheme"]] = current
        elif kind in _TOLD or event.get("importing") is False:
            current.append(event)
    hangs = 0
    for path, schemes in asked.items():
        if not path:
            continue  # asked for routes
        verdicts = {
            scheme: _verdict(judge, events) for scheme, events in schemes.items()
        }
        for events in schemes.values():
            for event in events:
                if event["kind"] == "hung":
                    event["frames"] = judge.request_frames(hangs)
                    hangs += 1
        status = _status(schemes.get(0, []))
        answers.append(Answer(path, status))
        _judge_threads(judge, schemes.get(0, []))
        _judge_path(judge, path, schemes, verdicts)
    return answers


def _judge_visit(judge: Judge) -> list[Answer]:
    """Judge the last request of a visit; the visitor sees the response, if any."""
    answers: list[Answer] = []
    events: list[dict[str, Any]] = []
    target = "/"
    for event in judge.result.events:
        if event["kind"] == "requesting":
            target, events = event["target"], []
        elif event["kind"] in _ENDS:
            events.append(event)
    if events and events[-1]["kind"] == "hung":
        events[-1]["frames"] = judge.request_frames(0)
    status = _status(events)
    answers.append(Answer(target, status))
    if not status:
        _judge_events(judge, target, events)
    return answers


def _status(events: list[dict[str, Any]]) -> int:
    for event in events:
        if event["kind"] == "answered":
            digits = str(event["status"])[:3]
            return int(digits) if digits.isdigit() else 0
    return 0


def _verdict(judge: Judge, events: list[dict[str, Any]]) -> str:
    """Return the verdict on one request: fine, to be noted, or bad."""
    status = _status(events)
    is_refused = any(event["kind"] == "refused" for event in events)
    if not status or status >= 500 or status == 400 or is_refused:
        return _BAD
    if 300 <= status < 400 and _leads_to_itself(judge, events):
        return _BAD
    return _FINE if status < 400 else _NOTED


def _leads_to_itself(judge: Judge, events: list[dict[str, Any]]) -> bool:
    """Tell whether a visitor is sent to the page that he asked for, again and again.

    A page that sets a cookie before may answer otherwise when it is asked again.
    """
    is_plain = events[-1]["scheme"] == host.SCHEMES.index(host.PLAIN)
    return _is_sent_to(judge, events[-1], "http" if is_plain else "https")


def _is_sent_to(judge: Judge, answer: dict[str, Any], scheme: str) -> bool:
    """Tell whether a redirect leads to the same page, by this scheme."""
    if answer["kind"] != "answered" or not answer["location"] or answer["has_cookie"]:
        return False
    from urllib.parse import urljoin  # takes a while, and is seldom needed

    own = f"{scheme}://{judge.task.placement.site.domain}{answer['target']}"
    try:
        target = urljoin(own, str(answer["location"]))
    except ValueError:
        return False  # it is no URL
    return target.partition("#")[0] == own


def _judge_path(
    judge: Judge,
    path: str,
    schemes: dict[int, list[dict[str, Any]]],
    verdicts: dict[int, str],
) -> None:
    bad = [scheme for scheme, verdict in verdicts.items() if verdict == _BAD]
    if not bad:
        if verdicts.get(0) == _NOTED:
            what = f"The response to `{plain(path)}` is {_status(schemes[0])}"
            judge.add("status", {}, what)
        elif any(event.get("is_html_as_text") for event in schemes.get(0, [])):
            what = f"The response to `{plain(path)}` is HTML, but it is sent as text"
            judge.add("html-as-text", {}, what)
        return
    is_https = len(bad) == len(verdicts) - 1 and _is_sent_to_https(judge, schemes)
    if len(bad) == len(verdicts) or is_https or _is_endless(judge, schemes, verdicts):
        _judge_events(judge, path, schemes[bad[0]])
        return
    names = " and ".join(f"`{host.SCHEMES[scheme]}`" for scheme in bad)
    events = schemes[bad[0]]
    what = f"{_request(path)} fails if it reaches the app as {names}: "
    what += _what(judge, events[-1])
    judge.add("scheme", events[-1], what)


def _is_sent_to_https(judge: Judge, schemes: dict[int, list[dict[str, Any]]]) -> bool:
    """Tell whether a visitor by http is sent to https: then that answer counts."""
    plain_http = schemes.get(host.SCHEMES.index(host.PLAIN), [])
    places = [str(e["location"]) for e in plain_http if e["kind"] == "answered"]
    return places[-1:] != [] and places[-1].startswith(
        f"https://{judge.task.placement.site.domain}"
    )


def _is_endless(
    judge: Judge, schemes: dict[int, list[dict[str, Any]]], verdicts: dict[int, str]
) -> bool:
    """Tell whether all visitors are sent to the same page, however https arrives."""
    if len(verdicts) < len(host.SCHEMES) or not all(schemes.values()):
        return False
    answers = [events[-1] for events in schemes.values()]
    return any(
        all(_is_sent_to(judge, answer, scheme) for answer in answers)
        for scheme in ("http", "https")
    )


def _request(path: str) -> str:
    return f"A request for `{plain(path)}`"


def _what(judge: Judge, event: dict[str, Any]) -> str:
    """Return what happened to a request, in few words."""
    kind = event["kind"]
    if kind == "answered":
        location = event["location"]
        status = plain(str(event["status"]))
        return f"{status}, to {plain(location)}" if location else status
    if kind in ("failed", "violation"):
        return f"{event['type']}: {plain(event['text'])}"
    if kind == "hung":
        return f"no response within {judge.task.time_limit:g} seconds"
    return "it ends the process"


def _judge_events(judge: Judge, path: str, events: list[dict[str, Any]]) -> None:
    """Report what went wrong with a request, however https reaches the app."""
    refusal = next((e for e in events if e["kind"] == "refused"), None)
    event = next((e for e in events if e["kind"] in _ENDS), None)
    if refusal is not None:
        _judge_refusal(judge, path, refusal["allowed"], _status(events))
        return
    if event is None:
        judge.add("error-response", {}, f"{_request(path)} ends the process")
        return
    kind = event["kind"]
    consequence = (
        "" if path == "/" else f"Every visitor of `{plain(path)}` gets this too."
    )
    if kind == "violation":
        judge.add(
            "wsgi-violation", event, f"wsgiref.validate says: {plain(event['text'])}"
        )
    elif kind == "failed":
        if not import_causes.known(judge, event, path):
            what = f"{_request(path)} raises {event['type']}: {plain(event['text'])}"
            judge.add("error-response", event, what, consequence=consequence)
    elif kind == "hung":
        _judge_hang(judge, path, event, consequence)
    elif kind == "exit":
        what = f"{_request(path)} ends the process: {plain(event['what'])}"
        judge.add("error-response", event, what, consequence=consequence)
    elif kind == "died":
        _judge_death(judge, path, event["status"])
    else:
        caught = next((e for e in events[::-1] if e["kind"] == "caught"), None)
        _judge_answer(judge, path, event, caught, consequence)


def _judge_hang(
    judge: Judge, path: str, event: dict[str, Any], consequence: str
) -> None:
    what = f"{_request(path)} gets no response within {judge.task.time_limit:g} seconds"
    threads = [
        e for e in judge.result.events if e["kind"] == "thread" and e["importing"]
    ]
    if threads and not judge.has_own_line(event["frames"]):
        event = threads[0]
        what += ": it waits for a thread that is started here, at import"
        consequence = (
            "PythonAnywhere loads the app once and then forks its workers: the thread "
            "runs in none of them, and every request hangs."
        )
    judge.add("error-response", event, what, consequence=consequence)


def _judge_death(judge: Judge, path: str, status: int) -> None:
    number = status & 0x7F
    how = f"signal {number}" if number else f"exit status {status >> 8}"
    judge.add(
        "error-response",
        {},
        f"{_request(path)} ends the process: {how}",
        "Native code crashed: see what the app printed before that." if number else "",
        consequence=f"Every visitor of `{plain(path)}` gets no response.",
    )


def _judge_answer(
    judge: Judge,
    path: str,
    event: dict[str, Any],
    caught: dict[str, Any] | None,
    consequence: str,
) -> None:
    """Report a bad answer.

    :param caught: the exception that the app caught, None if that is not known.
    """
    caught = caught or _logged(judge, event)
    if caught is not None and import_causes.known(judge, caught, path):
        return
    text = f"{judge.result.output}\n{event['errors']}"
    frames = judge.frames_in(text)[::-1]
    lines = [line for line in text.splitlines() if re.match(r"[\w.]+(:|$)", line)]
    errors = [line for line in lines if re.match(r"[\w.]*(Error|Exception)", line)]
    logged = str(event["errors"]).strip().splitlines()
    reason = ""
    if caught is not None:
        reason = f", because of {caught['type']}: {plain(caught['text'])}"
        frames = caught["frames"]
    elif errors:
        reason = f", because of {plain(errors[-1])}"
    elif logged:
        reason = f", and the app logs: {plain(logged[-1])}"
    if event["location"]:
        reason = f", and leads to itself: {plain(event['location'])}"
    what = f"The response to `{plain(path)}` is {plain(str(event['status']))}{reason}"
    judge.add("error-response", {"frames": frames}, what, consequence=consequence)


def _logged(judge: Judge, event: dict[str, Any]) -> dict[str, Any] | None:
    """Return the exception that the app wrote into its log, None without one."""
    from pa_new_check.failure import logged  # most apps do not fail

    found = logged(str(event["errors"]))
    targets = {e["target"] for e in judge.result.events if e["kind"] == "requesting"}
    if found is None and len(targets - {""}) == 1:
        found = logged(judge.result.output)  # it is no other path's
    if found is not None:
        here = judge.task.placement.here
        found["frames"] = [[here(file), line] for file, line in found["frames"]]
    return found


def _judge_refusal(
    judge: Judge, path: str, allowed: list[str] | None, status: int
) -> None:
    """Report an app that answers other domains, but not its own.

    :param allowed: the domains in Django's settings, None without Django.
    """
    site = judge.task.placement.site
    setting = "SERVER_NAME" if status == 404 else "ALLOWED_HOSTS"
    if allowed is None and status == 400:
        setting = "TRUSTED_HOSTS"
    severity = ""
    consequence = "" if allowed is not None else "Every visitor gets this response."
    others = [name for name in allowed or [] if name not in _LOCAL]
    fix = f'Add the domain: `{setting} = ["{site.domain}"]`.'
    if setting == "SERVER_NAME":
        fix = f"Remove SERVER_NAME, or set it to `{site.domain}`."
    elif others:
        names = ", ".join(f'"{plain(name)}"' for name in [*others, site.domain])
        fix = f"Add the domain: `{setting} = [{names}]`."
    listed = [
        name for name in judge.task.stage.examples() if _is_for_hosts(judge, name)
    ]
    if listed and setting == "ALLOWED_HOSTS":
        severity = "warning"  # the value is only that of the example
        fix = f"Set the variable on PythonAnywhere: `{listed[0]}={site.domain}`."
    if site.is_stand_in and (others or setting == "SERVER_NAME"):
        severity = "warning"  # the web app's own domain may be the one that is allowed
        fix = "Name the domain of the web app with --domain, and check again."
        consequence = "Every visitor gets this response if it does not allow yours."
    judge.add(
        "allowed-hosts",
        {"frames": _places_of(judge, setting, others)},
        f"The response to `{plain(path)}` is {status} for the domain {site.domain}: "
        f"{setting} does not allow it",
        fix,
        severity,
        consequence,
    )


def _is_for_hosts(judge: Judge, name: str) -> bool:
    """Tell whether the code takes the hosts from a variable."""
    if "HOST" not in name:
        return False
    texts = (f'"{name}"'.encode(), f"'{name}'".encode())
    for path in python_files(judge.task.project.folder):
        with contextlib.suppress(OSError):
            code = path.read_bytes()
            if any(text in code for text in texts):
                return True
    return False


def _places_of(judge: Judge, setting: str, values: list[str]) -> list[list[Any]]:
    """Return the line of the project that sets a setting, as a frame.

    Of several lines, it is the first that has one of the values, or else the first.
    """
    places: list[list[Any]] = []
    found = re.compile(rf"^\s*(?:\w+\.)*(?:config\[)?[\"']?{setting}[\"']?\]?\s*[:=]")
    for path in python_files(judge.task.project.folder):
        try:
            lines = path.read_bytes().decode("utf-8", "replace").splitlines()
        except OSError:
            continue
        for number, line in enumerate(lines, 1):
            if found.match(line):
                if any(value in line for value in values):
                    return [[str(path), number]]
                places.append([str(path), number])
    return places[:1]


def _judge_threads(judge: Judge, events: list[dict[str, Any]]) -> None:
    for event in events:
        if event["kind"] == "thread" and _is_own_thread(judge, event["frames"]):
            what = "A request starts a thread that still runs after the response"
            judge.add("thread-in-request", event, what)
            return


def _is_own_thread(judge: Judge, frames: list[Any]) -> bool:
    """Tell whether a thread is the app's own, and not one of a library's pool."""
    pools = ("/concurrent/futures/", "/anyio/", "/asyncio/", "/a2wsgi/")
    if any(pool in str(file) for file, _ in frames for pool in pools):
        return False
    return judge.has_own_line(frames)
