"""The preview in a real browser: Chromium, by Playwright.

``PICTURES`` names a folder for the picture of an error in the guide.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import unittest
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from support import Preview, preview

SECONDS = 60.0  # for a page, or for something on it: this computer may be busy
APP = """import hashlib, os, sys, time
from urllib.parse import parse_qs

sys.path.insert(0, "/home/alice/shop")

import goods

PAGE = '''<!DOCTYPE html><html lang="en"><head><title>Shop</title>
<link rel="stylesheet" href="/static/style.css"></head><body><h1>{heading}</h1>
<form method="post" action="/order"><label>Name <input name="name"></label>
<button>Order</button></form>
<form method="post" action="/upload"><label>File <input type="file" name="file"></label>
<button type="button" onclick="send()">Upload</button></form><p id="sent"></p><p id="pieces"></p>
<script>
async function send() {{
    const file = document.querySelector("[type=file]").files[0];
    const answer = await fetch("/upload", {{method: "POST", body: file}});
    document.getElementById("sent").textContent = await answer.text();
}}
async function listen() {{
    const reader = (await fetch("/stream")).body.getReader();
    const places = document.getElementById("pieces");
    for (;;) {{
        const {{done, value}} = await reader.read();
        if (done) break;
        places.textContent += new TextDecoder().decode(value) + "|";
    }}
}}
</script></body></html>'''


def application(environ, start_response):
    path, body = environ["PATH_INFO"], environ["wsgi.input"]
    headers = [("Content-Type", "text/html; charset=utf-8")]
    cookies = environ.get("HTTP_COOKIE", "")
    if path == "/order":
        fields = parse_qs(body.read(int(environ["CONTENT_LENGTH"])).decode())
        headers.append(("Set-Cookie", f"name={fields['name'][0]}; Secure; HttpOnly"))
        place = f"https://{environ['HTTP_HOST']}/thanks"
        start_response("303 See Other", [*headers, ("Location", place)])
        return []
    if path == "/upload":
        digest = hashlib.sha256()
        while piece := body.read(1 << 16):
            digest.update(piece)
        start_response("200 OK", headers)
        return [digest.hexdigest().encode()]
    if path == "/stream":
        plain = [("Content-Type", "text/plain"), ("X-Accel-Buffering", "no")]
        start_response("200 OK", plain)
        return stream()
    if path in OTHERS:
        status, kind, body = OTHERS[path]
        policy = ("Content-Security-Policy", "default-src 'none'")
        start_response(status, [("Content-Type", kind), policy])
        return [body or goods.HEADING.encode()]
    if path == "/raise":
        raise LookupError("nothing left")
    heading = f"Thanks, {cookies[5:]}" if path == "/thanks" else goods.HEADING
    start_response("200 OK", headers)
    return [PAGE.format(heading=heading).encode()]


PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg"><text y="20">Drawn</text></svg>'
OTHERS = {
    "/text": ("200 OK", "text/plain", b""),
    "/json": ("200 OK", "application/json", b'["<Fruit>"]'),
    "/picture": ("200 OK", "image/svg+xml", PICTURE),
    "/strict": ("200 OK", "text/html", b"<!doctype html><p>Strict"),
    "/missing": ("404 Not Found", "text/plain", b"Nothing here"),
    "/empty": ("500 Internal Server Error", "text/html", b" "),
}


def stream():
    for number in range(3):
        yield b"piece %d\\n" % number
        time.sleep(0.5)
"""
FILES = {
    "wsgi.py": APP,
    "goods.py": 'HEADING = "Fruit"\n',
    "static/style.css": "h1 { color: rgb(1, 2, 3); }\n",
}


class BrowserTest(unittest.TestCase):
    """What a person sees."""

    def setUp(self) -> None:
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        options = ("--live", "--static", "/static/=static")
        self.shown: Preview = stack.enter_context(preview(FILES, *options))
        playwright = stack.enter_context(sync_playwright())
        program = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            env={"PATH": os.environ["PATH"], "HOME": str(folder)},
            chromium_sandbox=False,  # Debian's needs another user than root
        )
        stack.callback(program.close)
        self.page: Page = program.new_page(
            base_url=f"http://localhost:{self.shown.port}",
            viewport={"width": 640, "height": 360},
        )
        self.page.set_default_timeout(1000 * SECONDS)
        self.folder = folder

    def picture(self, name: str) -> None:
        """Draw the window for the guide, if somebody asks for that."""
        if "PICTURES" in os.environ:
            self.page.screenshot(path=Path(os.environ["PICTURES"], name))

    def wait_for(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for()

    def test_pages(self) -> None:
        """A page with its style, a form with a redirect and a cookie, an upload, a stream."""
        page = self.page
        page.goto("/")
        colour = page.locator("h1").evaluate("it => getComputedStyle(it).color")
        self.assertEqual(colour, "rgb(1, 2, 3)")
        page.get_by_label("Name").fill("Ada")
        page.get_by_role("button", name="Order").click()
        self.wait_for("Thanks, Ada")
        self.assertTrue(page.url.endswith(f":{self.shown.port}/thanks"), page.url)
        content = os.urandom(50_000_000)
        file = self.folder / "large.bin"
        file.write_bytes(content)
        page.get_by_label("File").set_input_files(file)
        page.get_by_role("button", name="Upload").click()
        self.wait_for(hashlib.sha256(content).hexdigest())
        page.evaluate("listen()")
        pieces = page.locator("#pieces")
        pieces.get_by_text("piece 2").wait_for()
        self.assertEqual(pieces.inner_text().count("|"), 3)

    def test_edits(self) -> None:
        """An edit is seen without a click; so is a mistake, until it is mended."""
        page = self.page
        page.goto("/")
        self.wait_for("Fruit")
        self.shown.write("goods.py", 'HEADING = "Vegetables"\n')
        self.wait_for("Vegetables")
        self.shown.write("goods.py", 'HEADING = "Vegetables" + one\n')
        self.wait_for("goods.py:1")
        self.wait_for("name 'one' is not defined")
        self.picture("preview-error.png")
        self.shown.write("goods.py", 'HEADING = "Nuts"\n')
        self.wait_for("Nuts")

    def test_other_pages(self) -> None:
        """Whatever a tab shows is loaded anew after an edit; a script gets the app's bytes."""
        pages = {
            "/text": "Fruit",
            "/json": '["<Fruit>"]',
            "/strict": "Strict",
            "/missing": "Nothing here",
            "/empty": "500 Internal Server Error",
            "/raise": "LookupError: nothing left",
            "/static/style.css": "h1 { color: rgb(1, 2, 3); }",
            "/static/missing.css": "There is no such file",
        }
        browser = self.page.context.browser
        assert browser is not None
        tabs: list[Page] = []
        for path, text in pages.items():
            # Of one context, six connections at most wait for an edit.
            tab = browser.new_context().new_page()
            tab.goto(f"http://localhost:{self.shown.port}{path}")
            self.assertIn(text, tab.inner_text("body"))
            tab.evaluate("document.isOld = true")
            tabs.append(tab)
        same = tabs[1].evaluate("fetch('/json').then(answer => answer.text())")
        self.assertEqual(same, '["<Fruit>"]')
        self.page.goto("/picture")
        self.page.frame_locator("iframe").get_by_text("Drawn").wait_for()
        self.shown.write("goods.py", 'HEADING = "Vegetables"\n')
        for tab, path in zip(tabs, pages):
            with self.subTest(path=path):
                tab.wait_for_function("!document.isOld", timeout=1000 * SECONDS)
        self.assertEqual(tabs[0].inner_text("body"), "Vegetables")

    def test_exception(self) -> None:
        """A page that raises shows where, and the next page is as before."""
        answer = self.page.goto("/raise")
        assert answer is not None
        self.assertEqual(answer.status, 500)
        self.wait_for("LookupError: nothing left")
        self.page.goto("/")
        self.wait_for("Fruit")


if __name__ == "__main__":
    unittest.main()
