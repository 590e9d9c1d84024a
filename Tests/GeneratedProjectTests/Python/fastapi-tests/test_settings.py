"""Settings that are missing or wrong: the last line of the log says where to set them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SECRET = "hunter2-Zq8xW"
REQUIRED = "    api_key: SecretStr\n    second: int\n    currency"


class Settings(unittest.TestCase):
    def setUp(self) -> None:
        found = importlib.util.find_spec("hello")
        assert found is not None
        assert found.origin is not None
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.project = Path(folder.name).resolve() / "hello"
        skipped = shutil.ignore_patterns("__pycache__")
        shutil.copytree(Path(found.origin).parent.parent, self.project, ignore=skipped)

    def require(self) -> None:
        """Add required settings, as the guide says."""
        file = self.project / "hello/settings.py"
        text = file.read_text().replace("    currency", REQUIRED, 1)
        file.write_text(text.replace("import Field,", "import Field, SecretStr,"))

    def load(self, module: str = "wsgi", **variables: str) -> tuple[int, str, str]:
        """Import a module elsewhere; return the exit code, the settings and the log."""
        show = "from hello.settings import settings; print(repr(settings))"
        done = subprocess.run(
            [sys.executable, "-B", "-W", "error", "-c", f"import {module}; {show}"],
            cwd="/",
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(self.project),
                **variables,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertNotIn(SECRET, done.stderr + done.stdout)
        return done.returncode, done.stdout, done.stderr

    def write(self, text: str) -> None:
        (self.project / ".env").write_text(text)

    def test_a_required_one_is_named_and_where_to_set_it(self) -> None:
        self.require()
        where = self.project / ".env"
        wanted = f"API_KEY is not set: add a line API_KEY=... to {where}, on your own"
        wanted += " computer to .env beside pa_env.py"
        for module in ("wsgi", "hello.main", "hello.settings"):
            for text in ("", "API_KEY=\n", f"OTHER={SECRET}\n", f"#API_KEY={SECRET}\n"):
                with self.subTest(module, text=text):
                    self.write(text)
                    code, _, log = self.load(module)
                    last = log.splitlines()[-1]
                    self.assertEqual(
                        (1, f"pa_env.MissingSetting: {wanted}"), (code, last)
                    )
        self.write(f"API_KEY={SECRET}\n")
        self.assertIn("SECOND is not set: add a line SECOND=... to", self.load()[2])

    def test_a_wrong_one_is_named_and_not_shown(self) -> None:
        self.require()
        self.write(f"API_KEY={SECRET}\nSECOND={SECRET}\n")
        code, _, log = self.load()
        self.assertEqual(1, code)
        self.assertIn("\nsecond\n  Input should be a valid integer", log)
        self.write(f"API_KEY={SECRET}\nSECOND=2\n")
        self.assertIn("api_key=SecretStr('**********')", self.load()[1])

    def test_limits(self) -> None:
        for value, fits in (("1", True), ("0", False), ("-1", False), ("x", False),
                            ("", True), ("1" * 30, True), ("9" * 5000, False),
                            ("1.5", False)):  # fmt: skip
            with self.subTest(value[:9]):
                self.write(f"MAX_PIECES={value}\n")
                code, settings, _ = self.load()
                self.assertEqual(fits, code == 0)
                if fits:
                    self.assertIn(f"max_pieces={value or 100}", settings)

    def test_the_environment_wins(self) -> None:
        self.write("CURRENCY=CHF\n")
        self.assertIn("currency='CHF'", self.load()[1])
        self.assertIn("currency='USD'", self.load(CURRENCY="USD")[1])
        self.assertIn("currency='CHF'", self.load(CURRENCYS="USD")[1])


if __name__ == "__main__":
    unittest.main()
