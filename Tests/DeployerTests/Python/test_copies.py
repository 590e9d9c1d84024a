"""Zip files of the project in the project: they stay here, and other zip files go up."""

from __future__ import annotations

import contextlib
import io
import json
import os
import unittest
import zipfile
from pathlib import Path
from unittest import mock

from support import HANDLER, DeployTest, write

# isort: split
from pa_new_deploy import pack
from pa_new_deploy.main import main
from pa_new_shared import project_copies
from pa_new_shared.upload_files import select

RECORD = json.dumps({"pa-new": "0.1.0", "name": "hello", "framework": "handler"})
FILES = {**HANDLER, ".pa-new.json": RECORD}


def zipped(files: dict[str, str], comment: bytes = b"") -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as file:
        file.comment = comment
        for name, text in files.items():
            file.writestr(name, text)
    return output.getvalue()


def within(top: str, files: dict[str, str]) -> dict[str, str]:
    return {f"{top}/{name}": text for name, text in files.items()}


OLD = {**FILES, "wsgi.py": "# an older one\n"}
UNRECORDED = {name: text for name, text in OLD.items() if name != ".pa-new.json"}
OTHER = {**OLD, ".pa-new.json": RECORD.replace("hello", "starter")}
COPIES = {
    "by hand, of a folder": zipped(within("hello", FILES)),
    "by hand, edited since": zipped(within("hello", OLD)),
    "by hand, without a folder": zipped(OLD),
    "of a folder with another name": zipped(within("hello-main", OLD)),
    "from a Mac": zipped({**within("hello", OLD), "__MACOSX/hello/._wsgi.py": ""}),
    "by pack": pack.archive(
        {k: v.encode() for k, v in within("hello", UNRECORDED).items()}
    ),
    "by pack, with packages": zipped(
        {**within("hello", UNRECORDED), ".pa-new/bundles/hello/current.json": "{}"},
        project_copies.MARK,
    ),
    "of the same entry file": zipped(within("x", {"wsgi.py": FILES["wsgi.py"]})),
}
DATA = {
    "of the user's": zipped({"a.txt": "a", "b/c.txt": "c"}),
    "empty": zipped({}),
    "of another project": zipped(within("starter", OTHER)),
    "of another project in a folder of our name": zipped(within("hello", OTHER)),
    "a pack of another project": zipped(
        within("other", {"wsgi.py": "# x"}), project_copies.MARK
    ),
    "with an entry file of its own": zipped(within("hello", UNRECORDED)),
    "with the project further below": zipped(within("a/hello", OLD)),
    "with a broken record": zipped(within("hello", {**OLD, ".pa-new.json": "{"})),
    "with a record of a list": zipped(within("hello", {**OLD, ".pa-new.json": "[1]"})),
    "with a deep record": zipped(
        within("hello", {**OLD, ".pa-new.json": "[" * 90_000})
    ),
    "with a huge record": zipped(
        within("hello", {**OLD, ".pa-new.json": RECORD + " " * 5_000_000})
    ),
    "cut off": zipped(within("hello", FILES))[:-30],
    "with bytes that are wrong": zipped(within("hello", OLD)).replace(
        b"PK\1\2", b"PK\1\7"
    ),
    "only its first bytes": b"PK\3\4",
    "an end alone": b"PK\3\4" + b"PK\5\6" + b"\xff" * 18,
    "no zip file": b"hello",
}


class CopiesTest(DeployTest):
    """Whatever the zip file is called."""

    def test_which_are_copies(self) -> None:
        for kinds, is_copy in ((COPIES, True), (DATA, False)):
            for name, content in kinds.items():
                for path in ("hello.zip", "static/old", "a b.ZIP"):
                    folder = self.folder(FILES)
                    write(folder, {path: content})
                    with self.subTest(name, path=path):
                        found = select(str(folder))
                        self.assertEqual(path in found.paths, not is_copy)
                        kept = {left.path: left.kind for left in found.left}
                        self.assertEqual(kept.get(path), "copy" if is_copy else None)

    def test_a_long_list_of_files_is_not_read(self) -> None:
        folder = self.folder(FILES)
        write(folder, {"hello.zip": zipped(within("hello", FILES))})
        with mock.patch.object(project_copies, "_MAX_LIST", 10):
            self.assertIn("hello.zip", select(str(folder)).paths)

    def test_one_with_a_password_is_data(self) -> None:
        content = bytearray(zipped(within("hello", OLD)))
        at = content.find(b"PK\1\2")
        while at >= 0:  # the flag of an encrypted file, in each entry of the list
            content[at + 8] |= 1
            at = content.find(b"PK\1\2", at + 4)
        folder = self.folder(FILES)
        write(folder, {"hello.zip": bytes(content)})
        self.assertIn("hello.zip", select(str(folder)).paths)

    def test_deploy_leaves_it_here_and_says_so(self) -> None:
        folder = self.folder(FILES)
        write(folder, {"hello.zip": COPIES["by hand, edited since"]})
        write(folder, {"static/data.zip": DATA["of the user's"]})
        run = self.deploy(folder)
        self.assertIn("hello.zip (a zip file of this project)", run.out)
        self.assertFalse(self.host.place("/home/alice/hello/hello.zip").exists())
        self.assertTrue(self.host.place("/home/alice/hello/static/data.zip").exists())
        document = self.deploy(folder, "--json").document
        self.assertEqual([file["kind"] for file in document["leftFiles"]], ["copy"])
        self.deploy(folder, "--include", "hello.zip")
        self.assertTrue(self.host.place("/home/alice/hello/hello.zip").exists())

    def pack(self, folder: Path, *options: str, code: int = 0) -> str:
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            found = main(["pack", str(folder), "--name", "hello", *options], {})
        self.assertEqual(found, code, out.getvalue())
        return out.getvalue()

    def test_pack_never_packs_a_pack(self) -> None:
        folder = self.folder(FILES)
        first, second = folder / "hello.zip", folder / "static" / "again.zip"
        self.pack(folder, "--output", str(first))
        content = first.read_bytes()
        (folder / "wsgi.py").write_text("# edited\n" + FILES["wsgi.py"])
        for output in (first, second, folder / "hello.zip"):
            self.pack(folder, "--output", str(output))
            with zipfile.ZipFile(output) as file:
                self.assertEqual([n for n in file.namelist() if "zip" in n], [])
        self.assertNotEqual(first.read_bytes(), content)
        self.assertEqual(first.read_bytes(), second.read_bytes())

    def test_pack_replaces_no_other_file(self) -> None:
        folder = self.folder(FILES)
        write(folder, {"data.zip": DATA["of the user's"], ".env": "A=1\n", "a.db": "x"})
        for name in ("data.zip", ".env", "a.db", "wsgi.py"):
            before = (folder / name).read_bytes()
            said = self.pack(folder, "--output", str(folder / name), code=64)
            self.assertIn("is a file of the project", said)
            self.assertEqual((folder / name).read_bytes(), before)

    def test_a_link_and_a_pipe_are_not_read(self) -> None:
        folder = self.folder(FILES)
        os.mkfifo(folder / "hello.zip")
        self.assertIn("hello.zip", select(str(folder)).paths)


if __name__ == "__main__":
    unittest.main()
