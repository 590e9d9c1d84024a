"""Visits of static files that an installed package brings."""

from __future__ import annotations

import contextlib
import sys
import unittest
from collections.abc import Iterator

from visit_support import MIRROR, Desk, desk

URL = "/static/admin/"
OPTIONS = ("--static=/static/=static", f"--package-static={URL}=shop/ui/static")
FILES: dict[str, str | bytes] = {
    "static/own.css": "own",
    "static/admin/css/base.css": "hidden",
    "shop/ui/static/css/base.css": "of the project",
}


@contextlib.contextmanager
def with_package(has_folder: bool = True) -> Iterator[Desk]:
    """Make a project, and a virtual environment with a package."""
    with desk(MIRROR, FILES) as at:
        environment = at.folder.parent / "environment"
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        site = environment / f"lib/python{version}/site-packages"
        (site / "shop/ui/static/css").mkdir(parents=True)
        if has_folder:
            (site / "shop/ui/static/css/base.css").write_text("p {}")
        else:
            (site / "shop/ui/static/css").rmdir()
            (site / "shop/ui/static").rmdir()
        (site / "shop/secret.py").write_text("no")
        (site / "shop/__init__.py").write_text("raise SystemExit('it is imported')\n")
        (environment / "bin").mkdir()
        (environment / "pyvenv.cfg").write_text(
            f"home = {sys.base_prefix}/bin\nversion = {version}\n"
        )
        at.python = str(environment / "bin/python")
        (environment / "bin/python").symlink_to(sys.executable)
        yield at


class PackageFilesTest(unittest.TestCase):
    """The longest URL decides, as for nginx, and the app is not asked."""

    def test_files_of_the_package(self) -> None:
        served = (
            b"pa-new: PythonAnywhere serves /static/admin/ from the folder "
            b"shop/ui/static/ of the installed packages"
        )
        with with_package() as at:
            for target, status, body in (
                ("/static/admin/css/base.css", b"200 OK", b"p {}"),
                ("/static/admin/css/base.css?v=1", b"200 OK", b"p {}"),
                ("/static/admin/css/../css/base.css", b"200 OK", b"p {}"),
                ("/static//admin/css/base.css", b"200 OK", b"p {}"),
                ("/static/admin/none.css", b"404 Not Found", b""),
                ("/static/admin/css", b"404 Not Found", b""),
                ("/static/admin/", b"404 Not Found", b""),
            ):
                with self.subTest(target):
                    done = at.visit(target, *OPTIONS)
                    self.assertEqual((done.heads, done.body), ([status], body))
                    self.assertTrue(done.errors.startswith(served), done.errors)

    def test_ways_out_of_the_folder(self) -> None:
        with with_package() as at:
            for target in (
                "/static/admin/../../secret.py",
                "/static/admin/%2e%2e/%2e%2e/secret.py",
                "/static/admin/..%2f..%2fsecret.py",
                "/static/admin/../../../../../../../../../../etc/passwd",
                "/static/admin/%00",
            ):
                with self.subTest(target):
                    done = at.visit(target, *OPTIONS)
                    self.assertNotIn(b"root:", done.body)
                    self.assertNotEqual(done.body, b"no")
                    self.assertIn(b'"PATH_INFO"', done.body)  # the app is asked

    def test_the_other_files_are_as_before(self) -> None:
        with with_package() as at:
            self.assertEqual(at.visit("/static/own.css", *OPTIONS).body, b"own")
            for target in ("/static/admin", "/Static/admin/css/base.css"):
                self.assertNotEqual(at.visit(target, *OPTIONS).body, b"p {}")

    def test_a_package_without_the_folder_is_not_mapped(self) -> None:
        """As ``deploy`` does it: the next longer URL decides."""
        with with_package(has_folder=False) as at:
            done = at.visit("/static/admin/css/base.css", *OPTIONS)
            self.assertEqual(done.body, b"hidden")


if __name__ == "__main__":
    unittest.main()
