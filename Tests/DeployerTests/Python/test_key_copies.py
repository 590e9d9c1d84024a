"""Copies of a project's secret key stay on this computer, whatever they are called."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from support import write

# isort: split
from pa_new_shared.upload_files import Selection, select


class KeyTest(unittest.TestCase):
    """Copies of the key that a generated project makes on each computer."""

    def select(self, key: str, files: dict[str, str]) -> Selection:
        with tempfile.TemporaryDirectory() as place:
            write(Path(place), {".secret_key": key, "wsgi.py": "", **files})
            return select(place)

    def test_copies(self) -> None:
        key = "mcXj2ZlJ7sQ0WzO9rUe5tYb1nKd3vHpa"
        copies = ("old-key.bin", "notes", "keys/alice.dat", "secret_key.bak", "key.old")
        found = self.select(key, dict.fromkeys(copies, f"{key}\n"))
        self.assertEqual(found.paths, ["wsgi.py"])
        self.assertEqual(found.of_kind("secret"), sorted(copies))

    def test_no_copies(self) -> None:
        for key in ("", "\n", "mcXj2ZlJ7sQ0WzO9rUe5tYb1nKd3vHpa"):
            with self.subTest(key=key):
                files = {
                    "a.txt": "",
                    "b.txt": "\n",
                    "c.txt": "mcXj2",
                    "d.txt": "x" * 2000,
                }
                self.assertEqual(self.select(key, files).paths, [*files, "wsgi.py"])


if __name__ == "__main__":
    unittest.main()
