"""``pa-new preview`` of an app that ``pa-new adopt`` has connected.

``PA_NEW`` names the tool, ``FOLDER`` the app's folder, ``PAGE`` what its first page says,
``FILE`` and ``TEXT`` a static file's path and what it has. AdoptTests runs it.
"""

from __future__ import annotations

import os
import signal
import sys
import unittest
from pathlib import Path

from support import running


class AdoptedTest(unittest.TestCase):
    """The entry file and the static folders are those of the record."""

    def test_page_file_and_edit(self) -> None:
        folder = Path(os.environ["FOLDER"])
        words = ("--workers", "1", "--interpreter", sys.executable)
        with running(folder, *words) as shown:
            shown.listen()
            self.assertEqual(shown.get().text, os.environ["PAGE"])
            file = shown.get(os.environ["FILE"])
            self.assertEqual((file.status, file.text), (200, os.environ["TEXT"]))
            self.assertEqual(shown.get("/.env").status, 404)
            name = "pythonanywhere_wsgi.py"
            entry = (folder / name).read_text()
            shown.write(name, f"{entry}\napplication = None\n")
            shown.until("/", "application")
            shown.write(name, entry)
            shown.until("/", os.environ["PAGE"])
            shown.process.send_signal(signal.SIGINT)
            self.assertEqual(shown.process.wait(60), 0, shown.output)
            self.assertEqual(shown.processes(), [])


if __name__ == "__main__":
    unittest.main()
