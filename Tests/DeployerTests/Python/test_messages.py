"""Every problem has a message; ``python test_messages.py`` prints the table of them."""

from __future__ import annotations

import re
import sys
import unittest
from datetime import datetime

import support  # noqa: F401  # puts the deployer on the path

# isort: split
from pa_new_deploy.api.api_problems import BadAnswer, QuotaFull, TooLarge
from pa_new_deploy.bundle.bundle_problems import (
    BadPackage,
    BadRequirement,
    NoBundleEntry,
    NoUv,
    Unresolved,
)
from pa_new_deploy.data_problems import (
    BadInclude,
    BecameData,
    DamagedDatabase,
    DataThere,
    SideFilesThere,
    UnsavedChanges,
)
from pa_new_deploy.env_problems import (
    BadEnvFile,
    BadEnvLine,
    EnvChanged,
    EnvFileTwice,
    EnvThere,
    HugeEnv,
)
from pa_new_deploy.folder_owner import FolderInUse
from pa_new_deploy.host_edits import ChangedThere
from pa_new_deploy.logs.log_problems import LogTooLarge, NoReload
from pa_new_deploy.messages import diagnose
from pa_new_deploy.ownership import NewerNote, OtherProject
from pa_new_deploy.problems import (
    BadFile,
    BadSite,
    BadToken,
    BadUsage,
    CheckFailed,
    ForeignWSGIFile,
    Internal,
    Interrupted,
    InTheWay,
    NoLog,
    NoProject,
    NotBuilt,
    NotCreated,
    NotInstalled,
    NoToken,
    NotWritten,
    OtherPython,
    OtherSite,
    Problem,
    Redirected,
    Refused,
    Unexpected,
    Unreachable,
)
from pa_new_deploy.undo.undo_problems import (
    ArchiveDamaged,
    ArchiveGone,
    NoNote,
    NothingToUndo,
    NoTokenForUndo,
    OtherProjectsSite,
    PackagesGone,
    ShownElsewhere,
    WouldEmpty,
)
from pa_new_deploy.wsgi_file import HugeWSGIFile

DOMAIN = "alice.pythonanywhere.com"
WSGI = "/var/www/alice_pythonanywhere_com_wsgi.py"
VIRTUALENV = "/home/alice/.virtualenvs/hello"
SOURCE = "/home/alice/hello"

EXAMPLES: list[Problem] = [
    BadUsage("unrecognized arguments: --nowhere"),
    NoToken(),
    BadToken(),
    BadSite("evil.example.com"),
    OtherSite("eu.pythonanywhere.com", DOMAIN),
    NoProject("hello"),
    NotBuilt(["libHello.so"], ["./build.sh"]),
    NotBuilt(["a.so", "b.so"], []),
    BadFile("static/key", "link"),
    BadFile("static/a\nb", "name"),
    BadFile("static/pipe", "special"),
    BadFile("static/secret", "unreadable"),
    BadFile("static/a/a/a", "deep"),
    BadFile("static/film.mp4", "large"),
    InTheWay(f"{SOURCE}/README.md", is_folder=True),
    InTheWay(f"{SOURCE}/static", is_folder=False),
    ForeignWSGIFile(WSGI),
    HugeWSGIFile(WSGI),
    NotInstalled(VIRTUALENV, "3.13", SOURCE, None, ["Flask==3.1.0", "a>=1"]),
    NotInstalled(VIRTUALENV, "3.13", SOURCE, ["3.12"], ["Flask"]),
    NotInstalled(VIRTUALENV, "3.13", SOURCE, ["3.12"], ["Flask"], bundles="ready"),
    NotInstalled(VIRTUALENV, "3.13", SOURCE, ["3.12"], ["Flask"], bundles="entry"),
    NotInstalled(
        VIRTUALENV,
        "3.13",
        SOURCE,
        None,
        ["Flask"],
        bundles="old",
        bundle_command="pa-new update 'my shop' --set packages=yes",
    ),
    NotInstalled(VIRTUALENV, "3.13", SOURCE, [], ["Flask"]),
    NotInstalled(VIRTUALENV, "3.13", SOURCE, ["3.13"], ["a", "b", "c"]),
    NotInstalled(VIRTUALENV, "3.13", SOURCE, None, ["-r more.txt"], needs_file=True),
    NotInstalled(VIRTUALENV, "3.13", SOURCE, None, ["a"], bundles="impossible"),
    OtherPython(DOMAIN, "3.10", "3.13"),
    NotCreated(DOMAIN, "You have reached your maximum number of web apps."),
    NotCreated(DOMAIN, ""),
    Refused(401, "alice"),
    Redirected("webapps/", 302),
    Unexpected("PATCH", f"webapps/{DOMAIN}/", 400, "Bad request."),
    Unexpected("GET", "files/tree/?path=/home/alice", 404, ""),
    Unreachable("GET", "webapps/", "the request timed out", 5),
    Interrupted(),
    BadEnvFile("-", "stdin"),
    BadEnvFile("shop.env", "missing"),
    BadEnvFile("/home/me", "folder"),
    BadEnvFile("/dev/null", "special"),
    BadEnvFile("shop.env", "unreadable"),
    BadEnvFile("shop.env", "large"),
    BadEnvFile("shop.env", "encoding"),
    BadEnvFile("shop.env", "empty"),
    BadEnvFile("shop.env", "preview"),
    BadEnvLine("shop.env", 3),
    EnvFileTwice("settings.txt", is_included=False),
    EnvFileTwice(".env", is_included=True),
    EnvThere(f"{SOURCE}/.env", "shop.env"),
    EnvChanged(f"{SOURCE}/.env"),
    HugeEnv(f"{SOURCE}/.env"),
    CheckFailed(1),
    CheckFailed(2),
    NotWritten("hello.zip", "No space left on device"),
    NoLog("/var/log/alice.pythonanywhere.com.error.log"),
    LogTooLarge("/var/log/alice.pythonanywhere.com.access.log", 64_000_000),
    NoReload("/var/log/alice.pythonanywhere.com.server.log", None),
    NoReload("/var/log/x.server.log", datetime(2026, 11, 29, 3, 10)),
    NoBundleEntry("entry", "hello"),
    NoBundleEntry("old", "hello", command="pa-new update"),
    NoBundleEntry("none", "hello"),
    NoUv("there is no network"),
    BadRequirement("requirements.txt", 2, "git+https://host/x", "source"),
    BadRequirement("requirements.txt", 2, "./lib", "local"),
    BadRequirement("requirements.txt", 2, "--no-binary :all:", "build"),
    BadRequirement("more.txt", 1, "-r ../x.txt", "outside"),
    BadRequirement("requirements.txt", 1, "flask=1", "invalid"),
    Unresolved("no-wheel", "mysqlclient", "3.13", "the words of uv"),
    Unresolved("no-wheel", "other", "3.13", "the words of uv"),
    Unresolved("no-version", "flask", "3.13", "the words of uv"),
    Unresolved("unknown", "flsk", "3.13", "the words of uv"),
    Unresolved("conflict", "", "3.13", "the words of uv"),
    Unresolved("hash", "idna", "3.13", "the words of uv"),
    Unresolved("offline", "", "3.13", "the words of uv"),
    Unresolved("network", "", "3.13", "the words of uv"),
    Unresolved("full", "", "3.13", "the words of uv"),
    Unresolved("other", "", "3.13", "the words of uv"),
    BadPackage("shop/link", "link"),
    BadPackage("shop/pipe", "special"),
    BadPackage("shop/a", "name"),
    BadPackage("shop/A", "case"),
    BadPackage("shop/a", "large"),
    *(
        BadInclude("shop.db", kind)
        for kind in ("missing", "outside", "whole", "link", "special", "built")
    ),
    BadInclude(".git/config", "git"),
    BadInclude("shop.db-wal", "side-file"),
    UnsavedChanges("shop.db", "shop.db-wal", is_log=True),
    UnsavedChanges("shop.db", "shop.db-journal", is_log=False),
    DamagedDatabase("shop.db", "row 3 missing from index a"),
    BecameData("notes"),
    DataThere(f"{SOURCE}/shop.db", "shop.db", "a database", is_included=True),
    DataThere(f"{SOURCE}/notes", "notes", "a database", is_included=False),
    SideFilesThere(f"{SOURCE}/shop.db", ["shop.db-wal", "shop.db-shm"], True),
    ChangedThere(SOURCE, ["data/guests.json"]),
    ChangedThere(SOURCE, [f"data/{number}.json" for number in range(9)]),
    SideFilesThere(f"{SOURCE}/shop.db", ["shop.db-journal"], False),
    Internal("ValueError", "client.py:1"),
    BadAnswer("GET", f"webapps/{DOMAIN}/", "it is not an object"),
    TooLarge("POST", f"files/path{SOURCE}/a.zip", 413, "", 120_000_000),
    QuotaFull(f"files/path{SOURCE}/a.zip", 20_000_000, "Disk quota exceeded"),
    OtherProject(DOMAIN, "/home/alice/other", "2026-01-02T03:04:05Z", SOURCE),
    NewerNote("/home/alice/.pa-new/alice.pythonanywhere.com.json"),
    *(NothingToUndo(DOMAIN, kind) for kind in ("never", "undone", "old")),
    OtherProjectsSite(DOMAIN, "/home/alice/other", SOURCE),
    ArchiveGone(f"/home/alice/.pa-new/undo/{DOMAIN}-1.zip"),
    ArchiveDamaged(f"/home/alice/.pa-new/undo/{DOMAIN}-1.zip", "it is damaged"),
    PackagesGone("/home/alice/.pa-new/bundles/hello/0123.zip"),
    NoTokenForUndo(),
    WouldEmpty(DOMAIN, 1),
    NoNote(f"/home/alice/.pa-new/{DOMAIN}.json", is_damaged=True),
    NoNote(f"/home/alice/.pa-new/{DOMAIN}.json", is_damaged=False),
    ShownElsewhere(DOMAIN, "www.a.com", "/home/alice/.pa-new/www.a.com.json", ["a.py"]),
    ShownElsewhere(DOMAIN, "b.com", "/home/alice/.pa-new/b.com.json", list("abcde")),
    FolderInUse(SOURCE, ["wsgi.py"]),
    FolderInUse(SOURCE, ["a.py", "b.py", "c.py", "d.py", "e.py"]),
]

# What a beginner would not know, and what English does not say.
DIALECT = re.compile(
    r"the host\b|\bmend\b|\banew\b|\bnobody\b|\bwhere it\b|no\w* is to be"
)


class MessageTest(unittest.TestCase):
    """What is printed for a problem."""

    def test_every_problem_has_an_example(self) -> None:
        kinds = set(Problem.__subclasses__())
        for kind in [*kinds]:
            kinds.update(kind.__subclasses__())
        self.assertEqual(kinds, {type(e) for e in EXAMPLES})

    def test_every_example_has_a_message(self) -> None:
        texts = [diagnose(problem).text for problem in EXAMPLES]
        self.assertEqual(len(set(texts)), len(EXAMPLES))
        for problem, text in zip(EXAMPLES, texts):
            with self.subTest(problem):
                self.assertNotIn(type(problem).__name__, text)
                self.assertIsNone(DIALECT.search(text), text)
                self.assertTrue(text.replace("\n", "").isprintable(), text)

    def test_nothing_from_outside_controls_the_terminal(self) -> None:
        escape = "\x1b[2J\r"
        for problem in (
            BadUsage(escape),
            BadSite(escape),
            NoProject(escape),
            NotBuilt([escape], [escape]),
            BadFile(escape, "name"),
            InTheWay(escape, is_folder=True),
            NotInstalled(VIRTUALENV, "3.13", SOURCE, [escape], [escape]),
            NotInstalled(VIRTUALENV, "3.13", SOURCE, ["3.13"], [escape]),
            OtherPython(DOMAIN, escape, "3.13"),
            NotCreated(DOMAIN, escape),
            Refused(401, escape),
            Redirected(escape, 302),
            Unexpected("GET", escape, 400, escape),
            Unreachable("GET", escape, escape, 5),
            NotWritten(escape, ""),
            BadAnswer("GET", escape, escape),
            TooLarge("POST", f"files/path{escape}", 413, escape, 1),
            QuotaFull(escape, 1, escape),
            NoLog(escape),
            LogTooLarge(escape, 1),
            NoReload(escape, None),
            BadInclude(escape, "missing"),
            UnsavedChanges(escape, escape, is_log=True),
            DamagedDatabase(escape, escape),
            BecameData(escape),
            DataThere(escape, escape, "a database", is_included=False),
            SideFilesThere(escape, [escape], has_database=True),
            OtherProjectsSite(DOMAIN, escape, SOURCE),
            FolderInUse(SOURCE, [escape]),
        ):
            with self.subTest(problem):
                text = diagnose(problem).text
                self.assertTrue(text.replace("\n", "").isprintable(), text)
                self.assertIn("\\x1b[2J\\x0d", text)


if __name__ == "__main__":
    if sys.argv[1:]:
        unittest.main()
    for example in EXAMPLES:
        print(f"# {type(example).__name__}, exit code {example.exit_code}")
        print(diagnose(example).text)
