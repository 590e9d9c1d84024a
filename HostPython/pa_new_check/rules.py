"""The table of rules: each with its consequence on PythonAnywhere, and what to change.

The consequences are those of PythonAnywhere's help pages; ``page`` names the page.
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
        """The consequence on PythonAnywhere."""
        self.fix = fix
        """The change to make, unless the finding has a better answer."""
        self.page = page
        """The name of a help page of PythonAnywhere."""


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
        """The mistake, as the beginning of a sentence."""
        self.fix = fix
        self.severity = severity
        self.consequence = consequence
        self.last_line = last_line
        """The last line of the statement: loading may name any of its lines."""
        self.also: list[str] = [] if also is None else also
        """Other rules by which loading may see the same mistake at another line."""

    def document(self) -> dict[str, object]:
        """Return the finding as the report has it, with the texts of its rule."""
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
        "On PythonAnywhere every page is then a 502 or 504 error: the import never "
        "ends, or the port conflicts with PythonAnywhere's own server.",
        'Put it below `if __name__ == "__main__":`, or remove it: PythonAnywhere has '
        "its own server and only needs `application`.",
        "Flask504And502Errors",
    ),
    Rule(
        "missing-application",
        "error",
        "PythonAnywhere imports a callable named `application` from this file; "
        "without it every page is an error.",
        "Assign the app at the top level of this file: `application = app`.",
        "502BadGateway",
    ),
    Rule(
        "application-under-main",
        "error",
        "PythonAnywhere imports this file, so `__name__` is not `__main__` and the "
        "code below the guard does not run: every page is an error.",
        "Assign `application` outside the guard, and keep only the code that starts a "
        "server inside it.",
        "Flask504And502Errors",
    ),
    Rule(
        "asgi-application",
        "error",
        "PythonAnywhere's web apps use WSGI: it calls `application(environ, "
        "start_response)`, which an ASGI app does not support, so every page is an "
        "error.",
        "Deploy it as an ASGI site (`pa website create`), or write the app with a "
        "WSGI framework.",
        "ASGICommandLine",
    ),
    Rule(
        "syntax-error",
        "error",
        "The import fails on PythonAnywhere, and every page is an error.",
        "Correct the line, or choose the Python version that the code is written for.",
        "DebuggingImportError",
    ),
    Rule(
        "import-error",
        "error",
        "The import fails on PythonAnywhere as it does here, and every page is an "
        "error.",
        "Correct the line that the message names.",
        "DebuggingImportError",
    ),
    Rule(
        "removed-api",
        "error",
        "The import fails on PythonAnywhere, and every page is an error.",
        "Use an adapter for current versions of Tornado: `pa-new NAME --framework "
        "tornado` writes one, wsgi_adapter.py.",
        "UsingTornado",
    ),
    Rule(
        "exit-at-import",
        "error",
        "This ends PythonAnywhere's worker while it loads the app: no page answers, "
        "and there is no traceback.",
        "Raise an exception that says what is wrong, or move this below `if __name__ "
        '== "__main__":`.',
        "502BadGateway",
    ),
    Rule(
        "thread-at-import",
        "warning",
        "PythonAnywhere loads the app once and then forks its workers: the thread "
        "runs in none of them, and its work is never done.",
        "Do the work in a request, in a scheduled task or in an always-on task.",
        "AsyncInWebApps",
    ),
    Rule(
        "process-at-import",
        "warning",
        "PythonAnywhere loads the app once and then forks its workers, and may end "
        "processes that a web app has started.",
        "Do the work in a request, in a scheduled task or in an always-on task.",
        "AsyncInWebApps",
    ),
    Rule(
        "loop-at-import",
        "warning",
        "PythonAnywhere loads the app once and then forks its workers: all of them "
        "would share this one event loop and wake each other up.",
        "Create the event loop in the request that needs it.",
        "GlobalStateAndWebApps",
    ),
    Rule(
        "error-response",
        "error",
        "Every visitor of `/` gets this error too.",
        "Correct the line that the message names.",
        "DebuggingImportError",
    ),
    Rule(
        "wsgi-violation",
        "error",
        "A server may answer this request incorrectly or with an error.",
        "Follow the rules of WSGI (PEP 3333), or use a framework, which does.",
        None,
    ),
    Rule(
        "shadowed-module",
        "warning",
        "Python imports the one that comes first on its path, also in libraries that "
        "need the other one.",
        "Rename the file.",
        "DebuggingImportError",
    ),
    Rule(
        "placeholder",
        "error",
        "Your account has no such name or folder.",
        "Replace it with the name of your own account.",
        "NoSuchFileOrDirectory",
    ),
    Rule(
        "python-version",
        "error",
        "It cannot be installed or imported with that version of Python.",
        "Choose another version of Python for the web app, or change what requires "
        "this one.",
        "PythonVersions",
    ),
    Rule(
        "not-built",
        "error",
        "The app needs it: every page that uses it is an error.",
        "Build it as the project's README says, and upload it with the project.",
        "UploadingAndDownloadingFiles",
    ),
    Rule(
        "library-format",
        "error",
        "Python on PythonAnywhere cannot load it: every page that uses it is an error.",
        "Build it on Linux or in a Linux container, and copy it without changes, byte "
        "for byte.",
        "UploadingAndDownloadingFiles",
    ),
    Rule(
        "library-machine",
        "error",
        "PythonAnywhere's machines are x86-64 and cannot load it: every page that "
        "uses it is an error.",
        "Build it for x86-64, for example in a container: `docker run --platform "
        "linux/amd64`.",
        None,
    ),
    Rule(
        "library-glibc",
        "error",
        "PythonAnywhere runs Ubuntu 22.04, whose glibc 2.35 refuses to load it: every "
        "page that uses it is an error.",
        "Build it on Ubuntu 22.04 or in a container of it (`ubuntu:22.04`; for Swift, "
        "an image whose name ends in `-jammy`).",
        "ChangingSystemImage",
    ),
    Rule(
        "library-needs",
        "warning",
        "Ubuntu may not have it, and you cannot install system packages on "
        "PythonAnywhere: unless it comes with the app, every page that uses it is an "
        "error.",
        "Link it statically, or upload it too and link with the run path `$ORIGIN`.",
        "CompilingCPrograms",
    ),
    Rule(
        "slow-load",
        "warning",
        "After a reload PythonAnywhere waits 20 seconds for the first response, and "
        "then reports that the reload failed.",
        "Do slow work in the request that needs it, or outside the web app.",
        "ErrorReloadingWebApp",
    ),
    Rule(
        "relative-path",
        "warning",
        "On PythonAnywhere the working directory is your home folder, not the "
        "project's folder, so the file is not found.",
        "Build the path from the folder of this file: `Path(__file__).parent / ...`.",
        "NoSuchFileOrDirectory",
    ),
    Rule(
        "secret-in-source",
        "warning",
        "Everyone who can read the code knows the secret.",
        "Read it from the environment: `os.environ[...]`, set from a `.env` file.",
        "EnvironmentVariables",
    ),
    Rule(
        "websocket",
        "warning",
        "PythonAnywhere's web apps use WSGI, which does not support WebSockets: the "
        "connection is refused.",
        "Let the page ask the server every few seconds, or deploy an ASGI site (`pa "
        "website create`).",
        "FlaskSocketIO",
    ),
    Rule(
        "push",
        "warning",
        "A worker answers one request at a time, for at most five minutes: each "
        "visitor that waits keeps one worker busy.",
        "Let the page ask the server every few seconds.",
        "AsyncInWebApps",
    ),
)

RULES = {rule.name: rule for rule in _TABLE}

# Of two findings at one line, the one that comes first here is reported.
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

# How long PythonAnywhere waits after Reload, in seconds, and the part of that time which
# an import may take here before it is called slow.
RELOAD_LIMIT = 20.0
SLOW_SHARE = 0.5
