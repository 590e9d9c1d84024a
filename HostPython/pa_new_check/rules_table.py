"""The table of rules about loading the app: its import, its entry file, its packages.

The consequences are those of PythonAnywhere's help pages; ``page`` names the page. Of two
rules, the one that comes first names a cause more exactly.
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
        """"error" if the page will not answer as it should, else "warning" or "note"."""
        self.consequence = consequence
        """The consequence on PythonAnywhere."""
        self.fix = fix
        """The change to make, unless the finding has a better answer."""
        self.page = page
        """The name of a help page of PythonAnywhere."""


LOADING = (
    Rule(
        "removed-api",
        "error",
        "The import fails on PythonAnywhere, and every page is an error.",
        "Use an adapter for current versions of Tornado: `pa-new NAME --framework "
        "tornado` writes one, tornado_wsgi.",
        "UsingTornado",
    ),
    Rule(
        "missing-variable",
        "error",
        "On PythonAnywhere the variable is not set either, unless you set it there: "
        "the import fails, and every page is an error.",
        "Set it in a `.env` file, and load that file in the WSGI file before the "
        "import of the app.",
        "EnvironmentVariables",
    ),
    Rule(
        "wrong-case",
        "error",
        "Windows and macOS find the file nevertheless. PythonAnywhere runs Linux, "
        "where capital letters count: the file is not found.",
        "Write the name with the same capital letters in both places.",
        None,
    ),
    Rule(
        "polling-bot",
        "error",
        "Polling never ends: the import of the app never ends either, and every page "
        "is a 502 or 504 error.",
        "Let the web app receive a webhook, or run the bot as an always-on task (on "
        "paid accounts).",
        "AsyncInWebApps",
    ),
    Rule(
        "not-wsgi",
        "error",
        "PythonAnywhere's web apps use WSGI: it calls `application(environ, "
        "start_response)`, which this does not support, so every page is an error.",
        "Deploy it as an ASGI site (`pa website create`), or write the app with a "
        "WSGI framework.",
        "ASGICommandLine",
    ),
    Rule(
        "application-factory",
        "error",
        "PythonAnywhere calls `application(environ, start_response)`, but this "
        "function makes an app and takes no request: every page is an error.",
        "Call the function: `application = create_app()`.",
        "502BadGateway",
    ),
    Rule(
        "connection-at-import",
        "warning",
        "PythonAnywhere loads the app once and then forks its workers: all of them "
        "share this one connection, and the database server closes it after 300 "
        "seconds without a query.",
        "Connect in the request that needs the database, and close the connection at "
        "its end.",
        "ManagingDatabaseConnections",
    ),
    Rule(
        "network-at-import",
        "warning",
        "PythonAnywhere makes this call at every reload, and the import waits for it. "
        "A free account reaches only the websites of an allowlist: for others, the "
        "import fails.",
        "Make the call in the request that needs it, or once by hand in a console.",
        "403ForbiddenError",
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
        "windows-path",
        "warning",
        "PythonAnywhere runs Linux, where `\\` does not separate folders and there is "
        "no drive `C:`: the file is not found.",
        "Build the path from the folder of this file: `Path(__file__).parent / ...`.",
        "NoSuchFileOrDirectory",
    ),
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
        "Wrap it in an adapter: `pa-new NAME --framework fastapi` writes the folder "
        "asgi_adapter into NAME/. Copy it beside your app, and write `from asgi_adapter "
        "import ASGIAdapter` and `application = ASGIAdapter(app)`. An app with "
        "WebSockets needs an ASGI site (`pa website create`).",
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
        "Correct this line.",
        "DebuggingImportError",
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
        "django-setup",
        "warning",
        "A second call changes the logging that Django has set up, and messages get "
        "lost.",
        "Remove the line: `get_wsgi_application()` does all that is needed.",
        "502BadGateway",
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
        "python-version",
        "error",
        "It cannot be installed or imported with that version of Python.",
        "Choose another version of Python for the web app, or change what requires "
        "this one.",
        "PythonVersions",
    ),
    Rule(
        "no-build",
        "error",
        "`pip install` fails on PythonAnywhere, and the app does not get its packages.",
        "Remove the line, or limit it to another system: `NAME; sys_platform == "
        '"win32"`.',
        "InstallingNewModules",
    ),
    Rule(
        "no-bundle",
        "note",
        "`pa-new deploy` and `pa-new pack` cannot bundle the packages: it needs a "
        "virtualenv with all of them on PythonAnywhere.",
        "Use a package from PyPI that has a build for Linux.",
        "InstallingNewModules",
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
        "library-damaged",
        "error",
        "It is not as it was built: the app can end with a crash, or refuse to load it.",
        "Build the library again, and copy it without changes, byte for byte.",
        "UploadingAndDownloadingFiles",
    ),
    Rule(
        "library-older",
        "error",
        "The app runs the code that is in the library: what you changed since then has no "
        "effect.",
        "Build the library again, and upload the result.",
        None,
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
)
