"""What a load does with a bundle, if nothing goes wrong."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path
from unittest import mock

import bundles
import pa_bundle

FILES = {
    "shop/__init__.py": b"from pathlib import Path\nWORD = 'bundle'\n",
    "shop/data/words.txt": b"one\n",
    "shop-1.5.dist-info/METADATA": b"Metadata-Version: 2.1\nName: shop\nVersion: 1.5\n",
    "space/left/__init__.py": b"",  # Two parts of a namespace package.
    "space/right/__init__.py": b"",
    "more.pth": b"extra\nimport sys; sys.pth_line = True\n",
    "extra/from_pth.py": b"WORD = 'pth'\n",
    "tool/run": b"#!/bin/sh\n",
    "empty/nothing.txt": b"",
}


class Use(bundles.BundleTest):
    def test_without_a_bundle(self) -> None:
        before = list(sys.path)
        with self.loaded():
            self.assertEqual([str(bundles.PROJECT), *before], sys.path)
        self.assertEqual([], list(self.home.iterdir()))

    def test_without_a_bundle_it_is_quick(self) -> None:
        with self.loaded():
            start = time.process_time()
            for _ in range(1000):
                pa_bundle.use(bundles.NAME)
            self.assertLess(time.process_time() - start, 0.1)

    def test_home_that_cannot_be_read(self) -> None:
        for home in ("", "/nowhere", "/dev/null", "/proc/1/fd"):
            with self.subTest(home), mock.patch.dict(os.environ, HOME=home):
                pa_bundle.use(bundles.NAME)

    def test_files_and_modes(self) -> None:
        data = bundles.zipped(FILES, {"tool/run": 0o100755})
        bundle = self.upload(data)
        with self.loaded():
            self.assert_complete(bundle, FILES)
            self.assertEqual(0o755, stat.S_IMODE((bundle / "tool/run").stat().st_mode))
            self.assertFalse((bundle / "shop/__init__.py").stat().st_mode & 0o111)
            self.assertEqual(1, threading.active_count())

    def test_place_on_the_path(self) -> None:
        bundle = self.upload(bundles.zipped(FILES))
        before = list(sys.path)
        with self.loaded():
            new = [str(bundles.PROJECT), str(bundle), str(bundle / "extra")]
            self.assertEqual([*new, *before], sys.path)
            pa_bundle.use(bundles.NAME)  # Once more changes nothing.
            self.assertEqual([*new, *before], sys.path)

    def test_imports(self) -> None:
        self.upload(bundles.zipped(FILES))
        out = self.run_code("""
            import importlib.metadata, importlib.resources, pkgutil
            import shop, from_pth, space.left, space.right
            print(shop.WORD, from_pth.WORD, sys.pth_line)
            print(importlib.metadata.version("shop"))
            print(pkgutil.get_data("shop", "data/words.txt"))
        """)
        self.assertEqual("bundle pth True\n1.5\nb'one\\n'\n", out)

    def test_empty_bundle(self) -> None:
        bundle = self.upload(bundles.zipped({}))
        with self.loaded():
            self.assert_complete(bundle, {})

    def test_bundle_of_real_packages(self) -> None:
        """Flask and what it needs, with the compiled part of MarkupSafe."""
        import flask

        site = Path(flask.__file__).parent.parent
        names = ("flask", "werkzeug", "jinja2", "markupsafe", "click", "itsdangerous")
        names += ("blinker", "importlib_metadata", "zipp")
        files = {
            path.relative_to(site).as_posix(): path.read_bytes()
            for path in site.rglob("*")
            if path.relative_to(site).parts[0].lower().split("-")[0] in names
            and path.is_file()
            and path.suffix != ".pyc"
        }
        self.assertTrue(any(name.endswith(".so") for name in files))
        bundle = self.upload(bundles.zipped(files))
        out = self.run_code("""
            import flask, importlib.metadata, markupsafe._speedups
            print(flask.__file__, markupsafe._speedups.__file__)
            print(importlib.metadata.distribution("flask").locate_file("flask"))
            app = flask.Flask("app")
            app.add_url_rule("/", view_func=lambda: flask.render_template_string("{{ 1 }}"))
            print(app.test_client().get("/").text)
        """)
        paths = out.split()
        self.assertEqual(
            [str(bundle)] * 3, [path[: len(str(bundle))] for path in paths[:3]]
        )
        self.assertEqual("1", paths[3])


class Old(bundles.BundleTest):
    """What becomes of the bundles before the current one."""

    def upload_word(self, word: str) -> Path:
        bundle = self.upload(bundles.zipped({"shop.py": f"WORD = {word!r}".encode()}))
        return bundle

    def load(self) -> None:
        self.run_code("import shop")

    def folders(self) -> set[Path]:
        return {path for path in self.bundles.iterdir() if path.is_dir()}

    def archives(self) -> set[str]:
        return {path.stem for path in self.bundles.glob("*.zip")}

    def test_unused_one_is_removed(self) -> None:
        for word in "ab":
            bundle = self.upload_word(word)
            self.load()
            self.assertEqual({bundle}, self.folders())
        self.assertEqual(2, len(self.archives()))  # The undo needs the one before.

    def test_ones_to_keep_stay(self) -> None:
        """The server serves their static files, although no process uses them."""
        served, unused = (
            self.upload(bundles.zipped({"shop.py": f"NUMBER = {number}".encode()}))
            for number in range(2)
        )
        for bundle in (served, unused):
            bundle.mkdir()
            (bundle / ".lock").touch()
        new = self.upload(bundles.zipped({"shop.py": b"NUMBER = 2"}))
        self.choose(new.name, keeps=[served.name, "f" * 64, "../../.."])
        with self.loaded():
            self.assertTrue(served.is_dir())
            self.assertFalse(unused.exists())
            self.assertTrue(new.is_dir())

    def test_used_one_stays_until_its_last_process_ends(self) -> None:
        first = self.upload_word("a")
        with self.loaded():
            second = self.upload_word("b")
            child = os.fork()
            if not child:
                time.sleep(60)
                os._exit(0)
            try:
                self.load()
                self.assertEqual({first, second}, self.folders())
                for number in self.loaded_files(first):
                    os.close(number)
                self.upload_word("c")
                self.load()
                self.assertIn(first, self.folders())  # The fork still has it.
            finally:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
        self.upload_word("d")
        self.load()
        self.assertNotIn(first, self.folders())

    def loaded_files(self, bundle: Path) -> list[int]:
        """Return the open files of this process in a bundle."""
        links = {
            int(name): f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd")
        }
        return [
            number
            for number, link in links.items()
            if os.path.exists(link) and os.readlink(link).startswith(str(bundle))
        ]

    def test_without_locks_nothing_is_removed(self) -> None:
        words = [self.upload_word("a")]
        with mock.patch("fcntl.flock", side_effect=OSError(95, "no locks")):
            for word in "bcde":
                with self.loaded():
                    words.append(self.upload_word(word))
            with self.loaded():
                self.assertEqual(set(words), self.folders())
        self.assertEqual(5, len(self.archives()))

    def test_without_locks_each_process_has_a_folder_of_its_own(self) -> None:
        bundle = self.upload_word("a")
        names: list[str] = []
        real = os.fsync

        def watching(file: int) -> None:
            names.extend(path.name for path in self.bundles.glob(".new-*"))
            real(file)

        for _ in range(2):
            with (
                mock.patch("fcntl.flock", side_effect=OSError(95, "no locks")),
                mock.patch("os.fsync", watching),
                self.loaded(),
            ):
                bundle.rename(self.home / f"used {len(names)}")
        self.assertEqual(2, len(set(names)))
        self.assertNotIn(f".new-{bundle.name}", names)

    def test_archive_that_was_used_again_stays(self) -> None:
        """An undo brought it back while its folder was still there."""
        first = self.upload_word("a")
        with self.loaded():
            self.age(1000)
            self.upload_word("b")
            self.load()
            self.age(500)
            self.choose(first.name)
            self.load()
            stopped = self.upload_word("stopped")
            current = self.upload_word("c")
            self.load()
        kept = {first.name, stopped.name, current.name}
        self.assertEqual(kept, self.archives())

    def test_archives_that_an_undo_can_need_stay(self) -> None:
        """The one used before, although a later upload was never used."""
        used: list[str] = []
        for count, word in enumerate("abcdef"):
            used.append(self.upload_word(word).name)
            self.load()
            self.age(1000 - 100 * count)
        stopped = self.upload_word("stopped").name  # A deployment that ended early.
        self.age(10)
        current = self.upload_word("g").name
        self.load()
        self.assertEqual({used[-1], stopped, current}, self.archives())
        self.choose(used[-1])
        self.load()
        self.assertEqual({self.bundles / used[-1]}, self.folders())

    def age(self, seconds: int) -> None:
        """Let the newest archive have been used some seconds ago."""
        newest = max(self.bundles.glob("*.zip"), key=lambda path: path.stat().st_mtime)
        then = time.time() - seconds
        os.utime(newest, (then, then))

    def test_removal_that_was_stopped_goes_on(self) -> None:
        self.upload_word("a")
        for name in (".old-1", ".new-" + "0" * 64):
            (self.bundles / name / "deep/er/still").mkdir(parents=True)
            (self.bundles / name / "deep/er/still/file").write_bytes(b"1")
        self.load()
        self.assertEqual(1, len(self.folders()))

    def test_bundle_is_not_removed_while_it_is_taken(self) -> None:
        """Another process that wants to remove it waits until it is locked."""
        bundle = self.upload_word("a")
        self.load()
        import fcntl

        real, others = fcntl.flock, list[subprocess.Popen[bytes]]()

        def racing(file: int, kind: int) -> None:
            if kind == fcntl.LOCK_SH and not others:
                self.upload_word("b")
                command = self.command("import shop")
                others.append(subprocess.Popen(command, env=self.environment))
                time.sleep(1)
            real(file, kind)

        with mock.patch("fcntl.flock", racing), self.loaded():
            self.assertEqual(0, others[0].wait())
            self.assertTrue((bundle / "shop.py").is_file())


if __name__ == "__main__":
    unittest.main()
