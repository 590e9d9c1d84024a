"""`web/` needs nothing but the standard library, and starts nothing."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
import unittest
from collections.abc import Iterator
from pathlib import Path

from hello import web

FOLDER = Path(web.__file__).parent
STANDARD = Path(os.__file__).parent
# What each request needs. All other modules are imported when a handler uses them.
CORE = "application errors features handler reading writing"


def imports(file: Path) -> Iterator[str]:
    """Find the modules that a file imports from elsewhere, in functions, too."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and not node.level:
            yield str(node.module)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def is_standard(name: str) -> bool:
    """Whether a module belongs to Python or the project, or is for type checks alone."""
    if name == "pa_env":  # The project's own, which reads the secret key.
        return True
    spec = importlib.util.find_spec(name) if name != "_typeshed" else None
    place = str(spec.origin or "") if spec else "built-in"
    is_file = place.startswith(str(STANDARD)) and "site-packages" not in place
    return is_file or place in ("built-in", "frozen")


class FileTest(unittest.TestCase):
    def test_it_imports_the_standard_library_alone(self) -> None:
        files = sorted(FOLDER.rglob("*.py"))
        self.assertIn(FOLDER / "handler.py", files)
        for file in files:
            for name in imports(file):
                with self.subTest(f"{name} in {file.name}"):
                    self.assertTrue(is_standard(name.split(".")[0]))

    def test_the_import_starts_nothing(self) -> None:
        script = (
            "import sys; sys.path.insert(0, sys.argv[1])\n"
            "bad = ('socket.', 'subprocess.', 'os.fork', '_thread.', 'os.system')\n"
            "seen = []\n"
            "sys.addaudithook(lambda e, a: e.startswith(bad) and seen.append(e))\n"
            "import hello.routes, threading\n"
            "assert not seen and threading.active_count() == 1, seen\n"
            "assert 'asyncio' not in sys.modules\n"
        )
        project = str(FOLDER.parent.parent)
        subprocess.run([sys.executable, "-c", script, project], check=True)

    def test_what_a_request_does_not_use_is_not_imported(self) -> None:
        script = (
            "import sys; sys.path.insert(0, sys.argv[1])\n"
            "import wsgi\n"
            "from wsgiref.util import setup_testing_defaults\n"
            "environ = {}\n"
            "setup_testing_defaults(environ)\n"
            "[body] = wsgi.application(environ, lambda *told: None)\n"
            "found = sorted(name for name in sys.modules if name.startswith('hello.web.'))\n"
            "assert [name[10:] for name in found] == sys.argv[2].split(), found\n"
            "slow = 'ast asyncio datetime email hashlib hmac html tempfile traceback'\n"
            "found = [name for name in slow.split() if name in sys.modules]\n"
            "assert not found, found\n"
        )
        command = [sys.executable, "-I", "-S", "-c", script, str(FOLDER.parent.parent)]
        subprocess.run([*command, CORE], check=True)


if __name__ == "__main__":
    unittest.main()
