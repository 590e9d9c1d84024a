"""The command ``visit``: makes requests to the app, and prints the responses.

The app runs in a process of its own (:mod:`pa_new_check.sandbox`), which makes the
requests one after the other and prints the responses itself
(:mod:`pa_new_check.sandbox_visit`). This process tells it the requests: it makes their
bodies, keeps cookies and follows redirects. It also answers for static files, for which
PythonAnywhere does not ask the app.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

from pa_new_check import loading, placement, visit_body
from pa_new_check.check import known, read_findings
from pa_new_check.placement import Placement
from pa_new_check.project import CannotCheck, find, is_own, is_written_library
from pa_new_check.project_requirements import read_requirements
from pa_new_check.report import Report, write_document
from pa_new_check.static_analysis.analysis import analyze
from pa_new_check.visit_conversation import Conversation, Message, tell
from pa_new_check.visit_redirects import Request
from pa_new_check.visit_static import StaticFiles
from pa_new_shared import dotenv
from pa_new_shared.host import Site
from pa_new_shared.text import listed, plain, printable, shortened

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from pa_new_check.runtime_rules import Outcome

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


def run(options: SimpleNamespace, python: tuple[int, int], arguments: list[str]) -> int:
    """Make the request, print its response or report, and return the exit code."""
    project = find(Path(options.folder), options.entry)
    place = placement.place(project, known(options))
    message = _message(options, place.site)
    request = Request(
        options.method or ("GET" if message.body is None else "POST"),
        _target(options.path),
        has_body=message.body is not None,
    )
    static = StaticFiles(project.folder, options.static, options.package_static)
    jar = None
    if options.follow or options.cookie_jar:
        from pa_new_check import visit_cookies  # takes a while to import

        text = visit_cookies.read(options.cookie_jar) if options.cookie_jar else ""
        jar = visit_cookies.Jar(message.host, text, options.cookie_jar or "")
    with (
        opened(_file(options.output), "--output", 0o666) as file,
        opened(options.cookie_jar, "--cookie-jar", 0o600) as cookies,
    ):
        conversation = Conversation(request, message, options.follow, jar, static)
        conversation.file, conversation.has_heads = file.descriptor, not options.body
        conversation.limit = options.time_limit
        if static.has(request.target):
            status = conversation.answer_static()
        else:
            if options.upload:
                missing = _not_built(options, place, python)
                if missing is not None:
                    write_document(missing, arguments)
                    return 1
            asked = loading.Loading(
                read_requirements(project.folder, python),
                python,
                options.time_limit,
                [],
            )
            asked.uploads = options.upload
            asked.uses_namespaces = not options.no_namespaces
            asked.lent = loading.lent_variables(options.env, options.env_file)
            asked.lent.setdefault(dotenv.VISIT, "1")
            asked.conversation = conversation
            outcome, place = loading.load(place, asked)
            status = conversation.finish(outcome.status)
            reason = ""
            if not static.has(conversation.request.target):
                reason = _tell_reason(place, outcome)
            if (
                status == 400
                and ("host" in reason.lower() or not reason)
                and message.host == place.site.domain
            ):
                _advise_domain(place.site)
            is_form = request.method == "POST" and not options.json
            if status == 403 and is_form and _is_about_token(reason):
                tell(
                    "forms can have hidden fields, such as a token: visit the page with "
                    "the form first, and send them and its cookies (--cookie-jar), too"
                )
            if outcome.lost:
                more = [f"{len(outcome.lost) - 3} more"] if outcome.lost[3:] else []
                tell(
                    f"the app wrote {listed([*outcome.lost[:3], *more])}. This is gone "
                    "after the visit: only databases are kept"
                )
            if not status:
                report = Report(place, python, outcome.findings, [], outcome)
                write_document(report.document(), arguments)
        file.is_kept = cookies.is_kept = conversation.has_response
        if jar is not None and options.cookie_jar and cookies.is_kept:
            cookies.write(jar.lines().encode("latin-1"))
    return 0 if 0 < status < 400 and not conversation.is_lost else 1


def _tell_reason(place: Placement, outcome: Outcome) -> str:
    """Return why the app answers with an error; tell it, and where, if no page does.

    :returns: the reason, "" without one.
    """
    reason = outcome.answers[-1].reason if outcome.answers else {}
    if not reason:
        return ""
    if reason.get("is_read"):
        return str(reason["text"])
    project = place.project
    own = (
        f" ({project.name(Path(file))}:{line})"
        for file, line in reason["frames"]
        if is_own(project.folder, Path(file)) and not is_written_library(Path(file))
    )
    tell(f"the app's reason: {plain(reason['text'])}{next(own, '')}")
    return str(reason["text"])


def _is_about_token(reason: str) -> bool:
    """Tell whether an app may refuse a form because it has no token."""
    return not reason or any(word in reason.lower() for word in ("csrf", "token"))


def _advise_domain(site: Site) -> None:
    """Tell that an app may refuse the domain of the request."""
    if site.is_stand_in:
        tell(
            f"the request was for the domain {site.domain}, a stand-in: "
            "name yours with --domain"
        )


def _not_built(
    options: SimpleNamespace, place: Placement, python: tuple[int, int]
) -> dict[str, object] | None:
    """Return the report of what to build first, instead of the app's error page."""
    from pa_new_check import libraries  # most projects have none

    project = place.project
    if not options.upload:
        return None
    names = libraries.missing(project, options.upload)
    if not names and not libraries.older(project, options.upload):
        return None
    analysis = analyze(place, python)
    read_findings(place, analysis, python, options.account)
    native = libraries.judge_libraries(project, options.upload, options.build, analysis)
    rule = "not-built" if names else "library-older"
    findings = [f for f in native.findings if f.rule == rule]
    report = Report(place, python, findings, [], None)
    build = "the app is not built" if names else "the app is older than its sources"
    report.only_read = f"No request was made: {build}"
    return report.document() if report.findings else None  # the code can allow it


def _message(options: SimpleNamespace, site: Site) -> Message:
    """Return the header fields and the body that the options ask for."""
    headers = [_header(line) for line in options.header]
    names = {name.lower() for name, _ in headers}
    kinds = [bool(given) for given in (options.data, options.json, options.form)]
    if sum(kinds) > 1:
        raise CannotCheck("usage", "--data, --json and --form exclude each other")
    body = None
    if options.data:
        body = visit_body.of_data(options.data, "--data", b"&", _FORM)
    elif options.json:
        body = visit_body.of_data(options.json, "--json", b"", _JSON)
        if "accept" not in names:
            headers.insert(0, ("Accept", _JSON))
    elif options.form:
        body = visit_body.of_form(options.form)
        headers = [(n, _with_boundary(n, v, body.type)) for n, v in headers]
    if body is not None and "content-type" not in names:
        headers.insert(0, ("Content-Type", body.type))
    return Message(site, headers, body)


def _target(path: str) -> str:
    """Return the path of a request, and refuse a URL or a text without its slash."""
    if path.startswith("/"):
        return path
    _, has_scheme, rest = path.partition("://")
    meant = "/" + (rest.partition("/")[2] if has_scheme else path)
    text, meant = (repr(shortened(part, 100)) for part in (path, meant))
    raise CannotCheck("usage", f"{text} is not a path of a site: write {meant}")


def _file(output: str | None) -> str | None:
    """Return the file for the body; as for curl, a minus means stdout."""
    return None if output == "-" else output


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip():
        raise CannotCheck("usage", f"--header takes 'Name: value', not {line!r}")
    if any(character in line for character in "\r\n\0"):
        raise CannotCheck("usage", f"--header takes one line, not {line!r}")
    return name.strip(), value.strip()


def _with_boundary(name: str, value: str, kind: str) -> str:
    """Return a header's value: a form's type needs the text that parts its fields."""
    if name.lower() != "content-type" or "boundary=" in value.lower():
        return value
    return value + kind[kind.index(";") :] if value.startswith("multipart/") else value


class Place:
    """A file that an option names for writing."""

    def __init__(self, path: str, option: str) -> None:
        self.path = path
        self.option = option
        self.descriptor = -1
        self.is_kept = False
        """Whether the file stays, although the option made it."""

    def open(self, mode: int) -> bool:
        """Open the file without emptying it; return whether it is new."""
        flags = os.O_WRONLY | os.O_CREAT
        try:
            try:
                self.descriptor = os.open(self.path, flags | os.O_EXCL, mode)
            except FileExistsError:
                self.descriptor = os.open(self.path, flags, mode)
                return False
        except OSError as error:
            raise self._failure(error) from error
        return True

    def write(self, data: bytes) -> None:
        """Replace the content."""
        try:
            with open(self.descriptor, "wb", closefd=False) as file:
                if file.seekable():
                    file.truncate()
                file.write(data)
        except OSError as error:
            raise self._failure(error) from error

    def _failure(self, error: OSError) -> CannotCheck:
        what = f"{self.option} cannot write '{printable(self.path)}': {error.strerror}"
        return CannotCheck("output", what)


@contextlib.contextmanager
def opened(path: str | None, option: str, mode: int) -> Iterator[Place]:
    """Open a file for writing before the request, whose result must have a place.

    Nothing of it is lost, and no new one stays, if there is no response.
    """
    place = Place(path or "", option)
    is_new = path is not None and place.open(mode)
    try:
        yield place
    finally:
        if path is not None:
            os.close(place.descriptor)
        if is_new and not place.is_kept:
            os.unlink(place.path)
