"""Where a project lies on the host, and how its entry file is loaded there."""

from __future__ import annotations

import sys
import unittest
from pathlib import Path

from apps import PLAIN
from apps.sources import WSGI_FILE
from support import CHECKER, check_soon, project

sys.path.insert(0, str(CHECKER))

from pa_new_check import placement
from pa_new_check.project import find

WAYS = ((), ("--no-namespaces",))
VERSION = "python{}.{}".format(*sys.version_info)
IMPORT = "from shop import application\n"
JOIN = "import os\nimport sys\nfrom pathlib import Path\n\nsys.path.insert(0, {})\n"


def wsgi(folder: str, then: str = IMPORT) -> str:
    """Return a WSGI file that puts a folder on the path, given as code."""
    return JOIN.format(folder) + then


SHOP = {"shop.py": PLAIN}
INNER = {"shop/__init__.py": "", "shop/app.py": PLAIN}
# The folder here, the WSGI file, the other files, and the folder on the host.
LOADED = (
    ("the same name", "shop", wsgi("'/home/alice/shop'"), SHOP, "shop"),
    ("another name", "shop-main", wsgi("'/home/alice/shop'"), SHOP, "shop"),
    ("a nested folder", "shop", wsgi("'/home/alice/sites/shop'"), SHOP, "sites/shop"),
    ("nested, other name", "x", wsgi("'/home/alice/sites/shop'"), SHOP, "sites/shop"),
    ("the home folder itself", "stuff", wsgi("'/home/alice'"), SHOP, ""),
    ("an end slash", "shop", wsgi("'/home/alice/shop/'"), SHOP, "shop"),
    ("~", "other", wsgi("os.path.expanduser('~/shop')"), SHOP, "shop"),
    ("~ and join", "x", wsgi("os.path.join(os.path.expanduser('~'), 'shop')"), SHOP, "shop"),
    ("Path.home()", "other", wsgi("str(Path.home() / 'shop')"), SHOP, "shop"),
    ("Path('~').expanduser()", "x", wsgi("str(Path('~/shop').expanduser())"), SHOP, "shop"),
    ("HOME", "other", wsgi("os.environ['HOME'] + '/shop'"), SHOP, "shop"),
    ("a user's name", "other", wsgi("f'/home/{os.environ[\"USER\"]}/x'", "NAME = 'alice'\nsys.path.append(f'/home/{NAME}/shop')\n" + IMPORT), SHOP, "shop"),
    ("a name for it", "other", "import sys\npath = '/home/alice/shop'\nsys.path.append(path)\n" + IMPORT, SHOP, "shop"),
    ("chdir", "other", "import os\nimport sys\n\nos.chdir('/home/alice/shop')\nsys.path.append('.')\n" + IMPORT, SHOP, "shop"),
    ("exec", "shop", "exec(open('/home/alice/shop/shop.py').read())\n", SHOP, "shop"),
    ("a sub-folder", "shop", wsgi("'/home/alice/shop/src'"), {"src/shop.py": PLAIN}, "shop"),
    ("package of that name", "shop", wsgi("'/home/alice/shop'", "from shop.app import application\n"), INNER, "shop"),
    ("inside that package", "shop", wsgi("'/home/alice/shop/shop'", "from app import application\n"), INNER, "shop"),
    ("package of that name, other folder", "x", wsgi("'/home/alice/shop'", "from shop.app import application\n"), INNER, "shop"),
    ("its packages for this Python", "shop", wsgi(f"'/home/alice/.virtualenvs/v/lib/{VERSION}/site-packages'", "sys.path.append('/home/alice/shop')\n" + IMPORT), SHOP, "shop"),
    ("activate_this.py", "shop", "name = '/home/alice/.virtualenvs/v/bin/activate_this.py'\nwith open(name) as file:\n    exec(file.read(), {'__file__': name})\n" + wsgi("'/home/alice/shop'"), SHOP, "shop"),
    ("activate_this.py in the project", "shop", "exec(open('/home/alice/shop/venv/bin/activate_this.py').read())\n" + wsgi("'/home/alice/shop'"), SHOP, "shop"),
)  # fmt: skip


class LoadedTest(unittest.TestCase):
    """Apps that work on the host: their folder has the right name, both ways."""

    def test_folders(self) -> None:
        for name, folder, source, files, expected in LOADED:
            home = f"/home/alice/{expected}".rstrip("/")
            seen = f"import os\nassert os.path.isfile('{home}/{WSGI_FILE}')\n"
            seen += "assert os.getcwd() in ('/home/alice', '/home/alice/shop')\n"
            changed = {file: seen + text for file, text in files.items() if text}
            with project({**files, **changed, WSGI_FILE: source}, folder) as place:
                for way in WAYS:
                    with self.subTest(name, way=way):
                        report = check_soon(place, *way)
                        self.assertEqual(report["findings"], [])
                        self.assertEqual(report["outcome"], "works")

    def test_folder_that_is_not_there(self) -> None:
        """What looks similar does not work on the host."""
        for name, folder, source, files, line in (
            ("no path", "shop", IMPORT, SHOP, 1),
            ("a wrong sub-folder", "shop", wsgi("'/home/alice/shop/src'"), SHOP, 6),
            ("the folder above", "shop", wsgi("'/home/alice'"), {"shop/__init__.py": "", **SHOP}, 6),
            ("a relative path", "shop", wsgi("'src'"), {"src/shop.py": PLAIN}, 6),
        ):  # fmt: skip
            with project({**files, WSGI_FILE: source}, folder) as place:
                for way in WAYS:
                    with self.subTest(name, way=way):
                        found = check_soon(place, *way)["findings"]
                        places = [(f["severity"], f["file"], f["line"]) for f in found]
                        self.assertIn(("error", WSGI_FILE, line), places)

    def test_packages_of_another_python(self) -> None:
        path = "/home/alice/.virtualenvs/v/lib/python3.8/site-packages"
        source = wsgi(repr(path), "sys.path.append('/home/alice/shop')\n" + IMPORT)
        with project({**SHOP, WSGI_FILE: source}, "shop") as place:
            for way in WAYS:
                with self.subTest(way):
                    (finding,) = check_soon(place, *way)["findings"]
                    self.assertEqual(finding["rule"], "python-version")
                    self.assertEqual(finding["severity"], "warning")
                    self.assertIn("3.8", finding["message"])


class PlaceTest(unittest.TestCase):
    """The placement, without loading."""

    def place(
        self, folder: Path, entry: str | None = None, **known: str
    ) -> placement.Placement:
        return placement.place(find(folder, entry), placement.Known(**known))

    def test_entry_files(self) -> None:
        """A WSGI file lies in /var/www; a module is imported as if one had done it."""
        file = PLAIN + "import os\nHERE = os.path.dirname(__file__)\n"
        www = "/var/www/alice_pythonanywhere_com_wsgi.py"
        for name, entry, source, more, place, module, path in (
            ("WSGI file", WSGI_FILE, PLAIN, {}, www, "alice_pythonanywhere_com_wsgi", []),
            ("WSGI file that looks for itself", WSGI_FILE, file, {}, www, "alice_pythonanywhere_com_wsgi", []),
            ("wsgi.py", "wsgi.py", PLAIN, {}, www, "alice_pythonanywhere_com_wsgi", []),
            ("wsgi.py that looks for itself", "wsgi.py", file, {}, "wsgi.py", "alice_pythonanywhere_com_wsgi", []),
            ("a generated one", "wsgi.py", file, {".pa-new.json": "{}"}, www, "alice_pythonanywhere_com_wsgi", []),
            ("a module", "flask_app.py", PLAIN, {}, "flask_app.py", "flask_app", [""]),
            ("Django's", "tea/wsgi.py", PLAIN, {"tea/__init__.py": ""}, "tea/wsgi.py", "tea.wsgi", [""]),
            ("Django's, deeper", "src/tea/wsgi.py", PLAIN, {"src/tea/__init__.py": ""}, "src/tea/wsgi.py", "tea.wsgi", ["/src"]),
            ("Django's, without __init__.py", "tea/wsgi.py", "N = 'tea.settings'\n" + PLAIN, {}, "tea/wsgi.py", "tea.wsgi", [""]),
        ):  # fmt: skip
            with self.subTest(name), project({entry: source, **more}, "shop") as folder:
                found = self.place(folder, entry, account="alice")
                inside = "/home/alice/shop/"
                expected = place if place.startswith("/") else inside + place
                self.assertEqual(found.entry, expected)
                self.assertEqual(found.module, module)
                self.assertEqual(found.path, [f"/home/alice/shop{p}" for p in path])
                self.assertEqual(found.here(found.entry), str(folder / entry))
                self.assertEqual(found.here(inside + "x.py"), str(folder / "x.py"))
                self.assertEqual(found.here("/home/alice/shops"), "/home/alice/shops")

    def test_name_of_a_generated_project(self) -> None:
        """pa-new's record knows the folder's name; a copy has perhaps another one."""
        with project({"wsgi.py": PLAIN, ".pa-new.json": "{}"}, "copy") as folder:
            found = self.place(folder, account="alice", name="hello")
            self.assertEqual(found.folder, "/home/alice/hello")

    def test_paths_that_tell_nothing(self) -> None:
        for name, source in (
            ("documentation", '"""Put /home/bob/mysite on the path."""\n'),
            ("a URL", "URL = 'https://example.com/home/bob/x'\n"),
            ("a part of a longer path", "PATH = '/srv/home/bob'\n"),
            ("nobody", "PATH = '/home/'\n"),
            ("a long text", f"TEXT = '/home/bob/{'x' * 600}'\n"),
            ("not known", "PATH = f'/home/{name()}/shop'\n"),
        ):
            with self.subTest(name), project({"wsgi.py": source + PLAIN}) as folder:
                self.assertEqual(self.place(folder).site.source, "stand-in")

    def test_account_in_other_files(self) -> None:
        files = {"wsgi.py": PLAIN, "deep/settings.py": "ROOT = '/home/bob/x/static'\n"}
        with project(files) as folder:
            self.assertEqual(self.place(folder).site.user, "bob")
        odd: dict[str, str | bytes] = {
            "wsgi.py": PLAIN,
            "bad.py": b"\xff/home/bob/",
            "worse.py": "'/home/bob/",
        }
        with project(odd) as folder:
            self.assertEqual(self.place(folder).site.source, "stand-in")


if __name__ == "__main__":
    unittest.main()
