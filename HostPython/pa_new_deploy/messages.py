"""The messages of the problems in :mod:`pa_new_deploy.problems`.

A problem of one area alone has its message beside its facts, in its ``diagnostic``.
"""

from __future__ import annotations

from pa_new_deploy import problems
from pa_new_deploy.api.region import EU, SITE_VARIABLE, TOKEN_VARIABLE, US
from pa_new_deploy.diagnostic import Diagnostic
from pa_new_shared.text import listed, printable


def diagnose(problem: problems.Problem) -> Diagnostic:
    """Return the message for a problem."""
    own = problem.diagnostic()
    if own is not None:
        return own
    if isinstance(problem, problems.BadUsage):
        return Diagnostic(printable(problem.message))
    if isinstance(problem, problems.Interrupted):
        return Diagnostic("interrupted", "", _CONTINUE)
    if isinstance(problem, problems.Internal):
        return Diagnostic(f"internal error: {problem.kind}", f"in {problem.place}")
    return (
        _of_the_environment(problem)
        or _of_the_project(problem)
        or _of_the_account(problem)
        or _of_the_api(problem)
        or Diagnostic(type(problem).__name__)
    )


def _of_the_environment(problem: problems.Problem) -> Diagnostic | None:
    if isinstance(problem, problems.NoToken):
        return Diagnostic(
            "there is no API token",
            f"the environment variable {TOKEN_VARIABLE} is not set",
            "create a token on the Account page of PythonAnywhere, under API Token, "
            f"and set {TOKEN_VARIABLE} to it. Consoles of PythonAnywhere that you open after "
            "that have it. A dry run needs no token",
        )
    if isinstance(problem, problems.BadToken):
        return Diagnostic(
            f"the value of {TOKEN_VARIABLE} is not an API token",
            "it contains a space, a line break or another character that no token has",
            "copy the token again from the Account page of PythonAnywhere",
        )
    if isinstance(problem, problems.BadSite):
        return Diagnostic(
            f"{SITE_VARIABLE} is {_quoted(problem.site)}, which is not an address of "
            "PythonAnywhere",
            "pa-new sends the token only to PythonAnywhere",
            f"set it to {US} or {EU}, or unset it",
        )
    if isinstance(problem, problems.OtherSite):
        return Diagnostic(
            f"{problem.domain} is not on {problem.site}",
            f"{SITE_VARIABLE} and the domain are of different regions",
            f"unset {SITE_VARIABLE}, or pass the right domain with --domain",
        )
    return None


def _of_the_project(problem: problems.Problem) -> Diagnostic | None:
    if isinstance(problem, problems.CheckFailed):
        count = f"{problem.errors} error" + ("s" if problem.errors != 1 else "")
        return Diagnostic(
            f"the check found {count} in the project",
            "the app would fail on PythonAnywhere",
            "fix the errors above, or skip the check with --no-check",
        )
    if isinstance(problem, problems.NoProject):
        return Diagnostic(
            f"there is no {printable(problem.entry)} in {_quoted(problem.folder)}",
            "PythonAnywhere loads the app from that file",
            "pass the folder of a project that pa-new made",
        )
    if isinstance(problem, problems.NotBuilt):
        is_one = len(problem.paths) == 1
        verb, them = ("is", "it") if is_one else ("are", "them")
        commands = "; ".join(map(printable, problem.commands))
        return Diagnostic(
            f"{listed([_quoted(path) for path in problem.paths])} {verb} not built",
            f"the app needs {them} on PythonAnywhere",
            f"run in the project's folder: {commands}"
            if commands
            else f"build {them} first",
        )
    if isinstance(problem, problems.BadFile):
        reason, hint = {
            "link": (
                "it is a symbolic link, which could point to any file of yours",
                "replace it with a regular file",
            ),
            "name": (
                "its name contains characters that may be lost in a URL",
                "rename it",
            ),
            "special": ("it is not a regular file", "replace it with a regular file"),
            "unreadable": ("it cannot be read", "make it readable"),
            "deep": (
                "it is in more than 300 other folders",
                "move it up, or out of the project",
            ),
            "large": (
                "it is the largest file, and all files together have more than 1 GiB",
                "move it out of the project",
            ),
        }[problem.kind]
        return Diagnostic(
            f"{_quoted(problem.path)} cannot be {problem.deed}",
            reason,
            f"{hint}, or let git ignore it",
        )
    return None


def _of_the_account(problem: problems.Problem) -> Diagnostic | None:
    if isinstance(problem, problems.InTheWay):
        kinds = ("folder", "file") if problem.is_folder else ("file", "folder")
        return Diagnostic(
            f"{_quoted(problem.path)} is a {kinds[0]} on PythonAnywhere",
            f"the project has a {kinds[1]} of that name",
            "move or delete it on the Files page of PythonAnywhere",
        )
    if isinstance(problem, problems.ForeignWSGIFile):
        return Diagnostic(
            f"the WSGI file {problem.path} on PythonAnywhere is not this project's",
            "pa-new did not write it, or it was edited after the last deployment",
            "pass --replace-wsgi to replace it; a copy of it is kept on PythonAnywhere",
        )
    if isinstance(problem, problems.NotInstalled):
        return _not_installed(problem)
    if isinstance(problem, problems.OtherPython):
        there = printable(problem.there)
        return Diagnostic(
            f"{problem.domain} runs Python {there}, but the project is for Python "
            f"{problem.python}",
            "pa-new cannot change it over the API",
            'set it on the Web tab of PythonAnywhere, in the section "Code:", after '
            f'"Python version:"; or change the project\'s: pa-new update --set python={there}',
        )
    if isinstance(problem, problems.NotCreated):
        return Diagnostic(
            f"PythonAnywhere did not create the web app {problem.domain}",
            printable(problem.message) or "it gave no reason",
            "a free account can have one web app; to use the one that exists, pass its "
            "domain with --domain",
        )
    return None


def _of_the_api(problem: problems.Problem) -> Diagnostic | None:
    if isinstance(problem, problems.Refused):
        return Diagnostic(
            "PythonAnywhere does not accept the token for the account "
            f"{_quoted(problem.user)}",
            f"it responded with status {problem.status}",
            "check that --user is the account of the token, spelled exactly as in "
            "/home, and that the account is in the region of the domain",
        )
    if isinstance(problem, problems.Redirected):
        return Diagnostic(
            f"PythonAnywhere responded to {printable(problem.path)} with status "
            f"{problem.status}, a redirect",
            "pa-new follows no redirects, so that the token goes only to PythonAnywhere",
        )
    if isinstance(problem, problems.Unexpected):
        return Diagnostic(
            f"PythonAnywhere responded with status {problem.status} to "
            f"{problem.method} {printable(problem.path)}",
            printable(problem.detail),
            "pa-new did not retry: the response would be the same",
        )
    if isinstance(problem, problems.Unreachable):
        return Diagnostic(
            f"{problem.method} {printable(problem.path)} failed {problem.tries} times",
            printable(problem.reason),
            _CONTINUE,
        )
    return None


_CONTINUE = "run the same command again: it continues from here"


_WITHOUT_CONSOLE = {
    "impossible": "there is no way; pass --packages bundle to see why.",
    "ready": "leave out --packages virtualenv; pa-new then uploads the packages.",
    "entry": "add these lines to {entry} before it imports the project, then\n"
    "deploy again; pa-new then uploads the packages:\n"
    "    import pa_bundle\n"
    "    pa_bundle.use('{name}')",
    "old": "run '{command}', which adds pa_bundle.py to the\n"
    "project, then deploy again; pa-new then uploads the packages.",
    "none": "there is no way, because the project has no pa_bundle.py, and no command of\n"
    "pa-new adds it. If you deleted that file, restore it.",
}


def _not_installed(problem: problems.NotInstalled) -> Diagnostic:
    packages = listed([printable(package) for package in problem.packages])
    has_virtualenv = problem.pythons is not None and problem.python in problem.pythons
    if problem.pythons is None:
        reason = f"there is no virtualenv {problem.virtualenv}"
    elif has_virtualenv:
        reason = f"{problem.virtualenv} does not have {packages}"
    else:
        versions = listed([printable(python) for python in problem.pythons[:5]])
        reason = (
            f"{problem.virtualenv} is for Python {versions}, not {problem.python}"
            if versions
            else f"{problem.virtualenv} has no Python"
        )
    name = problem.virtualenv.rpartition("/")[2]
    make = f"mkvirtualenv {name} --python=python{problem.python}"
    if has_virtualenv:
        make = f"workon {name}"
    install = " ".join(_shell_word(package) for package in problem.packages)
    upload = ""
    if problem.needs_file:
        install = f"-r {problem.source}/requirements.txt"
        upload = "upload the project, then "
    folder = problem.source.rpartition("/")[2]
    without = _WITHOUT_CONSOLE[problem.bundles].format(
        name=folder, entry=problem.entry, command=printable(problem.bundle_command)
    )
    return Diagnostic(
        "the packages in requirements.txt are not installed on PythonAnywhere, and "
        "its API cannot install them",
        reason,
        f"{upload}run in a Bash console on PythonAnywhere:\n"
        f"    {make}\n"
        f"    pip install {install}\n"
        f"Without a console: {without}\n"
        "If they are installed in another way, pass --assume-installed.",
    )


def _quoted(text: str) -> str:
    return f"'{printable(text)}'"


def _shell_word(text: str) -> str:
    """Return a text as one word for a shell."""
    text = printable(text)
    quoted = text.replace("'", "'\\''")
    return text if text.replace("==", "").isalnum() else f"'{quoted}'"
