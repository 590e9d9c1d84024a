"""The selection of files in projects with many, large and deep ones."""

from __future__ import annotations

import json
import os
import subprocess
import time
import unittest

from support import write
from test_selection import SelectTest

# isort: split
from pa_new_shared.file_contents import by_content


class HugeTest(SelectTest):
    """A large project takes no time worth speaking of."""

    def test_ten_thousand_files(self) -> None:
        rules = [
            f"{kind}{number}" for number in range(15) for kind in ("a", "*b", "c*")
        ]
        write(self.folder, {".gitignore": "\n".join(rules)})
        for number in range(100):
            folder = self.folder / f"f{number}"
            folder.mkdir()
            for other in range(100):
                (folder / f"x{other}.txt").write_bytes(b"hello\n" * 100)
        begin = time.process_time()
        found = self.select()
        seconds = time.process_time() - begin
        self.assertEqual(len(found.paths), 10_000)
        self.assertLess(seconds, 4.0)

    def test_a_huge_file_is_not_read(self) -> None:
        with open(self.folder / "film.mp4", "wb") as file:
            file.truncate(50_000_000_000)
        with open(self.folder / "x.json", "wb") as file:
            file.write(b'{"a": "' + b"a" * 10_000_000)
        begin = time.process_time()
        self.assertEqual(len(self.select().paths), 2)
        self.assertLess(time.process_time() - begin, 2.0)

    def test_hostile_texts_take_no_time(self) -> None:
        size = 262_144
        for name, text in (
            ("a.json", '"client_secret"' + " " * size),
            ("a.txt", " " * size),
            ("a.pem", "-----BEGIN " + "A " * (size // 2)),
            ("a.pem", ("-----BEGIN " + "A" * 20 + " ") * 4000),
            ("a.sql", "-- MySQL dump\n" + "COPY a " * (size // 7)),
            ("env", "A" * size),
            ("env", "export " * (size // 7)),
            ("secret.txt", " " * size),
            ("aws", "\n" * size),
            ("dump.sql", "\n " * (size // 2)),
        ):
            with self.subTest(name, text=text[:20]):
                begin = time.process_time()
                by_content(name, text.encode())
                self.assertLess(time.process_time() - begin, 1.0)

    def test_a_deep_folder(self) -> None:
        deep = "/".join(["d"] * 200) + "/x.txt"
        write(self.folder, {deep: json.dumps({})})
        self.assertEqual(self.select().paths, [deep])

    def test_a_folder_that_is_much_too_deep(self) -> None:
        place = os.open(self.folder, os.O_RDONLY)
        for _ in range(1800):
            os.mkdir("d", dir_fd=place)
            below = os.open("d", os.O_RDONLY, dir_fd=place)
            os.close(place)
            place = below
        os.close(place)
        write(self.folder, {"x.txt": ""})
        found = self.select()
        self.assertEqual(found.paths, ["x.txt"])
        self.assertEqual(found.too_deep, ["/".join(["d"] * 301)])
        subprocess.run(["rm", "-r", str(self.folder / "d")], check=True)


if __name__ == "__main__":
    unittest.main()
