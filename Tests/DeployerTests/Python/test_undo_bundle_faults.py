"""What goes wrong at each request of an undo that brings back a bundle of packages."""

from __future__ import annotations

import unittest

import fake_server
from support import DOMAIN, QuickClock, deploy, project
from test_bundle_faults import APP, VERSION, packages
from test_undo_faults import UndoFaultCase

OPTIONS = ("--packages", "bundle", "--python", VERSION, "--replace-wsgi")


def run(host: fake_server.FakeServer, clock: QuickClock, name: str, mark: str) -> None:
    """Deploy an app whose page tells the name of its package."""
    files = {**APP, "hello/__init__.py": f"# {mark}\n"}
    with project(files) as folder, packages(name, 1000):
        done = deploy(folder, host, clock, *OPTIONS, greeting="")
    assert done.code == 0, done
    assert host.page(DOMAIN) == (200, f"Hello from Flask {name}".encode()), done


def earlier(host: fake_server.FakeServer, clock: QuickClock) -> None:
    """An app with a bundle of packages."""
    run(host, clock, "1", "one")


class BundleUndoFaultTest(UndoFaultCase):
    """A deployment with other packages is undone, and each request fails."""

    def deployed(self, host: fake_server.FakeServer, clock: QuickClock) -> None:
        run(host, clock, "2", "two")
        clock.time += 120
        host.calls.clear()

    def test_the_packages_before(self) -> None:
        self.each(earlier)


if __name__ == "__main__":
    unittest.main()
