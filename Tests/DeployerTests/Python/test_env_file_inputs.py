"""``deploy --env-file``: what the file may be, and what is said of files that stay here."""

from __future__ import annotations

import os
import random
import runpy
import unittest
from pathlib import Path
from unittest import mock

from env_support import HOME, SECRET, SETTINGS, EnvFileTest
from support import write

# isort: split
from pa_new_shared import dotenv


class FileTest(EnvFileTest):
    """What the file may be."""

    def refused(self, *options: str, code: int) -> str:
        return self.stopped(*options, code=code).err

    def test_a_broken_line_is_named_and_not_shown(self) -> None:
        lines = {
            f"A=1\n{SECRET}\n": 2,
            f"A=1\n\n\n{SECRET}: B\n": 4,
            f'A="{SECRET}\nB=2\n': 1,
            f"A='x' {SECRET}\n": 1,
            f"A={SECRET}\0\n": 1,
            f"'{SECRET}'=1\n": 1,
            f"export {SECRET}\n": 1,
            f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n": 1,
        }
        for text, number in lines.items():
            with self.subTest(text):
                self.file.write_text(text)
                error = self.refused(code=65)
                self.assertIn(
                    f"line {number} of '{self.file}' is not NAME=value", error
                )

    def test_no_file_of_settings(self) -> None:
        place = self.file
        cases: list[tuple[bytes, int, str]] = [
            (b"", 65, "has no settings"),
            (b"\n# A=1\n", 65, "has no settings"),
            (b"\xef\xbb\xbf", 65, "has no settings"),
            (b"A=1\n" * 25_001, 65, "is larger than 100 kB"),
            (b"A=" + b"x" * 10_000_000, 65, "is larger than 100 kB"),
            ("A=Grüße\n".encode("latin-1"), 65, "is not UTF-8 text"),
            ("A=1\n".encode("utf-16"), 65, "is not UTF-8 text"),
            (os.urandom(2000), 65, ""),
        ]
        for content, code, text in cases:
            with self.subTest(content[:20]):
                place.write_bytes(content)
                self.assertIn(text, self.refused(code=code))
        for path, code, text in [
            (str(self.here), 64, "is a folder"),
            ("", 66, "names no file"),
            ("nowhere.env", 66, "names no file"),
            (f"{place}/x", 66, "names no file"),
            ("x" * 5000, 66, "cannot be read"),
            ("/dev/null", 64, "is not a regular file"),
            ("-", 64, "takes no '-'"),
        ]:
            with self.subTest(path[:20]):
                self.file = Path(path) if path else ""  # type: ignore[assignment]
                self.assertIn(text, self.refused(code=code))

    def test_what_makes_a_public_site_a_preview(self) -> None:
        lines = ["PA_NEW_PREVIEW=1", "PA_NEW_PREVIEW=", " export PA_NEW_PREVIEW = '0'"]
        for line in lines:
            with self.subTest(line):
                self.file.write_text(f"{SETTINGS}{line}\n")
                error = self.refused("--replace-env", code=65)
                self.assertIn(f"'{self.file}' sets PA_NEW_PREVIEW\n", error)
                self.assertIn("help: remove PA_NEW_PREVIEW from the file", error)
        self.file.write_text("# PA_NEW_PREVIEW=1\nMY_PA_NEW_PREVIEW=1\n")
        self.put()

    def test_a_pipe_does_not_wait(self) -> None:
        self.file.unlink()
        os.mkfifo(self.file)
        self.assertIn("is not a regular file", self.refused(code=64))

    def test_one_that_cannot_be_read(self) -> None:
        with mock.patch("builtins.open", side_effect=PermissionError(13, SECRET)):
            self.assertIn("cannot be read", self.refused(code=66))

    def test_what_windows_and_others_write(self) -> None:
        self.file.write_bytes(b"\xef\xbb\xbfA=1\r\nB='x\r\ny'\r\n")
        run = self.put()
        self.assertIn(".env (2 settings)", run.out)
        self.assertEqual(self.there.read_bytes(), self.file.read_bytes())
        self.file.write_text("A=1")
        self.assertIn(".env (1 setting)\n", self.put("--replace-env").out)

    def test_a_file_that_goes_up_with_the_project_too(self) -> None:
        for name in ("settings.txt", "static/settings.txt"):
            self.file = self.here / name
            write(self.here, {name: SETTINGS})
            error = self.refused(code=64)
            self.assertIn(f"'{name}' would be uploaded as a file of the project", error)
            self.file.unlink()
        self.file = self.here / ".." / "hello" / "prod.env"
        write(self.here, {"prod.env": SETTINGS, ".env": "A=1\n"})
        self.assertIn(
            "'prod.env' would be", self.refused("--include=prod.env", code=64)
        )
        self.assertIn("'.env' would be", self.refused("--include=.env", code=64))
        # It stays here by itself.
        self.put()
        self.assertNotIn(f"{HOME}/prod.env", self.host.files())

    def test_what_the_app_needs(self) -> None:
        example = "# A=\nSHOP_PASSWORD=\nMAIL_HOST=\nMAIL_PORT=25\nLATER=\nA B\n"
        for text, wanted in [
            (example, ""),  # a broken line: nothing is known
            (example.replace("A B\n", ""), "MAIL_HOST"),
            (example.replace("A B\n", "NAME\n"), "MAIL_HOST and NAME"),
        ]:
            write(self.here, {".env.example": text})
            run = self.deploy(self.here, f"--env-file={self.file}", "--dry-run")
            warning = f"shop.env does not set {wanted}, which the app needs by .env.exa"
            self.assertEqual(warning in run.out, bool(wanted), run.out)
        self.file.write_text("MAIL_HOST=\nSHOP_PASSWORD=a\nLATER=b\nNAME=c\n")
        run = self.deploy(self.here, f"--env-file={self.file}", "--json")
        self.assertEqual(run.document["settings"]["lacking"], ["MAIL_HOST"])

    def test_the_reader_is_as_strict_as_that_of_the_app(self) -> None:
        source = Path(__file__).parents[3] / "Templates/_shared/pa_env.py.mustache"
        read_by_app = runpy.run_path(str(source))["read"]
        pieces = ["A", "=", "=", " ", "\n", "\n", "#", '"', "'", "\\", "x", "é", "\t"]
        pieces += [
            "export ",
            "export",
            "${A}",
            "${A:-d}",
            ":",
            "-",
            "\0",
            "\r\n",
            "\x0b",
        ]
        random_ = random.Random(7)
        read = 0
        for _ in range(20_000):
            text = "".join(random_.choices(pieces, k=random_.randint(1, 14)))
            text = text if random_.random() < 0.3 else f"A={text}"
            try:
                wanted = read_by_app(text.replace("\r\n", "\n"))
                read += bool(wanted)
            except ValueError as error:
                wanted = str(error).replace("this ", "")
            try:
                found: object = dotenv.variables(text, is_strict=True)
            except dotenv.BadLine as error:
                found = str(error).replace(" is", ": is", 1)
            self.assertEqual(found, wanted, repr(text))
        self.assertGreater(read, 5_000)


class LeftTest(EnvFileTest):
    """The message about files that stay here names the way."""

    def test_settings_that_the_app_reads(self) -> None:
        code = "from pathlib import Path\nPath('.env').read_text()\n"
        write(self.here, {".env": SETTINGS, "hello/more.py": code})
        run = self.deploy(self.here)
        own = self.here / ".env"
        self.assertIn("Left on this computer, but the app reads it:", run.out)
        self.assertIn(f"or pass --env-file {own}\n", run.out)
        self.assertNotIn("--include .env", run.out)

    def test_settings_that_nothing_reads(self) -> None:
        write(self.here, {".env": SETTINGS, "more/.env": SETTINGS, "id_rsa": "x"})
        run = self.deploy(self.here)
        own = self.here / ".env"
        lines = run.out.splitlines()
        self.assertIn(
            f"  .env (a file of environment variables): --env-file {own} puts it there",
            lines,
        )
        self.assertIn("  more/.env (a file of environment variables)", lines)
        self.assertIn("  id_rsa (a private key)", lines)
        # Once it is there, nothing has to be done.
        self.file = own
        self.put()
        self.assertIn("has its own: .env", self.deploy(self.here).out)


if __name__ == "__main__":
    unittest.main()
