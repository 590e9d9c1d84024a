"""Rules about how an app answers requests.

Each path is asked in every way in which https may reach the app. What differs between
them is a warning, since no page says which one PythonAnywhere uses.
"""

from __future__ import annotations

from pa_new_shared import host
from pa_new_shared.later import re
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

    from pa_new_check.runtime_rules import Judge

_FINE, _NOTED, _BAD = "fine", "noted", "bad"
_ENDS = ("answered", "violation", "failed", "hung", "died", "exit")
_TOLD = (*_ENDS, "refused")


class Answer:
    """How a path was answered."""

    def __init__(self, path: str, status: int) -> None:
        self.path = path
        self.status = status
        """The status code, 0 if there was no answer."""
        self.reason: dict[str, Any] = {}
        """What the app says of an error: a text, and the frames that are known."""


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
            scheme: _verdict(judge, path, events) for scheme, events in schemes.items()
        }
        for events in schemes.values():
            for event in events:
                if event["kind"] == "hung":
                    event["frames"] = judge.request_frames(hangs)
                    hangs += 1
        status = _status(schemes.get(0, []))
        answers.append(Answer(path, status))
        judge.path = path
        _judge_threads(judge, schemes.get(0, []))
        is_told = _is_told_by_library(judge, schemes.get(0, []))
        _judge_path(judge, path, schemes, verdicts, is_told)
    judge.path = None
    return answers


def _judge_visit(judge: Judge) -> list[Answer]:
    """Judge the last request of a visit; the visitor sees the response, if any."""
    answers: list[Answer] = []
    events: list[dict[str, Any]] = []
    target = "/"
    for event in judge.result.events:
        if event["kind"] == "requesting":
            target, events = event["target"], []
        elif event["kind"] in (*_ENDS, "reason"):
            events.append(event)
    if events and events[-1]["kind"] == "hung":
        events[-1]["frames"] = judge.request_frames(0)
    status = _status(events)
    answers.append(Answer(target, status))
    answers[-1].reason = _reason_of_visit(judge, target, events)
    if not status:
        _judge_events(judge, target, events)
    return answers


def _status(events: list[dict[str, Any]]) -> int:
    for event in events:
        if event["kind"] == "answered":
            digits = str(event["status"])[:3]
            return int(digits) if digits.isdigit() else 0
    return 0


def _verdict(judge: Judge, path: str, events: list[dict[str, Any]]) -> str:
    """Return the verdict on one request: fine, to be noted, or bad.

    A 400 is bad for a path that somebody has named. Of the routes that the app tells,
    some need a query, and are right to answer so without it.
    """
    status = _status(events)
    is_refused = any(event["kind"] == "refused" for event in events)
    is_bad = status == 400 and path in judge.task.paths
    if not status or status >= 500 or is_bad or is_refused:
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
    is_told: bool,
) -> None:
    """Report bad answers to a path, unless the app itself told a reason in its log."""
    bad = [scheme for scheme, verdict in verdicts.items() if verdict == _BAD]
    if not bad:
        first = schemes.get(0, [])
        html = next((event for event in first if event.get("is_html_as_text")), None)
        if verdicts.get(0) == _NOTED and not is_told:
            what = f"The response to `{plain(path)}` is {_status(schemes[0])}"
            reason = _reason(schemes[0])
            what += f": {plain(reason['text'])}" if reason.get("text") else ""
            judge.add("status", _placed(judge, reason, first), what)
        elif html is not None:
            from pa_new_check import handler_rules  # few apps send it

            handler_rules.judge_html(judge, path, html)
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
        from pa_new_check import refused_hosts  # most apps refuse none

        refused_hosts.judge_refusal(judge, path, refusal["allowed"], _status(events))
        return
    if event is None:
        judge.add("error-response", {}, f"{_request(path)} ends the process")
        return
    kind = event["kind"]
    consequence = (
        "" if path == "/" else f"Every visitor of `{plain(path)}` gets this too."
    )
    if kind == "violation":
        what = f"wsgiref.validate says: {plain(event['text'])}"
        judge.add("wsgi-violation", event, what)
    elif kind == "failed":
        from pa_new_check import import_causes  # most apps do not fail

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
        _judge_answer(judge, path, events, consequence)


def _reason(events: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the app says of its answer: a text, and frames; {} without that."""
    return next((e for e in events if e["kind"] == "reason"), {})


def _is_wrong_value(judge: Judge, given: dict[str, Any], path: str) -> bool:
    """Report a view whose framework refuses what it returns, without an exception."""
    if not given.get("view"):
        return False
    from pa_new_check import causes  # most apps do not fail

    return causes.explain(judge, {"type": "", "bases": [], **given}, path)


def _reason_of_visit(
    judge: Judge, path: str, events: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return what is told of an error: in our words if the view returns a wrong value."""
    given = _reason(events)
    if not given.get("caught"):
        return given
    from pa_new_check import causes_values, failure  # most apps do not fail

    cause = causes_values.wrong_value(failure.Failure(judge, given["caught"], path))
    if cause is None or cause.place is None:
        return given
    return {"text": cause.what, "frames": [list(cause.place)]}


def _placed(
    judge: Judge, facts: dict[str, Any], events: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return the facts with a place: the function that answers, if they have none."""
    if judge.has_own_line(facts.get("frames", [])):
        return facts
    answer = next((e for e in events if e["kind"] == "answered"), {})
    return {**facts, "frames": answer.get("frames", [])}


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


def _is_told_by_library(judge: Judge, events: list[dict[str, Any]]) -> bool:
    """Report what the library of handlers wrote into the log; tell whether it did."""
    if not any(event.get("errors") for event in events):
        return False
    from pa_new_check import handler_rules  # few requests write into the log

    return handler_rules.judge_log(judge, events)


def _judge_death(judge: Judge, path: str, status: int) -> None:
    consequence = f"Every visitor of `{plain(path)}` gets no response."
    from pa_new_check import handler_rules  # few apps end in a request

    if handler_rules.judge_trap(judge, path, consequence):
        return
    number = status & 0x7F
    how = f"signal {number}" if number else f"exit status {status >> 8}"
    judge.add(
        "error-response",
        {},
        f"{_request(path)} ends the process: {how}",
        "Native code crashed: see what the app printed before that." if number else "",
        consequence=consequence,
    )


def _judge_answer(
    judge: Judge,
    path: str,
    events: list[dict[str, Any]],
    consequence: str,
) -> None:
    """Report a bad answer, with the exception that the app caught, or what it says."""
    event = next(e for e in events if e["kind"] == "answered")
    caught = next((e for e in events[::-1] if e["kind"] == "caught"), None)
    given = _reason(events)
    caught = caught or _logged(judge, event)
    if caught is not None:
        from pa_new_check import import_causes  # most apps do not fail

        if import_causes.known(judge, caught, path):
            return
    elif _is_wrong_value(judge, given, path):
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
    elif given:
        reason = f", because of {plain(given['text'])}" if given["text"] else ""
        frames = given["frames"]
    elif errors:
        reason = f", because of {plain(errors[-1])}"
    elif logged:
        reason = f", and the app logs: {plain(logged[-1])}"
    if event["location"]:
        reason = f", and leads to itself: {plain(event['location'])}"
    what = f"The response to `{plain(path)}` is {plain(str(event['status']))}{reason}"
    facts = _placed(judge, {"frames": frames}, events)
    judge.add("error-response", facts, what, consequence=consequence)


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
