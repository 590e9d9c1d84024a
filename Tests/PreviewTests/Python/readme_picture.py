"""The picture in the README: the commands of its first chapter, what they print, and a page.

Everything in it is made here: the project and its page are those of ``docs/guide.md``, the
preview and the deployment run, the latter against the fake of PythonAnywhere's API.
``readme_picture.json`` has what the pictures in ``docs/`` show. If that is no longer so, a test fails; CONTRIBUTING.md
says how to draw it again.

``PA_NEW`` names the tool, ``PICTURES`` the folder for the picture.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from support import running

ROOT = Path(__file__).resolve().parents[3]
RECORD = Path(__file__).with_suffix(".json")
NAME = "pa-new.png"
PAGE_NAME = "welcome-page.png"  # the page alone, in the guide
PAGE = "/welcome"
TOKEN = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678"
COMMANDS = (
    "pa-new hello --framework handler --user alice",
    "pa-new preview hello --live",
    "pa-new deploy hello",
)
SHOWN = re.compile(
    r"create  hello/(\.env|hello/(handlers|routes)|tests/test_h|wsgi)|http:|the app|(GET|POST) /welcome"
    r"|create   the|upload   hello/h|reload|visit"
)
WINDOWS = """<!DOCTYPE html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 24px; display: flex; gap: 24px; align-items: stretch;
    background: #eef1f5; font: 15px/1.45 "DejaVu Sans", sans-serif }}
section {{ border-radius: 10px; overflow: hidden; box-shadow: 0 3px 14px #0003;
    background: #fff }}
header {{ padding: 8px 14px; background: #d9dee5; color: #333 }}
.terminal {{ flex: 0 0 760px; background: #1d2330 }}
.terminal header {{ background: #343c4d; color: #dde }}
pre {{ margin: 0; padding: 14px; color: #cdd3de; white-space: pre-wrap;
    font: 14px/1.5 "DejaVu Sans Mono", monospace }}
b {{ color: #9fe0a0 }}
i {{ color: #8590a6 }}
.browser {{ flex: 1; align-self: flex-start }}
.address {{ display: block; padding: 3px 12px; border-radius: 12px; background: #fff }}
img {{ display: block; width: 100% }}
</style><section class="terminal"><header>Terminal</header><pre>{text}</pre></section>
<section class="browser"><header><span class="address">{address}</span></header>
<img src="data:image/png;base64,{page}"></section>"""


def shortened(text: str) -> list[str]:
    """Return the lines that say most, with an ellipsis for the others."""
    lines: list[str] = []
    for line in text.splitlines():
        if SHOWN.match(line):
            lines.append(line)
        elif lines[-1:] != ["…"]:
            lines.append("…")
    return lines[: -1 if lines[-1:] == ["…"] else None]


def written_by_the_guide() -> dict[str, str]:
    """Return the files that a reader of the guide writes, by path."""
    guide = (ROOT / "docs/guide.md").read_text("utf-8")
    fence = re.compile(r"^```\w+ write (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return dict(fence.findall(guide))


@contextlib.contextmanager
def fake_api(folder: Path) -> Iterator[str]:
    """Run the fake of PythonAnywhere's API, and yield its address."""
    script = ROOT / "Tests/DeployerTests/Python/fake_server.py"
    (folder / "host").mkdir()
    process = subprocess.Popen(
        [sys.executable, str(script), str(folder / "host"), "alice"],
        env={**os.environ, "API_TOKEN": TOKEN},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def visit(browser: Browser, port: int, place: Path) -> str:
    """Type a name into the page, take a picture of what follows, and return its HTML."""
    page = browser.new_page(viewport={"width": 560, "height": 360})
    page.goto(f"http://localhost:{port}{PAGE}")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Hello, Ada!").wait_for()
    page.screenshot(path=place)
    content = page.content()
    page.close()
    # Each page has another token, and the script of --live.
    content = re.sub(r'(name="_csrf" value=)"\w+"', r'\1"…"', content)
    return re.sub(r"<script.*?</script>", "", content, flags=re.DOTALL)


def session(folder: Path, browser: Browser, place: Path) -> tuple[str, str]:
    """Type the commands, and return what the terminal shows, and the page."""

    def typed(command: str, **variables: str) -> str:
        return subprocess.run(
            [os.environ["PA_NEW"], *command.split()[1:]],
            cwd=folder,
            env={**os.environ, **variables},
            check=True,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        ).stdout

    create, show, deploy = COMMANDS
    text = {create: typed(create)}
    for path, content in written_by_the_guide().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, "utf-8")
    with running(folder / "hello", *show.split()[3:]) as shown:
        shown.listen()
        page = visit(browser, shown.port, place)
        shown.wait_for(f"GET {PAGE}", 2)
        printed = re.sub(r"localhost:\d+", "localhost:8000", shown.output)
        text[show] = re.sub(r"\d+ ms|\d+\.\d+ s\b", "3 ms", printed)
    # PythonAnywhere takes 40 files a minute: without its tests, the project has fewer.
    shutil.rmtree(folder / "hello/tests")
    for name in ("README.md", "pyproject.toml", "static/hello.txt"):
        (folder / "hello" / name).unlink()
    with fake_api(folder) as address:
        text[deploy] = typed(deploy, API_TOKEN=TOKEN, PYTHONANYWHERE_SITE=address)
    lines = [
        line for name in COMMANDS for line in (f"$ {name}", *shortened(text[name]))
    ]
    return "\n".join(lines), page


def draw(browser: Browser, terminal: str, page: Path, place: Path) -> None:
    """Draw the terminal, and the browser with the picture of the page."""
    text = html.escape(terminal)
    text = re.sub(r"^(\$ .*)$", r"<b>\1</b>", text, flags=re.MULTILINE)
    text = text.replace("…", "<i>…</i>")
    shown = WINDOWS.format(
        text=text,
        page=base64.b64encode(page.read_bytes()).decode(),
        address=f"http://localhost:8000{PAGE}",
    )
    windows = browser.new_page(viewport={"width": 1400, "height": 200})
    windows.set_content(shown)
    windows.screenshot(path=place, full_page=True)


class PictureTest(unittest.TestCase):
    """The picture is of today, and can be drawn."""

    def test_commands(self) -> None:
        """They are those of the README."""
        readme = (ROOT / "README.md").read_text("utf-8").splitlines()
        for command in COMMANDS:
            self.assertIn(command, readme)

    def test_picture(self) -> None:
        """The terminal and the page are as in the picture."""
        folder = Path(os.environ["PICTURES"]).resolve()
        places = [folder / NAME, folder / PAGE_NAME]
        with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"),
                env={"PATH": os.environ["PATH"], "HOME": home},
                chromium_sandbox=False,  # Debian's needs another user than root
            )
            with contextlib.closing(browser):
                terminal, page = session(Path(home).resolve(), browser, places[1])
                draw(browser, terminal, places[1], places[0])
        for place in places:
            self.assertTrue(place.read_bytes().startswith(b"\x89PNG"))
        shown: dict[str, object] = {
            "terminal": terminal.splitlines(),
            "page": page.splitlines(),
            "sha256": {
                name: hashlib.sha256((ROOT / "docs" / name).read_bytes()).hexdigest()
                for name in (NAME, PAGE_NAME)
            },
        }
        if folder == ROOT / "docs":
            text = json.dumps(shown, indent=2, ensure_ascii=False)
            RECORD.write_text(text + "\n", "utf-8")
        record = json.loads(RECORD.read_text("utf-8"))
        self.assertEqual(record, shown, "the pictures show something else: draw again")


if __name__ == "__main__":
    unittest.main()
