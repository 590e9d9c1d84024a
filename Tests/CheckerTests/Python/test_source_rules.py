"""What the rules about sources say: the file and line are in the tables of apps."""

from __future__ import annotations

import sys
import unittest
import unittest.mock
from typing import Any

from support import CHECKER, check_soon, project

sys.path.insert(0, str(CHECKER))

from pa_new_check import fix_imports
from pa_new_shared.file_path import Path as FilePath


def findings(files: dict[str, str | bytes], *options: str) -> list[dict[str, Any]]:
    """Return what reading finds in a project."""
    with project(files) as folder:
        report = check_soon(folder, "--no-load", "--python", "3.13", *options)
    found: list[dict[str, Any]] = report["findings"]
    return found


IMPORT = " At the top of the file, add `from pathlib import Path`."
PLAIN = "\n\ndef application(environ, start_response):\n    return []\n"


class AdviceTest(unittest.TestCase):
    """The line to write, where it is known."""

    def test_the_home_folder_keeps_its_capitals(self) -> None:
        found = findings(
            {
                "alice_pythonanywhere_com_wsgi.py": "import sys\n\n"
                f"sys.path.insert(0, '/home/Alice/mysite')\nimport shop\n{PLAIN}",
                "shop.py": "import logging\n\nlogging.basicConfig(filename='a.log')\n",
            }
        )
        self.assertIn("it becomes /home/Alice/a.log", found[0]["message"])

    def test_whole_paths(self) -> None:
        engine = "from sqlalchemy import create_engine\nx = create_engine"
        django = "DATABASES = {'default': {'ENGINE': 'x.sqlite3', 'NAME': 'a.db'}}"
        for name, code, advice in (
            (
                "shop.py",
                "open('./a.csv')",
                'Write the whole path: `Path(__file__).resolve().parent / "a.csv"`.'
                + IMPORT,
            ),
            (
                "shop.py",
                "from pathlib import Path\nopen('./a.csv')",
                'Write the whole path: `Path(__file__).resolve().parent / "a.csv"`.',
            ),
            (
                "shop/views.py",
                "open('a.csv')",
                'Write the whole path: `Path(__file__).resolve().parents[1] / "a.csv"`.'
                + IMPORT,
            ),
            (
                "alice_pythonanywhere_com_wsgi.py",
                "open('a.csv')",
                'Write the whole path: `"/home/alice/mysite/a.csv"`.',
            ),
            (
                "shop.py",
                f"{engine}('sqlite:///a.db')",
                (
                    "Write the whole path: "
                    "`f\"sqlite:///{Path(__file__).resolve().parent / 'a.db'}\"`."
                    + IMPORT
                ),
            ),
            ("shop.py", django, 'Write `BASE_DIR / "a.db"`.'),
        ):
            files: dict[str, str | bytes] = {"requirements.txt": "sqlalchemy\n"}
            module = name.removesuffix(".py").replace("/", ".")
            if name.endswith("_wsgi.py"):
                files[name] = f"{code}\n{PLAIN}"
            else:
                files["app.py"] = f"import {module}\n{PLAIN}"
                files[name] = f"{code}\n"
            with self.subTest(code):
                found = findings(files)
                self.assertEqual([f["fix"] for f in found], [advice], found)

    def test_imports_of_advice(self) -> None:
        page = "bottle.route('/')(lambda: bottle.template('tea'))\n"
        code = "application = bottle.default_app()\n"
        for start, missing in (
            ("import bottle\n", "`from pathlib import Path`"),
            ("import bottle\nfrom pathlib import *\n", ""),
            ("import bottle\ntry:\n    from pathlib import Path\nfinally: 1\n", ""),
            ("import bottle as b\nbottle = b\n", "`from pathlib import Path`"),
            (
                (
                    "from bottle import *\nimport bottle as b\n\n\ndef f():\n"
                    "    from pathlib import Path\n    import bottle\n\n\n"
                    "route('/')(lambda: template('tea'))\n"
                ),
                "`from pathlib import Path` and `import bottle`",
            ),
        ):
            body = page + code if " as b" not in start else ""
            if " as b" in start:
                body = (page + code).replace("bottle.", "b.")
            with self.subTest(start):
                found = findings({"app.py": start + body, "views/tea.tpl": "x"})
                fixes = [f["fix"] for f in found if f["rule"] == "relative-path"]
                self.assertTrue(fixes, found)
                end = f" At the top of the file, add {missing}." if missing else ")`."
                self.assertTrue(fixes[0].endswith(end), fixes)

    def test_many_findings(self) -> None:
        """Their file is parsed once for the imports that their advices need."""
        code = "\ndef application(environ, start_response):\n    return []\n"
        with project({"a.py": code}) as folder:
            parses = unittest.mock.Mock(wraps=fix_imports.parse)
            with unittest.mock.patch.object(fix_imports, "parse", parses):
                for number in range(3):
                    fix = f"Write: `open(Path(__file__).parent / '{number}')`."
                    self.assertEqual(
                        fix_imports.with_imports(fix, FilePath(str(folder / "a.py"))),
                        fix + IMPORT,
                    )
        self.assertEqual(parses.call_count, 1)

    def test_debug_mode(self) -> None:
        advice = (
            'Write: `DEBUG = os.environ.get("DJANGO_DEBUG") == "1"`. On your computer, '
            "start with `DJANGO_DEBUG=1 python manage.py runserver`."
        )
        for start, end in (
            ("", " At the top of the file, add `import os`."),
            ("import os\n\n", ""),
        ):
            files = {
                "app.py": "import os\n\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop'\n"
                "from django.core.wsgi import get_wsgi_application\n\n"
                "application = get_wsgi_application()\n",
                "shop.py": f"{start}DEBUG = True\nROOT_URLCONF = 'x'\n",
            }
            found = [f for f in findings(files) if f["rule"] == "debug-on"]
            self.assertEqual([f["fix"] for f in found], [advice + end])
            line = 'DEBUG = os.environ.get("DJANGO_DEBUG") == "1"'
            files["shop.py"] = f"import os\n\n{line}\nROOT_URLCONF = 'x'\n"
            self.assertNotIn("debug-on", [f["rule"] for f in findings(files)])

    def test_debug_mode_of_a_project_that_pa_new_made(self) -> None:
        files = {
            "alice_pythonanywhere_com_wsgi.py": "import sys\n\n"
            "sys.path.insert(0, '/home/alice/mysite')\nimport pa_env\n"
            "from app import application\n",
            "pa_env.py": "",
            "app.py": "import os\n\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop'\n"
            "from django.core.wsgi import get_wsgi_application\n\n"
            "application = get_wsgi_application()\n",
            "shop.py": "import os\n\nDEBUG = True\nROOT_URLCONF = 'x'\n",
        }
        (found,) = (f for f in findings(files) if f["rule"] == "debug-on")
        advice = 'Write: `DEBUG = os.environ.get("PA_NEW_PREVIEW") == "1"`. '
        self.assertTrue(found["fix"].startswith(advice), found["fix"])

    def test_factories(self) -> None:
        shop = "class App:\n    def make(self):\n        return 1\n\n\n"
        shop += "def create_app(name):\n    return 1\n\n\nfactory = App()\n"
        for code, advice in (
            (
                "from shop import create_app as application",
                (
                    "Write two lines: `from shop import create_app` and "
                    "`application = create_app(...)`."
                ),
            ),
            (
                "import shop\napplication = shop.create_app",
                "Call it: `application = shop.create_app(...)`.",
            ),
            (
                "import shop\napplication = shop.factory.make",
                "Call it: `application = shop.factory.make()`.",
            ),
        ):
            with self.subTest(code):
                found = findings({"app.py": code + "\n", "shop.py": shop})
                self.assertEqual([f["fix"] for f in found], [advice], found)
                self.assertEqual(found[0]["rule"], "application-factory")

    def test_hosts(self) -> None:
        wsgi = "import os\nfrom django.core.wsgi import get_wsgi_application\n"
        wsgi += "import sys\nsys.path.insert(0, '/home/alice/mysite')\n"
        wsgi += "os.environ['DJANGO_SETTINGS_MODULE'] = 'settings'\n"
        wsgi += "application = get_wsgi_application()\n"
        for hosts, entry, options, advice in (
            ([], "app", [], '["USERNAME.pythonanywhere.com"]'),
            (
                ["localhost"],
                "alice_eu_pythonanywhere_com_wsgi",
                [],
                '["localhost", "alice.eu.pythonanywhere.com"]',
            ),
            (
                [".pythonanywhere.com"],
                "app",
                ["--domain", "www.tea.shop"],
                '[".pythonanywhere.com", "www.tea.shop"]',
            ),
        ):
            files: dict[str, str | bytes] = {
                "requirements.txt": "Django\n",
                f"{entry}.py": wsgi,
                "settings.py": f"ALLOWED_HOSTS = {hosts}\n",
            }
            with self.subTest(hosts):
                found = findings(files, *options)
                fixes = [f["fix"] for f in found]
                self.assertEqual(fixes, [f"Write: `ALLOWED_HOSTS = {advice}`."], found)

    def test_unfinished_merge(self) -> None:
        conflict = "<" * 7 + " HEAD\nx = 1\n" + "=" * 7 + "\nx = 2\n" + ">" * 7 + " a\n"
        for text, line in ((conflict, 1), (f"x = (\n{conflict})\n", 2)):
            with self.subTest(text):
                found = findings({"app.py": text + PLAIN}, "--entry", "app.py")
                places = [(f["rule"], f["line"]) for f in found]
                self.assertIn(("syntax-error", line), places, found)
                said = [f["message"] for f in found if f["rule"] == "syntax-error"]
                self.assertIn("conflict markers of git", said[0])

    def test_notes(self) -> None:
        files: dict[str, str | bytes] = {
            "alice_pythonanywhere_com_wsgi.py": "import os\nos.mkdir('logs')\n"
            + "open('logs/x.log', 'a')\n"
            + PLAIN
        }
        found = findings(files)
        self.assertEqual([f["severity"] for f in found], ["note"], found)
        self.assertIn("/home/alice/logs", found[0]["message"])

    def test_bots(self) -> None:
        """A bot of a service without webhooks is told of no webhook."""
        for package, code, has_webhook in (
            ("discord.py", "import discord\ndiscord.Client().run('x')\n", False),
            (
                "pyTelegramBotAPI",
                "import telebot\ntelebot.TeleBot('x').polling()\n",
                True,
            ),
        ):
            with self.subTest(package):
                files: dict[str, str | bytes] = {
                    "app.py": code + PLAIN,
                    "requirements.txt": f"{package}\n",
                }
                found = findings(files)
                self.assertEqual([f["rule"] for f in found], ["polling-bot"], found)
                self.assertEqual("webhook" in found[0]["fix"], has_webhook)

    def test_adapters_that_a_request_makes(self) -> None:
        lazy = (
            "from a2wsgi import ASGIMiddleware\nfrom fastapi import FastAPI\n\n"
            "api = FastAPI({})\nmade = None\n\n\n"
            "def application(environ, start_response):\n    global made\n"
            "    made = made or ASGIMiddleware(api)\n"
            "    return made(environ, start_response)\n{}"
        )
        more = '\n\n@api.on_event("startup")\ndef start():\n    pass\n'
        for given, after, severity, words in (
            ("", "", "note", "A request takes longer"),
            ("lifespan=None", "", "note", "the app can have none"),
            ("lifespan=life", "", "warning", "at its start and at its end is not done"),
            ("on_startup=[life]", "", "warning", "never runs `lifespan`"),
            ("", more, "warning", "never runs `lifespan`"),
        ):
            with self.subTest(given + after):
                [found] = findings({"wsgi.py": lazy.format(given, after)})
                self.assertEqual("asgi-lifespan", found["rule"])
                self.assertEqual((10, severity), (found["line"], found["severity"]))
                self.assertIn(words, found["message"])
                self.assertIn("`application = ASGIAdapter(api)`", found["fix"])

    def test_a_log_that_a_thread_writes(self) -> None:
        source = (
            "import queue\nfrom logging.handlers import QueueListener\n\n"
            "QueueListener(queue.Queue()).start()\n"
        )
        [found] = findings({"wsgi.py": source + PLAIN})
        self.assertEqual("thread-at-import", found["rule"])
        self.assertIn("what they log is never written", found["message"])
        self.assertIn("Log without a queue", found["fix"])


if __name__ == "__main__":
    unittest.main()
