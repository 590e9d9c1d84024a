"""A state of the fake host that is made once, and from which many hosts begin.

The tests in which each request fails begin hundreds of times from the same few states. To
copy the files of a state takes a hundredth of the time that a deployment takes.
"""

from __future__ import annotations

import copy
import dataclasses
import shutil
from pathlib import Path

from fake_api import FakeAPI

_SETTINGS = ("next_id", "loads")


class SavedHost:
    """What an account has, and its apps as they were when their files were loaded."""

    def __init__(self, host: FakeAPI, folder: Path) -> None:
        """Copy the account's files into a folder that is not there yet.

        The apps must run the files as they are now.
        """
        self._files = folder
        shutil.copytree(host.root, folder)
        assert not any(app.ready for app in host.apps.values()), "it is being loaded"
        self._apps = [
            dataclasses.replace(app, statics=copy.deepcopy(app.statics), running=None)
            for app in host.apps.values()
        ]
        self._settings = {name: getattr(host, name) for name in _SETTINGS}
        self._throttle = copy.deepcopy(host.throttle)

    def restore(self, host: FakeAPI) -> None:
        """Give a new host, with a clock that shows the same time, the state."""
        shutil.copytree(self._files, host.root, dirs_exist_ok=True)
        for saved in self._apps:
            app = dataclasses.replace(saved, statics=copy.deepcopy(saved.statics))
            host.apps[app.domain] = app
            if app.reloads:
                host.load(app)
                app.reloads = saved.reloads
        # To load the apps added lines.
        shutil.copytree(
            self._files / "var/log", host.root / "var/log", dirs_exist_ok=True
        )
        for name, value in self._settings.items():
            setattr(host, name, value)
        host.throttle = copy.deepcopy(self._throttle)
