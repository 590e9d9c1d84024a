"""The preview sees edits and mistakes, and keeps what the app saves."""

from __future__ import annotations

import contextlib
import html
import os
import signal
import subprocess
import tempfile
import threading
import time
import unittest
from collections.abc import Iterator, Mapping
from pathlib import Path

from support import PLAIN, Preview, app, preview, running

TEMPLATES = Path(__file__).resolve().parents[3] / "Templates"
HANDLER = """from .web import Application, RequestHandler


class MainHandler(RequestHandler):
    def get(self):
        self.render("page.html", name="<b>")


application = Application([("/", MainHandler)])
"""


@contextlib.contextmanager
def shown_with_ages(files: Mapping[str, str], *options: str) -> Iterator[Preview]:
    """Show a project whose files are each an hour younger than the one before."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve() / "shop"
        folder.mkdir()
        for number, (name, text) in enumerate(files.items()):
            (folder / name).write_text(text)
            hour = 1_700_000_000 + 3600 * number
            os.utime(folder / name, (hour, hour))
        with running(folder, *options) as found:
            found.listen()
            yield found


class EditsTest(unittest.TestCase):
    """An edit is seen, as after a deployment and Reload."""

    def test_edit(self) -> None:
        with preview({"wsgi.py": app("import texts"), "texts.py": ""}) as shown:
            self.assertEqual(shown.get().text, "hello")
            shown.write("wsgi.py", PLAIN.replace("hello", "good day"))
            shown.until("/", "good day")
            shown.wait_for("wsgi.py changed: loading the app anew")

    def test_mistake(self) -> None:
        """A mistake is shown with its line, and gone once it is mended."""
        with preview({"wsgi.py": app("import goods"), "goods.py": ""}) as shown:
            self.assertEqual(shown.get().text, "hello")
            shown.write("goods.py", "\n\nx = y\n")
            answer = shown.until("/", "goods.py:3 (error-response)")
            self.assertEqual(answer.status, 500)
            self.assertIn("x = y", answer.text)
            shown.wait_for("goods.py:3: error[")
            shown.write("goods.py", "y = x = 1\n")
            shown.until("/", "hello")

    def test_mistake_at_the_start(self) -> None:
        """Each kind of mistake has its page, and the preview goes on."""
        for name, source, text in (
            ("syntax", "def application(:\n", "wsgi.py:1"),
            ("missing module", "import no_such_module\n", "no_such_module"),
            ("no application", "app = 1\n", "application"),
            ("exit", "import sys\nsys.exit(3)\n", "sys.exit(3)"),
            ("kill", "import os\nos.kill(os.getppid(), 9)\n", "signal 9"),
            (
                "server",
                "import socket\ns = socket.socket()\ns.bind(('', 8000))\n",
                "bind",
            ),
            ("async", "async def application(a, b, c): ...\n", "ASGI"),
            ("empty", "", "application"),
        ):
            with self.subTest(name), preview({"wsgi.py": source}) as shown:
                answer = shown.get()
                self.assertEqual(answer.status, 500)
                self.assertIn(text, answer.text)
                shown.write("wsgi.py", PLAIN)
                shown.until("/", "hello")

    def test_hang_at_import(self) -> None:
        source = "import time\nwhile True: time.sleep(1)\n"
        with preview({"wsgi.py": source}, "--time-limit", "1") as shown:
            answer = shown.get()
            self.assertEqual(answer.status, 500)
            self.assertIn("wsgi.py:2", answer.text)

    def test_build(self) -> None:
        """What is compiled is built after an edit, and the browser shows what is wrong."""
        files = {"wsgi.py": PLAIN, "source.txt": "ok\n"}
        options = (
            "--build",
            "grep -n ok source.txt",
            "--build",
            "cp source.txt lib.so",
        )
        with preview(files, *options, "--upload", "lib.so") as shown:
            self.assertEqual(shown.get().text, "hello")
            shown.write("source.txt", "ok\n<b>\n")
            shown.wait_for("loading the app anew")
            shown.wait_until((shown.folder / "lib.so").exists, "library")
            shown.until("/", "hello")
            shown.write("source.txt", "bad\n")
            # The copy of before can fail first, because its source is replaced.
            answer = shown.until("/", "grep -n ok source.txt")
            self.assertEqual(answer.status, 500)
            self.assertIn("failed", answer.text)
            shown.write("source.txt", "ok\n")
            shown.until("/", "hello")

    def test_build_before_the_first_loading(self) -> None:
        """What is not built yet, or older than its sources, is built at once."""
        entry = (
            "from pathlib import Path\n"
            "text = (Path(__file__).parent / 'made.bin').read_bytes()\n"
            "def application(environ, start_response):\n"
            "    start_response('200 OK', [('Content-Length', str(len(text)))])\n"
            "    return [text]\n"
        )
        options = ("--build", "cp source.txt made.bin", "--upload", "made.bin")
        cases = {"missing": {}, "older": {"made.bin": "old"}}
        for name, more in cases.items():
            files = {**more, "wsgi.py": entry, "source.txt": "new"}
            with self.subTest(name), shown_with_ages(files, *options) as shown:
                self.assertEqual(shown.get().text, "new")
                time.sleep(1)
                self.assertNotIn("changed", shown.output)

    def test_build_fails_while_the_app_is_loaded(self) -> None:
        """The app of before the edit neither answers later nor hides what is wrong."""
        for name, end in {"ready": PLAIN, "ends": "import os\nos._exit(3)\n"}.items():
            files = {
                "wsgi.py": f"import time\ntime.sleep(2)\n{end}",
                "source.txt": "ok\n",
            }
            options = ("--build", "grep -n ok source.txt", "--build", "touch made.bin")
            shows = preview(files, *options, "--upload", "made.bin")
            with self.subTest(name), shows as shown:
                shown.wait_for("building: touch made.bin")
                time.sleep(0.5)
                shown.write("source.txt", "bad\n")
                shown.wait_for("source.txt' failed")
                time.sleep(3)
                page = html.unescape(shown.get().text)
                self.assertIn("'grep -n ok source.txt' failed", page)
                self.assertNotIn("exit-at-import", shown.output)

    def test_what_is_built_is_not_built_again(self) -> None:
        options = ("--build", "exit 1", "--upload", "made.bin")
        files = {"wsgi.py": PLAIN, "made.bin": "new"}
        with shown_with_ages(files, *options) as shown:
            self.assertEqual(shown.get().text, "hello")

    def test_a_first_build_that_fails(self) -> None:
        files = {"wsgi.py": PLAIN, "source.txt": "bad\n"}
        options = ("--build", "grep -n ok source.txt", "--build", "touch made.bin")
        with preview(files, *options, "--upload", "made.bin") as shown:
            self.assertEqual(shown.get().status, 500)
            shown.write("source.txt", "ok\n")
            shown.until("/", "hello")

    def test_ctrl_c_ends_a_first_build(self) -> None:
        build = "sleep 600; sleep 600"
        options = ("--build", build, "--upload", "made.bin")
        with preview({"wsgi.py": PLAIN}, *options) as shown:
            shown.wait_for(build)
            self.assertGreater(len(shown.processes()), 2)
            shown.process.send_signal(signal.SIGINT)
            self.assertEqual(shown.process.wait(20), 0)
            self.assertEqual(shown.left(), [])

    def test_build_output(self) -> None:
        files = {"wsgi.py": PLAIN, "source.txt": ""}
        options = (
            "--build",
            r"printf '<b>%s %s\n' line 3; exit 1",
            "--upload",
            "lib.so",
        )
        with preview(files, *options) as shown:
            for _ in range(2):
                answer = shown.until("/", "&lt;b&gt;line 3")
                self.assertEqual(answer.status, 500)
                shown.wait_for("<b>line 3\n")
                shown.write("source.txt", "edit")

    def test_no_reload(self) -> None:
        with preview({"wsgi.py": PLAIN}, "--no-reload") as shown:
            self.assertEqual(shown.get().text, "hello")
            shown.write("wsgi.py", PLAIN.replace("hello", "good day"))
            time.sleep(2)
            self.assertEqual(shown.get().text, "hello")

    def test_requests_during_edits(self) -> None:
        """While apps change, no request fails, and a slow one is answered to its end."""
        code = "if path == '/slow': time.sleep(3)"
        with preview({"wsgi.py": app(code)}) as shown:
            slow: list[str] = []
            thread = threading.Thread(
                target=lambda: slow.append(shown.get("/slow").text)
            )
            thread.start()
            time.sleep(0.5)
            for number in range(3):
                text = f"edit {number}"
                shown.write("wsgi.py", app(code).replace("hello", text))
                deadline = time.monotonic() + 60
                while (answer := shown.get()).text != text:
                    self.assertEqual(answer.status, 200, answer.text)
                    self.assertLess(time.monotonic(), deadline)
            thread.join()
            self.assertEqual(slow, ["hello"])

    def test_a_slow_edit_and_a_later_one(self) -> None:
        """An app that takes long to load does not take the place of a later edit."""
        with preview({"wsgi.py": PLAIN}) as shown:
            slow = "import time\ntime.sleep(5)\n" + PLAIN.replace("hello", "slow")
            shown.write("wsgi.py", slow)
            shown.wait_for("loading the app anew")
            shown.write("wsgi.py", PLAIN.replace("hello", "later"))
            shown.until("/", "later")
            deadline = time.monotonic() + 7
            while time.monotonic() < deadline:
                self.assertEqual(shown.get().text, "later")
                time.sleep(0.5)

    def test_new_and_removed_files(self) -> None:
        code = "names = sorted(os.listdir(os.path.expanduser('~/shop')))\n"
        code += "start_response('200 OK', headers)\nreturn [','.join(names).encode()]"
        with preview({"wsgi.py": app(code), "a.txt": "", "b/c.txt": ""}) as shown:
            self.assertEqual(shown.get().text, "a.txt,b,wsgi.py")
            (shown.folder / "b/c.txt").unlink()
            (shown.folder / "d.txt").touch()
            shown.until("/", "a.txt,d.txt,wsgi.py")

    def test_templates_of_pages(self) -> None:
        """An edit of a template is seen, and a mistake in one is on the page."""
        library = TEMPLATES / "handler/{{package}}/web"
        files = {
            f"shop/web/{file.relative_to(library)}": file.read_text()
            for file in library.rglob("*.py")
        }
        files.update(
            {
                "wsgi.py": "import sys\n\nsys.path.insert(0, '/home/alice/shop')\n"
                "from shop.pages import application\n",
                "shop/__init__.py": "",
                "shop/pages.py": HANDLER,
                "templates/page.html": "<p>{{name}}</p>{{>part}}",
                "templates/part.html": "one",
            }
        )
        with preview(files) as shown:
            self.assertEqual(shown.get().text, "<p>&lt;b&gt;</p>one")
            shown.write("templates/part.html", "two {{name}}")
            shown.until("/", "two &lt;b&gt;")
            shown.write("templates/part.html", "\n {{name")
            answer = shown.until("/", "templates/part.html:2:2: the tag is not closed")
            self.assertEqual(answer.status, 500)
            shown.wait_for("templates/part.html:2:2: the tag is not closed")
            (shown.folder / "templates/part.html").unlink()
            shown.until("/", "page.html:1:19: there is no templates/part.html; ")
            shown.write("templates/part.html", "three")
            shown.until("/", "</p>three")

    def test_live(self) -> None:
        """The browser is told of an edit, and only then."""
        page = PLAIN.replace("text/plain", "text/html").replace(
            "hello", "<body>a</body>"
        )
        with preview({"wsgi.py": page}, "--live") as shown:
            tab = {"Sec-Fetch-Dest": "document"}
            text = shown.get(headers=tab).text
            self.assertIn("/.pa-new/live", text)
            self.assertTrue(text.startswith("<body>a<script>"), text)
            connection = shown.connection()
            with contextlib.closing(connection):
                connection.request("GET", "/.pa-new/live")
                answer = connection.getresponse()
                self.assertEqual(answer.headers["Content-Type"], "text/event-stream")
                shown.write("wsgi.py", page.replace("a</body>", "b</body>"))
                self.assertEqual(answer.readline(), b"data: edited\n")
            self.assertIn("<body>b<script>", shown.get(headers=tab).text)

    def test_database(self) -> None:
        """What the app saves is still there after an edit, and in the next preview."""
        code = """import sqlite3
with sqlite3.connect(os.path.expanduser("~/shop/shop.db")) as database:
    database.execute("create table if not exists visits (a)")
    database.execute("insert into visits values (1)")
    count = database.execute("select count(*) from visits").fetchone()[0]
start_response("200 OK", headers)
return [b"%d" % count]"""
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "shop"
            folder.mkdir()
            (folder / "wsgi.py").write_text(app(code))
            with running(folder) as shown:
                shown.listen()
                self.assertEqual(shown.get().text, "1")
                shown.write("wsgi.py", app(code + "  # edited"))
                shown.wait_for("changed")
                shown.wait_until(lambda: int(shown.get().text) > 1, "second visit")
                time.sleep(1)
                before = int(shown.get().text)
            with running(folder) as shown:
                shown.listen()
                self.assertEqual(int(shown.get().text), before + 1)

    def test_folders_of_data(self) -> None:
        """An upload is kept in a new folder, and found again; code cannot be changed."""
        code = """home = os.path.expanduser("~/shop")
if path == "/write":
    os.makedirs(f"{home}/data/pictures", exist_ok=True)
    for name in ("data/pictures/a.txt", "wsgi.py", "static/b.txt"):
        with open(f"{home}/{name}", "a") as file:
            file.write("#")
names = os.listdir(f"{home}/data/pictures") if os.path.isdir(f"{home}/data") else []
start_response("200 OK", headers)
return [",".join(names).encode()]"""
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "shop"
            (folder / "static").mkdir(parents=True)
            (folder / "static/a.txt").touch()
            (folder / "wsgi.py").write_text(app(code))
            (folder / ".gitignore").write_text("data/\n")
            subprocess.run(["git", "init", "-q", folder], check=True)
            with running(folder) as shown:
                shown.listen()
                self.assertEqual(shown.get("/write").text, "a.txt")
            self.assertIn("the app wrote static/b.txt and wsgi.py.", shown.output)
            self.assertEqual((folder / "data/pictures/a.txt").read_text(), "#")
            self.assertEqual((folder / "wsgi.py").read_text(), app(code))
            with running(folder) as shown:
                shown.listen()
                self.assertEqual(shown.get().text, "a.txt")
                self.assertEqual(shown.get("/write").text, "a.txt")
                shown.write("static/a.txt", "edit")
                shown.wait_for("changed")
                self.assertEqual(shown.get().text, "a.txt")
            self.assertEqual((folder / "data/pictures/a.txt").read_text(), "##")


if __name__ == "__main__":
    unittest.main()
