"""Reloads an app that may still have to unpack its packages.

PythonAnywhere gives an app 20 seconds to respond after a reload. If unpacking takes longer,
the next load goes on where the last one ended. What the API says then is not known: that
the reload has failed, or nothing, and the page is not there.
"""

from __future__ import annotations

from collections.abc import Callable

from pa_new_deploy.api.host import Host
from pa_new_deploy.bundle import hosted
from pa_new_deploy.problems import Unreachable
from pa_new_deploy.smoke_test import Visit

TRIES = 10
SECONDS = 20.0
PURPOSE = "reload the web app, which goes on unpacking"

Pause = Callable[[str, float], None]
"""Prints a reason, and waits for some seconds."""


def reload(
    domain: str,
    bundle: hosted.BundlePlan | None,
    host: Host,
    purpose: str,
    pause: Pause,
) -> bool:
    """Reload an app as :meth:`Host.reload` does, and again while it is unpacking."""
    for _ in range(TRIES if bundle else 0):
        try:
            return host.reload(domain, purpose, tries=1)
        except Unreachable as problem:
            if not _is_unpacking(bundle, host):
                pause(problem.reason, 1.0)
                break
        _wait(pause)
    return host.reload(domain, purpose)


def visit(
    domain: str,
    bundle: hosted.BundlePlan | None,
    host: Host,
    pause: Pause,
    visits: Callable[[], Visit],
) -> Visit:
    """Visit the page; while the app is still unpacking, reload it and visit it again."""
    found = visits()
    for _ in range(TRIES):
        if found.is_good or not _is_unpacking(bundle, host):
            break
        _wait(pause)
        reload(domain, bundle, host, PURPOSE, pause)
        found = visits()
    return found


def _is_unpacking(bundle: hosted.BundlePlan | None, host: Host) -> bool:
    if bundle is None:
        return False
    try:
        return hosted.is_unpacking(bundle.folder, bundle.current.sha256, host)
    except Unreachable:
        return False  # The request that matters tells what is wrong.


def _wait(pause: Pause) -> None:
    pause("PythonAnywhere is still unpacking the packages", SECONDS)
