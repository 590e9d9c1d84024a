"""Static folders: those of each framework's settings, and those of ``--static``."""

from __future__ import annotations

import os
import unittest
from typing import Any

from kinds_of_apps import MANAGE, SETTINGS, TORNADO
from support import FACTORY, FLASK, AdoptTest, Files, adopt, project

CSS: Files = {"static/site.css": ""}
FASTAPI = (
    "from fastapi import FastAPI\nfrom fastapi.staticfiles import StaticFiles\n\n"
    "app = FastAPI()\n"
)
_PATH = "os.path.join(os.path.dirname(__file__), 'assets')"


def django(*lines: str) -> Files:
    """Return a Django project with more settings."""
    return {
        "manage.py": MANAGE.format("mysite.settings"),
        "mysite/__init__.py": "",
        "mysite/settings.py": SETTINGS + "".join(f"{line}\n" for line in lines),
    }


# Name, files, and the mappings: url, folder, file and line.
CASES: tuple[tuple[str, Files, list[tuple[str, str, str, int]]], ...] = (
    ("flask", {"app.py": FLASK, **CSS}, [("/static/", "static", "app.py", 3)]),
    ("flask without a folder", {"app.py": FLASK}, []),
    (
        "a package",
        {"src/shop/__init__.py": FACTORY, "src/shop/static/a.css": "", **CSS},
        [("/static/", "src/shop/static", "src/shop/__init__.py", 5)],
    ),
    (
        "an app of another file's function",
        {
            "wsgi.py": "from shop import create_app\n\napp = create_app()\n",
            "shop/__init__.py": FACTORY,
            "shop/static/a.css": "",
        },
        [("/static/", "shop/static", "shop/__init__.py", 5)],
    ),
    (
        "flask's own names",
        {
            "app.py": FLASK.replace(
                "__name__", "__name__, static_folder='assets', static_url_path='/files'"
            ),
            "assets/a.css": "",
        },
        [("/files/", "assets", "app.py", 3)],
    ),
    (
        "flask's folder, and its name in the URL",
        {
            "app.py": FLASK.replace("__name__", "__name__, static_folder='web/out'"),
            "web/out/a": "",
        },
        [("/out/", "web/out", "app.py", 3)],
    ),
    (
        "flask's path of the file",
        {
            "app.py": "import os\n"
            + FLASK.replace("__name__", f"__name__, static_folder={_PATH}"),
            "assets/a.css": "",
        },
        [("/assets/", "assets", "app.py", 4)],
    ),
    (
        "flask without static files",
        {"app.py": FLASK.replace("__name__", "__name__, static_folder=None"), **CSS},
        [],
    ),
    (
        "fastapi",
        {
            "main.py": FASTAPI
            + 'app.mount("/static", StaticFiles(directory="static"))\n',
            **CSS,
        },
        [("/static/", "static", "main.py", 5)],
    ),
    (
        "starlette",
        {
            "main.py": "from starlette.applications import Starlette\n"
            "from starlette.routing import Mount\n"
            "from starlette.staticfiles import StaticFiles\n\n"
            "app = Starlette(routes=[\n"
            "    Mount('/s', app=StaticFiles(directory='static'), name='s'),\n])\n",
            **CSS,
        },
        [("/s/", "static", "main.py", 6)],
    ),
    (
        "litestar",
        {
            "app.py": "from litestar import Litestar\n"
            "from litestar.static_files import create_static_files_router\n\n"
            "app = Litestar([create_static_files_router(path='/static', directories=['static'])])\n",
            **CSS,
        },
        [("/static/", "static", "app.py", 4)],
    ),
    (
        "tornado's settings",
        {
            "app.py": "import os\n"
            + TORNADO
            + "app = tornado.web.Application(\n    [],\n"
            "    static_path=os.path.join(os.path.dirname(__file__), 'static'),\n)\n",
            **CSS,
        },
        [("/static/", "static", "app.py", 11)],
    ),
    (
        "tornado's prefix, in a table of settings",
        {
            "app.py": TORNADO + "settings = {\n    'static_path': 'static',\n"
            "    'static_url_prefix': '/s/',\n}\napp = tornado.web.Application([], **settings)\n",
            **CSS,
        },
        [("/s/", "static", "app.py", 9)],
    ),
    (
        "tornado's handler",
        {
            "app.py": TORNADO + "app = tornado.web.Application([\n"
            "    (r'/files/(.*)', tornado.web.StaticFileHandler, {'path': 'static'}),\n])\n",
            **CSS,
        },
        [("/files/", "static", "app.py", 9)],
    ),
    (
        "pyramid",
        {
            "shop/__init__.py": "from pyramid.config import Configurator\n\n\n"
            "def main(global_config, **kw):\n    config = Configurator(settings=kw)\n"
            "    config.add_static_view(name='static', path='shop:static')\n"
            "    return config.make_wsgi_app()\n",
            "shop/static/a.css": "",
        },
        [("/static/", "shop/static", "shop/__init__.py", 6)],
    ),
    (
        "web.py",
        {"app.py": "import web\n\napp = web.application((), globals())\n", **CSS},
        [("/static/", "static", "app.py", 3)],
    ),
    ("bottle", {"app.py": "import bottle\n\napp = bottle.Bottle()\n", **CSS}, []),
    (
        "django",
        django(
            "STATIC_URL = 'static/'",
            "STATIC_ROOT = BASE_DIR / 'staticfiles'",
            "MEDIA_URL = '/media/'",
            "MEDIA_ROOT = BASE_DIR / 'media'",
        ),
        [
            ("/static/", "staticfiles", "mysite/settings.py", 7),
            ("/media/", "media", "mysite/settings.py", 9),
        ],
    ),
    (
        "django with a text",
        django(
            "import os",
            "STATIC_URL = '/s/'",
            "STATIC_ROOT = os.path.join(BASE_DIR, 'out')",
        ),
        [("/s/", "out", "mysite/settings.py", 8)],
    ),
    (
        "django with files elsewhere",
        django(
            "STATIC_URL = 'https://files.example.com/'", "STATIC_ROOT = BASE_DIR / 's'"
        ),
        [],
    ),
)


class SettingsTest(AdoptTest):
    """What the frameworks' settings say."""

    def test_mappings(self) -> None:
        for name, files, expected in CASES:
            with self.subTest(name):
                document = self.read(files)
                (app,) = document["apps"]
                found = [
                    tuple(m[k] for k in ("url", "folder", "file", "line"))
                    for m in app["static"]
                ]
                self.assertEqual(found, expected, document["notes"])

    def test_django_steps(self) -> None:
        lines = ("DATABASES = {}", "STATIC_URL = 'static/'")
        document = self.read(django(*lines))
        self.assertEqual(document["apps"][0]["steps"], ["migrate"])
        (note,) = (n for n in document["notes"] if "STATIC_ROOT" in n)
        self.assertIn('`STATIC_ROOT = BASE_DIR / "staticfiles"`', note)
        document = self.read(django(*lines, "STATIC_ROOT = BASE_DIR / 'staticfiles'"))
        self.assertEqual(document["apps"][0]["steps"], ["collectstatic", "migrate"])
        self.assertFalse([n for n in document["notes"] if "STATIC_ROOT" in n])

    def test_django_settings_in_parts(self) -> None:
        files = django(
            "STATIC_URL = 'static/'", "STATIC_ROOT = BASE_DIR / 'staticfiles'"
        )
        files = {
            "manage.py": files["manage.py"],
            "mysite/settings/__init__.py": "from .base import *\n",
            "mysite/settings/base.py": str(files["mysite/settings.py"]).replace(
                "parent.parent", "parent.parent.parent"
            ),
            "mysite/__init__.py": "",
        }
        (mapping,) = self.app(files)["static"]
        self.assertEqual(mapping["folder"], "staticfiles")
        self.assertEqual(
            (mapping["file"], mapping["line"]), ("mysite/settings/base.py", 7)
        )

    def test_what_nobody_may_read(self) -> None:
        """A folder with code, data or secrets is never mapped, and a note says why."""
        for name in (
            "app.py",
            "users.sqlite3",
            ".env",
            "sub/id_rsa",
            "site.pyc",
            ".git/HEAD",
        ):
            with self.subTest(name):
                document = self.read({"app.py": FLASK, **CSS, f"static/{name}": ""})
                self.assertEqual(document["apps"][0]["static"], [])
                (note,) = (n for n in document["notes"] if "app.py:3" in n)
                self.assertIn(f"static/{name.partition('/HEAD')[0]}", note)

    def test_the_project_itself(self) -> None:
        whole = FLASK.replace(
            "__name__", "__name__, static_folder='.', static_url_path='/s'"
        )
        document = self.read({"app.py": whole})
        self.assertEqual(document["apps"][0]["static"], [])
        self.assertTrue(any("also holds the code" in n for n in document["notes"]))
        at_root = FLASK.replace("__name__", "__name__, static_url_path='/'")
        self.assertEqual(self.app({"app.py": at_root, **CSS})["static"], [])
        document = self.read(django("MEDIA_URL = '/m/'", "MEDIA_ROOT = BASE_DIR"))
        self.assertEqual(document["apps"][0]["static"], [])

    def test_links(self) -> None:
        with project({"app.py": FLASK, "secret/a.txt": ""}) as folder:
            outside = folder.parent / "outside"
            outside.mkdir()
            (outside / "a.txt").write_text("")
            static = folder / "static"
            static.symlink_to(outside)
            self.assertEqual(adopt(folder)["apps"][0]["static"], [])
            static.unlink()
            static.mkdir()
            for target in (
                outside / "a.txt",
                outside,
                folder / "secret",
                folder,
                static,
            ):
                link = static / "link"
                link.symlink_to(target)
                self.assertEqual(adopt(folder)["apps"][0]["static"], [], target)
                link.unlink()
            self.assertEqual(len(adopt(folder)["apps"][0]["static"]), 1)


class OptionTest(AdoptTest):
    """``--static URL=DIR``."""

    def test_given(self) -> None:
        files: Files = {"app.py": FLASK, **CSS, "a/b.css": "", "c d/e": ""}
        app = self.app(
            files,
            "--static=/a=a",
            "--static=/static/x/=c d",
            "--static=/static/=static",
        )
        found = [(m["url"], m["folder"], m["file"], m["line"]) for m in app["static"]]
        expected = [("/a/", "a"), ("/static/x/", "c d"), ("/static/", "static")]
        self.assertEqual(found, [(*pair, "--static", 0) for pair in expected])

    def test_errors(self) -> None:
        files: Files = {"app.py": FLASK, **CSS, "code/x.py": "", "data/x.db": ""}
        cases: tuple[tuple[str, str], ...] = (
            ("", "URL=DIR"),
            ("=", "URL=DIR"),
            ("/static/", "URL=DIR"),
            ("/static/=", "URL=DIR"),
            ("static=static", "begins with /"),
            ("/a b/=static", "begins with /"),
            ("/../=static", "begins with /"),
            ("/" + "a" * 10_000 + "/=static", "begins with /"),
            ("http://x/=static", "begins with /"),
            ("/=static", "no request"),
            ("/s/=nothing", "cannot be served"),
            ("/s/=app.py", "cannot be served"),
            ("/s/=.", "also holds the code"),
            ("/s/=..", "not inside"),
            ("/s/=/etc", "not inside"),
            ("/s/=static/../..", "not inside"),
            ("/s/=code", "code/x.py"),
            ("/s/=data", "data/x.db"),
            ("/s/=" + "a/" * 5_000, "begins with /"),
        )
        for text, expected in cases:
            with self.subTest(text[:40]):
                error = self.error(files, f"--static={text}")
                self.assertEqual(error["kind"], "usage")
                said = error["message"] + error.get("reason", "")
                self.assertIn(expected, said)
                self.assertLess(len(said), 500)
        error = self.error(files, "--static=static=static")
        self.assertEqual(error["hint"], "did you mean /static/=static?")
        error = self.error(files, "--static=/s/=static", "--static=/s=static")
        self.assertIn("twice", error["message"])

    def test_unreadable_folder(self) -> None:
        if os.geteuid() == 0:
            self.assertTrue(True)  # root reads all
            return
        with project({"app.py": FLASK, **CSS, "static/sub/a": ""}) as folder:
            (folder / "static/sub").chmod(0)
            document: Any = adopt(folder)
            (folder / "static/sub").chmod(0o700)
        self.assertEqual(document["apps"][0]["static"], [])


if __name__ == "__main__":
    unittest.main()
