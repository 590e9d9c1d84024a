"""The disk of the scripts in ``paths``, and what each of them has to print.

It has ``/home/alice/shop`` with an app, and ``/srv/site``. ``{place}`` stands for a
temporary folder: the host does not have its ``computer/me``, except ``computer/me/venv``.
Its ``far`` is a mapped folder, too, except ``far/lib``.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

FOLDER = Path(__file__).parent / "paths"


def scripts() -> list[tuple[str, str, str]]:
    """Return name, text and expected output of each script."""
    return [
        (
            path.stem,
            path.read_text("utf-8"),
            path.with_suffix(".txt").read_text("utf-8"),
        )
        for path in sorted(FOLDER.glob("*.py"))
        if path.stem != "tell"
    ]


def disk(place: Path) -> None:
    """Make the folders of the host, and those of this computer, in a folder."""
    shop = place / "stage/home/alice/shop"
    files = {
        "app.py": "FILE = __file__\ndef fail(): raise KeyError('x')\n",
        "pkg/__init__.py": "",
        "pkg/part.py": "NAME = __name__, __file__, __path__ if 0 else None\n",
        "pkg/data/text.txt": "text",
        "space/inner.py": "",
        "bad.py": "def (:\n",
        "run.sh": "#!/bin/sh\npwd -P >/dev/null; echo ran $1\n",
        "data/a.txt": "A",
        "data/deep/b.txt": "B",
    }
    for name, text in files.items():
        path = shop / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (shop / "run.sh").chmod(0o755)
    (place / "stage/home/bob").mkdir()
    (place / "stage/srv/site").mkdir(parents=True)
    (place / "stage/srv/site/wsgi.py").write_text("FILE = __file__\n")
    with zipfile.ZipFile(shop / "lib.zip", "w") as archive:
        archive.writestr("zipped.py", "FILE = __file__\n")
    os.symlink("/home/alice/shop/data", shop / "absolute")
    os.symlink("data/a.txt", shop / "relative")
    os.symlink("/srv/site", shop.parent / "www")
    os.symlink("loop", shop / "loop")
    os.symlink("/home/alice/shop/ring2", shop / "ring1")
    os.symlink("/home/alice/shop/ring1", shop / "ring2")
    os.symlink("/home/alice/shop/made", shop / "dangling")
    os.symlink(place / "computer/me", shop / "out")
    for folder, name in (("computer", "secret.txt"), ("computer", "venv/lib/x.txt")):
        path = place / folder / "me" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    for name, text in (
        ("far/lib/real.py", "# real\n"),
        ("far/hidden.txt", ""),
        ("stage/far/app.txt", "app"),
    ):
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (place / "tools").mkdir()
    shutil.copy(FOLDER / "tell.py", place / "tools")
    (place / "bare/me/venv").mkdir(parents=True)
