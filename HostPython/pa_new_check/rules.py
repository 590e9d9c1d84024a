"""The table of rules: what each finds, what then happens on the host, what to change.

What is said about the host is from its help pages; ``page`` names the one that says it.
"""

from __future__ import annotations


class Rule:
    """One kind of mistake."""

    def __init__(
        self,
        name: str,
        severity: str,
        consequence: str,
        fix: str,
        page: str | None,
    ) -> None:
        self.name = name
        self.severity = severity
        """"error" if the page will not answer as it should, else "warning"."""
        self.consequence = consequence
        """What will happen on the host."""
        self.fix = fix
        """What to change, where the finding itself knows nothing better."""
        self.page = page
        """The host's help page, without its address."""


class Finding:
    """One mistake at one place."""

    def __init__(
        self,
        rule: str,
        file: str,
        line: int,
        what: str,
        fix: str = "",
        severity: str = "",
        consequence: str = "",
        last_line: int = 0,
        also: list[str] | None = None,
    ) -> None:
        self.rule = rule
        self.file = file
        """Relative to the project's folder, with ``/`` between its parts."""
        self.line = line
        self.what = what
        """What was found, as the beginning of a sentence."""
        self.fix = fix
        self.severity = severity
        self.consequence = consequence
        self.last_line = last_line
        """Where the statement ends: loading may name any of its lines."""
        self.also: list[str] = [] if also is None else also
        """Other rules by which loading may see the same mistake at another line."""

    def document(self) -> dict[str, object]:
        """Return the finding as the report has it, with the rule's own words."""
        rule = RULES[self.rule]
        return {
            "rule": self.rule,
            "severity": self.severity or rule.severity,
            "file": self.file,
            "line": self.line,
            "message": f"{self.what}. {self.consequence or rule.consequence}",
            "fix": self.fix or rule.fix,
            "page": rule.page,
        }


_TABLE = (
    Rule(
        "server-start",
        "error",
        "On the host this gives 502 or 504: the import never ends, or its port is in "
        "the way of the host's own server, and nothing answers.",
        'Put it below `if __name__ == "__main__":`, or remove it: the host has a '
        "server of its own and only needs `application`.",
        "Flask504And502Errors",
    ),
    Rule(
        "missing-application",
        "error",
        "The host takes a callable named `application` from this file; without it "
        "every page is an error.",
        "Assign the app at the top level of this file: `application = app`.",
        "502BadGateway",
    ),
    Rule(
        "application-under-main",
        "error",
        "The host imports the file, so that `__name__` is not `__main__` and the guard "
        "keeps `application` away: every page is an error.",
        "Assign `application` outside of the guard, and leave in it only what starts "
        "a server.",
        "Flask504And502Errors",
    ),
    Rule(
        "asgi-application",
        "error",
        "The host's web apps are WSGI: it calls `application(environ, start_response)`"
        ", which an ASGI app does not understand, and every page is an error.",
        "Deploy it as an ASGI site (`pa website create`), or write the app with a WSGI "
        "framework.",
        "ASGICommandLine",
    ),
    Rule(
        "syntax-error",
        "error",
        "The import fails on the host, and every page is an error.",
        "Correct the line, or choose the Python the code is written for.",
        "DebuggingImportError",
    ),
    Rule(
        "import-error",
        "error",
        "The import fails on the host as it does here, and every page is an error.",
        "Correct the line that the message names.",
        "DebuggingImportError",
    ),
    Rule(
        "removed-api",
        "error",
        "The import fails on the host, and every page is an error.",
        "Give the app to an adapter for today's Tornado: `pa-new NAME --framework "
        "tornado` writes one, wsgi_adapter.py.",
        "UsingTornado",
    ),
    Rule(
        "exit-at-import",
        "error",
        "This ends the host's worker while it loads the app: no page answers, and no "
        "traceback is shown.",
        "Raise an exception that says what is wrong, or move this below "
        '`if __name__ == "__main__":`.',
        "502BadGateway",
    ),
    Rule(
        "thread-at-import",
        "warning",
        "The host loads the app once and then splits into workers: no worker has the "
        "thread, and what it should do is never done.",
        "Do the work in a request, in a scheduled task or in an always-on task.",
        "AsyncInWebApps",
    ),
    Rule(
        "process-at-import",
        "warning",
        "The host loads the app once and then splits into workers, and may end "
        "processes that were started by a web app.",
        "Do the work in a request, in a scheduled task or in an always-on task.",
        "AsyncInWebApps",
    ),
    Rule(
        "loop-at-import",
        "warning",
        "The host loads the app once and then splits into workers: all of them would "
        "share this one event loop and wake each other up.",
        "Make the event loop in the request that needs it.",
        "GlobalStateAndWebApps",
    ),
    Rule(
        "error-response",
        "error",
        "Every visitor of `/` sees this too.",
        "Correct the line that the message names.",
        "DebuggingImportError",
    ),
    Rule(
        "wsgi-violation",
        "error",
        "A server may answer this request wrongly or with an error.",
        "Keep to the rules of WSGI (PEP 3333), or let a framework do it.",
        None,
    ),
    Rule(
        "shadowed-module",
        "warning",
        "Whichever comes first on the path is imported by everyone who asks for that "
        "name, libraries too.",
        "Give the file another name.",
        "DebuggingImportError",
    ),
    Rule(
        "placeholder",
        "error",
        "There is no such name or folder in your account.",
        "Put your own account's name in its place.",
        "NoSuchFileOrDirectory",
    ),
    Rule(
        "python-version",
        "error",
        "It cannot be installed or imported with that Python.",
        "Choose another Python for the web app, or another version of what asks for "
        "it.",
        "PythonVersions",
    ),
    Rule(
        "not-built",
        "error",
        "The app asks for it, and every page that needs it is an error.",
        "Build it as the project's README says, and upload it with the project.",
        "UploadingAndDownloadingFiles",
    ),
    Rule(
        "library-format",
        "error",
        "The host's Python cannot load it, and every page that needs it is an error.",
        "Build it on Linux or in an image of it, and copy it as it is, byte for byte.",
        "UploadingAndDownloadingFiles",
    ),
    Rule(
        "library-machine",
        "error",
        "The host's machines are x86-64 and cannot load it: every page that needs it "
        "is an error.",
        "Build it for x86-64: an image runs as such with "
        "`docker run --platform linux/amd64`.",
        None,
    ),
    Rule(
        "library-glibc",
        "error",
        "The host's image is Ubuntu 22.04, whose glibc is 2.35 and refuses to load it: "
        "every page that needs it is an error.",
        "Build it on Ubuntu 22.04 or in an image of it (`ubuntu:22.04`, and for Swift "
        "one whose name ends in `-jammy`).",
        "ChangingSystemImage",
    ),
    Rule(
        "library-needs",
        "warning",
        "No Ubuntu is sure to have it, and nothing can be installed into the host's "
        "system: unless the app brings it, every page that needs it is an error.",
        "Link it statically, or upload it too and link with the run path `$ORIGIN`.",
        "CompilingCPrograms",
    ),
    Rule(
        "slow-load",
        "warning",
        "After Reload the host waits 20 seconds for the first answer, and then reports "
        "that the reload failed.",
        "Do slow work in the request that needs it, or outside of the web app.",
        "ErrorReloadingWebApp",
    ),
    Rule(
        "relative-path",
        "warning",
        "The host's working directory is your home folder and not the project, so the "
        "file is not found there.",
        "Build the path from the file's own place: `Path(__file__).parent / ...`.",
        "NoSuchFileOrDirectory",
    ),
    Rule(
        "secret-in-source",
        "warning",
        "Whoever sees the code has the secret.",
        "Take it from the environment: `os.environ[...]`, set from a `.env` file.",
        "EnvironmentVariables",
    ),
    Rule(
        "websocket",
        "warning",
        "The host's web apps are WSGI, which cannot carry a WebSocket: the connection "
        "is refused.",
        "Let the page ask again, or deploy an ASGI site (`pa website create`).",
        "FlaskSocketIO",
    ),
    Rule(
        "push",
        "warning",
        "A worker answers one request at a time, and at most for five minutes: each "
        "visitor that listens takes one worker away.",
        "Let the page ask again every few seconds.",
        "AsyncInWebApps",
    ),
)

RULES = {rule.name: rule for rule in _TABLE}

# Of what is found twice at one line, the first of these is reported.
RANK = {rule.name: place for place, rule in enumerate(_TABLE)}
RANK["removed-api"] = -1
SAME_CAUSE = frozenset(
    (
        "server-start",
        "import-error",
        "removed-api",
        "exit-at-import",
        "thread-at-import",
        "process-at-import",
        "loop-at-import",
        "slow-load",
        "python-version",
        "relative-path",
        "syntax-error",
        "error-response",
    )
)

# How long the host waits after Reload, in seconds, and the share of
# it that an import may take here before it is called slow.
RELOAD_LIMIT = 20.0
SLOW_SHARE = 0.5
