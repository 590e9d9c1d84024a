"""`web.py` needs nothing but the standard library, and starts nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
import unittest
from pathlib import Path

from hello import web


class FileTest(unittest.TestCase):
    def test_it_imports_the_standard_library_alone(self) -> None:
        known = "__future__ collections contextlib http json re traceback typing urllib"
        tree = ast.parse(Path(web.__file__).read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                names = [str(node.module)]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            for name in names:
                with self.subTest(name):
                    self.assertIn(
                        name.split(".")[0], [*known.split(), "wsgiref", "_typeshed"]
                    )

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
        project = str(Path(web.__file__).parent.parent)
        subprocess.run([sys.executable, "-c", script, project], check=True)


if __name__ == "__main__":
    unittest.main()
