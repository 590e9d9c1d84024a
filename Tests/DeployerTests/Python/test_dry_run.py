"""Dry runs without a token: every call, and what has to be on PythonAnywhere."""

from __future__ import annotations

import unittest
from pathlib import Path

import support
from test_bundle_deploy import BundleCase

VIRTUALENV = "/home/alice/.virtualenvs/hello"


def calls(run: support.Run) -> list[tuple[str, str]]:
    return [(call["method"], call["path"]) for call in run.document["calls"]]


class DryRunTest(BundleCase):
    """A project that needs packages, and nothing is known of the account."""

    def dry(self, folder: Path, *options: str, code: int = 0) -> support.Run:
        before = len(self.host.calls)
        run = support.deploy(
            folder,
            self.host,
            self.clock,
            "--dry-run",
            *options,
            token=" ",
            greeting="Hello from Flask",
            variables=self.variables,
        )
        self.assertEqual(run.code, code, run)
        self.assertEqual(len(self.host.calls), before)
        return run

    def real(self, folder: Path, *options: str) -> list[tuple[str, str]]:
        """Deploy with a token, and return the calls."""
        before = len(self.host.calls)
        support.deploy(
            folder,
            self.host,
            self.clock,
            *options,
            greeting="Hello from Flask",
            variables=self.variables,
        )
        base = f"/api/v0/user/{self.host.user}/"
        return [
            (call.method, call.path.replace(base, "").replace("%40", "@"))
            for call in self.host.calls[before:]
        ]

    def same(self, dry: support.Run, real: list[tuple[str, str]]) -> None:
        """Compare the calls; after them, a real run may look why the page fails."""
        listed = calls(dry)[:-1]  # the last one is the page's
        self.assertEqual(listed, real[: len(listed)])
        self.assertEqual({method for method, _ in real[len(listed) :]} - {"GET"}, set())

    def test_the_virtualenv(self) -> None:
        old = self.folder(dict(support.FLASK))
        for folder, options in (
            (old, []),
            (old, ["--packages", "virtualenv"]),
            (self.folder(self.files), ["--packages", "virtualenv"]),
        ):
            run = self.dry(folder, *options)
            text = f"the virtualenv {VIRTUALENV} for Python 3.13, with Flask==3.1.0."
            self.assertIn(f"This has to be on PythonAnywhere first: {text}\n", run.out)
            self.assertIn("    mkvirtualenv hello --python=python3.13\n", run.out)
            self.assertIn("source_directory, virtualenv_path", run.out)
            run = self.dry(folder, *options, "--json")
            self.assertEqual(
                run.document["needed"],
                {
                    "virtualenv": VIRTUALENV,
                    "python": "3.13",
                    "packages": ["Flask==3.1.0"],
                },
            )
            self.assertIsNone(run.document["error"])

    def test_every_call_is_listed(self) -> None:
        self.host.image = ""
        old = self.folder(dict(support.FLASK))
        self.install("Flask-3.1.0")
        self.same(self.dry(old, "--json"), self.real(old))

    def test_the_bundle(self) -> None:
        folder = self.folder(self.files)
        run = self.dry(folder, "--python", "3.13")
        self.assertIn("(The packages are uploaded as a bundle, unless", run.out)
        run = self.dry(folder, "--json")
        self.assertIsNone(run.document["needed"])
        self.host.image = ""
        self.same(run, self.real(folder))

    def test_packages_without_a_wheel_need_the_virtualenv(self) -> None:
        uv = self.root / "bin" / "uv"
        text = (
            "hint: Wheels are required for `mysqlclient` because building is disabled"
        )
        uv.write_text(
            f"#!/bin/sh\n[ $1 = --version ] && echo uv 0.13.9 && exit\n"
            f'echo "{text}" >&2; exit 1\n'
        )
        folder = self.folder(self.files)
        run = self.dry(folder)
        self.assertIn("This has to be on PythonAnywhere first: the virtualenv", run.out)
        self.assertIn("set force_https, source_directory, virtualenv_path", run.out)
        self.assertIn("pass --packages bundle to see why", run.out)
        self.dry(folder, "--packages", "bundle", code=65)

    def test_a_project_that_needs_nothing(self) -> None:
        run = self.dry(self.folder(dict(support.HANDLER)), "--json")
        self.assertIsNone(run.document["needed"])

    def test_with_a_token_what_is_missing_stops_it(self) -> None:
        run = self.run_it(self.folder(dict(support.FLASK)), "--dry-run", code=73)
        self.assertIn("are not installed on PythonAnywhere", run.err)


if __name__ == "__main__":
    unittest.main()
