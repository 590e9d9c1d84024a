"""Native libraries in projects: the findings in the report, and their lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unittest
from collections.abc import Iterator
from typing import ClassVar
from unittest import mock

from apps import NATIVE, PLAIN
from library_support import judged
from native import AARCH64, library, signed
from support import CHECKER, check, check_soon, project, run

sys.path.insert(0, str(CHECKER))

from pa_new_check.rules import Finding


class PlaceTest(unittest.TestCase):
    """A finding is at the line that loads the library, if that line is known."""

    def test_places(self) -> None:
        head = "import ctypes, os\nfrom ctypes import CDLL, cdll\nfrom pathlib import Path\n"
        head += "HERE = Path(__file__).parent; FOLDER = os.path.dirname(__file__)\n"
        method = "class Handler:\n    def get(self):\n        if self:\n"
        method += "            import ctypes as c\n            file = HERE / 'lib.so'\n"
        method += "            with open(file):\n                c.CDLL(str(file))\n"
        inside = "def load(name='x.so', *, other=None):\n"
        for code, line in (
            ("LIB = HERE / 'lib.so'\ndef f():\n    return ctypes.CDLL(str(LIB))\n", 7),
            (f"{inside}    return CDLL(name=os.fspath(HERE / 'lib.so'))\n", 6),
            (f"{inside}    p = HERE / 'lib.so'\n    return CDLL(str(p))\n", 7),
            (f"{inside}    p: Path = HERE / 'lib.so'\n    return CDLL(p)\n", 7),
            (f"{inside}    return cdll.LoadLibrary(f'{{HERE}}/lib.so')\n", 6),
            (f"{inside}    return CDLL(os.path.join(FOLDER, 'lib.so'))\n", 6),
            (f"{inside}    return CDLL(Path(__file__).with_name('lib.so'))\n", 6),
            (method, 11),
            (
                "def where():\n    return HERE / 'lib.so'\nf = lambda: CDLL(where())\n",
                7,
            ),
            # What cannot be told.
            (f"{inside}    return CDLL(str(HERE / name))\n", 0),
            (f"{inside}    p = HERE\n    p = HERE / 'lib.so'\n    return CDLL(p)\n", 0),
            (f"{inside}    for p in HERE.glob('*'):\n        return CDLL(p)\n", 0),
            (f"{inside}    return CDLL('lib.so')\n", 0),
            (f"{inside}    return CDLL('./lib.so')\n", 0),
            (f"{inside}    return CDLL('/lib.so')\n", 0),
            (f"{inside}    return CDLL()\n", 0),
            (f"{inside}    return CDLL(None)\n", 0),
            (f"{inside}    return CDLL(*HERE)\n", 0),
            ("if __name__ == '__main__':\n    CDLL(str(HERE / 'lib.so'))\n", 0),
        ):
            files = {"wsgi.py": head + code + PLAIN}
            with self.subTest(code), project(files) as folder:
                options = ["--no-load", "--upload", "lib.so"]
                (finding,) = check_soon(folder, *options)["findings"]
                place = ("wsgi.py", line) if line else ("lib.so", 1)
                self.assertEqual((finding["file"], finding["line"]), place)
                # The very same is found without being told what to upload.
                (folder / "lib.so").write_text("no library\n")
                found = [f["line"] for f in check_soon(folder, "--no-load")["findings"]]
                self.assertEqual(found, [line] if line else [])

    def test_allowed(self) -> None:
        """A comment at that line allows it, and a visit goes on."""
        source = NATIVE.replace(
            "(str(LIBRARY))", "(str(LIBRARY))  # pa-new: allow not-built"
        )
        source = source.replace("    ctypes", "    if LIBRARY.exists(): ctypes")
        with project({"wsgi.py": source}) as folder:
            report = check(folder, "--upload", "libhello.so")
            self.assertEqual((report["findings"], report["allowed"]), ([], 1))
            done = run("visit", folder, "/", "--upload", "libhello.so")
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_unreadable(self) -> None:
        error = PermissionError(13, "Permission denied")
        with mock.patch("pa_new_check.elf.read", side_effect=error):
            result = judged(library())
        self.assertEqual(result.unread, [("libhello.so", "Permission denied")])
        self.assertEqual(result.findings, [])


class MissingTest(unittest.TestCase):
    """Files that must be built first."""

    def test_words(self) -> None:
        for commands, fix in (
            ([], "Build it as the project's README says"),
            (["./build.sh"], "Run `./build.sh` in the project's folder, and upload"),
            (["make", "strip x"], "Run `make`, then `strip x` in the project's folder"),
        ):
            options = [word for command in commands for word in ("--build", command)]
            with self.subTest(commands), project({"wsgi.py": NATIVE}) as folder:
                report = check(folder, "--upload", "libhello.so", *options)
                (finding,) = report["findings"]
                self.assertEqual(finding["rule"], "not-built")
                self.assertTrue(
                    finding["message"].startswith("libhello.so is missing: ")
                )
                self.assertTrue(finding["fix"].startswith(fix), finding["fix"])

    def test_usage(self) -> None:
        with project({"wsgi.py": PLAIN}) as folder:
            for name in ("/lib.so", "../lib.so", "a/../../lib.so"):
                for arguments in (["check", str(folder)], ["visit", str(folder), "/"]):
                    done = run(*arguments, "--upload", name)
                    self.assertEqual(done.returncode, 2)
                    text = done.stdout or done.stderr
                    self.assertEqual(json.loads(text)["error"]["kind"], "usage")

    def test_several(self) -> None:
        with project({"wsgi.py": PLAIN, "b.so": library()}) as folder:
            os.symlink(folder / "nowhere", folder / "c.so")
            arguments = [
                option
                for name in ("a.so", "b.so", "c.so", "a.so")
                for option in ("--upload", name)
            ]
            report = check(folder, *arguments)
        found = [(f["rule"], f["file"]) for f in report["findings"]]
        self.assertEqual(found, [("not-built", "a.so"), ("not-built", "c.so")])

    def test_visit(self) -> None:
        with project({"wsgi.py": NATIVE}) as folder:
            arguments = ["--upload", "libhello.so", "--build", "make"]
            done = run("visit", folder, "/", *arguments)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            report = json.loads(done.stderr)
            said = "No request was made: the app is not built"
            self.assertTrue(report["summary"].startswith(said), report["summary"])
            (finding,) = report["findings"]
            self.assertEqual((finding["rule"], finding["line"]), ("not-built", 8))
            self.assertIn("`make`", finding["fix"])
            (folder / "libhello.so").write_bytes(library())
            done = run("visit", folder, "/", *arguments)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertTrue(done.stdout.endswith(b"hello"))


class SourceTest(unittest.TestCase):
    """A library is whole, and made of the sources beside it."""

    SOURCES: ClassVar = {"Package.swift": "package\n", "Sources/a.swift": "let a = 1\n"}

    def _rules(self, contents: bytes, files: dict[str, str]) -> list[str]:
        with project({"wsgi.py": PLAIN, "libhello.so": contents, **files}) as folder:
            report = check(folder, "--upload", "libhello.so", "--build", "make")
        self.assertTrue(all("`make`" in f["fix"] for f in report["findings"]))
        return [
            f"{f['rule']} {f['message'].partition('. ')[0]}" for f in report["findings"]
        ]

    def test_sources(self) -> None:
        made = signed(library(), self.SOURCES)
        older = "library-older libhello.so is older than "
        for changes, found in (
            ({}, []),
            ({"Sources/a.swift": "let a = 2\n"}, [older + "Sources/a.swift"]),
            ({"Package.swift": ""}, [older + "Package.swift"]),
            ({"Sources/new.swift": ""}, [older + "Sources/new.swift"]),
            ({"Sources/deep/new.swift": ""}, [older + "Sources/deep/new.swift"]),
            ({"Sources/.hidden.swift": "", "Sources/notes.txt": "", "b.swift": ""}, []),
        ):
            with self.subTest(changes):
                self.assertEqual(self._rules(made, {**self.SOURCES, **changes}), found)
        one = dict([next(iter(self.SOURCES.items()))])
        self.assertEqual(self._rules(made, one), [older + "Sources/a.swift"])
        self.assertEqual(self._rules(made, {}), [])  # only the library is here

    def test_lines(self) -> None:
        made = signed(library(), self.SOURCES)
        edited = {**self.SOURCES, "Package.swift": "edited"}
        for contents in (
            library(),  # no build script wrote lines
            signed(library(), self.SOURCES, "libother.so"),
            signed(library(), {"../a.c": "", "/etc/passwd": "", "x/../../a.c": ""}),
            signed(library(), {}),
        ):
            self.assertEqual(self._rules(contents, edited), [])
        damaged = made.replace(b"puts", b"gets")
        self.assertEqual(
            self._rules(damaged, self.SOURCES),
            ["library-damaged libhello.so is damaged"],
        )

    def test_visit(self) -> None:
        made = signed(library(), self.SOURCES)
        files: dict[str, str | bytes] = {"wsgi.py": NATIVE, **self.SOURCES}
        files["libhello.so"] = made
        with project(files) as folder:
            arguments = ["--upload", "libhello.so", "--build", "make"]
            done = run("visit", folder, "/", *arguments)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            (folder / "Sources/a.swift").write_text("let a = 2")
            done = run("visit", folder, "/", *arguments)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            (finding,) = json.loads(done.stderr)["findings"]
            self.assertEqual((finding["rule"], finding["line"]), ("library-older", 8))
            (folder / "wsgi.py").write_text(PLAIN)
            (finding,) = check(folder, *arguments)["findings"]
            # The library itself is the place, and its first line is no text.
            self.assertEqual((finding["file"], finding["source"]), ("libhello.so", ""))


class OnceTest(unittest.TestCase):
    """A mistake has one finding: its cause, not its effects."""

    caught: ClassVar[str] = NATIVE.replace(
        "    ctypes.CDLL(str(LIBRARY))\n",
        "    try:\n        ctypes.CDLL(str(LIBRARY))\n    except OSError:\n"
        "        start_response('503 Service Unavailable', [('Content-Type', 'a/b')])\n"
        "        return [b'not built']\n",
    )
    # It has its own error message, as the entry file for Swift does.
    logged: ClassVar[str] = caught.replace(
        "except OSError:\n",
        "except OSError as error:\n"
        "        environ['wsgi.errors'].write(f'{LIBRARY} cannot be loaded: {error}\\n')\n",
    )
    early: ClassVar[str] = NATIVE.replace(
        "def app", "ctypes.CDLL(str(LIBRARY))\ndef app"
    )

    def cases(self) -> Iterator[tuple[str, bytes | None, list[str]]]:
        odd = library(("libodd.so", "libc.so.6"))
        newer = library(versions=("GLIBC_2.99",))
        for source in (NATIVE, self.early, self.logged):
            yield source, None, ["not-built"]
            yield source, b"", ["library-format"]
            yield source, library(machine=AARCH64), ["library-machine"]
            yield source, newer, ["library-glibc"]
            yield source, odd, ["library-needs"]
        yield self.caught, None, ["not-built"]
        # These are other mistakes.
        wrong = NATIVE.replace("    start", "    1 / 0\n    start")
        yield wrong, library(), ["error-response"]
        yield self.early + "1 / 0\n", library(), ["import-error"]
        yield "1 / 0\n" + NATIVE, None, ["import-error", "not-built"]
        yield "1 / 0\n" + NATIVE, odd, ["import-error", "library-needs"]

    def test_once(self) -> None:
        for source, contents, expected in self.cases():
            files: dict[str, str | bytes] = {"wsgi.py": source}
            if contents is not None:
                files["libhello.so"] = contents
            with self.subTest(expected, source=source), project(files) as folder:
                report = check_soon(folder, "--upload", "libhello.so")
                found = [f["rule"] for f in report["findings"]]
                self.assertEqual(sorted(found), expected, report)

    def test_what_is_sure_is_an_error(self) -> None:
        """Only a request proves that what a library needs is missing."""
        needs = library(("libodd.so",))
        files: dict[str, str | bytes] = {"wsgi.py": NATIVE, "libhello.so": needs}
        for options, severity in (([], "error"), (["--no-load"], "warning")):
            with self.subTest(severity), project(files) as folder:
                (finding,) = check(folder, *options)["findings"]
                self.assertEqual(finding["severity"], severity)

    def test_another_computer(self) -> None:
        """A failure on this computer alone is not an error of the project."""
        what = "The response to `/` is 500, because of OSError: /x/libhello.so: no file"
        for system, machine, glibc, is_foreign in (
            ("darwin", "arm64", None, True),
            ("darwin", "x86_64", None, True),
            ("linux", "aarch64", "glibc 2.36", True),
            ("linux", "x86_64", "glibc 2.30", True),
            ("linux", "x86_64", "musl", True),
            ("linux", "x86_64", "glibc 2.31", False),
            ("linux", "x86_64", "glibc 2.36", False),
        ):
            with (
                self.subTest(system=system, machine=machine, glibc=glibc),
                mock.patch("sys.platform", system),
                mock.patch("os.uname", return_value=mock.Mock(machine=machine)),
                mock.patch("os.confstr", return_value=glibc),
            ):
                result = judged(library(versions=("GLIBC_2.31",)))
                self.assertEqual(result.findings, [])
                (found,) = result.joined([Finding("error-response", "a.py", 1, what)])
                self.assertEqual(found.document()["severity"] == "warning", is_foreign)
                self.assertEqual("cannot load" in found.consequence, is_foreign)
                other = Finding("error-response", "a.py", 1, "KeyError: 'x'")
                (found,) = result.joined([other])
                self.assertEqual(found.document()["severity"], "error")


class StartTest(unittest.TestCase):
    """A project without libraries does not load their reader."""

    def test_not_imported(self) -> None:
        script = "import sys; from pa_new_check.main import main; main(sys.argv[1:]); "
        script += "sys.exit('pa_new_check.elf' in sys.modules)"
        for source, is_imported in ((PLAIN, 0), (NATIVE, 1)):
            with self.subTest(source), project({"wsgi.py": source}) as folder:
                done = subprocess.run(
                    [sys.executable, "-c", script, "check", folder, "--no-load"],
                    env={**os.environ, "PYTHONPATH": str(CHECKER)},
                    capture_output=True,
                    check=False,
                )
                self.assertEqual(done.returncode, is_imported, done.stderr)


if __name__ == "__main__":
    unittest.main()
