"""The archive of a deployment: damaged and hostile ones are refused, large files are named."""

from __future__ import annotations

import copy
import io
import json
import unittest
import zipfile
from collections.abc import Callable
from typing import Any
from unittest import mock

from support import DOMAIN, HANDLER, STATE_FILE, WSGI, DeployTest, archive, write

# isort: split
from pa_new_deploy.deploy_state import digest
from pa_new_deploy.undo import undo_archive
from pa_new_deploy.undo.undo_archive import Archive, BadArchive, Change, Setting

SOURCE = "/home/alice/hello"
POINTER = "/home/alice/.pa-new/bundles/hello/current.json"
OTHERS = (WSGI, POINTER)
OLD = b"old"


def example() -> Archive:
    return Archive(
        number=7,
        domain=DOMAIN,
        project=SOURCE,
        made="2026-01-02T03:04:05Z",
        before=digest(b"note"),
        note={"version": 2},
        files={
            f"{SOURCE}/a.py": Change(digest(OLD), [digest(b"new")], 3),
            WSGI: Change(None, [digest(b"wsgi")], 4),
        },
        settings={"source_directory": Setting("", [SOURCE])},
        mappings={"/static/": Setting(None, [f"{SOURCE}/static"])},
        data=[f"{SOURCE}/shop.db"],
        contents={digest(OLD): OLD},
    )


def decode(content: bytes) -> Archive:
    return undo_archive.decode(content, DOMAIN, SOURCE, OTHERS)


def sealed(entries: dict[str, bytes]) -> bytes:
    return undo_archive.zipped(entries)


class FormatTest(unittest.TestCase):
    """What is read again, and what is refused."""

    def refuses(self, content: bytes) -> None:
        with self.assertRaises(BadArchive):
            decode(content)

    def changed(self, change: Callable[[dict[str, Any]], object]) -> bytes:
        """Return an archive with another manifest, and a seal that is right."""
        document = copy.deepcopy(example().document)
        change(document)
        text = json.dumps(document).encode()
        return sealed({undo_archive.MANIFEST: text, f"old/{digest(OLD)}": OLD})

    def test_it_comes_back_as_it_was(self) -> None:
        content = example().encoded()
        self.assertEqual(decode(content), example())
        self.assertEqual(content, example().encoded())
        self.assertEqual(decode(self.changed(lambda document: None)), example())

    def test_every_flipped_bit_is_noticed(self) -> None:
        content = example().encoded()
        for position in range(len(content) * 8):
            flipped = bytearray(content)
            flipped[position // 8] ^= 1 << position % 8
            with self.subTest(position), self.assertRaises(BadArchive):
                decode(bytes(flipped))

    def test_every_end_that_is_missing_is_noticed(self) -> None:
        content = example().encoded()
        for size in range(len(content)):
            with self.subTest(size), self.assertRaises(BadArchive):
                decode(content[:size])
        self.refuses(content + b"0")
        self.refuses(b"{}")

    def test_paths_that_no_deployment_writes(self) -> None:
        row = {"old": None, "written": [digest(b"")], "size": 0, "edits": []}
        for place in (
            "/home/alice/.bashrc",
            "/home/alice/hello",
            "/home/alice/hello/",
            "/home/alice/hello/../.bashrc",
            "/home/alice/hello/./a",
            "/home/alice/hello//etc/passwd",
            "/home/alice/hello/a/..",
            "/home/alice/hello2/a",
            "/home/alice/.pa-new/bundles/other/current.json",
            "/var/www/www_example_com_wsgi.py",
            "a.py",
            "",
            "/home/alice/hello/a\nb",
        ):

            def add(document: dict[str, Any], place: str = place) -> None:
                document["files"][place] = row

            def add_data(document: dict[str, Any], place: str = place) -> None:
                document["data"].append(place)

            with self.subTest(place):
                self.refuses(self.changed(add))
                self.refuses(self.changed(add_data))

    def test_manifests_that_are_not_its_own(self) -> None:
        for change in (
            lambda d: d.update(domain="www.example.com"),
            lambda d: d.update(project="/home/alice/other"),
            lambda d: d.update(version=2),
            lambda d: d.update(number="7"),
            lambda d: d.update(number=True),
            lambda d: d.update(number=-1),
            lambda d: d.update(note=[]),
            lambda d: d.update(created=1),
            lambda d: d.update(files=[]),
            lambda d: d.pop("files"),
            lambda d: d["files"][WSGI].update(written=[1]),
            lambda d: d["files"][WSGI].update(written=["../x"]),
            lambda d: d["files"][WSGI].update(old="../x"),
            lambda d: d["files"][WSGI].update(size=-1),
            lambda d: d["settings"].update(python_version=d["settings"].popitem()[1]),
            lambda d: d["settings"]["source_directory"].update(old="a\nb"),
            lambda d: d["settings"]["source_directory"].update(old=None),
            lambda d: d["mappings"].update(static={"old": None, "written": []}),
            lambda d: d["contents"].clear(),
            lambda d: d["contents"].update({digest(OLD): 2}),
            lambda d: d["contents"].update({digest(OLD): 10**9}),
            lambda d: d["contents"].update({digest(b"x"): 1}),
        ):
            content = self.changed(change)
            with self.subTest(content[:400]), self.assertRaises(BadArchive):
                decode(content)
        for text in (b"", b"[]", b"7", b"[" * 100_000, b"\xff"):
            self.refuses(sealed({undo_archive.MANIFEST: text}))
        self.refuses(sealed({"other": b""}))

    def test_entries_that_are_not_in_the_manifest(self) -> None:
        text = json.dumps(example().document).encode()
        entries = {undo_archive.MANIFEST: text, f"old/{digest(OLD)}": OLD}
        self.assertEqual(decode(sealed(entries)), example())
        for name in ("../../.bashrc", "/etc/passwd", f"old/{digest(b'x')}"):
            self.refuses(sealed({**entries, name: b"x"}))
        self.refuses(sealed({**entries, f"old/{digest(OLD)}": b"odd"}))

    def test_a_zip_bomb(self) -> None:
        def bomb(document: dict[str, Any]) -> None:
            document["padding"] = ""

        document = {**example().document, "padding": " " * undo_archive.MAX_MANIFEST}
        text = json.dumps(document).encode()
        content = sealed({undo_archive.MANIFEST: text, f"old/{digest(OLD)}": OLD})
        self.assertLess(len(content), 50_000)
        self.refuses(content)
        self.assertEqual(decode(self.changed(bomb)), example())

    def test_a_name_that_is_there_twice(self) -> None:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as file, self.assertWarns(UserWarning):
            text = json.dumps(example().document)
            for name, content in (
                (undo_archive.MANIFEST, text),
                (f"old/{digest(OLD)}", OLD),
                (f"old/{digest(OLD)}", OLD),
            ):
                file.writestr(name, content)
            file.comment = b"0" * 64
        body = stream.getvalue()[:-64]
        self.refuses(body + digest(body).encode())


class SizeTest(DeployTest):
    """At most so many bytes of old contents."""

    def test_what_is_too_large_is_named(self) -> None:
        files = {"static/a.txt": "a" * 600, "static/b.txt": "b" * 300, "c.txt": "c"}
        folder = self.folder({**HANDLER, **files})
        self.deploy(folder)
        large = f"{SOURCE}/static/a.txt"
        # Both keep within it: what is read, and what is added to an earlier archive.
        for number, module in ((2, "comparison"), (3, "undo.undo_archive")):
            self.clock.time += 60
            write(folder, {path: f"{number}{text}" for path, text in files.items()})
            with mock.patch(f"pa_new_deploy.{module}.MAX_KEPT", 800):
                run = self.deploy(folder, "--json")
            self.assertEqual(run.document["notKept"], [large])
            self.assertEqual(run.document["archive"], archive(number))
            found = decode(self.host.files()[archive(number)])
            start = "" if number == 2 else "2"
            kept = [f"{start}{text}".encode() for text in ("b" * 300, "c")]
            self.assertEqual(sorted(found.contents.values()), sorted(kept))
            self.assertEqual(found.dropped, [large])

    def test_a_longer_file_there_is_kept_whole(self) -> None:
        folder = self.folder({**HANDLER, "notes.txt": "long\n" * 10_000})
        self.deploy(folder)
        write(folder, {"notes.txt": "short"})
        run = self.deploy(folder)
        self.assertIn(f"keep     what is replaced, in {archive(2)}", run.out)
        found = decode(self.host.files()[archive(2)])
        self.assertEqual(list(found.contents.values()), [b"long\n" * 10_000])

    def test_sixty_changed_files_cost_one_request_more(self) -> None:
        files = {f"static/{number}.txt": "old" for number in range(60)}
        folder = self.folder({**HANDLER, **files})
        self.deploy(folder)
        self.clock.time += 120
        write(folder, {path: "new" for path in files})
        calls = len(self.host.calls)
        self.deploy(folder)
        made = [(call.method, call.path) for call in self.host.calls[calls:]]
        # The app, the note, the WSGI file, the tree, the mappings; each file that is
        # there is read, and 60 are written; the reload, the note: as without an archive.
        self.assertEqual(len(made), 5 + 66 + 60 + 2 + 1)
        archives = [call for call in made if "/undo/" in call[1]]
        self.assertEqual([call[0] for call in archives], ["POST"])

    def test_the_ring_has_five_places(self) -> None:
        folder = self.folder(HANDLER)
        for number in range(1, 8):
            self.clock.time += 60
            write(
                folder, {"hello/handlers.py": f"TEXT = b'Hello from handler {number}'"}
            )
            self.deploy(folder)
            note = json.loads(self.host.files()[STATE_FILE])
            self.assertEqual((note["number"], note["archive"]), (number, number))
        kept = [path for path in self.host.files() if "/undo/" in path]
        self.assertEqual(kept, [archive(number) for number in range(5)])
        self.assertEqual(decode(self.host.files()[archive(7)]).number, 7)


if __name__ == "__main__":
    unittest.main()
