"""Loading ``.env``, required settings, and the secret key that all workers share."""

from __future__ import annotations

import os
import re
import resource
import signal
import stat
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

import pa_env

import servers

KEY = re.compile(r"[0-9a-f]{64}")
# An application that answers the key and its process.
APPLICATION = """
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, {modules!r})
import pa_env

keys = []


def application(environ, start_response):
    time.sleep(0.05)  # so that both workers have something to do
    if not keys:
        keys.append(pa_env.secret_key(Path({project!r})))
    start_response("200 OK", [("Content-Type", "application/json")])
    return [f'"{{keys[0]}} {{os.getpid()}}"'.encode()]
"""


class InProject(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.project = Path(folder.name).resolve()
        environment = mock.patch.dict(os.environ)
        environment.start()
        self.addCleanup(environment.stop)
        os.environ.pop("SECRET_KEY", None)

    def write(self, content: bytes) -> Path:
        path = self.project / ".env"
        path.write_bytes(content)
        return path

    def fails(self) -> str:
        with self.assertRaises(ValueError) as caught:
            pa_env.load(self.project)
        self.assertIsNone(caught.exception.__cause__)
        self.assertTrue(caught.exception.__suppress_context__)
        return str(caught.exception)


class Load(InProject):
    def test_settings_are_in_the_environment(self) -> None:
        self.write(b"\xef\xbb\xbfPA_A=1\r\nPA_B='x y'\r\n")
        pa_env.load(self.project)
        self.assertEqual((os.environ["PA_A"], os.environ["PA_B"]), ("1", "x y"))

    def test_what_is_in_the_environment_stays(self) -> None:
        os.environ["PA_A"] = ""
        self.write(b"PA_A=1\n")
        pa_env.load(self.project)
        self.assertEqual(os.environ["PA_A"], "")

    def test_a_file_cannot_make_a_public_site_a_preview(self) -> None:
        os.environ.pop("PA_NEW_PREVIEW", None)
        lines = ["PA_NEW_PREVIEW=1", "export PA_NEW_PREVIEW = '1'"]
        for line in [*lines, 'PA_NEW_PREVIEW="1"', "PA_X=1\nPA_NEW_PREVIEW=${PA_X}"]:
            self.write(f"{line}\nPA_A=1\n".encode())
            pa_env.load(self.project)
            self.assertIsNone(os.environ.get("PA_NEW_PREVIEW"), line)
            self.assertEqual(os.environ.pop("PA_A"), "1")
        os.environ["PA_NEW_PREVIEW"] = "1"  # as "pa-new preview" does
        self.write(b"PA_NEW_PREVIEW=0\n")
        pa_env.load(self.project)
        self.assertEqual(os.environ["PA_NEW_PREVIEW"], "1")

    def test_no_file(self) -> None:
        before = dict(os.environ)
        pa_env.load(self.project)
        pa_env.load(self.project / "nowhere")
        (self.project / ".env").mkdir()  # some people name a virtual environment so
        pa_env.load(self.project)
        self.assertEqual(dict(os.environ), before)

    def test_a_broken_line_is_named_and_its_value_is_not_shown(self) -> None:
        path = self.write(b"PA_A=1\nPASSWORD 'hunter2'\n")
        self.assertEqual(self.fails(), f"{path}, line 2: this is not NAME=value")
        self.assertNotIn("PA_A", os.environ)  # all of them, or none

    def test_only_its_owner_can_read_it(self) -> None:
        # As an upload leaves it, and as its owner has closed it.
        for mode, wanted in ((0o644, 0o600), (0o666, 0o600), (0o440, 0o400)):
            path = self.write(b"PA_A=1\n")
            path.chmod(mode)
            pa_env.load(self.project)
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), wanted)
            path.unlink()

    def test_somebody_else_s_file_is_read_as_it_is(self) -> None:
        self.write(b"PA_A=1\n")
        with mock.patch.object(Path, "chmod", side_effect=PermissionError):
            pa_env.load(self.project)
        self.assertEqual(os.environ["PA_A"], "1")

    def test_another_encoding(self) -> None:
        path = self.write("PA_A=Grüße\n".encode("latin-1"))
        self.assertEqual(self.fails(), f"{path} is not UTF-8: save it as UTF-8")
        self.write("PA_A=1\n".encode("utf-16"))
        self.assertEqual(self.fails(), f"{path} is not UTF-8: save it as UTF-8")


class Required(InProject):
    def test_value(self) -> None:
        os.environ["PA_A"] = "1"
        self.assertEqual(pa_env.required("PA_A"), "1")

    def test_missing_and_empty(self) -> None:
        path = Path(pa_env.__file__).resolve().with_name(".env")
        for value in (None, ""):
            os.environ.pop("PA_A", None)
            os.environ.update({} if value is None else {"PA_A": value})
            with self.assertRaises(pa_env.MissingSetting) as caught:
                pa_env.required("PA_A")
            said = (
                f"PA_A is not set: add a line PA_A=... to {path}, on your own computer"
            )
            self.assertEqual(str(caught.exception), f"{said} to .env beside pa_env.py")


class SecretKey(InProject):
    @property
    def path(self) -> Path:
        return self.project / ".secret_key"

    def test_it_is_made_once(self) -> None:
        key = pa_env.secret_key(self.project)
        self.assertTrue(KEY.fullmatch(key))
        self.assertEqual(pa_env.secret_key(self.project), key)
        self.assertEqual(os.listdir(self.project), [".secret_key"])

    def test_only_its_owner_can_read_it(self) -> None:
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        pa_env.secret_key(self.project)
        self.assertEqual(stat.S_IMODE(self.path.stat().st_mode), 0o600)

    def test_two_projects_have_two(self) -> None:
        other = self.project / "other"
        other.mkdir()
        self.assertNotEqual(pa_env.secret_key(self.project), pa_env.secret_key(other))

    def test_the_setting_is_before_the_file(self) -> None:
        os.environ["SECRET_KEY"] = mine = "ä" * 32
        self.assertEqual(pa_env.secret_key(self.project), mine)
        self.assertEqual(os.listdir(self.project), [])
        os.environ["SECRET_KEY"] = ""  # as in a copy of .env.example
        self.assertTrue(KEY.fullmatch(pa_env.secret_key(self.project)))

    def test_a_short_setting_is_an_error(self) -> None:
        for key in ("x", "ä" * 31):
            os.environ["SECRET_KEY"] = key
            with self.assertRaises(RuntimeError) as caught:
                pa_env.secret_key(self.project)
            self.assertEqual(
                str(caught.exception),
                f"SECRET_KEY has a key of {len(key)} characters, which can be guessed: use"
                " 32 random ones or more, or remove the setting: the app makes a key",
            )
        self.assertEqual(os.listdir(self.project), [])

    def test_a_damaged_file_is_an_error(self) -> None:
        for content in (b"", b"\n", b"abc", b"\xff" * 10):
            self.path.write_bytes(content)
            with self.assertRaises(RuntimeError) as caught:
                pa_env.secret_key(self.project)
            self.assertEqual(
                str(caught.exception),
                f"{self.path} is damaged: delete it, and reload the app",
            )
            self.assertEqual(self.path.read_bytes(), content)

    def test_a_full_disk_leaves_nothing(self) -> None:
        done = self.run_python(
            "pa_env.secret_key(project)", preexec=_no_more_bytes, check=False
        )
        self.assertIn("File too large", done.stderr)
        self.assertEqual(os.listdir(self.project), [])

    def test_a_kill_leaves_all_or_nothing(self) -> None:
        # It is killed at each of the calls that change the disk.
        for call in ("open", "fsync", "link", "unlink"):
            for path in self.project.iterdir():
                path.unlink()
            self.run_python(
                f"os.{call} = lambda *a, **k: os.kill(os.getpid(), 9)\n"
                "pa_env.secret_key(project)",
                check=False,
            )
            is_there = self.path.exists()
            self.assertEqual(is_there, call == "unlink", call)
            before = self.path.read_text() if is_there else None
            key = pa_env.secret_key(self.project)
            self.assertTrue(KEY.fullmatch(key), call)
            self.assertEqual(key, before or key)

    def test_many_processes_at_once_agree(self) -> None:
        for _ in range(5):
            self.path.unlink(missing_ok=True)
            gate = self.project / "gate"
            code = (
                "while not os.path.exists(project / 'gate'): pass\n"
                "print(pa_env.secret_key(project))"
            )
            children = [
                subprocess.Popen(
                    self.command(code), stdout=subprocess.PIPE, env=self.environment()
                )
                for _ in range(8)
            ]
            gate.touch()
            keys = {child.communicate(timeout=30)[0] for child in children}
            gate.unlink()
            self.assertEqual({child.returncode for child in children}, {0})
            self.assertEqual(keys, {self.path.read_bytes() + b"\n"})
            self.assertEqual(os.listdir(self.project), [".secret_key"])

    def test_two_workers_of_a_server_agree(self) -> None:
        modules = str(Path(pa_env.__file__).parent)
        entry = self.project / "entry.py"
        text = APPLICATION.format(modules=modules, project=str(self.project))
        entry.write_text(text)
        command = servers.uwsgi(str(entry), "--processes=2")
        server = servers.Server(
            *command, folder=self.project, path="/", **self.environment()
        )
        self.addCleanup(server.folder.cleanup)
        try:
            with ThreadPoolExecutor(4) as pool:
                answers = set(pool.map(lambda _: server.json("/"), range(20)))
        finally:
            server.terminate()
        self.assertEqual(
            {answer.split()[0] for answer in answers}, {self.path.read_text()}
        )
        self.assertEqual(len(answers), 2)

    def command(self, code: str) -> list[str]:
        start = (
            "import os, sys; from pathlib import Path; project = Path(sys.argv[1])\n"
            "import pa_env\n"
        )
        return [sys.executable, "-c", start + code, str(self.project)]

    def environment(self) -> dict[str, str]:
        return {
            "PYTHONPATH": str(Path(pa_env.__file__).parent),
            "PATH": os.environ["PATH"],
        }

    def run_python(
        self, code: str, *, preexec: object = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(code),
            env=self.environment(),
            preexec_fn=preexec,  # type: ignore[arg-type]
            capture_output=True,
            text=True,
            check=check,
        )


def _no_more_bytes() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    unittest.main()
