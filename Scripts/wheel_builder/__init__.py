"""Builds the two forms in which pa-new is released: a wheel and a tarball.

Start with :mod:`wheel_builder.main`, which shows the steps in their order. Both archives
contain the static binary, its manual page and its completions. The same sources give the
same bytes on every computer and for every user: no time, path, umask, locale or setting
of the user gets in. What the wheel says of itself is in ``Scripts/wheel/``.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The repository."""

BUILD = ROOT / ".build"
"""The folder for everything that the next build can use again."""
