"""A folder of templates for each test of pages."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

from asking import TestCase, ask
from hello.web import pages

HTML = "text/html; charset=utf-8"


class PageCase(TestCase):
    """A folder of templates for each test."""

    def setUp(self) -> None:
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = Path(place.name).resolve() / "templates"
        self.folder.mkdir()
        self.use(is_preview=False)

    def use(self, *, is_preview: bool) -> None:
        """Begin again, as a new worker does."""
        templates = pages.Templates(self.folder, is_preview)
        patch = mock.patch.object(pages, "TEMPLATES", templates)
        patch.start()
        self.addCleanup(patch.stop)

    def put(self, **files: str | bytes) -> None:
        """Write files; "__" in a name stands for "/", and "_" for "."."""
        for name, text in files.items():
            file = self.folder / name.replace("__", "/").replace("_", ".")
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def page(self, name: str = "page.html", /, **values: Any) -> str:
        """Return a page that has to be there."""
        response = ask(lambda handler: handler.render(name, **values))
        self.assertEqual((response.status, response.errors), (200, ""))
        self.assertEqual(response.header("Content-Type"), HTML)
        return response.body.decode()

    def assert_fails(
        self, message: str, name: str = "page.html", **values: Any
    ) -> None:
        """Check the error log and the page for a mistake, outside of the preview."""
        response = ask(lambda handler: handler.render(name, **values))
        shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in message)
        self.assert_server_error(response, f"TemplateError: {shown}\n")
