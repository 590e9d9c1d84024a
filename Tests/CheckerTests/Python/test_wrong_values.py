"""Views whose framework cannot use what they return: the view is named, and its line."""

from __future__ import annotations

import importlib.util
import unittest
from collections.abc import Mapping
from pathlib import Path

from support import check_soon, project, run
from wrong_value_apps import BOTTLE, DJANGO, FASTAPI, FLASK, TORNADO

TEMPLATES = Path(__file__).resolve().parents[3] / "Templates"


def _shared(name: str) -> dict[str, str | bytes]:
    """Return the files of an adapter that pa-new writes, as they are in a project."""
    folder = TEMPLATES / "_shared" / name
    files = (file for file in folder.iterdir() if file.is_file())
    found: dict[str, str | bytes] = {
        f"{name}/{file.name}": file.read_bytes() for file in files
    }
    if "tornado" in name:
        loop = TEMPLATES / "_shared/asgi_adapter/one_loop.py"
        found[f"{name}/one_loop.py"] = loop.read_bytes()
    return found


def _bottle() -> dict[str, bytes]:
    """Return Bottle's own files, as they are in a project."""
    names = "bottle.py", "bottle.LICENSE"
    return {name: (TEMPLATES / "bottle" / name).read_bytes() for name in names}


def _line(text: str, code: str) -> int:
    """Return the number of the line of a file that begins with some code."""
    lines = text.splitlines()
    return next(n for n, line in enumerate(lines, 1) if line.strip().startswith(code))


class WrongValueTest(unittest.TestCase):
    """What a view returns that its framework cannot send."""

    def _judge(
        self,
        framework: str,
        files: Mapping[str, str | bytes],
        file: str,
        expected: Mapping[str, tuple[str, str]],
        inside: Mapping[str, str],
    ) -> None:
        """Compare the findings: the line, and what is said of the view.

        :param expected: for each path the beginning of a line, and words of the message.
        :param inside: paths that fail in code of the project, each with its line.
        """
        if importlib.util.find_spec(framework) is None:
            self.skipTest(f"{framework} is not installed")
        text = str(files[file])
        with project(files, "shop" if framework == "django" else "mysite") as folder:
            report = check_soon(folder, "--account", "alice", "--all-routes")
        found = {
            path: finding for finding in report["findings"] for path in finding["paths"]
        }
        self.assertEqual({*found}, {*expected, *inside})
        for path, (code, words) in expected.items():
            with self.subTest(framework, path=path):
                finding = found[path]
                place = finding["file"], finding["line"]
                self.assertEqual(place, (file, _line(text, code)), finding["message"])
                self.assertIn(words, finding["message"])
                self.assertNotIn("this line", finding["fix"])
        for path, code in inside.items():
            with self.subTest(framework, path=path):
                place = found[path]["file"], found[path]["line"]
                self.assertEqual(place, (file, _line(text, code)))
                self.assertNotIn("returns", found[path]["message"])

    def test_Flask(self) -> None:
        expected = {
            "/nothing": ("def nothing", "the view `nothing` returns nothing"),
            "/number": ("def number", "the view `number` returns a number"),
            "/tuple": ('return ("hi",)', "returns a tuple that Flask does not know"),
            "/data": ('return {"a"', "data with a value of the type `object`"),
            "/cake": (
                "return None",
                "the view `Cake.get` returns nothing in its tuple",
            ),
            "/counted": ("return {1", "the view `seen` returns a set"),
            "/parts": ('@app.get("/parts', "non-bytestring"),
        }
        inside = {"/inside": "return render", "/hook": "json.dumps"}
        self._judge("flask", {"wsgi.py": FLASK}, "wsgi.py", expected, inside)

    def test_Django(self) -> None:
        expected = {
            "/nothing": ("def nothing", "the view `nothing` returns nothing"),
            "/text": ('return "hello"', "the view `text` returns a text"),
            "/data": ('return {"a"', "the view `data` returns a dict"),
            "/number": ("return 5", "the view `number` returns a number"),
            "/pair": ('return HttpResponse("no")', "returns a tuple"),
            "/cake": ("return None", "the view `Cake.get` returns nothing"),
        }
        inside = {"/inside": 'return "a".headers'}
        self._judge("django", DJANGO, "views.py", expected, inside)

    def test_Bottle(self) -> None:
        expected = {
            "/number": ("return 5", "the view `number` returns a number"),
            "/list": ("return [1", "the view `numbers` returns a list with a number"),
            "/tuple": ('return "no"', "the view `pair` returns a tuple with a number"),
            "/data": ('return {"a"', "data with a value of the type `object`"),
        }
        inside = {"/inside": "return iter"}
        for files in ({"wsgi.py": BOTTLE}, {"wsgi.py": BOTTLE, **_bottle()}):
            self._judge("bottle", files, "wsgi.py", expected, inside)

    def test_Tornado(self) -> None:
        expected = {
            "/text": ('return "hello"', "the view `Text.get` returns a text"),
        }
        files = {"wsgi.py": TORNADO, **_shared("tornado_wsgi")}
        self._judge("tornado", files, "wsgi.py", expected, {"/inside": "self.write(5)"})

    def test_FastAPI(self) -> None:
        expected = {
            "/item": ('return {"nme"', "its type does not allow: `name`: "),
            "/object": (
                "return object()",
                "returns something that is not JSON: ValueError",
            ),
            "/html": ("return 5", "returns a number, and its response needs a text"),
        }
        files = {"wsgi.py": FASTAPI, **_shared("asgi_adapter")}
        self._judge("fastapi", files, "wsgi.py", expected, {"/inside": "return 1 / 0"})

    def test_visit(self) -> None:
        """The reason of an error page is told in the same words, with the line."""
        with project({"wsgi.py": BOTTLE, **_bottle()}) as folder:
            done = run("visit", folder, "/number", "--account", "alice")
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn(
                b"A request for `/number` fails: the view `number` returns a number "
                b"(wsgi.py:%d)" % _line(BOTTLE, "return 5"),
                done.stderr,
            )


if __name__ == "__main__":
    unittest.main()
