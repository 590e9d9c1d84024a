"""A real browser without a window, which does what a visitor does: Chromium, by Playwright.

A function acts on the page that was visited last. It waits for what it needs, and the
rehearsal fails if that does not come. Fields, buttons and links have the names that a
visitor reads; a selector is one of CSS.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page, sync_playwright

from rehearsal.job import Job
from rehearsal.problems import Failed

SECONDS = 60
"""How long to wait for a page, or for something on it: this computer may be busy."""

_WIDTH, _HEIGHT = 640, 200

_STYLE = "(element, name) => getComputedStyle(element).getPropertyValue(name)"
_POST = """\
async ([path, fields, credentials]) => {
    const body = new URLSearchParams(fields);
    return (await fetch(path, {method: "POST", body, credentials})).status;
}"""
_SEND = """\
async ([path, value]) => {
    const headers = {"Content-Type": "application/json"}, body = JSON.stringify(value);
    const response = await fetch(path, {method: "POST", headers, body});
    return [response.status, await response.json()];
}"""


@contextmanager
def opened(job: Job) -> Iterator[Browser]:
    """Start the browser for one rehearsal, and end it whatever happens."""
    try:
        with (
            sync_playwright() as playwright,
            playwright.chromium.launch(
                executable_path=job.tools.browser,
                # Other sites, which a page may want scripts from, are not there.
                args=[
                    f"--host-resolver-rules=MAP {job.domain} 127.0.0.1, MAP * ~NOTFOUND"
                ],
                env={"PATH": os.environ["PATH"], "HOME": str(job.folder)},
                # Debian's sandbox needs another user than root, and is not for our own pages.
                chromium_sandbox=False,
                timeout=1000 * SECONDS,
            ) as program,
        ):
            page = program.new_page(
                base_url=f"https://{job.domain}",
                # The host's certificate is made for each rehearsal.
                ignore_https_errors=True,
                viewport={"width": _WIDTH, "height": _HEIGHT},
            )
            page.set_default_timeout(1000 * SECONDS)
            yield Browser(page)
    except Error as problem:
        raise Failed(f"in the browser: {problem}") from None


class Browser:
    """One window, with the cookies of one visitor."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def visit(self, path: str) -> int:
        """Open a page by its path, and return the status of its response."""
        return self._status(lambda: self._page.goto(path))

    def follow(self, link: str) -> int:
        """Click on a link, and return the status of the page it leads to."""
        return self._status(lambda: self._page.get_by_role("link", name=link).click())

    def submit(self, button: str) -> int:
        """Click on the button of a form, and return the status of the page after it."""
        found = self._page.get_by_role("button", name=button, exact=True)
        return self._status(lambda: found.click())

    def fill(self, label: str, value: str) -> None:
        """Type a value into the field with a label."""
        self._page.get_by_label(label).fill(value)

    def attach(self, label: str, file: Path) -> None:
        """Choose a file in the field with a label."""
        self._page.get_by_label(label).set_input_files(file)

    def download(self, link: str) -> tuple[str, bytes]:
        """Click on a link to a file, and return the file's name and contents."""
        with self._page.expect_download() as coming:
            self._page.get_by_role("link", name=link).click()
        return coming.value.suggested_filename, coming.value.path().read_bytes()

    def title(self) -> str:
        """Return the title of the page."""
        return self._page.title()

    def text(self, selector: str = "body") -> str:
        """Return the text that is visible in an element."""
        return self._page.locator(selector).inner_text().strip()

    def find(self, text: str) -> None:
        """Wait until a text is visible, which JavaScript may still have to write."""
        self._page.get_by_text(text, exact=True).first.wait_for()

    def value(self, label: str) -> str:
        """Return what is in the field with a label."""
        return self._page.get_by_label(label).input_value()

    def style(self, selector: str, name: str) -> str:
        """Return a property of an element as the browser draws it, such as its color."""
        return str(self._page.locator(selector).evaluate(_STYLE, name))

    def cookie(self, name: str) -> dict[str, object]:
        """Return a cookie that the browser keeps; it has no keys if there is none."""
        kept = self._page.context.cookies()
        return next((dict(row) for row in kept if row.get("name") == name), {})

    def forge(self, path: str, fields: dict[str, str]) -> set[int]:
        """Send a form that no page has, with the visitor's cookies and without.

        :return: The statuses of both responses.
        """
        ways = "include", "omit"
        forms = [[path, fields, credentials] for credentials in ways]
        return {int(self._page.evaluate(_POST, form)) for form in forms}

    def send(self, path: str, value: object) -> tuple[int, Any]:
        """Post a value as JSON, as a script of the page does.

        :return: The status of the response, and the value in its JSON.
        """
        status, answer = self._page.evaluate(_SEND, [path, value])
        return int(status), answer

    def screenshot(self, file: Path) -> None:
        """Draw the window into a PNG file."""
        self._page.screenshot(path=file)

    def _status(self, act: Callable[[], object]) -> int:
        """Do what leads to another page, wait until that is loaded, and return its status."""
        with self._page.expect_navigation() as coming:
            act()
        response = coming.value
        if response is None:
            raise Failed(f"the browser got no response for {self._page.url}")
        return response.status
