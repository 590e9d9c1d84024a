"""Sentences: what happened, why, and what to do. No other module makes any for errors."""

from __future__ import annotations

from dataclasses import dataclass

from pa_new_deploy import problems
from pa_new_deploy.system import EU, SITE_VARIABLE, TOKEN_VARIABLE, US


@dataclass(frozen=True)
class Explanation:
    """An error in words."""

    what: str
    why: str = ""
    help: str = ""

    @property
    def text(self) -> str:
        lines = [f"pa-new: {self.what}"]
        if self.why:
            lines.append(f"   why: {self.why}")
        head = "  help: "
        for line in self.help.splitlines():
            lines.append(head + line)
            head = "        "
        return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    """Return a text that comes from elsewhere, with nothing that steers a terminal."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def _quoted(text: str) -> str:
    return f"'{plain(text)}'"


def _listed(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " and " + words[-1]


def explain(problem: problems.Problem) -> Explanation:
    """Return the sentences for a problem."""
    if isinstance(problem, problems.BadUsage):
        return Explanation(plain(problem.message))
    if isinstance(problem, problems.NoToken):
        return Explanation(
            "there is no API token",
            f"the environment variable {TOKEN_VARIABLE} is empty",
            "make one on the host's Account page, under API Token, and set "
            f"{TOKEN_VARIABLE}; a dry run needs none",
        )
    if isinstance(problem, problems.BadToken):
        return Explanation(
            f"what {TOKEN_VARIABLE} has is no API token",
            "it has a space, a line end or another character that no token has",
            "copy it once more from the host's Account page",
        )
    if isinstance(problem, problems.BadSite):
        return Explanation(
            f"{SITE_VARIABLE} names no system of the host: {_quoted(problem.site)}",
            "the token is sent to the host alone",
            f"set it to {US} or {EU}, or not at all",
        )
    if isinstance(problem, problems.OtherSite):
        return Explanation(
            f"{problem.domain} is not on {problem.site}",
            f"{SITE_VARIABLE} names another system than the domain",
            f"unset {SITE_VARIABLE}, or say the domain with --domain",
        )
    local = _of_the_project(problem)
    return local or _of_the_host(problem)


def _of_the_project(problem: problems.Problem) -> Explanation | None:
    if isinstance(problem, problems.CheckFailed):
        count = f"{problem.errors} error" + ("s" if problem.errors != 1 else "")
        return Explanation(
            f"the check found {count} in the project",
            "the app would fail on the host",
            "mend what is told above, or leave the check out with --no-check",
        )
    if isinstance(problem, problems.NoProject):
        return Explanation(
            f"there is no wsgi.py in {_quoted(problem.folder)}",
            "that file is what the host loads",
            "name the folder of a project that pa-new made",
        )
    if isinstance(problem, problems.NotBuilt):
        return Explanation(
            f"{_listed([_quoted(path) for path in problem.paths])} is not built",
            "it has to be on the host",
            "in the project's folder: " + "; ".join(map(plain, problem.commands))
            if problem.commands
            else "build it first",
        )
    if isinstance(problem, problems.BadFile):
        why = {
            "link": "it is a symbolic link, which could lead to any file of yours",
            "name": "its name has characters that no address can be relied on to keep",
            "special": "it is no regular file",
            "unreadable": "it cannot be read",
        }[problem.kind]
        return Explanation(
            f"{_quoted(problem.path)} cannot be uploaded",
            why,
            "put a file in its place, or let git ignore it",
        )
    return None


def _of_the_host(problem: problems.Problem) -> Explanation:
    if isinstance(problem, problems.InTheWay):
        kinds = ("folder", "file") if problem.is_folder else ("file", "folder")
        return Explanation(
            f"on the host {_quoted(problem.path)} is a {kinds[0]}",
            f"the project has a {kinds[1]} of that name",
            "move it away on the Files tab",
        )
    if isinstance(problem, problems.ForeignEntry):
        return Explanation(
            f"the WSGI file {problem.path} is not this project's",
            "it was written by somebody else, or edited on the host since",
            "--replace-wsgi replaces it, and keeps it on the host under another name",
        )
    if isinstance(problem, problems.NotInstalled):
        return _not_installed(problem)
    if isinstance(problem, problems.OtherPython):
        return Explanation(
            f"{problem.domain} runs Python {plain(problem.there)}, "
            f"and the project is for {problem.python}",
            "",
            "set the web app's Python on the Web tab, or take the project to that one: "
            f"pa-new update --set python={plain(problem.there)}",
        )
    if isinstance(problem, problems.NotCreated):
        return Explanation(
            f"the host does not make the web app {problem.domain}",
            plain(problem.message) or "it does not say why",
            "a free account has one web app; --domain names the one that is there",
        )
    if isinstance(problem, problems.Refused):
        return Explanation(
            f"the host does not take the token for the account {_quoted(problem.user)}",
            f"it answered {problem.status}",
            "look whether --user is the token's account, its letters as they are in "
            "/home, and whether the account is on the system that the domain names",
        )
    if isinstance(problem, problems.Elsewhere):
        return Explanation(
            f"the host answered {problem.status}: another address is to be asked",
            "the token is sent to the host alone",
            f"the call was {plain(problem.path)}",
        )
    if isinstance(problem, problems.Unexpected):
        return Explanation(
            f"the host answered {problem.status} to "
            f"{problem.method} {plain(problem.path)}",
            plain(problem.detail),
            "nothing was tried again: it would answer the same",
        )
    if isinstance(problem, problems.Unreachable):
        return Explanation(
            f"the host failed {problem.tries} times at "
            f"{problem.method} {plain(problem.path)}",
            plain(problem.why),
            "the same command goes on where this one stopped",
        )
    if isinstance(problem, problems.Interrupted):
        return Explanation(
            "broken off", "", "the same command goes on where this one stopped"
        )
    if isinstance(problem, problems.Internal):
        return Explanation(
            f"a fault in pa-new itself: {problem.kind}", f"in {problem.place}"
        )
    return Explanation(type(problem).__name__)


def _not_installed(problem: problems.NotInstalled) -> Explanation:
    packages = _listed([plain(package) for package in problem.packages])
    if problem.pythons is None:
        why = f"there is no virtualenv {problem.virtualenv}"
    elif problem.python not in problem.pythons:
        versions = _listed([plain(python) for python in problem.pythons]) or "none"
        why = f"{problem.virtualenv} is for Python {versions}, not {problem.python}"
    else:
        why = f"{problem.virtualenv} lacks {packages}"
    name = problem.virtualenv.rpartition("/")[2]
    make = f"mkvirtualenv {name} --python=python{problem.python}"
    if problem.pythons is not None and problem.python in problem.pythons:
        make = f"workon {name}"
    install = " ".join(_word(package) for package in problem.packages)
    before = "in a Bash console on the host:"
    if problem.needs_file:
        install = f"-r {problem.source}/requirements.txt"
        before += " (once that file is there)"
    return Explanation(
        "the packages of requirements.txt are not on the host, and its API cannot "
        "install any",
        why,
        f"{before}\n"
        f"    {make}\n"
        f"    pip install {install}\n"
        "or do without a console: the framework 'handler' needs no packages, and pure\n"
        "Python ones can be unpacked into the project's folder. Where they are on the\n"
        "host by other means, --assume-installed says so.",
    )


def _word(text: str) -> str:
    """Return a text as one word for a shell."""
    text = plain(text)
    quoted = text.replace("'", "'\\''")
    return text if text.replace("==", "").isalnum() else f"'{quoted}'"
