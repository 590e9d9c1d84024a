"""The interpreter and its packages are there, wherever on this computer they lie."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import unittest
import venv
from pathlib import Path

from support import CHECKER

# As pa-new starts it: without `site`, which would tell the virtual environment.
_START = (
    "import sys; sys.path[0] = sys.argv.pop(1); from pa_new_check.main import main; "
    "sys.exit(main(sys.argv[1:]))"
)
_APP = """import {module}


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [{module}.__name__.encode()]
"""


class PlaceTest(unittest.TestCase):
    """A virtual environment with one package, in places that PythonAnywhere does not have."""

    def test_places(self) -> None:
        for name, environment, project in (
            ("in the home folder", "home/tools/env", "home/work/mysite"),
            ("in the project", "home/mysite/.venv", "home/mysite"),
            ("around the project", "home/env", "home/env/src/mysite"),
            ("elsewhere", "opt/env", "srv/mysite"),
        ):
            for options in ([], ["--no-namespaces"]):
                with (
                    self.subTest(name, options=options),
                    tempfile.TemporaryDirectory() as temporary,
                ):
                    place = Path(temporary).resolve()
                    self.assertEqual(
                        self.outcome(
                            place, place / environment, place / project, options
                        ),
                        ("works", []),
                    )

    def outcome(
        self, place: Path, environment: Path, project: Path, options: list[str]
    ) -> tuple[str, list[str]]:
        """Return the outcome of a check, and the messages of its findings."""
        # The interpreter is found by a link to a link: both lie in hidden folders.
        link = place / "home/bin/python3"
        link.parent.mkdir(parents=True)
        link.symlink_to(os.path.realpath(sys.executable))
        venv.create(environment, symlinks=True)
        program = environment / "bin/python"
        program.unlink()
        program.symlink_to(link)
        version = "python{}.{}".format(*sys.version_info)
        packages = environment / "lib" / version / "site-packages"
        (packages / "only_here.py").write_text("")
        project.mkdir(parents=True, exist_ok=True)
        (project / "wsgi.py").write_text(_APP.format(module="only_here"))
        done = subprocess.run(
            [
                *(str(program), "-E", "-S", "-c", _START, str(CHECKER)),
                *("check", str(project), *options),
            ],
            env={**os.environ, "HOME": str(place / "home")},
            capture_output=True,
            check=False,
        )
        report = json.loads(done.stdout)
        return report["outcome"], [f["message"] for f in report["findings"]]


if __name__ == "__main__":
    unittest.main()
