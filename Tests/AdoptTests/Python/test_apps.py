"""The kinds of apps: how each is connected, and the option that chooses it."""

from __future__ import annotations

import unittest

from kinds_of_apps import CASES
from support import FLASK, AdoptTest, adopt, adopt_as_program, project


class KindTest(AdoptTest):
    """How each kind of app is connected."""

    def test_kinds(self) -> None:
        for name, files, expected in CASES:
            with self.subTest(name):
                app = self.app(files)
                keys = (
                    "framework",
                    "form",
                    "adapter",
                    "root",
                    "import",
                    "application",
                    "names",
                )
                self.assertEqual(tuple(app[key] for key in keys), expected)
                self.assertEqual(
                    app["settings"], app["names"].get("settings", ""), app["settings"]
                )
                compile(app["import"], "entry", "exec")
                compile(app["application"], "entry", "eval")
                line = files[app["file"]]
                self.assertLessEqual(app["line"], len(line.splitlines()))
                self.assertTrue(app["what"].startswith(f"{app['file']}:{app['line']} "))

    def test_as_program(self) -> None:
        with project({"app.py": FLASK}) as folder:
            self.assertEqual(adopt_as_program(folder), adopt(folder))
            self.assertEqual(
                adopt_as_program(folder / "x")["error"]["kind"], "no-folder"
            )

    def test_each_is_chosen_by_its_option(self) -> None:
        for name, files, expected in CASES:
            with self.subTest(name):
                ((option, value),) = expected[-1].items()
                chosen = self.app(files, f"--{option}={value}")
                self.assertEqual(chosen["import"], expected[4])
                self.assertEqual(chosen["application"], expected[5])

    def test_static_website(self) -> None:
        app = self.app({"index.html": "<p>hello", "style.css": "", ".gitignore": ""})
        self.assertEqual((app["form"], app["adapter"]), ("files", "static"))
        mapping = {"url": "/", "folder": ".", "file": "index.html", "line": 1}
        self.assertEqual(app["static"], [mapping])
        app = self.app({"public/index.html": "", "build.py": "x = 1\n"})
        self.assertEqual(app["static"][0]["folder"], "public")

    def test_website_that_a_tool_builds(self) -> None:
        """Check that the built pages are taken, and not those to build them from."""
        package = {"package.json": '{"scripts": {"build": "vite build"}}'}
        page = '<script type="module" src="/src/main.js"></script>'
        sources = {"index.html": page, "src/main.js": "", **package}
        error = self.error(sources)
        self.assertEqual(error["kind"], "broken")
        self.assertIn(
            "index.html is the page of a website that is not", error["message"]
        )
        self.assertIn("npm run build", error["hint"])
        app = self.app({**sources, "dist/index.html": "<p>hello"})
        self.assertEqual(app["file"], "dist/index.html")
        self.assertEqual(app["static"][0]["folder"], "dist")
        react = {"public/index.html": '<link href="%PUBLIC_URL%/a.css">', **package}
        self.assertEqual(self.error(react)["kind"], "broken")
        app = self.app({**react, "build/index.html": "<p>hello"})
        self.assertEqual(app["file"], "build/index.html")
        # A tool may build a style sheet only, and a page may have plain scripts.
        plain = "<script src='js/src/a.js'></script><script src=a.js></script>"
        for text in (plain, "", "<img src='/src/a.png'>"):
            for more in ({}, {"dist/index.html": ""}):
                app = self.app({"index.html": text, **more, **package})
                self.assertEqual(app["file"], "index.html", text)
        for huge in ("<script" * 200_000, "<script " + "src='a " * 200_000):
            app = self.app({"index.html": huge, **package})
            self.assertEqual(app["file"], "index.html")
        for broken in ("", "[]", "[" * 100_000, '{"scripts": 1}', '{"scripts": {}}'):
            app = self.app({**sources, "package.json": broken})
            self.assertEqual(app["file"], "index.html", broken[:20])

    def test_static_website_with_a_secret(self) -> None:
        for name in ("tool.py", "data/users.sqlite3", "id_rsa"):
            error = self.error({"index.html": "", name: ""})
            self.assertEqual(error["kind"], "broken")
            self.assertIn(name, error["reason"])

    def test_no_app(self) -> None:
        for files in ({}, {"README.md": ""}, {"tool.py": "print('hello')\n"}):
            error = self.error(files)
            self.assertEqual(error["kind"], "no-app")
            self.assertIn("--app", error["hint"])

    def test_no_folder(self) -> None:
        with project({"app.py": FLASK}) as folder:
            for name in ("nothing", "app.py"):
                self.assertEqual(adopt(folder / name)["error"]["kind"], "no-folder")


if __name__ == "__main__":
    unittest.main()
