"""Packages that pip cannot install on Linux, or only some versions of them.

The versions are PyPI's own data of November 2026. To make them again, run for each package
``pip index versions -vvv NAME``, which lists the files: a version counts for a Python if it
has a wheel for it (its tag, an earlier ``abi3``, or ``py3-none``) and for
``manylinux…_x86_64`` (or ``any``), and its ``Requires-Python`` admits the Python. The first
one is that from which on all have one, but for gaps of at most three. Pre-releases do not
count. What becomes of earlier ones was tried with ``pip wheel`` on Python 3.13.
"""

from __future__ import annotations

PYTHONS = ((3, 9), (3, 10), (3, 11), (3, 12), (3, 13))
"""The Pythons of the columns of :data:`BUILDS`."""

# The package; what becomes of versions before the first one: "none" (pip finds no such
# version), "fails" (the compilation fails), "slow" (it is compiled, if the tools are
# there), "pure" (nothing has to be compiled); the newest version when this was made; and
# for each Python the first and the last version.
_BUILDS = """
aiohttp fails 3.14.5 3.6.0-3.13.5 3.8.0-3.14.5 3.8.2-3.14.5 3.9.0-3.14.5 3.10.5-3.14.5
dataclasses pure 0.8 0-0.6 0-0.6 0-0.6 0-0.6 0-0.6
django pure 6.1.3 0-4.2.30 0-5.2.19 0-5.2.19 0-6.1.3 0-6.1.3
gevent fails 26.9.0 20.6.1-25.9.1 21.12.0-26.9.0 22.10.1-26.9.0 23.7.0-26.9.0 24.10.1-26.9.0
greenlet fails 3.5.6 0.4.17-3.2.5 1.1.0-3.5.6 1.1.3-3.5.6 3.0.0-3.5.6 3.1.0-3.5.6
grpcio fails 1.85.3 1.33.1-1.80.1 1.41.0-1.85.3 1.49.0-1.85.3 1.59.0-1.85.3 1.66.2-1.85.3
h5py fails 3.16.0 3.0.0-3.14.0 3.6.0-3.16.0 3.8.0-3.16.0 3.10.0-3.16.0 3.12.0-3.16.0
llvmlite fails 0.50.0 0.36.0-0.43.0 0.38.0-0.50.0 0.40.0-0.50.0 0.42.0-0.50.0 0.44.0-0.50.0
lxml fails 6.1.3 4.5.2-6.1.3 4.6.3-6.1.3 4.9.1-6.1.3 4.9.3-6.1.3 5.3.0-6.1.3
matplotlib fails 3.11.2 3.3.3-3.9.4 3.5.0-3.10.9 3.6.0-3.11.2 3.7.3-3.11.2 3.9.2-3.11.2
numba fails 0.68.1 0.53.0-0.60.0 0.55.0-0.68.1 0.57.0-0.68.1 0.59.0-0.68.1 0.61.0-0.68.1
numpy fails 2.5.5 1.19.3-2.0.2 1.21.2-2.2.6 1.23.2-2.4.6 1.26.0-2.5.5 2.1.0-2.5.5
opencv-python fails 5.0.0.93 4.4.0.46-5.0.0.93 4.5.4.58-5.0.0.93 4.5.5.62-5.0.0.93 4.5.5.62-5.0.0.93 4.5.5.62-5.0.0.93
orjson fails 3.13.0 2.2.0-3.11.5 3.4.7-3.13.0 3.7.7-3.13.0 3.9.3-3.13.0 3.10.7-3.13.0
pandas fails 3.1.1 1.1.3-2.3.3 1.3.3-2.3.3 1.5.0-3.1.1 2.1.1-3.1.1 2.2.3-3.1.1
pillow fails 13.0.0 8.0.0-11.3.0 8.3.2-12.3.0 9.2.0-13.0.0 10.0.0-13.0.0 10.4.0-13.0.0
psycopg2-binary slow 2.9.13 2.8.6-2.9.12 2.9.1-2.9.13 2.9.5-2.9.13 2.9.9-2.9.13 2.9.10-2.9.13
pyarrow fails 26.0.1 3.0.0-21.0.0 6.0.0-25.0.1 10.0.1-26.0.1 14.0.0-26.0.1 18.0.0-26.0.1
pydantic-core fails 2.50.5 0.0.1-2.46.5 0.0.1-2.50.5 0.7.0-2.50.5 2.1.2-2.50.5 2.20.0-2.50.5
pyyaml fails 6.0.4 5.4-6.0.3 6.0-6.0.4 6.0-6.0.4 6.0.1-6.0.4 6.0.2-6.0.4
scikit-learn fails 1.9.1 0.24.0-1.6.1 1.0.2-1.7.2 1.1.3-1.9.1 1.3.1-1.9.1 1.5.2-1.9.1
scipy fails 1.18.1 1.5.4-1.13.1 1.7.2-1.15.3 1.9.2-1.17.1 1.11.2-1.18.1 1.14.1-1.18.1
shapely fails 2.2.0 1.7.1-2.0.7 1.8.0-2.1.2 1.8.5-2.2.0 2.0.2-2.2.0 2.0.6-2.2.0
statsmodels fails 0.15.0 0.12.1-0.14.6 0.13.1-0.15.0 0.13.3-0.15.0 0.14.0-0.15.0 0.14.3-0.15.0
tensorflow none 2.21.0 2.5.0-2.20.0 2.8.0-2.21.0 2.12.0-2.21.0 2.16.1-2.21.0 2.20.0-2.21.0
tokenizers fails 0.23.3 0.9.4-0.22.2 0.11.5-0.23.3 0.13.2-0.23.3 0.14.0-0.23.3 0.20.2-0.23.3
torch none 2.15.0 1.7.1-2.8.0 1.11.0-2.14.1 1.13.0-2.15.0 2.2.0-2.15.0 2.5.0-2.15.0
"""

_ROWS = {row.split()[0]: row.split()[1:] for row in _BUILDS.split("\n") if row}

Version = tuple[int, ...]


class Build:
    """The versions of one package that can be installed on Linux with one Python."""

    def __init__(self, before: str, newest: str, first: str, last: str) -> None:
        self.before = before
        """What becomes of earlier versions: "none", "fails", "slow" or "pure"."""
        self.newest = newest
        self.first = first
        self.last = last


def build(package: str, python: tuple[int, int]) -> Build | None:
    """Return the versions of a package that a Python can have, none if not known.

    :param package: its normalized name.
    """
    if python not in PYTHONS or package not in _ROWS:
        return None
    before, newest, *columns = _ROWS[package]
    first, _, last = columns[PYTHONS.index(python)].partition("-")
    return Build(before, newest, first, last)


FOREIGN = {
    **dict.fromkeys(
        (
            *("pywin32", "pypiwin32", "pywinpty", "windows-curses", "win10toast"),
            *("winrt", "win32gui", "winkerberos", "kivy-deps-glew"),
        ),
        "Windows",
    ),
    **dict.fromkeys(("rumps", "pyobjc", "appscript"), "macOS"),
}
"""Packages that pip cannot install on Linux, and their system; each was tried. So is it
with all whose names begin with ``pyobjc-``."""

OF_UBUNTU = frozenset(
    (
        *("pkg-resources", "python-apt", "ubuntu-advantage-tools", "command-not-found"),
        *("language-selector", "unattended-upgrades", "ufw", "cupshelpers"),
    )
)
"""What ``pip freeze`` also lists on Ubuntu, and PyPI does not have; each was tried."""

USELESS = {
    **dict.fromkeys(
        ("comtypes", "wmi", "winshell", "pycaw", "uiautomation"), "Windows"
    ),
}
"""Packages that pip installs on Linux, where importing them fails."""

BACKPORTS = frozenset(
    (
        *("antigravity", "argparse", "ast", "asyncio", "chunk", "configparser"),
        *("contextvars", "dataclasses", "datetime", "dis", "graphlib", "hmac"),
        *("importlib", "ipaddress", "logging", "mailbox", "modulefinder", "pathlib"),
        *("readline", "resource", "selectors", "statistics", "token", "typing", "uuid"),
        "wave",
    )
)
"""Modules of the standard library whose names pip can install: backports, mostly. It finds
nothing by the names of the others, or something else that does not install."""
