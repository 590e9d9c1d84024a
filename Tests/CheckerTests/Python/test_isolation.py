"""The app does not see the checker, and the checker does not use the app's modules."""

from __future__ import annotations

import unittest

from apps import PLAIN
from support import check, project, run


class PackageTest(unittest.TestCase):
    """The app sees nothing of the package."""

    def test_clean_interpreter(self) -> None:
        source = (
            "import os, sys\n"
            "seen = [m for m in sys.modules if 'pa_new' in m]\n"
            "seen += [p for p in sys.path if 'HostPython' in p]\n"
            "assert not seen, seen\n"
            "assert __name__ == 'standin_pythonanywhere_com_wsgi', __name__\n"
            "assert sys.path[0] == '/var/www', sys.path\n"
            "assert os.getcwd() == os.path.expanduser('~') == '/home/standin'\n"
            "assert os.listdir('/home/standin') == ['mysite']\n"
            "assert os.listdir('/home/standin/mysite') == ['wsgi.py']\n"
            "os.mkdir(os.path.join(*['left']))\n" + PLAIN
        )
        with project({"wsgi.py": source}) as folder:
            self.assertEqual(check(folder)["findings"], [])
            self.assertEqual([path.name for path in folder.iterdir()], ["wsgi.py"])

    def test_modules_of_the_library_in_the_project(self) -> None:
        """The loader uses the standard library, also if the project has such names."""
        bad = "raise RuntimeError('the wrong one')\n"
        apps = {
            "a function": PLAIN,
            "an object": (
                "class App:\n"
                "    def __call__(self, environ, start_response):\n"
                "        start_response('200 OK', [('Content-Type', 'text/plain')])\n"
                "        return [b'hello']\n\n\napplication = App()\n"
            ),
            "one that has to be inspected": PLAIN.replace(
                "(environ, start_response)", "(*given)"
            ).replace("start_response(", "given[1]("),
        }
        for name, source in apps.items():
            files = {
                "wsgi.py": source,
                "inspect.py": bad,
                "importlib.py": bad,
                "traceback.py": bad,
                "urllib/__init__.py": bad,
                "threading.py": bad,
            }
            with self.subTest(name), project(files) as folder:
                report = check(folder)
                self.assertTrue(report["loaded"])
                rules = {finding["rule"] for finding in report["findings"]}
                self.assertLessEqual(rules, {"shadowed-module"})
                done = run("visit", folder, "/%C3%A9?x=%41")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertTrue(done.stdout.endswith(b"hello"))

    def test_no_load_runs_nothing(self) -> None:
        source = PLAIN + "open(__file__ + '.ran', 'w').close()\n"
        with project({"wsgi.py": source}) as folder:
            report = check(folder, "--no-load")
            self.assertFalse(report["loaded"])
            self.assertEqual([path.name for path in folder.iterdir()], ["wsgi.py"])


if __name__ == "__main__":
    unittest.main()
